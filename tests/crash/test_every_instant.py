"""L9 without chance: the process dies before, during and after every single write to git that matters."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.engine import branches, planning, running
from migrator.engine.moves import build_moves
from migrator.engine.rollback import take_back
from migrator.git import Repository
from tests.crash import spine

COUNT = 2
COMMANDS = ("run", "rollback", "rollback-to 7.01", "mv", "update", "carry")


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the program may catch it."""


class Mortal(Repository):
    """Dies at the n-th `commit-tree` or `update-ref`: before it, after it, or within it, where git dies too and leaves its locks."""

    dies_at = -1
    how = "before"

    def git(self, *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:
        if arguments[0] not in {"commit-tree", "update-ref"}:
            return super().git(*arguments, stdin=stdin, env=env)
        self.dies_at -= 1
        if self.dies_at == 0 and self.how == "within" and arguments[0] == "update-ref":
            self._leave_locks(arguments)
        if self.dies_at == 0 and self.how != "after":
            raise Killed
        done = super().git(*arguments, stdin=stdin, env=env)
        if self.dies_at == 0:
            raise Killed
        return done

    def _leave_locks(self, arguments: tuple[str, ...]) -> None:
        names = [next(word for word in arguments if word.startswith("refs/"))]
        names += ["packed-refs"] if "-d" in arguments else []
        for name in names:
            lock = self.common_dir / f"{name}.lock"
            lock.parent.mkdir(parents=True, exist_ok=True)
            lock.touch()


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, int]]:
    """For each command: a repository on which it can be carried out, and how many writes it makes."""
    root = tmp_path_factory.mktemp("instants")
    start = root / "start"
    start.mkdir()
    spine.ask(start, "init", "-q", "-b", "main")
    for path, content in spine.start_files(COUNT).items():
        target = start / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    spine.ask(start, "add", "-A")
    spine.ask(start, "commit", "-q", "-m", "start")
    spine.ask(start, "checkout", "-q", "-b", "feature")
    for name in ("new", "other"):
        (start / f"old/d0/{name}.dat").write_bytes(name.encode())
        spine.ask(start, "add", "-A")
        spine.ask(start, "commit", "-q", "-m", name)
    spine.ask(start, "checkout", "-q", "main")
    found = {}
    for number, command in enumerate(COMMANDS):
        stage, scratch = root / f"stage-{number}", root / "scratch"
        shutil.copytree(start, stage, symlinks=True)
        if command.startswith(("rollback", "carry")):
            spine.carry_out(spine.engine_of(stage, COUNT), "run")
        if command == "update":
            _behind(stage)
        shutil.copytree(stage, scratch, symlinks=True)
        engine = spine.engine_of(scratch, COUNT, Mortal.open)
        spine.carry_out(engine, command)
        found[command] = (stage, -1 - engine.repository.dies_at)
        shutil.rmtree(scratch)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("how", ["before", "within", "after"])
