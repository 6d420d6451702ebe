"""What is still open, by phase and owner: what can be made, what waits for what, what was set aside, and what is new since last week."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from migrator.engine import branches, planning
from migrator.engine.teams.weekly.owners import Owners, made, owners, subjects, touched, within
from migrator.engine.teams.weekly.progress import Made, Progress, Week, progress, weeks, when
from migrator.errors import Finding, PlanError
from migrator.step import MergeSymbol, Move, MoveSymbol

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.paths import RepoPath
    from migrator.phase import Phase
    from migrator.plan import Aside, Plan, PlannedStep
    from migrator.step import Step

__all__ = ["Backlog", "Item", "State", "backlog"]

State = Literal["done", "waiting", "ready", "blocked", "aside"]
"""On the trunk; on a branch alone; can be made; needs a step that is not made; was refused."""
_WEEK = int(timedelta(days=7).total_seconds())


@dataclass(frozen=True, slots=True)
class Item:
    """A step, done or not, and how it stands with it."""

    id: str
    number: str
    title: str
    phase: str
    state: State
    owners: tuple[str, ...]
    """Nobody perhaps."""
    files: int = 0
    """So many files it would touch."""
    by: tuple[Item, ...] = ()
    """What it needs and is not made."""
    findings: tuple[Finding, ...] = ()
    """Why it was set aside."""
    new: bool = False
    """Whether there was no such step a week ago."""
    commit: str = ""
    time: int = 0
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Every step of some phases, made or not."""

    base: str
    owners: Owners
    items: tuple[Item, ...]
    """What is done in the order in which it came, what waits on branches, then what is open in the plan's order."""
    weeks: tuple[Week, ...]
    progress: Progress
    since: str
    """The commit of a week ago; empty where there was none."""
    unsaid: str
    """Why it cannot be said what is new; empty where it can."""
    journal: bool
    """Whether this clone has a journal: what others set aside is known to theirs alone."""


def backlog(engine: Engine, base: str, phases: Sequence[Phase], now: int) -> Backlog:
    """How it stands with the steps of some phases on a commit; `now` is a time in seconds since the epoch."""
    known = progress(engine, base, now)
    plan = planning.plan(engine, base, phases)
    everybody = owners(plan.start)
    chosen = {phase.name for phase in phases}
    about_made = made(plan.start, [one.record for one in known.trunk])
    done = tuple(_item(one, "done", everybody.share(paths)) for one, paths in zip(known.trunk, about_made, strict=True) if one.record.phase in chosen)
    shares = {step: everybody.share(subject.files) for step, subject in subjects(plan).items()}
    shares |= {step.id: everybody.share(within(plan.start, _moved(step.step))) for step in plan.aside}
    waiting = tuple(_item(one, "waiting", shares.get(one.record.id, ())) for one in known.waiting if one.record.phase in chosen)
    since = _a_week_ago(engine, base, now)
    before, unsaid = _open_then(engine, since, phases)
    # What was made since and is open again is new as well.
    old = _ids(plan) if before is None else before - {one.id for one in done if one.time > now - _WEEK}
    still = _open(plan, shares, {one.id for one in waiting}, _set_aside(engine), old)
    burned = weeks([one.time for one in done], now, len(waiting) + len(still))
    return Backlog(base, everybody, (*done, *waiting, *still), burned, known, since, unsaid, engine.journal.last() is not None)


def _item(one: Made, state: State, owned: tuple[str, ...]) -> Item:
    record = one.record
    return Item(record.id, record.number, record.title, record.phase, state, owned, commit=one.commit, time=one.time, branch=one.branch)


def _moved(step: Step) -> Iterator[RepoPath]:
    return (action.old for action in step.actions if isinstance(action, Move | MoveSymbol | MergeSymbol))


def _open(
    plan: Plan, shares: Mapping[str, tuple[str, ...]], waiting: Collection[str], refused: Mapping[str, tuple[Finding, ...]], old: Collection[str]
) -> tuple[Item, ...]:
    """The steps of a plan that are on no branch, each after those that it needs."""
    found: dict[tuple[str, str], Item] = {}
    sizes = {step.id: len(touched(step)) for step in plan.steps}
    refused = {**refused, **{one.id: one.findings for one in plan.aside}}
    every: tuple[PlannedStep | Aside, ...] = (*plan.steps, *plan.aside)
    for step in sorted(every, key=lambda step: tuple(map(int, step.number.split(".")))):
        if step.id in waiting:
            continue
        needs = [found[step.phase, need] for need in step.step.needs if (step.phase, need) in found]
        # What another one of them needs anyway says nothing more.
        by = tuple(need for need in needs if not any(need in other.by for other in needs))
        findings = refused.get(step.id, ())
        # A step that was refused only since another one was waits for that one.
        aside = step.id in refused and not (by and all(finding.kind == "needs" for finding in findings))
        state: State = "aside" if aside else "blocked" if by else "ready"
        found[step.phase, step.step.slug] = Item(
            step.id,
            step.number,
            step.step.title,
            step.phase,
            state,
            shares.get(step.id, ()),
            sizes.get(step.id, 0),
            by,
            findings if aside else (),
            step.id not in old,
        )
    return tuple(found.values())


def _set_aside(engine: Engine) -> Mapping[str, tuple[Finding, ...]]:
    """The steps that gates refused on a branch of this clone, and why."""
    return {step: findings for ref in branches.names(engine) for step, findings in branches.left_aside(engine, ref).items()}


def _a_week_ago(engine: Engine, base: str, now: int) -> str:
    """The commit at which the first parents of a commit stood a week ago; empty where they had not begun."""
    return next((commit for commit, time in reversed(when(engine, base, now).items()) if time <= now - _WEEK), "")


def _open_then(engine: Engine, commit: str, phases: Sequence[Phase]) -> tuple[set[str] | None, str]:
    """The steps that were open at a commit, by id; None where that cannot be said, and why."""
    if not commit:
        return None, "the history is younger than a week"
    try:
        plan = planning.plan(engine, commit, phases)
    except PlanError as error:
        return None, f"a week ago nothing could be planned: {error.message}"
    return _ids(plan), ""


def _ids(plan: Plan) -> set[str]:
    return {*(step.id for step in plan.steps), *(one.id for one in plan.aside)}
