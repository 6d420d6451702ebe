"""Members of workspaces that move stay members; lists that still hold them, and what is no list of members, stay as they are."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step, Write
from migrator.workspaces import table
from tests.conftest import facts_of, texts

NODE = {f"{folder}/package.json": f'{{"name": "{folder.rpartition("/")[2]}"}}\n' for folder in ("apps/web", "apps/api", "packages/ui", "tools/cli")}
UV = {f"{folder}/pyproject.toml": f'[project]\nname = "{folder.rpartition("/")[2]}"\n' for folder in ("libs/header", "libs/other", "apps/api")}
CARGO = {f"{folder}/Cargo.toml": f'[package]\nname = "{folder.rpartition("/")[2]}"\n' for folder in ("crates/a", "crates/b", "tools/x")}
DENO = {"apps/web/deno.json": "{}\n", "apps/api/deno.json": "{}\n"}
WEB, DEEP, BOTH = {"apps/web": "sites/web"}, {"apps/web": "apps/shop/web"}, {"apps/web": "sites/web", "packages/ui": "libs/ui"}
HEADER = {"libs/header": "libs/shared/header"}

Row = tuple[str, str, str, Mapping[str, str], Mapping[str, str]]

FOLLOWS: list[Row] = [
    # npm, yarn, bun
    ("package.json", '{"workspaces": ["apps/*"]}\n', '{"workspaces": ["apps/*", "sites/web"]}\n', NODE, WEB),
    ("package.json", '{"workspaces": ["apps/*"]}\n', '{"workspaces": ["apps/*", "apps/shop/web"]}\n', NODE, DEEP),
    ("package.json", '{\n  "workspaces": [\n    "./apps/*"\n  ]\n}\n', '{\n  "workspaces": [\n    "./apps/*",\n    "./sites/web"\n  ]\n}\n', NODE, WEB),
    ("package.json", '{"workspaces": ["apps/*", "packages/ui"]}\n', '{"workspaces": ["apps/*", "libs/ui", "sites/web"]}\n', NODE, BOTH),
    ("package.json", '{"workspaces": {"packages": ["apps/**"]}}\n', '{"workspaces": {"packages": ["apps/**", "sites/web"]}}\n', NODE, WEB),
    ("package.json", '{"workspaces": ["apps/*"]}\r\n', '{"workspaces": ["apps/*", "sites/web", "tools/api"]}\r\n', NODE | {"apps/docs/package.json": "{}"}, WEB | {"apps/api": "tools/api"}),
    ("package.json", '{"workspaces": ["*/*", "!sites/*"]}\n', '{"workspaces": ["*/*", "!sites/*", "sites/web"]}\n', NODE | {"sites/old/package.json": "{}"}, WEB),
    ("package-lock.json", '{"packages": {"": {"workspaces": ["apps/*"]}, "apps/web": {}}}\n', '{"packages": {"": {"workspaces": ["apps/*", "sites/web"]}, "sites/web": {}}}\n', NODE, WEB),
    ("frontend/package.json", '{"workspaces": ["apps/*"]}\n', '{"workspaces": ["apps/*", "sites/web"]}\n', {f"frontend/{path}": text for path, text in NODE.items()}, {"frontend/apps/web": "frontend/sites/web"}),
    # pnpm, lerna, deno
    ("pnpm-workspace.yaml", "packages:\n  - apps/*\n", "packages:\n  - apps/*\n  - sites/web\n", NODE, WEB),
    ("pnpm-workspace.yaml", "packages:\n- 'apps/*' # all\n\ncatalog:\n  a: 1\n", "packages:\n- 'apps/*' # all\n- 'sites/web'\n\ncatalog:\n  a: 1\n", NODE, WEB),
    ("pnpm-workspace.yaml", 'packages: ["apps/*"]\n', 'packages: ["apps/*", sites/web]\n', NODE, WEB),
    ("lerna.json", '{"packages": ["apps/*"], "version": "1.0.0"}\n', '{"packages": ["apps/*", "sites/web"], "version": "1.0.0"}\n', NODE, WEB),
    ("deno.json", '{"workspace": ["./apps/*"]}\n', '{"workspace": ["./apps/*", "./sites/web"]}\n', DENO, WEB),
    # uv
    (
        "pyproject.toml",
        '[tool.uv.workspace]\nmembers = ["libs/*"]\n',
        '[tool.uv.workspace]\nmembers = ["libs/*", "libs/shared/header"]\nexclude = ["libs/shared"]\n',
        UV,
        HEADER,
    ),
    (
        "pyproject.toml",
        '[tool.uv.workspace]\nmembers = ["libs/*"]\nexclude = ["libs/x"]\n',
        '[tool.uv.workspace]\nmembers = ["libs/*", "libs/shared/header"]\nexclude = ["libs/x", "libs/shared"]\n',
        UV,
        HEADER,
    ),
    ("pyproject.toml", '[tool.uv.workspace]\nmembers = ["libs/*"]\n', '[tool.uv.workspace]\nmembers = ["libs/*", "shared/header"]\n', UV, {"libs/header": "shared/header"}),
    (
        "pyproject.toml",
        '[tool.uv]\nworkspace = { members = ["libs/*", "apps/api"] }\n',
        '[tool.uv]\nworkspace = { members = ["libs/*", "services/api", "shared/header"] }\n',
        UV,
        {"libs/header": "shared/header", "apps/api": "services/api"},
    ),
    (
        "pyproject.toml",
        '[tool.uv.workspace]\nmembers = [\n    "libs/*",\n]\n',
        '[tool.uv.workspace]\nmembers = [\n    "libs/*",\n    "shared/header",\n]\n',
        UV,
        {"libs/header": "shared/header"},
    ),
    # cargo
    ("Cargo.toml", '[workspace]\nmembers = ["crates/*"]\n', '[workspace]\nmembers = ["crates/*", "tools/a"]\n', CARGO, {"crates/a": "tools/a"}),
    (
        "Cargo.toml",
        '[workspace]\nmembers = ["crates/*"]\n',
        '[workspace]\nmembers = ["crates/*", "crates/core/a"]\nexclude = ["crates/core"]\n',
        CARGO,
        {"crates/a": "crates/core/a"},
    ),
]  # fmt: skip


def moved(path: str, text: str, more: Mapping[str, str], moves: Mapping[str, str]):
    facts = facts_of({**more, path: text})
    return build(facts, Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))


@pytest.mark.parametrize("path, before, wanted, more, moves", FOLLOWS)
def test_a_member_stays_one_and_the_way_home_leads_home(
    path: str, before: str, wanted: str, more: Mapping[str, str], moves: Mapping[str, str]
) -> None:
    there = moved(path, before, more, moves)
    assert [str(finding) for finding in there.losses] == []
    assert texts(there.after)[path].decode() == wanted
    home = build(there.after, Step("home", "Home", "why", tuple(Move(RepoPath(new), RepoPath(old)) for old, new in moves.items())))
    assert [str(finding) for finding in home.losses] == []
    assert texts(home.after)[path].decode() == before
    assert home.after.tree.id == there.before.tree.id


SAME: list[tuple[str, str, Mapping[str, str], Mapping[str, str]]] = [
    ("package.json", '{"workspaces": ["apps/*", "sites/*"]}\n', NODE | {"sites/old/package.json": "{}"}, WEB),
    ("package.json", '{"workspaces": ["**"]}\n', NODE, WEB),
    ("package.json", '{"workspaces": ["apps/*"]}\n', NODE, {"apps/web": "apps/site"}),
    ("package.json", '{"workspaces": ["apps/*"]}\n', NODE, {"tools/cli": "bin/cli"}),
    ("package.json", '{"workspaces": ["apps/*", "!apps/web"]}\n', NODE, {"tools/cli": "bin/cli"}),
    ("package.json", '{"workspaces": ["apps/*"]}\n', NODE | {"apps/notes/x.txt": ""}, {"apps/notes": "notes"}),
    ("package.json", '{"workspaces": ["apps/*"]}\n', NODE | {"apps/web/src/x.ts": ""}, {"apps/web/src": "lib"}),
    ("package.json", '{"packages": ["apps/*"]}\n', NODE, WEB),
    ("package.json", '{"workspaces": "apps/*"}\n', NODE, WEB),
    ("package.json", '{"workspaces": [', NODE, WEB),
    ("node_modules/x/package.json", '{"workspaces": ["apps/*"]}\n', {f"node_modules/x/apps/{app}/package.json": "{}" for app in ("web", "api")}, {"node_modules/x/apps/web": "node_modules/x/sites/web"}),
    ("pnpm-workspace.yaml", "packages:\n  - apps/*\n  - sites/**\n", NODE | {"sites/old/package.json": "{}"}, WEB),
    ("pnpm-workspace.yaml", "catalog:\n  packages: 1\n", NODE, WEB),
    ("lerna.json", '{"version": "1.0.0"}\n', NODE, WEB),
    ("pyproject.toml", '[tool.uv.workspace]\nmembers = ["libs/*"]\n', UV, {"libs/header": "libs/head"}),
    ("pyproject.toml", '[tool.uv.workspace]\nmembers = ["libs/**"]\n', UV | {"libs/note.txt": ""}, {"libs/note.txt": "note.txt"}),
    ("pyproject.toml", '[tool.hatch]\nmembers = ["libs/*"]\n', UV, HEADER),
    ("pyproject.toml", '[tool.uv.workspace]\nmembers = ["libs/*"]\n', UV | {"libs/old/x.txt": ""}, {"apps/api": "services/api"}),
    ("Cargo.toml", '[workspace]\nmembers = ["crates/*"]\n', CARGO, {"tools/x": "bin/x"}),
    ("Cargo.toml", '[workspace]\nmembers = ["crates/*"]\n', CARGO, {"crates/a": "crates/c"}),
]  # fmt: skip


@pytest.mark.parametrize("path, text, more, moves", SAME)
def test_a_list_that_loses_nothing_stays(path: str, text: str, more: Mapping[str, str], moves: Mapping[str, str]) -> None:
    built = moved(path, text, more, moves)
    assert not [finding for finding in built.losses if finding.kind == "workspace"]
    assert texts(built.after)[path].decode() == text


def test_an_import_by_name_goes_on_when_a_library_leaves_the_globs() -> None:
    files = {
        "package.json": '{"workspaces": ["apps/*", "packages/*"]}\n',
        "packages/ui/package.json": '{"name": "@acme/ui", "main": "index.js"}\n',
        "packages/ui/index.js": "export const x = 1\n",
        "packages/kit/package.json": '{"name": "@acme/kit"}\n',
        "apps/web/package.json": '{"name": "web", "dependencies": {"@acme/ui": "*"}}\n',
        "apps/web/a.js": 'import { x } from "@acme/ui"\n',
    }
    built = moved("apps/web/b.js", 'import "@acme/ui"\n', files, {"packages/ui": "libs/ui"})
    assert built.losses == ()
    assert texts(built.after)["apps/web/a.js"] == files["apps/web/a.js"].encode()


def test_a_member_that_no_list_can_hold_is_refused() -> None:
    more = {f"frontend/{path}": text for path, text in NODE.items()}
    built = moved("frontend/package.json", '{"workspaces": ["apps/*"]}\n', more, {"frontend/apps/web": "web"})
    assert [(finding.severity, finding.kind, finding.path) for finding in built.losses] == [("error", "workspace", "frontend/package.json")]


def test_a_list_that_the_step_writes_is_the_steps() -> None:
    text = b'{"workspaces": ["apps/*"]} \n'
    facts = facts_of({**NODE, "package.json": '{"workspaces": ["apps/*"]}\n'})
    actions = (Move(RepoPath("apps/web"), RepoPath("sites/web")), Write(RepoPath("tsconfig.json"), b"{}"))
    built = build(facts, Step("move", "Move", "why", actions))
    assert texts(built.after)["package.json"] == b'{"workspaces": ["apps/*", "sites/web"]}\n'
    assert text not in texts(built.after).values()


def test_a_row_says_where_it_is_from() -> None:
    assert all(kind.tool and kind.stale and kind.source for kind in table())
