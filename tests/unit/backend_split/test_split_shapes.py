"""Backends of other shapes: a folder `src` that is the package, a hub that makes most of it shared."""

from __future__ import annotations

import re

import pytest

from tests.unit.backend_split.planning import planned
from tests.unit.backend_split.test_partition import ROUTER

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
    return [(finding.path, finding.message) for finding in planned(files).notes["backend_split"].findings if finding.kind == "shared"]


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
