"""Landing where Python's tools see something else is a warning, never a refusal."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Move, Step, Write
from tests.conftest import facts_of

FILES = {
    "pyproject.toml": "[project]\nname='p'\n",
    "p/__init__.py": "",
    "p/version.py": "V = 1\n",
    "p/a/__init__.py": "from p import b\n",
    "p/b/__init__.py": "from p import a\n",
    "p/c/__init__.py": "",
    "p/d/x.py": "",
    "docs/notes.md": "x\n",
}


def said(*actions):
    reports = judge(build(facts_of(FILES), Step("s", "t", "w", actions)))
    assert all(report.passed for report in reports), reports
    return [finding.message for report in reports for finding in report.findings if finding.kind in {"namespace", "cycle"}]


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("p/version.py", "p/inner/version.py", "lands in p/inner, which has no __init__.py inside a package"),
        ("p/version.py", "p/a/version.py", "lands in p/a, which loads in a cycle of imports"),
    ],
)
def test_a_surprising_place_is_said(old, new, message):
    (found,) = said(Move(RepoPath(old), RepoPath(new)))
    assert found.startswith(message)


@pytest.mark.parametrize(
    "actions",
    [
        (Move(RepoPath("p/version.py"), RepoPath("p/c/version.py")),),
        (Move(RepoPath("p/version.py"), RepoPath("p/inner/version.py")), Write(RepoPath("p/inner/__init__.py"), b"")),
        (Move(RepoPath("p"), RepoPath("src/p")),),
        (Move(RepoPath("p/d"), RepoPath("p/e")),),
        (Move(RepoPath("p/version.py"), RepoPath("p/d/version.py")),),
        (Move(RepoPath("p/version.py"), RepoPath("p/release.py")),),
        (Move(RepoPath("docs/notes.md"), RepoPath("p/a/notes.md")),),
    ],
)
def test_an_ordinary_place_is_not(actions):
    assert said(*actions) == []
