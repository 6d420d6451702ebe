"""What `--json` prints: one model per command, from which the schemas under `docs/` are generated.

Everything here is written to standard output as one JSON object; errors go to standard error as `ErrorOut`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticSerializationError

from migrator.errors import Finding, MigrateError, Problem
from migrator.paths import printable
from migrator.report.diff import diff_of
from migrator.report.lens import EVERYTHING, Lens
from migrator.secrets import HIDDEN, approvable, redact, telling
from migrator.step import MergeSymbol, MoveSymbol, Step
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.account.entries import Account
    from migrator.build import Built
    from migrator.doctor import Proposal, Tool
    from migrator.engine.branches import BranchStatus
    from migrator.engine.explanation import Explanation, Line
    from migrator.engine.freshness import Stale
    from migrator.engine.making import DoneStep
    from migrator.engine.running import Run
    from migrator.engine.target import Place
    from migrator.engine.teams.weekly.slices import Cut
    from migrator.journal import JournalEntry, Todo
    from migrator.origin import Origin
    from migrator.phase import Phase, Question
    from migrator.plan import Aside, GateReport, Plan, PlannedStep
    from migrator.planfile import Declared, Waiting
    from migrator.proving import Proof, Use
    from migrator.record import Counted


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def dumps(model: BaseModel) -> str:
    """A model as JSON that every console and every file encoding can hold: what is not ASCII is escaped."""
    with contextlib.suppress(PydanticSerializationError):  # a path that is no text
        if (text := model.model_dump_json(indent=2)).isascii():
            return text
    return json.dumps(model.model_dump(mode="json"), indent=2)


class FindingOut(_Model):
    """Something worth knowing."""

    kind: str
    path: str
    line: int = Field(description="0 when it is about the whole file")
    message: str
    severity: str = Field(description="info, warning or error")

    @classmethod
    def all(cls, findings: Iterable[Finding]) -> tuple[Self, ...]:
        """Each finding."""
        return tuple(cls(kind=f.kind, path=f.path, line=f.line, message=f.message, severity=f.severity) for f in findings)

    @staticmethod
    def back(several: Iterable[FindingOut]) -> list[Finding]:
        """The findings themselves."""
        return [Finding(**one.model_dump()) for one in several]


class ProblemOut(_Model):
    """Something that must be solved first."""

    where: str
    message: str
    hint: str = ""

    @classmethod
    def all(cls, problems: Iterable[Problem]) -> tuple[Self, ...]:
        """Each problem."""
        return tuple(cls(where=p.where, message=p.message, hint=p.hint) for p in problems)


class GateOut(_Model):
    """What one gate said of one step."""

    gate: str
    passed: bool
    seconds: float
    ran: bool = Field(description="false for a declared gate that judged nothing, because nobody approved its command")
    findings: tuple[FindingOut, ...] = ()

    @classmethod
    def all(cls, reports: Iterable[GateReport]) -> tuple[Self, ...]:
        """Each report."""
        return tuple(cls(gate=r.gate, passed=r.passed, seconds=round(r.seconds, 3), ran=r.ran, findings=FindingOut.all(r.findings)) for r in reports)


class WaitingOut(_Model):
    """Declared commands that did not run, or would not."""

    commands: tuple[str, ...] = Field(description="`gate NAME` and `document NAME`; empty when everything that is declared is approved")
    why: str = Field(description="empty when everything is approved")

    @classmethod
    def of(cls, waiting: Waiting) -> Self:
        """What waits for somebody who approves it."""
        return cls(commands=tuple(map(str, waiting.commands)), why=waiting.why if waiting else "")


class AsideOut(_Model):
    """A step that was not made, with the reasons."""

    id: str
    phase: str
    number: str
    title: str
    findings: tuple[FindingOut, ...]

    @classmethod
    def all(cls, items: Iterable[Aside]) -> tuple[Self, ...]:
        """Each step."""
        return tuple(cls(id=i.id, phase=i.phase, number=i.number, title=i.step.title, findings=FindingOut.all(i.findings)) for i in items)


class MentionOut(_Model):
    """A mention of an old place, as it stands in the result."""

    path: str
    line: int
    text: str = Field(description="the line, or of what was rewritten the new text")
    column: str = Field(description="rewritten, left or open")
    reason: str
    kind: str = Field(description="code, scripts, CI, images, platforms, settings, documents or data")


class AccountOut(_Model):
    """What became of every mention of a place that moved: each is in exactly one column."""

    rewritten: dict[str, int] = Field(description="by kind of file")
    left: dict[str, int] = Field(description="by reason")
    open: dict[str, int] = Field(description="by kind of file: it may break, and a person must look")
    urgent: int = Field(description="how many are open in files that run: scripts, CI, images, platforms")
    mentions: tuple[MentionOut, ...] = Field(description="all of them; of steps that were made earlier the open ones")

    @classmethod
    def of(cls, told: Account) -> Self:
        """An account."""
        counted = told.counted()
        mentions = tuple(
            MentionOut(path=printable(e.path), line=e.line, text=e.text, column=e.column, reason=e.reason, kind=e.kind) for e in told.entries
        )
        return cls(rewritten=counted.rewritten, left=counted.left, open=counted.open, urgent=len(told.urgent), mentions=mentions)

    @classmethod
    def kept(cls, counted: Counted) -> Self:
        """What the journal keeps of an account."""
        mentions = tuple(MentionOut(column="open", **entry.model_dump()) for entry in counted.entries)
        return cls(rewritten=counted.rewritten, left=counted.left, open=counted.open, urgent=len(counted.urgent), mentions=mentions)


class TodoOut(_Model):
    """Something that a person has to do by hand."""

    id: int = Field(description="for `migrate done`; it never changes")
    text: str

    @classmethod
    def all(cls, items: Iterable[Todo]) -> tuple[Self, ...]:
        """Each thing."""
        return tuple(cls(id=todo.number, text=todo.text) for todo in items)


class StepOut(_Model):
    """A step of a plan, with what it makes of the tree before it."""

    id: str = Field(description="never changes: PHASE/SLUG")
    phase: str
    number: str = Field(description="what people say: 1.03")
    title: str
    why: str
    needs: tuple[str, ...] = Field(description="slugs of steps of the same phase")
    moves: tuple[tuple[str, str], ...] = Field(description="[old, new]; a symbol as [FILE::NAME, FILE]")
    edits: tuple[str, ...] = Field(description="files whose content changes, by their new path")
    creates: tuple[str, ...]
    deletes: tuple[str, ...]
    tree: str = Field(description="the id of the tree it makes, which `run` commits")
    findings: tuple[FindingOut, ...]
    gates: tuple[GateOut, ...]
    account: AccountOut
    todos: tuple[str, ...] = Field(description="what a person has to do by hand afterwards")
    diff: str | None = Field(None, description="with --diff")

    @classmethod
    def of(cls, step: PlannedStep, *, diff: bool = False, lens: Lens = EVERYTHING) -> Self:
        """A planned step."""
        built = step.built
        return cls(
            id=step.id,
            phase=step.phase,
            number=step.number,
            title=step.step.title,
            why=step.step.why,
            needs=step.step.needs,
            moves=moves_of(step.step, built),
            edits=built.edited,
            creates=built.created,
            deletes=built.deleted,
            tree=step.tree,
            findings=FindingOut.all(step.findings),
            gates=GateOut.all(step.gates),
            account=AccountOut.of(step.account),
            todos=step.todos,
            diff=diff_of(built, lens).decode("utf-8", "replace") if diff else None,
        )


def moves_of(step: Step, built: Built) -> tuple[tuple[str, str], ...]:
    """What moves as it was asked for: files, directories, symbols."""
    symbols = tuple((f"{a.old}::{a.symbol}", str(a.new)) for a in step.actions if isinstance(a, MoveSymbol | MergeSymbol))
    return (*((str(old), str(new)) for old, new in sorted(built.moves.pairs.items())), *symbols)


class DoneOut(_Model):
    """What a phase wanted and found already there."""

    phase: str
    slug: str
    message: str


class QuestionOut(_Model):
    """What only a person can decide; `migrate answer --set ID=ANSWER` writes it into the plan file."""

    id: str
    where: str
    text: str
    answers: tuple[str, ...] = Field(description="one of several lines is a piece of a plan file")
    key: str = Field(description="the option that the answer is for; empty where it goes into [answers] under the id, or is a piece")

    @classmethod
    def all(cls, questions: Iterable[Question]) -> tuple[Self, ...]:
        """Each question."""
        return tuple(cls(id=q.id, where=q.where, text=q.text, answers=q.answers, key=".".join(q.key)) for q in questions)


class SliceOut(_Model):
    """The slice that was asked for."""

    files: int = Field(description="the files that its steps touch, a file once for each step")
    along: dict[str, str] = Field(description="steps that were not asked for, by id, each with the one that needs it")
    later: tuple[str, ...] = Field(description="ids of the steps that were asked for and have no room")
    too_large: tuple[str, ...] = Field(description="ids of the steps that are larger than any slice of this size")

    @classmethod
    def of(cls, cut: Cut | None) -> Self | None:
        """A slice; None where the whole was asked for."""
        if cut is None:
            return None
        along = {step: needing.id for step, needing in cut.along.items()}
        return cls(files=cut.files, along=along, later=tuple(one.id for one in cut.later), too_large=tuple(one.id for one in cut.large))


class PlanOut(_Model):
    """`migrate plan --json`."""

    base: str
    base_tree: str
    steps: tuple[StepOut, ...]
    set_aside: tuple[AsideOut, ...] = Field(description="steps that cannot be made, with the reasons")
    done: tuple[DoneOut, ...]
    questions: tuple[QuestionOut, ...]
    findings: tuple[FindingOut, ...] = Field(description="what the phases left alone, and why")
    problems: tuple[ProblemOut, ...]
    waiting: WaitingOut = Field(description="what the plan file declares and nobody approved: `migrate trust`")
    tree: str = Field(description="the id of the last tree; equal to `tree` of `run`")
    slice: SliceOut | None = Field(None, description="what `steps` were cut to, where a slice was asked for")

    @classmethod
    def of(cls, plan: Plan, *, diff: bool = False, lens: Lens = EVERYTHING) -> Self:
        """A plan."""
        return cls(
            base=plan.base,
            base_tree=plan.start.tree.id,
            steps=tuple(StepOut.of(step, diff=diff, lens=lens) for step in lens.chosen(plan)),
            set_aside=AsideOut.all(plan.aside),
            done=tuple(DoneOut(phase=name, slug=d.slug, message=d.message) for name, notes in plan.notes.items() for d in notes.done),
            questions=QuestionOut.all(plan.questions),
            findings=FindingOut.all(
                (*(finding for notes in plan.notes.values() for finding in (*notes.foremost, *notes.findings, *notes.details)), *plan.unasked)
            ),
            problems=ProblemOut.all(plan.problems),
            waiting=WaitingOut.of(plan.waiting),
            tree=plan.tree,
            slice=SliceOut.of(lens.cut),
        )


class DoneStepOut(_Model):
    """A step that is on a branch."""

    id: str
    number: str
    title: str
    commits: tuple[str, ...] = Field(description="one, or the moves and then their rewrite")
    tree: str
    gates: tuple[GateOut, ...]
    account: AccountOut

    @classmethod
    def of(cls, step: DoneStep) -> Self:
        """A step that was made."""
        return cls(
            id=step.id,
            number=step.number,
            title=step.title,
            commits=step.commits,
            tree=step.tree,
            gates=GateOut.all(step.gates),
            account=AccountOut.of(step.account),
        )


class RunOut(_Model):
    """`migrate run --json` and `migrate mv --json`."""

    branch: str
    base: str = Field(description="the commit from which the branch started")
    head: str
    tree: str
    steps: tuple[DoneStepOut, ...] = Field(description="what this run made; empty when nothing was left to do")
    set_aside: tuple[AsideOut, ...]
    waiting: WaitingOut = Field(description="the gates that would have judged these steps and did not run: `migrate trust`")
    todos: tuple[TodoOut, ...] = Field(description="what the branch leaves to be done by hand")
    slice: SliceOut | None = Field(None, description="the slice that was asked for")

    @classmethod
    def of(cls, run: Run, todos: Iterable[Todo] = ()) -> Self:
        """A run."""
        return cls(
            branch=short(run.branch),
            base=run.base,
            head=run.head,
            tree=run.tree,
            steps=tuple(DoneStepOut.of(step) for step in run.steps),
            set_aside=AsideOut.all(run.aside),
            waiting=WaitingOut.of(run.unjudged),
            todos=TodoOut.all(todos),
            slice=SliceOut.of(run.cut),
        )


class MovesOut(_Model):
    """`migrate mv --json` with --dry-run or --in-place: what the moves make of the tree, without a commit."""

    moves: tuple[tuple[str, str], ...]
    edits: tuple[str, ...]
    creates: tuple[str, ...]
    deletes: tuple[str, ...]
    tree: str
    gates: tuple[GateOut, ...]
    account: AccountOut
    todos: tuple[str, ...] = Field(description="what a person has to do by hand afterwards")
    diff: str | None = Field(None, description="with --dry-run")

    @classmethod
    def of(cls, step: PlannedStep, *, diff: bool) -> Self:
        """Moves that were built."""
        built = step.built
        return cls(
            moves=moves_of(built.step, built),
            edits=built.edited,
            creates=built.created,
            deletes=built.deleted,
            tree=built.after.tree.id,
            gates=GateOut.all(step.gates),
            account=AccountOut.of(step.account),
            todos=step.todos,
            diff=diff_of(built).decode("utf-8", "replace") if diff else None,
        )


class EntryOut(_Model):
    """One thing that happened."""

    id: str = Field(description="the entry's own commit")
    time: str = Field(description="UTC, ISO 8601")
    kind: str = Field(description="open, step, aside, rollback, move, done, back or update")
    branch: str
    old: str | None = Field(description="the commit the branch was at; null when it did not exist")
    new: str | None = Field(description="the commit it went to; null when it was deleted")
    phase: str
    number: str
    step: str
    title: str
    tree: str

    @classmethod
    def of(cls, entry: JournalEntry) -> Self:
        """An entry."""
        return cls(
            id=entry.id,
            time=entry.time,
            kind=entry.kind,
            branch=short(entry.branch),
            old=entry.old,
            new=entry.new,
            phase=entry.phase,
            number=entry.number,
            step=entry.step,
            title=entry.title,
            tree=entry.tree,
        )


class LogOut(_Model):
    """`migrate log --json`, newest first."""

    entries: tuple[EntryOut, ...]


class CommitOut(_Model):
    """A commit that people made on top of ours."""

    commit: str
    subject: str


class StandOut(_Model):
    """A step on a branch, as the journal remembers it."""

    id: str
    number: str
    phase: str
    title: str
    commit: str | None
    tree: str
    time: str
    unjudged: tuple[str, ...] = Field(description="declared gates that did not judge it, because nobody had approved them")
    account: AccountOut


class BranchOut(_Model):
    """Where one branch stands."""

    branch: str
    base: str
    head: str | None = Field(description="null when the branch is gone")
    trunk: str = Field(description="what `behind` counts on: the branch that is checked out, or HEAD")
    behind: int = Field(description="commits of `trunk` that the branch does not have")
    merged: bool = Field(
        description="whether `trunk` has all that the branch brought, merged, squashed or rebased, or had it and took it back; false for the branch that is checked out"
    )
    steps: tuple[StandOut, ...]
    set_aside: tuple[AsideOut, ...]
    foreign: tuple[CommitOut, ...]
    todos: tuple[TodoOut, ...] = Field(description="what its steps leave to be done by hand; `migrate done ID` takes one off")
    next: tuple[str, ...] = Field(description="the next commands")


class PlaceOut(_Model):
    """A directory or file of the v3.0 structure."""

    path: str = Field(description="seen from the root; `*` is a name, `**` any way down")
    state: Literal["there", "planned", "absent"]
    files: int = Field(description="files with content, where it is there")
    step: str = Field(description="the number of the first step that brings it, where it is planned")
    why: str = Field(description="why there is nothing and what would bring it about, where it is absent")


class TargetOut(_Model):
    """`migrate status --target --json`."""

    base: str
    places: tuple[PlaceOut, ...]

    @classmethod
    def of(cls, base: str, found: Iterable[Place]) -> TargetOut:
        """What a program reads of it."""
        return cls(base=base, places=tuple(PlaceOut(**asdict(place)) for place in found))


class DoneOutcome(_Model):
    """`migrate done --json`."""

    done: TodoOut
    left: tuple[TodoOut, ...] = Field(description="what is still to be done by hand, on every branch")


class RolledBackOut(_Model):
    """What was taken back on one branch."""

    branch: str
    old: str | None
    new: str | None = Field(description="null when the branch is gone again")
    steps: tuple[str, ...] = Field(description="ids of the steps that were taken back, last first")


class RollbackOut(_Model):
    """`migrate rollback --json`; empty when everything was where it should be."""

    branches: tuple[RolledBackOut, ...]


class VerifiedOut(_Model):
    """A committed step, judged again."""

    revision: str
    step: str
    passed: bool
    gates: tuple[GateOut, ...]


class VerifyOut(_Model):
    """`migrate verify --json`."""

    revisions: tuple[str, ...] = Field(description="what --rev named, or every branch of ours")
    passed: bool
    steps: tuple[VerifiedOut, ...]

    @classmethod
    def of(cls, found: Mapping[str, Iterable[tuple[str, tuple[GateReport, ...]]]]) -> Self:
        """What was found on each revision."""
        steps = tuple(
            VerifiedOut(revision=revision, step=title, passed=all(r.passed for r in reports), gates=GateOut.all(reports))
            for revision, judged in found.items()
            for title, reports in judged
        )
        return cls(revisions=tuple(found), passed=all(step.passed for step in steps), steps=steps)


class PhaseOut(_Model):
    """An installed phase."""

    number: int
    name: str
    title: str
    summary: str
    options: dict[str, Any] = Field(description="JSON schema of its table in the plan file")

    @classmethod
    def of(cls, phase: Phase) -> Self:
        """A phase."""
        from migrator.report.teams.pages.documented import Documented  # noqa: PLC0415  it reads sources

        options = phase.options.model_json_schema(schema_generator=Documented)
        return cls(number=phase.number, name=phase.name, title=phase.title, summary=phase.summary, options=options)


class PhasesOut(_Model):
    """`migrate phases --json`."""

    phases: tuple[PhaseOut, ...]


class EdgeOut(_Model):
    """One file naming another."""

    source: str
    target: str
    kinds: dict[str, int] = Field(description="how often, by the form of the reference")


class GraphOut(_Model):
    """`migrate graph --json`."""

    base: str
    nodes: tuple[str, ...]
    edges: tuple[EdgeOut, ...]


class OriginOut(_Model):
    """Where a value comes from."""

    path: str = Field(description="empty for a default")
    line: int = Field(description="0 when it is about the whole file")
    why: str
    place: str = Field(description="as people read it")

    @classmethod
    def all(cls, origins: Iterable[Origin]) -> tuple[Self, ...]:
        """Each origin."""
        return tuple(cls(path=one.path, line=one.line, why=one.why, place=str(one)) for one in origins)


class StaleOut(_Model):
    """A generated document that no longer says what follows from the repository."""

    revision: str
    path: str
    step: str = Field(description="PHASE/FAMILY, as `migrate run --step` takes it")
    what: str = Field(description="changed, new, gone, or asks: an edit and the new text need a decision, which `migrate plan` shows")
    sections: tuple[str, ...] = Field(description="the headings below which something is to change")
    origins: tuple[OriginOut, ...] = Field(description="where the values stand that are said now")


class VerifyDocsOut(_Model):
    """`migrate verify --docs --json`."""

    revisions: tuple[str, ...] = Field(description="what --rev named, or HEAD")
    fresh: bool
    documents: tuple[StaleOut, ...]
    next: tuple[str, ...] = Field(description="the commands that write these documents alone anew")

    @classmethod
    def of(cls, found: Mapping[str, Sequence[Stale]], following: Sequence[str]) -> Self:
        """What is stale on each revision."""
        documents = tuple(
            StaleOut(revision=revision, path=one.path, step=one.step, what=one.what, sections=one.sections, origins=OriginOut.all(one.origins))
            for revision, several in found.items()
            for one in several
        )
        return cls(revisions=tuple(found), fresh=not documents, documents=documents, next=tuple(following))


class DecisionOut(_Model):
    """What became of one field of one source."""

    subject: str
    outcome: str = Field(description="mapped, defaulted or dropped")
    message: str
    origins: tuple[OriginOut, ...]


class ExplainedLineOut(_Model):
    """A line of a generated file."""

    number: int
    text: str
    part: str = Field(description="value: it was read somewhere; text: the family's own; edit: people wrote it since")
    origins: tuple[OriginOut, ...]
    decisions: tuple[DecisionOut, ...]

    @classmethod
    def of(cls, line: Line) -> Self:
        """A line; what looks like a secret in it is hidden."""
        decisions = tuple(
            DecisionOut(subject=one.subject, outcome=one.outcome, message=one.message, origins=OriginOut.all(one.origins)) for one in line.decisions
        )
        return cls(number=line.number, text=redact(line.text), part=line.part, origins=OriginOut.all(line.origins), decisions=decisions)


class TraceOut(_Model):
    """What one step did to a file."""

    number: str
    id: str
    title: str
    did: str
    commit: str = Field(description="empty where its commit is not in the history: it was squashed")
    record: str = Field(description="the file that remembers it")


class FollowingOut(_Model):
    """A command to go on with."""

    command: str
    purpose: str


class ExplainOut(_Model):
    """Where a file, or a line of it, comes from."""

    path: str
    revision: str
    line: int = Field(description="0 for the whole file")
    phase: str
    family: str = Field(description="empty for a file that no family wrote")
    edited: bool = Field(description="people changed it since it was generated")
    lines: tuple[ExplainedLineOut, ...] = Field(description="the line that was asked for, or every line with a value or an edit")
    steps: tuple[TraceOut, ...] = Field(description="those that touched it, newest first")
    following: tuple[FollowingOut, ...]

    @classmethod
    def of(cls, found: Explanation) -> Self:
        """What is known, and what to do next."""
        steps = tuple(
            TraceOut(number=one.number, id=one.id, title=one.title, did=one.did, commit=one.commit, record=one.record) for one in found.traces
        )
        return cls(
            path=printable(found.path),
            revision=found.revision,
            line=found.line,
            phase=found.phase,
            family=found.family,
            edited=found.edited,
            lines=tuple(map(ExplainedLineOut.of, found.lines)),
            steps=steps,
            following=_after_explanation(found),
        )


def _after_explanation(found: Explanation) -> tuple[FollowingOut, ...]:
    first = next((origin for line in found.lines for origin in line.origins if origin.path), None)
    commit = next((trace.commit for trace in found.traces if trace.commit), "")
    said, path = [], word(printable(found.path))
    if found.line and first is not None:
        at = max(first.line, 1)
        blame = f"git blame -L {at},{at} {found.revision[:7]} -- {word(first.path)}"
        said.append(FollowingOut(command=blame, purpose="who said so there, and when"))
    if commit:
        said.append(FollowingOut(command=f"git show {commit[:12]} -- {path}", purpose="the step's change to it"))
    if not said:
        said.append(FollowingOut(command=f"git log --follow {found.revision[:7]} -- {path}", purpose="what git knows of it"))
    return tuple(said)


class InitOut(_Model):
    """`migrate init --json`."""

    path: str
    written: bool
    text: str


class DemoOut(_Model):
    """`migrate demo --json`."""

    directory: str = Field(description="where the sample lies; gone afterwards unless --keep was given")
    kept: bool
    plan: PlanOut
    run: RunOut


class TrustedOut(_Model):
    """A command that the plan file declares. What looks like a secret is hidden, and `hidden` says so."""

    kind: str = Field(description="gate or document")
    name: str
    line: int = Field(description="where it stands in the plan file")
    state: str = Field(description="approved, changed (another text was approved under its name) or new")
    command: tuple[str, ...] = Field(description="the program and what it is given; no shell reads it")
    setup: tuple[str, ...] = Field(description="what runs before it, in the same place; empty when nothing does")
    directory: str = Field(description="where it runs in a checkout")
    environment: dict[str, str]
    links: tuple[str, ...] = Field(description="paths of the work tree that it can read and write")
    further: dict[str, Any] = Field(description="what else is said of it")
    hidden: bool = Field(description="whether a secret is hidden here: read it in the plan file before you approve it")

    @classmethod
    def of(cls, one: Declared, state: str, line: int) -> Self:
        """A declared command, as whoever approves it may read it."""
        from migrator.planfile import words_of  # noqa: PLC0415  whoever declares commands has loaded it

        said = one.command
        shown = {
            "command": tuple(map(approvable, words_of(said.command))),
            "setup": tuple(map(approvable, words_of(said.setup or ()))),
            "environment": {name: HIDDEN if value and telling(name) else approvable(value) for name, value in said.env.items()},
        }
        further = said.model_dump(mode="json", exclude_unset=True, exclude={"command", "setup", "directory", "env", "links"})
        further |= {key: approvable(value) for key, value in further.items() if isinstance(value, str)}
        given = {"command": tuple(words_of(said.command)), "setup": tuple(words_of(said.setup or ())), "environment": said.env}
        return cls(
            kind=one.kind,
            name=one.name,
            line=line,
            state=state,
            directory=said.directory,
            links=said.links,
            further=further,
            hidden=shown != given,
            **shown,
        )


class TrustOut(_Model):
    """`migrate trust --json`."""

    approved: bool = Field(description="whether all of it may run here")
    why: str = Field(description="why it may not; empty when it may, and when nothing is declared")
    fingerprint: str = Field(description="of all that is declared, for --trust and MIGRATE_TRUST; empty when nothing is")
    source: str = Field(description="where the plan file was read; empty when there is none")
    file: str | None = Field(description="where approvals are remembered; null when nothing is")
    commands: tuple[TrustedOut, ...]


class ToolOut(_Model):
    """An optional program."""

    name: str
    purpose: str
    path: str | None = Field(description="null when it is not installed")
    version: str = Field(description="what it said when it was asked; empty when it is not installed or does not run")


class ProposalOut(_Model):
    """A gate that the repository's own manifests suggest."""

    name: str
    source: str = Field(description="the file that suggests it")
    missing: str = Field(description="what it lacks to run here; empty when nothing")
    declared: bool = Field(description="whether the plan file has a gate of this name")
    toml: str = Field(description="the table for the plan file")


