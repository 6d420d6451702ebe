"""Making the steps of a plan, one after the other, on a branch: candidate commit, gates, journal, branch (L7, L9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from migrator.account import EMPTY, Account
from migrator.engine import planning
from migrator.engine.branches import branch_ref, first_base, left_aside, start, status_of
from migrator.engine.commits import commit
from migrator.engine.planning import SavedPlan, check_saved
from migrator.engine.teams.slices import Cut, Slice, cut
from migrator.errors import Finding, UsageError
from migrator.gates.commands import CommandGates
from migrator.journal import JournalEntry
from migrator.plan import Aside, GateReport, Plan, PlannedStep
from migrator.planfile import PLAN_FILE, Waiting

if TYPE_CHECKING:
    from migrator.engine.context import Engine, Progress
    from migrator.phase import Phase
    from migrator.step import Step
    from migrator.tree import Moves


@dataclass(frozen=True)
class DoneStep:
    """A step that is on a branch."""

    id: str
    number: str
    title: str
    commits: tuple[str, ...]
    tree: str
    gates: tuple[GateReport, ...] = ()
    account: Account = EMPTY


@dataclass(frozen=True)
class Run:
    """What a run did."""

    branch: str
    base: str
    head: str
    tree: str
    steps: tuple[DoneStep, ...]
    aside: tuple[Aside, ...]
    plan: Plan
    unjudged: Waiting = field(default_factory=Waiting)
    """The declared gates that would have judged its steps, and did not run because nobody approved them."""
    cut: Cut | None = None
    """The slice that was asked for."""


def run(  # noqa: PLR0913  keyword-only
    engine: Engine,
    phases: Sequence[Phase],
    *,
    branch: str | None = None,
    base: str | None = None,
    until: str | None = None,
    only: Sequence[str] = (),
    saved: SavedPlan | None = None,
    retry: bool = False,
    gate_every: int = 1,
    part: Slice | None = None,
    on_step: Callable[[DoneStep | Aside], None] = lambda _: None,
) -> Run:
    """Make the steps of some phases, one after the other, on a branch; goes on where an earlier run stopped.

    With `gate_every` above 1 the command gates judge that many steps at once, and bisect to the culprit when they fail.
    Gates that nobody approved judge nothing: the steps are made without them, and the run says so. Of a slice, `part`, only what has room is made.
    Raises DriftError when a saved plan is no longer what would happen, RaceError when somebody moves our branch meanwhile.
    """
    with engine.locked():
        ref = branch_ref(engine, branch, phases)
        at, tip = start(engine, ref, base)
        first = first_base(engine, ref, at, tip)
        aside = {} if retry else left_aside(engine, ref)
        numbers = {entry.step: entry.number for entry in status_of(engine, ref).aside}
        whole = planning.plan(engine, at, phases, aside=aside, numbers=numbers) if saved is not None or only or part else None
        if saved is not None and whole is not None:
            check_saved(engine, saved, whole, at)
        if only and whole is not None:
            only = _named(whole, only)
        sliced = None
        if part and whole is not None:
            _check_names(whole, until, ())
            sliced, until = cut(whole, part, until), None
            numbers |= _numbers(whole)
            plan = sliced.planned(whole, lambda ids: planning.plan(engine, at, phases, aside=aside, numbers=numbers, wanted=_wanted(None, ids)))
            only = tuple(step.id for step in plan.steps)
        elif whole is not None and not (until or only):
            plan = whole
        else:
            plan = planning.plan(engine, at, phases, aside=aside, numbers=numbers, wanted=_wanted(until, only))
            _check_names(plan, until, only)
        # What a person read in the plan stays the name of a step, however many are set aside before it.
        numbers |= _numbers(whole or plan)
        branch_run = _BranchRun(engine, ref, first, at, tip, on_step)
        for item in plan.aside:
            branch_run.set_aside(item, None, known=item.id in aside)
        total = len(plan.steps)

        def saying(what: str) -> None:
            engine.progress(what, min(len(branch_run.done) + len(branch_run.aside), total), total)

        gates, waiting = _command_gates(engine, plan, saying)
        silent = tuple(_silent(one.name, waiting.why) for one in waiting.commands)
        branch_run.saying = saying
        queue = plan.steps
        while queue:
            batch = queue[: max(1, gate_every)]
            good, reports = _judged(gates, batch, branch_run.moves)
            for step in batch[:good]:
                branch_run.land(step, (*reports, *silent))
            queue = queue[good:]
            if good < len(batch):
                culprit = batch[good]
                findings = tuple(f for report in reports for f in report.findings if f.severity == "error" and not report.passed)
                item = Aside(culprit.phase, culprit.step, culprit.number, findings)
                branch_run.set_aside(item, commit(engine.repository, culprit, branch_run.head)[0][-1])
                aside = {**aside, **{gone.id: gone.findings for gone in branch_run.aside}}
                again = planning.plan(engine, branch_run.head, phases, aside=aside, numbers=numbers, wanted=_wanted(until, only))
                for item in again.aside:
                    if item.id not in {gone.id for gone in branch_run.aside}:
                        branch_run.set_aside(item, None)
                queue = again.steps
        tree, unjudged = engine.repository.commit(branch_run.head).tree, waiting if branch_run.done else Waiting()
        return Run(ref, first, branch_run.head, tree, tuple(branch_run.done), tuple(branch_run.aside), whole or plan, unjudged, sliced)


def _numbers(plan: Plan) -> dict[str, str]:
    return {step.id: step.number for step in plan.steps} | {item.id: item.number for item in plan.aside}


def _wanted(until: str | None, only: Sequence[str]) -> _Wanted | None:
    """Which steps a run was asked for; None for all."""
    return _Wanted(until, tuple(only)) if until or only else None


@dataclass(frozen=True)
class _Wanted:
    """Which steps a run was asked for; with `only`, what those need comes along when it is named too."""

    until: str | None
    only: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_past", [False])

    def __call__(self, phase: str, step: Step, number: str) -> bool:
        names = {number, f"{phase}/{step.slug}", step.slug}
        if self.only:
            return not names.isdisjoint(self.only)
        past: list[bool] = self._past  # type: ignore[attr-defined]
        if past[0]:
            return False
        past[0] = self.until in names
        return True


class _BranchRun:
    """One run on one branch: what landed, what was set aside, where the branch is."""

    def __init__(  # noqa: PLR0913, PLR0917  one place constructs it
        self, engine: Engine, ref: str, base: str, head: str, tip: str | None, on_step: Callable[[DoneStep | Aside], None]
    ) -> None:
        self.engine = engine
        self.ref = ref
        self.base = base
        self.head = head
        self.tip = tip
        self.on_step = on_step
        self.done: list[DoneStep] = []
        self.aside: list[Aside] = []
        self.moves: list[Moves] = []
        self.saying = engine.progress

    def land(self, step: PlannedStep, reports: tuple[GateReport, ...]) -> None:
        """Commit a step and move the branch to it: journal first, branch second (L9)."""
        self.saying(f"{step.number} {step.step.slug}: committing")
        commits, history = commit(self.engine.repository, step, self.head)
        made = DoneStep(step.id, step.number, step.step.title, commits, step.tree, (*step.gates, history, *reports), step.account)
        entry = JournalEntry(
            kind="step",
            branch=self.ref,
            old=self.tip,
            new=commits[-1],
            base=self.base,
            phase=step.phase,
            number=step.number,
            step=step.id,
            title=step.step.title,
            tree=step.tree,
            gates=tuple(_noted(gate) for gate in made.gates),
            account=step.account.counted(),
            todos=step.todos,
        )
        self.engine.journal.carry_out(self.engine.journal.append(entry, keep=commits[-1]))
        self.head = self.tip = commits[-1]
        self.moves.append(step.built.moves)
        self.done.append(made)
        self.on_step(made)

    def set_aside(self, item: Aside, candidate: str | None, *, known: bool = False) -> None:
        """Remember that a step was not made, with its reasons and the candidate that failed; an old decision is not written again."""
        if not known:
            entry = JournalEntry(
                kind="aside",
                branch=self.ref,
                old=self.tip,
                new=self.tip,
                base=self.base,
                phase=item.phase,
                number=item.number,
                step=item.id,
                title=item.step.title,
                findings=tuple(asdict(finding) for finding in item.findings),
            )
            self.engine.journal.append(entry, keep=candidate)
        self.aside.append(item)
        self.on_step(item)


def _command_gates(engine: Engine, plan: Plan, saying: Progress) -> tuple[CommandGates, Waiting]:
    """The approved gates with their baseline taken on the plan's first tree, if there is anything to judge; and those that nobody approved."""
    plan_file, _ = engine.plan_file(plan.start.tree)
    approval = engine.door.approval(plan_file)
    gates = CommandGates(engine.repository, approval.gates, engine.cache, saying)
    if plan.steps:
        gates.take_baseline(plan.start.tree, plan.start.store)
    return gates, approval.waiting.of("gate")


