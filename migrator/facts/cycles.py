"""Files that import each other while they load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from migrator.graph import loaded
from migrator.paths import ROOT, RepoPath, is_within, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["circles", "import_cycles", "shortest"]

_T = TypeVar("_T")


def import_cycles(facts: Facts) -> list[set[RepoPath]]:
    """The files that import each other while they load, a set for each cycle, by their first."""
    return facts.derive(_import_cycles)


def _import_cycles(facts: Facts) -> list[set[RepoPath]]:
    loads = facts.derive(_loads)
    return sorted((found for found in circles(loads, lambda path: loads.get(path, ())) if len(found) > 1), key=min)


def shortest(facts: Facts, cycle: set[RepoPath]) -> list[RepoPath]:
    """A way from the first file of a cycle back to it, in the fewest steps."""
    loads, start = facts.derive(_loads), min(cycle)
    ways: dict[RepoPath, RepoPath] = {}
    pending = [start]
    for here in pending:
        for target in sorted(loads.get(here, ())):
            if target == start:
                way = [start, here]
                while way[-1] != start:
                    way.append(ways[way[-1]])
                return way[::-1]
            if target in cycle and target not in ways:
                ways[target] = here
                pending.append(target)
    return [start]


def _loads(facts: Facts) -> Mapping[RepoPath, set[RepoPath]]:
    """What each file imports while it loads, with the packages that Python loads on the way to a module."""
    found = {source: set(targets) for source, targets in facts.said(loaded).items()}
    packages: dict[RepoPath, tuple[RepoPath, ...]] = {ROOT: ()}

    def around(folder: RepoPath) -> tuple[RepoPath, ...]:
        """The packages that a directory is or lies in, nearest first."""
        if folder not in packages:
            above = around(parent(folder))
            packages[folder] = (folder, *above) if RepoPath(f"{folder}/__init__.py") in facts.tree else above
        return packages[folder]

    for source, targets in found.items():
        for target in [one for one in targets if one.endswith(".py")]:
            # A file inside the package finds it already being loaded.
            inits = (RepoPath(f"{folder}/__init__.py") for folder in around(parent(target)) if not is_within(source, folder))
            targets.update(init for init in inits if init != target)
    return found


def circles(starts: Iterable[_T], targets: Callable[[_T], Iterable[_T]]) -> Iterator[set[_T]]:
    """What one comes to from some starts, those together that lead to each other; each after all that it leads to (Tarjan)."""
    order: dict[_T, int] = {}
    low: dict[_T, int] = {}
    held: dict[_T, None] = {}
    for start in starts:
        stack = [] if start in order else [(start, iter(targets(start)))]
        while stack:
            path, rest = stack[-1]
            if path not in order:
                order[path] = low[path] = len(order)
                held[path] = None
            for target in rest:
                if target not in order:
                    stack.append((target, iter(targets(target))))
                    break
                if target in held:
                    low[path] = min(low[path], order[target])
            else:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[path])
                if low[path] == order[path]:
                    circle: set[_T] = set()
                    while path not in circle:
                        circle.add(held.popitem()[0])
                    yield circle
