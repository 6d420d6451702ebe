"""Every way of including routers: what is read of it, and that what only gathers ties nothing together."""

from __future__ import annotations

import pytest

from migrator.facts.serving import Name, applications, routes
from migrator.paths import RepoPath
from tests.unit.backend_split.planning import facts_of, planned

BASE = {"b/pyproject.toml": "[project]\nname = 'b'\n", "b/app/__init__.py": "", "b/app/api/__init__.py": ""}
APP = "from fastapi import FastAPI\n"
ITEMS = "from fastapi import APIRouter\nrouter = APIRouter(prefix='/items')\n\n@router.get('/a')\ndef f(): ...\n"
USERS = ITEMS.replace("items", "users").replace("'/a'", "'/b'")
FILES = {**BASE, "b/app/api/items.py": ITEMS, "b/app/api/users.py": USERS}
BOTH = {("GET", "/items/a"), ("GET", "/users/b")}
IMPORTED = "from app.api import items, users\n"
FACTORY = (
    "from fastapi import APIRouter, FastAPI\n\ndef create(router: APIRouter, settings=None, **more):\n    application = FastAPI(**more)\n"
    "    application.include_router(router, prefix='/p')\n    return application\n"
)
CLASS = (
    "from fastapi import FastAPI\nfrom app.api import items, users\n\nclass Builder:\n    def __init__(self, settings=None):\n        self.app = FastAPI()\n\n"
    "    def add(self):\n        self.app.include_router(items.router)\n        self.app.include_router(users.router)\n\n"
    "    def build(self):\n        self.add()\n        return self.app\n"
)
KINDS = "from fastapi import APIRouter, FastAPI\n\nclass Admin(APIRouter):\n    def __init__(self, prefix='/admin', **more):\n        super().__init__(prefix=prefix, **more)\n"
REGISTER = "from fastapi import FastAPI\nfrom app.api import items\n\ndef register(app: FastAPI, prefix: str = '/d'):\n    app.include_router(items.router, prefix=prefix)\n"
GUARDS = "def guarded(method, path, **more):\n    def decorated(function):\n        return method(path)(function)\n    return decorated\n"
GUARDED = (
    "from fastapi import APIRouter\nfrom app import guards\nfrom app.guards import guarded\nrouter = APIRouter()\n\n"
    "@guarded(router.get, '/x', scopes=[1])\ndef f(): ...\n\n@guards.guarded(router.post, '/y')\ndef g(): ...\n"
)


def of(prefix: str, *names: str) -> set[tuple[str, str]]:
    return {("GET", prefix + path) for _, path in BOTH if not names or path.split("/")[1] in names}