def test_every_instant(stages: dict[str, tuple[Path, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, how: str) -> None:
    stage, writes = stages[command]
    assert writes >= (10 if command == "run" else 4)
    before = _relative(stage)
    whole = spine.engine_of(stage, COUNT)
    start = _tree(whole, "HEAD")
    moved = build_moves(whole, spine.MV, "HEAD").built.after.tree.id
    plan = planning.plan(whole, whole.repository.resolve("HEAD"), whole.phases)
    boundaries = {None, *(step.tree for step in plan.steps)}
    if command == "update":
        # The branch as it was and as it will be, nothing between.
        boundaries = {_tree(whole, spine.BRANCH), plan.tree}
    carried = _carried(stage, tmp_path / "carried") if command == "carry" else None
    for instant in range(1, writes + 1):
        directory = tmp_path / f"{instant}"
        shutil.copytree(stage, directory, symlinks=True)
        dying = spine.engine_of(directory, COUNT, Mortal.open)
        dying.repository.dies_at, dying.repository.how = instant, how
        with pytest.raises(Killed):
            spine.carry_out(dying, command)
        _grow_old(directory)
        engine = spine.engine_of(directory, COUNT)
        # A reader comes first, and sees the branch at a step's end although nothing is settled yet.
        for settle in (False, True):
            if settle:
                with engine.locked():
                    pass
            status = branches.status_of(engine, spine.BRANCH)
            assert _tree(engine, spine.BRANCH) in boundaries
            assert status.head == (status.steps[-1].new if status.steps else None), (instant, settle)
            assert status.foreign == ()
            assert _tree(engine, spine.MOVED) in {None, start, moved}
            assert _tree(engine, spine.CARRIED) in {None, carried}
        newest = next(iter(engine.journal), None)
        assert newest is None or newest.kind == "open" or engine.repository.read_ref(newest.branch) == newest.new
        spine.carry_out(engine, command)
        assert command != "update" or _tree(engine, spine.BRANCH) == plan.tree
        assert _tree(engine, spine.CARRIED) == carried
        assert running.run(engine, engine.phases).tree == plan.tree
        for ref in (spine.BRANCH, spine.CARRIED):
            take_back(engine, ref)
            assert engine.repository.read_ref(ref) is None
        assert _relative(directory) == before
        spine.check(directory)
        assert not list((directory / ".git").rglob("*.lock"))
        shutil.rmtree(directory)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["before", "within", "after"])
def test_every_instant_of_taking_back_what_was_merged(stages: dict[str, tuple[Path, int]], tmp_path: Path, how: str) -> None:
    merged, scratch = tmp_path / "merged", tmp_path / "scratch"
    shutil.copytree(stages["rollback"][0], merged, symlinks=True)
    spine.ask(merged, "merge", "-q", "--squash", spine.BRANCH)
    spine.ask(merged, "commit", "-q", "-m", "merged")
    before = _relative(merged)
    shutil.copytree(merged, scratch, symlinks=True)
    whole = spine.engine_of(scratch, COUNT, Mortal.open)
    spine.carry_out(whole, "rollback-onto")
    writes, back = -1 - whole.repository.dies_at, whole.repository.commit("main~1").tree
    assert writes >= COUNT + 2
    assert _tree(whole, spine.BACK) == back
    for instant in range(1, writes + 1):
        directory = tmp_path / f"{instant}"
        shutil.copytree(merged, directory, symlinks=True)
        dying = spine.engine_of(directory, COUNT, Mortal.open)
        dying.repository.dies_at, dying.repository.how = instant, how
        with pytest.raises(Killed):
            spine.carry_out(dying, "rollback-onto")
        _grow_old(directory)
        engine = spine.engine_of(directory, COUNT)
        assert _tree(engine, spine.BACK) in {None, back}
        with engine.locked():
            pass
        assert _tree(engine, spine.BACK) in {None, back}
        newest = next(iter(engine.journal))
        assert engine.repository.read_ref(newest.branch) == newest.new
        spine.carry_out(engine, "rollback-onto")
        assert _tree(engine, spine.BACK) == back
        take_back(engine, spine.BACK)
        assert engine.repository.read_ref(spine.BACK) is None
        assert _relative(directory) == before
        spine.check(directory)
        assert not list((directory / ".git").rglob("*.lock"))
        shutil.rmtree(directory)


def _tree(engine, ref: str) -> str | None:
    commit = engine.repository.read_ref(ref)
    return commit and engine.repository.commit(commit).tree


def _behind(directory: Path) -> None:
    """Every step is on the branch, and the trunk goes on."""
    spine.carry_out(spine.engine_of(directory, COUNT), "run")
    (directory / "old/d1/new.dat").write_bytes(b"new\n")
    spine.ask(directory, "add", "-A")
    spine.ask(directory, "commit", "-q", "-m", "more")


def _carried(stage: Path, directory: Path) -> str | None:
    """The tree that carrying has to come to."""
    shutil.copytree(stage, directory, symlinks=True)
    engine = spine.engine_of(directory, COUNT)
    spine.carry_out(engine, "carry")
    return _tree(engine, spine.CARRIED)


def _relative(directory: Path) -> dict[str, object]:
    prefix = directory.as_posix()
    return {path.removeprefix(prefix): value for path, value in spine.visible(directory).items()}


def _grow_old(directory: Path) -> None:
    """A lock that a dead git left is not waited for when it is old."""
    for lock in (directory / ".git").rglob("*.lock"):
        os.utime(lock, (time.time() - 60,) * 2)
