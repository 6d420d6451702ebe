"""Import cycles that work by luck: as long as they are entered where they always were."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.paths import RepoPath, is_within, name, parent

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.facts import Facts

__all__ = ["Order", "entries"]


def entries(built: Built, cycles: Sequence[set[RepoPath]]) -> Iterator[Finding]:
    """A warning where loading a package, or what imports a moved module, now begins a known cycle of imports at another module.

    `cycles` are those of the tree before. Python's order is followed: statement by statement, packages before what lies in them.
    """
    moved = [path for path in built.files if path.endswith(".py")]
    if not moved or not cycles:
        return
    before, after = Order(built.before), Order(built.after)
    starts = {importer for path in moved for importer in built.before.graph.importers(path) if importer.endswith(".py")}
    starts |= {path for path in built.before.tree if name(path) == "__init__.py" and not before.is_package(parent(parent(path)))}
    old = {path: number for number, cycle in enumerate(cycles) for path in cycle}
    new = {built.moves(path): number for path, number in old.items()}
    firsts = {start: (before.firsts(start, old), after.firsts(built.moves(start), new)) for start in sorted(starts)}
    for number, cycle in enumerate(cycles):
        for start in sorted(starts - cycle):
            was, now = (found.get(number) for found in firsts[start])
            if was is not None and now is not None and built.moves(was) != now:
                said = f"begins a known cycle of imports at {now} instead of {built.moves(was)}: what that needs of the others may not be there yet"
                yield Finding("cycle", built.moves(start), said)
                break


@dataclass(frozen=True)
class Order:
    """In which order Python loads the modules of a tree."""

    facts: Facts
    _known: dict[RepoPath, tuple[RepoPath, ...]] = field(default_factory=dict)

    def is_package(self, folder: RepoPath) -> bool:
        """Whether a directory is a regular package."""
        return RepoPath(f"{folder}/__init__.py" if folder else "__init__.py") in self.facts.tree

    def firsts(self, start: RepoPath, numbers: Mapping[RepoPath, int]) -> dict[int, RepoPath]:
        """By the number of a cycle: which of its modules is the first to be loaded when one loads `start`."""
        found: dict[int, RepoPath] = {}
        for path in self._walk(start):
            if path in numbers:
                found.setdefault(numbers[path], path)
        return found

    def within(self, start: RepoPath, cycle: Collection[RepoPath]) -> list[RepoPath]:
        """The modules of a cycle in the order in which loading one of them begins to load them."""
        return [start, *self._walk(start, cycle)]

    def chain(self, path: RepoPath, target: RepoPath | None) -> Iterator[RepoPath]:
        """What Python loads when a module imports another one: the packages around that, which it has not begun with, and itself."""
        if target is None or not target.endswith(".py"):
            return
        folders, folder = [], parent(target)
        while folder and self.is_package(folder) and not is_within(path, folder):
            folders.append(RepoPath(f"{folder}/__init__.py"))
            folder = parent(folder)
        yield from folders[::-1]
        yield target

    def _walk(self, start: RepoPath, only: Collection[RepoPath] | None = None) -> Iterator[RepoPath]:
        """What is loaded after `start` has begun, in order, each once."""
        seen = {start}
        stack = [iter(self._loads(start))]
        while stack:
            target = next(stack[-1], None)
            if target is None:
                stack.pop()
            elif target not in seen and (only is None or target in only):
                seen.add(target)
                yield target
                stack.append(iter(self._loads(target)))

    def _loads(self, path: RepoPath) -> tuple[RepoPath, ...]:
        """What a module makes Python load, in order; a package before what lies in it."""
        if path not in self._known:
            references = sorted(self.facts.graph.references.get(path, ()), key=lambda reference: reference.mention.start)
            running = [r.target.path for r in references if not r.mention.weak and not r.mention.deferred]
            self._known[path] = tuple(target for named in running for target in self.chain(path, named))
        return self._known[path]
