"""Phase 6, Automation: workflows of what the repository really runs, who owns what, and how it is kept up to date and released."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from migrator.facts.conventions import with_conventions
from migrator.generating import FamilyPhase, FamilyTable
from migrator.paths import RepoPath
from migrator.phase import BelowRoot, Part, Planning

if TYPE_CHECKING:
    from migrator.artefact import Family
    from migrator.errors import Problem
    from migrator.facts import Facts
    from migrator.facts.landscape import Landscape

__all__ = ["FAMILIES", "Table", "phase"]

FAMILIES: tuple[Family, ...] = ()
"""Our own families, in the order of their steps."""


class Table(FamilyTable):
    """`[phases.automation]`; each family has a table of its own in it."""

    decisions: BelowRoot = RepoPath(".github/DECISIONS.md")


def _opening(planning: Planning, table: Any) -> Part:  # noqa: ANN401, ARG001  the table composed of ours and the families'
    """What is there comes to its place."""
    yield from ()


def _problems(facts: Facts, table: Table) -> Iterable[Problem]:  # noqa: ARG001
    """What of the options cannot be."""
    return ()


def _landscape(facts: Facts) -> Landscape:
    return with_conventions(facts, "automation")


phase = FamilyPhase(
    name="automation",
    number=6,
    title="Automation",
    summary="workflows, actions, forms, owners, updates and releases, from what the repository has and runs",
    table=Table,
    families=FAMILIES,
    opening=_opening,
    problems=_problems,
    landscape=_landscape,
)
