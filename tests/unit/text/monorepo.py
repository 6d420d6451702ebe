"""A small repository whose files move, and what a file in it says afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

EMPTY = (
    ".github/CODEOWNERS.md",
    ".github/actions/setup/action.yml",
    "README.md",
    "apps/backend/.env.example",
    "apps/backend/alembic/env.py",
    "apps/backend/app/__init__.py",
    "apps/backend/app/core/__init__.py",
    "apps/backend/app/core/config.py",
    "apps/backend/app/main.py",
    "apps/backend/app/settings.py",
    "apps/backend/app/workers/__init__.py",
    "apps/backend/app/workers/celery_app.py",
    "apps/backend/requirements.txt",
    "apps/backend/scripts/entrypoint.sh",
    "apps/backend/scripts/seed.py",
    "apps/backend/setup.py",
    "apps/backend/tests/__init__.py",
    "apps/backend/tests/test_main.py",
    "apps/frontend/package-lock.json",
    "apps/frontend/public/logo.png",
    "apps/frontend/src/app/[id]/page.tsx",
    "apps/frontend/src/lib/api.ts",
    "apps/frontend/src/styles/main.css",
    "apps/frontend/next.config.mjs",
    "docs/guide.md",
    "docs/img/arch.png",
    "docs/with space.md",
    "infra/docker/Dockerfile.api",
    "infra/docker/base.env",
    "infra/nginx/conf.d/site.conf",
    "infra/nginx/nginx.conf",
    "infra/terraform/modules/net/main.tf",
    "infra/terraform/prod/main.tf",
    "tools/cli.ps1",
    "tools/lib/common.sh",
    "tools/setup.sh",
)
TREE: Mapping[str, str] = dict.fromkeys(EMPTY, "") | {"apps/frontend/package.json": '{"name": "web"}\n'}

APPS = {"apps/backend": "services/api", "apps/frontend": "apps/web"}
"""Two whole applications move."""


def after(path: str, before: str | bytes, moves: Mapping[str, str], more: Mapping[str, str | bytes] | None = None) -> bytes:
    """What the file at `path` says when a step has moved things; nothing may be lost."""
    files: dict[str, str | bytes] = {**TREE, **(more or {}), path: before}
    actions = tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())
    built = build(facts_of(files), Step("move", "Move", "why", actions))
    assert [str(finding) for finding in built.losses] == []
    return texts(built.after)[built.moves(RepoPath(path))]


def back(path: str, before: str | bytes, moves: Mapping[str, str], more: Mapping[str, str | bytes] | None = None) -> bytes:
    """What the file at `path` says when a step has moved things and another one has moved them back (L5)."""
    files: dict[str, str | bytes] = {**TREE, **(more or {}), path: before}
    there = build(facts_of(files), Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    again = build(there.after, Step("back", "Back", "why", tuple(Move(RepoPath(new), RepoPath(old)) for old, new in moves.items())))
    return texts(again.after)[path]
