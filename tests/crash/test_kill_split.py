"""L9 on the phases that people run: a command that is killed anywhere in phases 1 and 2 leaves whole steps, and the next run ends where one does."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from migrator.engine import branches
from migrator.engine.branches import BranchStatus
from migrator.engine.context import Engine
from migrator.git import Repository
from phases import backend_split, foundation
from tests.cli.test_weekly_slices import BRANCH, FILES, tree
from tests.crash import spine

pytestmark = [pytest.mark.slow, pytest.mark.long]

TRIALS = int(os.environ.get("MIGRATE_CRASH_TRIALS", "24")) // 4
RUN = [sys.executable, "-m", "migrator", "run", "--phase", "1", "--phase", "2"]


@pytest.fixture
def template(make_repository) -> Path:
    return make_repository(FILES, "template")


def test_a_killed_split_leaves_whole_steps_and_the_next_run_ends_in_the_same_tree(template: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(template, whole)
    subprocess.run(RUN, cwd=whole, check=True, capture_output=True)
    ends = [entry.tree for entry in status(whole).steps]
    assert len(ends) == len(set(ends)) >= 5
    chance = random.Random(4)  # noqa: S311  the same instants every time
    for number in range(max(1, TRIALS)):
        directory = tmp_path / f"killed-{number}"
        shutil.copytree(template, directory)
        before = spine.visible(directory)
        with subprocess.Popen(RUN, cwd=directory, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            # A line is a step that landed: the next one is on its way.
            for _ in range(number % len(ends)):
                process.stdout.readline()
            time.sleep(chance.random() / 20)
            process.kill()
        assert spine.visible(directory) == before  # L10
        steps = status(directory).steps
        assert [entry.tree for entry in steps] == ends[: len(steps)]
        assert not steps or tree(directory, BRANCH) == steps[-1].tree
        subprocess.run(RUN, cwd=directory, check=True, capture_output=True)
        assert tree(directory, BRANCH) == ends[-1]
        assert spine.visible(directory) == before
        spine.check(directory)


def status(directory: Path) -> BranchStatus:
    """Where the branch stands, with what the dead process left carried out first."""
    with Repository.open(directory) as repository:
        engine = Engine(repository, [foundation.phase, backend_split.phase])
        with engine.locked():
            return branches.status_of(engine, f"refs/heads/{BRANCH}")
