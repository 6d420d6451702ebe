"""Backends of other shapes: a folder `src` that is the package, a hub that makes most of it shared."""

from __future__ import annotations

import re
import tomllib

import pytest

from migrator.paths import RepoPath
from tests.unit.backend_split.planning import planned
from tests.unit.backend_split.test_partition import BACKEND, ROUTER, after, plan

MANIFEST = '[project]\nname = "shop"\nversion = "0.1.0"\ndependencies = ["fastapi"]\n'
NAMED = {
    "api/pyproject.toml": MANIFEST,
    "api/src/main.py": (
        "from fastapi import FastAPI\nfrom src.api.auth import router as auth\nfrom src.api.ai import router as ai\nfrom src.api.items import router as items\n"
        "app = FastAPI()\napp.include_router(auth)\napp.include_router(ai)\napp.include_router(items)\n"
    ),
    "api/src/database.py": "engine = 1\n",
    "api/src/services/ai.py": "def used(): ...\n",
    "api/src/api/auth.py": "from src.database import engine as used\n" + ROUTER.format("auth"),
    "api/src/api/ai.py": "from src.database import engine\nfrom src.services.ai import used\n" + ROUTER.format("ai"),
    "api/src/api/items.py": "from src.database import engine as used\n" + ROUTER.format("items"),
}
PLAIN = {path: text.replace("from src.", "from ") for path, text in NAMED.items()}
SOURCES = [
    pytest.param(NAMED | {"api/src/__init__.py": ""}, "src.main", id="src is the package"),
    pytest.param(NAMED, "src.main", id="src is imported by its name"),
    pytest.param(PLAIN, "main", id="src is where modules lie"),
]


@pytest.mark.parametrize("files, name", SOURCES)
def test_every_part_is_imported_by_the_name_that_its_manifest_gives_it(files, name):
    made = planned(files)
    texts = {path: made.end.read(path).decode() for path in made.end.tree if path.endswith(".py")}
    assert [step.step.slug for step in made.steps] == ["rename-backend", "kernel", "auth-service", "ai-service"]
    assert "from ai_service.services.ai import used" in texts["services/ai-service/src/ai_service/handlers/ai.py"]
    assert "from backend_core.database import engine" in texts["services/api-gateway/src/api/items.py"]
    assert not [path for path, text in texts.items() if re.search(r"\bsrc\.(backend_core|ai_service|auth_service)", text)]
    assert ("services/api-gateway/src/__init__.py" in texts) == ("api/src/__init__.py" in files)
    declared = [finding.message for finding in made.notes["backend_split"].details if finding.kind == "declare"]
    assert all(f"from {name} import app" in message for message in declared)


AI = "from src.database import engine\n{0}" + ROUTER.format("ai").replace("{", "{{").replace("}", "}}")
PARTS = [
    pytest.param("from ..services.ai import used\n", "from ..services.ai import used\n", id="relative"),
    pytest.param("from src.services import ai as used\n", "from ai_service.services import ai as used\n", id="a module"),
    pytest.param(
        "import src.services.ai\nused = src.services.ai.used\n", "import ai_service.services.ai\nused = ai_service.services.ai.used\n", id="dotted"
    ),
    pytest.param("import src.services.ai as used\n", "import ai_service.services.ai as used\n", id="with an alias"),
    pytest.param(
        "used = 1\nif TYPE_CHECKING:\n    from src.services.ai import used\n",
        "if TYPE_CHECKING:\n    from ai_service.services.ai import used\n",
        id="for types",
    ),
    pytest.param("def used():\n    from src.services import ai\n", "def used():\n    from ai_service.services import ai\n", id="in a function"),
    pytest.param("import src.services.ai\npatch('src.services.ai.used')\nused = 1\n", "patch('ai_service.services.ai.used')\n", id="in a text"),
]


@pytest.mark.parametrize("said, wanted", PARTS)
def test_a_part_says_its_new_name_in_whatever_way_it_was_said(said, wanted):
    made = planned(NAMED | {"api/src/__init__.py": "", "api/src/api/ai.py": AI.format(said)})
    assert made.aside == ()
    assert wanted in made.end.read("services/ai-service/src/ai_service/handlers/ai.py").decode()


