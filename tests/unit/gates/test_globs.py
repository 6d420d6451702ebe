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


OUT = {"apps/web/lib/b.ts": "packages/ui/b.ts"}
FORMATS = [
    (".github/workflows/a.yml", "on:\n  pull_request:\n    paths-ignore: ['apps/web/**']\n", "apps/web/**"),
    (
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    steps:\n      - uses: x/y@v1\n        with:\n          filters: |\n            w: ['apps/web/**']\n",
        "apps/web/**",
    ),
    (".github/labeler.yml", "web:\n  - changed-files:\n      - any-glob-to-any-file: 'apps/web/**'\n", "apps/web/**"),
    (".gitlab-ci.yml", "a:\n  rules:\n    - changes: ['apps/web/**/*']\n", "apps/web/**/*"),
    ("lefthook.yml", "pre-commit:\n  commands:\n    a: {glob: 'apps/web/**/*.ts', run: x}\n", "apps/web/**/*.ts"),
    ("codecov.yml", "flags:\n  web:\n    paths: ['apps/web/**']\n", "apps/web/**"),
    ("package.json", '{"lint-staged": {"apps/web/**/*.ts": "eslint"}}', "apps/web/**/*.ts"),
    ("railway.json", '{"build": {"watchPatterns": ["/apps/web/**"]}}', "/apps/web/**"),
    ("biome.json", '{"files": {"includes": ["apps/web/**"]}}', "apps/web/**"),
    (".gitattributes", "apps/web/** text\n", "apps/web/**"),
    ("CODEOWNERS", "apps/web/** @web\n", "apps/web/**"),
]
QUIET = [
    (".github/labeler.yml", "web:\n  - changed-files:\n      - any-glob-to-any-file: '**/*.ts'\n"),
    (".gitlab-ci.yml", "a:\n  rules:\n    - changes: ['apps/api/**/*']\n"),
    ("lefthook.yml", "pre-commit:\n  commands:\n    a: {glob: '*.ts', run: x}\n"),
    ("package.json", '{"lint-staged": {"*.ts": "eslint"}}'),
    (".gitattributes", "*.ts text\n"),
    ("docs/a.md", "The files `apps/web/**` are ours.\n".replace("`", "")),
]


def said(path: str, text: str) -> list[str]:
    step = Step("s", "t", "w", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in OUT.items()))
    reports = judge(build(facts_of({**FILES, path: text}), step))
    return [str(finding) for report in reports for finding in report.findings if finding.kind == "glob" and finding.path == path]


@pytest.mark.parametrize("path, text, glob", FORMATS)
def test_a_glob_of_any_format_is_said(path: str, text: str, glob: str) -> None:
    assert said(path, text) == [f"{path}: `{glob}` no longer matches packages/ui/b.ts"]


@pytest.mark.parametrize("path, text", QUIET)
def test_one_that_catches_what_it_caught_is_not(path: str, text: str) -> None:
    assert said(path, text) == []
