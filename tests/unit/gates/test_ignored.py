"""What moves to where .gitignore hides it is still tracked, but tools that read .gitignore pass over it; that is said."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.gates.ignored import ignored
from migrator.paths import RepoPath
from migrator.step import Move, Step, Write
from tests.conftest import facts_of

LIB = {"packages/acme": "lib/acme"}


def said(files: dict[str, str], moves: dict[str, str]) -> list[str]:
    more = {"packages/acme/a.py": "", "packages/acme/b.txt": "", "apps/web/a.js": ""}
    step = Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))
    return [str(finding) for finding in ignored(build(facts_of({**more, **files}), step))]


@pytest.mark.parametrize(
    "files, moves, first, rest",
    [
        ({".gitignore": "# Python\n\nlib/\n"}, LIB, ".gitignore:3: `lib/` hides lib/acme/a.py", " and 1 more"),
        ({".gitignore": "build\n"}, {"packages/acme": "build/acme"}, ".gitignore:1: `build` hides build/acme/a.py", " and 1 more"),
        ({".gitignore": "*.txt\n!packages/**/*.txt\n", "packages/other/c.txt": ""}, LIB, ".gitignore:1: `*.txt` hides lib/acme/b.txt", ""),
        ({"lib/.gitignore": "acme\n"}, LIB, "lib/.gitignore:1: `acme` hides lib/acme/a.py", " and 1 more"),
        ({".gitignore": "!*\n", "lib/.gitignore": "*\n!.gitignore\n"}, LIB, "lib/.gitignore:1: `*` hides lib/acme/a.py", " and 1 more"),
        ({"apps/.gitignore": "dist/\r\nvar/\r\n"}, {"packages/acme": "apps/var"}, "apps/.gitignore:2: `var/` hides apps/var/a.py", " and 1 more"),
        ({".gitignore": "/src/out\n"}, {"apps/web": "src/out"}, ".gitignore:1: `/src/out` hides src/out/a.js", ""),
    ],
)
def test_what_lands_where_it_is_ignored_is_said(files: dict[str, str], moves: dict[str, str], first: str, rest: str) -> None:
    (message,) = said(files, moves)
    assert message.startswith(f"{first}{rest}: ")


@pytest.mark.parametrize(
    "files, moves",
    [
        ({}, LIB),
        ({".gitignore": "# lib/\n\n/packages2\n*.pyc\n"}, LIB),
        ({".gitignore": "lib/*\n!lib/acme/\n"}, LIB),
        ({".gitignore": "/lib/\n"}, {"packages/acme": "packages/lib/acme"}),
        ({".gitignore": "acme/\n"}, LIB),
        ({".gitignore": "*.py\n*.txt\n"}, LIB),
        ({".gitignore": "lib/\n"}, {"apps/web": "apps/site"}),
        ({"apps/.gitignore": "lib/\n"}, LIB),
        ({".gitignore": "lib/*\n", "lib/.gitignore": "!acme/**\n"}, LIB),
        ({".gitignore": "packages/acme/*.txt\n"}, {"packages/acme": "libs/acme"}),
    ],
)
def test_what_is_seen_as_before_is_not(files: dict[str, str], moves: dict[str, str]) -> None:
    assert said(files, moves) == []


def test_a_new_file_that_is_ignored_is_said_by_the_gates() -> None:
    step = Step("new", "New", "why", (Write(RepoPath("lib/x.py"), b"x = 1\n"),))
    reports = judge(build(facts_of({".gitignore": "lib/\n"}), step))
    assert "ignored" in {finding.kind for report in reports for finding in report.findings}
