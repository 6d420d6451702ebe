"""The files that modules find by their own place: which go along with the modules, and why others hold them where they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.packages import Sight, sights, writes
from migrator.paths import RepoPath, is_within, name

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["anchor", "files_found_by"]

_MADE = frozenset({"cache", "data", "logs", "media", "storage", "tmp", "uploads"})
"""Directories that a running application writes to."""
_WRITTEN = (".db", ".log", ".sqlite", ".sqlite3")


def anchor(facts: Facts, module: RepoPath, package: RepoPath) -> str | None:
    """What holds a module where it is: what it finds by its own place is not the package's, is not named, or is written to. None when all of it can go along."""
    reasons = [_hold(facts, module, package, sight) for sight in sights(facts, module)]
    return next((reason for reason in reasons if reason), None)


def _hold(facts: Facts, module: RepoPath, package: RepoPath, sight: Sight) -> str | None:
    path = sight.path
    if path is None:
        return "finds files by its own place"
    said = f"finds {path} by its own place"
    if path == package or not is_within(path, package) or is_within(module, path) or path.endswith(".py"):
        return said
    files = list(_files(facts, path))
    directory = facts.tree.is_dir(path)
    if sight.made or path.endswith(_WRITTEN) or writes(facts, module) or (directory and name(path) in _MADE):
        return f"{said}, where it may write"
    return None if any(not name(file).startswith(".") for file in files) else said


def files_found_by(facts: Facts, module: RepoPath, package: RepoPath) -> tuple[RepoPath, ...]:
    """The files of a package that a module names by their paths, or that lie in a directory that it names so."""
    named = {sight.path for sight in sights(facts, module) if sight.path is not None}
    named |= {r.target.path for r in facts.graph.references.get(module, ()) if r.mention.kind == "path" and r.target.path is not None}
    inside = {path for path in named if path != package and is_within(path, package) and not is_within(module, path)}
    return tuple(sorted({file for path in inside for file in _files(facts, path)}))


def _files(facts: Facts, path: RepoPath) -> Iterator[RepoPath]:
    yield from [path] if path in facts.tree else facts.tree.below(path)
