"""What tests that go share with tests that stay: a conftest file is parted, so that each of its fixtures is where all see it who ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Statement, imports, statements
from migrator.facts.pytests import Fixture, asked, conftests, fixtures
from migrator.facts.suites import TEST_FOLDERS
from migrator.facts.symbols import moved
from migrator.paths import ROOT, RepoPath, ancestors, is_within, name, parent
from migrator.step import MoveSymbol, Remove

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Parting", "partings", "prepares", "provides"]

_SETTINGS = frozenset({"pytest_plugins", "collect_ignore", "collect_ignore_glob"})


class Parting(NamedTuple):
    """What of a conftest file goes elsewhere, and whether anything is left of it; or why it cannot be parted."""

    moves: tuple[MoveSymbol, ...] = ()
    emptied: tuple[Remove, ...] = ()
    why: str = ""
    after: Facts | None = None
    """What is true once it is parted; None where nothing changes."""


def prepares(facts: Facts, conftest: RepoPath) -> str:
    """What of a conftest file concerns every test below it, whether it asks for anything or not; empty where nothing does."""
    automatic = {one.start: one for one in fixtures(facts, conftest) if one.autouse}
    said = statements(facts, conftest)
    used = {word for one in said if one.kind != "import" for word in one.uses}
    for one in said:
        if one.start in automatic:
            return f"the fixture {automatic[one.start].name}, which no test has to ask for"
        if one.kind in {"definition", "assignment"} and one.binds and not any(word.startswith("pytest_") or word in _SETTINGS for word in one.binds):
            continue
        if one.kind not in {"import", "docstring", "main"}:
            return f"`{one.shown}`"
    taken = next((one for local, one in imports(facts, conftest).items() if one.target is not None and local not in used), None)
    return f"its import of {taken.target}" if taken is not None else ""


def provides(facts: Facts, conftest: RepoPath) -> frozenset[str]:
    """The names of the fixtures that a conftest file has for those below it."""
    return frozenset(one.name for one in fixtures(facts, conftest))


def partings(facts: Facts, moves: Mapping[RepoPath, RepoPath]) -> Mapping[RepoPath, Parting]:
    """How each conftest file is parted that stays while files that it prepares go out of its folder, one after the other."""
    chains = dict.fromkeys(
        one for path, new in sorted(moves.items()) for one in _above(facts, path) if one not in moves and not is_within(new, parent(one))
    )
    found: dict[RepoPath, Parting] = {}
    now = facts
    for conftest in sorted(chains):
        found[conftest] = parted(facts, now, conftest, moves)
        now = found[conftest].after or now
    return found


def _above(facts: Facts, path: RepoPath) -> tuple[RepoPath, ...]:
    return conftests(facts, path, ROOT) if path.endswith(".py") else ()


def parted(facts: Facts, now: Facts, conftest: RepoPath, moves: Mapping[RepoPath, RepoPath]) -> Parting:
    """How one is parted, where others are parted already."""
    if every := prepares(facts, conftest):
        return Parting(why=f"it would no longer be prepared by {conftest}, which concerns every test: {every}")
    folder = parent(conftest)
    inside = [path for path in facts.tree.below(folder) if path.endswith(".py") and path != conftest]
    going = {path: moves[path] for path in inside if path in moves and not is_within(moves[path], folder)}
    others = {old: new for old, new in moves.items() if old not in going}
    return _Division(facts, now, conftest, going, tuple(path for path in inside if path not in going), others).parting()


@dataclass(frozen=True)
class _Division:
    """The fixtures of one conftest file, by who asks for them."""

    facts: Facts
    now: Facts
    """The same, where others are parted already."""
    conftest: RepoPath
    going: Mapping[RepoPath, RepoPath]
    staying: tuple[RepoPath, ...]
    others: Mapping[RepoPath, RepoPath]
    """What else goes at the same time."""

    @cached_property
    def fixtures(self) -> Mapping[str, Fixture]:
        """By name."""
        return {one.name: one for one in fixtures(self.facts, self.conftest)}

    @cached_property
    def _defined(self) -> tuple[Statement, ...]:
        return tuple(one for one in statements(self.facts, self.conftest) if one.kind in {"definition", "assignment"})

    @cached_property
    def pieces(self) -> tuple[frozenset[int], ...]:
        """The statements that name each other, by where they start: each piece stays together."""
        asks = {one.start: one.asks for one in self.fixtures.values()}
        found: list[set[int]] = []
        words: list[set[str]] = []
        for one in self._defined:
            mine, bound = {one.start}, set(one.binds)
            used = set(one.uses) - asks.get(one.start, frozenset())
            for index in range(len(found) - 1, -1, -1):
                if words[index] & (bound | used) & self._bound:
                    mine |= found.pop(index)
                    used |= words.pop(index)
            found.append(mine)
            words.append(bound | used)
        return tuple(frozenset(one) for one in found)

    @cached_property
    def _bound(self) -> frozenset[str]:
        return frozenset(word for one in self._defined for word in one.binds)

    def _closure(self, names: Iterable[str]) -> frozenset[str]:
        """The fixtures of the file that are asked for by some names, and by those."""
        pending, found = sorted(names), set[str]()
        while pending:
            if (one := self.fixtures.get(pending.pop())) is not None and one.name not in found:
                found.add(one.name)
                pending += sorted(one.asks)
        return frozenset(found)

    def _of(self, piece: frozenset[int]) -> Iterator[Fixture]:
        return (one for one in self.fixtures.values() if one.start in piece)

    def parting(self) -> Parting:
        """What goes along, what goes up, and what is in the way."""
        wanted = self._closure(word for path in self.going for word in asked(self.facts, path))
        leaving = [piece for piece in self.pieces if any(one.name in wanted for one in self._of(piece))]
        along = list(leaving)
        while True:
            others = [one for piece in self.pieces if piece not in along for one in self._of(piece)]
            kept = self._closure(
                (*(word for path in self.staying for word in asked(self.facts, path)), *(word for one in others for word in one.asks))
            )
            if not (shared := [piece for piece in along if any(one.name in kept for one in self._of(piece))]):
                break
            along = [piece for piece in along if piece not in shared]
        places = {piece: self._place(piece, alone=piece in along) for piece in leaving}
        for piece, place in places.items():
            if why := self._against(piece, place):
                return Parting(why=why)
        symbols = [(one.start, word, place) for piece, place in places.items() for one in self._defined if one.start in piece for word in one.binds]
        parted = tuple(MoveSymbol(self.conftest, word, place) for _, word, place in sorted(symbols))
        done = moved(self.now, [(one.old, one.symbol, one.new) for one in parted])
        if done.why:
            return Parting(why=f"it would no longer be prepared by {self.conftest}, and what it needs of that cannot go: {done.why}")
        return Parting(parted, (Remove(self.conftest),) if parted and len(leaving) == len(self.pieces) else (), after=done.facts)

    def _place(self, piece: frozenset[int], *, alone: bool) -> RepoPath:
        """The conftest file that all have above them who ask for something of a piece."""
        names = {one.name for one in self._of(piece)}
        users = [new for old, new in self.going.items() if self._closure(asked(self.facts, old)) & names]
        homes = [parent(new) for new in users] if alone else [parent(self.conftest), *map(parent, users)]
        shelf = next(above for above in (*ancestors(f"{homes[0]}/x"),) if all(is_within(home, above) for home in homes))
        return RepoPath(f"{shelf}/conftest.py".lstrip("/"))

    def _against(self, piece: frozenset[int], place: RepoPath) -> str:
        """Why a piece cannot be in another conftest file; empty where it can."""
        shelf, names = parent(place), {one.name for one in self._of(piece)}
        lead = f"it would no longer be prepared by {self.conftest}, and what it needs of that cannot go to {place}:"
        if place not in self.facts.tree and not any(name(above) in TEST_FOLDERS for above in ancestors(place)):
            return f"{lead} there is none, and it would lie among the code"
        if place in self.now.tree and (clash := sorted(names & provides(self.now, place))):
            return f"{lead} that has a fixture {clash[0]} too"
        for path, new in self.others.items():
            if is_within(new, shelf) and path.endswith(".py") and (meant := sorted(names & asked(self.facts, path))):
                return f"{lead} {path}, which goes there too, means another {meant[0]}"
        for path in self.facts.tree.below(shelf):
            if not path.endswith(".py") or path in self.going or path in self.others or path in self.staying or path in {place, self.conftest}:
                continue
            if meant := sorted(names & (asked(self.facts, path) | (provides(self.facts, path) if name(path) == "conftest.py" else frozenset()))):
                if name(path) != "conftest.py" and self._given(path, meant[0], shelf):
                    continue
                if name(path) == "conftest.py" and not any(is_within(new, parent(path)) for new in self.going.values()):
                    continue
                return f"{lead} {path} means another {meant[0]}"
        return ""

    def _given(self, path: RepoPath, word: str, shelf: RepoPath) -> bool:
        """Whether a module gets a fixture from a conftest file that is nearer than a folder's."""
        return any(
            word in provides(self.facts, one)
            for one in conftests(self.facts, path, ROOT)
            if one != self.conftest and parent(one) != shelf and is_within(one, shelf)
        )
