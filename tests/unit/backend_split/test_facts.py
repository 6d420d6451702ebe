"""What is read of Python backends without running them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.facts.distributions import needed, requirements
from migrator.facts.packages import blank, loads
from migrator.facts.serving import Name, applications, routes
from migrator.facts.settings import background, environment
from migrator.facts.tables import foreign_keys, makes, relations, tables
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.tree import FILE, Entry, Store, Tree


def facts(files: Mapping[str, str]) -> Facts:
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())
    return Facts(tree, store, Scanner(store, Cache(None)))


APP = "from fastapi import FastAPI, APIRouter\napp = FastAPI()\nrouter = APIRouter(prefix='/r')\n"
BASE = {"b/pyproject.toml": "[project]\nname = 'b'\n", "b/app/__init__.py": ""}

ROUTES = [
    pytest.param({}, "@app.get('/a')\ndef f(): ...\n", {("GET", "/a", "f")}, id="a decorator"),
    pytest.param(
        {}, "@app.get('/a')\n@app.post('/a', name='n')\nasync def f(): ...\n", {("GET", "/a", "f"), ("POST", "/a", "n")}, id="two decorators"
    ),
    pytest.param({}, "@app.api_route('/a', methods=['put', 'patch'])\ndef f(): ...\n", {("PUT", "/a", "f"), ("PATCH", "/a", "f")}, id="api_route"),
    pytest.param({}, "@app.websocket('/w')\nasync def f(s): ...\n", {("WEBSOCKET", "/w", "f")}, id="a websocket"),
    pytest.param({}, "def f(): ...\napp.add_api_route('/a', f, methods=['DELETE'])\n", {("DELETE", "/a", "f")}, id="add_api_route"),
    pytest.param({}, "@router.get('/a')\ndef f(): ...\napp.include_router(router)\n", {("GET", "/r/a", "f")}, id="a router with a prefix"),
    pytest.param({}, "@router.get('/a')\ndef f(): ...\n", set(), id="a router that nobody includes"),
    pytest.param({}, "# @app.get('/a')\ndef f(): ...\n", set(), id="a comment"),
    *(
        pytest.param({}, f"@app.get('/a')\ndef f(): ...\nx = {deep}\n", {("GET", "/a", "f")}, id=f"what is nested too deeply {number}")
        for number, deep in enumerate(("f(" * 5000 + ")" * 5000, "(" * 9000 + ")" * 9000, "1" + "+1" * 20_000, "a" + ".b" * 20_000))
    ),
    pytest.param({}, "@cache.get('/a')\ndef f(): ...\n", set(), id="another object's decorator"),
    pytest.param(
        {},
        "@router.get('')\ndef f(): ...\nP = '/p'\napp.include_router(router, prefix=P + '/v1')\n",
        {("GET", "/p/v1/r", "f")},
        id="a constant, added to",
    ),
    pytest.param(
        {"b/app/x.py": "from fastapi import APIRouter\nr = APIRouter()\napi = r\n@r.get('/a')\ndef f(): ...\n"},
        "from app.x import api as other\napp.include_router(other, prefix='/p')\n",
        {("GET", "/p/a", "f")},
        id="a router under a second name in another module",
    ),
    pytest.param(
        {"b/app/x.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/a')\ndef f(): ...\n"},
        "from app import x\napp.include_router(x.router)\n",
        {("GET", "/a", "f")},
        id="an attribute of a module",
    ),
    pytest.param(
        {
            "b/app/x/__init__.py": "from .y import router\n",
            "b/app/x/y.py": "from fastapi import APIRouter\nrouter = APIRouter()\ninner = APIRouter(prefix='/i')\n"
            "@inner.get('/a')\ndef f(): ...\nrouter.include_router(inner, prefix='/o')\n",
        },
        "from app.x import router as r\napp.include_router(r)\n",
        {("GET", "/o/i/a", "f")},
        id="re-exported, with a router in it",
    ),
    pytest.param(
        {"b/app/c.py": "class S(BaseSettings):\n    PREFIX: str = Field(default='/api', alias='P')\nsettings = S()\n"},
        "from app.c import settings\n@router.get('/a')\ndef f(): ...\napp.include_router(router, prefix=f'{settings.PREFIX}/v1')\n",
        {("GET", "/api/v1/r/a", "f")},
        id="a setting in an f-string",
    ),
    pytest.param(
        {},
        "other = APIRouter()\n@router.get('/a')\ndef f(): ...\n@other.get('/b')\ndef g(): ...\nfor r in (router, other):\n    app.include_router(r, prefix='/p')\n",
        {("GET", "/p/r/a", "f"), ("GET", "/p/b", "g")},
        id="a loop",
    ),
    pytest.param(
        {"b/app/x.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/a')\ndef f(): ...\n"},
        "from app import x\nEVERY = [(x, 'x')]\ndef add(app):\n    for m, name in EVERY:\n        app.include_router(m.router, prefix=f'/{name}')\nadd(app)\n",
        {("GET", "/x/a", "f")},
        id="a loop over a list with a name, of modules and their prefixes",
    ),
    pytest.param(
        {},
        "other = APIRouter()\n@router.get('/a')\ndef f(): ...\n@other.get('/b')\ndef g(): ...\nEVERY = {'One': router, 'Two': other}\n"
        "for tag, r in EVERY.items():\n    app.include_router(r, prefix=f'/{tag.lower()}')\nprint(EVERY.keys())\n",
        {("GET", "/one/r/a", "f"), ("GET", "/two/b", "g")},
        id="a loop over a dictionary, with what is made of its keys",
    ),
    pytest.param(
        {},
        "@router.get('/a')\ndef f(): ...\nfor r in {'One': router}.values():\n    app.include_router(r, prefix='/p')\n",
        {("GET", "/p/r/a", "f")},
        id="over the values of one",
    ),
    pytest.param(
        {},
        "EVERY = {'One': router}\nEVERY['Two'] = app\n@router.get('/a')\ndef f(): ...\nfor r in EVERY.values():\n    app.include_router(r)\n",
        set(),
        id="a loop over a dictionary that changes",
    ),
    pytest.param(
        {},
        "EVERY = [router]\nEVERY.append(app)\n@router.get('/a')\ndef f(): ...\nfor r in EVERY:\n    app.include_router(r)\n",
        set(),
        id="a loop over a list that changes",
    ),
    pytest.param({}, "@app.get(path())\ndef f(): ...\n", {("GET", "{path}", "f")}, id="what only running it would tell"),
    pytest.param(
        {}, "def add(to):\n    @to.get('/a')\n    def f(): ...\nadd(app)\n", {("GET", "/a", "f")}, id="a function that is given the application"
    ),
    pytest.param(
        {},
        "def add(n, *, app):\n    app.get('/a')(f)\n    app.include_router(router)\n@router.get('/b')\ndef g(): ...\nadd(1, app=app)\n",
        {("GET", "/r/b", "g")},
        id="by name",
    ),
    pytest.param({}, "def add(app):\n    app.include_router(router)\n@router.get('/b')\ndef g(): ...\n", set(), id="a function that nobody calls"),
    pytest.param(
        {
            "b/app/x.py": "from fastapi import APIRouter\ndef make():\n    r = APIRouter(prefix='/p')\n    @r.get('/a')\n    def f(): ...\n    return r\n"
        },
        "from app.x import make\napp.include_router(make())\n",
        {("GET", "/p/a", "f")},
        id="a router that a function makes",
    ),
    pytest.param(
        {"b/app/x.py": "def register(app):\n    from app import main\n    app.include_router(main.router)\n"},
        "from app.x import register\n@router.get('/a')\ndef f(): ...\nregister(app)\n@app.get('/b')\ndef g(): ...\n",
        {("GET", "/r/a", "f"), ("GET", "/b", "g")},
        id="a function of another module",
    ),
    pytest.param(
        {
            "b/app/x.py": "from fastapi import APIRouter\nclass Api(APIRouter):\n    def __init__(self, prefix='/own'):\n        super().__init__(prefix=prefix)\n"
        },
        "from app.x import Api\napi = Api()\n@router.get('/a')\ndef f(): ...\napi.include_router(router)\napp.include_router(api)\n",
        {("GET", "/own/r/a", "f")},
        id="a class of the project's own that has the name of another library's",
    ),
    pytest.param(
        {"b/app/x.py": "from fastapi import APIRouter\nxs = r = APIRouter(prefix='/p')\n@r.get('/a')\ndef f(): ...\n@xs.get('/b')\ndef g(): ...\n"},
        "from app.x import xs\napp.include_router(xs)\n",
        {("GET", "/p/a", "f"), ("GET", "/p/b", "g")},
        id="two names at once",
    ),
    pytest.param(
        {"b/app/x.py": "from fastapi import APIRouter\nxs = r = APIRouter(prefix='/p')\n@xs.get('/b')\ndef g(): ...\n"},
        "from app.x import r\napp.include_router(r)\n",
        {("GET", "/p/b", "g")},
        id="included by the second",
    ),
    pytest.param({}, "other = router\n@other.get('/a')\ndef f(): ...\napp.include_router(router)\n", {("GET", "/r/a", "f")}, id="another name"),
]


@pytest.mark.parametrize("files, text, expected", ROUTES)
def test_routes_are_what_the_application_would_serve(files, text, expected):
    seen = facts({**BASE, "b/app/main.py": APP + text, **files})
    found = routes(seen, Name(RepoPath("b/app/main.py"), "app"))
    assert {(route.method, route.path, route.name) for route in found} == expected


FACTORY = "from fastapi import FastAPI\nfrom app.x import router\ndef make(settings=None):\n    made = FastAPI()\n    made.include_router(router, prefix='/p')\n    return made\n"
ITEMS = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/a')\ndef f(): ...\n"
FACTORIES = [
    pytest.param({"main": FACTORY}, [], id="in a function that nobody calls it is none that a server can be given"),
    pytest.param({"main": FACTORY + "app = make()\n"}, [("b/app/main.py", "app")], id="made by a function"),
    pytest.param({"main": FACTORY.replace("made", "app") + "app: FastAPI = make()\n"}, [("b/app/main.py", "app")], id="under one name"),
    pytest.param(
        {"factory": FACTORY, "main": "from app.factory import make\nserver = make()\n"}, [("b/app/main.py", "server")], id="of another module"
    ),
    pytest.param({"factory": FACTORY, "main": "from app import factory\napp = factory.make()\n"}, [("b/app/main.py", "app")], id="by its module"),
    pytest.param({"factory": FACTORY, "main": "from app.other import make\napp = make()\n"}, [], id="another function of that name"),
]


@pytest.mark.parametrize("files, expected", FACTORIES)
def test_applications_that_functions_make(files, expected):
    seen = facts({**BASE, "b/app/x.py": ITEMS, **{f"b/app/{title}.py": text for title, text in files.items()}})
    assert applications(seen) == tuple(expected)
    assert [(route.method, route.path) for name in applications(seen) for route in routes(seen, name)] == [("GET", "/p/a")] * len(expected)


def test_routes_come_in_the_order_in_which_the_application_gets_them():
    text = "def first(app):\n    app.include_router(router)\n@router.get('/a')\ndef f(): ...\nfirst(app)\n@app.get('/r/{x}')\ndef g(x): ...\n"
    assert [route.name for route in routes(facts({**BASE, "b/app/main.py": APP + text}), Name(RepoPath("b/app/main.py"), "app"))] == ["f", "g"]


def test_the_application_with_the_most_routes_comes_first():
    seen = facts({**BASE, "b/app/a.py": APP, "b/app/z.py": APP + "@app.get('/a')\ndef f(): ...\n"})
    assert [name.module for name in applications(seen)] == ["b/app/z.py", "b/app/a.py"]


REQUIREMENTS = "fastapi==0.1\nPyJWT>=2  # tokens\npython-jose[cryptography]==3\n-r other.txt\nasyncpg==1\nredis==5\n"
NEEDED = [
    ("import jwt\n", ["PyJWT>=2"], ()),
    ("from jose import jwt\n", ["python-jose[cryptography]==3"], ()),
    ("from starlette.responses import Response\n", ["fastapi==0.1"], ()),
    ("def f():\n    import redis.asyncio\n", ["redis==5"], ()),
    ("from sqlalchemy.ext.asyncio import create_async_engine\n", ["asyncpg==1"], ("sqlalchemy",)),
    ("import json\nfrom app import other\n", [], ()),
    ("import unheard_of\n", [], ("unheard_of",)),
]


@pytest.mark.parametrize("text, lines, unknown", NEEDED)
def test_a_module_needs_what_it_imports(text, lines, unknown):
    seen = facts({**BASE, "b/requirements.txt": REQUIREMENTS, "b/app/x.py": text, "b/app/other.py": ""})
    found = needed(seen, [RepoPath("b/app/x.py")], requirements(seen, RepoPath("b")))
    assert found == (tuple(lines), tuple(unknown))


LOADED = [
    pytest.param("from importlib import import_module\nimport_module('app.x')\n", {"b/app/x.py"}, id="by name"),
    pytest.param("from importlib import import_module\nK = {'x': 'app.x:X'}\nimport_module(K['x'])\n", {"b/app/x.py"}, id="from a table"),
    pytest.param("K = {'app.x': {'level': 'INFO'}}\n", set(), id="a logger's name"),
    pytest.param("def f():\n    from app import x\n", {"b/app/x.py"}, id="later"),
]


@pytest.mark.parametrize("text, expected", LOADED)
def test_what_a_module_loads(text, expected):
    seen = facts({**BASE, "b/app/x.py": "class X: ...\n", "b/app/y.py": text})
    assert set(loads(seen, RepoPath("b/app/y.py"))) - {RepoPath("b/app/__init__.py")} == expected


def test_what_a_module_loads_at_once_is_less_than_what_it_loads():
    seen = facts({**BASE, "b/app/x.py": "", "b/app/y.py": "def f():\n    from app import x\n"})
    assert set(loads(seen, RepoPath("b/app/y.py"), later=False)) == {"b/app/__init__.py"}


def test_tables_and_the_keys_between_modules():
    seen = facts(
        {
            "b/one.py": "class U(Base):\n    __tablename__ = 'users'\n",
            "b/two.py": "class M(Base):\n    __tablename__ = 'm'\n    u = Column(ForeignKey('users.id'))\n    self_ = Column(ForeignKey('m.id'))\n"
            "T = Table('t', metadata, Column('m', ForeignKey('m.id')))\n",
        }
    )
    assert [table.name for table in tables(seen, RepoPath("b/two.py"))] == ["m", "t"]
    assert [(key.table, key.to, key.target) for key in foreign_keys(seen, seen.tree)] == [("m", "users", "b/one.py")]


def test_the_tables_of_sqlmodel_are_named_as_their_classes():
    seen = facts(
        {
            "b/one.py": "class Team(SQLModel, table=True):\n    id: int\nclass Public(SQLModel):\n    id: int\n",
            "b/two.py": "class Hero(SQLModel, table=True):\n    team_id: int = Field(foreign_key='team.id')\n",
            "b/three.py": "class Sort(SQLModel, table=True):\n    __tablename__ = 'kinds'\n    teams: list['Team'] = Relationship(back_populates='x')\n",
        }
    )
    assert [[table.name for table in tables(seen, RepoPath(f"b/{one}.py"))] for one in ("one", "two", "three")] == [["team"], ["hero"], ["kinds"]]
    assert set(relations(seen, seen.tree)) == {("b/two.py", "b/one.py"), ("b/three.py", "b/one.py")}


MADE = [
    ("import sqlalchemy as sa\nengine = sa.create_engine('')\n", {"sa.create_engine", "create_engine"}),
    ("class Base(orm.DeclarativeBase): ...\n", {"orm.DeclarativeBase", "DeclarativeBase"}),
    ("class A(Generic[T], table=True): ...\n", {"Generic"}),
    ("x = f(y)(z)\n", {"f"}),
    ("x: create_engine\n", set()),
]


@pytest.mark.parametrize("text, expected", MADE)
def test_what_a_module_calls_and_derives_from(text, expected):
    assert makes(facts({"a.py": text}), RepoPath("a.py")) == expected


@pytest.mark.parametrize("text, empty", [("", True), ("# c\n", True), ('"""d"""\n', True), ("x = 1\n", False), ("from .a import b\n", False)])
def test_a_package_that_says_nothing(text, empty):
    assert blank(facts({"a/__init__.py": text}), RepoPath("a/__init__.py")) is empty


VARIABLES = [
    ("import os\na = os.getenv('A')\n", {"A": True}),
    ("import os\na = os.getenv('A', 'x')\nb = os.environ['B']\nc = os.environ.get('C', '')\n", {"A": False, "B": True, "C": False}),
    ("class S(BaseSettings):\n    url: str\n    NAME: str = 'x'\n    def f(self): ...\n", {"URL": True, "NAME": False}),
    ("class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='APP_')\n    url: str = Field(...)\n", {"APP_URL": True}),
    ("class S(BaseSettings):\n    url: str = Field(default='x', alias='DB')\n    b: int = Field(default_factory=int)\n", {"DB": False, "B": False}),
    ("class S(BaseModel):\n    url: str\n# os.getenv('A')\n", {}),
    ("import os\nos.getenv(name)\nos.environ[f'A_{b}']\n", {}),
]


@pytest.mark.parametrize("text, expected", VARIABLES)
def test_environment_variables(text, expected):
    assert {one.name: one.required for one in environment(facts({"a.py": text}), RepoPath("a.py"))} == expected


TASKS = [
    ("@celery.task\ndef f(): ...\n", [("f", "declared")]),
    ("@shared_task(name='wire.name')\ndef f(): ...\n", [("wire.name", "declared")]),
    ("def r(tasks):\n    tasks.add_task(send, 1)\n    asyncio.create_task(self.loop())\n", [("send", "started"), ("self.loop", "started")]),
    ("@app.get('/task')\ndef f(): ...\n", []),
]


@pytest.mark.parametrize("text, expected", TASKS)
def test_background_work(text, expected):
    assert [(task.name, task.kind) for task in background(facts({"a.py": text}), RepoPath("a.py"))] == expected
