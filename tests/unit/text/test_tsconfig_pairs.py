"""tsconfig.json names what is not tracked (generated code, output): it follows what holds it, and its own file's move."""

from __future__ import annotations

import pytest

from tests.unit.text.monorepo import after

AT = "apps/frontend/tsconfig.json"
ROOT = "tsconfig.json"
WEB = {"apps/frontend": "apps/web"}
DEEP = {"apps/frontend": "sites/customers/web"}
ALONE = {AT: "apps/frontend/config/tsconfig.json"}

CHANGED = [
    (ROOT, '{"compilerOptions": {"paths": {"@gen/*": ["./apps/frontend/generated/*"]}}}', WEB, "apps/frontend", "apps/web"),
    (ROOT, '{"compilerOptions": {"paths": {"@gen": ["./apps/frontend/generated/deep/index.ts"]}}}', WEB, "apps/frontend", "apps/web"),
    (ROOT, '{"compilerOptions": {"baseUrl": "./apps", "paths": {"@gen/*": ["frontend/gen/*"]}}}', WEB, "frontend", "web"),
    (ROOT, '{"compilerOptions": {"paths": {"*": ["./apps/frontend/node_modules/*"]}}}', WEB, "apps/frontend", "apps/web"),
    (ROOT, '{"files": ["apps/frontend/generated/index.ts"]}', WEB, "apps/frontend", "apps/web"),
    (ROOT, '{"files": ["./apps/frontend/gen/a/b.d.ts"], "include": ["apps/frontend/gen/**/*"]}', WEB, "apps/frontend", "apps/web"),
    (ROOT, '{"exclude": ["apps/frontend/out-tsc/legacy/**"]}', WEB, "apps/frontend", "apps/web"),
    (ROOT, '{"compilerOptions": {"typeRoots": ["apps/frontend/made/types"]}}', WEB, "apps/frontend", "apps/web"),
    (ROOT, '{"compilerOptions": {"rootDirs": ["apps/frontend/src", "apps/frontend/generated/src"]}}', WEB, "apps/frontend", "apps/web"),
    (AT, '{"compilerOptions": {"outDir": "../../out-tsc/web"}}', DEEP, "../../out", "../../../out"),
    (AT, '{"compilerOptions": {"declarationDir": "../../types/web", "tsBuildInfoFile": "../../.build/web.info"}}', DEEP, "../../", "../../../"),
    (AT, '{"include": ["../../generated/web/**/*.ts"]}', DEEP, "../../gen", "../../../gen"),
    (AT, '{"compilerOptions": {"paths": {"@made/*": ["../../generated/*"]}}}', DEEP, "../../gen", "../../../gen"),
    (AT, '{"compilerOptions": {"outDir": "./built"}, "include": ["./src", "./generated"]}', ALONE, '"./', '"../'),
]
UNCHANGED = [
    (ROOT, '{"compilerOptions": {"paths": {"@gen/*": ["./generated/*"]}}}', WEB),
    (ROOT, '{"files": ["generated/index.ts"], "include": ["src", "apps/*/src"]}', WEB),
    (ROOT, '{"exclude": ["**/node_modules", "**/dist/**", "frontend", "node_modules"]}', WEB),
    (ROOT, '{"compilerOptions": {"paths": {"apps/frontend/*": ["./lib/*"]}}}', WEB),
    (ROOT, '{"compilerOptions": {"lib": ["apps/frontend"], "jsx": "apps/frontend", "outDir": "built"}}', WEB),
    (ROOT, '{"compilerOptions": {"types": ["apps/frontend"], "jsxImportSource": "apps/frontend"}}', WEB),
    (AT, '{"compilerOptions": {"outDir": "./built", "paths": {"@/*": ["./src/*"], "@gen/*": ["./gen/*"]}}}', WEB),
    (AT, '{"compilerOptions": {"outDir": "built/x"}, "include": ["generated/**/*", "src"]}', DEEP),
    (AT, '{"compilerOptions": {"outDir": "${configDir}/built", "typeRoots": ["./made"]}}', DEEP),
    (AT, '{"compilerOptions": {"rootDir": ".", "outDir": "out"}, "files": ["gen/a.ts"]}', DEEP),
]


@pytest.mark.parametrize("path, before, moves, old, new", CHANGED)
def test_what_is_made_below_a_place_goes_with_it(path: str, before: str, moves: dict[str, str], old: str, new: str) -> None:
    assert after(path, before, moves).decode() == before.replace(old, new)


@pytest.mark.parametrize("path, before, moves", UNCHANGED)
def test_what_names_no_place_that_moved_stays(path: str, before: str, moves: dict[str, str]) -> None:
    assert after(path, before, moves).decode() == before


def test_a_target_of_paths_keeps_its_dot() -> None:
    """TypeScript 7 without `baseUrl` refuses a bare one (TS5090)."""
    before = '{"compilerOptions": {"paths": {"@/*": ["../apps/frontend/src/*"], "@gen/*": ["../apps/frontend/gen/*"], "~/*": ["../*"]}}}'
    moved = after("tools/tsconfig.json", before, {"tools/tsconfig.json": "tsconfig.json"})
    assert moved.decode() == before.replace('["../', '["./')