class DoctorOut(_Model):
    """`migrate doctor --json`."""

    tools: tuple[ToolOut, ...]
    gates: tuple[ProposalOut, ...]

    @classmethod
    def of(cls, tools: Iterable[Tool], proposals: Iterable[Proposal], declared: Container[str]) -> Self:
        """What can run here."""
        return cls(
            tools=tuple(ToolOut(name=t.name, purpose=t.purpose, path=t.path, version=t.version) for t in tools),
            gates=tuple(ProposalOut(name=p.name, source=p.source, missing=p.missing, declared=p.name in declared, toml=p.toml()) for p in proposals),
        )


class AddedRowOut(_Model):
    """A row that a plan file or a package adds, and whether it holds."""

    where: str = Field(description="migrate.toml, or the entry point of a package with the file that it names")
    format: str
    at: str = Field(description="the places that it speaks of")
    proven: bool = Field(description="whether its example follows what moves and its look-alike stays")
    problems: tuple[str, ...] = ()
    files: tuple[str, ...] = Field((), description="the files here in which it speaks of something")


class RowOut(_Model):
    """A row that speaks of something in this repository."""

    at: str = Field(description="the places that it speaks of")
    holds: str = Field(description="what stands there")
    tool: str = Field(description="the tool that reads it")
    stale: str = Field(description="what the tool does with a stale value")
    where: str = Field(description="who added it; empty for one that comes with the program")
    files: tuple[str, ...]


