"""Import cycles that work by luck: as long as they are entered where they always were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.cycles import circles
from migrator.paths import RepoPath, is_within, parent

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
    starts |= {path for path in built.before.tree.called("__init__.py") if not before.is_package(parent(parent(path)))}
    old = {path: number for number, cycle in enumerate(cycles) for path in cycle}
    places = {path: built.moves(path) for path in old}
    ordered = {start: built.moves(start) for start in sorted(starts)}
    was = before.firsts(ordered, old)
    now = after.firsts(ordered.values(), {places[path]: number for path, number in old.items()})
    found: dict[int, Finding] = {}
    for start, place in ordered.items():
        own, others = old.get(start), now[place]
        for number, first in was[start].items():
            entered = others.get(number)
            if number != own and entered is not None and places[first] != entered and number not in found:
                said = f"begins a known cycle of imports at {entered} instead of {places[first]}: what that needs of the others may not be there yet"
                found[number] = Finding("cycle", place, said)
    yield from (found[number] for number in sorted(found))


@dataclass(frozen=True)
class Order:
    """In which order Python loads the modules of a tree."""

    facts: Facts
    _known: dict[RepoPath, tuple[RepoPath, ...]] = field(default_factory=dict)

    def is_package(self, folder: RepoPath) -> bool:
        """Whether a directory is a regular package."""
        return RepoPath(f"{folder}/__init__.py" if folder else "__init__.py") in self.facts.tree

    def firsts(self, starts: Iterable[RepoPath], numbers: Mapping[RepoPath, int]) -> Mapping[RepoPath, Mapping[int, RepoPath]]:
        """By start: which module of each group is the first to be begun when one loads it, itself where it is of one. Groups are told by number.

        Nobody is asked twice. What a module comes to first is the same whoever loads it, as what was loaded before it comes to none of the groups that
        are still to be found; only inside a circle, where modules wait for each other, it depends on where one enters.
        """
        asked = tuple(starts)
        groups = list(circles(asked, self._loads))
        home = {path: at for at, circle in enumerate(groups) for path in circle}
        doors: list[dict[RepoPath, None]] = [{} for _ in groups]
        for door in (*asked, *(target for path, at in home.items() for target in self._loads(path) if home[target] != at)):
            doors[home[door]][door] = None
        rows: dict[RepoPath, Mapping[int, RepoPath]] = {}
        for circle, entered in zip(groups, doors, strict=True):
            most: int | None = None
            for path in entered:
                rows[path] = self._row(path, circle, numbers, rows, most)
                most = len(rows[path])  # every module of a circle comes to the same groups
        return {start: rows[start] for start in asked}

    def _row(
        self,
        start: RepoPath,
        circle: Collection[RepoPath],
        numbers: Mapping[RepoPath, int],
        rows: Mapping[RepoPath, Mapping[int, RepoPath]],
        most: int | None,
    ) -> Mapping[int, RepoPath]:
        """What one comes to first from a module: inside its circle step by step, as is known of what lies beyond, until `most` groups are found."""
        row: Mapping[int, RepoPath] = {numbers[start]: start} if start in numbers else {}
        seen = {start}
        stack = [iter(self._loads(start))]
        while stack and len(row) != most:
            target = next(stack[-1], None)
            if target is None:
                stack.pop()
            elif target not in seen:
                seen.add(target)
                if target not in circle:
                    row = _joined(row, rows[target])
                    continue
                if target in numbers:
                    row = _joined(row, {numbers[target]: target})
                stack.append(iter(self._loads(target)))
        return row

    def loaded(self, path: RepoPath, cycle: Collection[RepoPath]) -> list[RepoPath]:
        """The modules of a cycle that one of them loads itself, in order."""
        return [target for target in self._loads(path) if target in cycle]

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


def _joined(row: Mapping[int, RepoPath], more: Mapping[int, RepoPath]) -> Mapping[int, RepoPath]:
    """What is known with what comes after it; one of both where the other adds nothing."""
    if not row or not more or row is more:
        return row or more
    both = {**more, **row}
    return both if len(both) > len(row) else row