SHAPES = [
    pytest.param({"setup.py": FACTORY}, f"{IMPORTED}from app.setup import create\napp = create(router=items.router)\n", of("/p", "items"), id="a factory is given the router"),
    pytest.param(
        {"setup.py": FACTORY},
        f"{IMPORTED}from app.setup import create\nfrom fastapi import APIRouter\nboth = APIRouter()\nboth.include_router(items.router)\nboth.include_router(users.router)\napp = create(both)\n",
        of("/p"),
        id="by its place, a router of the same module",
    ),
    pytest.param(
        {"setup.py": FACTORY},
        f"{IMPORTED}from app import setup\nother = setup.create(users.router)\napp = setup.create(items.router)\n",
        of("/p", "items"),
        id="two applications of one factory have each their own",
    ),
    pytest.param(
        {"setup.py": FACTORY.replace("router: APIRouter", "routers").replace("    application.include_router(router, ", "    for one in routers:\n        application.include_router(one, ")},
        f"{IMPORTED}from app.setup import create\napp = create([items.router, users.router])\n",
        of("/p"),
        id="a factory is given a list",
    ),
    pytest.param(
        {"api/every.py": f"{IMPORTED}ROUTERS = [items.router, users.router]\n"},
        f"{APP}from app.api.every import ROUTERS\napp = FastAPI()\nfor one in ROUTERS:\n    app.include_router(one, prefix='/p')\n",
        of("/p"),
        id="a loop over a list of another module",
    ),
    pytest.param(
        {"api/every.py": f"{IMPORTED}ROUTERS = [(items, '/x'), (users, '/y')]\n"},
        f"{APP}from app.api import every\napp = FastAPI()\nfor one, prefix in every.ROUTERS:\n    app.include_router(one.router, prefix=f'{{prefix}}/v1')\n",
        of("/x/v1", "items") | of("/y/v1", "users"),
        id="of modules with their prefixes",
    ),
    pytest.param(
        {"api/every.py": f"{IMPORTED}def gathered():\n    return [items.router, users.router]\n"},
        f"{APP}from app.api.every import gathered\napp = FastAPI()\nfor one in gathered():\n    app.include_router(one)\n",
        BOTH,
        id="over what a function gives",
    ),
    pytest.param(
        {"api/every.py": f"{IMPORTED}ROUTERS = [items.router]\nROUTERS.append(users.router)\n"},
        f"{APP}from app.api.every import ROUTERS\napp = FastAPI()\nfor one in ROUTERS:\n    app.include_router(one)\n",
        set(),
        id="over a list that changes: nobody knows",
    ),
    pytest.param({"builder.py": CLASS}, "from app.builder import Builder\napp = Builder(1).build()\n", BOTH, id="a builder"),
    pytest.param({"builder.py": CLASS}, "from app.builder import Builder\nmade = Builder()\napp = made.build()\n", BOTH, id="a builder with a name"),
    pytest.param(
        {"kinds.py": "from fastapi import FastAPI\nfrom app.api import items\n\nclass App(FastAPI):\n    def __init__(self):\n        super().__init__()\n        self.include_router(items.router)\n"},
        f"{IMPORTED}from app.kinds import App\napp = App()\napp.include_router(users.router)\n",
        BOTH,
        id="a class that derives from FastAPI",
    ),
    pytest.param(
        {"kinds.py": KINDS},
        f"{APP}from app.kinds import Admin\nadmin = Admin()\n\n@admin.get('/x')\ndef g(): ...\napp = FastAPI()\napp.include_router(admin)\n",
        {("GET", "/admin/x")},
        id="a class that derives from APIRouter and has a prefix",
    ),
    pytest.param(
        {"kinds.py": KINDS + "\nclass Root(Admin): ...\n"},
        f"{APP}from app.kinds import Root\nroot = Root(prefix='/root')\n\n@root.get('/x')\ndef g(): ...\napp = FastAPI()\napp.include_router(root)\n",
        {("GET", "/root/x")},
        id="and one that derives from that",
    ),
    pytest.param(
        {"fill.py": "from app.api import items, users\n\ndef filled(router):\n    router.include_router(items.router)\n    router.include_router(users.router)\n    return router\n"},
        f"{APP}from fastapi import APIRouter\nfrom app.fill import filled\none = filled(APIRouter())\ntwo = filled(APIRouter(prefix='/t'))\napp = FastAPI()\napp.include_router(one)\napp.include_router(two)\n",
        BOTH | of("/t"),
        id="a function fills routers and gives them back",
    ),
    pytest.param(
        {"sub.py": f"{APP}{IMPORTED}sub = FastAPI()\nsub.include_router(items.router)\n"},
        f"{APP}{IMPORTED}from app.sub import sub\napp = FastAPI()\napp.include_router(users.router)\napp.mount('/api', sub)\n",
        of("/api", "items") | of("", "users"),
        id="an application that is mounted",
    ),
    pytest.param(
        {}, f"{APP}app = FastAPI()\napp.mount('/static', StaticFiles(directory='x'))\n", {("MOUNT", "/static")}, id="something else that is mounted"
    ),
    pytest.param(
        {"late.py": "def build():\n    from app.api.items import router as found\n    return found\n"},
        f"{APP}from app.late import build\n\ndef register(app):\n    router = build()\n    app.include_router(router, prefix='/p')\n\ndef make():\n    app = FastAPI()\n    register(app)\n    return app\n\napp = make()\n",
        of("/p", "items"),
        id="a function imports the router and another one includes it",
    ),
    pytest.param(
        {"setup.py": REGISTER},
        f"{APP}from app.setup import register\napp = FastAPI()\nregister(app, prefix='/p')\n",
        of("/p", "items"),
        id="a function is given the prefix",
    ),
    pytest.param(
        {"setup.py": REGISTER},
        f"{APP}from app.setup import register\napp = FastAPI()\nregister(app, '/p')\n",
        of("/p", "items"),
        id="by its place",
    ),
    pytest.param(
        {"setup.py": REGISTER}, f"{APP}from app.setup import register\napp = FastAPI()\nregister(app)\n", of("/d", "items"), id="or has one of its own"
    ),
    pytest.param(
        {"setup.py": REGISTER},
        f"{APP}from app.setup import register\nPREFIX = '/c'\n\ndef make():\n    app = FastAPI()\n    register(app, PREFIX)\n    return app\n\napp = make()\n",
        of("/c", "items"),
        id="or a constant",
    ),
    pytest.param(
        {"setup.py": REGISTER},
        f"{APP}from app.setup import register\napp = FastAPI()\nregister(app, '/p')\nregister(app, '/q')\n",
        {("GET", "{prefix}/items/a")},
        id="of two nobody knows which",
    ),
    pytest.param(
        {"guards.py": GUARDS, "views.py": GUARDED},
        f"{APP}from app.views import router\napp = FastAPI()\napp.include_router(router)\n",
        {("GET", "/x"), ("POST", "/y")},
        id="a decorator is given the router's own method",
    ),
    pytest.param(
        {"guards.py": GUARDS, "views.py": GUARDED.replace("router.get", "cache.get").replace("router.post", "router.own")},
        f"{APP}from app.views import router\napp = FastAPI()\napp.include_router(router)\n",
        set(),
        id="or something that is no router's, or no method",
    ),
    pytest.param(
        {"more.py": "from app.api.items import router\n\n@router.post('/more')\ndef g(): ...\n"},
        f"{APP}{IMPORTED}import app.more\napp = FastAPI()\napp.include_router(items.router)\n",
        of("", "items") | {("POST", "/items/more")},
        id="a router that another module gives a route",
    ),
    pytest.param(
        {"more.py": "from app.api.items import router\n\n@router.post('/more')\ndef g(): ...\n"},
        f"{APP}{IMPORTED}app = FastAPI()\napp.include_router(items.router)\n",
        of("", "items"),
        id="which nobody loads",
    ),
    pytest.param(
        {"views.py": "from fastapi import APIRouter\nfrom fastapi_utils.cbv import cbv\nrouter = APIRouter()\n\n@cbv(router)\nclass V:\n    @router.get('/x')\n    def x(self): ...\n"},
        f"{APP}from app.views import router\napp = FastAPI()\napp.include_router(router)\n",
        {("GET", "/x")},
        id="a class-based view",
    ),
    pytest.param(
        {"views.py": "from fastapi_utils.inferring_router import InferringRouter\nfrom kit import controller\nrouter = InferringRouter()\n\n@controller(router, '/x')\nclass V:\n    def get(self): ...\n    def helper(self): ...\n"},
        f"{APP}from app.views import router\napp = FastAPI()\napp.include_router(router)\n",
        {("GET", "/x")},
        id="with methods for verbs",
    ),
    pytest.param(
        {"api/v1.py": f"from fastapi import APIRouter\n{IMPORTED}router = APIRouter(prefix='/v1')\nif settings.ITEMS:\n    router.include_router(items.router)\n", "api/v2.py": f"from fastapi import APIRouter\n{IMPORTED}router = APIRouter(prefix='/v2')\nrouter.include_router(users.router)\n"},
        f"{APP}from app.api import v1, v2\napp = FastAPI()\napp.include_router(v1.router, prefix='/api')\napp.include_router(v2.router, prefix='/api')\n",
        of("/api/v1", "items") | of("/api/v2", "users"),
        id="two versions, one of them with a condition",
    ),
    pytest.param(
        {"config.py": "class S:\n    prefix: str = '/s'\n\ndef get_settings() -> S:\n    return choose()()\n"},
        f"{APP}{IMPORTED}from app.config import get_settings\n\ndef make():\n    settings = get_settings()\n    made = FastAPI()\n    made.include_router(items.router, prefix=settings.prefix)\n    return made\n\napp = make()\n",
        of("/s", "items"),
        id="a prefix of settings that a function gives",
    ),
    pytest.param({}, f"{APP}{IMPORTED}app = FastAPI()\nif DEBUG:\n    app.include_router(items.router)\n", of("", "items"), id="a condition"),
    pytest.param({}, f"{APP}from kit import ready\napp = FastAPI()\napp.include_router(ready.router())\n", set(), id="a library's router"),
]  # fmt: skip


