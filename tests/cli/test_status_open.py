"""`migrate status`, with --open: what is done and what is open, by phase and owner; the same for everybody, however the steps came to the trunk."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from migrator.engine.context import Engine
from migrator.git import Repository
from tests.cli.conftest import FILES as PRACTICE
from tests.cli.conftest import Runner
from tests.cli.practice import PHASES
from tests.conftest import git
from tests.unit.teams.offering import FILES, STEPS, Offering

BRANCH = "migrate/phase-1"


@pytest.fixture
def team(make_repository, capsys, monkeypatch) -> Runner:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, (Offering(STEPS),))


@pytest.fixture
def practice(tmp_path: Path, capsys, monkeypatch) -> Runner:
    """A repository ten days old, of whose owners only the history knows."""
    directory = tmp_path / "old"
    directory.mkdir()
    git(directory, "init", "-q", "-b", "main")
    monkeypatch.chdir(directory)
    runner = Runner(directory, capsys, PHASES[:1])
    commit(runner, 10, *(path for path in PRACTICE if not path.startswith("three/")))
    return runner


def dated(directory: Path, days: float, *words: str) -> None:
    """A git command as if it were so many days ago."""
    then = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    environment = {**os.environ, "GIT_AUTHOR_DATE": then, "GIT_COMMITTER_DATE": then}
    subprocess.run(["git", *words], cwd=directory, env=environment, check=True, capture_output=True)


def commit(runner: Runner, days: float, *paths: str, author: str = "Ann <ann@example.com>") -> None:
    for path in paths:
        target = runner.directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(PRACTICE.get(path, f"{path}\n"), encoding="utf-8")
    dated(runner.directory, days, "add", "-A")
    dated(runner.directory, days, "commit", "-qm", "work", f"--author={author}")


def states(found: Any) -> dict[str, str]:
    return {step["id"].partition("/")[2]: step["state"] for step in found["steps"]}


def told(found: Any) -> Any:
    """What has to be the same for everybody: all but the commits that brought what was merged, and whether there is a journal."""
    steps = [{key: value for key, value in step.items() if key not in {"commit", "time"}} for step in found["steps"]]
    return {**found, "steps": steps, "base": "", "journal": None}


def test_what_is_ready_and_what_waits_for_what(team: Runner) -> None:
    found = team("status", "--open", "--json").json
    assert states(found) == {"web": "ready", "root": "blocked", "api": "blocked", "docs": "ready", "late": "blocked"}
    by = {step["id"]: [(need["id"], need["state"]) for need in step["by"]] for step in found["steps"]}
    assert by["rows/api"] == [("rows/root", "blocked")]
    assert by["rows/late"] == [("rows/web", "ready")]
    assert found["owners"] == "CODEOWNERS"
    assert found["counts"][0] == {"phase": "rows", "owner": None, "done": 0, "waiting": 0, "ready": 2, "blocked": 3, "aside": 0, "new": 0}
    assert {row["owner"]: (row["ready"], row["blocked"]) for row in found["counts"][1:]} == {
        "@acme/web": (2, 1),
        "@acme/core": (0, 1),
        "@acme/api": (0, 1),
        "@acme/docs": (1, 0),
    }
    assert {step["id"]: step["files"] for step in found["steps"]} == {"rows/web": 4, "rows/root": 1, "rows/api": 2, "rows/docs": 3, "rows/late": 1}


MERGES = {
    "by fast-forward": (("merge", "-q", "--ff-only", BRANCH),),
    "by a merge commit": (("commit", "-q", "--allow-empty", "-m", "else"), ("merge", "-q", "--no-ff", "-m", "merged", BRANCH)),
    "by squashing": (("merge", "-q", "--squash", BRANCH), ("commit", "-q", "-m", "squashed")),
    "by a rebase": (
        ("commit", "-q", "--allow-empty", "-m", "else"),
        ("checkout", "-q", BRANCH),
        ("rebase", "-q", "main"),
        ("checkout", "-q", "main"),
        ("merge", "-q", "--ff-only", BRANCH),
    ),
}


def test_it_is_the_same_however_steps_are_merged_and_in_a_fresh_clone(make_repository, capsys, monkeypatch, tmp_path: Path) -> None:
    seen = {}
    for number, (how, commands) in enumerate(MERGES.items()):
        team = Runner(make_repository(FILES, f"r{number}"), capsys, (Offering(STEPS),))
        monkeypatch.chdir(team.directory)
        team("run", "--owner", "@acme/web", "--branch", BRANCH)
        for words in commands:
            git(team.directory, *words)
        found = team("status", "--open", "--json").json
        git(tmp_path, "clone", "-q", str(team.directory), f"clone{number}")
        fresh = team("status", "--open", "--json", "--repo", tmp_path / f"clone{number}").json
        assert (found["journal"], fresh["journal"]) == (True, False)
        assert {**fresh, "journal": True} == found, how
        plain, again = team("status", "--json").json, team("status", "--json", "--repo", tmp_path / f"clone{number}").json
        assert {**plain, "branches": []} == again, how
        seen[how] = told(found)
    first = seen["by fast-forward"]
    assert states(first) == {"web": "done", "docs": "done", "late": "done", "root": "ready", "api": "blocked"}
    assert {row["owner"]: row["done"] for row in first["counts"]} == {None: 3, "@acme/web": 3, "@acme/docs": 1, "@acme/core": 0, "@acme/api": 0}
    assert [(week["done"], week["total"], week["left"]) for week in first["weeks"]] == [(3, 3, 2)]
    for how, one in seen.items():
        assert one == first, how


def test_what_is_on_a_branch_alone_is_known_to_whoever_has_the_branch(team: Runner, tmp_path: Path) -> None:
    team("run", "--owner", "@acme/web", "--max-steps", "1", "--branch", BRANCH)
    found = team("status", "--open", "--json").json
    assert states(found) == {"web": "waiting", "root": "ready", "api": "blocked", "docs": "ready", "late": "ready"}
    assert found["steps"][0]["branch"] == BRANCH
    assert found["weeks"] == []
    git(tmp_path, "clone", "-q", str(team.directory), "clone")
    assert told(team("status", "--open", "--json", "--repo", tmp_path / "clone").json) == told(found)
    plain = team("status", "--repo", tmp_path / "clone").out
    assert plain.startswith("Made so far    1 on migrate/phase-1 alone")
    assert "no migration has been run" not in plain
    # A branch of another name is known to the journal of those who made it.
    git(team.directory, "branch", "-m", BRANCH, "ours")
    assert states(team("status", "--open", "--json").json)["web"] == "ready"


def test_what_was_set_aside_and_why_is_known_where_it_was(practice: Runner, tmp_path: Path) -> None:
    commit(practice, 9, "three/notes.txt")
    script = 'import pathlib, sys; sys.exit(pathlib.Path("all/two").exists())'
    Path("migrate.toml").write_text(f"[gates.no-two]\ncommand = [{sys.executable!r}, '-c', {script!r}]\n".replace("\\", "/"), encoding="utf-8")
    practice("trust", "--yes")
    practice("run", code=5)
    found = practice("status", "--open", "--json").json
    assert states(found) == {"one": "waiting", "two": "aside", "three": "blocked"}
    assert found["steps"][1]["findings"][0]["kind"] == "no-two"
    out = practice("status", "--open").out
    assert re.search(r"(?m)^  ✗ 1\.02 +two +set aside: no-two", out)
    assert re.search(r"(?m)^  · 1\.03 +three +needs 1\.02 \(set aside\)", out)
    assert "this clone has no journal" not in out
    git(tmp_path, "clone", "-q", str(practice.directory), "clone")
    elsewhere = practice("status", "--open", "--repo", tmp_path / "clone").out
    assert "this clone has no journal: what was set aside elsewhere, and why, is not known here" in elsewhere


def test_what_the_plan_refuses_is_set_aside_for_everybody(practice: Runner) -> None:
    Path("migrate.toml").write_text('[phases.practice]\nbad = "two"\n', encoding="utf-8")
    found = practice("status", "--open", "--json").json
    assert states(found) == {"one": "ready", "two": "aside"}
    assert found["steps"][1]["owners"] == ["Ann"]


def test_what_is_new_since_last_week(practice: Runner) -> None:
    commit(practice, 2, "three/notes.txt", author="Bob <bob@example.com>")
    found = practice("status", "--open", "--json").json
    assert {step["id"]: step["new"] for step in found["steps"]} == {"practice/one": False, "practice/two": False, "practice/three": True}
    assert {(row["owner"], row["new"]) for row in found["counts"]} == {(None, 1), ("Ann", 0), ("Bob", 1)}
    assert "@example.com" not in practice("status", "--open", "-v").out
    # What was made since, and is to be made again for what came later.
    practice("run", "--max-steps", "1")
    git(practice.directory, "merge", "-q", "--ff-only", BRANCH)
    commit(practice, 0, "one/later.txt")
    found = practice("status", "--open", "--json").json
    assert [(step["state"], step["new"]) for step in found["steps"] if step["id"] == "practice/one"] == [("done", False), ("ready", True)]


def test_a_history_younger_than_a_week_says_so(team: Runner) -> None:
    found = team("status", "--open", "--json").json
    assert (found["since"], found["unsaid"]) == ("", "the history is younger than a week")
    assert "the history is younger than a week" in team("status", "--open").out


def test_of_one_owner(team: Runner) -> None:
    found = team("status", "--open", "--owner", "docs", "--json").json
    assert list(states(found)) == ["docs"]
    assert [row["owner"] for row in found["counts"]] == ["@acme/docs"]
    out = team("status", "--open", "--owner", "docs").out
    assert "@acme/web  " not in out
    assert 'migrate run --max-steps 5 --owner "@acme/docs"' in out


def test_clocks_that_go_wrong_break_no_burn_down(practice: Runner) -> None:
    commit(practice, 9, "three/notes.txt")
    for days in (6, 500, -400):
        practice("run", "--max-steps", "1")
        dated(practice.directory, days, "merge", "-q", "--no-ff", "-m", "merged", BRANCH)
    found = practice("status", "--open", "--json").json
    times = [step["time"] for step in found["steps"]]
    assert times == sorted(times)
    assert len(set(times)) == 1
    assert times[0] <= datetime.now(UTC).isoformat()
    assert sum(week["done"] for week in found["weeks"]) == 3
    assert len(found["weeks"]) <= 2
    assert found["weeks"][-1]["left"] == 0


def test_whoever_looks_waits_for_nobody_and_changes_nothing(team: Runner) -> None:
    team("run", "--max-steps", "1")
    before = git(team.directory, "for-each-ref")
    with Repository.open(team.directory) as repository, Engine(repository, ()).locked():
        assert states(team("status", "--open", "--json").json)["web"] == "waiting"
        assert team("status", "--json").json["made"]
    assert git(team.directory, "for-each-ref") == before


def test_a_record_that_somebody_spoilt_is_told(team: Runner) -> None:
    team("run")
    git(team.directory, "merge", "-q", "--ff-only", BRANCH)
    (team.directory / ".migrate/steps/1.01-web.json").write_text("{", encoding="utf-8")
    git(team.directory, "commit", "-qam", "by hand")
    said = "1 file among the records of steps cannot be read and counts for nothing: .migrate/steps/1.01-web.json"
    assert said in team("status").out
    assert said in team("status", "--open").out


@pytest.mark.parametrize(
    "words, said",
    [
        (("--target", "--open"), "--target and --open are two tables"),
        (("--phase", "1"), "--phase and --owner say what --open looks at"),
        (("--owner", "web"), "--phase and --owner say what --open looks at"),
        (("--base", "HEAD"), "--base says which commit --target and --open look at"),
        (("--open", "--owner", "none"), "nobody is called none in CODEOWNERS and the history: there are @acme/core"),
        (("--open", "--phase", "9"), "there is no phase 9"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_for(team: Runner, words: tuple[str, ...], said: str) -> None:
    assert said in team("status", *words, code=2).err


def test_what_is_finished_has_nothing_open(team: Runner) -> None:
    team("run")
    git(team.directory, "merge", "-q", "--ff-only", BRANCH)
    out = team("status", "--open").out
    assert re.search(r"Phase 1  Rows    5 done$", out, re.MULTILINE)
    assert "migrate run" not in out
    assert re.search(r"(?m)^\d{4}-\d\d-\d\d +5 +0", out)
    assert re.search(r"(?m)^  ✓ 1\.05 +late", team("status", "--open", "-v").out)


def test_of_many_open_steps_the_next_ones_are_shown_and_all_on_request(migrate: Runner) -> None:
    (migrate.directory / "migrate.toml").write_text("[phases.practice]\nextra = 12\n", encoding="utf-8")
    shown = migrate("status", "--open", "--phase", "1").out
    assert len(re.findall(r"(?m)^  → 1\.\d\d", shown)) == 8
    assert re.search(r"\n    … \d+ more ready \(-v\)\n", shown)
    everything = migrate("status", "--open", "--phase", "1", "-v").out
    assert len(re.findall(r"(?m)^  → 1\.\d\d", everything)) == 14
    assert "more ready" not in everything
    # A line that says that there is one more is no shorter than that one.
    (migrate.directory / "migrate.toml").write_text("[phases.practice]\nextra = 7\n", encoding="utf-8")
    assert "more ready" not in migrate("status", "--open", "--phase", "1").out
