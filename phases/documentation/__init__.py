"""Phase 5, Documentation: documents in their places, and pages that follow from what the repository is and from what was done to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from migrator.facts.conventions import with_conventions
from migrator.facts.decided import with_decided
from migrator.facts.interfaces import with_interfaces
from migrator.facts.operating import with_operating
from migrator.generating import FamilyPhase, FamilyTable
from migrator.paths import RepoPath
from migrator.phase import BelowRoot, Part, Planning
from phases.documentation import adrs, api, diagrams, objectives, onboarding, performance, rfcs, runbooks, threats
from phases.documentation.placement import Options as Placement
from phases.documentation.placement import placement
from phases.documentation.placement import problems as problems_of_placement

if TYPE_CHECKING:
    from migrator.artefact import Family
    from migrator.errors import Problem
    from migrator.facts import Facts
    from migrator.facts.landscape import Landscape

__all__ = ["FAMILIES", "Table", "phase"]

_NAME, _NUMBER = "documentation", 5

FAMILIES: tuple[Family, ...] = (
    adrs.family, diagrams.family, rfcs.family, api.family, runbooks.family, objectives.family, threats.family, onboarding.family, performance.family,
)  # fmt: skip
"""Our own families, in the order of their steps."""


class Table(FamilyTable):
    """`[phases.documentation]`; each family has a table of its own in it."""

    decisions: BelowRoot = RepoPath("docs/DECISIONS.md")
    placement: Placement = Placement()


def _opening(planning: Planning, table: Any) -> Part:  # noqa: ANN401  the table composed of ours and the families'
    """Documents that are there come to their places."""
    yield from placement(planning, table.placement)


def _problems(facts: Facts, table: Table) -> Iterable[Problem]:
    """What of the options cannot be."""
    return problems_of_placement(facts, table.placement)


def _landscape(facts: Facts) -> Landscape:
    # What the phase after this one makes would be news to a second run.
    found = with_interfaces(facts, with_operating(facts, with_conventions(facts, _NAME), _NAME, "automation"))
    return with_decided(facts, found, _NAME, _NUMBER, adrs.family.name)


phase = FamilyPhase(
    name=_NAME,
    number=_NUMBER,
    title="Documentation",
    summary="documents in their places; decisions, diagrams, runbooks, objectives and first days, from what the repository is",
    table=Table,
    families=FAMILIES,
    opening=_opening,
    problems=_problems,
    landscape=_landscape,
)
