"""Words of running text that have the shape of a path: the scanner for whatever has no grammar of its own."""

from __future__ import annotations

import re

from migrator.languages.text.page import FILE, HOME, UP, Page, below

LONGEST = 20_000
"""A single value above this many characters is a recording of something, not a configuration."""
_WORD = re.compile(r"[^\s\"'`<>|,;=&^]+")
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}|^[^/\\]*\\$")
"""Backslashes that separate nothing: of an escaped character, at the end of a word before an escaped quote."""
_OPEN = {"(": ")", "[": "]", "{": "}"}
_ROOTED = re.compile(
    r"\$\{?(?:workspaceFolder|workspaceRoot|GITHUB_WORKSPACE|CI_PROJECT_DIR|BITBUCKET_CLONE_DIR|CODEBUILD_SRC_DIR|TURBO_ROOT\$?)\}?[/\\]+|\$\{\{ *github\.workspace *\}\}[/\\]+|\{workspaceRoot\}/|<rootDir>/|\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory)\)[/\\]+"
)
_OWN = re.compile(
    r"\$\{?path\.module\}?/|\{(?:toxinidir|tox_root|project|package)\}/|%\(here\)s/|\{projectRoot\}/|\$\{?PSScriptRoot\}?[/\\]+|%~dp0[/\\]?|\$\{?(?:SCRIPT_DIR|BASH_SOURCE%/\*)\}?/",
    re.IGNORECASE,
)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the punctuation that surrounds a word in prose; brackets that are part of a name stay."""
    while start < end:
        first, last = text[start], text[end - 1]
        inside = text[start:end]
        if (first in _OPEN and (_OPEN[first] not in inside or (last == _OPEN[first] and inside.index(_OPEN[first]) == len(inside) - 1))) or (
            first in "!:*_]" and not inside.startswith("**/")
        ):
            start += 1
        elif (
            last in ".:!?,"
            or (last in ")]}" and inside.count(last) > inside.count({")": "(", "]": "[", "}": "{"}[last]))
            or (last in "*_" and inside.startswith(last))
        ):
            end -= 1
        else:
            break
    return start, end


def anchored(text: str, start: int, end: int) -> tuple[int, str]:
    """Where a token goes on after a variable that stands for a known folder, and the base that this is; `(start, "")` without one."""
    if text[start] in "$%{<":
        if (found := _ROOTED.match(text, start, end)) is not None:
            return found.end(), FILE if found.group().startswith("<") else HOME
        if (found := _OWN.match(text, start, end)) is not None:
            return found.end(), FILE
    return start, ""


def token(page: Page, start: int, end: int, base: str, kind: str = "path") -> None:
    """Note one token that may be a path; a variable that stands for a known folder decides the base."""
    if start >= end:
        return
    text = page.text
    begin, known = anchored(text, start, end)
    if known:
        page.add("dir" if kind == "dir" else "plain", begin, end, known)
    elif text[start] not in "-@~$%" and "://" not in text[start:end] and not (kind == "prose" and _ESCAPED.search(text[start:end])):
        page.add(kind, start, end, base)


def scan(page: Page, start: int, end: int, base: str = UP, kind: str = "prose") -> None:
    """Every word with a slash in a span."""
    text = page.text
    for found in _WORD.finditer(text, start, end):
        if "/" not in found.group() and "\\" not in found.group():
            continue
        first, last = trimmed(text, found.start(), found.end())
        if last - first > 2:  # noqa: PLR2004  `a/` names too little
            token(page, first, last, base, kind)


_RUN = re.compile(r"(?<![\w.\\*/\]-])(?:[\w-]|\\\.)+(?:\\?/(?:[\w-]|\\\.)+)*(?:\\?/)?")
_AFTER = frozenset("$|)\"'\r\n ")


def pattern(page: Page, start: int, end: int, base: str) -> None:
    """The literal paths in a regular expression, up to the last whole name."""
    text = page.text
    for found in _RUN.finditer(text, start, end):
        stop = found.end()
        if stop < len(text) and text[stop] not in _AFTER:
            stop = text.rfind("/", found.start(), stop) + 1
        if "/" in text[found.start() : stop]:
            page.add("pattern", found.start(), stop, base)


def plain(page: Page) -> None:
    """A format without a scanner of its own."""
    scan(page, 0, len(page.text), below(UP, ""), "path")
