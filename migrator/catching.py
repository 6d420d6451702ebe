"""Patterns and the files they catch, before a step and after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import pathspec

from migrator.build import Built
from migrator.graph import Reference
from migrator.paths import RepoPath, is_within

__all__ = ["Caught", "caught"]

_SET = re.compile(r"\*\*|\*\.")
"""What makes a pattern a set of files; a lone `*` stands for a name in an alias or for a package's directory."""


class Caught(NamedTuple):
    """A pattern that catches other files than before, and both sets of them by their paths now."""

    path: RepoPath
    reference: Reference
    before: frozenset[RepoPath]
    after: frozenset[RepoPath]


def caught(built: Built) -> Iterator[Caught]:
    """Each pattern of the result that matches more or fewer of the files than it matched before."""
    if not built.files:
        return
    origin = {new: old for old, new in built.files.items()}
    for path, references in built.after.graph.references.items():
        old = _patterns(built.before.graph.references.get(origin.get(path, path), ()))
        now = _patterns(references)
        # Mentions keep their order when a file is rewritten; where their number changed, the step itself wrote the file.
        for one, other in zip(old, now, strict=False) if len(old) == len(now) else ():
            # Where the anchor stays, only files that moved can come or go.
            files = built.files if one.target.path == other.target.path else {file: built.moves(file) for file in built.before.tree}
            before = {new for file, new in files.items() if new in built.after.tree and _matches(one, file)}
            after = {new for new in files.values() if new in built.after.tree and _matches(other, new)}
            if before != after:
                yield Caught(path, other, frozenset(before), frozenset(after))


def _patterns(references: tuple[Reference, ...]) -> list[Reference]:
    return [reference for reference in references if reference.target.path is not None and _SET.search(reference.target.rest)]


def _matches(reference: Reference, path: RepoPath) -> bool:
    """Whether a glob catches a path."""
    anchor = reference.target.path
    if anchor is None or not is_within(path, anchor) or path == anchor:
        return False
    return _spec(reference.target.rest).match_file(path[len(anchor) + 1 if anchor else 0 :])


@lru_cache(maxsize=4096)
def _spec(pattern: str) -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines([f"/{one}" for one in _braces(pattern.replace("\\", "/").lstrip("/"))])


def _braces(pattern: str) -> list[str]:
    """The patterns that `{a,b}` stands for."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None:
        return [pattern]
    return [whole for choice in found.group(1).split(",") for whole in _braces(pattern[: found.start()] + choice + pattern[found.end() :])]
