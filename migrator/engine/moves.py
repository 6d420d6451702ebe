"""Moves by themselves: previewed, as a commit on a branch, or in the work tree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.build import build
from migrator.companions import accompanied
from migrator.engine.branches import branch_ref, first_base, start
from migrator.engine.commits import MOVES, commit
from migrator.engine.making import DoneStep, noted
from migrator.engine.running import Run
from migrator.errors import PlanError, Problem, RepositoryError, UsageError
from migrator.gates import judge
from migrator.generating.provenance import provenances
from migrator.journal import JournalEntry
from migrator.paths import is_within
from migrator.plan import Plan, PlannedStep, failures, finished
from migrator.record import FOLDER, records
from migrator.shims import bare
from migrator.step import Move, MoveSymbol, Step, Write
from migrator.tree import SUBMODULE
from migrator.wording import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.engine.context import Engine, Progress
    from migrator.facts import Facts
    from migrator.planfile import Shims


def build_moves(engine: Engine, step: Step, revision: str, shims: Shims | None = None, *, in_place: bool = False) -> PlannedStep:
    """What a step of moves makes of a commit, judged by the static gates, with its account and its record; `shims` are those that it leaves at old places.


    In place, where people make the commit, there is no record unless families made files, which it keeps theirs.
    Raises PlanError when the moves cannot be made or a gate refuses them.
    """
    engine.progress("reading the repository")
    facts = engine.facts(revision)
    engine.progress("moving")
    return moved(facts, step, engine.progress, remembered=not in_place, shims=shims)


def moved(real: Facts, step: Step, progress: Progress = lambda *_: None, *, remembered: bool = True, shims: Shims | None = None) -> PlannedStep:
    """What a step of moves makes of a tree, with a record of it or not: a function of these alone (L4). Raises PlanError as `build_moves` does."""
    facts = bare(real)
    step = accompanied(facts, step)
    built = build(facts, step)
    progress("looking for what names the old places")
    numbered = f"{MOVES}.{sum(record.phase == MOVES for record in real.derive(records)) + 1:02d}"
    # Open branches are carried over by the record, and files of families stay theirs, where they are and as they are now.
    told = (remembered or bool(provenances(facts))) and not all(isinstance(action, Move) and action.old == action.new for action in step.actions)
    planned, _ = finished(real, built, step, MOVES, numbered, judge=judge, shims=shims, recorded_at_all=told)
    if failed := failures(planned.gates):
        raise PlanError(
            "these moves would break something", "move what is needed in the same batch, or less", [Problem(f.path, f.message) for f in failed]
        )
    noted = any(isinstance(action, Write) and is_within(action.path, FOLDER) for action in planned.built.step.actions)
    return planned if noted else replace(planned, number=MOVES)


def moving(actions: Sequence[Move | MoveSymbol]) -> Step:
    """The step that makes some moves, called as they are."""
    first = actions[0]
    names = f"{_spoken(first)} → {first.new}"
    title = f"Move {names}" if len(actions) == 1 else f"Move {names} and {len(actions) - 1} more"
    slug = _spoken(first).replace("/", "-") + (f"-and-{len(actions) - 1}-more" if len(actions) > 1 else "")
    return Step(slug, title, "Asked for by `migrate mv`; everything that names them follows.", tuple(dict.fromkeys(actions)))


def _spoken(action: Move | MoveSymbol) -> str:
    return f"{action.old}::{action.symbol}" if isinstance(action, MoveSymbol) else str(action.old)


def commit_moves(engine: Engine, step: Step, branch: str | None, base: str | None, shims: Shims | None = None) -> Run:
    """Make moves as a commit on a branch (`migrate/mv` by default); starts a new branch where there is none."""
    with engine.locked():
        ref = branch_ref(engine, branch or "migrate/mv", ())
        at, tip = start(engine, ref, base)
        planned = build_moves(engine, step, at, shims)
        if not planned.built.changed:
            raise UsageError("these moves change nothing: everything is where it should go", "migrate status")
        return landed(engine, planned, ref, at, tip)


def landed(engine: Engine, planned: PlannedStep, ref: str, at: str, tip: str | None) -> Run:
    """A step that no phase offered, committed on top of a commit: journal first, branch second (L9). The lock is held by who calls."""
    step = planned.step
    plan = Plan(at, planned.built.before, (planned,), (), {})
    commits, report = commit(engine.repository, planned, at)
    first = first_base(engine, ref, at, tip)
    made = DoneStep(planned.id, MOVES, step.title, commits, planned.tree, (*planned.gates, report), planned.account)
    entry = JournalEntry(
        kind="move",
        branch=ref,
        old=tip,
        new=commits[-1],
        base=first,
        step=planned.id,
        title=step.title,
        tree=planned.tree,
        gates=tuple(map(noted, made.gates)),
        account=planned.account.counted(),
        todos=planned.todos,
    )
    engine.journal.carry_out(engine.journal.append(entry, keep=commits[-1]))
    return Run(ref, first, commits[-1], planned.tree, (made,), (), plan)


def move_in_place(engine: Engine, step: Step, shims: Shims | None = None) -> PlannedStep:
    """Make moves in index and work tree, as `git mv` would; no commit. Raises RepositoryError where an affected file is dirty."""
    with engine.locked():
        planned = build_moves(engine, step, engine.repository.resolve("HEAD"), shims, in_place=True)
        built = planned.built
        if module := next((old for old in built.files if built.before.tree[old].mode == SUBMODULE), None):
            raise RepositoryError(f"{module} is a submodule, its checkout would stay behind", f"git mv {word(module)} NEW, or leave out --in-place")
        engine.repository.write(built.after.tree, built.after.store)
        engine.repository.switch_in_place("HEAD", built.after.tree.id)
        return planned
