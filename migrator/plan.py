"""Folding: each step is planned on the tree that the step before it will produce."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from migrator.account import account
from migrator.account.entries import EMPTY, Account
from migrator.afterwards import afterwards
from migrator.build import Built, build
from migrator.companions import accompanied
from migrator.errors import Finding, PlanError, Problem
from migrator.generating.provenance import following
from migrator.graph import Reference, line_of, question_id
from migrator.phase import Notes, Phase, Question
from migrator.planfile import PLAN_FILE, Shims, Waiting
from migrator.record import FOLDER, Record, record_of, records, write_record
from migrator.shims import Laid, bare, lay
from migrator.step import Write
from migrator.tree import Entry

if TYPE_CHECKING:
    import pydantic

    from migrator.facts import Facts
    from migrator.paths import RepoPath
    from migrator.step import Step


@dataclass(frozen=True, slots=True)
class GateReport:
    """What one gate says of one step: findings of severity "error" are the reasons when it did not pass."""

    gate: str
    passed: bool
    seconds: float
    findings: tuple[Finding, ...] = ()
    ran: bool = True
    """False for a declared gate that said nothing because nobody approved its command."""


_DIGITS = 6
"""Of the count in a step's number, at most."""

Judge = Callable[[Built], tuple[GateReport, ...]]
"""The static gates: pure, so that the plan already knows what they will say (L7)."""


@dataclass(frozen=True)
class PlannedStep:
    """A step with its place in the plan and what it makes of the tree before it."""

    phase: str
    number: str
    """What people say: `1.03`."""
    built: Built
    gates: tuple[GateReport, ...] = ()
    account: Account = EMPTY
    """What became of every mention of a place that moved (L15)."""
    todos: tuple[str, ...] = ()
    """What a person has to do by hand afterwards."""
    questions: tuple[Question, ...] = ()
    """What the step leaves alone because it could mean two things, one of which moves."""

    @property
    def step(self) -> Step:
        """The step."""
        return self.built.step

    @property
    def id(self) -> str:
        """What never changes: `foundation/rename-web`."""
        return f"{self.phase}/{self.step.slug}"

    @property
    def tree(self) -> str:
        """The id of the tree it must produce (L7)."""
        return self.built.after.tree.id

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the step says about itself and what building it found."""
        return (*self.step.findings, *(finding for report in self.gates for finding in report.findings))

    def answers_to(self, name: str) -> bool:
        """Whether a person means this step: by number, id or slug."""
        return name in {self.number, self.id, self.step.slug}


@dataclass(frozen=True)
class Aside:
    """A step that is not made, and why."""

    phase: str
    step: Step
    number: str
    findings: tuple[Finding, ...]

    @property
    def id(self) -> str:
        """The step's id."""
        return f"{self.phase}/{self.step.slug}"

    def answers_to(self, name: str) -> bool:
        """Whether a person means this step."""
        return name in {self.number, self.id, self.step.slug}


