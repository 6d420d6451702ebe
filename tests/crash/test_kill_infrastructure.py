"""L9 on phase 3: a command that is killed while files are generated leaves whole steps, and the next run ends where one does."""

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
from phases import infrastructure
from tests.cli.test_infrastructure_bad_input import GOOD, composed
from tests.cli.test_weekly_slices import tree
from tests.crash import spine

pytestmark = [pytest.mark.slow, pytest.mark.long]

TRIALS = int(os.environ.get("MIGRATE_CRASH_TRIALS", "24")) // 4
BRANCH = "migrate/phase-3"
RUN = [sys.executable, "-m", "migrator", "run", "--phase", "3"]


def test_a_killed_run_leaves_whole_steps_and_the_next_ends_in_the_same_tree(make_repository, tmp_path: Path) -> None:
    template = make_repository(composed(GOOD), "template")
    whole = tmp_path / "whole"
    shutil.copytree(template, whole)
    subprocess.run(RUN, cwd=whole, check=True, capture_output=True)
    ends = [entry.tree for entry in status(whole).steps]
    assert len(ends) == len(set(ends)) == 8
    chance = random.Random(5)  # noqa: S311  the same instants every time
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
        engine = Engine(repository, [infrastructure.phase])
        with engine.locked():
            return branches.status_of(engine, f"refs/heads/{BRANCH}")
