"""The families of a phase: their options, and the steps that bring a tree to what they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

import pydantic

from migrator.errors import Finding, UsageError
from migrator.generating.reconciliation import reconciled
from migrator.generating.report import report
from migrator.phase import Directory, Done, Part, Planning
from migrator.step import Step
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.artefact import Decision, Family, Made
    from migrator.facts.landscape.model import Landscape

__all__ = ["DECISIONS", "FamilyTable", "Generator", "composed", "derived", "enabled"]

DECISIONS = "decisions"
"""The slug of the step that writes the report."""


class FamilyTable(pydantic.BaseModel):
    """What every phase with families may be told."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    gates: tuple[str, ...] = ()
    """Command gates that judge every step of this phase."""
    decisions: Directory
    """Where the report of decisions goes."""


@runtime_checkable
class Generator(Protocol):
    """A phase that other packages may add families to."""

    name: str

    def joined(self, families: Sequence[Family]) -> Self:
        """The phase with further families. Raises UsageError where a name is taken."""


def composed(table: type[FamilyTable], families: Sequence[Family]) -> type[FamilyTable]:
    """The options of a phase: its own, and a table for each family, which has `enabled` besides what the family asks.

    Raises UsageError where two families, or a family and an option, have one name.
    """
    taken = set(table.model_fields)
    for family in families:
        if family.name in taken:
            raise UsageError(f"the family {family.name!r} has a name that is taken", "uninstall one of the packages that provide it")
        taken.add(family.name)
    tables: dict[str, Any] = {family.name: (_switched(family), pydantic.Field(default_factory=_switched(family))) for family in families}
    made: type[FamilyTable] = pydantic.create_model("Options", __base__=table, __doc__=table.__doc__, **tables)
    return made


def _switched(family: Family) -> type[pydantic.BaseModel]:
    """The options of a family that can be left out."""
    if "enabled" in family.options.model_fields:
        return family.options
    made: type[pydantic.BaseModel] = pydantic.create_model(
        family.options.__name__, __base__=family.options, __doc__=family.options.__doc__, enabled=(bool, True)
    )
    return made


def enabled(options: FamilyTable, family: Family) -> bool:
    """Whether a family takes part."""
    return bool(getattr(getattr(options, family.name), "enabled", True))


def _told(options: FamilyTable, family: Family) -> pydantic.BaseModel:
    """What a family is told: its table; where it is `like` another, that one's says what its own does not."""
    own: pydantic.BaseModel = getattr(options, family.name)
    other: pydantic.BaseModel | None = getattr(options, getattr(family, "like", ""), None)
    if other is None:
        return own
    taken = (other.model_fields_set & type(own).model_fields.keys()) - own.model_fields_set - {"enabled"}
    return own.model_copy(update={name: getattr(other, name) for name in taken})


def derived(planning: Planning, phase: str, families: Sequence[Family], landscape: Landscape, options: FamilyTable) -> Part:
    """A step for each family whose files are not as it makes them now, then one for the report; the rest is findings, questions and done.

    A family that is switched off leaves its files alone.
    """
    told: list[tuple[Family, Made]] = []
    known: set[Decision] = set()
    for family in families:
        if not enabled(options, family):
            continue
        made = family.artefacts(landscape, _told(options, family))
        if made.absent:
            planning.note("absent", family.name, made.absent)
        for finding in _said([one for one in made.decisions if one not in known]):
            (planning.details if finding.kind == "mapped" else planning.findings).append(finding)
        known.update(made.decisions)
        yield from _offered(planning, phase, family.name, family.title, family.why, made, options)
        told.append((family, made))
    page = report(options.decisions, told)
    why = "What became of each field of each source: mapped to what, defaulted why, or dropped with what that means."
    yield from _offered(planning, phase, DECISIONS, "Say what was decided, and why", why, page, options)


def _offered(  # noqa: PLR0913, PLR0917  the parts of a step
    planning: Planning, phase: str, slug: str, title: str, why: str, made: Made, options: FamilyTable
) -> Part:
    found = reconciled(planning.facts, phase, slug, made)
    planning.findings += found.findings
    planning.details += found.details
    planning.questions += found.questions
    if found.actions:
        yield from planning.offer(Step(slug, title, f"{why}{_sources(made)}", tuple(found.actions), gates=options.gates))
    elif found.provenance.files:
        planning.done.append(Done(slug, f"{counted(len(found.provenance.files), 'file')} say what follows from the repository"))


def _sources(made: Made) -> str:
    """Where the values come from, for who reviews the step."""
    paths = sorted({origin.path for artefact in made.artefacts for origin in artefact.sources if origin.path})
    return f" Its values come from {listed(list(paths))}." if paths else ""


def _said(decisions: Sequence[Decision]) -> Iterator[Finding]:
    """Decisions as findings: what is lost is a warning, what is mapped is told to those who ask."""
    for one in decisions:
        first = next((origin for origin in one.origins if origin.path), None)
        path, line = (first.path, first.line) if first is not None else ("", 0)
        yield Finding(one.outcome, path, f"{one.subject}: {one.message}", line, "warning" if one.outcome == "dropped" else "info")
