"""A phase with families: it moves what is there, then makes what follows from the landscape, a family a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from migrator.facts.landscape import landscape
from migrator.generating.families import FamilyTable, composed, derived
from migrator.phase import Notes, Part, Planning, Steps

if TYPE_CHECKING:
    from migrator.artefact import Family
    from migrator.errors import Problem
    from migrator.facts import Facts
    from migrator.facts.landscape import Landscape

__all__ = ["FamilyPhase"]


@dataclass(frozen=True, slots=True)
class FamilyPhase:
    """A phase whose files are made by families, its own and those of other packages."""

    name: str
    number: int
    title: str
    summary: str
    table: type[FamilyTable]
    """What its table may say besides those of the families."""
    families: tuple[Family, ...]
    """In the order of their steps; those of other packages come after them."""
    opening: Callable[[Planning, Any], Part]
    """The steps before the families': what is there comes to its place."""
    problems: Callable[[Facts, Any], Iterable[Problem]]
    """What of the options cannot be in this repository: all of it at once."""
    landscape: Callable[[Facts], Landscape] = landscape
    """What the families read."""
    like: Mapping[str, str] = field(default_factory=dict)
    """Options that are what other phases are told, as far as a plan file does not say them: `family.option` to `phase.family.option`."""
    options: type[FamilyTable] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", composed(self.table, self.families))

    def joined(self, families: Sequence[Family]) -> FamilyPhase:
        """The phase with further families. Raises UsageError where a name is taken."""
        return replace(self, families=(*self.families, *families))

    def steps(self, facts: Facts, options: Any) -> Steps:  # noqa: ANN401  the phase's own options model
        """The steps that are still to be done, in order; none on a finished tree (L6)."""
        if wrong := tuple(self.problems(facts, options)):
            return Notes(problems=wrong)
        planning = Planning(facts)
        yield from self.opening(planning, options)
        yield from derived(planning, self.name, self.families, planning.facts.derive(self.landscape), options)
        return planning.notes()
