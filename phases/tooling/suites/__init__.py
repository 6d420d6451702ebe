"""Tests by what they reach for: a kind a step, with the line that shows it, one command a kind, and what they have to cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.projects import project_of
from migrator.facts.suites import KINDS, UNIT, classified, collected, owner
from migrator.paths import ROOT, RepoPath
from migrator.placing import problems as shared_problems
from migrator.placing import wanted
from migrator.step import Move, Step, Write
from migrator.wording import counted, listed
from phases.tooling.suites.alone import alone
from phases.tooling.suites.commands import commands
from phases.tooling.suites.coverage import coverage
from phases.tooling.suites.options import Options
from phases.tooling.suites.places import Places

if TYPE_CHECKING:
    from migrator.errors import Problem
    from migrator.facts import Facts
    from migrator.phase import Part, Planning

__all__ = ["Options", "problems", "suites"]

_TABLE = "phases.tooling.suites"
_WHY = {
    "integration": "Tests that need more than their own process lie apart, so that people can run what needs nothing at any time.",
    "e2e": "Tests that drive the whole system from outside lie apart: they are slow, and need it running.",
    "performance": "Scripts that make load are for a system that is meant for it.",
    "security": "Tests that attack and tests of what rules demand are read together by those who answer for it.",
    "visual": "Tests that compare pictures lie with their pictures.",
}
"""By kind, in the order of the steps."""


def problems(facts: Facts, options: Options) -> Iterator[Problem]:
    """What of the options cannot be: all of it at once."""
    return shared_problems(facts, _TABLE, options, KINDS, "kind of tests")


def suites(planning: Planning, options: Options) -> Part:
    """Bring tests to where their kind is; nothing on a finished tree (L6)."""
    if not options.enabled:
        return
    _said(planning)
    for top, why in _WHY.items():
        places = Places(planning.facts, options, top)
        _stays(planning, places.stay)
        if places.go:
            yield from planning.offer(_step(top, why, places))
    yield from _as_asked(planning, options)
    yield from alone(planning)
    yield from commands(planning, options)
    yield from coverage(planning, options)


def _step(top: str, why: str, places: Places) -> Step:
    folders = sorted({_home(new, top) for new in places.go.values()})
    shown = [f"{old} ({places.shown(old)})" for old in sorted(places.go)]
    moves = {**places.go, **places.along}
    return Step(
        slug=f"tests-{top}",
        title=f"Move {counted(len(places.go), 'test file')} to {listed(folders)}",
        why=f"{why} {listed(shown)}.",
        actions=(
            *(Move(old, new) for old, new in sorted(moves.items())),
            *(Write(path, b"") for path in places.packages),
            *places.parted,
            *(edit for one in places.extended.values() for edit in one.edits),
        ),
        findings=tuple(Finding("suite", new, places.shown(old), severity="info") for old, new in sorted(places.go.items())),
    )


def _home(path: RepoPath, top: str) -> str:
    before, _, _ = path.partition(f"/{top}/")
    return f"{before}/{top}"


def _said(planning: Planning) -> None:
    """How many tests of which kind each project has, and for those who ask what shows it of each."""
    facts = planning.facts
    counts: dict[RepoPath, Counter[str]] = {}
    for path, shown in sorted(classified(facts).items()):
        project = project_of(facts, path)
        counts.setdefault(project.directory if project is not None else ROOT, Counter())[shown.kind] += 1
        planning.details.append(Finding("test", path, shown.told(path), severity="info"))
    order = (UNIT, *KINDS)
    for base, kinds in sorted(counts.items()):
        said = ", ".join(f"{kinds[kind]} {kind}" for kind in order if kinds[kind])
        planning.note("tests", base, f"{counted(sum(kinds.values()), 'test file')}: {said}")
    for path, several in sorted(collected(facts).items()):
        mine = owner(facts, path)
        families = [one.family for one in several]
        if len(set(families)) > 1:
            who = " and ".join(f"{one.tool} ({one.config})" for one in several)
            planning.note("twice", path, f"is collected by {who}" + (f", and says that it is {mine}'s" if mine else ""), warning=True)


def _stays(planning: Planning, stay: Mapping[RepoPath, str]) -> None:
    """A line for each reason why tests stay, and each test for those who ask."""
    reasons: dict[str, list[RepoPath]] = {}
    for path, why in sorted(stay.items()):
        planning.details.append(Finding("stays", path, why, severity="info"))
        reasons.setdefault(why.rpartition("; ")[2], []).append(path)
    for why, paths in sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        more = f", with {len(paths) - 1} more" if len(paths) > 1 else ""
        planning.note("stays", paths[0], f"{why}{more}; `[{_TABLE}.moves]` names another place")


def _as_asked(planning: Planning, options: Options) -> Part:
    """What people say goes to a place of its own."""
    if moves := wanted(planning, options):
        step = Step(
            slug="tests-as-asked",
            title=f"Move {counted(len(moves), 'test file')} as the plan file says",
            why="The plan file says where these go.",
            actions=tuple(Move(old, new) for old, new in sorted(moves.items())),
        )
        yield from planning.offer(step)
