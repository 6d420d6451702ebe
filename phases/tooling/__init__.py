"""Phase 4, Tooling: scripts, internal tools and tests where what they do belongs, and generators, linters, benchmarks and a command line made of what is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrator.facts.landscape import with_projects
from migrator.generating import FamilyPhase, FamilyTable
from migrator.paths import RepoPath
from migrator.phase import Directory, Part, Planning
from phases.tooling.suites import Options as Suites
from phases.tooling.suites import problems as problems_of_suites
from phases.tooling.suites import suites

if TYPE_CHECKING:
    from migrator.artefact import Family
    from migrator.errors import Problem
    from migrator.facts import Facts

__all__ = ["FAMILIES", "Table", "phase"]

FAMILIES: tuple[Family, ...] = ()
"""Our own families, in the order of their steps."""


class Table(FamilyTable):
    """`[phases.tooling]`; each family has a table of its own in it."""

    decisions: Directory = RepoPath("tools/DECISIONS.md")
    suites: Suites = Suites()


def _opening(planning: Planning, table: Table) -> Part:
    """What is there comes to its place."""
    yield from suites(planning, table.suites)


def _problems(facts: Facts, table: Table) -> Iterable[Problem]:  # noqa: ARG001
    yield from problems_of_suites(table.suites)


phase = FamilyPhase(
    name="tooling",
    number=4,
    title="Tooling",
    summary="scripts, internal tools and tests by what they do; generators, linters, benchmarks and a command line of what is there",
    table=Table,
    families=FAMILIES,
    opening=_opening,
    problems=_problems,
    landscape=with_projects,
)
