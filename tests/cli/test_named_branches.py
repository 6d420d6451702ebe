"""A branch that is named: the one that is here, else that of the one remote that has it, else what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git

BRANCH = "migrate/phase-1"
FAR = f"origin/{BRANCH}"


@pytest.fixture
def fresh(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """A clone of a repository with a branch of ours and one of somebody else."""
    migrate("run", "--phase", "1")
    git(migrate.directory, "switch", "-q", "-c", "feature")
    (migrate.directory / "two/c.py").write_text("import one.a\n", encoding="utf-8", newline="\n")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "-m", "more")
    git(migrate.directory, "switch", "-q", "main")
    git(tmp_path, "clone", "-q", migrate.directory.as_uri(), "fresh")
    monkeypatch.chdir(tmp_path / "fresh")
    return Runner(tmp_path / "fresh", migrate.capture)


def nothing(_: Path) -> None:
    pass


def merged(directory: Path) -> None:
    git(directory, "merge", "-q", FAR)


def here(directory: Path) -> None:
    git(directory, "branch", "-q", BRANCH, FAR)


def checked_out(directory: Path) -> None:
    git(directory, "switch", "-q", BRANCH)


def shorter(directory: Path) -> None:
    """The one that is here counts, whatever a remote has."""
    git(directory, "branch", "-q", BRANCH, f"{FAR}~1")


def twice(directory: Path) -> None:
    git(directory, "remote", "add", "fork", "nowhere")
    git(directory, "update-ref", f"refs/remotes/fork/{BRANCH}", FAR)


@pytest.mark.parametrize(
    ("before", "words", "count"),
    [
        (nothing, (BRANCH,), 3),
        (nothing, (FAR,), 3),
        (nothing, ("--branch", BRANCH), 3),
        (nothing, ("--branch", FAR), 3),
        (here, (BRANCH,), 3),
        (here, (f"refs/heads/{BRANCH}",), 3),
        (checked_out, (BRANCH,), 3),
        (shorter, (BRANCH,), 2),
        (twice, (FAR,), 3),
        (nothing, (f"{FAR}~1",), 1),
        (nothing, (f"main..{FAR}",), 3),
    ],
)
def test_a_review_is_of_the_whole_branch(fresh: Runner, before, words: tuple[str, ...], count: int) -> None:
    before(fresh.directory)
    found = fresh("review", *words, "--json").json
    assert [one["verdict"] for one in found["commits"]] == ["identical"] * count


@pytest.mark.parametrize("words", [("--branch", BRANCH), ("--branch", FAR), ("--phase", "1")])
def test_a_request_is_of_the_branch_where_it_is(fresh: Runner, words: tuple[str, ...]) -> None:
    found = fresh("report", "--pr", *words, "--json").json
    assert (found["branch"], len(found["steps"])) == (FAR, 3)


def test_what_is_carried_is_called_as_it_is_there(fresh: Runner) -> None:
    merged(fresh.directory)
    first, again = (fresh("carry", name, "--json").json for name in ("feature", "origin/feature"))
    assert (first["source"], first["branch"], first["known"]) == ("origin/feature", "carried/feature", False)
    assert (again["source"], again["head"], again["known"]) == ("origin/feature", first["head"], True)


@pytest.mark.parametrize(
    ("before", "words", "code", "said", "hint"),
    [
        (nothing, ("update", "--branch", BRANCH), 2, f"{BRANCH} is not here yet", f"git branch {BRANCH} {FAR}"),
        (nothing, ("update",), 2, f"{BRANCH} is not here yet", f"git branch {BRANCH} {FAR}"),
        (nothing, ("rollback", "--all", "--branch", BRANCH), 2, f"{BRANCH} is not here, only at {FAR}", "--onto"),
        (nothing, ("answer", "--base", BRANCH), 3, f"{BRANCH} is not here, only at {FAR}", f"say {FAR}"),
        (nothing, ("staged", "--since", BRANCH), 3, f"{BRANCH} is not here, only at {FAR}", f"say {FAR}"),
        (nothing, ("shims", "--base", BRANCH), 3, f"{BRANCH} is not here, only at {FAR}", f"say {FAR}"),
        (nothing, ("status", "--open", "--base", BRANCH), 3, f"{BRANCH} is not here, only at {FAR}", f"say {FAR}"),
        (nothing, ("update", "--branch", "nope"), 2, "there is no branch nope", "migrate status"),
        (nothing, ("rollback", "--all", "--branch", "nope"), 2, "nope is not a branch of ours", "migrate status"),
        (twice, ("review", BRANCH), 2, f"could be fork/{BRANCH} or {FAR}", f"fork/{BRANCH}"),
        (twice, ("report", "--pr", "--branch", BRANCH), 2, f"could be fork/{BRANCH} or {FAR}", f"fork/{BRANCH}"),
        (twice, ("update", "--branch", BRANCH), 2, f"could be fork/{BRANCH} or {FAR}", f"fork/{BRANCH}"),
        (twice, ("carry", BRANCH), 2, f"could be fork/{BRANCH} or {FAR}", f"fork/{BRANCH}"),
        (twice, ("rollback", "--all", "--branch", BRANCH), 2, f"could be fork/{BRANCH} or {FAR}", f"fork/{BRANCH}"),
    ],
)
def test_what_to_do_where_it_is_not_here(  # noqa: PLR0913, PLR0917  the columns of a table
    fresh: Runner, before, words: tuple[str, ...], code: int, said: str, hint: str
) -> None:
    before(fresh.directory)
    error = fresh(*words, "--json", code=code).error
    assert said in error["message"]
    assert hint in error["hint"]
    assert git(fresh.directory, "branch", "--format=%(refname:short)").split() == ["main"]
