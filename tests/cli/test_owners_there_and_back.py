"""`migrate mv` there and back: CODEOWNERS says what it said, without the line that the way there added, and with every line of people's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git

FILES = {"docs/a.md": "", "docs/b.md": "", "docs/f.txt": "", "docs/old/c.md": "", "docs/old/d.txt": "", "web/x.ts": "", "web/lib/y.ts": ""}
A = ("docs/a.md", "guides/a.md")
ROWS = [
    # The line that came goes.
    ("/docs/* @d\n", [A]),
    ("* @all\n/docs/*.md @d @e\n", [A]),
    ("[Docs] @d\n/docs/*\n\n[Web]\n/web/ @w\n", [A]),
    ("[Docs] @d\n/docs/*\n!/docs/*.md\n", [A]),
    ("/docs/* @d", [A]),
    # By a way round.
    ("/docs/* @d\n", [A, ("guides", "handbook"), ("handbook/a.md", "docs/a.md")]),
    ("/docs/* @d\n", [A, ("guides/a.md", "docs/guides/a.md"), ("docs/guides/a.md", "docs/a.md")]),
    # Lines of people's own stay, needed or not.
    ("/docs/* @d\n/docs/a.md @d\n", [A]),
    ("/docs/**/*.md @d\n/docs/old/ @d\n", [("docs/old", "old")]),
    ("/docs/ @d\n", [A]),
    ("/web/ @w\n/web/lib/ @w\n", [("web", "apps/web")]),
    ("# Nobody.\n", [A]),
    # Classes are GitLab's: such a line catches something, before and after.
    ("[Web]\n/web/*.[jt]s @w\n", [("web", "apps/web")]),
]


@pytest.fixture
def owned(make_repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    def start(text: str) -> Runner:
        directory = make_repository({**FILES, "CODEOWNERS": text})
        monkeypatch.chdir(directory)
        return Runner(directory, capsys)

    return start


def said(there: Runner) -> str:
    return git(there.directory, "show", "migrate/mv:CODEOWNERS")


@pytest.mark.parametrize("text, moves", ROWS)
def test_there_and_back_is_what_it_was(owned: Callable[[str], Runner], text: str, moves: list[tuple[str, str]]) -> None:
    there = owned(text)
    for old, new in moves if len(moves) > 1 else [moves[0], moves[0][::-1]]:
        there("mv", old, new)
    # Where a line came, the file ends its last one.
    assert said(there) == (text if text.endswith("\n") else f"{text}\n")


def test_a_line_that_is_needed_where_it_goes_stays(owned: Callable[[str], Runner]) -> None:
    there = owned("/docs/* @d\n/web/ @w\n")
    there("mv", *A)
    assert said(there) == "/docs/* @d\n/web/ @w\n/guides/ @d\n"
    there("mv", "guides", "web/guides")
    assert said(there) == "/docs/* @d\n/web/ @w\n/web/guides/ @d\n"


def test_a_line_that_somebody_changed_is_theirs(owned: Callable[[str], Runner]) -> None:
    there = owned("* @d\n/docs/*.txt @t\n")
    (there.directory / "docs/e.txt").write_text("", encoding="utf-8")
    git(there.directory, "add", "-A")
    git(there.directory, "commit", "-q", "-m", "e")
    there("mv", "docs/e.txt", "texts/e.txt")
    git(there.directory, "merge", "-q", "--ff-only", "migrate/mv")
    (there.directory / "CODEOWNERS").write_text("* @d\n/docs/*.txt @t\n/texts/* @t\n", encoding="utf-8")
    git(there.directory, "commit", "-q", "-am", "mine")
    there("mv", "texts", "docs/texts", "--branch", "migrate/again")
    assert git(there.directory, "show", "migrate/again:CODEOWNERS") == "* @d\n/docs/*.txt @t\n/docs/texts/* @t\n"