class FormatOut(_Model):
    """A format of text that this repository has files of."""

    name: str
    about: str
    files: tuple[str, ...]
    rows: tuple[RowOut, ...]


class UnreadOut(_Model):
    """Files of text that nobody reads, of one kind."""

    kind: str = Field(description="the extension with a star before it, or the whole name")
    files: tuple[str, ...]


class FormatsOut(_Model):
    """`migrate doctor --formats --json`."""

    added: tuple[AddedRowOut, ...]
    uncommitted: bool = Field(description="whether the plan file's rows are not those that are committed, which are the ones that count")
    formats: tuple[FormatOut, ...]
    unread: tuple[UnreadOut, ...]

    @classmethod
    def of(cls, added: Sequence[Proof], found: Sequence[Use], unread: Mapping[str, Sequence[str]], *, uncommitted: bool) -> Self:
        """What is read in a tree, with whose rows."""
        origin = {one.row: one.where for one in reversed(added)}
        return cls(
            added=tuple(
                AddedRowOut(
                    where=one.where,
                    format=one.format.name,
                    at=one.row.at,
                    proven=not one.problems,
                    problems=one.problems,
                    files=tuple(sorted({path for use in found for path in use.rows.get(one.row, ())})),
                )
                for one in added
            ),
            uncommitted=uncommitted,
            formats=tuple(
                FormatOut(
                    name=use.format.name,
                    about=use.format.about,
                    files=use.files,
                    rows=tuple(
                        RowOut(at=row.at, holds=row.holds, tool=row.tool, stale=row.stale, where=origin.get(row, ""), files=files)
                        for row, files in use.rows.items()
                    ),
                )
                for use in found
            ),
            unread=tuple(UnreadOut(kind=kind, files=tuple(files)) for kind, files in unread.items()),
        )


