"""Workspaces, lock files and snapshots after a move, judged by the tools that read them: nothing is locked anew, and frozen installs pass."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from migrator.build import build
from migrator.companions import accompanied
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

pytestmark = pytest.mark.slow

_OFFLINE = ("dns error", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "network", "E404", "Failed to fetch")


def ran(command: Sequence[str], root: Path) -> subprocess.CompletedProcess[str]:
    """What became of a command; the test is skipped where its program is missing."""
    program = shutil.which(command[0])
    if program is None:
        pytest.skip(f"{command[0]} is not installed")
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}}
    quiet = {"CHECKPOINT_DISABLE": "1", "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never", "CI": "1", "npm_config_update_notifier": "false"}
    return subprocess.run(
        [program, *command[1:]], cwd=root, env={**kept, **quiet}, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )


def said(command: Sequence[str], root: Path) -> str:
    """What a command prints; the test is skipped where it needs the network and finds none, and fails where the command does."""
    done = ran(command, root)
    if done.returncode and any(word in done.stderr + done.stdout for word in _OFFLINE):
        pytest.skip(f"{command[0]} finds no registry")
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def written(files: Mapping[str, str | bytes], root: Path) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def moved(root: Path, target: Path, moves: Mapping[str, str], *, plainly: bool = False) -> Path:
    """A directory's files after a step of moves, or after mere renames."""
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() and not _installed(path.relative_to(root)))
    facts = facts_of({path: (root / path).read_bytes() for path in paths})
    step = accompanied(facts, Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    built = build(facts, step)
    assert [str(finding) for finding in built.losses] == []
    tree = built.moved if plainly else built.after.tree
    return written({path: facts.store.read(entry.blob) for path, entry in tree.items()}, target)


def _installed(path: Path) -> bool:
    return bool({"node_modules", ".venv", "target", "__pycache__", ".pytest_cache", "uv.cache"} & set(path.parts))


# uv --------------------------------------------------------------------------------------------------------------------


def project(name: str, *dependencies: str, more: str = "") -> str:
    return f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = {json.dumps(list(dependencies))}\n{more}'


SOURCES = "[tool.uv.sources]\nheader = { workspace = true }\n"
UV = {
    "pyproject.toml": project("root", "header", more='[tool.uv.workspace]\nmembers = ["libs/*", "apps/*"]\n' + SOURCES),
    "libs/header/pyproject.toml": project("header"),
    "libs/other/pyproject.toml": project("other", "header", more=SOURCES),
    "apps/api/pyproject.toml": project("api", "other", more="[tool.uv.sources]\nother = { workspace = true }\n"),
    "apps/job/pyproject.toml": project("job"),
}


def uv(*arguments: str) -> list[str]:
    found = pytest.importorskip("uv", reason="uv is in the dev extra")
    return [found.find_uv_bin(), *arguments, "--offline"]


@pytest.mark.parametrize(
    "moves",
    [
        {"libs/header": "libs/shared/header"},
        {"libs/header": "packages/header"},
        {"libs/header": "libs/head", "apps/job": "services/job"},
        {"libs": "packages"},
        {"apps/api": "services/api", "libs/other": "apps/other"},
    ],
)
def test_uv_finds_its_lock_file_as_it_would_write_it(tmp_path: Path, moves: Mapping[str, str]) -> None:
    start = written(UV, tmp_path / "start")
    said(uv("lock"), start)
    after = moved(start, tmp_path / "after", moves)
    said(uv("lock", "--check"), after)
    assert ran(uv("lock", "--check"), moved(start, tmp_path / "plain", moves, plainly=True)).returncode != 0


# npm, pnpm -------------------------------------------------------------------------------------------------------------

NODE = {
    "package.json": json.dumps({"name": "acme", "version": "1.0.0", "private": True, "workspaces": ["apps/*", "packages/*"]}),
    "apps/web/package.json": json.dumps(
        {"name": "web", "version": "1.0.0", "dependencies": {"ui": "*"}, "scripts": {"build": "node -e \"require('ui')\""}}
    ),
    "apps/api/package.json": json.dumps({"name": "api", "version": "1.0.0"}),
    "packages/ui/package.json": json.dumps({"name": "ui", "version": "1.0.0", "main": "index.js"}),
    "packages/ui/index.js": "module.exports = 1\n",
    "packages/kit/package.json": json.dumps({"name": "@acme/kit", "version": "1.0.0"}),
}
MOVES = [
    {"apps/web": "sites/web"},
    {"apps/web": "apps/shop"},
    {"packages/ui": "libs/widgets", "apps/web": "sites/web"},
    {"packages": "libs"},
    {"packages/kit": "packages/core/kit"},
]


@pytest.mark.parametrize("moves", MOVES)
def test_npm_installs_from_the_lock_file_and_would_lock_the_same(tmp_path: Path, moves: Mapping[str, str]) -> None:
    start = written(NODE, tmp_path / "start")
    said(["npm", "install", "--offline", "--package-lock-only", "--no-audit"], start)
    after = moved(start, tmp_path / "after", moves)
    said(["npm", "ci", "--offline", "--no-audit"], after)
    said(["npm", "run", "build", "-w", "web"], after)
    lock = locked(after)
    said(["npm", "install", "--offline", "--package-lock-only", "--no-audit"], after)
    assert locked(after) == lock


def locked(root: Path) -> dict[str, dict[str, object]]:
    """What a package-lock.json holds; npm 11.19.1 writes the name of a member only where its folder is called otherwise, and does not ask for it."""
    packages = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {path: {key: value for key, value in package.items() if key != "name"} for path, package in packages.items()}


@pytest.mark.parametrize("moves", MOVES)
def test_pnpm_installs_from_the_lock_file(tmp_path: Path, moves: Mapping[str, str]) -> None:
    pnpm = ["npx", "--yes", "pnpm@10.34.9"]
    files = {path: text.replace('"ui": "*"', '"ui": "workspace:*"') for path, text in NODE.items()} | {
        "package.json": json.dumps({"name": "acme", "private": True}),
        "pnpm-workspace.yaml": "packages:\n  - apps/*\n  - packages/*\n",
    }
    start = written(files, tmp_path / "start")
    said([*pnpm, "install", "--offline", "--lockfile-only"], start)
    after = moved(start, tmp_path / "after", moves)
    said([*pnpm, "install", "--offline", "--frozen-lockfile"], after)
    said([*pnpm, "--filter", "web", "run", "build"], after)
    assert {one["name"] for one in json.loads(said([*pnpm, "ls", "-r", "--depth", "-1", "--json"], after))} == {
        "acme",
        "web",
        "api",
        "ui",
        "@acme/kit",
    }


# cargo -----------------------------------------------------------------------------------------------------------------


def crate(name: str, dependencies: str = "") -> str:
    return f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n{dependencies}'


CARGO = {
    "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["crates/*"]\n',
    "crates/a/Cargo.toml": crate("a", 'b = { path = "../b" }\n'),
    "crates/a/src/lib.rs": "",
    "crates/b/Cargo.toml": crate("b"),
    "crates/b/src/lib.rs": "",
}


@pytest.mark.parametrize("moves", [{"crates/b": "libs/b"}, {"crates/b": "crates/core/b"}, {"crates/a": "crates/front/a"}])
def test_cargo_finds_all_members(tmp_path: Path, moves: Mapping[str, str]) -> None:
    start = written(CARGO, tmp_path / "start")
    said(["cargo", "generate-lockfile", "--offline"], start)
    after = moved(start, tmp_path / "after", moves)
    told = json.loads(said(["cargo", "metadata", "--offline", "--locked", "--format-version", "1"], after))
    assert len(told["workspace_members"]) == len(CARGO) // 2


# poetry ----------------------------------------------------------------------------------------------------------------


def test_poetry_takes_the_lock_file_for_fresh(tmp_path: Path) -> None:
    files = {
        "app/pyproject.toml": '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\n[tool.poetry]\npackage-mode = false\n'
        '[tool.poetry.dependencies]\nlib = { path = "../lib", develop = true }\n',
        "lib/pyproject.toml": '[project]\nname = "lib"\nversion = "1"\nrequires-python = ">=3.11"\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n',
        "lib/lib/__init__.py": "",
    }
    start = written(files, tmp_path / "start")
    said(["poetry", "lock", "-C", "app"], start)
    after = moved(start, tmp_path / "after", {"lib": "packages/lib"})
    said(["poetry", "check", "--lock", "-C", "app"], after)
    assert 'url = "../packages/lib"' in (after / "app/poetry.lock").read_text(encoding="utf-8")


# snapshots -------------------------------------------------------------------------------------------------------------


def test_node_finds_the_snapshots_of_a_moved_test(tmp_path: Path) -> None:
    test = 'const { test, snapshot } = require("node:test");\ntest("a", (t) => { t.assert.snapshot({ a: 1 }); });\n'
    start = written({"web/a.test.js": test}, tmp_path / "start")
    if ran(["node", "-e", "process.exit(require('node:test').snapshot ? 0 : 1)"], start).returncode:
        pytest.skip("this Node.js has no snapshots of tests (22.3)")
    said(["node", "--experimental-test-snapshots", "--test", "--test-update-snapshots", "web/a.test.js"], start)
    after = moved(start, tmp_path / "after", {"web/a.test.js": "web/unit/b.test.js"})
    said(["node", "--experimental-test-snapshots", "--test", "web/unit/b.test.js"], after)


SHOP = "def test_a({fixture}):\n    {body}\n"
PYTHON = [
    ("syrupy==5.0.0", SHOP.format(fixture="snapshot", body='assert {"a": 1} == snapshot'), ["--snapshot-update"]),
    ("pytest-regressions[dataframe]==2.8.3", SHOP.format(fixture="data_regression", body='data_regression.check({"a": 1})'), ["--regen-all"]),
    ("pytest-snapshot==0.9.0", SHOP.format(fixture="snapshot", body='snapshot.assert_match("a", "o.txt")'), ["--snapshot-update"]),
]


@pytest.mark.parametrize("package, test, record", PYTHON, ids=[package.partition("=")[0] for package, _, _ in PYTHON])
def test_pytest_finds_the_snapshots_of_a_moved_test(tmp_path: Path, package: str, test: str, record: list[str]) -> None:
    found = pytest.importorskip("uv", reason="uv is in the dev extra")
    run = [found.find_uv_bin(), "run", "--no-project", "--with", "pytest", "--with", package, "pytest", "-q", "-p", "no:cacheprovider"]
    start = written({"tests/test_cart.py": test, "tests/test_stay.py": test}, tmp_path / "start")
    recording = ran([*run, *record, "tests"], start)
    if any(word in recording.stderr for word in _OFFLINE):
        pytest.skip("no package index can be reached")
    moves = {"tests/test_cart.py": "tests/shop/test_basket.py"}
    said([*run, "tests"], moved(start, tmp_path / "after", moves))
    alone = written({"tests/shop/test_basket.py": test}, tmp_path / "alone")
    assert ran([*run, "tests"], alone).returncode != 0


# terraform -------------------------------------------------------------------------------------------------------------

TERRAFORM = {
    "infra/modules/net/main.tf": 'output "v" {\n  value = 7\n}\n',
    "infra/prod/main.tf": 'terraform {\n  backend "local" {\n    path = "../state/prod.tfstate"\n  }\n}\n'
    'module "net" {\n  source = "../modules/net"\n}\noutput "v" {\n  value = module.net.v\n}\n',
    "infra/prod/tests/setup/main.tf": 'output "n" {\n  value = 1\n}\n',
    "infra/prod/tests/net.tftest.hcl": 'run "setup" {\n  module {\n    source = "./tests/setup"\n  }\n}\n'
    'run "net" {\n  module {\n    source = "../modules/net"\n  }\n  assert {\n    condition = output.v == 7\n    error_message = "no"\n  }\n}\n',
}


def test_terraform_finds_its_modules_and_its_state(tmp_path: Path) -> None:
    start = written(TERRAFORM, tmp_path / "start")
    after = moved(start, tmp_path / "after", {"infra/prod": "live/eu/prod"})
    said(["terraform", "init", "-input=false"], start / "infra/prod")
    said(["terraform", "apply", "-auto-approve", "-input=false"], start / "infra/prod")
    shutil.copytree(start / "infra/state", after / "infra/state")
    said(["terraform", "init", "-input=false"], after / "live/eu/prod")
    assert json.loads(said(["terraform", "output", "-json"], after / "live/eu/prod"))["v"]["value"] == 7
    assert "2 passed" in said(["terraform", "test"], after / "live/eu/prod")
