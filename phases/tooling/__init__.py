"""Phase 4, Tooling: scripts, internal tools and tests where what they do belongs, what stands twice said once, and tools made of what is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from migrator.facts.conventions import with_conventions
from migrator.generating import FamilyPhase, FamilyTable, enabled
from migrator.paths import RepoPath
from migrator.phase import BelowRoot, Part, Planning
from phases.tooling import benchmarks, cli, generators, linters
from phases.tooling.duplication import Options as Duplication
from phases.tooling.duplication import duplication
from phases.tooling.placement import Options as Placement
from phases.tooling.placement import placement
from phases.tooling.placement import problems as problems_of_placement
from phases.tooling.suites import Options as Suites
from phases.tooling.suites import problems as problems_of_suites
from phases.tooling.suites import suites

if TYPE_CHECKING:
    from migrator.artefact import Family
    from migrator.errors import Problem
    from migrator.facts import Facts
    from migrator.facts.landscape import Landscape

__all__ = ["FAMILIES", "Table", "phase"]

FAMILIES: tuple[Family, ...] = (generators.family, linters.family, cli.family, benchmarks.family)
"""Our own families, in the order of their steps."""


class Table(FamilyTable):
    """`[phases.tooling]`; each family has a table of its own in it."""

    decisions: BelowRoot = RepoPath("tools/DECISIONS.md")
    placement: Placement = Placement()
    suites: Suites = Suites()
    duplication: Duplication = Duplication()


def _opening(planning: Planning, table: Any) -> Part:  # noqa: ANN401  the table composed of ours and the families'
    """What is there comes to its place, and what stands twice is said once."""
    # A load test among the scripts is taken for a benchmark first; what stands twice is named by its last place.
    if enabled(table, benchmarks.family):
        yield from benchmarks.placement(planning, table.benchmarks)
    yield from placement(planning, table.placement)
    yield from suites(planning, table.suites)
    yield from duplication(planning, table.duplication)


def _problems(facts: Facts, table: Table) -> Iterable[Problem]:
    """What of the options cannot be."""
    yield from problems_of_placement(facts, table.placement)
    yield from problems_of_suites(facts, table.suites)


def _landscape(facts: Facts) -> Landscape:
    return with_conventions(facts, "tooling")


phase = FamilyPhase(
    name="tooling",
    number=4,
    title="Tooling",
    summary="scripts, internal tools and tests by what they do; generators, linters, benchmarks and a command line of what is there",
    table=Table,
    families=FAMILIES,
    opening=_opening,
    problems=_problems,
    landscape=_landscape,
    like={f"benchmarks.{one}": f"infrastructure.monitoring.{one}" for one in ("objective", "objectives")},
)
