"""All that a page tells of a plan: steps with what they change, what was found, asked and decided, what runs, and how far it has come. No secret is in it (L13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from migrator.generating.provenance import FOLDER, provenances
from migrator.kinds import RUNS
from migrator.paths import OURS, is_within, printable
from migrator.report import accounts
from migrator.report.models.accounts import AccountOut
from migrator.report.models.base import Model
from migrator.report.models.findings import FindingOut, GateOut
from migrator.report.models.plans import QuestionOut, moves_of
from migrator.report.teams.pages.changes import Room, changes
from migrator.report.teams.pages.picture import picture
from migrator.secrets import redact

if TYPE_CHECKING:
    from migrator.engine.teams.weekly.progress import Made, Week
    from migrator.facts.landscape.model import Landscape
    from migrator.phase import Phase
    from migrator.plan import Plan, PlannedStep

__all__ = ["PageOut", "Told", "told"]

_ROOM = 6_000_000
"""Characters of diffs in a page."""
_OPEN = 200
"""Open mentions that a step names one by one."""


@dataclass(frozen=True)
class Told:
    """What a page is made of."""

    title: str
    base: str
    """As people call the commit."""
    plan: Plan
    phases: Sequence[Phase]
    landed: Sequence[Made] = ()
    """The steps that the base has."""
    branches: Mapping[str, str] = field(default_factory=dict)
    """By the id of a step, the branch of ours that has it and is not merged."""
    owners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By path, as files are called before the plan."""
    weeks: Sequence[Week] = ()
    """The burn-down."""
    landscape: Landscape | None = None


def told(given: Told, room: int = _ROOM) -> dict[str, Any]:
    """The data of a page: lists, mappings, texts and numbers."""
    plan = given.plan
    space = Room(room)
    numbers = {phase.name: phase.number for phase in given.phases}
    notes = [(name, finding) for name, one in plan.notes.items() for finding in (*one.foremost, *one.findings, *one.details)]
    data = {
        "title": given.title,
        "base": given.base,
        "commit": plan.base,
        "tree": plan.tree,
        "files": len(plan.start.tree),
        "phases": [{"name": phase.name, "number": phase.number, "title": phase.title} for phase in given.phases],
        "steps": [_step(given, step, space, numbers) for step in plan.steps],
        "open": _open(plan.steps),
        "aside": [
            {"number": one.number, "title": one.step.title, "phase": numbers.get(one.phase, -1), "findings": _findings(FindingOut.all(one.findings))}
            for one in plan.aside
        ],
        "landed": list(map(_landed, given.landed)),
        "graph": picture(plan, given.owners),
        "findings": [{"phase": numbers.get(name, -1), **one} for name, finding in notes for one in _findings(FindingOut.all([finding]))],
        "questions": [one.model_dump(mode="json") for one in QuestionOut.all(plan.questions)],
        "waiting": [str(one) for one in plan.waiting.commands],
        "landscape": None if given.landscape is None else _landscape(given.landscape),
        "burndown": [[week.start.isoformat(), week.total, week.left] for week in given.weeks],
    }
    return {key: _clean(value) for key, value in data.items()}


def _open(steps: Iterable[PlannedStep]) -> dict[str, int]:
    """How many mentions of old places all steps leave open, each once, and how many of these in files that run."""
    account = accounts.together([AccountOut.of(step.account) for step in steps])
    return {"all": sum(account.open.values()), "urgent": account.urgent}


def _clean(value: Any) -> Any:  # noqa: ANN401  whatever JSON holds
    """The same without what looks like a secret in any text of it."""
    match value:
        case str():
            return redact(value)
        case dict():
            return {key: _clean(one) for key, one in value.items()}
        case list() | tuple():
            # Most of a page are numbers in long rows.
            return value if value and isinstance(value[0], int) else [_clean(one) for one in value]
        case _:
            return value