@pytest.mark.parametrize("files, text, expected", SHAPES)
def test_the_routes_of_an_application_however_its_routers_come_to_it(files, text, expected):
    seen = facts_of({**FILES, **{f"b/app/{path}": said for path, said in files.items()}, "b/app/main.py": text})
    name = Name(RepoPath("b/app/main.py"), "app")
    assert name in applications(seen)
    assert {(route.method, route.path) for route in routes(seen, name)} == expected


# what gathers ties nothing ---------------------------------------------------------------------------------------------

OPTIONS = "[phases.backend_split.services.items]\nrouters = ['**/items.py']\n[phases.backend_split.services.users]\nrouters = ['**/users.py']\n"
GATHERED = {
    "b/pyproject.toml": "[project]\nname = 'b'\nversion = '1'\ndependencies = ['fastapi']\n",
    "b/app/__init__.py": "",
    "b/app/main.py": f"{APP}from app.api import router as api_router\n\napp = FastAPI()\napp.include_router(api_router, prefix='/p')\n",
    "b/app/api/__init__.py": "from fastapi import APIRouter\n\nfrom app.api import items, users\nfrom app.api.rest import router as rest\n\n"
    "router = APIRouter(prefix='/api')\nrouter.include_router(items.router, tags=['i'])\nrouter.include_router(users.router)\nrouter.include_router(rest)\n",
    "b/app/api/items.py": "from app.schemas.items import Item\n" + ITEMS,
    "b/app/api/users.py": "from app.schemas.users import User\n" + USERS,
    "b/app/api/rest.py": ITEMS.replace("items", "rest"),
    "b/app/schemas/__init__.py": "from app.schemas.items import Item\nfrom app.schemas.users import User\n\n__all__ = ['Item', 'User']\n",
    "b/app/schemas/items.py": "class Item: ...\n",
    "b/app/schemas/users.py": "class User: ...\n",
}
"""Packages that import everything that lies in them."""
FREE = {"api/items.py": "items", "schemas/items.py": "items", "api/users.py": "users", "schemas/users.py": "users"}
BOUND = FREE | {"schemas/items.py": "", "schemas/users.py": ""}
"""Where something ties the schemas together, all of them are shared."""
GATHERING = [
    pytest.param({}, FREE, id="an __init__ includes every router, another one hands every schema on"),
    pytest.param({"api/__init__.py": "from . import items, rest, users\n\nROUTERS = [items.router, users.router, rest.router]\n", "main.py": f"{APP}from app.api import ROUTERS\napp = FastAPI()\nfor one in ROUTERS:\n    app.include_router(one)\n"}, FREE, id="an __init__ with a list of them"),
    pytest.param({"schemas/__init__.py": "from .items import *\nfrom .users import *\n"}, FREE, id="everything is handed on"),
    pytest.param({"schemas/__init__.py": "from . import items, users\n\nregister(items, users)\n"}, BOUND, id="an __init__ that does something with what lies in it"),
    pytest.param({"schemas/__init__.py": "from . import items, users\n"}, BOUND, id="whole modules, which may register themselves"),
    pytest.param({"api/items.py": "from app.schemas import Item\n" + ITEMS, "api/users.py": "from app.schemas import User\n" + USERS}, {"api/items.py": "items", "api/users.py": "users", "schemas/items.py": "", "schemas/users.py": ""}, id="who asks a package for a name needs it"),
    pytest.param(
        {"schemas/__init__.py": "from .items import Item\nfrom .logs import Log\n", "schemas/logs.py": "class Log(Base):\n    __tablename__ = 'logs'\n"},
        {"api/items.py": "items", "schemas/items.py": "", "schemas/logs.py": ""},
        id="a table that only the package loads",
    ),
    pytest.param(
        {"more.py": "from app.api.items import router\n\n@router.post('/more')\ndef g(): ...\n", "main.py": GATHERED["b/app/main.py"] + "import app.more\n"},
        FREE | {"more.py": "items"},
        id="what gives a router of another module routes goes with it",
    ),
]  # fmt: skip


