"""Which declarations speak of one workload: compose projects that belong together share their names, others have names of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from migrator.origin import Decision
from migrator.paths import is_within, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.joining.declarations import Declaration
    from migrator.paths import RepoPath

__all__ = ["grouped"]

_SHARED = 2
"""So many names in common make two projects one system."""


def grouped(facts: Facts, declared: Iterable[Declaration]) -> tuple[Mapping[str, tuple[Declaration, ...]], tuple[Decision, ...]]:
    """The declarations of each workload by its name, and which names were taken twice."""
    projects: dict[tuple[RepoPath, ...], list[Declaration]] = {}
    for one in declared:
        projects.setdefault(one.project.files, []).append(one)
    systems: list[list[Declaration]] = []
    for several in projects.values():
        joined = [system for system in systems if _belong(facts, system, several)]
        rest = [system for system in systems if system not in joined]
        systems = [*rest, [*(one for system in joined for one in system), *several]]
    systems.sort(key=lambda system: min(one.project.files for one in system))
    found: dict[str, tuple[Declaration, ...]] = {}
    decisions: list[Decision] = []
    for system in systems:
        by_name: dict[str, list[Declaration]] = {}
        for one in system:
            by_name.setdefault(one.service.name, []).append(one)
        for title, several in by_name.items():
            whole = title
            if title in found:
                origins = (*found[title][0].service.origins[:1], *several[0].service.origins[:1])
                whole = _other(title, several[0].project.directory, found)
                decisions.append(Decision(f"name {title}", "mapped", f"two workloads are called {title}; the second is called {whole} here", origins))
            found[whole] = tuple(several)
    return found, tuple(decisions)


def _other(title: str, directory: RepoPath, taken: Mapping[str, object]) -> str:
    """A name that tells where a workload is from."""
    parts = [part for part in directory.split("/") if part]
    for length in range(1, len(parts) + 1):
        whole = "-".join((*parts[-length:], title))
        if whole not in taken:
            return whole
    return next(f"{title}-{number}" for number in range(2, len(taken) + 3) if f"{title}-{number}" not in taken)


def _belong(facts: Facts, system: Iterable[Declaration], several: Iterable[Declaration]) -> bool:
    """Whether projects run the same things: they lie in one directory, build the same code, or share names that do not build different code."""
    one = {declaration.service.name: declaration for declaration in system}
    other = {declaration.service.name: declaration for declaration in several}
    shared = one.keys() & other.keys()
    places = {(_place(facts, one[title]), _place(facts, other[title])) for title in shared}
    if any(left is not None and right is not None and not _near(left, right) for left, right in places):
        return False
    if any(left is not None and left == right for left, right in places):
        return True
    above = {declaration.project.directory for declaration in one.values()}
    below = {declaration.project.directory for declaration in other.values()}
    if above & below and any(_cousins(left, right) for left in one.values() for right in other.values()):
        return True
    return len(shared) >= _SHARED


def _cousins(left: Declaration, right: Declaration) -> bool:
    return parent(left.project.base) == parent(right.project.base) and bool(name(left.project.base))


def _near(left: RepoPath, right: RepoPath) -> bool:
    return is_within(left, right) or is_within(right, left)


def _place(facts: Facts, declaration: Declaration) -> RepoPath | None:
    """The directory that a service is built from, where it is there."""
    build = declaration.workload.build
    if build is None or declaration.service.build is None or declaration.service.build.context is None:
        return None
    where = parent(build.dockerfile.value) if build.dockerfile is not None and build.dockerfile.value in facts.tree else build.context.value
    return where if where == "" or facts.tree.is_dir(where) else None
