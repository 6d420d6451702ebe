"""Globs that catch other files than before: nothing dangles, and yet something changed its meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.catching import caught
from migrator.errors import Finding

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.paths import RepoPath

_FEW = 3


def globs(built: Built) -> Iterator[Finding]:
    """A warning for each glob that matches more or fewer of the files than it matched before, with the two lists."""
    for found in caught(built):
        yield Finding("glob", found.path, f"`{found.reference.mention.text}` {_difference(found.before, found.after)}")


def _difference(before: frozenset[RepoPath], after: frozenset[RepoPath]) -> str:
    said = []
    for verb, paths in (("no longer matches", before - after), ("now matches", after - before)):
        if paths:
            shown = ", ".join(sorted(paths)[:_FEW])
            said.append(f"{verb} {shown}" + (f" and {len(paths) - _FEW} more" if len(paths) > _FEW else ""))
    return " and ".join(said)
