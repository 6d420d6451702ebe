"""Moves by themselves: previewed, as a commit on a branch, or in the work tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.account import account
from migrator.afterwards import afterwards
from migrator.build import build
from migrator.companions import accompanied
from migrator.engine.branches import branch_ref, first_base, start
from migrator.engine.commits import commit
from migrator.engine.making import DoneStep
from migrator.engine.running import Run
from migrator.errors import PlanError, Problem, RepositoryError, UsageError
from migrator.gates import judge
from migrator.generating.provenance import provenances
from migrator.journal import JournalEntry
from migrator.plan import Plan, PlannedStep, questions, recorded, recording
from migrator.record import Record, record_of, records
from migrator.step import Move
from migrator.tree import SUBMODULE

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.facts import Facts
    from migrator.step import Step


_MOVES = "mv"


def build_moves(engine: Engine, step: Step, revision: str, *, in_place: bool = False) -> PlannedStep:
    """What a step of moves makes of a commit, judged by the static gates, with its account and its record.

    In place, where people make the commit, there is no record unless families made files, which it keeps theirs.
    Raises PlanError when the moves cannot be made or a gate refuses them.
    """
    tree = engine.repository.tree(revision)
    plan_file = engine.rules(tree)
    engine.progress("reading the repository")
    facts = engine.facts(revision, plan_file)
    engine.progress("moving")
    step = accompanied(facts, step)
    record = None if in_place and not provenances(facts) else _record(facts, step)
    built = build(facts, step if record is None else recording(step, record))
    reports = judge(built)
    failed = [finding for report in reports if not report.passed for finding in report.findings if finding.severity == "error"]
    if failed:
        raise PlanError(
            "these moves would break something", "move what is needed in the same batch, or less", [Problem(f.path, f.message) for f in failed]
        )
    engine.progress("looking for what names the old places")
    told, todos = account(built), afterwards(built)
    if record is not None:
        built = recorded(built, step, record, told, todos)
    return PlannedStep(_MOVES, _MOVES if record is None else record.number, built, reports, told, todos, questions(built))


def _record(facts: Facts, step: Step) -> Record | None:
    """What is to be remembered of moves: open branches are carried over by it, and files of families stay theirs, where they are and as they are now."""
    if all(isinstance(action, Move) and action.old == action.new for action in step.actions):
        return None
    count = sum(record.phase == _MOVES for record in facts.derive(records))
    return record_of(step, _MOVES, f"{_MOVES}.{count + 1:02d}")


def commit_moves(engine: Engine, step: Step, branch: str | None, base: str | None) -> Run:
    """Make moves as a commit on a branch (`migrate/mv` by default); starts a new branch where there is none."""
    with engine.locked():
        ref = branch_ref(engine, branch or "migrate/mv", ())
        at, tip = start(engine, ref, base)
        planned = build_moves(engine, step, at)
        if not planned.built.changed:
            raise UsageError("these moves change nothing: everything is where it should go", "migrate status")
        plan = Plan(at, planned.built.before, (planned,), (), {})
        commits, report = commit(engine.repository, planned, at)
        first = first_base(engine, ref, at, tip)
        entry = JournalEntry(
            kind="move",
            branch=ref,
            old=tip,
            new=commits[-1],
            base=first,
            step=planned.id,
            title=step.title,
            tree=planned.tree,
            account=planned.account.counted(),
            todos=planned.todos,
        )
        engine.journal.carry_out(engine.journal.append(entry, keep=commits[-1]))
        made = DoneStep(planned.id, "mv", step.title, commits, planned.tree, (*planned.gates, report), planned.account)
        return Run(ref, first, commits[-1], planned.tree, (made,), (), plan)


def move_in_place(engine: Engine, step: Step) -> PlannedStep:
    """Make moves in index and work tree, as `git mv` would; no commit. Raises RepositoryError where an affected file is dirty."""
    with engine.locked():
        planned = build_moves(engine, step, engine.repository.resolve("HEAD"), in_place=True)
        built = planned.built
        if module := next((old for old in built.files if built.before.tree[old].mode == SUBMODULE), None):
            raise RepositoryError(f"{module} is a submodule, its checkout would stay behind", f"git mv {module}, or leave out --in-place")
        engine.repository.write(built.after.tree, built.after.store)
        engine.repository.switch_in_place("HEAD", built.after.tree.id)
        return planned