@pytest.mark.parametrize("files, expected", GATHERING)
def test_what_only_gathers_ties_nothing_together(files, expected):
    made = planned({**GATHERED, **{f"b/app/{path}": text for path, text in files.items()}}, OPTIONS)
    assert made.aside == ()
    places: dict[str, str] = {f"b/app/{path}": f"b/app/{path}" for path in expected}
    for step in made.steps:
        places = {old: step.built.moves(RepoPath(now)) for old, now in places.items()}
    parts = {old[len("b/app/") :]: now.split("/")[1].removesuffix("-service") for old, now in places.items() if now.startswith("services/")}
    assert {path: part if part in {"items", "users"} else "" for path, part in parts.items()} | {
        path: "" for path in expected if path not in parts
    } == expected
    gateway = next(name for name in applications(made.end) if "api-gateway" in name.module or name.module.startswith("b/"))
    before = {(one.method, one.path) for one in routes(made.start, Name(RepoPath("b/app/main.py"), "app"))}
    assert {(one.method, one.path) for one in routes(made.end, gateway)} == before


def test_a_service_includes_its_routers_as_the_gathering_modules_did():
    made = planned(GATHERED, OPTIONS)
    main = made.end.read(RepoPath("services/items-service/src/items_service/main.py")).decode()
    assert "api_router = APIRouter(prefix='/api')" in main
    assert "api_router.include_router(items.router, tags=['i'])" in main
    assert "app.include_router(api_router, prefix='/p')" in main
    assert "users" not in main
    name = Name(RepoPath("services/items-service/src/items_service/main.py"), "app")
    assert {(one.method, one.path) for one in routes(made.end, name)} == {("GET", "/p/api/items/a"), ("GET", "/health")}
    gathering = made.end.read(RepoPath("services/api-gateway/app/api/__init__.py")).decode()
    assert "from items_service.api import items" in gathering


