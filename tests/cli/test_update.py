"""`migrate update` in the hand: what it says, what it asks for, how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git

BRANCH = "migrate/phase-1"


@pytest.fixture
def behind(migrate: Runner) -> Runner:
    """A branch of the first phase, and a trunk that went on."""
    migrate("run", "--phase", "1")
    goes_on(migrate.directory)
    return migrate


def goes_on(directory: Path, path: str = "two/c.py", content: str = "import one.a\n") -> None:
    (directory / path).write_text(content, encoding="utf-8", newline="\n")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "more")


def on_top(directory: Path, path: str, content: str) -> str:
    git(directory, "switch", "-q", BRANCH)
    goes_on(directory, path, content)
    git(directory, "switch", "-q", "main")
    return git(directory, "rev-parse", "--short=7", BRANCH).strip()


def test_what_differs_is_shown_and_what_comes_next(behind: Runner) -> None:
    mine = on_top(behind.directory, "mine.txt", "mine\n")
    dry = behind("update", "--dry-run").out
    assert "migrate/phase-1 would be on main" in dry
    assert "nothing was moved" in dry
    assert f"Next:  migrate update --branch {BRANCH}" in dry
    out = behind("update").out
    assert [line for line in out.splitlines() if "all/two/c.py" in line] == ["        + all/two/c.py"]
    assert "1.01  one                      ✓ 1 file more " in out
    assert "1.03  three                    ✓ the same " in out
    assert f"yours {mine} ✓ carried, now " in out
    assert "3 steps · 1 the same" in out
    back = next(line for line in out.splitlines() if "brings back what was" in line).strip()
    assert "up to date with main" in behind("status").out
    assert "  update   migrate/phase-1 " in behind("log").out
    again = behind("update").out
    assert again.startswith("migrate/phase-1 is up to date: it has main ")
    assert max(map(len, out.splitlines())) <= 120
    old = git(behind.directory, "rev-parse", "refs/migrate/journal^2").strip()
    assert back == f"nothing is lost: migrate rollback --to {old[:7]} --branch {BRANCH} brings back what was"
    behind("rollback", "--to", old[:7], "--branch", BRANCH)
    (branch,) = behind("status", "--json").json["branches"]
    assert (branch["head"], branch["behind"], len(branch["steps"]), len(branch["foreign"])) == (old, 1, 3, 1)


def test_for_programs(behind: Runner) -> None:
    found = behind("update", "--json").json
    assert (found["branch"], found["trunk"], found["behind"], found["dry"]) == (BRANCH, "main", 1, False)
    assert [(step["number"], step["more"]) for step in found["steps"]] == [("1.01", ["two/c.py"]), ("1.02", ["all/two/c.py"]), ("1.03", [])]
    assert found["head"] == git(behind.directory, "rev-parse", BRANCH).strip()
    entry = behind("log", "--json").json["entries"][0]
    assert (entry["kind"], entry["old"], entry["new"]) == ("update", found["old"], found["head"])
    assert behind("update", "--json").json["steps"] == []


def test_a_step_that_the_gates_refuse_is_set_aside_with_what_needs_it(behind: Runner) -> None:
    goes_on(behind.directory, "migrate.toml", '[phases.practice]\nbad = "two"\n')
    out = behind("update", code=5).out
    assert "1.02  two                      ✗ set aside: " in out
    assert "1.03  three                    ✗ set aside: needs two, which is not made" in out
    assert "1 step" in out
    (branch,) = behind("status", "--json").json["branches"]
    assert [item["number"] for item in branch["set_aside"]] == ["1.02", "1.03"]
    assert [step["number"] for step in branch["steps"]] == ["1.01"]
    goes_on(behind.directory, "migrate.toml", "")
    assert [step["number"] for step in behind("update", "--json").json["steps"]] == ["1.01"]
    assert [step["number"] for step in behind("run", "--phase", "1", "--retry", "--json").json["steps"]] == ["1.02", "1.03"]


def test_declared_gates_judge_on_the_new_base(behind: Runner) -> None:
    program = "import pathlib, sys; sys.exit(1 if pathlib.Path('all/two').is_dir() else 0)"
    goes_on(behind.directory, "migrate.toml", f"[gates.known]\ncommand = {json.dumps([sys.executable, '-c', program])}\n")
    fingerprint = behind("trust", "--json").json["fingerprint"]
    found = behind("update", "--trust", fingerprint, "--json", code=5).json
    assert [step["number"] for step in found["steps"]] == ["1.01"]
    assert [(item["number"], item["findings"][0]["kind"]) for item in found["set_aside"]] == [("1.02", "known"), ("1.03", "needs")]
    assert git(behind.directory, "log", "-1", "--format=%P", "refs/migrate/journal").count(" ") == 3, "the tips and the candidate are kept"


def test_gates_that_nobody_approved_are_said(behind: Runner) -> None:
    goes_on(behind.directory, "migrate.toml", f"[gates.known]\ncommand = {json.dumps([sys.executable, '-c', ''])}\n")
    assert "gate known judged none of these steps" in behind("update", code=5).out


def test_a_conflict_names_the_commit_the_files_and_the_way_on(behind: Runner) -> None:
    mine = on_top(behind.directory, "README.md", "Mine.\n")
    goes_on(behind.directory, "README.md", "Theirs.\n")
    before = git(behind.directory, "rev-parse", BRANCH)
    said = behind("update", code=3).err
    assert all(word in said for word in (mine, "README.md:1", f"migrate update --leave {mine}"))
    assert git(behind.directory, "rev-parse", BRANCH) == before
    assert f"yours {mine} ! left out" in behind("update", "--leave", mine).out
    assert "Theirs" in git(behind.directory, "show", f"{BRANCH}:README.md")


def several(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    migrate("run", "--phase", "1", "--branch", "migrate/two")
    goes_on(migrate.directory)


def only_far(migrate: Runner) -> None:
    git(migrate.directory, "update-ref", "refs/remotes/origin/migrate/phase-1", "HEAD")


def here(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    git(migrate.directory, "switch", "-q", BRANCH)


def ran(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    goes_on(migrate.directory)


@pytest.mark.parametrize(
    ("before", "words", "code", "said"),
    [
        (lambda _: None, (), 2, ("there is no branch of a migration here", "migrate run")),
        (several, (), 2, ("migrate/phase-1, migrate/two", "--branch NAME")),
        (lambda _: None, ("--branch", "nope"), 2, ("there is no branch nope", "migrate status")),
        (only_far, ("--branch", BRANCH), 2, ("is not here yet", f"git branch {BRANCH} origin/{BRANCH}")),
        (here, ("--onto", "main~0"), 3, ("checked out", "git switch")),
        (ran, ("--onto", "nowhere"), 3, ("names no commit", "git log")),
        (ran, ("--leave", "main"), 2, ("no commit of people's own", "migrate status")),
        (lambda migrate: migrate("run", "--phase", "1"), ("--leave", "zzz"), 3, ("'zzz' names no commit", "git log")),
        (ran, ("--gate-every", "0"), 2, ("--gate-every",)),
    ],
)
def test_bad_input(migrate: Runner, before: Callable[[Runner], None], words: tuple[str, ...], code: int, said: tuple[str, ...]) -> None:
    before(migrate)
    result = migrate("update", *words, code=code)
    assert all(one in result.err for one in said), result.err


def test_what_was_carried_is_no_migration_to_be_updated(behind: Runner) -> None:
    directory = behind.directory
    git(directory, "branch", "feature", "main~1")
    git(directory, "switch", "-q", "feature")
    goes_on(directory, "one/new.py", "import two.b\n")
    git(directory, "switch", "-q", "main")
    behind("mv", "three", "trois", "--branch", "moved")
    behind("carry", "feature", "--onto", "moved")
    git(directory, "branch", "-qD", "moved")
    assert behind("update", "--json").json["branch"] == BRANCH


@pytest.mark.parametrize("number", ["first", "²", "9" * 5000, ""])
def test_a_number_in_a_message_that_is_none(behind: Runner, number: str) -> None:
    git(behind.directory, "switch", "-q", BRANCH)
    git(behind.directory, "commit", "-q", "--amend", "-m", f"Three\n\nMigrate-Phase: practice\nMigrate-Step: three\nMigrate-Number: {number}.03")
    git(behind.directory, "switch", "-q", "main")
    behind("update")
    behind("status")
