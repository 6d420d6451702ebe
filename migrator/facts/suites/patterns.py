"""Patterns by which runners find tests: a folder, and what they want of a path below it."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache
from typing import NamedTuple

from migrator.paths import ROOT, RepoPath, is_within, join

__all__ = ["Pattern", "anything", "globbed", "named", "regular", "shaped"]

_MAGIC = re.compile(r"[*?\[\]{}!()+@]")
_PART = re.compile(r"\*\*/|\*\*|[?*+@!]\(|[*?()|{},]|\[[^\]/]+\]|[^*?()|{},\[+@!]+|.", re.DOTALL)
_LEAD = re.compile(r"\A(?:\^|/|\\/)")
_REPEATED = re.compile(r"[*+}]\)*\)[*+{]")
"""What repeats a group that ends in a repetition."""
_CLOSES = {"?(": ")?", "*(": ")*", "+(": ")+", "@(": ")", "!(": ")[^/]*?"}


class Pattern(NamedTuple):
    """A folder and an expression for the whole path below it."""

    folder: RepoPath
    below: str

    def catches(self, path: RepoPath) -> bool:
        """Whether a path is one of those that are meant."""
        if not is_within(path, self.folder) or path == self.folder:
            return False
        return _compiled(self.below).fullmatch(path[len(self.folder) + 1 if self.folder else 0 :]) is not None

    def moved(self, place: Callable[[RepoPath], RepoPath]) -> Pattern:
        """The same once its folder is elsewhere."""
        return self._replace(folder=place(self.folder))


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL)


def anything(folder: RepoPath) -> Pattern:
    """Everything below a folder."""
    return Pattern(folder, ".*")


def shaped(shape: str) -> str:
    """An expression for what a shape of `fnmatch` matches, to go into a longer one."""
    return translate(shape).removesuffix(r"\Z").removesuffix(r"\z")


def named(folder: RepoPath, shape: str) -> Pattern:
    """As pytest reads `python_files`: a shape of a file's name, or, with a slash in it, of the end of its path."""
    expression = shaped(shape)
    return Pattern(folder, rf"(?:.*/)?{expression}" if "/" not in shape else f".*{expression}")


def regular(folder: RepoPath, expression: str) -> Pattern | None:
    """An expression that is looked for anywhere in a path, as JavaScript writes it; None where Python cannot read it, or could be busy with it for ever."""
    if _REPEATED.search(expression):
        return None
    try:
        re.compile(expression)
    except re.error:
        return None
    # The tools look at the whole path from the root of the disk: what begins with a slash may stand at the beginning of ours.
    return Pattern(folder, f".*?(?:{_LEAD.sub('(?:^|/)', expression)}).*")


def globbed(base: RepoPath, glob: str) -> Pattern | None:
    """A glob as micromatch and picomatch read it, seen from a folder; None where it leaves the repository."""
    fixed: list[str] = []
    parts = [part for part in glob.replace("\\", "/").split("/") if part not in {"", "."}]
    while parts and not _MAGIC.search(parts[0]):
        fixed.append(parts.pop(0))
    folder = join(base, "/".join(fixed[:-1] if not parts else fixed))
    if folder is None:
        return None
    if not parts:
        return Pattern(folder, rf"{re.escape(fixed[-1])}(?:/.*)?") if fixed else anything(base or ROOT)
    return Pattern(folder, _expression(re.sub(r"(?:\*\*/){2,}", "**/", "/".join(parts))))


@lru_cache(maxsize=1024)
def _expression(glob: str) -> str:
    made: list[str] = []
    open_: list[str] = []
    for part in _PART.findall(glob):
        if part == "**/":
            made.append("(?:[^/]+/)*")
        elif part == "**":
            made.append(".*")
        elif part in _CLOSES:
            made.append("(?!(?:" if part == "!(" else "(?:")
            open_.append(part)
        elif part == "{":
            made.append("(?:")
            open_.append(part)
        elif part in {")", "}"} and open_:
            last = open_.pop()
            made.append(")" if last == "{" else ")(?:/|$))[^/]*?" if last == "!(" else _CLOSES[last])
        elif (part == "|" and open_) or (part == "," and "{" in open_):
            made.append("|")
        else:
            made.append(
                "[^/]*"
                if part == "*"
                else "[^/]"
                if part == "?"
                else part.replace("[!", "[^")
                if len(part) > 1 and part[0] == "["
                else re.escape(part)
            )
    return "".join(made)