@dataclass(frozen=True)
class Plan:
    """The steps that lead from a base to a tree, with what the phases say besides."""

    base: str
    """Commit id."""
    start: Facts
    steps: tuple[PlannedStep, ...]
    aside: tuple[Aside, ...]
    notes: Mapping[str, Notes]
    """By phase name."""
    unasked: tuple[Finding, ...] = ()
    """The answers of the plan file to nothing that is asked."""
    waiting: Waiting = field(default_factory=Waiting)
    """What the plan file declares and nobody approved."""

    @property
    def end(self) -> Facts:
        """The facts of the last tree."""
        return self.steps[-1].built.after if self.steps else self.start

    @property
    def tree(self) -> str:
        """The id of the last tree (L7)."""
        return self.end.tree.id

    @property
    def hopeless(self) -> tuple[Finding, ...]:
        """Why nothing was planned; empty where there are steps, or where all is there already."""
        if self.steps or self.aside or any(notes.done for notes in self.notes.values()):
            return ()
        return tuple(note for notes in self.notes.values() for note in notes.findings if note.kind == "absent" and not note.path)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What only a person can decide, each question once, as it is asked first: the phases' own and those about ambiguous references."""
        asked = [question for notes in self.notes.values() for question in notes.questions]
        asked += [question for step in self.steps for question in step.questions]
        first: dict[str, Question] = {}
        for question in asked:
            first.setdefault(question.id, question)
        return tuple(first.values())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What makes phases impossible."""
        return tuple(problem for notes in self.notes.values() for problem in notes.problems)


def questions(built: Built) -> tuple[Question, ...]:
    """What a step leaves alone because it could mean two things, one of which moves."""
    if not built.moves:
        return ()
    before = built.before
    touched = [r for several in before.said(_ambiguous).values() for r in several if any(built.moves(path) != path for path in r.target.others)]
    return tuple(
        Question(
            question_id(reference.source, reference.mention),
            f"{reference.source}:{line_of(before.read(reference.source), reference.mention.start)}",
            f"`{reference.mention.text}` could mean {' or '.join(reference.target.others)}" + _refused(before.answers, reference),
            reference.target.others,
        )
        for reference in touched
        if reference.target.path is None
    )


def _unasked(start: Facts, steps: Sequence[PlannedStep]) -> tuple[Finding, ...]:
    """The answers to nothing that is asked: where steps were made before, they may have been used up, and nothing is said."""
    if not start.answers or start.derive(records):
        return ()
    graphs = (
        step.built.after.graph.references.get(path, ())
        for step in steps
        for path in (*step.built.files.values(), *step.built.edited, *step.built.created)
    )
    asked = {question_id(reference.source, reference.mention) for reference in chain(*start.graph.references.values(), *graphs)}
    return tuple(Finding("answer", PLAN_FILE, f"answers nothing that is asked: {answer}") for answer in start.answers if answer not in asked)


def _ambiguous(references: tuple[Reference, ...]) -> tuple[Reference, ...]:
    """Those that could mean several things."""
    return tuple(reference for reference in references if reference.target.others)


def _refused(answers: Mapping[str, str], reference: Reference) -> str:
    """What to add to a question that has an answer which is none."""
    answer = answers.get(question_id(reference.source, reference.mention))
    return "" if answer is None else f"; the answer {answer!r} is neither"


def fold(  # noqa: PLR0913  keyword-only from the third on
    base: str,
    start: Facts,
    *,
    phases: Sequence[Phase],
    options: Mapping[str, pydantic.BaseModel],
    aside: Mapping[str, tuple[Finding, ...]] | None = None,
    numbers: Mapping[str, str] | None = None,
    judge: Judge = lambda _: (),
    wanted: Callable[[str, Step, str], bool] = lambda _phase, _step, _number: True,
    progress: Callable[..., None] = lambda *_: None,
    shims: Shims | None = None,
) -> Plan:
    """Plan phases one after the other, each step on the tree that the step before it produces.

    `aside` names steps (by id) that must not be made, with the reasons; what needs them is set aside too, and so is a step that
    cannot be built or that the static gates refuse. `numbers` are those under which people know steps (by id) already. `wanted` leaves steps out without a word.
    Phases see no shims: what they plan on is the tree without, and `shims` says whether its steps leave some.
    """
    real, facts = start, bare(start)
    steps: list[PlannedStep] = []
    left: list[Aside] = []
    notes: dict[str, Notes] = {}
    for at, phase in enumerate(phases):
        known = {step: number for step, number in (numbers or {}).items() if step.startswith(f"{phase.name}/")}
        taken = (*known.values(), *(r.number for r in start.derive(records) if r.phase == phase.name))
        # Somebody may have edited a record by hand: what is no number is none to count on from.
        count = max((int(last) for number in taken if (last := number.rpartition(".")[2]).isdecimal() and len(last) <= _DIGITS), default=0)
        gone: set[str] = set()
        generator = phase.steps(facts, options[phase.name])
        try:
            step = next(generator)
            while True:
                step_id = f"{phase.name}/{step.slug}"
                count += step_id not in known
                number = known.get(step_id, f"{phase.number}.{count:02d}")
                progress(f"{phase.title}: {number} {step.slug}", at, len(phases))
                if not wanted(phase.name, step, number):
                    gone.add(step.slug)
                elif reasons := _reasons(step, step_id, gone, aside or {}):
                    gone.add(step.slug)
                    left.append(Aside(phase.name, step, number, reasons))
                else:
                    made = _made((real, facts), phase, step, number, judge=judge, shims=shims)
                    if isinstance(made, Aside):
                        gone.add(step.slug)
                        left.append(made)
                    else:
                        planned, facts = made
                        steps.append(planned)
                        real = planned.built.after
                step = generator.send(facts)
        except StopIteration as stop:
            notes[phase.name] = stop.value or Notes()
    return Plan(base, start, tuple(steps), tuple(left), notes, _unasked(start, steps))


def _reasons(step: Step, step_id: str, gone: Collection[str], aside: Mapping[str, tuple[Finding, ...]]) -> tuple[Finding, ...]:
    if step_id in aside:
        return aside[step_id]
    return tuple(Finding("needs", "", f"needs {need}, which is not made", severity="error") for need in step.needs if need in gone)


def _made(  # noqa: PLR0913  keyword-only
    seen: tuple[Facts, Facts], phase: Phase, step: Step, number: str, *, judge: Judge, shims: Shims | None
) -> tuple[PlannedStep, Facts] | Aside:
    """A step with the facts on which the next one is planned; `seen` are those of the tree as it is, and without shims."""
    real, facts = seen
    step = accompanied(facts, step)
    try:
        built = build(facts, recording(step, record_of(step, phase.name, number)))
    except PlanError as error:
        return unbuilt(phase.name, step, number, error)
    left = shims if shims is not None and shims.wanted(phase.name) else None
    made, after = finished(real, built, step, phase.name, number, judge=judge, shims=left)
    if failed := failures(made.gates):
        return Aside(phase.name, step, number, failed)
    return made, after


def unbuilt(phase: str, step: Step, number: str, error: PlanError) -> Aside:
    """A step that cannot be built, with what is wrong."""
    return Aside(phase, step, number, tuple(Finding("problem", problem.where, problem.message, severity="error") for problem in error.problems))


def failures(gates: Sequence[GateReport]) -> tuple[Finding, ...]:
    """Why some gates refuse a step; nothing where they let it pass."""
    return tuple(finding for report in gates if not report.passed for finding in report.findings if finding.severity == "error")


def finished(  # noqa: PLR0913  keyword-only
    real: Facts,
    built: Built,
    step: Step,
    phase: str,
    number: str,
    *,
    judge: Judge,
    shims: Shims | None,
    recorded_at_all: bool = True,
    kept: Record | None = None,
) -> tuple[PlannedStep, Facts]:
    """A step as it is committed, and the facts without shims that follow, from what it makes of a tree without shims.

    Where a gate refuses it for the shims that it would leave, it leaves none and says so. `kept` is what its record says otherwise than the step.
    """
    told, todos = account(built), afterwards(built)

    def whole(laid: Laid) -> tuple[Built, tuple[GateReport, ...]]:
        made = laid.built
        if recorded_at_all or laid.shims:
            fresh = record_of(laid.step, phase, number)
            record = fresh if kept is None else kept.model_copy(update={"generated": fresh.generated, "removed": fresh.removed})
            record = record.model_copy(update={"shims": laid.shims})
            made = recorded(made, laid.step, record, told, todos)
        return made, judge(made)

    laid = lay(real, built, step, shims)
    made, gates = whole(laid)
    refused: set[RepoPath] = set()
    while failed := failures(gates):
        # A module that went where its package may not name another keeps no old names: then the rest of the shims stays.
        barred = {finding.path: finding for finding in failed if finding.path in laid.parted}
        if barred:
            refused |= {path for path in laid.parted if path in barred}
            notes = [
                Finding("shim", path, f"no old names are left here: with them {why.message}", severity="info") for path, why in sorted(barred.items())
            ]
        elif laid.fresh:
            notes = [Finding("shim", laid.fresh[0], f"no shims are left, for with them {failed[0].path} {failed[0].message}", severity="info")]
            shims = None
        else:
            break
        step = replace(step, findings=(*step.findings, *notes))
        laid = lay(real, built, step, shims, refused)
        made, gates = whole(laid)
    after = made.after if laid.built is built else _plain(built, made)
    return PlannedStep(phase, number, made, gates, told, todos, questions(built)), after


def _plain(built: Built, made: Built) -> Facts:
    """What a step made without shims, with the record that it leaves."""
    tree = built.after.tree.replace({path: entry for path, entry in made.after.tree.items() if path.startswith(f"{FOLDER}/")})
    return built.after.at(tree, built.after.atlas, built.after.graph)


def recording(step: Step, record: Record) -> Step:
    """A step that writes its record too."""
    return replace(step, actions=(*step.actions, write_record(record)))


def recorded(built: Built, step: Step, record: Record, told: Account, todos: tuple[str, ...]) -> Built:
    """What a step built, with what is known only now in its record: nothing reads that, so all else stays as it is."""
    followed = following(built.before, built.after, built.moves, {action.path for action in step.actions if isinstance(action, Write)})
    record = record.model_copy(
        update={
            "account": told.counted(),
            "todos": todos,
            "followed": followed,
            "owned": {str(path): lines for path, lines in built.owned.items()},
        }
    )
    write, after = write_record(record), built.after
    tree = after.tree.replace({write.path: Entry(write.mode, after.store.add(write.content))})
    return replace(built, step=recording(step, record), after=after.at(tree, after.atlas, after.graph))
