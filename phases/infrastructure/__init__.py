"""Phase 3, Infrastructure: what the repository runs, each kind of file derived from it a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from migrator.facts.landscape import Landscape
from migrator.generating import FamilyTable, composed, derived
from migrator.paths import RepoPath
from migrator.phase import Directory, Planning, Steps

if TYPE_CHECKING:
    from migrator.artefact import Family
    from migrator.facts import Facts

__all__ = ["FAMILIES", "Infrastructure", "Table", "phase"]

FAMILIES: tuple[Family, ...] = ()
"""Our own families, in the order of their steps; those of other packages come after them."""


class Table(FamilyTable):
    """`[phases.infrastructure]`; each family has a table of its own in it."""

    decisions: Directory = RepoPath("infra/DECISIONS.md")


def _nothing(_: Facts) -> Landscape:
    """Until the landscape is read: nothing runs."""
    return Landscape("", (), ())


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """The phase."""

    families: tuple[Family, ...] = FAMILIES
    landscape: Callable[[Facts], Landscape] = _nothing
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
        planning = Planning(facts)
        # Moves of what is there come here: yield from placement(planning, options)
        landscape = planning.facts.derive(self.landscape)
        yield from derived(planning, self.name, self.families, landscape, options)
        return planning.notes()


phase = Infrastructure()
