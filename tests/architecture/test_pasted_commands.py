"""What an error says to do next can be pasted: whatever of a repository stands in it is one word of a shell (`migrator.wording.word`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

COMMAND = re.compile(r"(?:\b(?:git|migrate) [a-z-]+ |--[a-z-]+ )(?:(?!: )[^`,\n])*$")
"""What stands before a name that is within a command."""
WORDS = re.compile(
    r"word\(|for_phases\(|\[:7\]$|\[:12\]$|^(?:JOURNAL|RECORDS|phase|asked|back|' '.join\(rest\)|_asked\(.*\)|' --step '.*|size\[.*\])$"
)
"""Words already, numbers, digits of an id, and names that are ours."""
SOURCES = sorted(path for room in ("migrator", "phases") for path in (ROOT / room).rglob("*.py"))


def unquoted(text: str) -> Iterator[tuple[int, str]]:
    """What errors and problems put into a command of their hint as it is, with its line."""
    for node in ast.walk(ast.parse(text)):
        name = getattr(getattr(node, "func", None), "id", "")
        at = 1 if name.endswith("Error") else 2
        if not isinstance(node, ast.Call) or not (name.endswith("Error") or name == "Problem"):
            continue
        given = [*node.args[at : at + 1], *(one.value for one in node.keywords if one.arg == "hint")]
        for hint in (part for one in given for part in ast.walk(one) if isinstance(part, ast.JoinedStr)):
            before = ""
            for part in hint.values:
                if isinstance(part, ast.Constant):
                    before += str(part.value)
                    continue
                said = ast.unparse(part.value)
                if COMMAND.search(before) and not WORDS.search(said):
                    yield part.lineno, said
                before += "X"


def test_names_in_hints_are_quoted() -> None:
    found = [(path.relative_to(ROOT).as_posix(), line, said) for path in SOURCES for line, said in unquoted(path.read_text(encoding="utf-8"))]
    assert [f"{path}:{line} {said}" for path, line, said in found] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('UsageError("x", f"git switch {branch}")', ["branch"]),
        ('UsageError(f"{branch} is gone", "git switch main")', []),
        ('UsageError("x", f"git switch {word(branch)}")', []),
        ('UsageError("x", f"git branch -D {word(branch)}, or `migrate rollback --all --branch {branch}`")', ["branch"]),
        ('RepositoryError("x", f"git show {commit.id[:7]} -- {path}")', ["path"]),
        ('RepositoryError("x", f"correct {path}, then `migrate plan`")', []),
        ('Problem("a.py", f"{path} is odd", f"git show -- {path}")', ["path"]),
        ('MigrateError("x", hint=f"say which, as in --owner {name}")', ["name"]),
    ],
)
def test_what_is_found(source: str, found: list[str]) -> None:
    assert [said for _, said in unquoted(source)] == found
