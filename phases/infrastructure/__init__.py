"""Phase 3, Infrastructure: what the repository runs, each kind of file derived from it a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from migrator.facts.landscape import Landscape, landscape
from migrator.generating import FamilyTable, composed, derived
from migrator.paths import RepoPath
from migrator.phase import Directory, Notes, Planning, Steps
from phases.infrastructure import argocd, configuration, docker, helm, kubernetes, monitoring, security, terraform
from phases.infrastructure.placement import Options as Placement
from phases.infrastructure.placement import placement, problems

if TYPE_CHECKING:
    from migrator.artefact import Family
    from migrator.facts import Facts

__all__ = ["FAMILIES", "Infrastructure", "Table", "phase"]

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
"""Our own families, in the order of their steps; those of other packages come after them."""


class Table(FamilyTable):
    """`[phases.infrastructure]`; each family has a table of its own in it."""

    decisions: Directory = RepoPath("infra/DECISIONS.md")
    placement: Placement = Placement()


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """The phase."""

    families: tuple[Family, ...] = FAMILIES
    landscape: Callable[[Facts], Landscape] = landscape
    """What the families read."""
    name: str = "infrastructure"
    number: int = 3
    title: str = "Infrastructure"
    summary: str = "existing files in their places, and what follows from what runs: Kubernetes, Helm, Argo CD, Terraform, monitoring, configuration"
    options: type[FamilyTable] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", composed(Table, self.families))

    def joined(self, families: Sequence[Family]) -> Infrastructure:
        """The phase with further families. Raises UsageError where a name is taken."""
        return replace(self, families=(*self.families, *families))

    def steps(self, facts: Facts, options: FamilyTable) -> Steps:
        """The steps that are still to be done, in order; none on a finished tree (L6)."""
        table = cast("Table", options)
        if wrong := tuple(problems(facts, table.placement)):
            return Notes(problems=wrong)
        planning = Planning(facts)
        yield from placement(planning, table.placement)
        yield from derived(planning, self.name, self.families, planning.facts.derive(self.landscape), options)
        return planning.notes()


phase = Infrastructure()
