"""What of compose may be shown: no text that looks like a secret (L13)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.landscape.compose import shorthand
from migrator.facts.landscape.compose.shorthand import ShorthandError
from migrator.secrets import HIDDEN, redact

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.values import Value
    from migrator.origin import Origin

__all__ = ["text", "words"]

_HASH = re.compile(r"\$(?:apr1|2[aby]|5|6|y)\$[^\s,'\"]+|\{SHA\}[^\s,'\"]+")
"""Of a password, as a web server reads it."""
_OPTION = re.compile(r"--?[\w-]*(?:pass(?:word|wd)?|secret|token|requirepass|masterauth|api-?key)", re.IGNORECASE)
"""The next word is a secret."""
_GLUED = re.compile(r"(--?[\w-]*(?:pass(?:word|wd)?|secret|token|requirepass|api-?key)=)(?!\$)(\S+)", re.IGNORECASE)
_PROGRAMS = {
    "-a": re.compile(r"redis-cli|valkey-cli|keydb-cli"),
    "-p": re.compile(r"mongo\w*|rabbitmq\w*"),
    "-u": re.compile(r"curl"),
}
_MYSQL = re.compile(r"(\b(?:mysql|mariadb)[\w-]*\b[^;&|]*?\s-p)(?!\$)([^\s\"']+)")
_ASKED = re.compile(r"(\b(?:redis|valkey|keydb)-cli\b[^;&|]*?\s-a\s+|\bcurl\b[^;&|]*?\s(?:-u|--user)\s+)(?!\$)([\"']?[^\s\"']+)")
_NAMED = re.compile(r"((?:--?[\w-]*(?:pass(?:word|wd)?|requirepass|masterauth))[ \t]+)(?!\$|-)([^\s\"']+)", re.IGNORECASE)


def text(name: str, value: Value) -> tuple[str, bool]:
    """A text as it may be shown, and whether something in it that looks like a secret was hidden."""
    said = value.shown if value.shown is not None else value.text
    if looks_secret(name, said) and not said.startswith("${"):
        return HIDDEN, True
    found = _hidden(said)
    return found, found != said


def _hidden(said: str) -> str:
    found = redact(_HASH.sub(HIDDEN, said)) if "${" not in said else _HASH.sub(HIDDEN, said)
    for pattern in (_GLUED, _MYSQL, _ASKED, _NAMED):
        found = pattern.sub(rf"\g<1>{HIDDEN}", found)
    return found


def words(value: Value) -> tuple[tuple[str, ...], tuple[Origin, ...]]:
    """The words of a command as they may be shown, and where something was hidden."""
    parts: tuple[tuple[str, Value], ...] = tuple((one.shown if one.shown is not None else one.text, one) for one in value.items)
    if value.shown is not None:
        try:
            parts = tuple((word, value) for word in shorthand.words(value.shown)[0])
        except ShorthandError:
            parts = tuple((HIDDEN, value) for _ in value.items)
    found: list[str] = []
    hidden: list[Origin] = []
    for index, (word, source) in enumerate(parts):
        before = parts[index - 1][0] if index else ""
        program = " ".join(part for part, _ in parts[:index])
        asked = _OPTION.fullmatch(before) or ((rule := _PROGRAMS.get(before)) is not None and rule.search(program))
        shown = HIDDEN if asked and not word.startswith("$") else _hidden(word)
        if word.startswith("-p") and len(word) > len("-p") and word[2] not in "$-" and re.search(r"\b(?:mysql|mariadb)", program):
            shown = f"-p{HIDDEN}"
        found.append(shown)
        hidden += source.origins if shown != word else ()
    return tuple(found), tuple(dict.fromkeys(hidden))
