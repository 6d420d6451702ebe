"""The layers of the shared kernel: which module is in which, what is written of them, and who requires which."""

from __future__ import annotations

import tomllib

import pytest

from migrator.paths import RepoPath
from tests.unit.backend_split.test_partition import BACKEND, CORE, GATEWAY, ROUTER, after, plan, went

BASE = "def used(): ...\n"
MODEL = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n"
CRUD = "from sqlalchemy import select\nfrom app.models import Base\ndef used(): ...\n"
ENGINE = "from sqlalchemy import create_engine\nfrom app.config import used\nengine = create_engine('')\n"
SHARED = {
    **{path: text for path, text in BACKEND.items() if "/services/" not in path},
    "api/requirements.txt": "fastapi\nsqlalchemy\nhttpx\n",
    "api/app/config.py": BASE,
    "api/app/engine.py": ENGINE,
    "api/app/models.py": MODEL,
    "api/app/crud.py": CRUD,
}
MANIFEST, PYPROJECT = "packages/backend-core/pyproject.toml", RepoPath("packages/backend-core/pyproject.toml")


def routed(ai: str, auth: str) -> dict[str, str]:
    """A backend of which two routers import the same modules, or one of them fewer."""
    lines = {name: "".join(f"from app import {module}\n" for module in wanted.split()) for name, wanted in (("ai", ai), ("auth", auth))}
    return {**SHARED, **{f"api/app/routers/{name}.py": f"{text}def used(): ...\n{ROUTER.format(name)}" for name, text in lines.items()}}


LAYERED = [
    pytest.param({}, {"config": "base", "engine": "data", "models": "data", "crud": "domain"}, id="what each of them does"),
    pytest.param(
        {"models": MODEL + "from app.config import used\n"}, {"config": "base", "models": "data"}, id="what data needs and needs no store is base"
    ),
    pytest.param(
        {"models": MODEL + "def f():\n    from app import crud\n"}, {"models": "data", "crud": "data"}, id="what needs each other has one layer"
    ),
    pytest.param({"config": "from sqlalchemy import URL\n" + BASE}, {"config": "data", "engine": "data"}, id="what an engine is made with is data"),
    pytest.param({"crud": "import redis\ndef used(): ...\n"}, {"crud": "domain"}, id="what uses a store that is opened elsewhere"),
    pytest.param({"crud": "import redis\nc = redis.Redis()\n"}, {"crud": "data"}, id="what opens one"),
    pytest.param(
        {"models": "from sqlmodel import SQLModel\nclass A(SQLModel, table=True): ...\n"},
        {"models": "data", "crud": "domain"},
        id="SQLModel's tables",
    ),
]


@pytest.mark.parametrize("changed, layers", LAYERED)
def test_a_module_is_in_the_layer_that_it_needs(changed, layers):
    everything = "config engine models crud"
    made = plan({**routed(everything, everything), **{f"api/app/{name}.py": text for name, text in changed.items()}})
    found = went(made)
    assert made.aside == ()
    assert {name: found[f"api/app/{name}.py"] for name in layers} == {name: f"{CORE}{layer}/{name}.py" for name, layer in layers.items()}


def test_a_kernel_that_needs_no_store_has_no_layers():
    made = plan(routed("config", "config"))
    assert went(made)["api/app/config.py"] == f"{CORE}config.py"
    assert "importlinter" not in made.end.read(PYPROJECT).decode()


def test_layers_may_be_left_out():
    made = plan(routed("config models", "config models"), "[phases.backend_split]\nlayers.enabled = false\n")
    assert went(made)["api/app/models.py"] == f"{CORE}models.py"
    assert "sqlalchemy" in tomllib.loads(made.end.read(PYPROJECT).decode())["project"]["dependencies"]


REQUIRED = [
    pytest.param("\n@app.get('/own')\ndef own():\n    return crud, engine\n", "backend-core", id="the gateway's own route uses it"),
    pytest.param("", "backend-core[domain]", id="every application imports it"),
]


@pytest.mark.parametrize("text, line", REQUIRED)
def test_a_service_requires_the_layer_that_it_or_its_application_needs(text, line):
    main = f"{BACKEND['api/app/main.py']}from app import crud, engine\n{text}"
    made = plan(routed("config", "config engine crud") | {"api/app/main.py": main})
    core = tomllib.loads(made.end.read(PYPROJECT).decode())["project"]
    assert core["dependencies"] == []
    assert core["optional-dependencies"] == {"data": ["sqlalchemy"], "domain": ["backend-core[data]"]}
    required = {
        one: [
            line
            for line in tomllib.loads(made.end.read(RepoPath(f"services/{one}/pyproject.toml")).decode())["project"]["dependencies"]
            if line.startswith("backend")
        ]
        for one in ("ai-service", "auth-service", "api-gateway")
    }
    assert required == {"ai-service": [line], "auth-service": ["backend-core[domain]"], "api-gateway": ["backend-core[domain]"]}


def test_a_package_that_says_something_is_loaded_in_each_layer():
    files = {
        "api/app/core/__init__.py": "from app.config import used\nused()\n",
        "api/app/core/errors.py": BASE,
        "api/app/core/tables.py": MODEL,
    }
    both = {f"api/app/routers/{one}.py": f"from app.core import errors, tables\ndef used(): ...\n{ROUTER.format(one)}" for one in ("ai", "auth")}
    made = plan({**SHARED, **BACKEND, **files, **both})
    found = went(made)
    assert (found["api/app/core/errors.py"], found["api/app/core/tables.py"]) == (f"{CORE}base/core/errors.py", f"{CORE}data/core/tables.py")
    assert made.end.read(RepoPath(f"{CORE}data/core/__init__.py")) == b"import backend_core.base.core  # noqa: F401\n"
    assert after(made, "api/app/core/__init__.py") == "from backend_core.base.config import used\nused()\n"


