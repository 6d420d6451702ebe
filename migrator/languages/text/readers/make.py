"""Makefiles and justfiles: every recipe line is a shell of its own, variables are shared."""

from __future__ import annotations

import re

from migrator.languages.text.page import HERE, Page, below
from migrator.languages.text.readers import shell

_ASSIGNMENT = re.compile(r"(?:export +|override +)?([A-Za-z_][\w-]*)[ \t]*(?::{0,2}=|\?=|\+=|:=)[ \t]*")
_RULE = re.compile(r"[^\s:=#][^:=#\n]*:(?!=)")
_SIGNS = re.compile(r"[ \t]*[@+-]*")
_INCLUDE = re.compile(r"-?s?include[ \t]+")
_STARTED = re.compile(r"\[[^\]\n]*?\bworking-directory(?::|\()[ \t]*([\"'])([^\"'\n]+)\1")
"""Where the next recipe of a justfile is started."""
_WORD = re.compile(r"[^\s#;|]+")


def scan(page: Page) -> None:
    """A Makefile or justfile."""
    text = page.text
    env: shell.Environment = {}
    recipe = False
    base = started = HERE
    position, size = 0, len(text)
    while position < size:
        end = _logical_end(text, position)
        if (told := _STARTED.match(text, position, end)) is not None:
            page.add("dir", *told.span(2), HERE)
            started = below(HERE, told.group(2))
        elif text[position] == "\t" or (recipe and text[position] == " " and text[position:end].strip()):
            signs = _SIGNS.match(text, position, end)
            shell.scan(page, signs.end() if signs else position, end, base, env)
        elif (found := _ASSIGNMENT.match(text, position, end)) is not None:
            recipe = False
            shell.assigned(page, found.group(1), (found.end(), _stripped(text, found.end(), end)), HERE, env)
        elif (found := _INCLUDE.match(text, position, end)) is not None or (found := _RULE.match(text, position, end)) is not None:
            recipe = found.group()[-1] == ":"
            base, started = started, HERE
            if not text.startswith(".PHONY", position):
                if recipe:
                    _words(page, position, found.end() - 1, env, "made")
                _words(page, found.end(), end, env)
        elif text[position] == "#":
            shell.scan(page, position, end, HERE, env)
        position = end + 1


def _logical_end(text: str, position: int) -> int:
    """The end of a line and of those that continue it."""
    while True:
        end = text.find("\n", position)
        if end < 0:
            return len(text)
        if not text[position:end].rstrip("\r").endswith("\\"):
            return end
        position = end + 1


def _stripped(text: str, start: int, end: int) -> int:
    comment = text.find(" #", start, end)
    end = comment if comment >= 0 else end
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _words(page: Page, start: int, end: int, env: shell.Environment, kind: str = "") -> None:
    """Targets and prerequisites: only what has a slash."""
    comment = page.text.find("#", start, end)
    for found in _WORD.finditer(page.text, start, comment if comment >= 0 else end):
        shell.operand(page, found.span(), HERE, env, kind)
