"""Onboarding: what people type on their first days, from what the repository defines; and those commands run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from phases.documentation.onboarding import family
from tests.unit.documentation.shop import FILES, RULES, changed, made, pages, section

DAY, WEEK, MONTH, READ = (f"docs/onboarding/{name}/README.md" for name in ("day-1", "week-1", "month-1", "resources"))
LOCKED = json.dumps({"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}}})


def root(**scripts: str) -> str:
    return json.dumps({"name": "shop", "private": True, "workspaces": ["web"], "scripts": scripts})


DJANGO = {
    "Makefile": None, "web/package.json": '{"name": "web"}', "api/requirements.txt": "django\n", "api/manage.py": "#!/usr/bin/env python\n", "api/tests/__init__.py": "",
    "api/tests/test_main.py": "from django.test import TestCase\n\n\nclass One(TestCase):\n    def test_it(self) -> None: ...\n",
}  # fmt: skip


@pytest.mark.parametrize(
    "files, page, heading, line",
    [
        ({}, DAY, "# Day 1", "What this is: [The shop](../../../README.md)."),
        # what is needed: the file that says which version of what
        ({}, DAY, "## Get what it needs", "python -m pip install -r api/requirements.txt"),
        ({}, DAY, "## Get what it needs", "(cd web && npm install)"),
        ({"web/package-lock.json": LOCKED}, DAY, "## Get what it needs", "(cd web && npm ci)"),
        ({"web/pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, DAY, "## Get what it needs", "(cd web && pnpm install --frozen-lockfile)"),
        ({"api/pyproject.toml": '[project]\nname = "api"\n', "api/requirements.txt": None}, DAY, "## Get what it needs", "python -m pip install -e api"),
        ({"api/pyproject.toml": '[project]\nname = "api"\n', "uv.lock": "version = 1\n"}, DAY, "## Get what it needs", "uv sync"),
        ({"package.json": root(), "package-lock.json": LOCKED}, DAY, "## Get what it needs", "npm ci"),
        ({"Makefile": "setup:\n\tpip install -r api/requirements.txt\n"}, DAY, "## Get what it needs", "make setup"),
        # a script of a manifest needs what it asks for first
        ({"Makefile": None, "package.json": root(setup="prisma migrate dev"), "package-lock.json": LOCKED}, DAY, "## Get what it needs", "npm run setup"),
        ({"Makefile": None, "package.json": root(setup="prisma migrate dev"), "package-lock.json": LOCKED}, DAY, "## Get what it needs", "npm ci"),
        ({".nvmrc": "22\n"}, DAY, "## Get what it needs", "- The version of Node is in [`.nvmrc`](../../../.nvmrc)."),
        ({"api/.env.example": "DEBUG=1\n"}, DAY, "## Settings", "- [`api/.env.example`](../../../api/.env.example) names what can be set."),
        # how it runs
        ({}, DAY, "## Run it", "docker compose -f compose.yaml up"),
        ({}, DAY, "## Run it", "| web | web | <http://localhost:3001> |"),
        ({"package.json": root(dev="turbo dev")}, DAY, "## Run it", "npm run dev"),
        # and is seen to
        ({}, DAY, "## See that it works", "make test"),
        ({"Makefile": None}, DAY, "## See that it works", "(cd api && python -m pytest)"),
        ({"Makefile": None, "package.json": root(test="turbo test")}, DAY, "## See that it works", "npm run test"),
        ({"Makefile": None, "package.json": root(test="turbo test")}, DAY, "## See that it works", "(cd api && python -m pytest)"),
        (DJANGO, DAY, "## See that it works", "(cd api && python manage.py test)"),
        (DJANGO, DAY, "## Run it", "(cd api && python manage.py runserver)"),
        # the week
        ({}, WEEK, "## Where what is", "| `web` | web | node |  | web |"),
        ({}, WEEK, "### Lint", "(cd web && npm run lint)"),
        ({"CONTRIBUTING.md": "# How\n"}, WEEK, "## How people work here", "- [`CONTRIBUTING.md`](../../../CONTRIBUTING.md)"),
        ({"tools/generators/README.md": "# G\n"}, WEEK, "## Make something new", "- [`tools/generators/README.md`](../../../tools/generators/README.md) says how a new part is made that looks like those there are."),
        # the month
        ({}, MONTH, "## What runs", "| api | api | [`api/Dockerfile`](../../../api/Dockerfile) | api.payments.dev, cache, db |"),
        ({}, MONTH, "## How it gets there", "kubectl apply -k infra/kubernetes/overlays/production"),
        ({}, MONTH, "## What it keeps", "- db (database)"),
        ({}, MONTH, "## What it keeps", "- The code declares 1 table: `items`."),
        ({}, MONTH, "## How it is looked after", "- [`infra/monitoring/rules/api.yml`](../../../infra/monitoring/rules/api.yml) has 2 alerts."),
        ({}, MONTH, "## How it is looked after", "bash infra/scripts/backup/backup-db.sh"),
        # what there is to read
        ({}, READ, "## `docs`", "- [A guide to it](../../guide.md)"),
        ({"docs/a [b].md": "# C [d]\n"}, READ, "## `docs`", "- [C \\[d\\]](../../a%20[b].md)"),
    ],
)  # fmt: skip
def test_what_pages_say(files: dict[str, str | None], page: str, heading: str, line: str) -> None:
    assert line in section(pages(family, changed(**files))[page], heading).split("\n")


@pytest.mark.parametrize(
    "files, page, text",
    [
        ({"Makefile": None}, DAY, "make "),
        ({"package.json": root(), "package-lock.json": LOCKED}, DAY, "(cd web && npm"),
        ({"api/pyproject.toml": "[tool.ruff]\n", "api/requirements.txt": None}, DAY, "pip install"),
        ({"Makefile": None, "api/tests/test_main.py": None}, DAY, "pytest"),
        ({"Makefile": None, "api/requirements.txt": "fastapi\n"}, DAY, "pytest"),
        ({"Makefile": "up:\n\tdocker compose up\n\ndown:\n\tdocker compose down\n"}, DAY, "make down"),
        ({"infra/monitoring/rules/api.yml": None}, MONTH, "alert"),
        ({"docs/archive/old.md": "# Old\n"}, READ, "Old"),
        ({}, DAY, "API_SECRET="),
    ],
)
def test_what_nothing_defines_is_not_typed(files: dict[str, str | None], page: str, text: str) -> None:
    assert text not in pages(family, changed(**files))[page]


def test_what_others_need_is_got_first() -> None:
    project = '[project]\nname = "{}"\n'
    files = {
        "zebra/pyproject.toml": project.format("zebra"), "zebra/src/zebra/__init__.py": "", "ant/pyproject.toml": project.format("ant"),
        "ant/src/ant/__init__.py": "import zebra\n",
    }  # fmt: skip
    got = section(pages(family, files)[DAY], "## Get what it needs").split("\n")
    assert [line for line in got if line.startswith("python")] == ["python -m pip install -e zebra", "python -m pip install -e ant"]


def test_nothing_to_begin_with() -> None:
    assert made(family, {"README.md": "# Hello\n"}).absent.startswith("no manifest and no command is here")
    assert RULES in FILES.values()


RUNS: Mapping[str, str] = {
    "README.md": "# Runs\n",
    "Makefile": "check:\n\tpython -c \"open('checked', 'w').write('yes')\"\n\nlint:\n\tpython -m compileall -q api\n",
    "package.json": json.dumps({"name": "runs", "private": True, "scripts": {"dev": "node -e \"require('fs').writeFileSync('served', 'yes')\"", "test": "node --test web"}}),
    "package-lock.json": json.dumps({"name": "runs", "lockfileVersion": 3, "requires": True, "packages": {"": {"name": "runs"}}}),
    "web/one.test.js": "require('node:test')('adds', () => require('node:assert').equal(1 + 1, 2));\n",
    "api/requirements.txt": "pytest\n",
    "api/sums.py": "def add(a: int, b: int) -> int:\n    return a + b\n",
    "api/tests/test_sums.py": "def test_sums() -> None:\n    assert 1 + 1 == 2\n",
}  # fmt: skip


@pytest.mark.skipif(any(shutil.which(one) is None for one in ("sh", "make", "npm")), reason="a shell, make and npm run them")
def test_the_commands_of_the_first_week_run(tmp_path: Path) -> None:
    """Each line that pages tell somebody new to type, in a fresh copy, in their order; and red where a test breaks."""
    found = pages(family, RUNS)
    commands = [
        line for page in (DAY, WEEK) for block in re.findall(r"```sh\n(.*?)```", found[page], re.DOTALL) for line in block.strip().split("\n")
    ]
    assert commands[:2] == ["npm ci", "python -m pip install -r api/requirements.txt"]
    assert {"npm run dev", "npm run test", "(cd api && python -m pytest)", "make lint"} <= set(commands)
    for path, text in RUNS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8", newline="\n")
    assert [(command, said) for command in commands if (said := ran(tmp_path, command))] == []
    assert (tmp_path / "served").read_text() == "yes"
    (tmp_path / "api/tests/test_sums.py").write_text("def test_sums() -> None:\n    assert 1 + 1 == 3\n", encoding="utf-8")
    assert "1 failed" in ran(tmp_path, "(cd api && python -m pytest)")


def ran(directory: Path, command: str) -> str:
    """What a command that fails says; nothing where it does not."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=directory,
        env={**os.environ, "PATH": path, "npm_config_offline": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr
