"""The commands of a step, each with where it is typed and whether the step goes on when it fails."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

from migrator.paths import RepoPath, join
from migrator.secrets import HIDDEN, redact, telling

__all__ = ["Typed", "typed"]

_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")
_FREE = re.compile(r"\|\|\s*(?:true\b|:(?:\s|$)|echo\b|\(?\s*echo\b|exit 0)")
_KEYWORD = re.compile(r"^(?:then|do|else|elif|if|while|!|\{|\()\s+")
_EMPTY = frozenset({"fi", "done", "esac", "}", ")", "then", "else", "do", "{", "("})
_VARIABLE = re.compile(r"[A-Za-z_]\w*=")
_FINDERS = (
    ("python", "-m"), ("python3", "-m"), ("uv", "run"), ("poetry", "run"), ("pdm", "run"), ("pipenv", "run"), ("hatch", "run"),
    ("npx",), ("pnpm", "exec"), ("pnpm", "dlx"), ("yarn", "exec"), ("bunx",), ("time",), ("sudo",), ("env",), ("exec",),
)  # fmt: skip
"""What stands before the program of a command."""
_SPLIT = re.compile(r"\s*(?:&&|\|\||;|\|(?!\|))\s*")


class Typed(NamedTuple):
    """A command as a step types it."""

    words: tuple[str, ...]
    directory: RepoPath | None
    tolerant: bool
    line: int
    """Counted from 0 in the step's text."""


def typed(text: str, base: RepoPath | None) -> Iterator[Typed]:
    """Every command of a text, in order; what cannot be split into words is one word."""
    here = base
    for number, line in _logical(redact(text)):
        free = _FREE.search(line) is not None
        parts = _SPLIT.split(line[: found.start()] if (found := _FREE.search(line)) is not None else line)
        for part in parts:
            command = _KEYWORD.sub("", part.strip().lstrip("("))
            words = _words(command)
            if not words or words[0] in _EMPTY or command in _EMPTY:
                continue
            if words[0] in {"cd", "pushd", "Set-Location"} and len(words) > 1:
                here = join(here, words[1]) if here is not None and "$" not in words[1] else None
                continue
            yield Typed(words, here, free, number)


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines with what continues them, without comments and what is only given to a command."""
    lines = text.replace("\r\n", "\n").split("\n")
    position = 0
    while position < len(lines):
        first, line = position, lines[position]
        position += 1
        while (line.rstrip().endswith("\\") or not _closed(line)) and position < len(lines):
            line = f"{line.rstrip().removesuffix(chr(92))} {lines[position].strip()}"
            position += 1
        heredoc = _HEREDOC.search(line)
        if heredoc is not None:
            while position < len(lines) and lines[position].strip() != heredoc[1]:
                position += 1
            position += 1
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield first, stripped


def _closed(line: str) -> bool:
    try:
        shlex.split(line, comments=True)
    except ValueError:
        return False
    return True


def _words(command: str) -> tuple[str, ...]:
    try:
        words = shlex.split(command, comments=True)
    except ValueError:
        return (command,) if command else ()
    while words and _VARIABLE.match(words[0]):
        words = words[1:]
    for finder in _FINDERS:
        if tuple(words[: len(finder)]) == finder and len(words) > len(finder):
            words = words[len(finder) :]
            while words and words[0].startswith("-") and len(words) > 1:
                words = words[1:]
            break
    return tuple(_veiled(words))


def _veiled(words: list[str]) -> Iterator[str]:
    """Words without what stands behind an option with a telling name (L13)."""
    before = ""
    for word in words:
        yield HIDDEN if before.startswith("-") and "=" not in before and telling(before) and not word.startswith("-") else word
        before = word
