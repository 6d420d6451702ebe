"""Modules that hold definitions of several services are taken apart: what goes, what stays, and why."""

from __future__ import annotations

import pytest

from migrator.errors import Finding
from migrator.paths import RepoPath
from migrator.plan import Plan
from migrator.step import MoveSymbol
from tests.unit.backend_split.test_partition import BACKEND, CORE, ROUTER, plan, went

AI, AUTH = "from app import crud\ndef used(): return crud.give_ai()\n", "from app.crud import give_auth\ndef used(): return give_auth()\n"
CRUD = "def common(): return 1\n\n\ndef give_ai():\n    return common()\n\n\ndef give_auth():\n    return common()\n"


def backend(crud: str, ai: str = AI, auth: str = AUTH, **more: str) -> dict[str, str]:
    """A backend of two routers that import of one module, and further files of the package."""
    return {
        **{path: text for path, text in BACKEND.items() if "/services/" not in path},
        "api/app/crud.py": crud,
        "api/app/routers/ai.py": ai + ROUTER.format("ai"),
        "api/app/routers/auth.py": auth + ROUTER.format("auth"),
        **{f"api/{path}".replace("api/../", ""): text for path, text in more.items()},
    }


def moves(made: Plan) -> dict[str, str]:
    """By definition: the module that it goes to."""
    actions = [action for step in made.steps if step.step.slug == "split-definitions" for action in step.step.actions]
    return {action.symbol: action.new.rpartition("/")[2] for action in actions if isinstance(action, MoveSymbol)}


def said(made: Plan) -> list[str]:
    findings: list[Finding] = [finding for step in made.steps for finding in step.step.findings]
    findings += made.notes["backend_split"].findings
    return [finding.message for finding in findings if finding.kind == "definitions"]


WORKER = "from celery import Celery\nworker = Celery()\n"
TASKS = CRUD.replace("def common", "from app.worker import worker\n\n\ndef common").replace("def give", "@worker.task(name='x')\ndef give")
COMPOSE = "services:\n  worker:\n    build: api\n    command: {0}\n"
BOTH = {"give_ai": "crud_ai.py", "give_auth": "crud_auth.py"}
GOES = [
    pytest.param(CRUD, {}, BOTH, id="what each alone uses"),
    pytest.param(CRUD + "\n\nX = give_ai\n", {}, {"give_auth": "crud_auth.py"}, id="what nothing uses holds what it names"),
    pytest.param(CRUD + "\n\nif common():\n    give_ai()\n", {}, {}, id="what runs when it is loaded runs for all"),
    pytest.param(CRUD + "\n\nLOADED = common()\n", {}, {}, id="so does what is called for a name that nobody asks for"),
    pytest.param(CRUD + "\n\n@print\ndef listener(): ...\n", {}, {}, id="or what is registered by a decorator"),
    pytest.param(CRUD, {"auth": AUTH + "from app import crud\nprint(crud)\n"}, {}, id="who does anything with a module uses all of it"),
    pytest.param(CRUD, {"auth": AUTH + "from app.crud import give_ai\n"}, {"give_auth": "crud_auth.py"}, id="what two services use"),
    pytest.param(CRUD, {"auth": "from app.crud import *\ndef used(): return give_auth()\n"}, {}, id="who imports all uses all"),
    pytest.param(
        CRUD.replace("return common()\n\n\ndef give_auth", "return common() + LEFT\n\n\nLEFT = 1\n\n\ndef give_auth"),
        {},
        {**BOTH, "LEFT": "crud_ai.py"},
        id="a constant goes along",
    ),
    pytest.param(
        CRUD.replace("def common(): return 1", "def common():\n    return 1").replace("    return", "    from app.base import one\n    return one,"),
        {"app/base.py": "one = 1\n"},
        BOTH,
        id="each imports the same inside, and what stays does too",
    ),
    pytest.param(CRUD, {"ai": "from importlib import import_module\ndef used(): return import_module('app.crud').give_ai()\n"}, {}, id="a string"),
    pytest.param(CRUD, {"app/late.py": "import importlib\nNAME = 'app.crud'\nload = lambda: importlib.import_module(NAME)\n"}, {}, id="a name"),
    pytest.param(CRUD, {"app/late.py": "from celery import Celery\nworker = Celery(include=['app.crud'])\n"}, {}, id="a worker takes all"),
    pytest.param(CRUD, {"app/late.py": "import logging\nlogging.getLogger('app.crud')\n"}, BOTH, id="a logger takes nothing"),
    pytest.param(CRUD, {"app/late.py": "# As `app.crud` does.\ndef f(): 'See app.crud.'\n"}, BOTH, id="nor does what people read"),
    pytest.param(TASKS, {}, BOTH, id="what registers goes where its module is loaded for its names"),
    pytest.param(TASKS, {"app/worker.py": WORKER + "from app import crud\n"}, {}, id="a worker loads it for what it registers"),
    pytest.param(TASKS, {"../compose.yaml": COMPOSE.format("celery -A app.crud worker")}, {}, id="a command does"),
    pytest.param(CRUD, {"../compose.yaml": COMPOSE.format("celery -A app.crud worker")}, BOTH, id="to register nothing"),
    pytest.param(
        "from functools import cache\n\n\n" + CRUD.replace("def give", "@cache\ndef give"),
        {"app/worker.py": "from app import crud\n"},
        BOTH,
        id="a cache registers nothing",
    ),
    pytest.param(
        "A = 1\nB = 2\n",
        {"ai": "from app.crud import A\nused = A\n", "auth": "from app.crud import B\nused = B\n"},
        {},
        id="constants alone are no reason",
    ),
]


