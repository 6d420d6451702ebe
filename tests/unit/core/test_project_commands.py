"""What people of a repository run, and what for: one row for each kind of file that says it, with what says nothing beside it."""

from __future__ import annotations

import json

import pytest

from migrator.facts.landscape import with_projects
from migrator.facts.projects.aims import PURPOSES, purpose_of
from migrator.facts.projects.model import Command
from tests.conftest import facts_of

ROOT = '{"name": "acme"}'


def found(files: dict[str, str]) -> list[Command]:
    return list(with_projects(facts_of(files)).commands)


def said(files: dict[str, str]) -> list[str]:
    """Each command as it is typed and where, what it is for, and the line that says it."""
    return [f"{one.directory or '.'}: {' '.join(one.words)} ({one.purpose or 'nothing known'}) {one.origin}" for one in found(files)]


@pytest.mark.parametrize(
    "files, expected",
    [
        (
            {"package.json": '{\n  "name": "a",\n  "scripts": {\n    "dev": "next dev",\n    "test:e2e": "playwright test"\n  }\n}'},
            [".: npm run dev (develop) package.json:4", ".: npm run test:e2e (test) package.json:5"],
        ),
        (  # the manager is the closest that a manifest or a lock file names
            {
                "package.json": '{"packageManager": "pnpm@9.1.0", "scripts": {"build": "tsc -b"}}',
                "apps/old/package.json": '{"scripts": {"lint": "eslint ."}}',
                "apps/old/yarn.lock": "",
                "apps/web/package.json": '{"scripts": {"lint": "eslint ."}}',
            },
            [
                ".: pnpm run build (build) package.json:1",
                "apps/old: yarn run lint (lint) apps/old/package.json:1",
                "apps/web: pnpm run lint (lint) apps/web/package.json:1",
            ],
        ),
        (  # what runs by itself, what stands where nobody wrote a test, and scripts that are no table
            {
                "package.json": json.dumps({
                    "scripts": {"prepare": "husky", "postinstall": "x", "prebuild": "rm", "build": "vite build", "test": "echo no test specified"}
                }),
                "b/package.json": '{"scripts": ["dev"]}',
                "c/package.json": "{",
            },
            [".: npm run build (build) package.json:1"],
        ),
        (
            {"node_modules/x/package.json": '{"scripts": {"dev": "x"}}'},
            [],
        ),
        (
            {
                "infra/Makefile": "PY := python\n.PHONY: test up\nup: .env ## start\n\tdocker compose up\n\ntest lint: up\n\t$(PY) -m pytest\n"
                "%.o: %.c\n\tcc\nbuild/app: x\n\tcc\n.env:\n\ttouch .env\nx ?= 1\ncheck: lint\nall : PY = pypy\n"
            },
            [
                "infra: make up (develop) infra/Makefile:3",
                "infra: make lint (lint) infra/Makefile:6",
                "infra: make test (test) infra/Makefile:6",
                "infra: make check (lint) infra/Makefile:15",
            ],
        ),
        (
            {"justfile": "set shell := ['bash']\nversion := '1'\nexport A := 'b'\n\ntest *args='':\n    pytest {{args}}\n\n_hidden:\n  x\n[private]\nmine:\n  x\nalias t := test\n@go where:\n    ssh\n"},
            [".: just test (test) justfile:5", ".: just t (test) justfile:13", ".: just go (nothing known) justfile:14"],
        ),
        (
            {
                "Taskfile.yml": "version: '3'\ntasks:\n  default: echo\n  serve:\n    cmds:\n      - uvicorn app:app\n  in:\n    internal: true\n    cmds: [x]\n  types:\n    cmd: mypy .\n"
            },
            [
                ".: task default (nothing known) Taskfile.yml:3",
                ".: task serve (develop) Taskfile.yml:4",
                ".: task types (type-check) Taskfile.yml:10",
            ],
        ),
        ({"Taskfile.yml": "tasks: [\n"}, []),
        (
            {
                "pyproject.toml": '[project]\nname = "a"\n[project.scripts]\nacme = "a:main"\n[tool.poe.tasks]\n_base = "x"\ntest = "pytest"\n[tool.poe.tasks.seed]\nshell = "python seed.py"\n'
                '[tool.pdm.scripts]\nfmt = {cmd = "ruff format"}\n[tool.hatch.envs.docs.scripts]\nbuild = "mkdocs build"\n[tool.taskipy.tasks]\ngo = "alembic upgrade head"\n',
                "uv.lock": "",
            },
            [
                ".: uv run acme (nothing known) pyproject.toml:4",
                ".: uv run poe test (test) pyproject.toml:7",
                ".: uv run poe seed (data) pyproject.toml:8",
                ".: pdm run fmt (format) pyproject.toml:11",
                ".: hatch run docs:build (build) pyproject.toml:13",
                ".: uv run task go (data) pyproject.toml:15",
            ],
        ),
        ({"pyproject.toml": "[tool.poe.tasks\n"}, []),
        (
            {"tox.ini": "[tox]\nenvlist = py3{11,12}\n[testenv]\ncommands = pytest\n[testenv:types]\ncommands = mypy\n[testenv:py{311,312}]\n[testenv:.pkg]\n"},
            [".: tox run -e types (type-check) tox.ini:5"],
        ),
        (
            {"noxfile.py": 'import nox\n\n@nox.session\n@nox.parametrize("a", [1, (2)])\ndef tests(session):\n    pass\n\n@nox.session(python=["3.12"], name="check-types")\ndef mypy(session):\n    pass\n\ndef lint():\n    pass\n'},
            [".: nox -s tests (test) noxfile.py:3", ".: nox -s check-types (type-check) noxfile.py:8"],
        ),
        (
            {"package.json": ROOT, "pnpm-lock.yaml": "", "turbo.json": '{\n  // tasks\n  "tasks": {\n    "build": {"dependsOn": ["^build"]},\n    "lint": {},\n  }\n}', "apps/a/turbo.json": '{"tasks": {"x": {}}}'},
            [".: pnpm exec turbo run build (build) turbo.json:4", ".: pnpm exec turbo run lint (lint) turbo.json:5"],
        ),
        (  # a task that a script of the root is already
            {"package.json": '{"scripts": {"build": "turbo run build", "test": "turbo run test:ci"}}', "turbo.json": '{"tasks": {"build": {}, "test": {}}}'},
            [".: npm run build (build) package.json:1", ".: npm run test (test) package.json:1", ".: npx turbo run test (test) turbo.json:1"],
        ),
        ({"package.json": ROOT, "nx.json": '{"targetDefaults": {"test": {}}}'}, [".: npx nx run-many -t test (test) nx.json:1"]),
        (
            {"infra/k/base/kustomization.yaml": "resources: []\n", "infra/k/overlays/staging/kustomization.yaml": "resources: [../../base]\n"},
            [".: kubectl apply -k infra/k/overlays/staging (deploy) infra/k/overlays/staging/kustomization.yaml:1"],
        ),
        (
            {
                "deploy/compose.yaml": "services:\n  web:\n    image: nginx\n",
                "deploy/compose.prod.yaml": "services:\n  web:\n    restart: always\n",
                "deploy/compose.monitoring.yaml": "services:\n  p:\n    image: prom/prometheus\n",
            },
            [
                "deploy: docker compose -f compose.monitoring.yaml up (monitor) deploy/compose.monitoring.yaml",
                "deploy: docker compose -f compose.yaml -f compose.prod.yaml up (deploy) deploy/compose.prod.yaml",
                "deploy: docker compose -f compose.yaml up (develop) deploy/compose.yaml",
            ],
        ),
        (
            {
                "tools/scripts/testing/run-all.ps1": "Write-Host x\n",
                "tools/scripts/archive/old.ps1": "Write-Host x\n",
                "tools/scripts/lib.py": "def helper(): ...\n",
                "tools/scripts/seed.py": 'if __name__ == "__main__":\n    pass\n',
                "tools/scripts/load.js": 'import http from "k6/http";\n',
                "tools/scripts/stamp.mjs": "console.log(1)\n",
                "tools/scripts/shared.js": "module.exports = {}\n",
                "tools/scripts/old.bat": "echo x\n",
                "infra/scripts/health.sh": "#!/bin/sh\n",
                "lone.sh": "#!/bin/sh\necho hello\n",
            },
            [
                ".: bash infra/scripts/health.sh (monitor) infra/scripts/health.sh:1",
                ".: k6 run tools/scripts/load.js (test) tools/scripts/load.js:1",
                ".: cmd /c tools/scripts/old.bat (nothing known) tools/scripts/old.bat:1",
                ".: python tools/scripts/seed.py (data) tools/scripts/seed.py:1",
                ".: node tools/scripts/stamp.mjs (nothing known) tools/scripts/stamp.mjs:1",
                ".: pwsh -NoProfile -File tools/scripts/testing/run-all.ps1 (test) tools/scripts/testing/run-all.ps1:1",
            ],
        ),
        (  # a script is typed where its project is; one that goes into an image runs there
            {
                "apps/api/pyproject.toml": '[project]\nname = "api"\n',
                "apps/api/scripts/seed.sh": "#!/bin/sh\n",
                "apps/api/scripts/entry.sh": "#!/bin/sh\n",
                "apps/api/Dockerfile": "FROM alpine\nCOPY scripts/entry.sh /entry.sh\nENTRYPOINT /entry.sh\n",
            },
            ["apps/api: bash scripts/seed.sh (data) apps/api/scripts/seed.sh:1"],
        ),
        (  # a script in Python is run where its project's packages are
            {
                "server/pyproject.toml": '[project]\nname = "s"\n',
                "server/uv.lock": "",
                "server/scripts/seed.py": "#!/usr/bin/env python\n",
                "scripts/seed.py": "#!/usr/bin/env python\n",
            },
            [".: python scripts/seed.py (data) scripts/seed.py:1", "server: uv run python scripts/seed.py (data) server/scripts/seed.py:1"],
        ),
        ({"README.md": "make test\n", "src/main.py": "print(1)\n"}, []),
    ],
)  # fmt: skip
def test_what_is_typed_where_and_what_for(files: dict[str, str], expected: list[str]) -> None:
    assert said(files) == expected


