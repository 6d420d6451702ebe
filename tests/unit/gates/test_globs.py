"""A glob that catches other files than before is a warning, never a refusal."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.step import Move, Step, Write
from tests.conftest import facts_of

FILES = {
    ".github/workflows/ci.yml": "on:\n  push:\n    paths:\n      - 'apps/web/**'\njobs: {}\n",
    "apps/web/a.ts": "export const a = 1\n",
    "apps/web/lib/b.ts": "export const b = 1\n",
    "packages/ui/c.ts": "export const c = 1\n",
}


def warnings(*actions):
    reports = judge(build(facts_of(FILES), Step("s", "t", "w", actions)))
    assert all(report.passed for report in reports)
    return [str(finding) for report in reports for finding in report.findings if finding.kind == "glob"]


def test_a_file_that_leaves_what_a_glob_watches_is_said():
    found = warnings(Move(RepoPath("apps/web/lib/b.ts"), RepoPath("packages/ui/b.ts")))
    assert found == [".github/workflows/ci.yml: `apps/web/**` no longer matches packages/ui/b.ts"]


def test_a_file_that_comes_under_a_glob_is_said():
    assert warnings(Move(RepoPath("packages/ui/c.ts"), RepoPath("apps/web/c.ts"))) == [
        ".github/workflows/ci.yml: `apps/web/**` now matches apps/web/c.ts"
    ]


@pytest.mark.parametrize(
    "actions",
    [
        pytest.param((Move(RepoPath("apps/web"), RepoPath("apps/site")),), id="the directory moves as a whole"),
        pytest.param((Move(RepoPath("packages/ui/c.ts"), RepoPath("packages/ui/d.ts")),), id="elsewhere"),
        pytest.param((Write(RepoPath("apps/web/new.ts"), b""),), id="a new file was matched by nothing before"),
    ],
)
def test_nothing_is_said_where_nothing_changes(actions):
    assert warnings(*actions) == []
