"""Which steps a revision has is read from records: the same after a merge, a squash merge and a rebase, and in a fresh clone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from migrator.engine.context import Engine
from migrator.engine.teams.landed import landed
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.record import Record, write_record
from tests.conftest import git


def _step(directory: Path, number: str, slug: str) -> None:
    write = write_record(Record(phase="demo", number=number, slug=slug, title=slug, why=""))
    target = directory / write.path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(write.content)
    (directory / "code.txt").write_text(number, encoding="utf-8")
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", f"{number} {slug}")


def _rows(directory: Path, revision: str = "main") -> list[tuple[str, str, str]]:
    with Repository.open(directory) as repository:
        return [(one.record.id, one.commit.id, one.before) for one in landed(Engine(repository, ()), revision)]


@pytest.fixture
def branched(make_repository: Callable[..., Path]) -> Path:
    """Two steps on a branch; the trunk went on meanwhile."""
    directory = make_repository({"a.txt": "a"})
    git(directory, "checkout", "-qb", "migrate/demo")
    _step(directory, "1.02", "second")
    _step(directory, "1.01", "first")
    git(directory, "checkout", "-q", "main")
    (directory / "b.txt").write_text("b", encoding="utf-8")
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "somebody's")
    return directory


def test_none_where_there_is_none(make_repository: Callable[..., Path]) -> None:
    assert _rows(make_repository({"a.txt": "a", ".migrate/steps/1.01-x.json": "no record"})) == []


def test_in_the_order_in_which_they_were_made(branched: Path) -> None:
    ids = git(branched, "rev-list", "--reverse", "main..migrate/demo").split()
    base = git(branched, "merge-base", "main", "migrate/demo").strip()
    assert _rows(branched, "migrate/demo") == [("demo/second", ids[0], base), ("demo/first", ids[1], ids[0])]


@pytest.mark.parametrize("how", [("merge", "--no-ff", "-qm", "merged"), ("merge", "--squash", "-q")])
def test_with_the_commit_that_brought_them(branched: Path, how: tuple[str, ...], tmp_path: Path) -> None:
    before = git(branched, "rev-parse", "main").strip()
    git(branched, *how, "migrate/demo")
    if "--squash" in how:
        git(branched, "commit", "-qm", "squashed")
    head = git(branched, "rev-parse", "main").strip()
    expected = [("demo/first", head, before), ("demo/second", head, before)]
    assert _rows(branched) == expected
    git(tmp_path, "clone", "-q", str(branched), "fresh")
    assert _rows(tmp_path / "fresh") == expected


def test_after_a_rebase(branched: Path) -> None:
    git(branched, "checkout", "-q", "migrate/demo")
    git(branched, "rebase", "-q", "main")
    assert [row[0] for row in _rows(branched, "migrate/demo")] == ["demo/second", "demo/first"]


def test_one_taken_out_and_made_again_came_with_the_last(branched: Path) -> None:
    git(branched, "checkout", "-q", "migrate/demo")
    git(branched, "revert", "--no-edit", "HEAD")
    _step(branched, "1.01", "first")
    head = git(branched, "rev-parse", "HEAD").strip()
    assert [row[:2] for row in _rows(branched, "migrate/demo")][-1] == ("demo/first", head)


def test_a_record_that_is_gone_is_no_step(branched: Path) -> None:
    git(branched, "checkout", "-q", "migrate/demo")
    (branched / RepoPath(".migrate/steps/1.01-first.json")).unlink()
    git(branched, "commit", "-qam", "by hand")
    assert [row[0] for row in _rows(branched, "migrate/demo")] == ["demo/second"]
