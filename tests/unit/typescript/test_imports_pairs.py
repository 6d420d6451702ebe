"""Patterns of package.json's `imports` and `exports`: what a pattern stands for may be source behind a written extension."""

from __future__ import annotations

import json

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

IMPORTS = {
    "#/*": "./src/*",
    "#lib/*": "./src/lib/*.js",
    "#ui/*.js": "./src/ui/*.js",
    "#env": {"node": "./src/env.node.ts", "default": "./src/env.ts"},
    "#dep": "kit",
}
FILES = {
    "package.json": json.dumps({"private": True, "workspaces": ["packages/*"]}),
    "packages/app/package.json": json.dumps({"name": "app", "imports": IMPORTS}),
    "packages/kit/package.json": json.dumps({"name": "kit", "exports": {"./*": "./src/*", ".": "./src/index.ts"}}),
    **dict.fromkeys(("packages/kit/src/index.ts", "packages/kit/src/money.ts", "packages/kit/src/deep/tax.ts"), ""),
    **dict.fromkeys((f"packages/app/src/{path}" for path in ("lib/t.ts", "lib/v.tsx", "ui/b.tsx", "env.ts", "env.node.ts", "x/y.mts")), ""),
}
APP = "packages/app/src/"

CHANGED = [
    ('import "#/lib/t.js";', "lib/t.ts > lib/u.ts", 'import "#/lib/u.js";'),
    ('import "#/lib/t.ts";', "lib/t.ts > lib/u.ts", 'import "#/lib/u.ts";'),
    ('import "#/lib/v.js";', "lib/v.tsx > v/w.tsx", 'import "#/v/w.js";'),
    ('import "#/x/y.mjs";', "x/y.mts > z.mts", 'import "#/z.mjs";'),
    ('import "#lib/t";', "lib/t.ts > lib/deep/t.ts", 'import "#lib/deep/t";'),
    ('import "#lib/t";', "lib/t.ts > text/t.ts", 'import "#/text/t.ts";'),
    ('import "#ui/b.js";', "ui/b.tsx > ui/c.tsx", 'import "#ui/c.js";'),
    ('vi.mock("#/lib/t.js"); const x = await import("#/lib/t.js");', "lib > l", 'vi.mock("#/l/t.js"); const x = await import("#/l/t.js");'),
    ('export * from "#/lib/t.js" with {};', "lib/t.ts > t.ts", 'export * from "#/t.js" with {};'),
    ('import "kit/money.js";', "/packages/kit/src/money.ts > /packages/kit/src/cash.ts", 'import "kit/cash.js";'),
    ('import "kit/money.ts";', "/packages/kit/src/money.ts > /packages/kit/src/cash.ts", 'import "kit/cash.ts";'),
    ('import "kit/deep/tax.js";', "/packages/kit/src/deep > /packages/kit/src/d", 'import "kit/d/tax.js";'),
]
UNCHANGED = [
    ('import "#/lib/t.js"; import "#lib/t"; import "#ui/b.js";', "/packages/app > /packages/web"),
    ('import "#/lib/t.js"; import "#/lib/t.ts";', "/packages/app/src > /packages/app/source"),
    ('import "#/lib/t.js";', "lib/v.tsx > lib/w.tsx"),
    ('import "#/lib/t.js";', "lib/t.ts > lib/t.tsx"),
    ('import "#/lib/t"; import "#/gone.js"; import "#other/t";', "lib/t.ts > lib/u.ts"),
    ('import "#env"; import "#dep";', "lib/t.ts > lib/u.ts"),
    ('import "kit"; import "kit/money.js";', "/packages/kit > /packages/toolkit"),
    ('import "kit/tax.js"; import "kit/deep/tax";', "/packages/kit/src/deep > /packages/kit/src/d"),
    ('const s = "#/lib/t.js"; // import "#/lib/t.js"', "lib/t.ts > lib/u.ts"),
]


def carried(before: str, moves: str) -> tuple[str, list[str]]:
    at = RepoPath(f"{APP}a.ts")
    places = [[RepoPath(part[1:] if part.startswith("/") else APP + part) for part in pair.split(" > ")] for pair in moves.split("; ")]
    built = build(facts_of({**FILES, at: before}), Step("move", "Move", "why", tuple(Move(old, new) for old, new in places)))
    return built.after.read(built.moves(at)).decode(), [str(loss) for loss in built.losses if loss.severity == "error"]


@pytest.mark.parametrize("before, moves, after", CHANGED)
def test_a_name_through_a_pattern_follows(before: str, moves: str, after: str) -> None:
    assert carried(before, moves) == (after, [])


@pytest.mark.parametrize("before, moves", UNCHANGED)
def test_a_name_that_still_means_its_file_stays(before: str, moves: str) -> None:
    assert carried(before, moves) == (before, [])


def test_the_pattern_itself_follows_its_directory() -> None:
    built = build(facts_of(FILES), Step("move", "Move", "why", (Move(RepoPath("packages/app/src"), RepoPath("packages/app/source")),)))
    assert json.loads(built.after.read(RepoPath("packages/app/package.json")))["imports"]["#/*"] == "./source/*"