def test_commands_belong_to_the_closest_project_and_none_is_lost() -> None:
    landscape = with_projects(facts_of({
        "infra/Makefile": "up:\n\tdocker compose up\n",
        "apps/web/package.json": '{"name": "web", "scripts": {"dev": "vite"}}',
        "apps/web/tools/Makefile": "icons:\n\tsvgo\n",
    }))  # fmt: skip
    assert {one.directory: [each.name for each in one.commands] for one in landscape.projects} == {"apps/web": ["dev", "icons"]}
    assert [one.name for one in landscape.commands] == ["dev", "icons", "up"]


def test_what_a_phase_made_itself_is_no_source_of_it() -> None:
    """Else its second run would find its own scripts, and say something else than the first (L6)."""
    book = json.dumps({"files": {"tools/x/package.json": {"text": ""}}})
    files = {
        "tools/x/package.json": '{"name": "x", "scripts": {"dev": "vite"}}',
        "package.json": '{"scripts": {"build": "tsc"}}',
        ".migrate/generated/tooling/x.json": book,
    }
    facts = facts_of(files)
    assert [one.name for one in with_projects(facts, "tooling").commands] == ["build"]
    assert [one.directory for one in with_projects(facts, "tooling").projects] == [""]
    assert [one.name for one in with_projects(facts, "automation").commands] == ["build", "dev"]


