"""Phase 3, Infrastructure: what the repository runs, each kind of file derived from it a step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrator.generating import FamilyPhase, FamilyTable
from migrator.paths import RepoPath
from migrator.phase import BelowRoot, Part, Planning
from phases.infrastructure import argocd, configuration, docker, helm, kubernetes, monitoring, security, terraform
from phases.infrastructure.placement import Options as Placement
from phases.infrastructure.placement import placement, problems

if TYPE_CHECKING:
    from migrator.artefact import Family
    from migrator.errors import Problem
    from migrator.facts import Facts

__all__ = ["FAMILIES", "Table", "phase"]

FAMILIES: tuple[Family, ...] = (
    kubernetes.family,
    helm.family,
    argocd.family,
    terraform.family,
    monitoring.family,
    security.family,
    configuration.family,
    docker.family,
)
"""Our own families, in the order of their steps."""


class Table(FamilyTable):
    """`[phases.infrastructure]`; each family has a table of its own in it."""

    decisions: BelowRoot = RepoPath("infra/DECISIONS.md")
    placement: Placement = Placement()


def _opening(planning: Planning, table: Table) -> Part:
    return placement(planning, table.placement)


def _problems(facts: Facts, table: Table) -> Iterable[Problem]:
    return problems(facts, table.placement)


phase = FamilyPhase(
    name="infrastructure",
    number=3,
    title="Infrastructure",
    summary="existing files in their places, and what follows from what runs: Kubernetes, Helm, Argo CD, Terraform, monitoring, configuration",
    table=Table,
    families=FAMILIES,
    opening=_opening,
    problems=_problems,
)