class ErrorBody(_Model):
    """What stopped a command."""

    message: str
    hint: str
    code: int = Field(description="the exit code")
    problems: tuple[ProblemOut, ...] = ()


class ErrorOut(_Model):
    """What goes to standard error with --json when a command fails."""

    error: ErrorBody

    @classmethod
    def of(cls, error: MigrateError) -> Self:
        """An error."""
        return cls(error=ErrorBody(message=error.message, hint=error.hint, code=error.exit_code, problems=ProblemOut.all(error.problems)))


def branch_out(status: BranchStatus, *, trunk: str, behind: int, merged: bool, following: tuple[str, ...]) -> BranchOut:
    """Where a branch stands."""
    return BranchOut(
        branch=short(status.branch),
        base=status.base,
        head=status.head,
        trunk=trunk,
        behind=behind,
        merged=merged,
        steps=tuple(
            StandOut(
                id=e.step,
                number=e.number,
                phase=e.phase,
                title=e.title,
                commit=e.new,
                tree=e.tree,
                time=e.time,
                unjudged=tuple(gate["gate"] for gate in e.gates if not gate.get("ran", True)),
                account=AccountOut.kept(e.account),
            )
            for e in status.steps
        ),
        set_aside=tuple(
            AsideOut(id=e.step, phase=e.phase, number=e.number, title=e.title, findings=tuple(_finding(f) for f in e.findings)) for e in status.aside
        ),
        foreign=tuple(CommitOut(commit=c.id, subject=c.subject) for c in status.foreign),
        todos=TodoOut.all(status.todos),
        next=following,
    )


def _finding(finding: Mapping[str, Any]) -> FindingOut:
    return FindingOut.all([Finding(**finding)])[0]


def short(ref: str) -> str:
    """A branch as people write it."""
    return ref.removeprefix("refs/heads/")
