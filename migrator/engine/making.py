"""Steps made as commits, one on the other, with the command gates between them: what `run` and `update` have in common (L7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from migrator.account.entries import EMPTY, Account
from migrator.engine.commits import commit
from migrator.errors import Finding
from migrator.gates.commands import CommandGates
from migrator.journal import JournalEntry
from migrator.plan import Aside, GateReport, Plan, PlannedStep, failures
from migrator.planfile import PLAN_FILE, Waiting

if TYPE_CHECKING:
    from migrator.engine.context import Engine, Progress
    from migrator.facts import Facts
    from migrator.tree import Moves

__all__ = ["DoneStep", "Making", "aside_entry", "command_gates", "make", "noted", "step_entry"]


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


class Making:
    """Steps at work on commits: where it stands, what is done, what was set aside. No ref moves."""

    def __init__(self, engine: Engine, head: str, on_step: Callable[[DoneStep | Aside], None] = lambda _: None) -> None:
        self.engine = engine
        self.head = head
        self.on_step = on_step
        self.done: list[DoneStep] = []
        self.aside: list[Aside] = []
        self.moves: list[Moves] = []
        """Since the gates' baseline."""
        self.total = 0

    def saying(self, what: str) -> None:
        """Progress, with how much is left."""
        self.engine.progress(what, min(len(self.done) + len(self.aside), self.total), self.total)

    def land(self, step: PlannedStep, reports: tuple[GateReport, ...]) -> None:
        """Commit a step."""
        self.saying(f"{step.number} {step.step.slug}: committing")
        commits, history = commit(self.engine.repository, step, self.head)
        made = DoneStep(step.id, step.number, step.step.title, commits, step.tree, (*step.gates, history, *reports), step.account)
        self.landed(step, made)
        self.head = commits[-1]
        self.moves.append(step.built.moves)
        self.done.append(made)
        self.on_step(made)

    def set_aside(self, item: Aside, candidate: str | None, *, known: bool = False) -> None:
        """Remember that a step was not made, with its reasons and the candidate that failed; `known` is an old decision."""
        if not known:
            self.left(item, candidate)
        self.aside.append(item)
        self.on_step(item)

    def landed(self, step: PlannedStep, made: DoneStep) -> None:
        """What else is done with a step that is committed."""

    def left(self, item: Aside, candidate: str | None) -> None:
        """What else is done with a step that is newly set aside."""


def make(making: Making, plan: Plan, again: Callable[[Mapping[str, tuple[Finding, ...]]], Plan], gate_every: int = 1) -> Waiting:
    """Make the steps of a plan; `again` plans the rest without those that the gates refuse. Returns the gates that nobody approved.

    The command gates have their baseline on the plan's first tree.
    """
    making.moves.clear()
    gates, waiting = command_gates(making.engine, plan.start, making.saying)
    if plan.steps:
        gates.take_baseline(plan.start.tree, plan.start.store)
    silent = tuple(_silent(one.name, waiting.why) for one in waiting.commands)
    queue = plan.steps
    while queue:
        batch = queue[: max(1, gate_every)]
        good, reports = _judged(gates, batch, making.moves)
        for step in batch[:good]:
            making.land(step, (*reports, *silent))
        queue = queue[good:]
        if good < len(batch):
            culprit = batch[good]
            item = Aside(culprit.phase, culprit.step, culprit.number, failures(reports))
            making.set_aside(item, commit(making.engine.repository, culprit, making.head)[0][-1])
            rest = again({gone.id: gone.findings for gone in making.aside})
            for item in rest.aside:
                if item.id not in {gone.id for gone in making.aside}:
                    making.set_aside(item, None)
            queue = rest.steps
    return waiting


def step_entry(step: PlannedStep, made: DoneStep, ref: str, old: str | None, base: str) -> JournalEntry:
    """What the journal keeps of a step that is on a branch."""
    return JournalEntry(
        kind="step",
        branch=ref,
        old=old,
        new=made.commits[-1],
        base=base,
        phase=step.phase,
        number=step.number,
        step=step.id,
        title=step.step.title,
        tree=step.tree,
        gates=tuple(noted(gate) for gate in made.gates),
        account=step.account.counted(),
        todos=step.todos,
    )


def aside_entry(item: Aside, ref: str, tip: str | None, base: str) -> JournalEntry:
    """What the journal keeps of a step that was set aside."""
    return JournalEntry(
        kind="aside",
        branch=ref,
        old=tip,
        new=tip,
        base=base,
        phase=item.phase,
        number=item.number,
        step=item.id,
        title=item.step.title,
        findings=tuple(asdict(finding) for finding in item.findings),
    )


def command_gates(engine: Engine, start: Facts, saying: Progress) -> tuple[CommandGates, Waiting]:
    """The approved gates that the plan file of a tree declares, and those that nobody approved."""
    plan_file, _ = engine.plan_file(start.tree)
    approval = engine.door.approval(plan_file)
    return CommandGates(engine.repository, approval.gates, engine.cache, saying), approval.waiting.of("gate")


def noted(report: GateReport) -> dict[str, Any]:
    """What the journal keeps of a gate."""
    said = {"gate": report.gate, "passed": report.passed, "seconds": round(report.seconds, 3)}
    return said if report.ran else {**said, "ran": False}


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
