"""What a migration did, done again to another tree.

A step is a function from tree to tree, so a branch that was cut before a step is brought to after it by making the same step on it. The phases
are asked again for the steps of these names: they alone know where what is new belongs, and what generated files say of it. What no phase offers
there any more, and what was asked for by `mv`, is made of the record: its moves, of files and of symbols, with every reference rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from migrator.build import build
from migrator.companions import accompanied
from migrator.errors import PlanError
from migrator.facts.symbols import respelled
from migrator.gates import judge
from migrator.languages.base import SymbolError
from migrator.paths import RepoPath
from migrator.plan import Aside, Judge, PlannedStep, finished, fold, recording, unbuilt
from migrator.planfile import PLAN_FILE, Shims
from migrator.shims import bare
from migrator.step import Action, Move, MoveSymbol, Redirect, Step

if TYPE_CHECKING:
    import pydantic

    from migrator.engine.context import Engine
    from migrator.facts import Facts
    from migrator.phase import Phase
    from migrator.planfile import PlanFile
    from migrator.record import Record

__all__ = ["Replayed", "left_by", "replay", "replayed", "rules_of"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A tree after the steps of a migration."""

    start: Facts
    steps: tuple[PlannedStep, ...]
    aside: tuple[Aside, ...]
    """What could not be made there, and why."""

    @property
    def end(self) -> Facts:
        """The facts of the tree after the last step."""
        return self.steps[-1].built.after if self.steps else self.start

    @property
    def places(self) -> dict[RepoPath, RepoPath]:
        """Where the files of the first tree are in the last one, as far as they are not where they were; what was deleted is nowhere."""
        found = {path: path for path in self.start.tree}
        for step in self.steps:
            found = {path: step.built.files.get(place, place) for path, place in found.items()}
        return {path: place for path, place in found.items() if place != path}


def rules_of(engine: Engine, before: str, *others: str) -> tuple[PlanFile, dict[str, pydantic.BaseModel]]:
    """What the plan file said by which steps were made on a commit: its own, else that of the first of some others that has one, else ours alone.

    What the work tree says plays no part: a replay is the same on every machine (L4). Raises PlanError where the plan file is none.
    """
    trees = [engine.repository.tree(revision) for revision in (before, *others)]
    return engine.as_committed().plan_file(next((tree for tree in trees if PLAN_FILE in tree), trees[0]))


def replay(engine: Engine, revision: str, done: Sequence[Record], rules: tuple[PlanFile, Mapping[str, pydantic.BaseModel]]) -> Replayed:
    """Steps that were made elsewhere, made on a revision, in their order, by what a plan file says. Nothing is written to a ref."""
    plan_file, options = rules
    return replayed(engine.facts(revision, plan_file), done, engine.phases, options, progress=engine.progress, shims=plan_file.shims)


def replayed(  # noqa: PLR0913  keyword-only from the fourth on
    start: Facts,
    done: Sequence[Record],
    phases: Sequence[Phase],
    options: Mapping[str, pydantic.BaseModel],
    *,
    judge: Judge | None = judge,
    progress: Callable[..., None] = lambda *_: None,
    shims: Shims | None = None,
) -> Replayed:
    """The same of facts; without a judge no gate sets a step aside. `shims` are those that steps of phases leave."""
    facts = start
    steps: list[PlannedStep] = []
    aside: list[Aside] = []
    known = {phase.name: phase for phase in phases}
    judged = judge or (lambda _: ())
    for offered, group in groupby(done, lambda record: record.phase in known):
        records = tuple(group)
        if offered:
            ids = {record.id: record.number for record in records}
            asked = sorted({known[record.phase].name: known[record.phase] for record in records}.values(), key=lambda phase: phase.number)
            wanted = partial(_is_one, ids)
            made = fold("", facts, phases=asked, options=options, numbers=ids, judge=judged, wanted=wanted, progress=progress, shims=shims)
            steps += made.steps
            aside += made.aside
            facts = made.end
            there = {step.id for step in made.steps} | {item.id for item in made.aside}
            records = tuple(record for record in records if record.id not in there)
        for step in _from_records(facts, records, judged, progress):
            if isinstance(step, Aside):
                aside.append(step)
                continue
            steps.append(step)
            facts = step.built.after
    return Replayed(start, tuple(steps), tuple(aside))


def _is_one(ids: Mapping[str, str], phase: str, step: Step, _number: str) -> bool:
    return f"{phase}/{step.slug}" in ids


def _from_records(facts: Facts, records: Sequence[Record], judge: Judge, progress: Callable[..., None]) -> Iterator[PlannedStep | Aside]:
    """The moves of records, made of what is there."""
    for record in records:
        progress(f"{record.number} {record.slug}")
        seen = bare(facts)
        step = step_of(seen, record)
        if not step.actions:
            continue
        step = accompanied(seen, step)
        kept = record.model_copy(update={"generated": {}, "followed": {}, "edits": (), "removed": (), "shims": ()})
        try:
            built = build(seen, recording(step, kept))
        except PlanError as error:
            yield unbuilt(record.phase, step, record.number, error)
            continue
        made, _ = finished(facts, built, step, record.phase, record.number, judge=judge, shims=left_by(record), kept=kept)
        facts = made.built.after
        yield made


def left_by(record: Record) -> Shims | None:
    """For which modules a step left shims, and until when; None where it left none."""
    if not record.shims:
        return None
    return Shims(expires=record.shims[0].expires, paths=tuple("/" + re.sub(r"([][*?!#\\])", r"\\\1", one.path) for one in record.shims))


def step_of(facts: Facts, record: Record) -> Step:
    """What a record says went elsewhere, as far as it is still there."""
    tree = facts.tree
    there = [(old, new) for old, new in _paths(record.moves) if old in tree or tree.is_dir(old)]
    actions: list[Action] = [Move(old, new) for old, new in there]
    actions += [MoveSymbol(RepoPath(old), symbol, RepoPath(new)) for old, symbol, new in record.symbols if _can_go(facts, old, symbol, new)]
    actions += [Redirect(old, new) for old, new in _paths(record.redirects) if not (old in tree or tree.is_dir(old))]
    return Step(record.slug, record.title, record.why, tuple(actions))


def _paths(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[RepoPath, RepoPath]]:
    return ((RepoPath(old), RepoPath(new)) for old, new in pairs)


def _can_go(facts: Facts, old: str, symbol: str, new: str) -> bool:
    try:
        respelled(facts, RepoPath(old), symbol, RepoPath(new))
    except SymbolError:
        return False
    return True
