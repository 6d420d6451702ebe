"""Branches whose work is done are one line of `migrate status`, however they were merged; what still needs somebody is shown."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git

BRANCH = "migrate/phase-1"
OWN = (("switch", "-q", BRANCH), ("commit", "-q", "--allow-empty", "-m", "of my own"), ("switch", "-q", "main"))
ON = (("commit", "-q", "--allow-empty", "-m", "others go on"),)
SQUASHED = (("merge", "-q", "--squash", BRANCH), ("commit", "-q", "-m", "squashed"))
TIMES = {
    "not at all": ((), False),
    "main went on": (ON, False),
    "by fast-forward": ((("merge", "-q", "--ff-only", BRANCH),), True),
    "by a merge commit": ((*ON, ("merge", "-q", "--no-ff", "-m", "merged", BRANCH)), True),
    "by squashing": ((*ON, *SQUASHED), True),
    "by rebasing": ((*ON, ("cherry-pick", f"main..{BRANCH}")), True),
    "with commits of people on top, merged": ((*OWN, ("merge", "-q", "--no-ff", "-m", "merged", BRANCH)), True),
    "with commits of people on top, squashed without them": (
        (*ON, ("merge", "-q", "--squash", f"{BRANCH}~0"), ("commit", "-q", "-m", "s"), *OWN),
        False,
    ),
    "the branch is checked out": ((("switch", "-q", BRANCH),), False),
    "its tip is checked out": ((("switch", "-q", "--detach", BRANCH),), False),
    "another branch at its tip is": ((("switch", "-q", "-c", "other", BRANCH),), True),
}


@pytest.mark.parametrize("how", TIMES)
def test_a_branch_is_merged_when_nothing_of_it_is_left_to_merge(migrate: Runner, how: str) -> None:
    commands, merged = TIMES[how]
    migrate("run", "--phase", "1")
    for words in commands:
        git(migrate.directory, *words)
    (branch,) = migrate("status", "--json").json["branches"]
    assert branch["merged"] is merged
    shown = migrate("status").out
    assert (BRANCH in re.sub(rf"on {BRANCH}", "", shown)) is not merged
    assert ("1 branch merged: " in shown) is merged
    assert (f"      {BRANCH}  at {branch['head'][:7]}, 3 steps" in migrate("status", "-v").out) is merged
    assert "Next:  " in shown


def test_several_are_one_line_and_what_is_open_comes_first(migrate: Runner) -> None:
    migrate("run", "--phase", "1", "--only", "one/", "--branch", "migrate/a")
    git(migrate.directory, "merge", "-q", "--no-ff", "-m", "a", "migrate/a")
    migrate("run", "--phase", "1", "--only", "two/", "--branch", "migrate/b")
    git(migrate.directory, "merge", "-q", "--no-ff", "-m", "b", "migrate/b")
    migrate("run", "--phase", "1", "--branch", "migrate/c")
    shown = migrate("status").out
    assert shown.startswith("migrate/c    at ")
    assert "  ✓ 2 branches merged: main has, or had and took back, what they brought (-v)\n" in shown
    assert not re.search("migrate/[ab]", shown)
    assert re.search("migrate/a .*\n.*migrate/b ", migrate("status", "-v").out)


def test_what_was_taken_back_after_the_merge_is_no_branch_to_merge(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    git(migrate.directory, "merge", "-q", "--no-ff", "-m", "merged", BRANCH)
    back = migrate("rollback", "--phase", "1", "--onto", "main", "--json").json["branch"]
    assert {one["branch"]: one["merged"] for one in migrate("status", "--json").json["branches"]} == {BRANCH: True, back: False}
    git(migrate.directory, "merge", "-q", "--squash", back)
    git(migrate.directory, "commit", "-q", "-m", "taken back")
    assert {one["branch"]: one["merged"] for one in migrate("status", "--json").json["branches"]} == {BRANCH: True, back: True}


@pytest.mark.parametrize("how, merged", [("--no-ff", True), ("--squash", False)])
def test_of_carried_commits_the_history_alone_tells(migrate: Runner, how: str, merged: bool) -> None:
    git(migrate.directory, "switch", "-q", "-c", "feature")
    (migrate.directory / "two/more.py").write_text("MORE = 1\n", encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "-m", "more")
    git(migrate.directory, "switch", "-q", "main")
    migrate("run", "--phase", "1")
    git(migrate.directory, "merge", "-q", "--ff-only", BRANCH)
    migrate("carry", "feature")
    for words in ON:
        git(migrate.directory, *words)

    def carried() -> bool:
        return next(one["merged"] for one in migrate("status", "--json").json["branches"] if one["branch"] == "carried/feature")

    assert carried() is False
    git(migrate.directory, "merge", "-q", how, "carried/feature")
    git(migrate.directory, "commit", "-q", "--allow-empty", "-m", "merged")
    assert carried() is merged


def test_what_was_set_aside_keeps_a_merged_branch_in_sight(migrate: Runner) -> None:
    (migrate.directory / "migrate.toml").write_text('[phases.practice]\nbad = "two"\n', encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "-m", "refused")
    migrate("run", "--phase", "1", code=5)
    git(migrate.directory, "merge", "-q", "--no-ff", "-m", "merged", BRANCH)
    assert [one["merged"] for one in migrate("status", "--json").json["branches"]] == [True]
    shown = migrate("status").out
    assert shown.startswith(BRANCH)
    assert "set aside" in shown
