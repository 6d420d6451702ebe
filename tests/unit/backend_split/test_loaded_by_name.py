"""Modules that are loaded by names which are put together: they go as one and the name follows, or they stay."""

from __future__ import annotations

import pytest

from tests.conftest import texts
from tests.unit.backend_split.planning import planned

OPTIONS = '[phases.backend_split.services.auth]\nrouters = ["auth.py"]\n[phases.backend_split.services.social]\nrouters = ["social.py"]\n'
LOADING = "from importlib import import_module\n\n\ndef load(name):\n    return {0}.NAME\n"


def _router(title: str, imports: str, said: str) -> str:
    return (
        f"from fastapi import APIRouter\n\n{imports}\n\nrouter = APIRouter(prefix='/{title}')\n\n\n@router.get('/a')\ndef f():\n    return {said}\n"
    )


FILES = {
    "services/api-gateway/pyproject.toml": "[project]\nname = 'b'\ndependencies = ['fastapi']\n",
    "services/api-gateway/app/__init__.py": "",
    "services/api-gateway/app/plugins/__init__.py": "",
    "services/api-gateway/app/plugins/red.py": "NAME = 'red'\n",
    "services/api-gateway/app/plugins/blue.py": "NAME = 'blue'\n",
    "services/api-gateway/app/other/__init__.py": "",
    "services/api-gateway/app/other/red.py": "NAME = 'other'\n",
    "services/api-gateway/app/routers/__init__.py": "",
    "services/api-gateway/app/routers/auth.py": _router("auth", "from app.loading import load", "load('red')"),
    "services/api-gateway/app/routers/social.py": _router("social", "from app.plugins.red import NAME\nfrom app.other import red", "NAME + red.NAME"),
    "services/api-gateway/app/main.py": (
        "from fastapi import FastAPI\n\nfrom app.routers import auth, social\n\napp = FastAPI()\napp.include_router(auth.router)\napp.include_router(social.router)\n"
    ),
}
CORE, AUTH, SOCIAL, GATEWAY = (
    "packages/backend-core/src/backend_core",
    "services/auth-service/src/auth_service",
    "services/social-service/src/social_service",
    "services/api-gateway/app",
)


@pytest.mark.parametrize(
    ("way", "red", "blue", "loader", "said"),
    [
        ('import_module(f"app.plugins.{name}")', CORE, CORE, AUTH, 'import_module(f"backend_core.plugins.{name}")'),
        ('import_module("app.plugins." + name)', CORE, CORE, AUTH, 'import_module("backend_core.plugins." + name)'),
        ('import_module("." + name, "app.plugins")', CORE, CORE, AUTH, 'import_module("." + name, "backend_core.plugins")'),
        # what nobody can say anew
        ('import_module(f"app.{name}.red")', GATEWAY, "", GATEWAY, 'import_module(f"app.{name}.red")'),
        # no name that is put together: each where it is used
        ('import_module("app.plugins.blue")', SOCIAL, AUTH, AUTH, 'import_module("auth_service.plugins.blue")'),
        ('import_module("app.plugins.red")', CORE, "", AUTH, 'import_module("backend_core.plugins.red")'),
        ("import_module(name)", SOCIAL, "", AUTH, "import_module(name)"),
    ],
)
def test_what_is_loaded_together_stays_together(way, red, blue, loader, said):
    plan = planned({**FILES, f"{GATEWAY}/loading.py": LOADING.replace("{0}", way)}, OPTIONS)
    after = texts(plan.end)
    assert plan.aside == ()
    assert f"{red}/plugins/red.py" in after
    assert not blue or f"{blue}/plugins/blue.py" in after
    assert said in after[f"{loader}/loading.py"].decode()


def test_a_module_that_stays_for_it_says_why():
    plan = planned({**FILES, f"{GATEWAY}/loading.py": LOADING.replace("{0}", 'import_module(f"app.{name}.red")')}, OPTIONS)
    said = [finding.message for finding in plan.notes["backend_split"].details if finding.path.endswith("other/red.py")]
    assert said == ["is loaded by a name that loading.py puts together"]


def test_such_a_module_may_be_let_go():
    files = {**FILES, f"{GATEWAY}/loading.py": LOADING.replace("{0}", 'import_module(f"app.{name}.red")')}
    plan = planned(files, f'[phases.backend_split]\nmovable = ["red.py"]\n{OPTIONS}')
    assert f"{CORE}/plugins/red.py" in texts(plan.end)
    losses = [str(loss) for step in plan.steps for loss in step.built.losses if loss.kind == "loaded"]
    assert losses == [f"{GATEWAY}/loading.py: `app.….red` may name {GATEWAY}/other/red.py, which went to {CORE}/other/red.py, and 1 more"]
