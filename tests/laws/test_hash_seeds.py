"""L4: the order of a set changes from run to run, the result does not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sample_repos
from tests.conftest import git

SAMPLES = Path(sample_repos.__file__).parent
SECONDS = re.compile(rb'"seconds": [0-9.]+')
PLAN = "import json, sys; from migrator.cli import main; sys.exit(main(['plan', '--json']))"


@pytest.mark.parametrize(
    "sample", ["acme/before", "two-apps/before", pytest.param("monolith/repository", marks=[pytest.mark.slow, pytest.mark.long])]
)
def test_a_plan_is_the_same_whatever_the_hash_seed(sample, tmp_path):
    directory = tmp_path / "repo"
    shutil.copytree(SAMPLES / sample, directory)
    for arguments in (("init", "-q"), ("add", "-A", "-f"), ("commit", "-qm", "start")):
        git(directory, *arguments)
    plans = set()
    for seed in ("1", "2", "3"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "MIGRATE_CACHE_DIR": ""}
        done = subprocess.run([sys.executable, "-c", PLAN], cwd=directory, env=env, check=False, capture_output=True)
        assert done.returncode == 0, done.stderr
        plans.add(SECONDS.sub(b"", done.stdout))
    assert len(plans) == 1
