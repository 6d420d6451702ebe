"""Making the steps of a plan, one after the other, on a branch: candidate commit, gates, journal, branch (L7, L9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.engine import planning
from migrator.engine.branches import branch_ref, first_base, left_aside, start, status_of
from migrator.engine.making import DoneStep, Making, aside_entry, make, step_entry
from migrator.engine.planning import SavedPlan, check_saved
from migrator.engine.teams.weekly.owners import owners
from migrator.engine.teams.weekly.slices import Cut, Slice, cut, usual
from migrator.errors import UsageError
from migrator.planfile import Waiting

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.errors import Finding
    from migrator.phase import Phase
    from migrator.plan import Aside, Plan, PlannedStep
    from migrator.step import Step


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
        ref = ref_of(engine, branch, phases, part)
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
        branch_run.total = len(plan.steps)

        def again(gone: Mapping[str, tuple[Finding, ...]]) -> Plan:
            known = {**aside, **gone}
            return planning.plan(engine, branch_run.head, phases, aside=known, numbers=numbers, wanted=_wanted(until, only))

        waiting = make(branch_run, plan, again, gate_every)
        tree, unjudged = engine.repository.commit(branch_run.head).tree, waiting if branch_run.done else Waiting()
        return Run(ref, first, branch_run.head, tree, tuple(branch_run.done), tuple(branch_run.aside), whole or plan, unjudged, sliced)


def ref_of(engine: Engine, branch: str | None, phases: Sequence[Phase], part: Slice | None) -> str:
    """The full ref of the branch of a run: as it is named, else of whose slice it is, else of its phases. Raises as `branch_ref` and `Owners.meant` do."""
    owner = None
    if branch is None and part is not None and part.owner is not None:
        owner = owners(engine.facts(engine.repository.resolve("HEAD"))).meant(part.owner)
    return branch_ref(engine, branch or usual(part or Slice(), owner) or None, phases)


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


class _BranchRun(Making):
    """One run on one branch: every step moves it, journal first, branch second (L9)."""

    def __init__(  # noqa: PLR0913, PLR0917  one place constructs it
        self, engine: Engine, ref: str, base: str, head: str, tip: str | None, on_step: Callable[[DoneStep | Aside], None]
    ) -> None:
        super().__init__(engine, head, on_step)
        self.ref = ref
        self.base = base
        self.tip = tip

    def landed(self, step: PlannedStep, made: DoneStep) -> None:
        entry = step_entry(step, made, self.ref, self.tip, self.base)
        self.engine.journal.carry_out(self.engine.journal.append(entry, keep=entry.new))
        self.tip = entry.new

    def left(self, item: Aside, candidate: str | None) -> None:
        self.engine.journal.append(aside_entry(item, self.ref, self.tip, self.base), keep=candidate)


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
