"""What steps make of the tree that they were made on, found out again.

Steps that follow each other are one fold, for as long as each is what the commits have: that is why it takes less than making them. Where a commit has
something else, the next step is asked of that, as it was when it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.engine.commits import UNOFFERED
from migrator.engine.teams.reviewed.unoffered import by_record, unoffered
from migrator.errors import MigrateError, Problem
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.plan import Plan, fold
from migrator.planfile import PLAN_FILE
from migrator.shims import known

if TYPE_CHECKING:
    import pydantic

    from migrator.build import Built
    from migrator.engine.context import Engine
    from migrator.engine.teams.reviewed.claims import Claim, Unit
    from migrator.facts import Facts
    from migrator.plan import GateReport
    from migrator.planfile import Shims
    from migrator.step import Step
    from migrator.tree import Tree

__all__ = ["Made", "recomputed", "recomputed_with"]

_Rules = tuple[dict[str, "pydantic.BaseModel"], "Shims | None"]
"""What a plan file says: the options of each phase, and the shims that steps leave."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the steps of some commits make of the tree before."""

    facts: Facts | None
    """What they lead to; None where nothing could be asked."""
    built: tuple[Built, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why some of them make nothing."""


def recomputed(engine: Engine, units: Sequence[Unit]) -> Iterator[tuple[Unit, Made]]:
    """What the steps of commits make, each on the tree before it, in order; the commits follow each other."""
    chain: list[Unit] = []
    for unit in units:
        if _chains(engine, unit):
            chain.append(unit)
            continue
        yield from _chained(engine, chain)
        chain = []
        yield unit, _together(engine, unit, None)
    yield from _chained(engine, chain)


def recomputed_with(engine: Engine, unit: Unit, after: Tree) -> Made:
    """The same, with the plan file of another tree than the one before."""
    return _together(engine, unit, after)


def _chains(engine: Engine, unit: Unit) -> bool:
    """Whether a commit is one step of a phase that is here, on the commit before it."""
    known = {phase.name for phase in engine.phases}
    return len(unit.claims) == 1 and len(unit.commit.parents) == 1 and unit.claims[0].phase in known and not unit.problems


class _EnoughError(Exception):
    """Nothing more is asked of a fold."""


@dataclass
class _Chain:
    """What is asked of a fold: the steps of some commits in their order, as long as they are what the commits have."""

    units: Sequence[Unit]
    made: dict[str, Built] = field(default_factory=dict)
    """By id, in their order."""
    last: str = ""
    refused: str = ""
    """Why the last of them would be set aside."""
    differs: bool = False

    def wanted(self, phase: str, step: Step, number: str) -> bool:
        del number
        if self.differs or len(self.made) == len(self.units):
            raise _EnoughError
        self.last = f"{phase}/{step.slug}"
        return self.last == self.units[len(self.made)].claims[0].id

    def judge(self, built: Built) -> tuple[GateReport, ...]:
        self.made[self.last] = built
        self.refused = _refused(built)
        self.differs = bool(self.refused) or built.after.tree.id != self.units[len(self.made) - 1].commit.tree
        return _of_shims(built)


@dataclass
class _Set:
    """What is asked of a fold: some steps, in the order in which their phases offer them."""

    ids: set[str]
    made: dict[str, Built] = field(default_factory=dict)
    """By id, in the order in which they were made."""
    last: str = ""

    def wanted(self, phase: str, step: Step, number: str) -> bool:
        del number
        if len(self.made) == len(self.ids):
            raise _EnoughError
        self.last = f"{phase}/{step.slug}"
        return self.last in self.ids

    def judge(self, built: Built) -> tuple[GateReport, ...]:
        self.made[self.last] = built
        return _of_shims(built)


def _of_shims(built: Built) -> tuple[GateReport, ...]:
    """What gates say of a step that leaves shims: where they refuse it for these, it is made without, and asked about again."""
    return judge(built) if any(one.path in built.created or (one.shim.symbol and one.path in built.edited) for one in known(built.after)) else ()


def _refused(built: Built) -> str:
    """Why nobody could have made a step: what it would lose (L1), which is known once it is built. All other gates are `migrate verify`'s to judge."""
    return next((str(loss) for loss in built.losses if loss.severity == "error"), "")


def _chained(engine: Engine, units: Sequence[Unit]) -> Iterator[tuple[Unit, Made]]:
    """Steps of phases that follow each other."""
    rest = list(units)
    while rest:
        first = rest[0]
        try:
            facts, rules = _start(engine, first.before, None)
            asked = _Chain(rest)
            plan = _fold(engine, first.before, facts, rules, [unit.claims[0] for unit in rest], asked)
        except MigrateError as error:
            yield first, Made(None, (), error.as_problems)
            rest = rest[1:]
            continue
        for at, (unit, built) in enumerate(zip(rest, asked.made.values(), strict=False), 1):
            refused = asked.refused if at == len(asked.made) else ""
            yield unit, Made(built.after, (built,), (_aside(unit.claims[0], first.before, refused),) if refused else ())
        if not asked.made:
            claim = first.claims[0]
            facts, moves = by_record(facts, claim)
            yield first, Made(facts, moves, (_not_made(plan, claim, first.before),))
        rest = rest[max(len(asked.made), 1) :]


def _start(engine: Engine, before: str, after: Tree | None) -> tuple[Facts, _Rules]:
    """The facts of a commit with what its plan file says; or those with the plan file of another tree."""
    tree = engine.repository.tree(before)
    if after is not None:
        tree = tree.replace({RepoPath(PLAN_FILE): after.get(RepoPath(PLAN_FILE))})
    plan_file, options = engine.plan_file(tree)
    return engine.facts(before, plan_file, None if after is None else engine.formats(tree)).at(tree), (options, plan_file.shims)


def _fold(  # noqa: PLR0913, PLR0917  what a fold needs
    engine: Engine, base: str, facts: Facts, rules: _Rules, claims: Sequence[Claim], asked: _Chain | _Set
) -> Plan | None:
    """The plan, where a fold went to its end; None where it was stopped because enough is known."""
    names = {claim.phase for claim in claims}
    phases = [phase for phase in engine.phases if phase.name in names]
    numbers = {claim.id: claim.number for claim in reversed(claims)}
    try:
        return fold(
            base,
            facts,
            phases=phases,
            options=rules[0],
            numbers=numbers,
            judge=asked.judge,
            wanted=asked.wanted,
            progress=lambda what, *_: engine.progress(what, len(asked.made), len(claims)),
            shims=rules[1],
        )
    except _EnoughError:
        return None


def _not_made(plan: Plan | None, claim: Claim, before: str) -> Problem:
    """Why a step that was asked for came to nothing."""
    why = next((aside.findings for aside in plan.aside if aside.id == claim.id), ()) if plan is not None else ()
    if why:
        return _aside(claim, before, str(why[0]))
    wrong = plan.problems if plan is not None else ()
    said = f"{claim.number} {claim.id} is no step that would be made on {before[:7]}" + (f": {wrong[0]}" if wrong else "")
    return Problem("", said, _look(before))


def _aside(claim: Claim, before: str, why: str) -> Problem:
    return Problem("", f"{claim} would be set aside on {before[:7]}: {why}", _look(before))


def _look(before: str) -> str:
    return f"git switch --detach {before[:7]}, then migrate plan"


# commits of several steps, and of what no phase offers -----------------------------------------------------------------------------------


def _together(engine: Engine, unit: Unit, after: Tree | None) -> Made:
    """The steps of one commit, one after the other on the tree before it."""
    try:
        facts, rules = _start(engine, unit.before, after)
    except MigrateError as error:
        return Made(None, (), error.as_problems)
    built: list[Built] = []
    problems: list[Problem] = []
    known = {phase.name for phase in engine.phases}
    for claims in _rounds([claim for claim in unit.claims if claim.phase in known]):
        asked = _Set({claim.id for claim in claims})
        try:
            plan = _fold(engine, unit.before, facts, rules, claims, asked)
        except MigrateError as error:
            return Made(facts, tuple(built), (*problems, *error.as_problems))
        facts = [facts, *(one.after for one in asked.made.values())][-1]
        built += asked.made.values()
        for claim in claims:
            if claim.id in asked.made:
                refused = _refused(asked.made[claim.id])
                problems += [_aside(claim, unit.before, refused)] if refused else []
            else:
                problems.append(_not_made(plan, claim, unit.before))
                facts, more = by_record(facts, claim)
                built += more
    for claim in unit.claims:
        if claim.phase in UNOFFERED:
            try:
                one = unoffered(engine, unit, claim, facts)
            except MigrateError as error:
                problems += error.as_problems
                continue
            facts = one.after
            built.append(one)
        elif claim.phase not in known:
            problems.append(
                Problem(
                    "",
                    f"{claim}: no installed phase is called {claim.phase!r}",
                    "install the package that brings it; migrate phases lists those here",
                )
            )
            facts, more = by_record(facts, claim)
            built += more
    return Made(facts, tuple(built), tuple(problems))


def _rounds(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Steps with no id twice: what was made again, for what came later, comes after all that was made first."""
    rest = list(claims)
    while rest:
        first = {claim.id: claim for claim in reversed(rest)}
        yield [claim for claim in rest if first[claim.id] is claim]
        rest = [claim for claim in rest if first[claim.id] is not claim]
