"""L6, L7, L8 and L10 over random sequences of commands on one repository."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.build import build
from migrator.engine import branches, planning, running
from migrator.engine.context import Engine
from migrator.engine.planning import saved_plan
from migrator.engine.rollback import take_back
from migrator.errors import UsageError
from migrator.paths import RepoPath
from migrator.step import Move, Step
from migrator.tree import FILE
from tests.crash import spine
from tests.laws.test_tree_laws import facts_of, moves_on, trees

COUNT = 3
STEPS = [f"7.{n + 1:02d}" for n in range(COUNT)]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("engine-laws") / "template"
    directory.mkdir()
    spine.ask(directory, "init", "-q", "-b", "main")
    for path, content in spine.start_files(COUNT).items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    spine.ask(directory, "add", "-A")
    spine.ask(directory, "commit", "-q", "-m", "start")
    spine.ask(directory, "tag", "a-tag")
    (directory / "keep/README.dat").write_bytes(b"dirty\n")
    (directory / "staged.dat").write_bytes(b"staged\n")
    spine.ask(directory, "add", "staged.dat")
    return directory


COMMANDS = st.one_of(
    st.just(("run", "")),
    st.tuples(st.sampled_from(["until", "only", "rollback-to"]), st.sampled_from(STEPS)),
    st.sampled_from([("rollback", ""), ("mv", ""), ("rollback-mv", ""), ("delete", ""), ("saved", "")]),
)


def carry_out(engine: Engine, command: str, step: str) -> None:
    match command:
        case "run":
            running.run(engine, engine.phases)
        case "until":
            running.run(engine, engine.phases, until=step)
        case "only":
            running.run(engine, engine.phases, only=[step])
        case "saved":
            base = engine.repository.read_ref(spine.BRANCH) or engine.repository.resolve("HEAD")
            saved = saved_plan(planning.plan(engine, base, engine.phases), engine.phases)
            assert running.run(engine, engine.phases, saved=saved).tree == saved.tree
        case "rollback-to":
            take_back(engine, spine.BRANCH, to=step)
        case "rollback":
            take_back(engine, spine.BRANCH)
        case "rollback-mv":
            take_back(engine, spine.MOVED)
        case "delete":
            if engine.repository.read_ref(spine.BRANCH):
                spine.ask(engine.repository.path, "update-ref", "-d", spine.BRANCH)
        case _:
            spine.carry_out(engine, command)


@given(st.lists(COMMANDS, min_size=2, max_size=6))
@settings(max_examples=12)
def test_any_sequence_of_commands(template: Path, tmp_path_factory: pytest.TempPathFactory, commands: list[tuple[str, str]]) -> None:
    directory = tmp_path_factory.mktemp("sequence") / "repo"
    shutil.copytree(template, directory, symlinks=True)
    before = spine.visible(directory)
    engine = spine.engine_of(directory, COUNT)
    full = planning.plan(engine, "HEAD", engine.phases)
    remembered: list[str] = []
    for command, step in commands:
        try:
            carry_out(engine, command, step)
        except UsageError:
            assert step, "only a step that is not there is a wrong command"
        # L10: what is the user's is as it was.
        assert spine.visible(directory) == before
        # L8: the journal grows at its end, and everything that it ever named can still be reached from it.
        entries = engine.journal.entries()
        ids = [entry.id for entry in entries]
        assert ids[: len(remembered)] == remembered
        remembered = ids
        reachable = set(spine.ask(directory, "rev-list", "refs/migrate/journal").split()) if ids else set()
        assert {entry.new for entry in entries if entry.new} | set(ids) <= reachable
        # The journal and the branch say the same.
        status = branches.status_of(engine, spine.BRANCH)
        assert status.head == engine.repository.read_ref(spine.BRANCH)
        assert status.head == (status.steps[-1].new if status.steps else None)
        assert [entry.tree for entry in status.steps] == [engine.repository.commit(entry.new or "").tree for entry in status.steps]
    # L7 and L6: what is left is what the plan says, and then nothing is left.
    base = engine.repository.read_ref(spine.BRANCH) or engine.repository.resolve("HEAD")
    plan = planning.plan(engine, base, engine.phases)
    run = running.run(engine, engine.phases)
    assert (run.tree, [step.tree for step in run.steps]) == (plan.tree, [step.tree for step in plan.steps])
    assert planning.plan(engine, run.head, engine.phases).steps == ()
    assert running.run(engine, engine.phases).head == run.head
    if not any(command == "only" for command, _ in commands):
        assert run.tree == full.tree
    spine.ask(directory, "gc", "-q", "--prune=now")
    assert {entry.new for entry in engine.journal if entry.new} <= set(spine.ask(directory, "rev-list", "refs/migrate/journal").split())
    spine.check(directory)
    spine.close_all()
    shutil.rmtree(directory)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    spine.close_all()


def test_l7_a_plan_moves_nothing(template: Path, tmp_path: Path) -> None:
    directory = tmp_path / "repo"
    shutil.copytree(template, directory, symlinks=True)
    everything = {p: p.lstat().st_mtime_ns for p in directory.rglob("*")}
    engine = spine.engine_of(directory, COUNT)
    assert len(planning.plan(engine, engine.repository.resolve("HEAD"), engine.phases).steps) == COUNT
    assert {p: p.lstat().st_mtime_ns for p in directory.rglob("*")} == everything


def test_l4_a_plan_says_the_same_twice(template: Path) -> None:
    first, second = (spine.engine_of(template, COUNT) for _ in range(2))
    assert planning.plan(first, "HEAD", first.phases).tree == planning.plan(second, "HEAD", second.phases).tree


@given(st.data())
def test_l5_a_step_of_moves_and_its_inverse_restore_every_byte(data: st.DataObject) -> None:
    facts = facts_of(*data.draw(trees(st.just(FILE))))
    moves = data.draw(moves_on(facts.tree))
    if moves.problems(facts.tree) or any(name.isprintable() is False for name in facts.tree):
        return
    there = build(facts, Step("there", "There", "", tuple(Move(old, new) for old, new in moves.pairs.items())))
    back = {RepoPath(new): old for new, old in moves.inverse(facts.tree).pairs.items()}
    if any(not path.isprintable() for path in (*back, *back.values())) or any(
        "Windows" in p.message for p in moves.inverse(facts.tree).problems(there.after.tree)
    ):
        return
    assert build(there.after, Step("back", "Back", "", tuple(Move(old, new) for old, new in back.items()))).after.tree == facts.tree