WRAPPED = "from fastapi import APIRouter\nfrom .{0} import router\n\n{1} = APIRouter()\n{1}.include_router(router, tags=['{0}'])\n"
"""A package for each router, with another router around it."""
WRAPPING = [
    pytest.param("{0}_router", id="the names that others would be told apart by are taken"),
    pytest.param("outer_{0}", id="no such name is taken"),
]


@pytest.mark.parametrize("called", WRAPPING)
def test_routers_of_one_name_are_told_apart_where_they_are_gathered(called):
    wrapped = {
        f"b/app/api/{one}/{path}": text
        for one, routing in (("items", ITEMS), ("users", USERS))
        for path, text in (("__init__.py", WRAPPED.format(one, called.format(one))), (f"{one}.py", routing))
    }
    ours = "".join(f"from app.api.{one} import {called.format(one)}\n" for one in ("items", "users"))
    files = {
        "b/pyproject.toml": GATHERED["b/pyproject.toml"],
        "b/app/__init__.py": "",
        "b/app/api/__init__.py": f"from fastapi import APIRouter\n{ours}router = APIRouter(prefix='/api')\n"
        + "".join(f"router.include_router({called.format(one)})\n" for one in ("items", "users")),
        "b/app/main.py": GATHERED["b/app/main.py"],
        **wrapped,
    }
    made = planned(files, OPTIONS)
    assert made.aside == ()
    for one, path in (("items", "/p/api/items/a"), ("users", "/p/api/users/b")):
        main = Name(RepoPath(f"services/{one}-service/src/{one}_service/main.py"), "app")
        assert {(route.method, route.path) for route in routes(made.end, main)} == {("GET", path), ("GET", "/health")}


