"""Globs that catch other files than before: nothing dangles, and yet something changed its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import pathspec

from migrator.build import Built
from migrator.errors import Finding
from migrator.graph import Reference
from migrator.paths import RepoPath, is_within

_SET = re.compile(r"\*\*|\*\.")
"""What makes a pattern a set of files; a lone `*` stands for a name in an alias or for a package's directory."""
_FEW = 3


def globs(built: Built) -> Iterator[Finding]:
    """A warning for each glob that matches more or fewer of the files than it matched before, with the two lists."""
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
                yield Finding("glob", path, f"`{other.mention.text}` {_difference(before, after)}")


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


def _difference(before: set[RepoPath], after: set[RepoPath]) -> str:
    said = []
    for verb, paths in (("no longer matches", before - after), ("now matches", after - before)):
        if paths:
            shown = ", ".join(sorted(paths)[:_FEW])
            said.append(f"{verb} {shown}" + (f" and {len(paths) - _FEW} more" if len(paths) > _FEW else ""))
    return " and ".join(said)
