"""Phase 6, Automation: workflows of what the repository really runs, who owns what, and how it is kept up to date and released."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migrator.facts.delivery import with_delivery
from migrator.facts.upkeep import upkeep
from migrator.generating import FamilyPhase, FamilyTable, enabled
from migrator.paths import RepoPath
from migrator.phase import BelowRoot, Part, Planning
from phases.automation import actions, dependabot, forms, owners, releases, stale, workflows
from phases.automation.dependabot.merging import merging as merging_updates
from phases.automation.owners.merging import merging as merging_owners

if TYPE_CHECKING:
    from migrator.artefact import Family
    from migrator.errors import Problem
    from migrator.facts import Facts
    from migrator.facts.landscape import Landscape
    from migrator.facts.upkeep import Upkeep

__all__ = ["FAMILIES", "Table", "phase"]

FAMILIES: tuple[Family, ...] = (actions.family, workflows.family, owners.family, dependabot.family, forms.family, stale.family, releases.family)
"""Our own families, in the order of their steps."""


class Table(FamilyTable):
    """`[phases.automation]`; each family has a table of its own in it."""

    decisions: BelowRoot = RepoPath(".github/DECISIONS.md")


def _opening(planning: Planning, table: Any) -> Part:  # noqa: ANN401  the table composed of ours and the families'
    """What people wrote gets what it lacks, or comes to another place."""
    if enabled(table, workflows.family):
        yield from workflows.replacement(planning, table.workflows)
    if enabled(table, owners.family):
        yield from merging_owners(planning, planning.facts.derive(_upkeep), table.owners)
    if enabled(table, dependabot.family):
        yield from merging_updates(planning, planning.facts.derive(_upkeep), table.dependabot)


def _problems(facts: Facts, table: Any) -> Iterable[Problem]:  # noqa: ANN401  the same
    """What of the options cannot be."""
    yield from workflows.problems(facts, table.workflows)


def _upkeep(facts: Facts) -> Upkeep:
    return upkeep(facts, "automation")


def _landscape(facts: Facts) -> Landscape:
    return replace(with_delivery(facts, "automation"), upkeep=facts.derive(_upkeep))


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
    like={f"workflows.releases.{one}": f"automation.releases.{one}" for one in ("enabled", "tool", "branch", "changesets", "keep")},
)
