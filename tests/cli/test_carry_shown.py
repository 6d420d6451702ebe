"""What `migrate carry` says to people and to programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git


def _commit(directory: Path, path: str, text: str, message: str) -> None:
    (directory / path).parent.mkdir(parents=True, exist_ok=True)
    (directory / path).write_text(text, encoding="utf-8", newline="\n")
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", message)


@pytest.fixture
def moved(migrate: Runner) -> Runner:
    """A branch with two commits, and a main that moved a directory since."""
    directory = migrate.directory
    git(directory, "checkout", "-qb", "feature")
    _commit(directory, "two/new.py", "import two.b\n", "Add new")
    _commit(directory, "notes.md", "[notes](three/notes.txt)\n", "Say where the notes are")
    git(directory, "checkout", "-q", "main")
    migrate("mv", "two", "deux")
    git(directory, "merge", "-q", "--squash", "migrate/mv")
    git(directory, "commit", "-qm", "Moved")
    return migrate


def test_a_line_a_commit_what_landed_where_and_what_next(moved: Runner) -> None:
    said = moved("carry", "feature").out.splitlines()
    assert said[0].startswith("feature → main    2 commits · over 1 step · cut at ")
    assert "Add new" in said[1]
    assert "1 file · 1 elsewhere · 1 line rewritten" in said[1]
    assert "  two/new.py → deux/new.py" in said
    assert any(line.startswith("2 commits on carried/feature · at ") and line.endswith("feature is as it was") for line in said)
    assert any(line.startswith("Next:  git diff main...carried/feature") for line in said)
    assert any(line.strip().startswith("migrate plan --base carried/feature ") for line in said)
    assert moved("plan", "--base", "carried/feature").out
    assert moved("carry", "feature").out.startswith("✓ feature is carried onto main already: carried/feature at ")


def test_status_log_and_rollback_know_it(moved: Runner) -> None:
    moved("carry", "feature")
    branch = next(one for one in moved("status", "--json").json["branches"] if one["branch"] == "carried/feature")
    assert [step["title"] for step in branch["steps"]] == ["feature onto main"]
    assert moved("log", "--json").json["entries"][0]["kind"] == "carry"
    moved("rollback", "--all", "--branch", "carried/feature")
    assert git(moved.directory, "branch", "--list", "carried/*") == ""


def test_conflicts_are_listed_with_who_made_them(moved: Runner) -> None:
    git(moved.directory, "checkout", "-q", "feature")
    _commit(moved.directory, "two/b.py", "VALUE = 2\n", "Two")
    git(moved.directory, "checkout", "-q", "main")
    _commit(moved.directory, "deux/b.py", "VALUE = 3\n", "Three")
    said = moved("carry", "feature", code=5).out
    assert "      deux/b.py:1   both changed the same lines; main: " in said
    assert "1 conflict in 1 file · no branch was made" in said
    assert "main has all of it" not in said, "the other commits are only not made either"
    assert "migrate carry feature --onto main --markers" in said
    out = moved("carry", "feature", "--json", code=5).json
    assert (out["head"], out["branch"]) == (None, "carried/feature")
    assert [(met["path"], met["kind"], met["main_subject"]) for one in out["commits"] for met in one["conflicts"]] == [("deux/b.py", "text", "Three")]
    assert moved("carry", "feature", "--markers", "--json", code=5).json["marked"]
    assert "<<<<<<<" in git(moved.directory, "show", "carried/feature:deux/b.py")


def test_onto_itself(moved: Runner) -> None:
    assert moved("carry", "main", code=2).err.startswith("error: main is where it would go")


def test_no_credential_of_a_commit_message_is_told(moved: Runner) -> None:
    secret = "AKIA" + "Z7Q4" * 4
    git(moved.directory, "checkout", "-q", "feature")
    _commit(moved.directory, "two/b.py", "VALUE = 2\n", f"Use {secret}")
    git(moved.directory, "checkout", "-q", "main")
    _commit(moved.directory, "deux/b.py", "VALUE = 3\n", f"Or {secret}")
    for words in ((), ("--json",), ("--markers",), ("--squash", "--branch", "one")):
        said = moved("carry", "feature", *words, code=5).out
        assert secret not in said
        assert "Use " in said


@pytest.mark.parametrize("author", [" <>", "nobody", ". <,> 1 +0000", "Ann <ann@example.com> -5 +0000", "Ann <ann@example.com>"])
def test_a_commit_whose_author_git_would_not_write_is_carried(moved: Runner, author: str) -> None:
    """Imports from other systems have such commits."""
    git(moved.directory, "checkout", "-q", "feature")
    tree, parent = (git(moved.directory, "rev-parse", name).strip() for name in ("HEAD^{tree}", "HEAD"))
    raw = f"tree {tree}\nparent {parent}\nauthor {author}\ncommitter Ann <ann@example.com> 1700000000 +0000\n\nOdd\n"
    (moved.directory / ".git/odd").write_text(raw, encoding="utf-8", newline="\n")
    odd = git(moved.directory, "hash-object", "-t", "commit", "-w", "--literally", ".git/odd").strip()
    git(moved.directory, "reset", "-q", "--hard", odd)
    git(moved.directory, "checkout", "-q", "main")
    out = moved("carry", "feature", "--json").json
    assert [one["subject"] for one in out["commits"]] == ["Add new", "Say where the notes are", "Odd"]
    assert all(one["commit"] for one in out["commits"])