def test_secrets_are_hidden_in_what_a_command_runs() -> None:
    (one,) = found({"package.json": json.dumps({"scripts": {"dump": "pg_dump postgres://app:hunter2secret@db/app"}})})
    assert one.text == "pg_dump postgres://app:•••@db/app"
    assert one.purpose == "data"


@pytest.mark.parametrize(
    "name, text, purpose",
    [
        ("dev", "", "develop"),
        ("start", "next start", "develop"),
        ("lint", "ruff format .", "lint"),
        ("lint:fix", "", "format"),
        ("format:check", "prettier --check .", "lint"),
        ("typecheck", "", "type-check"),
        ("type-check", "", "type-check"),
        ("build:prod", "", "build"),
        ("test:security", "vitest run", "test"),
        ("security-scan", "", "secure"),
        ("deploy", "", "deploy"),
        ("deployTest", "", "deploy"),
        ("db-reset", "rm x.db", "data"),
        ("backfill_encrypted_secrets", "", "data"),
        ("encrypted_secrets", "", "secure"),
        ("logs", "", "monitor"),
        ("setup-monitoring", "", "monitor"),
        ("go", "cd apps/web && pnpm exec vitest run", "test"),
        ("go", "NODE_ENV=test npx jest", "test"),
        ("go", "env A=b uvicorn app:app", "develop"),
        ("go", "$(VENV_PYTHON) -m uvicorn app.main:app", "develop"),
        ("go", "./node_modules/.bin/eslint .", "lint"),
        ("go", "@echo testing\n@pytest -q", "test"),
        ("go", "tsc --noEmit -p .", "type-check"),
        ("go", "tsc -p .", "build"),
        ("go", "docker compose -f compose.prod.yml up -d", "deploy"),
        ("go", "docker-compose up", "develop"),
        ("start", "rollup -c --watch", "develop"),
        ("start", "rollup -c", "build"),
        ("build", "rollup -c --watch", "build"),
        ("go", "turbo run lint", "lint"),
        ("go", "npm run test:ci", "test"),
        ("go", "make check", ""),
        ("go", "echo pytest", ""),
        ("go", "pytester", ""),
        ("version", "node --version", ""),
        ("help", "@grep -E x Makefile", ""),
        ("", "", ""),
        ("latest", "", ""),
    ],
)
def test_what_a_command_is_for(name: str, text: str, purpose: str) -> None:
    assert purpose_of(name, text) == purpose
    assert purpose in {*PURPOSES, ""}
