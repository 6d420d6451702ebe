"""What installs a project, who tests it and what judges it, as facts."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.unit.automation.pipelining import APPLICATION, OVERLAY, landscape_of

TEST = {"test_a.py": "def test_a():\n    assert 1\n"}
PROJECT = '[project]\nname = "a"\nversion = "1"\n'
MANIFEST = '{"name": "a", "scripts": {"test": "vitest run"}}'

OLD = ".github/workflows/old.yml"
SET_UP = """on: push
jobs:
  a:
    runs-on: x
    steps:
      - uses: actions/setup-node@v4
        with: {{node-version: {}}}
      - uses: actions/setup-node@v4
        with: {{node-version: {}}}
"""


@pytest.mark.parametrize(
    "files, manager, install, lock",
    [
        # Node: by the lock file, or none
        ({"package.json": MANIFEST, "package-lock.json": "{}"}, "npm", ["npm ci"], "package-lock.json"),
        ({"package.json": MANIFEST, "pnpm-lock.yaml": ""}, "pnpm", ["pnpm install --frozen-lockfile"], "pnpm-lock.yaml"),
        ({"package.json": MANIFEST, "yarn.lock": ""}, "yarn", ["yarn install --frozen-lockfile"], "yarn.lock"),
        ({"package.json": MANIFEST, "yarn.lock": "", ".yarnrc.yml": ""}, "yarn", ["yarn install --immutable"], "yarn.lock"),
        ({"package.json": MANIFEST, "bun.lock": ""}, "bun", ["bun install --frozen-lockfile"], "bun.lock"),
        ({"package.json": MANIFEST}, "npm", ["npm install --no-audit --no-fund"], None),
        # Python
        ({"pyproject.toml": PROJECT, "uv.lock": ""}, "uv", ["uv sync --locked"], "uv.lock"),
        ({"pyproject.toml": PROJECT + '[project.optional-dependencies]\ndev = ["x"]\nweb = ["y"]\n', "uv.lock": ""}, "uv", ["uv sync --locked --extra dev"], "uv.lock"),
        ({"pyproject.toml": PROJECT, "poetry.lock": ""}, "poetry", ["poetry install --no-interaction"], "poetry.lock"),
        ({"pyproject.toml": '[tool.poetry]\nname = "a"\n'}, "poetry", ["poetry install --no-interaction"], None),
        ({"pyproject.toml": PROJECT, "pdm.lock": ""}, "pdm", ["pdm install --frozen-lockfile"], "pdm.lock"),
        ({"Pipfile": "", "Pipfile.lock": "{}"}, "pipenv", ["pipenv sync --dev"], "Pipfile.lock"),
        ({"pyproject.toml": PROJECT}, "pip", ["python -m pip install -e ."], None),
        ({"pyproject.toml": PROJECT + '[project.optional-dependencies]\ntest = ["x"]\n'}, "pip", ["python -m pip install -e '.[test]'"], None),
        ({"requirements.txt": "x\n", "requirements-dev.txt": "y\n", "requirements-docs.txt": "z\n"}, "pip", ["python -m pip install -r requirements-dev.txt -r requirements.txt"], None),
        ({"pyproject.toml": PROJECT, "requirements/base.txt": "x\n", "requirements/local.txt": "-r base.txt\ny\n"}, "pip", ["python -m pip install -r requirements/local.txt"], None),
        ({"pyproject.toml": PROJECT, "requirements/docs.txt": "x\n"}, "pip", ["python -m pip install -e ."], None),
        # no-op: settings of tools alone install nothing
        ({"pyproject.toml": "[tool.ruff]\n"}, "", [], None),
    ],
)  # fmt: skip
def test_what_installs(files: Mapping[str, str], manager: str, install: list[str], lock: str | None) -> None:
    found = landscape_of(files).toolchains
    assert [(one.manager, [said.value for said in one.install], one.lock.value if one.lock else None) for one in found] == (
        [(manager, install, lock)] if manager else []
    )


def test_a_member_of_a_workspace_is_installed_where_the_workspace_is() -> None:
    npm = landscape_of({"package.json": '{"name": "r", "workspaces": ["apps/*"]}', "apps/a/package.json": MANIFEST, "package-lock.json": "{}"})
    assert [(one.directory, one.root, one.install[0].value) for one in npm.toolchains] == [("", "", "npm ci"), ("apps/a", "", "npm ci")]
    uv = landscape_of(
        {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["services/*"]\n', "services/a/pyproject.toml": PROJECT, "old/b/pyproject.toml": PROJECT}
    )
    assert [(one.directory, one.manager, one.shared) for one in uv.toolchains] == [
        ("", "uv", ("pyproject.toml",)),
        ("old/b", "pip", ()),
        ("services/a", "uv", ("pyproject.toml",)),
    ]


@pytest.mark.parametrize(
    "more, version, origin",
    [
        ({".nvmrc": "v20.11.1\n"}, "20.11.1", ".nvmrc:1"),
        ({".node-version": "lts/iron 20\n", ".nvmrc": "18\n"}, "18", ".nvmrc:1"),
        ({"package.json": json.dumps({"name": "a", "engines": {"node": ">=20.9"}, "scripts": {}})}, "20.9", "package.json:1"),
        ({"compose.yaml": "services:\n  a:\n    build: .\n", "Dockerfile": "FROM node:22-alpine\nCOPY . .\n"}, "22", "Dockerfile:1"),
        # what pipelines set up, where they agree; it counts more than the least that a manifest accepts
        ({OLD: SET_UP.format("'20'", "20")}, "20", f"{OLD}:6"),
        (
            {OLD: SET_UP.format("lts/*", "lts/*"), "package.json": json.dumps({"name": "a", "engines": {"node": ">=16"}, "scripts": {}})},
            "lts/*",
            f"{OLD}:6",
        ),
        ({OLD: SET_UP.format("20", "22")}, None, None),
        ({OLD: SET_UP.format("'${{ matrix.node }}'", "'${{ matrix.node }}'")}, None, None),
        ({OLD: SET_UP.format("20", "20"), ".nvmrc": "18\n"}, "18", ".nvmrc:1"),
        ({}, None, None),
    ],
)
def test_the_version_that_is_wanted(more: Mapping[str, str], version: str | None, origin: str | None) -> None:
    (one,) = landscape_of({"package.json": MANIFEST, **more}).toolchains
    assert (one.version.value, str(one.version.origins[0])) == (version, origin) if one.version else version is None


def test_tests_by_kind_and_folder() -> None:
    found = landscape_of().suites
    assert [(one.tool, one.directory, one.kind, len(one.files), one.folder) for one in found if one.directory == "services/orders"] == [
        ("pytest", "services/orders", "integration", 1, "services/orders/tests/integration"),
        ("pytest", "services/orders", "unit", 1, None),
    ]


RUFF = PROJECT + '[dependency-groups]\ndev = ["ruff", "mypy"]\n'
STEP = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {}\n"


@pytest.mark.parametrize(
    "files, expected",
    [
        ({"pyproject.toml": RUFF + "[tool.ruff]\n"}, [("ruff check .", False)]),
        ({"pyproject.toml": RUFF, "ruff.toml": ""}, [("ruff check .", False)]),
        ({"pyproject.toml": RUFF + '[tool.mypy]\nfiles = ["src"]\n'}, [("mypy", False)]),
        ({"pyproject.toml": RUFF, ".github/workflows/a.yml": STEP.format("mypy --strict src"), "src/a.py": ""}, [("mypy --strict src", False)]),
        ({"pyproject.toml": RUFF, ".github/workflows/a.yml": STEP.format("ruff check . || true")}, [("ruff check .", True)]),
        # what a pipeline names is gone: what the settings say holds
        ({"pyproject.toml": RUFF, ".github/workflows/a.yml": STEP.format("mypy app/")}, [("mypy .", False)]),
        # no-op: neither required, nor run by anybody
        ({"pyproject.toml": PROJECT + "[tool.ruff]\n"}, []),
        ({"pyproject.toml": RUFF}, []),
    ],
)
def test_what_judges_code(files: Mapping[str, str], expected: list[tuple[str, bool]]) -> None:
    assert [(one.command, one.advisory) for one in landscape_of(files).checks] == expected


def test_where_it_is_delivered() -> None:
    files = {
        "argo/a.yaml": APPLICATION.format("staging", "HEAD") + "---\n" + APPLICATION.format("prod", "v1.0.0"),
        "infra/kubernetes/overlays/staging/kustomization.yaml": OVERLAY,
        "infra/kubernetes/overlays/prod/kustomization.yaml": "resources: []\n",
        "argo/b.yaml": APPLICATION.format("gone", "HEAD"),
    }
    found = landscape_of(files).deliveries
    assert [(one.environment, one.overlay, one.revision, [said.value for said in one.images]) for one in found] == [
        ("production", "infra/kubernetes/overlays/prod", "v1.0.0", []),
        ("staging", "infra/kubernetes/overlays/staging", "HEAD", ["acme/orders"]),
    ]
    assert [one.application.line for one in found] == [11, 5]