def test_what_a_lower_layer_has_loads_nothing_of_a_higher_one():
    files = {
        "api/app/core/__init__.py": "from app.core.handlers import used\n",
        "api/app/core/errors.py": BASE,
        "api/app/core/handlers.py": "from sqlalchemy.exc import SQLAlchemyError\nfrom app.core.errors import used\n",
    }
    both = {f"api/app/routers/{one}.py": f"from app.core import errors, used\n{ROUTER.format(one)}" for one in ("ai", "auth")}
    made = plan({**SHARED, **BACKEND, **files, **both})
    found = went(made)
    assert made.aside == ()
    assert (found["api/app/core/errors.py"], found["api/app/core/handlers.py"]) == (f"{CORE}base/core/errors.py", f"{CORE}domain/core/handlers.py")
    assert made.end.read(RepoPath(f"{CORE}base/core/__init__.py")) == b""
    assert after(made, "api/app/core/__init__.py") == "from backend_core.domain.core.handlers import used\n"


@pytest.mark.parametrize("said, expected", [("from .m3 import used\n", b""), ("LIMIT = 3\n", b"import backend_core.base.parts  # noqa: F401\n")])
def test_a_package_that_stays_loads_in_a_layer_nothing_that_lies_in_another(said, expected):
    files = {
        "api/app/parts/__init__.py": said,
        "api/app/parts/notes.txt": "",
        "api/app/parts/m3.py": "import redis\nc = redis.Redis()\ndef used(): ...\n",
        "api/app/parts/deep/m1.py": CRUD + "import app.parts.m3\n",
    }
    both = {f"api/app/routers/{one}.py": f"from app.parts.deep import m1\nimport app.parts.m3\n{ROUTER.format(one)}" for one in ("ai", "auth")}
    made = plan({**SHARED, **BACKEND, **files, **both})
    found = went(made)
    assert made.aside == ()
    assert (found["api/app/parts/m3.py"], found["api/app/parts/deep/m1.py"]) == (f"{CORE}data/parts/m3.py", f"{CORE}domain/parts/deep/m1.py")
    assert made.end.read(RepoPath(f"{CORE}domain/parts/__init__.py")) == expected


@pytest.mark.parametrize("last", ["users", "plays"])
def test_a_package_that_brings_all_of_its_modules_together_stays_where_one_of_them_stays(last):
    order = [one for one in ("users", "plays") if one != last] + [last]
    files = {
        "api/app/tables/__init__.py": "".join(f"from app.tables.{one} import *\n" for one in order),
        "api/app/tables/users.py": "def used(): ...\n",
        "api/app/tables/plays.py": "def used(): ...\n",
        "api/app/routers/health.py": "from app.tables.plays import used\n" + ROUTER.format("health"),
    }
    both = {f"api/app/routers/{one}.py": f"from app.tables.users import used\n{ROUTER.format(one)}" for one in ("ai", "auth")}
    made = plan({**SHARED, **BACKEND, **files, **both})
    assert made.aside == ()
    lines = {"users": "from backend_core.tables.users import *\n", "plays": "from app.tables.plays import *\n"}
    assert after(made, "api/app/tables/__init__.py") == "".join(lines[one] for one in order)
    assert went(made)["api/app/tables/__init__.py"] == f"{GATEWAY}app/tables/__init__.py"
    assert made.end.read(RepoPath(f"{CORE}tables/__init__.py")) == b""


def test_files_go_along_with_those_that_find_them():
    finds = "from pathlib import Path\nT = (Path(__file__).parent / 'texts' / 'a.json').read_text()\n"
    made = plan({**routed("config models", "config models"), "api/app/config.py": BASE + finds, "api/app/texts/a.json": "{}"})
    assert went(made)["api/app/texts/a.json"] == f"{CORE}base/texts/a.json"
    assert f"{CORE}base/texts/__init__.py" not in made.end.tree


def test_what_is_shared_later_goes_to_the_layers_that_are_there():
    first = plan(routed("config models", "config models"))
    files = {str(path): first.end.read(path).decode() for path in first.end.tree}
    router = f"{GATEWAY}app/routers/health.py"
    files[f"{GATEWAY}app/later.py"] = "from backend_core.data.models import Base\ndef used(): ...\n"
    files[f"{GATEWAY}app/plain.py"] = BASE
    files[router] = "from app import later, plain\n" + files[router]
    files[f"{GATEWAY}app/routers/news.py"] = "from app import later, plain\ndef used(): ...\n" + ROUTER.format("news")
    main = files[f"{GATEWAY}app/main.py"]
    files[f"{GATEWAY}app/main.py"] = main + "from app.routers import news\napp.include_router(news.router)\n"
    made = plan(files, "[phases.backend_split]\nservices.news.routers = ['news.py']\n")
    found = went(made)
    assert made.aside == ()
    assert {name: found[f"{GATEWAY}app/{name}.py"] for name in ("later", "plain")} == {
        "later": f"{CORE}domain/later.py",
        "plain": f"{CORE}base/plain.py",
    }
