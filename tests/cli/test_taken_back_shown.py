"""What commands say once a merged phase was taken back: nothing of it waits anywhere, and it can be made again."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git

BRANCH = "migrate/phase-1"
MERGES = {
    "a merge commit": (("merge", "-q", "--no-ff", "-m", "merged", BRANCH),),
    "a fast-forward": (("merge", "-q", "--ff-only", BRANCH),),
    "a squash": (("merge", "-q", "--squash", BRANCH), ("commit", "-q", "-m", "squashed")),
}


@pytest.fixture(params=MERGES)
def back(request, migrate: Runner) -> Runner:
    """A trunk that had phase 1 in one way or another and took it back."""
    migrate("run", "--phase", "1")
    for words in MERGES[request.param]:
        git(migrate.directory, *words)
    migrate("rollback", "--phase", "1", "--onto", "main")
    git(migrate.directory, "merge", "-q", "--ff-only", "migrate/rollback-1")
    return migrate


def test_a_branch_that_was_merged_before_is_nothing_that_waits(back: Runner) -> None:
    said = back("status", "--json").json
    assert said["made"] == []
    nexts = {one["branch"]: one["next"] for one in said["branches"]}
    assert nexts[BRANCH][1:] == ["migrate run --phase 1"]
    assert {one["state"] for one in back("status", "--open", "--phase", "1", "--json").json["steps"]} <= {"ready", "blocked"}


def test_a_run_on_its_branch_makes_it_again(back: Runner) -> None:
    back("run", "--phase", "1")
    made = back("status", "--json").json["made"]
    assert [(one["number"], one["branch"]) for one in made] == [(f"1.0{number}", BRANCH) for number in (1, 2, 3)]


def test_a_branch_that_takes_back_has_no_steps_to_verify(back: Runner) -> None:
    git(back.directory, "branch", "-q", "-D", BRANCH)
    back("run", "--phase", "1")
    assert back("verify", "--json").json["passed"]
    assert "main went on: it has these steps" not in back("status").out