def _noted(report: GateReport) -> dict[str, Any]:
    """What the journal keeps of a gate."""
    noted = {"gate": report.gate, "passed": report.passed, "seconds": round(report.seconds, 3)}
    return noted if report.ran else {**noted, "ran": False}


def _silent(name: str, why: str) -> GateReport:
    """What a gate says that nobody approved."""
    return GateReport(name, passed=False, seconds=0.0, findings=(Finding(name, PLAN_FILE, f"did not run: {why}"),), ran=False)


def _judged(gates: CommandGates, batch: Sequence[PlannedStep], landed: Sequence[Moves]) -> tuple[int, tuple[GateReport, ...]]:
    """How many steps of a batch the command gates let pass, and what they said last: of the whole batch, or of the culprit."""

    def judge_up_to(count: int) -> tuple[GateReport, ...]:
        after = batch[count - 1].built.after
        return gates.judge(after.tree, after.store, (*landed, *(step.built.moves for step in batch[:count])))

    reports = judge_up_to(len(batch))
    if all(report.passed for report in reports):
        return len(batch), reports
    good, bad = 0, len(batch)
    while bad - good > 1:
        middle = (good + bad) // 2
        tried = judge_up_to(middle)
        if all(report.passed for report in tried):
            good = middle
        else:
            bad, reports = middle, tried
    return good, reports


