"""What other modules take of the module of the application (FastAPI): it goes to a module that all of them can share."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, MoveSymbol, Step
from tests.unit.backend_split.planning import facts_of, planned
from tests.unit.backend_split.test_partition import ROUTER

MAIN = """from fastapi import FastAPI
from fastapi.templating import Jinja2Templates

from app.ai import router as ai
from app.auth import router as auth
from app.items import router as items

FOLDER = "letters"
app = FastAPI()
templates = Jinja2Templates(directory=FOLDER)
app.include_router(auth)
app.include_router(ai)
app.include_router(items)


def routes():
    return app.routes
"""
SHOP = {
    "backend/pyproject.toml": '[project]\nname = "shop"\nversion = "0.1.0"\ndependencies = ["fastapi"]\n',
    "backend/app/__init__.py": "",
    "backend/app/main.py": MAIN,
    "backend/app/letters.py": "def sent(name):\n    from app.main import templates\n    return templates.get_template(name)\n",
    "backend/app/ai.py": "from app.letters import sent\n" + ROUTER.format("ai"),
    "backend/app/auth.py": "from app.letters import sent\n" + ROUTER.format("auth"),
    "backend/app/items.py": ROUTER.format("items"),
}
ROWS = [
    pytest.param(SHOP, ["FOLDER", "templates"], id="what is asked for, and what it is made of"),
    pytest.param(
        SHOP | {"backend/app/letters.py": "def sent(name):\n    from app import main\n    return main.templates\n"},
        ["FOLDER", "templates"],
        id="by module",
    ),
    pytest.param(
        SHOP | {"backend/app/letters.py": "def sent(name):\n    from app.main import app\n    return app\n"}, [], id="the application itself"
    ),
    pytest.param(
        SHOP | {"backend/app/letters.py": "def sent(name):\n    from app.main import routes\n    return routes()\n"}, [], id="what is made of it"
    ),
    pytest.param(
        SHOP
        | {
            "backend/app/letters.py": "def sent(name): ...\n",
            "backend/tests/test_it.py": "from app.main import templates\n",
            "backend/app/dumped.py": "from app.main import templates\n",
        },
        [],
        id="only tests and what the application never loads ask for it",
    ),
]


@pytest.mark.parametrize("files, names", ROWS)
def test_what_other_modules_take_of_the_applications_goes_first(files, names):
    made = planned(files)
    assert [one.symbol for step in made.steps if step.step.slug == "extensions" for one in step.step.actions if isinstance(one, MoveSymbol)] == names
    assert made.aside == ()


def test_both_services_then_share_it_and_the_application_stays_theirs_who_serve_it():
    end = planned(SHOP).end
    shared = "packages/backend-core/src/backend_core"
    assert "templates = Jinja2Templates(directory=FOLDER)" in end.read(f"{shared}/extensions.py").decode()
    assert "from backend_core.extensions import templates" in end.read(f"{shared}/letters.py").decode()
    assert not planned({path: end.read(path).decode() for path in end.tree}).steps


TWINS = SHOP | {
    "backend/app/letters.py": "from pydantic import BaseModel\n\nclass Address(BaseModel):\n    name: str\n\nclass Letter(BaseModel):\n    to: Address\n",
    "backend/app/base.py": "from pydantic import BaseModel\n\nclass Base(BaseModel): ...\n",
    "backend/app/places.py": "from app.base import Base\n\nclass Address(Base):\n    street: str\n",
    "backend/app/ai.py": "from app.letters import Letter\n" + ROUTER.format("ai") + "\nUSED = Letter\n",
    "backend/app/auth.py": "from app.places import Address\n" + ROUTER.format("auth") + "\nUSED = Address\n",
}


@pytest.mark.parametrize(
    "more, said",
    [
        pytest.param({}, ["1 name that several models have (Address)"], id="a model of another module, one inside a model"),
        pytest.param({"backend/app/places.py": "class Address: ...\n"}, [], id="another class is no schema"),
        pytest.param({"backend/app/auth.py": ROUTER.format("auth")}, [], id="no route has it"),
    ],
)
def test_schemas_that_their_modules_tell_apart_are_said_to_be_renamed(more, said):
    found = [one.message for one in planned(TWINS | more).notes["backend_split"].findings if one.kind == "schemas"]
    assert [one.partition(":")[0] for one in found] == said


def test_a_folder_that_a_module_beside_it_names_is_seen_from_where_a_process_starts_wherever_the_module_goes():
    said = 'from fastapi.templating import Jinja2Templates\n\nTEMPLATES = Jinja2Templates(directory="app/letters")\n'
    files = {"svc/pyproject.toml": "[project]\n", "svc/shown.py": said, "svc/app/letters/a.html": "", "svc/app/__init__.py": ""}
    old, new = RepoPath("svc/shown.py"), RepoPath("svc/app/core/shown.py")
    assert build(facts_of(files), Step("s", "t", "w", (Move(old, new),))).after.read(new).decode() == said