@pytest.mark.parametrize(
    "said",
    [
        "EVENT = 'src.database.created'\n",
        "HOST = 'src.example.com'\n",
        "URL = 'https://example.org/src/services/ai.py'\n",
        "import src_tools.services.ai\n",
        "from json import src\nsrc.services\n",
        "def find(src):\n    return src.services.ai\n",
        "KEY = settings['src.services.page_size']\n",
    ],
)
def test_what_only_begins_like_the_package_stays(said):
    made = planned(NAMED | {"api/src/__init__.py": "", "api/src/api/items.py": said + NAMED["api/src/api/items.py"]})
    assert made.aside == ()
    assert said in made.end.read("services/api-gateway/src/api/items.py").decode()


INSIDE = {
    "backend/requirements.txt": "fastapi\n",
    "backend/app/__init__.py": "",
    "backend/app/core.py": "used = 1\n",
    "backend/app/main.py": (
        "from fastapi import FastAPI\nfrom .routers import auth, prices\napp = FastAPI()\napp.include_router(auth.router)\napp.include_router(prices.router)\n"
    ),
    "backend/app/routers/__init__.py": "",
    "backend/app/routers/auth.py": "from ..core import used\n" + ROUTER.format("auth"),
    "backend/app/routers/prices.py": "from ..core import used\n" + ROUTER.format("prices"),
}
"""An application that goes to a folder whose name no import can say."""
IMAGE = 'FROM python\nWORKDIR /srv\nCOPY backend backend\nCMD ["uvicorn", "backend.app.main:app"]\n'


@pytest.mark.parametrize(
    "path, text",
    [
        ("Procfile", "web: uvicorn backend.app.main:app\n"),
        ("Dockerfile", IMAGE),
        ("compose.yml", "services:\n  api:\n    build: .\n    command: uvicorn backend.app.main:app --reload\n"),
        ("check.py", "from backend.app.core import used\n"),
        ("tests/test_a.py", "import backend.app.core\n\n\ndef test_a(): assert backend.app.core.used\n"),
        ("run.sh", "gunicorn backend.app.main:app\n"),
        ("Makefile", "run:\n\tpython -m backend.app.core\n"),
        (".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - run: pytest --cov=backend.app\n"),
        ("render.yaml", "services:\n  - startCommand: uvicorn backend.app.main:app\n"),
        ("pyproject.toml", '[project]\nname = "x"\n[project.scripts]\na = "backend.app.main:app"\n'),
    ],
)
def test_what_imports_it_from_the_root_is_named_and_nothing_is_made(path, text):
    made = planned(INSIDE | {path: text})
    assert made.steps == ()
    assert {finding.path for finding in made.aside[0].findings} == {path}


@pytest.mark.parametrize(
    "path, text",
    [
        ("README.md", "Run `uvicorn backend.app.main:app`.\n"),
        ("GUIDE.md", "```sh\nuvicorn app.main:app\n```\n"),
        ("compose.yml", "services:\n  backend:\n    image: backend\n    hostname: backend.app\n"),
        ("nginx.conf", "upstream backend {\n  server backend:80;\n}\n"),
        ("check.py", "import backends.app\nimport backend_client\n"),
        ("run.sh", "docker logs backend\ncurl http://backend.app/main\n"),
        ("backend/Procfile", "web: uvicorn app.main:app\n"),
        ("backend/run.sh", "python -m app.core\n"),
    ],
)
def test_what_does_not_stops_nothing(path, text):
    made = planned(INSIDE | {path: text})
    assert made.aside == ()
    assert made.steps[0].step.slug == "rename-backend"


HUB = "api/src/models/__init__.py"
MANY = [f"m{number}" for number in range(12)]


def application(hub: str, *, knot: bool = False) -> dict[str, str]:
    """An application whose two services use one model each, through what loads them all."""
    models = {f"api/src/models/{one}.py": "used = 1\n" for one in MANY}
    if knot:
        models = {f"api/src/models/{one}.py": f"import models.{MANY[index - 1]}\nused = 1\n" for index, one in enumerate(MANY)}
    users = {
        "api/src/api/auth.py": "from models import m1\nused = m1.used\n" + ROUTER.format("auth"),
        "api/src/api/ai.py": "from models import m2\nused = m2.used\n" + ROUTER.format("ai"),
    }
    return PLAIN | models | users | {HUB: hub}


def said(files: dict[str, str]) -> list[tuple[str, str]]:
    return [(finding.path, finding.message) for finding in planned(files).notes["backend_split"].foremost]


