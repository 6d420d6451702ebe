"""What has to hold for a test to go: its runners find it, its fixtures are there, and nothing lies where it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.facts.pytests import asked, conftests, fixtures
from migrator.facts.suites import Runner, by_whom, callers, climbs, collected, decides
from migrator.paths import ROOT, RepoPath, ancestors, folded, is_within, name, parent
from phases.tooling.suites.conftests import partings, prepares, provides

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.tooling.suites.conftests import Parting

__all__ = ["After", "is_package", "went"]


def went(facts: Facts, folder: RepoPath, moves: Mapping[RepoPath, RepoPath]) -> RepoPath:
    """Where a folder is after moves: all of its files went together, and who names it follows."""
    inside = facts.tree.below(folder) if folder and folder not in facts.tree else ()
    if any(path not in moves for path in inside):
        return folder
    homes = {moves[path].removesuffix(path[len(folder) :]) if moves[path].endswith(path[len(folder) :]) else ROOT for path in inside}
    home = homes.pop() if len(homes) == 1 else ROOT
    return RepoPath(home or folder)


def is_package(facts: Facts, path: RepoPath) -> bool:
    """Whether a module lies in a package."""
    return RepoPath(f"{parent(path)}/__init__.py".lstrip("/")) in facts.tree


@dataclass(frozen=True)
class After:
    """What would hold after some moves: what lies where, and who runs tests, by where."""

    facts: Facts
    moves: Mapping[RepoPath, RepoPath]
    there: AbstractSet[RepoPath]
    known: Mapping[RepoPath, list[Runner]]

    @cached_property
    def partings(self) -> Mapping[RepoPath, Parting]:
        """How each conftest file is parted that stays while tests go which it prepares."""
        return partings(self.facts, self.moves)

    @cached_property
    def taken(self) -> Counter[str]:
        """How many have a path, where case and the form of letters make no difference."""
        return Counter(folded(path) for path in (*(one for one in self.facts.tree if one not in self.moves), *self.moves.values()))

    def against(self, path: RepoPath, *, test: bool) -> str:
        """Why a file cannot go, or an empty text."""
        new, tree = self.moves[path], self.facts.tree
        if (new in tree and new not in self.moves) or tree.is_dir(new):
            return f"{new} is there already"
        if self.taken[folded(new)] > 1:
            return f"another would be {new} as well"
        if test and (why := self._uncollected(path, new)):
            return why
        return self._unprepared(path, new) if path.endswith(".py") else ""

    def _uncollected(self, path: RepoPath, new: RepoPath) -> str:
        """Why a test would be collected by others than before."""
        before = self.facts.derive(collected).get(path, ())
        if unclear := next((one.why for one in before if one.why), ""):
            return unclear
        was, now = ({(one.tool, one.config) for one in several} for several in (before, by_whom(new, self.known, self.there)))
        for tool, config in sorted(was - now):
            return f"{tool} ({config or 'at the root'}) would not find it at {new}"
        for tool, config in sorted(now - was):
            return f"{tool} ({config or 'at the root'}) would collect it at {new} as well"
        for folder in ancestors(path):
            caller = next(callers(self.facts, folder), None)
            if caller is not None and not is_within(new, went(self.facts, folder, self.moves)):
                return f"{caller} names {folder}, of which not all goes"
        return ""

    def _unprepared(self, path: RepoPath, new: RepoPath) -> str:
        """Why a module of Python would miss what prepares it, or find something else beside it."""
        was = {self.moves.get(one, one) for one in conftests(self.facts, path, ROOT)}
        now = {one for above in ancestors(new) if (one := RepoPath(f"{above}/conftest.py".lstrip("/"))) in self.there}
        for lost in sorted(was - now):
            found = self.partings.get(lost)
            if found is None or found.why:
                return found.why if found is not None else f"it would no longer be prepared by {lost}"
        for more in sorted(now - was):
            if more in self.moves.values() or prepares(self.facts, more) or provides(self.facts, more) & self._names(path):
                return f"it would be prepared by {more} as well"
        if deciding := next((one for one in conftests(self.facts, path, ROOT) if decides(self.facts, one)), None):
            return f"{deciding} decides by itself what is collected where"
        packaged = is_package(self.facts, path)
        for reference in self.facts.graph.references.get(path, ()):
            target = reference.target.path
            beside = target is not None and parent(target) == parent(path) and target.endswith(".py")
            if (
                beside
                and target is not None
                and not packaged
                and not reference.mention.weak
                and self.moves.get(target, target) != RepoPath(f"{parent(new)}/{name(target)}")
            ):
                return f"it imports {target}, which Python finds because it lies beside it"
        if climbs(self.facts, path):
            return "it finds files by its own place"
        if not packaged and any(RepoPath(f"{above}/__init__.py") in self.there for above in ancestors(new) if above and not is_within(path, above)):
            return "it would become part of a package, which it is not"
        return ""

    def _names(self, path: RepoPath) -> frozenset[str]:
        """Every name by which a module, or what prepares it, may ask for a fixture."""
        return asked(self.facts, path).union(*(one.asks for conftest in conftests(self.facts, path, ROOT) for one in fixtures(self.facts, conftest)))
