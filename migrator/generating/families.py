"""The families of a phase: their options, and the steps that bring a tree to what they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pydantic

from migrator.artefact import Made
from migrator.errors import Finding, PlanError, Problem, UsageError
from migrator.generating.reconciliation import reconciled
from migrator.generating.report import report
from migrator.paths import OURS, RepoPath, is_within, repo_path
from migrator.phase import BelowRoot, Done, Part, Planning
from migrator.step import Step
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.artefact import Decision, Family
    from migrator.facts.landscape.model import Landscape

__all__ = ["DECISIONS", "FamilyTable", "composed", "derived", "enabled", "switched_off"]

PLAN_FILE = "migrate.toml"
DECISIONS = "decisions"
"""The slug of the step that writes the report."""


class FamilyTable(pydantic.BaseModel):
    """What every phase with families may be told."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    decisions: BelowRoot
    """Where the report of decisions goes."""


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
        family.options.__name__,
        __base__=family.options,
        __doc__=family.options.__doc__,
        enabled=(bool, pydantic.Field(default=True, description="Whether it takes part.")),
    )
    return made


def enabled(options: FamilyTable, family: Family) -> bool:
    """Whether a family takes part."""
    return bool(getattr(getattr(options, family.name), "enabled", True))


def switched_off(options: pydantic.BaseModel) -> tuple[str, ...]:
    """The names of the families that a phase's options leave out."""
    tables = ((name, getattr(options, name)) for name in type(options).model_fields)
    return tuple(name for name, table in tables if isinstance(table, pydantic.BaseModel) and not getattr(table, "enabled", True))


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

    A family that is switched off leaves its files alone. Raises PlanError with all that is wrong with options, and with families.
    """
    sources = Made(decisions=landscape.decisions)
    _tell(planning, sources)
    told: list[tuple[str, Made]] = [("sources", sources)]
    for family, made in _all_made(phase, [one for one in families if enabled(options, one)], landscape, options):
        if made.absent:
            planning.note("absent", family.name, made.absent)
        _tell(planning, made)
        yield from _offered(planning, phase, family.name, family.title, family.why, made)
        told.append((family.name, made))
    page = report(options.decisions, told)
    why = "What became of each field of each source: mapped to what, defaulted why, or dropped with what that means."
    yield from _offered(planning, phase, DECISIONS, "Say what was decided, and why", why, page)


def _all_made(phase: str, families: Sequence[Family], landscape: Landscape, options: FamilyTable) -> list[tuple[Family, Made]]:
    """What each family makes; what is wrong with several is told together."""
    told: list[tuple[Family, Made]] = []
    wrong: list[PlanError] = []
    cause: Exception | None = None
    for family in families:
        table = f"phases.{phase}.{family.name}"
        try:
            made = family.artefacts(landscape, _told(options, family))
        except PlanError as error:
            # What a family has from the one that it is like is told there.
            taken = getattr(family, "like", "") in {one.name for one in families}
            own = getattr(options, family.name).model_fields_set
            said = [one for one in error.as_problems if not taken or one.where.partition(".")[0] in own]
            if said:
                wrong.append(PlanError(error.message, problems=[replace(one, where=f"{table}.{one.where}".rstrip(".")) for one in said]))
        except Exception as error:  # noqa: BLE001  a family may be anybody's, and it is its maker who must hear of it
            cause = cause or error
            text = f"the family {family.name} stopped at an error of its own: {type(error).__name__}: {error}"
            hint = f"tell those who make {type(family).__module__}; `enabled = false` in [{table}] goes on without it"
            wrong.append(PlanError("a family cannot say what it makes", problems=[Problem(table, text, hint)]))
        else:
            if bad := tuple(_misplaced(family, made, table, told=bool(getattr(options, family.name).model_fields_set - {"enabled"}))):
                wrong.append(PlanError("a family makes files where none may", problems=bad))
            told.append((family, made))
    if wrong:
        titles = dict.fromkeys(one.message for one in wrong)
        raise PlanError(" and ".join(titles), f"correct {PLAN_FILE}", [one for error in wrong for one in error.problems]) from cause
    return told


def _misplaced(family: Family, made: Made, table: str, *, told: bool) -> Iterator[Problem]:
    """Files that leave the repository, are ours to keep count of, or are made twice; where a plan file told the family anything, that comes first."""
    hint = f"{f'correct what [{table}] says, or ' if told else ''}tell those who make {type(family).__module__}; `enabled = false` in [{table}] goes on without it"
    seen = set[RepoPath]()
    for path in (artefact.path for artefact in made.artefacts):
        try:
            plain = repo_path(path)
        except UsageError as error:
            yield Problem(table, f"the family {family.name} makes a file that cannot be: {error.message}", hint)
            continue
        if plain != path or is_within(path, OURS) or path in {"", PLAN_FILE}:
            yield Problem(table, f"the family {family.name} makes {path or 'the root'!r}, which no family may write", hint)
        elif path in seen:
            yield Problem(table, f"the family {family.name} makes {path} twice", hint)
        seen.add(path)


def _offered(  # noqa: PLR0913, PLR0917  the parts of a step
    planning: Planning, phase: str, slug: str, title: str, why: str, made: Made
) -> Part:
    found = reconciled(planning.facts, phase, slug, made)
    planning.findings += found.findings
    planning.details += found.details
    planning.questions += found.questions
    if found.actions:
        yield from planning.offer(Step(slug, title, f"{why}{_sources(made)}", tuple(found.actions)))
    elif found.provenance.files:
        planning.done.append(Done(slug, f"{counted(len(found.provenance.files), 'file')} say what follows from the repository"))


def _sources(made: Made) -> str:
    """Where the values come from, for who reviews the step."""
    paths = sorted({origin.path for artefact in made.artefacts for origin in artefact.sources if origin.path})
    return f" Its values come from {listed(list(paths))}." if paths else ""


def _tell(planning: Planning, made: Made) -> None:
    """Decisions among the findings, once each: families that ask the same say the same."""
    known = {*planning.details, *planning.findings}
    for finding in dict.fromkeys(_said(made.decisions)):
        if finding not in known:
            (planning.details if finding.kind == "mapped" else planning.findings).append(finding)


def _said(decisions: Sequence[Decision]) -> Iterator[Finding]:
    """Decisions as findings: what is lost is a warning, what is mapped is told to those who ask."""
    for one in decisions:
        first = next((origin for origin in one.origins if origin.path), None)
        path, line = (first.path, first.line) if first is not None else ("", 0)
        said = one.message if one.subject == path else f"{one.subject}: {one.message}"  # the path stands before it
        yield Finding(one.outcome, path, said, line, "warning" if one.outcome == "dropped" else "info")