def _step(given: Told, step: PlannedStep, room: Room, numbers: Mapping[str, int]) -> dict[str, Any]:
    account = AccountOut.of(step.account)
    still = [mention for mention in account.mentions if mention.column == "open"]
    still.sort(key=lambda mention: mention.kind not in RUNS)
    built = step.built
    return {
        "id": step.id,
        "number": step.number,
        "slug": step.step.slug,
        "phase": numbers.get(step.phase, -1),
        "title": step.step.title,
        "why": step.step.why,
        "needs": list(step.step.needs),
        "branch": given.branches.get(step.id, ""),
        "moves": [
            [printable(old), printable(new), sum(1 for path in built.files if is_within(path, old))] for old, new in moves_of(step.step, built)
        ],
        "moved": len(built.files),
        "edited": sum(1 for path in built.edited if not is_within(path, OURS)),
        "created": sum(1 for path in built.created if not is_within(path, OURS)),
        "deleted": len(built.deleted),
        "rewritten": account.rewritten,
        "left": account.left,
        "open": account.open,
        "urgent": account.urgent,
        "mentions": [[one.path, one.line, one.text, one.reason, one.kind] for one in still[:_OPEN]],
        "gates": [[one.gate, one.passed, one.ran] for one in GateOut.all(step.gates)],
        "findings": _findings(FindingOut.all(step.findings)),
        "todos": list(step.todos),
        "decisions": _decisions(step),
        "changes": changes(built, room),
    }


def _findings(several: Iterable[FindingOut]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in several]


def _decisions(step: PlannedStep) -> list[list[str]]:
    """What the families of a step decided: subject, outcome, message, where that was read."""
    mine = {path for path in (*step.built.created, *step.built.edited) if path.startswith(f"{FOLDER}/")}
    books = [book for book in provenances(step.built.after) if book.path in mine] if mine else []
    return [[one.subject, one.outcome, one.message, str(one.origins[0]) if one.origins else ""] for book in books for one in book.decisions]


def _landed(one: Made) -> dict[str, Any]:
    record = one.record
    day = datetime.fromtimestamp(one.time, UTC).date().isoformat()
    return {
        "number": record.number,
        "id": record.id,
        "title": record.title,
        "why": record.why,
        "date": day,
        "commit": one.commit,
        "moves": len(record.moves),
        "open": sum(record.account.open.values()),
    }


def _landscape(found: Landscape) -> dict[str, Any]:
    links: dict[tuple[str, str], list[str]] = {}
    for link in found.links:
        evidence = links.setdefault((link.source, link.target), [])
        if link.evidence not in evidence:
            evidence.append(link.evidence)
    workloads = [
        [
            one.name,
            one.kind.value.value,
            printable(one.directory) if one.directory else "",
            one.image.value if one.image is not None else "",
            ", ".join(str(port.number.value) for port in one.ports),
            str(one.origins[0]) if one.origins else "",
        ]
        for one in found.workloads
    ]
    return {"workloads": workloads, "links": [[source, target, ", ".join(evidence)] for (source, target), evidence in links.items()]}


class PageOut(Model):
    """`migrate report --html --json`: what was written."""

    file: str
    size: int = Field(description="in bytes")
    base: str = Field(description="the commit that is planned on")
    phases: tuple[int, ...]
    steps: int = Field(description="that are to be made")
    set_aside: int
    merged: int = Field(description="steps that the base has")
    nodes: int = Field(description="files on the map")
    references: int = Field(description="between them, before")
    references_after: int
    questions: int
    findings: int
    open: int = Field(description="mentions of old places that a person must look at")
    urgent: int = Field(description="of these, those in files that run")

    @classmethod
    def of(cls, data: Mapping[str, Any], file: str, size: int) -> Self:
        """What a page tells, in numbers."""
        graph = data["graph"]
        return cls(
            file=file,
            size=size,
            base=data["commit"],
            phases=tuple(phase["number"] for phase in data["phases"]),
            steps=len(data["steps"]),
            set_aside=len(data["aside"]),
            merged=len(data["landed"]),
            nodes=len(graph["files"]),
            references=len(graph["before"]["edges"]) // 2,
            references_after=len(graph["after"]["edges"]) // 2,
            questions=len(data["questions"]),
            findings=len(data["findings"]),
            open=data["open"]["all"],
            urgent=data["open"]["urgent"],
        )
