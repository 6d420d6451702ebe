"""L9: kill -9 at any instant, run any command: the branch is exactly before or after a step, and the journal agrees.

`MIGRATE_CRASH_TRIALS` says how many processes are killed (`make crash` kills hundreds).
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from migrator.engine import branches, planning, running
from migrator.engine.context import Engine
from migrator.engine.rollback import take_back
from migrator.journal import JOURNAL
from tests.crash import spine

TRIALS = int(os.environ.get("MIGRATE_CRASH_TRIALS", "24"))
NEXT = ("status", "plan", "run", "rollback", "rollback-to", "mv")


class Driver:
    """One process of ours, ready to be told what to do and to be killed."""

    def __init__(self, directory: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, spine.__file__, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def tell(self, command: str) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        assert ready == b"ready\n" or not ready.strip(), ready
        began = time.perf_counter()
        self._process.stdin.write(command.encode() + b"\n")
        self._process.stdin.flush()
        return began

    def kill_after(self, seconds: float) -> None:
        time.sleep(seconds)
        self._process.kill()
        self._process.communicate()

    def outcome(self) -> str:
        """Nothing, or what stopped it."""
        _, said = self._process.communicate()
        return said.decode() if self._process.returncode else ""

    def finish(self) -> None:
        assert not self.outcome()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("crash") / "template"
    directory.mkdir()
    spine.ask(directory, "init", "-q", "-b", "main")
    for path, content in spine.start_files().items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    spine.ask(directory, "add", "-A")
    spine.ask(directory, "commit", "-q", "-m", "start")
    spine.ask(directory, "branch", "other")
    (directory / "keep/README.dat").write_bytes(b"dirty\n")
    (directory / "untracked.dat").write_bytes(b"mine\n")
    return directory


@pytest.fixture(scope="module")
def finished(template: Path) -> tuple[Path, dict[str, float], list[str]]:
    """A copy on which everything ran to the end, how long each command took, and the tree of every step's end."""
    directory = template.parent / "finished"
    shutil.copytree(template, directory, symlinks=True)
    took = {}
    for command in ("mv", "run"):
        driver = Driver(directory)
        began = driver.tell(command)
        driver.finish()
        took[command] = time.perf_counter() - began
    engine = spine.engine_of(directory)
    trees = [entry.tree for entry in branches.status_of(engine, spine.BRANCH).steps]
    assert len(trees) == 12
    rolled = template.parent / "rolled"
    shutil.copytree(directory, rolled, symlinks=True)
    driver = Driver(rolled)
    began = driver.tell("rollback")
    driver.finish()
    took["rollback"] = took["rollback-to 7.04"] = time.perf_counter() - began
    shutil.rmtree(rolled)
    return directory, took, trees


def trials() -> list[object]:
    chance = random.Random(20_26)  # noqa: S311  the same trials every time
    found: list[object] = []
    for number in range(TRIALS):
        # Most of the time goes to `run`, which is where most of the instants are.
        command = ("run", "run", "run", "rollback", "rollback-to 7.04", "mv")[number % 6]
        found.append(pytest.param((command, chance.random(), NEXT[(number // 6 + number) % len(NEXT)]), id=f"{number}-{command.replace(' ', '-')}"))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("trial", trials())
def test_a_killed_process_leaves_the_branch_before_or_after_a_step(
    template: Path, finished: tuple[Path, dict[str, float], list[str]], tmp_path: Path, trial: tuple[str, float, str]
) -> None:
    command, instant, after = trial
    whole, took, trees = finished
    directory = tmp_path / "repo"
    shutil.copytree(template if command in {"run", "mv"} else whole, directory, symlinks=True)
    before = spine.visible(directory)
    driver = Driver(directory)
    driver.tell(command)
    driver.kill_after(instant * took[command])
    assert spine.visible(directory) == before

    boundaries = {None, *trees}
    assert _tree(directory, spine.BRANCH) in boundaries
    engine = spine.engine_of(directory)
    _agree(engine, command, boundaries)
    match after:
        case "status":
            branches.status_of(engine, spine.BRANCH)
        case "plan":
            base = engine.repository.read_ref(spine.BRANCH) or engine.repository.resolve("HEAD")
            assert planning.plan(engine, base, engine.phases).tree == trees[-1]
        case "run" | "rollback" | "mv":
            spine.carry_out(engine, after)
        case _:
            last = branches.status_of(engine, spine.BRANCH).steps[-1:]
            if last:
                take_back(engine, spine.BRANCH, to=last[0].number)
    _agree(engine, after, boundaries)
    assert running.run(engine, engine.phases).tree == trees[-1]
    assert running.run(engine, engine.phases).steps == ()
    _agree(engine, "run", {trees[-1]})
    assert spine.visible(directory) == before
    spine.check(directory)


@pytest.mark.slow
def test_two_processes_at_once_tear_nothing(template: Path, finished: tuple[Path, dict[str, float], list[str]], tmp_path: Path) -> None:
    directory = tmp_path / "repo"
    shutil.copytree(template, directory, symlinks=True)
    before = spine.visible(directory)
    drivers = [Driver(directory) for _ in range(3)]
    for driver in drivers:
        driver.tell("run")
    said = [driver.outcome() for driver in drivers]
    assert "" in said, "one of them did the work"
    assert all(not text or "another `migrate` is at work" in text for text in said)
    assert _tree(directory, spine.BRANCH) == finished[2][-1]
    _agree(spine.engine_of(directory), "run", {finished[2][-1]})
    assert spine.visible(directory) == before
    spine.check(directory)


def _tree(directory: Path, ref: str) -> str | None:
    done = subprocess.run(["git", "rev-parse", "--verify", "--quiet", f"{ref}^{{tree}}"], cwd=directory, capture_output=True, check=False)
    return done.stdout.decode().strip() or None


def _agree(engine: Engine, command: str, boundaries: set[str | None]) -> None:
    """The branch is at a step's end, and the journal says the same: at once for a reader, and after settling."""
    for settle in (False, True):
        if settle:
            with engine.locked():
                pass
        status = branches.status_of(engine, spine.BRANCH)
        assert _tree(engine.repository.path, spine.BRANCH) in boundaries
        assert status.head == (status.steps[-1].new if status.steps else None), command
        assert status.foreign == ()
        assert [entry.number for entry in status.steps] == [f"7.{n + 1:02d}" for n in range(len(status.steps))]
    newest = next(iter(engine.journal), None)
    if newest is not None:
        assert engine.repository.read_ref(JOURNAL) == newest.id
        assert newest.kind == "open" or engine.repository.read_ref(newest.branch) == newest.new