ASKING = [
    pytest.param("from app.controllers import items\n", True, id="a name is asked of a package of which all was shared"),
    pytest.param("from app.controllers.items import items\n", False, id="it is asked where it is"),
]


@pytest.mark.parametrize("text, goes", ASKING)
def test_a_package_goes_with_who_asks_it_for_what_is_shared_by_then(text, goes):
    files = {
        **GATHERED,
        "b/app/controllers/__init__.py": "from .items import items\nfrom .users import users\n",
        "b/app/controllers/items.py": "def items(): ...\n",
        "b/app/controllers/users.py": "from .items import items\n\ndef users(): ...\n",
        "b/app/controllers/gone.py": "def gone(): ...\n",
        "b/app/api/items.py": text + ITEMS,
        "b/app/api/users.py": "from app.controllers.users import users\n" + USERS,
        "b/app/api/rest.py": "from app.controllers.gone import gone\n" + ITEMS.replace("items", "rest"),
    }
    made = planned(files, OPTIONS)
    assert made.aside == ()
    assert [step.step.slug for step in made.steps][-2:] == ["items-service", "users-service"]
    there = RepoPath("services/items-service/src/items_service/controllers/__init__.py")
    assert (there in made.end.tree and b"backend_core" in made.end.read(there)) == goes


# bad input -------------------------------------------------------------------------------------------------------------

CHAIN = {
    **BASE,
    "b/app/main.py": f"{APP}from app.api import r0\napp = FastAPI()\napp.include_router(r0.router)\n",
    **{
        f"b/app/api/r{number}.py": f"from fastapi import APIRouter\nfrom app.api import r{number + 1}\nrouter = APIRouter()\n"
        f"router.include_router(r{number + 1}.router, prefix='/a')\nrouter.include_router(r{number + 1}.router, prefix='/b')\n"
        for number in range(30)
    },
    "b/app/api/r30.py": ITEMS,
}
CIRCLE = {
    **FILES,
    "b/app/main.py": f"{APP}{IMPORTED}app = FastAPI()\napp.include_router(items.router)\n",
    "b/app/api/items.py": ITEMS + "from app.api import users\nrouter.include_router(users.router)\n",
    "b/app/api/users.py": USERS + "from app.api import items\nrouter.include_router(items.router)\n",
}
WRONG = [
    pytest.param(CHAIN, ["routers include each other 31 deep, down to `router` of app/api/r30.py"], id="thirty that include each other twice"),
    pytest.param(
        {path: text for path, text in CHAIN.items() if path not in {f"b/app/api/r{number}.py" for number in range(15, 30)}} | {"b/app/api/r15.py": ITEMS},
        ["the application would serve 32,768 routes, as routers are included again and again"],
        id="fifteen",
    ),
    pytest.param(CIRCLE, ["`router` of app/api/items.py, `router` of app/api/users.py include each other in a circle"], id="a circle"),
    pytest.param(
        {**FILES, "b/app/main.py": f"{APP}{IMPORTED}app = FastAPI()\napp.include_router(items.router, prefix='/x')\napp.include_router(items.router, prefix='/y')\n"},
        [],
        id="one that is included under two prefixes is well",
    ),
]  # fmt: skip


