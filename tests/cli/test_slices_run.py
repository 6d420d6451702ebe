"""`migrate run` and `plan` of a slice: what is made, what is left for the next one, and what cannot be asked for."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git
from tests.unit.teams.offering import FILES, STEPS, Offering

BRANCH = "migrate/phase-1"


@pytest.fixture
def team(make_repository, capsys, monkeypatch) -> Runner:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, (Offering(STEPS),))


def slugs(made) -> list[str]:
    return [step["id"].partition("/")[2] for step in made["steps"]]


@pytest.mark.parametrize("words", [("--max-steps", "2"), ("--max-files", "5"), ("--max-files", "6", "--max-steps", "3")], ids=str)
def test_slice_by_slice_comes_to_the_same_as_all_at_once(team: Runner, words: tuple[str, ...]) -> None:
    whole = team("plan", "--json").json["tree"]
    runs = [team("run", *words, "--json").json for _ in range(4)]
    assert [len(run["steps"]) > 0 for run in runs] == [True, True, len(runs[2]["steps"]) > 0, False]
    assert [slug for run in runs for slug in slugs(run)] == [step.slug for step in STEPS]
    assert runs[-1]["tree"] == whole
    for run in runs:
        assert run["slice"]["files"] <= 6
    assert git(team.directory, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    "words, steps, along",
    [
        (("--owner", "@acme/docs"), ["docs"], {}),
        (("--owner", "@acme/api"), ["web", "root", "api"], {"rows/web": "rows/api", "rows/root": "rows/api"}),
        (("--only", "*.md"), ["docs"], {}),
        (("--owner", "web", "--until", "web"), ["web"], {}),
        (("--owner", "web", "--phase", "1", "--max-steps", "1"), ["web"], {}),
        (("--only", "nowhere"), [], {}),
    ],
    ids=str,
)
def test_what_is_previewed_is_made_under_the_numbers_that_were_read(team: Runner, words: tuple[str, ...], steps: list[str], along) -> None:
    shown = [] if "--until" in words else team("plan", *words, "--json").json
    made = team("run", *words, "--branch", BRANCH, "--json").json
    assert slugs(made) == steps
    assert made["slice"]["along"] == along
    if shown:
        assert [(step["id"], step["number"]) for step in shown["steps"]] == [(step["id"], step["number"]) for step in made["steps"]]
        assert shown["slice"] == made["slice"]


def test_people_are_told_what_came_along_and_what_comes_next(team: Runner) -> None:
    assert "1.02 root comes along: 1.03 api needs it" in team("plan", "--owner", "api").out
    out = team("run", "--owner", "api", "--max-steps", "1").out
    assert "A slice of 1 step, 4 files touched   --max-steps 1 --owner api" in out
    assert "1 step for later: 1.03 api" in out
    assert "migrate run --phase 1 --branch migrate/owner-acme--api --max-steps 1 --owner api    the next slice" in out
    assert "1.01 web is larger than --max-files 3" in team("plan", "--max-files", "3").out
    team("run", "--owner", "docs")
    assert "no step that is still open is what --owner docs asks for" in team("run", "--owner", "docs").out
    assert "no step that is still open is what --only x asks for" in team("plan", "--only", "x").out


def test_a_slice_of_what_is_finished_has_nothing_to_do(team: Runner) -> None:
    team("run")
    assert "migrate/phase-1 is done" in team("run", "--max-steps", "3").out


@pytest.mark.parametrize(
    "words, said",
    [
        (
            ("run", "--owner", "@acme/none"),
            "nobody is called @acme/none in CODEOWNERS and the history: there are @acme/core, @acme/web, @acme/api, @acme/docs",
        ),
        (("plan", "--owner", ""), "nobody is called nothing in CODEOWNERS"),
        (("run", "--max-files", "1", "--only", "*.md"), "no step is as small as --max-files 1: 1.04 docs touches 3 files, and a step is made whole"),
        (("run", "--max-files", "0"), "--max-files"),
        (("run", "--max-steps", "-1"), "--max-steps"),
        (("run", "--owner", "web", "--step", "docs"), "--step says which steps are made, and so does --owner web"),
        (("run", "--owner", "web", "--saved", "plan.json"), "--saved says which steps are made, and so does --owner web"),
        (("run", "--owner", "web", "--until", "none"), "there is no step 'none' to be done"),
        (("plan", "--max-steps", "1", "--out", "plan.json"), "--out saves a whole plan"),
        (("run", "--only", "!"), "--only ! is no pattern"),
        (("plan", "--path", "a", "--path", "!"), "--path ! is no pattern"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_for(team: Runner, words: tuple[str, ...], said: str) -> None:
    assert said in team(*words, code=2).err
    assert git(team.directory, "branch", "--list").split() == ["*", "main"]


def test_the_branch_is_before_or_after_where_a_slice_is_refused(team: Runner) -> None:
    team("run", "--max-steps", "1")
    before = git(team.directory, "rev-parse", BRANCH)
    team("run", "--max-files", "0", code=2)
    team("run", "--owner", "none", code=2)
    assert git(team.directory, "rev-parse", BRANCH) == before