def test_what_makes_most_of_an_application_shared_is_named_with_what_it_would_free():
    first, second = said(application("".join(f"from models import {one}\n" for one in MANY)))
    assert "12 modules" in first[1] or "13 modules" in first[1]
    assert second[0].endswith("models/__init__.py")
    assert "12 fewer are shared" in second[1]
    assert "import what is used from the modules themselves" in second[1]


def test_modules_that_need_each_other_are_counted():
    first = said(application("", knot=True))[0]
    assert "12 of them need each other" in first[1]


@pytest.mark.parametrize("files", [PLAIN, NAMED, application("")])
def test_where_little_is_shared_nothing_is_said_of_it(files):
    assert not said(files)


def test_what_another_stage_made_is_put_where_it_was():
    image = (
        "FROM node AS pages\nWORKDIR /app\nCOPY package.json /app/\nCOPY frontend/package.json /app/frontend/\nRUN npm run build\nFROM python:3.12\nWORKDIR /app/\n"
        "COPY ./api/scripts /app/api/scripts\nCOPY ./api/pyproject.toml ./api/alembic.ini /app/api/\nCOPY ./api/src /app/api/src\n"
        "COPY --from=pages /app/api/src/pages /app/api/src/pages\n"
    )
    made = planned(
        NAMED
        | {
            "api/Dockerfile": image,
            "frontend/package.json": "{}",
            "frontend/vite.config.ts": "export default { build: { outDir: '../api/src/pages' } }\n",
            "package.json": "{}",
            "api/scripts/run.sh": "",
            "api/alembic.ini": "[alembic]\n",
            "compose.yml": "services:\n  api:\n    build: {context: ., dockerfile: api/Dockerfile}\n",
        }
    )
    assert made.steps[0].step.slug == "rename-backend"
    text = made.steps[0].built.after.read("services/api-gateway/Dockerfile").decode()
    # It is made where its tool is told to, and put where the image has what lies there.
    assert text == image.replace("./api/", "./services/api-gateway/").replace("=pages /app/api/", "=pages /app/services/api-gateway/")
    assert b"'../services/api-gateway/src/pages'" in made.steps[0].built.after.read("frontend/vite.config.ts")


GATHERING = (
    "from fastapi import APIRouter\nfrom app.routers import ai, auth, health\n\napi = APIRouter()\ninner = APIRouter(prefix='/v1')\n"
    "inner.include_router(ai.router)\ninner.include_router(auth.router)\ninner.include_router(health.router)\n\n\n"
    "@api.get('/alive')\ndef alive():\n    return 'yes'\n\n\napi.include_router(inner)\n"
)


def test_what_gathers_routers_and_serves_something_besides_is_cut_to_them():
    routers = {f"api/app/routers/{one}.py": ROUTER.format(one) for one in ("ai", "auth", "health")}
    main = "from fastapi import FastAPI\nfrom app.api import api\napp = FastAPI()\napp.include_router(api)\n"
    made = plan({**BACKEND, **routers, "api/app/api.py": GATHERING, "api/app/main.py": main})
    assert (made.aside, {step.step.slug for step in made.steps} >= {"ai-service", "auth-service"}) == ((), True)
    text = made.end.read(RepoPath("services/ai-service/src/ai_service/main.py")).decode()
    assert "inner = APIRouter(prefix='/v1')\ninner.include_router(ai.router)\n\napi.include_router(inner)\n" in text
    assert "alive" not in text
    assert "alive" in after(made, "api/app/api.py")


def test_a_router_of_a_service_that_includes_others_stays_its_own():
    parts = {f"api/app/routers/ai_{one}.py": ROUTER.format(f"ai_{one}") for one in ("chat", "image")}
    whole = "from app.routers import ai_chat, ai_image\n" + ROUTER.format("ai")
    whole += "router.include_router(ai_chat.router)\nrouter.include_router(ai_image.router)\n"
    made = plan({**BACKEND, **parts, "api/app/routers/ai.py": whole, "api/app/routers/auth.py": ROUTER.format("auth")})
    assert (made.aside, {step.step.slug for step in made.steps} >= {"ai-service", "auth-service"}) == ((), True)
    text = made.end.read(RepoPath("services/ai-service/src/ai_service/main.py")).decode()
    assert "app.include_router(ai.router)\n" in text
    assert "ai_chat" not in text


