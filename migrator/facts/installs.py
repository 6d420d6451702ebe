"""Which commands of a line install a JavaScript package in a directory of their own, and what the line says without them."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from migrator.paths import ROOT, RepoPath, join

__all__ = ["LIFECYCLE", "Without", "without"]

LIFECYCLE = ("preinstall", "install", "postinstall", "prepare")
"""The scripts of a manifest that its own install runs."""
_VERBS = {"npm": {"install", "i", "ci", "add"}, "pnpm": {"install", "i"}, "yarn": {"install", ""}, "bun": {"install", "i"}}
_PLACES = ("--prefix", "-C", "--dir", "--cwd")
_SPLIT = re.compile(r"\s*(&&|;|\(|\))\s*")
_UNREAD = re.compile(r"[|`$'\"\\<>{}]|(?<!&)&(?!&)")
"""What says that a line is more than a row of commands."""


@dataclass(frozen=True, slots=True)
class Without:
    """A line without some of its commands."""

    text: str
    """Empty where nothing is left."""
    gone: tuple[RepoPath, ...]
    """The directories that those commands installed."""


def without(line: str, places: Container[RepoPath], at: RepoPath = ROOT) -> Without:
    """A line without the commands that install some directories."""
    if _UNREAD.search(line):
        return Without(line, ())
    parts = _SPLIT.split(line.strip())
    found = _places(parts, at)
    gone = tuple(place for place in found if place is not None and place in places)
    if not gone:
        return Without(line, ())
    kept = ["" if place is not None and place in places else part for part, place in zip(parts, found, strict=True)]
    for index in reversed(range(len(kept))):
        # A way to where nothing is done any more goes too.
        if _leads(kept[index]) is not None and next((part for part in kept[index + 1 :] if part not in {"", "&&", ";"}), ")") == ")":
            kept[index] = ""
    return Without(_joined(kept), gone)


def _places(parts: list[str], at: RepoPath) -> list[RepoPath | None]:
    """For each part of a line: the directory that it installs, None where it does something else."""
    here: RepoPath | None = at
    outer: list[RepoPath | None] = []
    found: list[RepoPath | None] = []
    for part in parts:
        found.append(None)
        if part == "(":
            outer.append(here)
        elif part == ")":
            here = outer.pop() if outer else None
        elif here is not None and (way := _leads(part)) is not None:
            here = join(here, way)
        elif here is not None and (place := _installed(part)) is not None:
            found[-1] = join(here, place)
    return found


def _leads(command: str) -> str | None:
    """Where a command leads those after it."""
    words = command.split()
    return words[1] if len(words) == 2 and words[0] in {"cd", "pushd"} else None  # noqa: PLR2004  `cd` and where


def _installed(command: str) -> str | None:
    """The directory that a command installs, as it is written; None for another command, or one that adds a package."""
    words = command.split()
    if not words or words[0] not in _VERBS:
        return None
    place, rest, pending = ".", list[str](), words[1:]
    while pending:
        word = pending.pop(0)
        option, _, value = word.partition("=")
        if option in _PLACES and (value or pending):
            place = value or pending.pop(0)
        elif not word.startswith("-"):
            rest.append(word)
    return place if len(rest) <= 1 and "".join(rest) in _VERBS[words[0]] else None


def _joined(parts: list[str]) -> str:
    """Parts of a line as one line: an operator stands only between two commands, a pair of brackets only around some."""
    line = ""
    for part in parts:
        if part in {"&&", ";"}:
            line += f" {part} " if line and not line.endswith((" ", "(")) else ""
        elif part == ")":
            line = line.removesuffix(" && ").removesuffix(" ; ")
            line = line[:-1] if line.endswith("(") else line + part
        else:
            line += part
    return re.sub(r"\s(?=;)", "", re.sub(r"(\s*(&&|;)\s*)+$", "", line))