@pytest.mark.parametrize("crud, routers, expected", GOES)
def test_a_definition_goes_where_it_alone_is_used(crud, routers, expected):
    made = plan(backend(crud, **{"ai": AI, "auth": AUTH, **routers}))
    assert (moves(made), made.aside) == (expected, ())


def test_each_service_has_its_own_and_the_kernel_what_they_share():
    made = plan(backend(CRUD))
    files = {path: text for path in made.end.tree if path.endswith(".py") and (text := made.end.read(path).decode())}
    assert went(made)["api/app/crud.py"] == f"{CORE}crud.py"
    assert files[RepoPath(f"{CORE}crud.py")] == "def common(): return 1\n"
    ai = "services/ai-service/src/ai_service/"
    assert files[RepoPath(f"{ai}crud_ai.py")].split("\n")[0] == "from backend_core.crud import common"
    assert files[RepoPath(f"{ai}routers/ai.py")].startswith("from ai_service import crud_ai\ndef used(): return crud_ai.give_ai()\n")
    assert "give_auth" in files[RepoPath("services/auth-service/src/auth_service/crud_auth.py")]


NAMED = [
    pytest.param("from app.crud import give_ai\nHANDLER = 'app.crud.give_ai'\n", "HANDLER = 'ai_service.crud_ai.give_ai'", id="dots"),
    pytest.param("from app.crud import give_ai\nHANDLER = 'app.crud:give_ai'\n", "HANDLER = 'ai_service.crud_ai:give_ai'", id="a colon"),
    pytest.param("from app.crud import give_ai\nHANDLER = 'app.crud.common'\n", "HANDLER = 'backend_core.crud.common'", id="what stays"),
]


@pytest.mark.parametrize("ai, expected", NAMED)
def test_a_string_that_names_a_definition_names_it_where_it_goes(ai, expected):
    made = plan(backend(CRUD, ai))
    assert (moves(made), made.aside) == (BOTH, ())
    assert expected in made.end.read(RepoPath("services/ai-service/src/ai_service/routers/ai.py")).decode()


def test_a_test_that_replaces_a_definition_does_so_where_it_went():
    test = "from unittest import mock\nfrom app.main import app\ndef test_x():\n    with mock.patch('app.crud.give_ai'):\n        assert app.routes\n"
    made = plan(backend(CRUD, **{"tests/test_x.py": test}))
    assert "mock.patch('ai_service.crud_ai.give_ai')" in made.end.read(RepoPath("services/api-gateway/tests/test_x.py")).decode()


def test_what_is_reached_through_a_package_is_imported_where_it_went():
    crud = {"app/store/__init__.py": "from app.store import crud\n", "app/store/crud.py": CRUD}
    routers = [f"from app import store\ndef used(): return store.crud.give_{one}()\n" for one in ("ai", "auth")]
    made = plan(backend("", *routers, **crud))
    assert (moves(made), made.aside) == (BOTH, ())
    router = made.end.read(RepoPath("services/ai-service/src/ai_service/routers/ai.py")).decode()
    assert router.startswith("from ai_service.store import crud_ai\ndef used(): return crud_ai.give_ai()\n")


def test_why_all_of_a_module_stays_is_said():
    (line,) = said(plan(backend(TASKS, **{"app/worker.py": WORKER + "from app import crud\n"})))
    why = "services/api-gateway/app/worker.py loads its module and names nothing of it, to have registered what its decorators register"
    assert line == f"1 shared module with several definitions stays whole, as {why}: crud.py"


