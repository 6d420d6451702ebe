"""Plans, and the contract that a saved one is (L7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pydantic

from migrator.engine.kept import KeptPlan
from migrator.engine.teams.offers import remember
from migrator.errors import DriftError, Finding, PlanError, Problem, RepositoryError, in_order
from migrator.gates import judge
from migrator.mistakes import line_of_keys
from migrator.paths import is_within
from migrator.plan import Plan, fold
from migrator.planfile import PLAN_FILE
from migrator.record import FOLDER, records

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.engine.context import Engine
    from migrator.phase import Phase
    from migrator.step import Step


class SavedStep(pydantic.BaseModel):
    """What a saved plan remembers of a step: its result, and a fingerprint that does not depend on files the step leaves alone."""

    id: str
    number: str
    title: str
    tree: str
    fingerprint: str


class SavedPlan(pydantic.BaseModel):
    """The contract that `run --saved` keeps (L7)."""

    format: int = 1
    base: str
    base_tree: str
    phases: tuple[int, ...]
    steps: tuple[SavedStep, ...]
    tree: str


def plan(  # noqa: PLR0913  keyword-only
    engine: Engine,
    base: str,
    phases: Sequence[Phase],
    *,
    aside: Mapping[str, tuple[Finding, ...]] | None = None,
    numbers: Mapping[str, str] | None = None,
    wanted: Callable[[str, Step, str], bool] | None = None,
) -> Plan:
    """The plan for some phases on a commit; of whole ones the last are kept. Raises PlanError when a phase finds itself impossible."""
    engine.progress("reading the repository")
    tree = engine.repository.tree(base)
    plan_file, options = engine.plan_file(tree)
    facts = engine.facts(base, plan_file)
    waiting = engine.door.approval(plan_file).waiting
    kept = KeptPlan(engine.cache, base, plan_file, phases, aside or {}, numbers or {}) if wanted is None else None
    if kept is not None and (known := kept.take(base, facts)) is not None:
        remember(engine, known, phases)
        return replace(known, waiting=waiting)
    chosen = wanted or (lambda _phase, _step, _number: True)
    try:
        folded = fold(
            base,
            facts,
            phases=phases,
            options=options,
            aside=aside,
            numbers=numbers,
            judge=judge,
            wanted=chosen,
            progress=engine.progress,
            shims=plan_file.shims,
        )
    except PlanError as error:
        raise PlanError(error.message, error.hint, _by_line(error.problems, engine.plan_text(tree))) from error
    if folded.problems:
        mine = any(one.where.startswith("phases.") for one in folded.problems)
        hint = f"correct {PLAN_FILE}" if mine else "correct what is named, and commit it"
        raise PlanError("these phases cannot be planned", hint, _by_line(folded.problems, engine.plan_text(tree)))
    if kept is not None:
        kept.put(folded)
        remember(engine, folded, phases)
    return replace(folded, waiting=waiting)


def _by_line(problems: Iterable[Problem], text: str | None) -> list[Problem]:
    """Problems with options where the plan file says them; others are as they were."""
    found = []
    for one in problems:
        keys = tuple(one.where.split("."))
        line = f"{PLAN_FILE}:{line_of_keys(text or '', keys)}"
        found.append(replace(one, where=line, message=f"{one.where}: {one.message}") if keys[0] == "phases" else one)
    return in_order(found)


def saved_plan(plan: Plan, phases: Sequence[Phase]) -> SavedPlan:
    """The contract of a plan."""
    steps = tuple(SavedStep(id=s.id, number=s.number, title=s.step.title, tree=s.tree, fingerprint=fingerprint(s.built)) for s in plan.steps)
    return SavedPlan(base=plan.base, base_tree=plan.start.tree.id, phases=tuple(p.number for p in phases), steps=steps, tree=plan.tree)


def check_saved(engine: Engine, saved: SavedPlan, plan: Plan, at: str) -> None:
    """Raises DriftError where a plan is not what a saved one says (L7), with what changed since."""
    now = saved_plan(plan, ())
    fresh = {step.id: step for step in now.steps}
    old = {step.id: step for step in saved.steps}
    done = {record.id for record in plan.start.derive(records)}
    drift = [Problem(s.number, f"{s.title}: would no longer be done") for s in saved.steps if s.id not in fresh and s.id not in done]
    drift += [Problem(s.number, f"{s.title}: was not in the saved plan") for s in now.steps if s.id not in old]
    for step in now.steps:
        if step.id in old and step.fingerprint != old[step.id].fingerprint:
            drift.append(Problem(step.number, f"{step.title}: {_why_drifted(engine, saved, at, plan, step.id)}"))
    if drift:
        raise DriftError(
            f"the base moved since this plan was saved ({saved.base[:7]} → {at[:7]}), and {len(drift)} steps would change",
            "migrate plan --out FILE to look again, or run without --saved",
            drift,
        )


def fingerprint(built: Built) -> str:
    """What a step does to the files it touches, whatever else is in the tree: the same on a moved base when nothing relevant changed.

    Its record is not part of that: it quotes lines of files that the step leaves alone.
    """
    after = built.after.tree
    origin = {new: old for old, new in built.files.items()}
    rows = [
        [path, origin.get(path, ""), after[path].blob if path in after else ""]
        for path in sorted({*built.files.values(), *built.edited, *built.created, *built.deleted})
        if not is_within(path, FOLDER)
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def _why_drifted(engine: Engine, saved: SavedPlan, at: str, plan: Plan, step_id: str) -> str:
    """Which files that the step touches changed since the plan was saved."""
    step = next(step for step in plan.steps if step.id == step_id)
    try:
        old = engine.repository.tree(engine.repository.resolve(saved.base))
    except RepositoryError:
        return "its result is different, and the commit it was planned on is gone"
    new = engine.repository.tree(at)
    changed = sorted(path for path in {*step.built.files, *step.built.edited} if old.get(path) != new.get(path))
    if not changed:
        return "its result is different"
    return f"{changed[0]} was edited since" + (f", and {len(changed) - 1} more" if len(changed) > 1 else "")
