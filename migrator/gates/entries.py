"""Import cycles that work by luck: as long as they are entered where they always were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrator.build import Built
from migrator.errors import Finding
from migrator.facts import Facts
from migrator.paths import RepoPath, is_within, name, parent


def entries(built: Built, cycles: list[set[RepoPath]]) -> Iterator[Finding]:
    """A warning where loading a package, or what imports a moved module, now begins a known cycle of imports at another module.

    `cycles` are those of the tree before. Python's order is followed: statement by statement, packages before what lies in them.
    """
    moved = [path for path in built.files if path.endswith(".py")]
    if not moved or not cycles:
        return
    before, after = _Loading(built.before), _Loading(built.after)
    starts = {importer for path in moved for importer in built.before.graph.importers(path) if importer.endswith(".py")}
    starts |= {path for path in built.before.tree if name(path) == "__init__.py" and not before.is_package(parent(parent(path)))}
    for cycle in cycles:
        circle = {built.moves(path) for path in cycle}
        for start in sorted(starts - cycle):
            old, new = before.first(start, cycle), after.first(built.moves(start), circle)
            if old is not None and new is not None and built.moves(old) != new:
                said = f"begins a known cycle of imports at {new} instead of {built.moves(old)}: what that needs of the others may not be there yet"
                yield Finding("cycle", built.moves(start), said)
                break


@dataclass(frozen=True)
class _Loading:
    """In which order Python loads the modules of a tree."""

    facts: Facts

    def is_package(self, folder: RepoPath) -> bool:
        """Whether a directory is a regular package."""
        return RepoPath(f"{folder}/__init__.py" if folder else "__init__.py") in self.facts.tree

    def first(self, start: RepoPath, circle: set[RepoPath]) -> RepoPath | None:
        """The module of a cycle that is loaded first when one loads `start`, or None when it never comes to it."""
        seen = {start}
        stack = [self._loads(start)]
        while stack:
            target = next(stack[-1], None)
            if target is None:
                stack.pop()
            elif target in circle:
                return target
            elif target not in seen:
                seen.add(target)
                stack.append(self._loads(target))
        return None

    def _loads(self, path: RepoPath) -> Iterator[RepoPath]:
        """What a module makes Python load, in order; a package before what lies in it."""
        for reference in sorted(self.facts.graph.references.get(path, ()), key=lambda reference: reference.mention.start):
            target = reference.target.path
            if target is None or not target.endswith(".py") or reference.mention.weak or reference.mention.deferred:
                continue
            folders = []
            folder = parent(target)
            while folder and self.is_package(folder) and not is_within(path, folder):
                folders.append(RepoPath(f"{folder}/__init__.py"))
                folder = parent(folder)
            yield from folders[::-1]
            yield target
