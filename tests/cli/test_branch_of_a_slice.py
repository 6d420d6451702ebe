"""The branch of a team's slice where nobody names one: the team's own, gone on with until it is merged, and begun anew after that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from migrator.engine.teams.weekly.slices import Slice, usual
from tests.cli.conftest import Runner
from tests.conftest import git
from tests.unit.teams.offering import FILES, STEPS, Offering


@pytest.fixture
def team(make_repository, capsys, monkeypatch) -> Runner:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, (Offering(STEPS),))


@pytest.mark.parametrize(
    ("owner", "only", "branch"),
    [
        (None, (), ""),
        ("@acme/web", (), "migrate/owner-acme--web"),
        ("@Acme/Web", (), "migrate/owner-acme--web"),
        ("@acme-web", (), "migrate/owner-acme-web"),
        ("Ann Miller", (), "migrate/owner-ann-miller-"),
        ("ann@example.com", (), "migrate/owner-ann-example-com-"),
        ("-..lock", (), "migrate/owner-lock-"),
        ("…", (), "migrate/owner-"),
        (None, ("apps/web/**",), "migrate/only-apps--web"),
        (None, ("/apps/web/",), "migrate/only-apps--web"),
        (None, ("*.md",), "migrate/only-md-"),
        (None, ("a", "b"), "migrate/only-a-b-"),
        (None, ("b", "a"), "migrate/only-a-b-"),
        ("@acme/web", ("apps",), "migrate/owner-acme--web-only-apps"),
        (None, ("x" * 200,), f"migrate/only-{'x' * 60}-"),
    ],
)
def test_what_it_is_called(owner: str | None, only: tuple[str, ...], branch: str) -> None:
    found = usual(Slice(None, None, owner, only), owner)
    digits = found.removeprefix(branch)
    assert found == branch + digits
    assert re.fullmatch(r"[0-9a-f]{6}" if branch.endswith("-") else "", digits)


def test_names_that_look_alike_stay_apart() -> None:
    names = ("@acme/web", "@acme-web", "acme web", "acme.web", "acme_web", "@acme--web/x", "…", "–", "Ann", "Änn")
    assert len({usual(Slice(owner=name), name) for name in names}) == len(names)


def ours(directory: Path) -> list[str]:
    return git(directory, "branch", "--format=%(refname:short)", "--list", "migrate/*").split()


def test_two_teams_share_none_and_a_second_slice_goes_on(team: Runner) -> None:
    first = team("run", "--owner", "web", "--json").json
    other = team("run", "--owner", "@acme/docs", "--json").json
    assert (first["branch"], other["branch"]) == ("migrate/owner-acme--web", "migrate/owner-acme--docs")
    assert ours(team.directory) == ["migrate/owner-acme--docs", "migrate/owner-acme--web"]
    half = team("run", "--owner", "api", "--max-steps", "1", "--json").json
    rest = team("run", "--owner", "@acme/api", "--json").json
    assert half["branch"] == rest["branch"] == "migrate/owner-acme--api"
    assert git(team.directory, "rev-list", "--count", f"main..{rest['branch']}").strip() == str(len(half["steps"]) + len(rest["steps"]))
    assert team("run", "--only", "docs/**", "--branch", "mine", "--json").json["branch"] == "mine"
    assert team("run", "--max-steps", "1", "--json").json["branch"] == "migrate/phase-1"


MERGES = {
    "by a merge commit": ("merge", "-q", "--no-ff", "-m", "merged"),
    "by squashing": ("merge", "-q", "--squash"),
    "by rebasing": ("cherry-pick", "--allow-empty"),
    "by fast-forward": ("merge", "-q", "--ff-only"),
}


@pytest.mark.parametrize("words", [("--owner", "api"), ("--phase", "1")], ids=str)
@pytest.mark.parametrize("fresh", [False, True], ids=["here", "in a fresh clone"])
@pytest.mark.parametrize("how", MERGES)
def test_after_it_was_merged_it_begins_anew(  # noqa: PLR0913, PLR0917  the columns of a table
    team: Runner, how: str, fresh: bool, words: tuple[str, ...], tmp_path: Path, monkeypatch
) -> None:
    first = team("run", *words, "--max-steps", "1", "--json").json
    branch = first["branch"]
    old = git(team.directory, "rev-parse", branch).strip()
    if how != "by fast-forward":
        git(team.directory, "commit", "-q", "--allow-empty", "-m", "others before")
    git(team.directory, *MERGES[how], f"main..{branch}" if how == "by rebasing" else branch)
    if how == "by squashing":
        git(team.directory, "commit", "-q", "-m", "squashed")
    git(team.directory, "commit", "-q", "--allow-empty", "-m", "others after")
    if fresh:
        git(tmp_path, "clone", "-q", team.directory.as_uri(), "fresh")
        monkeypatch.chdir(tmp_path / "fresh")
        team = Runner(tmp_path / "fresh", team.capture, team.phases)
    made = team("run", *words, "--json").json
    assert (made["branch"], made["base"]) == (branch, git(team.directory, "rev-parse", "main").strip())
    wanted = ["web", "root", "api"] if "--owner" in words else [step.slug for step in STEPS]
    assert [step["id"].partition("/")[2] for step in (*first["steps"], *made["steps"])] == wanted
    assert old not in git(team.directory, "rev-list", f"main..{branch}").split()
    assert team("run", *words, "--json").json["steps"] == [], "and goes on there"