def _check_names(plan: Plan, until: str | None, only: Sequence[str]) -> None:
    everything: tuple[PlannedStep | Aside, ...] = (*plan.steps, *plan.aside)
    for name in (*([until] if until else []), *only):
        if not any(item.answers_to(name) for item in everything):
            raise UsageError(f"there is no step {name!r} to be done", "migrate plan")


def _named(whole: Plan, only: Sequence[str]) -> tuple[str, ...]:
    """The ids of the steps that a person names as the whole plan numbers them: left to themselves they would be numbered anew.

    Raises UsageError for a step that the plan does not have, and for one that needs others which are not asked for.
    """
    steps: tuple[PlannedStep | Aside, ...] = (*whole.steps, *whole.aside)
    named: list[PlannedStep | Aside] = []
    for name in only:
        found = [item for item in steps if item.answers_to(name)]
        if not found:
            raise UsageError(f"there is no step {name!r} to be done", "migrate plan")
        named += found
    ids = {item.id for item in named}
    missing = {
        other.number
        for item in named
        for need in item.step.needs
        for other in whole.steps
        if other.phase == item.phase and other.step.slug == need and other.id not in ids
    }
    if missing:
        needs = ", ".join(sorted(missing))
        raise UsageError(f"{', '.join(only)} cannot be made without {needs}", f"--step {' --step '.join(sorted(missing))} as well, or --until")
    return tuple(item.id for item in named)
