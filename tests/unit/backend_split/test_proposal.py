"""Services that a monolith's own routers make: which go together, what they are called, and that a second plan finds nothing new."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.plan import Plan
from tests.unit.backend_split.planning import planned

PROPOSE = "[phases.backend_split]\npropose = true\nlayout = 'monolith'\n"


def router(prefix: str, uses: str = "", routes: int = 3) -> str:
    needs = "".join(f"from app.{one} import used as {one.rpartition('.')[2]}\n" for one in uses.split())
    served = "".join(f'\n\n@router.get("/{number}")\ndef route_{number}(): ...\n' for number in range(routes))
    return f'from fastapi import APIRouter\n{needs}router = APIRouter(prefix="{prefix}")\n{served}'


def monolith(routers: Mapping[str, str], modules: str = "", **others: str) -> dict[str, str]:
    """A backend of routers by the name of their module, and modules that use nothing unless said."""
    names = sorted(routers)
    included = "".join(f"app.include_router({name}.router)\n" for name in names)
    main = f"from fastapi import FastAPI\nfrom app.routers import {', '.join(names)}\napp = FastAPI()\n{included}"
    files = {"api/requirements.txt": "fastapi\n", "api/app/__init__.py": "", "api/app/main.py": main, "api/app/routers/__init__.py": ""}
    files |= {f"api/app/routers/{name}.py": text for name, text in routers.items()}
    files |= {f"api/app/{one.replace('.', '/')}.py": "def used(): ...\n" for one in modules.split()}
    return files | {f"api/app/{name.replace('__', '/')}.py": text for name, text in others.items()}


def services(made: Plan) -> dict[str, list[str]]:
    """By service: the routers that go there, by the name of their modules."""
    found: dict[str, list[str]] = {}
    for finding in made.notes["backend_split"].details:
        if finding.kind == "owned" and "/routers/" in finding.path:
            title = finding.message.partition("goes to ")[2].removesuffix("-service")
            found.setdefault(title, []).append(finding.path.rpartition("/")[2].removesuffix(".py"))
    return found


def after(made: Plan) -> dict[str, str]:
    return {path: made.end.read(path).decode() for path in made.end.tree}


TOGETHER = [
    pytest.param({"films": router("/films"), "rooms": router("/rooms")}, "", {"films": ["films"], "rooms": ["rooms"]}, id="each is its own"),
    pytest.param(
        {"films": router("/films", "stock"), "rooms": router("/rooms"), "seats": router("/seats", "stock")},
        "stock",
        {"films": ["films", "seats"], "rooms": ["rooms"]},
        id="what only two of them reach holds them together",
    ),
    pytest.param(
        {"films": router("/films", "stock"), "rooms": router("/rooms", "stock"), "seats": router("/seats", "stock")},
        "stock",
        {"films": ["films", "rooms", "seats"]},
        id="or three",
    ),
    pytest.param(
        {"films": router("/api/v1/films"), "films_admin": router("/api/v1/films/admin"), "rooms": router("/api/v1/rooms")},
        "",
        {"films": ["films", "films_admin"], "rooms": ["rooms"]},
        id="so does a part of the addresses, behind what all have",
    ),
    pytest.param(
        {"film": router("/film"), "films": router("/films"), "rooms": router("/rooms")},
        "",
        {"film": ["film", "films"], "rooms": ["rooms"]},
        id="one or many of the same",
    ),
    pytest.param(
        {
            "films": router("/films", "routers.rooms") + "from app.routers.rooms import router as other\n",
            "rooms": router("/rooms") + "def used(): ...\n",
        },
        "",
        {"films": ["films", "rooms"]},
        id="a router that another one needs goes with it",
    ),
    pytest.param(
        {"films": router("/films", "store"), "rooms": router("/rooms", "store"), "health": router("/health", "store")},
        "store",
        {"films": ["films"], "rooms": ["rooms"]},
        id="what the gateway needs too holds nothing together",
    ),
]


@pytest.mark.parametrize("routers, modules, expected", TOGETHER)
def test_what_goes_together(routers: dict[str, str], modules: str, expected: dict[str, list[str]]):
    made = planned(monolith(routers, modules), PROPOSE)
    assert (made.problems, made.aside) == ((), ())
    assert services(made) == expected
    assert {step.step.slug for step in made.steps} >= {f"{title}-service" for title in expected}


@pytest.mark.parametrize("routers, modules, expected", TOGETHER)
def test_a_second_plan_finds_nothing_new(routers: dict[str, str], modules: str, expected: dict[str, list[str]]):
    made = planned(monolith(routers, modules), PROPOSE)
    again = planned(after(made), PROPOSE)
    assert ([step.step.slug for step in again.steps], again.problems, again.aside) == ([], (), ())


def test_nothing_is_proposed_unasked():
    files = monolith({"films": router("/films"), "rooms": router("/rooms")})
    assert services(planned(files, PROPOSE.replace("propose = true", ""))) == {}