@pytest.mark.parametrize("files, messages", WRONG)
def test_routers_that_nobody_can_follow_are_named_and_nothing_is_planned(files, messages):
    made = planned(files, OPTIONS)
    assert [problem.message for problem in made.problems] == messages
    assert (not made.steps) == bool(messages)


def test_two_prefixes_are_those_of_the_service_too():
    text = f"{APP}{IMPORTED}app = FastAPI()\napp.include_router(items.router, prefix='/x')\napp.include_router(items.router, prefix='/y')\n"
    made = planned({**FILES, "b/app/main.py": text}, OPTIONS)
    name = Name(RepoPath("services/items-service/src/items_service/main.py"), "app")
    assert {one.path for one in routes(made.end, name)} == {"/x/items/a", "/y/items/a", "/health"}


def test_services_that_were_made_are_no_other_applications():
    text = f"{APP}{IMPORTED}app = FastAPI()\napp.include_router(items.router)\napp.include_router(users.router)\n"
    end = planned({**FILES, "b/app/main.py": text}, OPTIONS).end
    again = planned({path: end.read(path).decode() for path in end.tree}, OPTIONS)
    assert len(applications(again.start)) > 1
    assert [one.message for one in again.notes["backend_split"].findings if one.kind == "application"] == []


TOLD = [
    pytest.param(
        {"main.py": f"{APP}{IMPORTED}from kit import users as ready\napp = FastAPI()\napp.include_router(items.router)\napp.include_router(ready.get_router())\n"},
        ["`app.include_router(ready.get_router())`: what that brings only the running program knows; the gateway keeps it"],
        id="a library's router",
    ),
    pytest.param(
        {"main.py": f"{APP}{IMPORTED}from app.more import sub\napp = FastAPI()\napp.include_router(items.router)\napp.mount('/s', sub)\n", "more.py": f"{APP}sub = FastAPI()\n@sub.get('/z')\ndef z(): ...\n"},
        [],
        id="one that is mounted is a part of the other",
    ),
]  # fmt: skip


@pytest.mark.parametrize("files, messages", TOLD)
def test_what_is_not_read_is_said(files, messages):
    made = planned({**FILES, **{f"b/app/{path}": text for path, text in files.items()}}, OPTIONS)
    assert [one.message for one in made.notes["backend_split"].findings if one.kind in {"inclusion", "backends"}] == messages


def test_the_applications_of_services_are_no_others_to_choose_from():
    made = planned({**FILES, "b/app/main.py": f"{APP}{IMPORTED}app = FastAPI()\napp.include_router(items.router)\n"}, OPTIONS)
    assert RepoPath("services/items-service/src/items_service/main.py") in made.end.tree
    again = planned({path: made.end.read(path).decode() for path in made.end.tree}, OPTIONS)
    assert [one.message for one in again.notes["backend_split"].findings if one.kind == "application"] == []


def test_a_factory_that_nobody_calls_is_named_with_what_to_write():
    made = planned(
        {**FILES, "b/app/main.py": f"{APP}{IMPORTED}def create():\n    app = FastAPI()\n    app.include_router(items.router)\n    return app\n"}
    )
    said = [one.message for one in made.notes["backend_split"].findings if one.kind == "absent"]
    assert len(said) == 1
    assert "`create` makes one: give it a name at the top of a module (`app = create()`)" in said[0]
