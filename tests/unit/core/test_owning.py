"""Who reviews a file goes on to: rows of CODEOWNERS before and after moves, as GitHub reads them; those that still catch stay alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.facts.upkeep.owners import catches, rules_of
from migrator.owning import owned
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

OWNERS = RepoPath(".github/CODEOWNERS")
FILES = {"docs/a.md": "", "docs/b.md": "", "docs/old/c.md": "", "docs/guides/g.md": "", "src/x.py": ""}
A = {"docs/a.md": "docs/guides/deploy/a.md"}
BOTH = {**A, "docs/b.md": "docs/runbooks/b.md"}
OLD = {"docs/old/c.md": "docs/records/c.md"}


@pytest.mark.parametrize(
    "lines, moves, more",
    [
        # What ends at its folder catches nothing below it (D11).
        ("docs/* @d\n", A, "/docs/guides/deploy/ @d\n"),
        ("/docs/* @d\n", BOTH, "/docs/guides/deploy/ @d\n/docs/runbooks/ @d\n"),
        ("/docs/*.md @d @e\n", A, "/docs/guides/deploy/ @d @e\n"),
        ("* @all\n/docs/?.md @d\n", A, "/docs/guides/deploy/ @d\n"),
        # A folder that others own too, or nobody, keeps its owners.
        ("/docs/* @d\n", {"docs/a.md": "docs/guides/a.md"}, "/docs/guides/a.md @d\n"),
        ("/docs/* @d\n/docs/guides/ @g\n", {"docs/a.md": "docs/guides/a.md"}, "/docs/guides/a.md @d\n"),
        ("/docs/* @d\n", {"docs/a.md": "a.md"}, "/a.md @d\n"),
        # What follows a folder comes after nobody's line, and takes nothing that others have.
        ("/docs/old/ @o\n/docs/guides/ @g\n", {"docs/old/c.md": "docs/guides/c.md"}, "/docs/guides/c.md @o\n"),
        ("/docs/guides/ @g\n/docs/old/ @o\n", {"docs/old/c.md": "docs/guides/c.md"}, "/docs/guides/g.md @g\n"),
        ("* @all\n/docs/old/* @o\n", {"docs/old/c.md": "docs/guides/c.md"}, "/docs/guides/g.md @all\n"),
        # Signs that no reader takes for themselves.
        ("/docs/* @d\n", {"docs/a.md": "docs/my [x]/a.md"}, "/docs/my??x?/ @d\n"),
        # What is still caught, by the same people, or was nobody's.
        ("*.md @d\n", A, ""),
        ("/docs/ @d\n", BOTH, ""),
        ("/docs/** @d\n", A, ""),
        ("* @d\n/docs/* @d\n", A, ""),
        ("/src/ @d\n", A, ""),
        ("* @all\n/docs/*\n", A, ""),
        ("!/docs/* @d\n# docs/* @d\n", A, ""),
        # What is named, or goes as a whole, is followed.
        ("/docs/old/ @o\n", OLD, ""),
        ("/docs/old/* @o\n", OLD, ""),
        ("/docs/a.md @d\n", A, ""),
    ],
)
def test_who_owned_it_goes_on_to(lines: str, moves: Mapping[str, str], more: str) -> None:
    facts = facts_of({**FILES, OWNERS: lines})
    pairs = {RepoPath(old): RepoPath(new) for old, new in moves.items()}
    edits = tuple(owned(facts, pairs))
    assert "".join(f"{one.change}\n".removeprefix("+ ") for one in edits) == more
    built = build(facts, Step("move", "Move", "why", (*(Move(old, new) for old, new in pairs.items()), *edits)))
    after = texts(built.after)[OWNERS].decode()
    for path in FILES:
        if path not in moves or caught(lines, path):
            assert caught(after, moves.get(path, path)) == caught(lines, path), path


def caught(text: str, path: str) -> tuple[str, ...]:
    return next((rule.owners for rule in reversed(tuple(rules_of(text))) if catches(rule.pattern).match(path)), ())


@pytest.mark.parametrize("place", ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
def test_each_file_of_owners_is_told(place: str) -> None:
    assert [str(one.path) for one in owned(facts_of({**FILES, place: "/docs/*.md @d\n"}), {RepoPath("docs/a.md"): RepoPath("docs/x/a.md")})] == [
        place
    ]
