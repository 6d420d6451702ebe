"""Every way of including routers: what is read of it, and that what only gathers ties nothing together."""

from __future__ import annotations

import pytest

from migrator.facts.fastapi import Name, applications, routes
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