MADE = "from fastapi import APIRouter\n\n\ndef {0}:\n    router = APIRouter(prefix='/items')\n    @router.get('/')\n    def items(): return {{}}\n    {1}\n"
ADRIFT = [
    pytest.param(ROUTER.format("items"), "", True, id="by their modules"),
    pytest.param(MADE.format("load(app)", "app.include_router(router)"), "", True, id="by hooks that it calls"),
    pytest.param(
        MADE.format("load(app)", "app.include_router(router)"),
        "from app.routers.items import load\nload(app)\n",
        False,
        id="read: a function is called",
    ),
    pytest.param(
        MADE.format("made()", "return router"), "from app.routers.items import made\napp.include_router(made())\n", False, id="read: what one returns"
    ),
    pytest.param("", "", False, id="none"),
]


@pytest.mark.parametrize(("items", "more", "adrift"), ADRIFT)
def test_routers_that_only_the_running_program_finds_are_said_where_there_is_no_service(items: str, more: str, adrift: bool):
    main = "from fastapi import FastAPI\nfrom app import finding\nfrom app.routers import health\napp = FastAPI()\napp.include_router(health.router)\nfinding.all_into(app)\n"
    files = {path: text for path, text in BACKEND.items() if "/routers/" not in path or "health" in path} | {"api/app/main.py": main + more}
    files |= {
        "api/app/finding.py": "def all_into(app):\n    for one in plugins():\n        app.include_router(one)\n",
        "api/app/routers/items.py": items,
    }
    told = [finding.message for finding in plan(files).notes["backend_split"].findings if finding.kind == "proposed"]
    said = "nothing that can be read includes 1 route of 1 router (routers/items.py): only the running program may find them"
    assert any(said in line for line in told) is adrift


def test_which_routers_no_service_can_take_is_said():
    held = "ROOT = find_root(__file__)\n" + ROUTER.format("items")
    main = BACKEND["api/app/main.py"].replace("health\napp", "health, items\napp") + "app.include_router(items.router)\n"
    made = plan({**BACKEND, "api/app/routers/items.py": held, "api/app/main.py": main})
    (line,) = [finding.message for finding in made.notes["backend_split"].findings if finding.kind == "routers"]
    assert line.startswith("no service asks for 2 routes of 2 routers: routers/health.py 1, routers/items.py 1; `routers` of a service takes them")
    assert ", but for routers/items.py (" in line


ABOVE = PLAIN | {
    "pyproject.toml": MANIFEST.replace('"fastapi"', '"fastapi", "pillow>=11"') + 'requires-python = ">=3.12"\n',
    "api/alembic.ini": "[alembic]\n",
}
ABOVE["api/src/services/ai.py"] = "import PIL\n\n\ndef used(): ...\n"
del ABOVE["api/pyproject.toml"]


@pytest.mark.parametrize(
    ("own", "required"),
    [
        ({}, ["backend-core", "fastapi", "pillow>=11"]),
        ({"api/requirements.txt": "fastapi>=0.110\nuvicorn\n"}, ["backend-core", "fastapi>=0.110", "uvicorn"]),
    ],
)
def test_a_backend_that_says_nothing_of_itself_requires_what_the_root_does(own, required):
    made = planned(ABOVE | own)
    manifest = tomllib.loads(made.end.read("services/ai-service/pyproject.toml").decode())["project"]
    assert (manifest["dependencies"], manifest["requires-python"] == ">=3.12") == (required, not own)
    untold = [finding.message for step in made.steps for finding in step.step.findings if "requires nothing of that name" in finding.message]
    assert bool(untold) == bool(own)


STRINGS = NAMED | {"api/tests/test_job.py": "from src.services.ai import used\n\nNAME = 'api.tests.test_job.used'\n"}


@pytest.mark.parametrize(
    ("more", "made"),
    [({}, True), ({"run.py": "from api.src.services.ai import used\n"}, False)],
)
def test_a_string_that_begins_as_no_import_stops_nothing(more, made):
    found = planned(STRINGS | more)
    assert bool(found.steps) is made
    lost = [(loss.severity, loss.path) for step in found.steps for loss in step.built.losses if loss.kind == "lost"]
    assert lost == ([("warning", "services/api-gateway/tests/test_job.py")] if made else [])
