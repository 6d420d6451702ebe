"""A repository whose people run things in many ways, and what a family of the tooling phase makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from migrator.artefact import Family, Made
from migrator.facts.landscape import with_projects
from tests.conftest import facts_of

FILES: Mapping[str, str] = {
    "package.json": json.dumps({"name": "acme", "packageManager": "npm@11.0.0", "scripts": {"dev": "turbo dev"}}, indent=2),
    "apps/web/package.json": json.dumps({"name": "@acme/web", "scripts": {"dev": "vite", "test": "vitest", "icons": "svgo -f public"}}, indent=2),
    "apps/api/pyproject.toml": '[project]\nname = "api"\ndependencies = ["fastapi"]\n',
    "apps/api/Makefile": "test:\n\tpytest\n\nlint:\n\truff check .\n",
    "infra/docker/compose.yaml": "services:\n  db:\n    image: postgres:16\n",
    "infra/kubernetes/base/kustomization.yaml": "resources: []\n",
    "infra/kubernetes/overlays/staging/kustomization.yaml": "resources: [../../base]\n",
    "tools/scripts/security/audit.sh": "#!/bin/sh\necho audited\n",
    "tools/scripts/monitoring/health.py": 'if __name__ == "__main__":\n    print("healthy")\n',
}


def changed(**files: str | None) -> dict[str, str]:
    """The repository with files that say something else, or are not there."""
    return {path: text for path, text in {**FILES, **files}.items() if text is not None}


def made(family: Family, files: Mapping[str, str] = FILES, **options: object) -> Made:
    return family.artefacts(with_projects(facts_of(files), "tooling"), family.options.model_validate(options))


def texts_of(family: Family, files: Mapping[str, str] = FILES, **options: object) -> dict[str, str]:
    return {one.path: one.content.decode() for one in made(family, files, **options).artefacts}


def decided(family: Family, files: Mapping[str, str] = FILES, **options: object) -> dict[str, str]:
    return {one.subject: one.message for one in made(family, files, **options).decisions}
