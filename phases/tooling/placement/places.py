"""Where each script goes, by what it shows that it does: to a folder for that, not at all, or as people say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.purposes import purposes
from migrator.paths import RepoPath, is_within, name, parent
from migrator.placing import Asked, Place, Sorting, application_of, kept
from migrator.wording import counted, listed
from phases.tooling.placement.holds import Holds

if TYPE_CHECKING:
    from migrator.facts.scripts import Evidence, Script
    from phases.tooling.placement.options import Options

__all__ = ["REST", "Scripts"]

REST = "utilities"
"""What nothing says more of; what lies there is looked at again."""
_NOTHING = "nothing shows what it does"
_SEVERAL = 3
"""More purposes than a script has that does one thing."""
_SURE, _PLAIN, _WEAK = 4, 3, 2
"""Weights of evidence: enough by itself, enough where little speaks for anything else, and enough to ask."""


class _Verdict(NamedTuple):
    """The purpose for which most speaks, and whether enough does."""

    evidence: Evidence
    sure: bool


@dataclass
class Scripts(Sorting):
    """The scripts of one tree, sorted."""

    options: Options

    def __post_init__(self) -> None:
        for path, script in self._open():
            self._sort(path, script)
        self.join_neighbours(lambda path, _: application_of(self.facts, path) is None, self.holds.caution)
        self._along()
        self.make_room()
        self._together()

    @cached_property
    def holds(self) -> Holds:
        """What holds them."""
        return Holds(self.facts)

    def _open(self) -> Iterator[tuple[RepoPath, Script]]:
        """The scripts that are not in a place already, are not kept, and are not for another phase."""
        held, known = kept(self.options), self.facts.derive(purposes)
        for path, script in self.holds.scripts.items():
            if held.match_file(path) or path in self.options.moves or not self.facts.read(path).strip():
                continue
            if path in known and known[path].name in self.options.elsewhere:
                continue
            if not any(target and is_within(path, target) for purpose, target in self.options.targets.items() if purpose != REST):
                yield path, script

    def _sort(self, path: RepoPath, script: Script) -> None:
        if not script.runs:
            return
        verdict = self._verdict(path, script)
        settled = is_within(path, self.options.targets.get(REST) or RepoPath(" "))
        if settled and (verdict is None or not verdict.sure or verdict.evidence.purpose == REST):
            return
        target = self.options.targets.get(verdict.evidence.purpose) if verdict is not None else None
        if why := self._stays(path, script, verdict):
            self.stay[path] = why
        elif verdict is not None and target:
            new, why = RepoPath(f"{target}/{name(path)}"), self._said(path, verdict.evidence)
            if lost := self.holds.lost(path, new):
                self.stay[path] = lost
            elif verdict.sure:
                self.go[path] = Place(new, why, self.holds.caution(path))
            else:
                self.asked[path] = Asked(new, why)

    def _stays(self, path: RepoPath, script: Script, verdict: _Verdict | None) -> str:
        """Why a script stays, wherever it would go; empty where it may go."""
        home = application_of(self.facts, path)
        if why := self.holds.held(script):
            return why
        if home is not None and not script.code:
            return f"is one of {home}'s own"
        if verdict is None:
            return _NOTHING
        if len(areas := self._areas(script)) > _SEVERAL:
            return f"does several things ({listed(areas)}): people begin with it"
        if not self.options.targets.get(verdict.evidence.purpose):
            return f"{verdict.evidence.purpose} has no place here"
        pipeline = next((one for one in self.holds.named_by(path) if one.startswith(".github/")), None)
        return f"{pipeline} starts it, so it is not for people's hands alone" if pipeline and verdict.evidence.application else ""

    def _verdict(self, path: RepoPath, script: Script) -> _Verdict | None:
        """What it does, by the weight of what speaks for it against what speaks for something else."""
        loads = self.holds.application(path) is not None
        ours = loads or (bool(script.application) and not is_within(path, "tools"))
        ranked = sorted(
            ((one.weight + (one.application and loads), one) for one in script.evidence if ours or not one.application),
            key=lambda pair: -pair[0],
        )
        if not ranked or ranked[0][0] < _WEAK:
            return None
        weight, best = ranked[0]
        area = self._area(best.purpose)
        second = next((weight for weight, one in ranked[1:] if self._area(one.purpose) != area), 0)
        sure = bool(best.calls or best.start) and ((weight >= _SURE and weight > second) or (weight >= _PLAIN and weight >= second + 2))
        return _Verdict(best, sure)

    @staticmethod
    def _areas(script: Script) -> list[str]:
        """The purposes for which more speaks than a word or a line."""
        return [one.purpose for one in script.evidence if not one.application and len(one.calls) >= _WEAK]

    def _area(self, purpose: str) -> RepoPath:
        """The folder of a group of purposes."""
        target = self.options.targets.get(purpose, RepoPath(purpose))
        return parent(target) if is_within(target, "internal") else target

    def _said(self, path: RepoPath, evidence: Evidence) -> str:
        """What shows what a script does, and who names it."""
        used = self.holds.application(path)
        named = [str(one) for one in self.holds.named_by(path)]
        more = f" and {counted(len(named) - 1, 'more file')}" if len(named) > 1 else ""
        by = f"named by {named[0]}{more}" if named and evidence.start is None else ""
        return ", ".join(filter(None, (str(evidence), f"loads {used}" if used else "", by)))

    # what goes together --------------------------------------------------------------------------------------------------

    def _along(self) -> None:
        """What scripts share goes where all of them go."""
        for path, script in self._open():
            users = self.holds.users.get(path, ())
            if path in self.go or not users or (script.runs and self.stay.get(path) != _NOTHING) or self.holds.held(script):
                continue
            homes = {self._home(user) for user in users}
            if len(homes) == 1 and (home := homes.pop()) != parent(path):
                self.stay.pop(path, None)
                self.go[path] = Place(RepoPath(f"{home}/{name(path)}"), f"used by {listed([str(one) for one in users])}")

    def _together(self) -> None:
        """What Python finds beside a script is beside it afterwards, or neither goes."""
        changed = True
        while changed:
            changed = False
            for path in list(self.go):
                for other in (*self.holds.beside(path), *(user for user in self.holds.users.get(path, ()) if path in self.holds.beside(user))):
                    if path in self.go and self._home(other) != parent(self.go[path].new):
                        self.stay[path] = f"{self.go.pop(path).why}: {other} stays, and one finds the other beside it"
                        changed = True

    def _home(self, path: RepoPath) -> RepoPath:
        return parent(self.go[path].new) if path in self.go else parent(path)
