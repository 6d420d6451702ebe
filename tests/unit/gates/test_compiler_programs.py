"""A file that leaves what a tsconfig includes, or comes into it, is said; what only changes the project is not."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.gates.globs import globs
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

FILES = dict.fromkeys(("src/dir/a.ts", "src/dir/c.ts", "src/dir/deep/d.tsx", "src/dir/d.css", "src/x.ts", "test/t.ts"), "")
OTHER = {"packages/ui/tsconfig.json": '{"include": ["src"]}'}

SAID = [
    ('{"include": ["dir"]}', "src/dir/a.ts > src/new/b.ts", "`dir` no longer matches src/new/b.ts"),
    ('{"include": ["./dir"]}', "src/dir/a.ts > src/new/b.ts", "`./dir` no longer matches src/new/b.ts"),
    ('{"include": ["dir/**/*.ts"]}', "src/dir/a.ts > src/new/b.ts", "`dir/**/*.ts` no longer matches src/new/b.ts"),
    ('{"include": ["dir/**/*"]}', "src/dir/deep/d.tsx > src/d.tsx", "`dir/**/*` no longer matches src/d.tsx"),
    ('{"include": ["dir/*"]}', "src/dir/a.ts > src/dir/deep/b.ts", "`dir/*` no longer matches src/dir/deep/b.ts"),
    ('{"include": ["dir/*.ts"]}', "src/dir/a.ts > src/dir/a.tsx", "`dir/*.ts` no longer matches src/dir/a.tsx"),
    ('{"include": ["."]}', "src/dir/a.ts > lib/a.ts", "`.` no longer matches lib/a.ts"),
    (
        '{"include": ["../test", "dir"]}',
        "test/t.ts > e2e/t.ts; src/x.ts > test/x.ts",
        "`../test` no longer matches e2e/t.ts and now matches test/x.ts",
    ),
    ('{"include": ["dir"]}', "src/x.ts > src/dir/x.ts", "`dir` now matches src/dir/x.ts"),
    ('{"files": ["x.ts"], "include": ["dir"]}', "src/dir/a.ts > src/a.ts", "`dir` no longer matches src/a.ts"),
]
QUIET = [
    ('{"include": ["dir", "new"]}', "src/dir/a.ts > src/new/b.ts"),
    ('{"include": ["dir", "../test"]}', "src/dir/a.ts > test/b.ts"),
    ('{"include": ["dir", "**/*.ts"]}', "src/dir/a.ts > src/b.ts"),
    ('{"include": ["dir"]}', "src/dir > src/new"),
    ('{"include": ["dir"]}', "src/dir/a.ts > src/dir/b.ts"),
    ('{"include": ["dir"]}', "src/dir/a.ts > src/dir/deep/a.ts"),
    ('{"include": ["dir"]}', "src/dir/d.css > src/new/d.css"),
    ('{"include": ["dir"]}', "src > lib"),
    ('{"include": ["dir/a.ts"]}', "src/dir/a.ts > src/b.ts"),
    ('{"files": ["dir/a.ts"]}', "src/dir/a.ts > src/b.ts"),
    ('{"include": ["dir"]}', "src/dir/a.ts > packages/ui/src/a.ts"),
    ('{"include": ["dir"]}', "src/x.ts > src/y.ts"),
    ('{"compilerOptions": {"strict": true}}', "src/dir/a.ts > src/new/b.ts"),
]


def said(config: str, moves: str) -> list[str]:
    pairs = [pair.strip().split(" > ") for pair in moves.split(";")]
    files = {**FILES, **OTHER, "src/tsconfig.json": config}
    return [
        found.message for found in globs(build(facts_of(files), Step("m", "Move", "why", tuple(Move(RepoPath(a), RepoPath(b)) for a, b in pairs))))
    ]


@pytest.mark.parametrize("config, moves, message", SAID)
def test_what_leaves_or_enters_a_program_is_said(config: str, moves: str, message: str) -> None:
    assert said(config, moves) == [message]


@pytest.mark.parametrize("config, moves", QUIET)
def test_what_stays_in_its_program_or_goes_to_another_is_no_news(config: str, moves: str) -> None:
    assert said(config, moves) == []
