"""The journal only grows, and keeps what it names (L8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from migrator.errors import RaceError, RepositoryError
from migrator.git import Repository
from migrator.journal import JOURNAL, SETTLED, Journal, JournalEntry
from tests.conftest import git


@pytest.fixture
def repository(make_repository: Callable[..., Path]) -> Iterator[Repository]:
    with Repository.open(make_repository({"a.dat": "a"})) as opened:
        yield opened


BRANCH = "refs/heads/migrate/x"


def step(old: str | None, new: str | None) -> JournalEntry:
    return JournalEntry(kind="step", branch=BRANCH, old=old, new=new, step="p/s", title="Größe → \N{PILE OF POO}")


def test_an_empty_journal(repository: Repository) -> None:
    journal = Journal(repository)
    assert (list(journal), journal.last(), journal.pending(), journal.settle()) == ([], None, None, None)
    assert repository.refs("refs/migrate") == {}


def test_the_first_entry_has_no_parent_and_later_ones_keep_their_candidates(repository: Repository) -> None:
    journal, head = Journal(repository), repository.resolve("HEAD")
    candidate = repository.write_commit(repository.commit(head).tree, (head,), "candidate")
    entry = journal.append(step(None, candidate), keep=candidate)
    assert [one.kind for one in journal.entries()] == ["open", "step"]
    commits = [repository.commit(one.id) for one in journal.entries()]
    assert commits[0].parents == ()
    assert commits[1].parents == (commits[0].id, candidate)
    git(repository.path, "gc", "-q", "--prune=now")
    assert repository.commit(candidate).subject == "candidate"
    assert journal.last() == entry
    assert entry.title in repository.commit(entry.id).message


def test_what_is_announced_is_pending_until_it_is_carried_out(repository: Repository) -> None:
    journal, head = Journal(repository), repository.resolve("HEAD")
    entry = journal.append(step(None, head))
    assert journal.pending() == entry
    assert repository.read_ref(BRANCH) is None
    assert journal.settle() == entry
    assert (repository.read_ref(BRANCH), repository.read_ref(SETTLED)) == (head, entry.id)
    assert (journal.pending(), journal.settle()) == (None, None)


def test_an_entry_that_no_longer_fits_is_refused(repository: Repository) -> None:
    journal, head = Journal(repository), repository.resolve("HEAD")
    git(repository.path, "update-ref", BRANCH, head)
    with pytest.raises(RaceError):
        journal.append(step(None, head))
    assert journal.last() is None


def test_an_entry_that_was_overtaken_is_not_carried_out(repository: Repository) -> None:
    journal, head = Journal(repository), repository.resolve("HEAD")
    theirs = repository.write_commit(repository.commit(head).tree, (head,), "theirs")
    journal.append(step(None, head))
    git(repository.path, "update-ref", BRANCH, theirs)
    assert journal.settle() is None
    assert repository.read_ref(BRANCH) == theirs


def test_what_git_cannot_do_did_not_happen_and_stops_nothing_afterwards(repository: Repository) -> None:
    journal, head = Journal(repository), repository.resolve("HEAD")
    journal.append(step(None, head))
    in_the_way = repository.common_dir / "logs" / BRANCH / "x"
    in_the_way.parent.mkdir(parents=True)
    in_the_way.touch()
    with pytest.raises(RepositoryError, match="there are still logs") as stopped:
        journal.settle()
    assert "move .git/logs/" in stopped.value.hint
    assert [one.kind for one in journal.entries()] == ["open"]
    assert (journal.pending(), journal.settle(), repository.read_ref(BRANCH)) == (None, None, None)
    in_the_way.unlink()
    journal.carry_out(journal.append(step(None, head)))
    assert repository.read_ref(BRANCH) == head


def test_a_branch_deleted_after_it_settled_stays_deleted(repository: Repository) -> None:
    journal, head = Journal(repository), repository.resolve("HEAD")
    journal.carry_out(journal.append(step(None, head)))
    git(repository.path, "update-ref", "-d", BRANCH)
    assert journal.settle() is None
    assert repository.read_ref(BRANCH) is None


def test_a_finding_in_a_file_whose_name_is_not_utf_8_can_be_journalled(repository: Repository) -> None:
    journal = Journal(repository)
    journal.append(JournalEntry(kind="aside", step="p/s", findings=({"path": "caf\udce9.py", "message": "ü"},)))
    last = journal.last()
    assert last is not None
    assert last.findings == ({"path": "caf?.py", "message": "ü"},)


def test_a_damaged_entry_is_said(repository: Repository) -> None:
    Journal(repository).append(step(None, None))
    broken = repository.write_commit(repository.commit("HEAD").tree, (repository.read_ref(JOURNAL) or "",), "not an entry")
    git(repository.path, "update-ref", JOURNAL, broken)
    with pytest.raises(RepositoryError, match="cannot be read"):
        list(Journal(repository))
