"""A repository with a workspace of packages, two services of Python and old workflows, and what a family of the automation phase makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from migrator.artefact import Family, Made
from migrator.facts.delivery import with_delivery
from migrator.facts.landscape.model import Landscape
from migrator.facts.upkeep import upkeep
from tests.conftest import facts_of

PYTHON = '[project]\nname = "{}"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = [{}]\n\n[dependency-groups]\ndev = ["pytest"]\n'
SCRIPTS = {"lint": "eslint .", "typecheck": "tsc --noEmit", "build": "vite build", "test": "vitest", "test:ci": "vitest run"}
COMPOSE = """services:
  orders:
    build: ../../services/orders
    environment:
      DATABASE_URL: postgresql://shop:swordfish-and-more@db:5432/shop
      CACHE_URL: redis://cache:6379/0
      GREETING: hello
    depends_on: [db, cache]
  db:
    image: postgres:16.4
    environment: {POSTGRES_PASSWORD: swordfish-and-more}
  cache:
    image: redis:7.4-alpine
"""
OLD = """name: Checks
on:
  push:
    branches: [master]
  pull_request:
jobs:
  orders:
    runs-on: ubuntu-latest
    defaults: {run: {working-directory: services/orders}}
    steps:
      - uses: actions/checkout@v4
      - run: pip install -r requirements.txt
      - run: pytest -q
  web:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          cd apps/web
          npm ci
          npm run test:ci
"""
APPLICATION = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: shop-{0}, labels: {{environment: {0}}}}}
spec:
  source: {{repoURL: https://git.acme.dev/shop.git, targetRevision: {1}, path: infra/kubernetes/overlays/{0}}}
"""
OVERLAY = "images:\n  - name: acme/orders\n    newTag: 0.1.0\n"
ORDERS, STOCK, WEB, UI = "services/orders", "services/stock", "apps/web", "packages/ui"
FILES: Mapping[str, str] = {
    "package.json": json.dumps({"name": "acme", "workspaces": ["apps/*", "packages/*"], "devDependencies": {"turbo": "^2"}}, indent=2),
    "package-lock.json": '{"name": "acme", "lockfileVersion": 3}',
    "turbo.json": json.dumps({"tasks": {one: {} for one in SCRIPTS}}),
    ".nvmrc": "22.4.0\n",
    f"{WEB}/package.json": json.dumps({"name": "@acme/web", "scripts": SCRIPTS, "dependencies": {"@acme/ui": "*"}}, indent=2),
    f"{WEB}/src/main.ts": 'import { Button } from "@acme/ui";\nexport const one = Button;\n',
    f"{UI}/package.json": json.dumps({"name": "@acme/ui", "main": "src/index.ts", "scripts": {"typecheck": "tsc --noEmit"}}, indent=2),
    f"{UI}/src/index.ts": "export const Button = 1;\n",
    "packages/kernel/pyproject.toml": PYTHON.format("kernel", ""),
    "packages/kernel/src/kernel/__init__.py": "ONE = 1\n",
    f"{ORDERS}/pyproject.toml": PYTHON.format("orders", '"kernel", "asyncpg"') + "\n[tool.pytest.ini_options]\n",
    f"{ORDERS}/src/orders/__init__.py": "from kernel import ONE\n\nTWO = ONE + 1\n",
    f"{ORDERS}/src/orders/main.py": 'import os\n\nURL = os.environ["DATABASE_URL"]\nCACHE = os.environ["CACHE_URL"]\n',
    f"{ORDERS}/tests/test_orders.py": "def test_one():\n    assert 1\n",
    f"{ORDERS}/tests/integration/api/test_http.py": "import httpx\n\n\ndef test_it():\n    assert httpx.get('http://localhost:8000/orders').status_code == 200\n",
    f"{ORDERS}/Dockerfile": "FROM python:3.13-slim\nCOPY . /app\n",
    f"{STOCK}/requirements.txt": "fastapi\n",
    f"{STOCK}/src/stock/__init__.py": "THREE = 3\n",
    f"{STOCK}/tests/test_stock.py": "def test_one():\n    assert 1\n",
    "infra/docker/compose.yaml": COMPOSE,
    "infra/ci-cd/argocd/staging.yaml": APPLICATION.format("staging", "HEAD"),
    "infra/ci-cd/argocd/production.yaml": APPLICATION.format("production", "v0.1.0"),
    "infra/kubernetes/overlays/staging/kustomization.yaml": OVERLAY,
    "infra/kubernetes/overlays/production/kustomization.yaml": OVERLAY,
    ".github/workflows/old.yml": OLD,
}


def changed(**files: str | None) -> dict[str, str]:
    """The repository with files that say something else, or are not there."""
    return {path: text for path, text in {**FILES, **files}.items() if text is not None}


def landscape_of(files: Mapping[str, str] = FILES) -> Landscape:
    facts = facts_of(files)
    return replace(with_delivery(facts, "automation"), upkeep=upkeep(facts, "automation"))


def made(family: Family, files: Mapping[str, str] = FILES, **options: object) -> Made:
    return family.artefacts(landscape_of(files), family.options.model_validate(options))


def texts_of(family: Family, files: Mapping[str, str] = FILES, **options: object) -> dict[str, str]:
    return {str(one.path): one.content.decode() for one in made(family, files, **options).artefacts}


def workflow(name: str, family: Family, files: Mapping[str, str] = FILES, **options: object) -> dict[str, Any]:
    """A workflow as those who read it do: `on` is a key."""
    found: dict[str, Any] = yaml.safe_load(texts_of(family, files, **options)[f".github/workflows/{name}.yml"].replace("\non:", '\n"on":'))
    return found


def decided(family: Family, files: Mapping[str, str] = FILES, **options: object) -> dict[str, str]:
    return {one.subject: f"{one.outcome}: {one.message}" for one in made(family, files, **options).decisions}
