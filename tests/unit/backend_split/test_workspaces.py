"""A backend with a package.json is a member of its workspaces wherever it goes."""

from __future__ import annotations

import json

import pytest

from tests.unit.backend_split.test_backend_split import plan

BACKEND = {
    "apps/backend/pyproject.toml": "[project]\nname = 'b'\n",
    "apps/backend/package.json": '{"name": "mocks"}\n',
    "apps/backend/app/__init__.py": "",
    "apps/backend/app/main.py": "from fastapi import FastAPI\nfrom app import auth\n\napp = FastAPI()\napp.include_router(auth.router)\n",
    "apps/backend/app/auth.py": "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get('/me')\ndef me():\n    return 1\n",
}


def npm(said: object) -> str:
    return json.dumps({"name": "root", "workspaces": said}) + "\n"


@pytest.mark.parametrize(
    "file, before, after",
    [
        ("package.json", npm(["apps/*"]), npm(["apps/*", "services/*"])),
        ("package.json", npm({"packages": ["apps/*"]}), npm({"packages": ["apps/*", "services/*"]})),
        ("pnpm-workspace.yaml", "packages:\n  - apps/*\n", 'packages:\n  - apps/*\n  - "services/*"\n'),
        pytest.param("package.json", npm(["apps/backend"]), npm(["services/api-gateway"]), id="what names the directory follows it"),
        pytest.param("package.json", npm(["apps/*", "services/*"]), None, id="it is covered there"),
        pytest.param("package.json", npm(["packages/*"]), None, id="it was no member"),
        pytest.param("package.json", '{"name": "root"}\n', None, id="no workspace"),
    ],
)
def test_a_backend_with_a_package_json_stays_a_member_of_its_workspace(file, before, after):
    made = plan({**BACKEND, file: before})
    assert made.aside == ()
    assert "services/api-gateway/package.json" in made.end.tree
    assert made.end.read(file).decode() == (after or before)
    assert plan({path: made.end.read(path).decode() for path in made.end.tree}).steps == ()