def test_what_is_refused_stays_with_what_it_uses_and_the_reason():
    crud = CRUD.replace(
        "def give_ai():\n    return common()", "def of_ai(): return 1\n\n\ndef give_ai():\n    return globals()['x'], of_ai(), common()"
    )
    made = plan(backend(crud))
    assert moves(made) == {"give_auth": "crud_auth.py"}
    assert [line for line in said(made) if "stays" in line] == [
        "give_ai stays: give_ai calls `globals`, which looks at the module that it stands in (services/api-gateway/app/crud.py:8)",
    ]


def test_a_module_of_that_name_is_never_written_into():
    made = plan(backend(CRUD, **{"app/crud_ai.py": ""}))
    assert moves(made) == {"give_auth": "crud_auth.py"}
    assert "give_ai stays: crud_ai.py, where ai would have it, is there" in said(made)


MODELS = (
    "from sqlalchemy import Column, ForeignKey\nfrom sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase): ...\n\n\n"
    "class Owner(Base):\n    __tablename__ = 'owners'\n    id = Column(primary_key=True)\n\n\n"
    "class Thing(Base):\n    __tablename__ = 'things'\n    id = Column(primary_key=True)\n    owner = Column({0})\n"
)
AI_MODEL, AUTH_MODEL = "from app.crud import Thing\nused = Thing\n", "from app.crud import Owner\nused = Owner\n"
TABLES = [
    pytest.param("", {}, {"Thing": "crud_ai.py", "Owner": "crud_auth.py"}, id="tables apart"),
    pytest.param("ForeignKey('owners.id')", {}, {"Thing": "crud_ai.py"}, id="what a key names is needed"),
    pytest.param("ForeignKey('owners.id')", {"app/migrations/env.py": "from app.crud import Base\n"}, {}, id="a migration loads them"),
    pytest.param(
        "",
        {"app/migrations/env.py": "from app.main import app\nfrom app.crud import Base\n"},
        {"Thing": "crud_ai.py", "Owner": "crud_auth.py"},
        id="with all",
    ),
]


@pytest.mark.parametrize("key, more, expected", TABLES)
def test_tables_leave_only_where_whoever_needs_them_still_loads_them(key, more, expected):
    made = plan(backend(MODELS.format(key), AI_MODEL, AUTH_MODEL, **more))
    assert (moves(made), made.aside) == (expected, ())


def test_definitions_keep_their_order_and_their_distance():
    given = "def zoe():\n    return 1\n\n\nZOE = dict(at=zoe)\n\n\ndef amy():\n    return 2\n\n\nAMY = dict(at=amy)\n"
    made = plan(
        backend(
            f"def common():\n    return 1\n\n\n{given}",
            ai="from app.crud import ZOE, AMY, common\nUSED = ZOE, AMY, common\n",
            auth="from app.crud import common\n",
        )
    )
    assert list(moves(made)) == ["ZOE", "zoe", "AMY", "amy"]  # what uses others goes first
    assert made.end.read("services/ai-service/src/ai_service/crud_ai.py").decode() == given


def test_modules_may_stay_whole():
    assert "split-definitions" not in [step.step.slug for step in plan(backend(CRUD), "[phases.backend_split]\ndefinitions = 'whole'\n").steps]


def test_what_is_private_to_a_module_keeps_what_uses_it():
    crud = CRUD.replace("def common(): return 1", "def _own(): return 1\n\n\ndef common(): return _own()").replace(
        "ai():\n    return common()", "ai():\n    return _own()"
    )
    made = plan(backend(crud))
    assert moves(made) == {"give_auth": "crud_auth.py"}
    assert "give_ai stays: it uses _own, which is private to what stays" in said(made)


def test_a_finished_split_has_nothing_more_to_take_apart():
    made = plan(backend(CRUD))
    assert plan({str(path): made.end.read(path).decode() for path in made.end.tree}).steps == ()


@pytest.mark.parametrize(
    ("crud", "auth", "expected"),
    [
        pytest.param(
            CRUD, AUTH + "from app import crud\nprint(crud)\n", ["as somebody takes more of one than names: crud.py"], id="all of it is taken"
        ),
        pytest.param(CRUD + "\n\nif common():\n    give_ai()\n", AUTH, ["as loading one does something: crud.py"], id="loading it does something"),
        pytest.param("def common(): return 1\n", AUTH + "from app import crud\nprint(crud)\n", [], id="nothing to take apart"),
        pytest.param(CRUD, AUTH, [], id="it is taken apart"),
    ],
)
def test_what_stays_whole_is_said_with_the_reason(crud, auth, expected):
    whole = [message for message in said(plan(backend(crud, auth=auth))) if " whole, " in message]
    assert whole == [f"1 shared module with several definitions stays whole, {why}" for why in expected]
