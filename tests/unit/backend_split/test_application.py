"""What of a monolith's application a service keeps, in tables of before and after."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest

from migrator.paths import RepoPath
from migrator.plan import Plan
from phases.backend_split.application.service import import_lines
from tests.unit.backend_split.planning import planned

PLAN = "[phases.backend_split]\nlayout = 'monolith'\n[phases.backend_split.services.auth]\nrouters = ['auth*.py']\n[phases.backend_split.services.market-data]\nrouters = ['market*.py']\n"
ROUTER = "from fastapi import APIRouter\n\n{imports}\nrouter = APIRouter()\n\n\n@router.get('/{name}')\ndef {name}():\n    return {uses}\n"
MONOLITH = {
    "b/pyproject.toml": "[project]\nname = 'b'\ndependencies = ['fastapi', 'uvicorn']\n",
    "b/app/__init__.py": "",
    "b/app/core/__init__.py": "",
    "b/app/core/config.py": "PREFIX = '/api'\nDEBUG = True\n",  # of all
    "b/app/core/broker.py": "from pathlib import Path\n\n\nbroker = Path(__file__).with_suffix('.sock')\n",  # of the gateway: it asks where it is
    "b/app/core/cache.py": "cache = {}\n",  # of auth and the application
    "b/app/core/prices.py": "prices = {}\n",  # of market-data
    "b/app/core/database.py": "engine = object()\n\n\ndef create_tables(): ...\n",  # of both services
    "b/app/routers/__init__.py": "",
    "b/app/routers/auth.py": ROUTER.format(
        name="auth",
        uses="PREFIX, cache, engine",
        imports="from app.core.cache import cache\nfrom app.core.config import PREFIX\nfrom app.core.database import engine\n",
    ),
    "b/app/routers/market.py": ROUTER.format(
        name="market",
        uses="PREFIX, prices, engine",
        imports="from app.core.config import PREFIX\nfrom app.core.database import engine\nfrom app.core.prices import prices\n",
    ),
    "b/app/routers/health.py": ROUTER.format(
        name="health", uses="PREFIX, broker", imports="from app.core.broker import broker\nfrom app.core.config import PREFIX\n"
    ),
}
PROJECT = "[project]\nname = 'shop'\nversion = '3.1'\ndependencies = ['fastapi', 'uvicorn']\n"
DOCSTRING = '"""The auth-service of this repository: its own routes, served as the whole application serves them."""\n\n'
HEALTH = """

@app.get("/health", include_in_schema=False, operation_id="service_health")
async def service_health() -> dict[str, str]:
    return {"status": "ok", "service": "auth-service"}
"""
HEAD = "from fastapi import FastAPI\n\nfrom app.core.broker import broker\nfrom app.core.cache import cache\nfrom app.core.prices import prices\n"
HEAD += "from app.routers import auth, health, market\n\n"
APP = "app = FastAPI()\n\n"
INCLUDES = "\napp.include_router(health.router)\napp.include_router(auth.router)\napp.include_router(market.router)\n"
OURS = "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\n\napp = FastAPI()\n\n"


def plan(main: str, files: Mapping[str, str] | None = None) -> Plan:
    return planned({**MONOLITH, **(files or {}), "b/app/main.py": main}, PLAN)


def ours(made: Plan) -> str:
    """The application of auth-service."""
    assert made.aside == ()
    path = RepoPath("services/auth-service/src/auth_service/main.py")
    assert path in made.end.tree, [finding.message for finding in made.notes["backend_split"].findings if finding.kind == "stays"]
    text = made.end.read(path).decode()
    compile(text, path, "exec")
    return text


LIFESPAN = (
    "from contextlib import asynccontextmanager\n\n"
    + HEAD
    + "from app.core.database import create_tables\n\n\n@asynccontextmanager\nasync def lifespan(app):\n"
)
STARTED = "\n\napp = FastAPI(lifespan=lifespan)\n" + INCLUDES
KEPT = """from contextlib import asynccontextmanager

from fastapi import FastAPI

from auth_service.routers import auth
{imports}

@asynccontextmanager
async def lifespan(app):
{body}

app = FastAPI(lifespan=lifespan)

app.include_router(auth.router)
"""
CACHE = "from backend_core.core.cache import cache\n"
TABLES = "from backend_core.core.database import create_tables\n"


def lifespan(before: str, after: str, imports: str = ""):
    """One row: what a lifespan does, and what it does in auth-service."""
    body = "".join(f"    {line}\n" if line else "\n" for line in dedent(before).strip("\n").split("\n"))
    kept = "".join(f"    {line}\n" if line else "\n" for line in dedent(after).strip("\n").split("\n"))
    return LIFESPAN + body + STARTED, KEPT.format(imports=imports, body=kept)


ROWS = [
    pytest.param(
        HEAD
        + "EVERY = {'Auth': auth.router, 'Market': market.router}\n\napp = FastAPI(description=', '.join(EVERY.keys()))\n\n"
        + "for tag, router in EVERY.items():\n    app.include_router(router, prefix=f'/{tag.lower()}', tags=[tag])\n",
        "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\n\napp = FastAPI(description=', '.join(['Auth', 'Market']))\n\n"
        "app.include_router(auth.router, prefix=f'/auth', tags=['Auth'])\n",
        id="a dictionary of routers",
    ),
    pytest.param(HEAD + APP + INCLUDES.lstrip("\n"), OURS + "app.include_router(auth.router)\n", id="its own router alone"),
    pytest.param(
        HEAD
        + "# What everybody asks.\napp = FastAPI()  # served\n\n# People\napp.include_router(auth.router)  # first\n\n# Things\napp.include_router(market.router)\n",
        "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\n\n# What everybody asks.\napp = FastAPI()  # served\n\n# People\napp.include_router(auth.router)  # first\n",
        id="comments go with their statements",
    ),
    pytest.param(
        HEAD
        + "from app.core.config import PREFIX\n\n"
        + APP
        + "if PREFIX:\n    app.include_router(auth.router)\n    # prices\n    app.include_router(market.router)\nelse:\n    app.include_router(health.router)\n",
        "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\nfrom backend_core.core.config import PREFIX\n\napp = FastAPI()\n\n"
        "if PREFIX:\n    app.include_router(auth.router)\n",
        id="a condition",
    ),
    pytest.param(
        HEAD.replace("auth, ", "")
        + APP
        + "try:\n    from app.routers import auth as people\n    from app.core import broker as carrier\n\n    app.include_router(people.router)\n"
        "except ImportError:\n    pass\napp.include_router(market.router)\n",
        "from fastapi import FastAPI\n\napp = FastAPI()\n\ntry:\n    from auth_service.routers import auth as people\n\n    app.include_router(people.router)\n"
        "except ImportError:\n    pass\n",
        id="an import that may fail",
    ),
    pytest.param(
        HEAD + "def mount(app):\n    app.include_router(auth.router)\n    app.include_router(market.router)\n\n\n" + APP + "mount(app)\n",
        "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\n\n\ndef mount(app):\n    app.include_router(auth.router)\n\n\napp = FastAPI()\n\nmount(app)\n",
        id="a function that includes",
    ),
    pytest.param(
        HEAD
        + APP
        + "for router in (health.router, auth.router, market.router):\n    # with its prefix\n    app.include_router(router, prefix='/v1')\n",
        OURS + "app.include_router(auth.router, prefix='/v1')\n",
        id="a loop that includes",
    ),
    pytest.param(
        HEAD + APP + "EVERY = [\n    (auth, 'people'),  # first\n    (market, 'things'),\n]\n\nfor module, name in EVERY:\n"
        "    app.include_router(\n        module.router,\n        prefix=f'/{name}',\n    )\napp.include_router(health.router)\n",
        OURS + "app.include_router(\n    auth.router,\n    prefix=f'/people',\n)\n",
        id="a loop over a list of modules and prefixes",
    ),
    pytest.param(
        HEAD + APP + "app.state.cache = cache\napp.state.broker = broker\napp.openapi_version = '3.0.2'\n" + INCLUDES,
        "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\nfrom backend_core.core.cache import cache\n\napp = FastAPI()\n\n"
        "app.state.cache = cache\napp.openapi_version = '3.0.2'\n\napp.include_router(auth.router)\n",
        id="what the application is told",
    ),
    pytest.param(
        HEAD + APP + "carrier = broker.Broker()\napp.state.carrier = carrier\n" + INCLUDES,
        OURS + "app.include_router(auth.router)\n",
        id="what is made of what the service has not",
    ),
    pytest.param(
        "import sys\nfrom pathlib import Path\n\n" + HEAD + "sys.path.insert(0, str(Path(__file__).parent))\n" + APP + INCLUDES.lstrip("\n"),
        OURS + "app.include_router(auth.router)\n",
        id="what asks for the place of the monolith's application",
    ),
    pytest.param(
        HEAD + APP + "def schema():\n    return {}\n\n\napp.openapi = schema\n" + INCLUDES,
        "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\n\napp = FastAPI()\n\n\ndef schema():\n    return {}\n\n\napp.openapi = schema\n\n"
        "app.include_router(auth.router)\n",
        id="its own document",
    ),
    pytest.param(
        HEAD + APP + "@app.exception_handler(KeyError)\nasync def a(request, error):\n    from app.core.config import DEBUG\n\n    return DEBUG\n\n\n"
        "@app.exception_handler(ValueError)\nasync def b(request, error):\n    return broker\n\n" + INCLUDES,
        "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\n\napp = FastAPI()\n\n\n@app.exception_handler(KeyError)\nasync def a(request, error):\n"
        "    from backend_core.core.config import DEBUG\n\n    return DEBUG\n\n\napp.include_router(auth.router)\n",
        id="handlers, one of which needs what the service has not",
    ),
    pytest.param(
        "from __future__ import annotations\n\nimport os, json\nimport app.core.database\nfrom app.core.config import *\n"
        + HEAD
        + "app = FastAPI(debug=DEBUG)\n"
        + INCLUDES,
        "from __future__ import annotations\n\nfrom fastapi import FastAPI\n\nimport backend_core.core.database  # noqa: F401\nfrom auth_service.routers import auth\n"
        "from backend_core.core.config import *\n\napp = FastAPI(debug=DEBUG)\n\napp.include_router(auth.router)\n",
        id="imports for what they do, of everything, of the future",
    ),
    pytest.param(
        HEAD
        + APP
        + "app.mount('/files', object())\n\n\n@app.get('/')\ndef root(): ...\n\n"
        + INCLUDES
        + "\n\nif __name__ == '__main__':\n    print(app)\n",
        OURS + "app.include_router(auth.router)\n",
        id="what the gateway serves itself",
    ),
    pytest.param(
        HEAD
        + APP
        + "@app.on_event('startup')\nasync def start():\n    cache.clear()\n    await broker.start()\n\n\n@app.on_event('shutdown')\nasync def stop():\n    await broker.stop()\n\n"
        + INCLUDES,
        "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\nfrom backend_core.core.cache import cache\n\napp = FastAPI()\n\n\n"
        "@app.on_event('startup')\nasync def start():\n    cache.clear()\n\n\napp.include_router(auth.router)\n",
        id="what runs at the start and at the end",
    ),
    pytest.param(
        HEAD
        + "async def start():\n    cache.clear()\n    await broker.start()\n\n\nasync def stop():\n    await broker.stop()\n\n\n"
        + APP
        + "app.add_event_handler('startup', start)\napp.add_event_handler('shutdown', stop)\n"
        + INCLUDES,
        "from fastapi import FastAPI\n\nfrom auth_service.routers import auth\nfrom backend_core.core.cache import cache\n\n\nasync def start():\n    cache.clear()\n\n\n"
        "app = FastAPI()\n\napp.add_event_handler('startup', start)\n\napp.include_router(auth.router)\n",
        id="what is told to run at the start and at the end",
    ),
    pytest.param(
        HEAD.replace("\n", "\r\n") + APP.replace("\n", "\r\n") + INCLUDES.replace("\n", "\r\n"),
        OURS + "app.include_router(auth.router)\n",
        id="other line ends",
    ),
]


NAMES = [
    pytest.param(
        "from app import __version__\n" + HEAD + "app = FastAPI(version=__version__)\n" + INCLUDES,
        {"b/app/__init__.py": "import os\n\n# Of the release\n__version__ = '1.2'  # bumped\nOTHER = os.sep\n"},
        "# Of the release\n__version__ = '1.2'  # bumped\n\napp = FastAPI(version=__version__)\n",
        id="a version of the package",
    ),
    pytest.param(
        "from app import __version__ as VERSION\n" + HEAD + "app = FastAPI(version=VERSION)\n" + INCLUDES,
        {"b/app/__init__.py": "PARTS = [1, 2]\nPARTS.append(3)\n__version__ = '.'.join(map(str, PARTS))\n"},
        "PARTS = [1, 2]\nPARTS.append(3)\nVERSION = '.'.join(map(str, PARTS))\n\napp = FastAPI(version=VERSION)\n",
        id="under another name, made of others",
    ),
    pytest.param(
        "from app import __version__ as VERSION, name\n" + HEAD + "app = FastAPI(version=VERSION, title=name)\n" + INCLUDES,
        {"b/app/__init__.py": "from app.core.version import __version__\n\nname = 'b'\n", "b/app/core/version.py": "__version__ = '1'\n"},
        "name = 'b'\n\nVERSION = '1'\n\napp = FastAPI(version=VERSION, title=name)\n",
        id="exported again",
    ),
    pytest.param(
        "from app import PREFIX as START\n" + HEAD + "app = FastAPI(title=START)\n" + INCLUDES,
        {"b/app/__init__.py": "from app.core.config import PREFIX\n"},
        "from backend_core.core.config import PREFIX as START\n\napp = FastAPI(title=START)\n",
        id="exported again by a package, and shared",
    ),
    pytest.param(
        "import app as package\n"
        + HEAD
        + "def schema(app):\n    return package.__version__\n\n\napp = FastAPI(version=package.__version__)\n"
        + INCLUDES,
        {"b/app/__init__.py": "__version__ = '1.2'\n"},
        "__version__ = '1.2'\n\napp = FastAPI(version=__version__)\n",
        id="an attribute of the package",
    ),
    pytest.param(
        HEAD + "from app import title\nfrom app.core import places\n\nword = 'x'\napp = FastAPI(title=places.title, description=title)\n" + INCLUDES,
        {
            "b/app/__init__.py": "word = 'shop'\ntitle = f'{word}s'\n",
            "b/app/core/places.py": "from kit import find_root\n\nHERE = find_root(__file__)\nword = 'place'\n\n\ndef title(text=word):\n    return text\n",
        },
        "app_word = 'shop'\ntitle = f'{app_word}s'\n\nplaces_word = 'place'\n\n\ndef places_title(text=places_word):\n    return text\n\n\n"
        "app = FastAPI(title=places_title, description=title)\n",
        id="names that mean something else there",
    ),
    pytest.param(
        HEAD + "from app.core.places import TITLE\n\napp = FastAPI(title=TITLE)\n" + INCLUDES,
        {
            "b/app/core/places.py": "from kit import find_root\n\nfrom app.core.config import PREFIX\n\nHERE = find_root(__file__)\nTITLE = f'shop {PREFIX}'\n"
        },
        "TITLE = f'shop {PREFIX}'\n\napp = FastAPI(title=TITLE)\n",
        id="of a module that stays for another of its names",
    ),
    pytest.param(
        HEAD
        + "from app.core.marks import mark\n\n\ndef unique(route):\n    return mark(route)\n\n\napp = FastAPI(generate_unique_id_function=unique)\n"
        + INCLUDES,
        {"b/app/core/marks.py": "def mark(route): ...\n"},
        "from backend_core.core.marks import mark\n\n\ndef unique(route):\n    return mark(route)\n\n\napp = FastAPI(generate_unique_id_function=unique)\n",
        id="of a function of its module",
    ),
    pytest.param(
        HEAD + "from app.core.logs import configure\n\nconfigure()\n" + APP + INCLUDES,
        {"b/app/core/logs.py": "def configure(): ...\n"},
        "from backend_core.core.logs import configure\n\nconfigure()\napp = FastAPI()\n",
        id="what is called before",
    ),
]


ASKED = "from importlib.metadata import version\n\n"
VERSIONS = [
    pytest.param(
        ASKED + HEAD + "app = FastAPI(version=version('shop'))\n" + INCLUDES,
        {},
        'app = FastAPI(version=version("auth-service"))\n',
        id="in the application",
    ),
    pytest.param(
        "from app import __version__\n" + HEAD + "app = FastAPI(version=__version__)\n" + INCLUDES,
        {"b/app/__init__.py": "from importlib import metadata\n\n__version__ = metadata.version(__package__)\n"},
        'from importlib import metadata\n\nfrom fastapi import FastAPI\n\nfrom auth_service.routers import auth\n\n__version__ = metadata.version("auth-service")\n',
        id="in its package, by its own name",
    ),
    pytest.param(
        ASKED + HEAD + "app = FastAPI(version=version('fastapi'))\n" + INCLUDES, {}, "app = FastAPI(version=version('fastapi'))\n", id="of another"
    ),
]


@pytest.mark.parametrize("before, files, lines", VERSIONS)
def test_a_service_asks_for_its_own_version(before: str, files: Mapping[str, str], lines: str):
    made = plan(before, {**files, "b/pyproject.toml": PROJECT})
    assert lines in ours(made)
    manifest = made.end.read(RepoPath("services/auth-service/pyproject.toml")).decode()
    assert ('version = "3.1"' in manifest) == ('version("auth-service")' in ours(made))


@pytest.mark.parametrize(
    "said, version",
    [
        (ASKED + "PREFIX = version('Shop')\n", '"3.1"'),
        ("import pkg_resources\n\nPREFIX = pkg_resources.get_distribution('shop').version\n", '"3.1"'),
        ("PREFIX = version('shop')\n", '"0.1.0"'),
        (ASKED + "PREFIX = version('shopping')\n", '"0.1.0"'),
        (ASKED + "PREFIX = version(__name__)\n", '"0.1.0"'),
    ],
)
def test_what_is_shared_asks_for_its_own_version(said: str, version: str):
    made = plan(HEAD + APP + INCLUDES, {"b/app/core/config.py": said, "b/pyproject.toml": PROJECT})
    text = made.end.read(RepoPath("packages/backend-core/src/backend_core/core/config.py")).decode()
    assert ("backend-core" in text) == (version == '"3.1"')
    assert f"version = {version}\n" in made.end.read(RepoPath("packages/backend-core/pyproject.toml")).decode()


@pytest.mark.parametrize(
    "package, said, now",
    [
        ("__version__ = '1.2'  # bumped\n", "from app import __version__\n", "__version__ = '1.2'  # bumped\n"),
        ("PARTS = [1]\nPARTS.append(2)\n", "from app import PARTS as NUMBERS\n", "NUMBERS = [1]\nNUMBERS.append(2)\n"),
        ("import os\n\nSEP = os.sep\n", "from .. import SEP\n", "import os\n\nSEP = os.sep\n"),
    ],
)
def test_what_moves_says_itself_what_its_package_said(package: str, said: str, now: str):
    made = plan(HEAD + APP + INCLUDES, {"b/app/__init__.py": package, "b/app/core/config.py": said + "\nPREFIX = '/api'\n"})
    assert made.aside == ()
    assert made.end.read(RepoPath("packages/backend-core/src/backend_core/core/config.py")).decode() == now + "\nPREFIX = '/api'\n"
    assert any(finding.kind == "copied" and said.strip() in finding.message for step in made.steps for finding in step.findings)


@pytest.mark.parametrize(
    "package",
    ["KEY = 'sk_live_0123456789abcdef'\n", "from app.core.broker import broker as KEY\n", "from app.core.broker import broker\nKEY = broker\n"],
)
def test_what_a_package_says_of_others_or_in_secret_is_not_copied(package: str):
    made = plan(HEAD + APP + INCLUDES, {"b/app/__init__.py": package, "b/app/core/config.py": "from app import KEY\n\nPREFIX = KEY\n"})
    assert RepoPath("packages/backend-core/src/backend_core/core/config.py") not in made.end.tree


def test_a_version_that_no_manifest_says_is_told():
    project = PROJECT.replace("version = '3.1'", "dynamic = ['version']")
    made = plan(HEAD + APP + INCLUDES, {"b/app/core/config.py": ASKED + "PREFIX = version('shop')\n", "b/pyproject.toml": project})
    assert any("no manifest says" in finding.message for step in made.steps for finding in step.findings if finding.kind == "version")


FACTORY = "def create():\n    application = FastAPI(title=PREFIX)\n{0}    application.include_router(auth.router)\n    application.include_router(market.router)\n{1}    return application\n\n\n"
MADE = "app = create()\n"
CUT = "def create():\n    application = FastAPI(title=PREFIX)\n{0}    application.include_router(auth.router)\n{1}    return application\n\n\napp = create()\n"
SETUP = "from fastapi import FastAPI\n\nfrom app.core.config import PREFIX\nfrom .broker import broker\nfrom app.routers import auth, market\n\n\n"
FACTORIES = [
    pytest.param(
        HEAD + "from app.core.config import PREFIX\n\n\n" + FACTORY.format("", "") + MADE, {}, CUT.format("", ""), id="a function that makes it"
    ),
    pytest.param(
        HEAD
        + "from app.core.config import PREFIX\n\n\n"
        + FACTORY.format("    application.add_middleware(broker)\n    application.state.cache = cache\n", "    application.get('/')(print)\n")
        + MADE,
        {},
        CUT.format("    application.state.cache = cache\n", "    application.get('/')(print)\n"),
        id="what it does not have",
    ),
    pytest.param(
        HEAD
        + "from app.core.config import PREFIX\n\n\ndef prepare(app):\n    app.add_middleware(broker)\n    app.add_middleware(cache)\n\n\n"
        + FACTORY.format("", "    prepare(application)\n")
        + MADE,
        {},
        "def prepare(app):\n    app.add_middleware(cache)\n\n\n" + CUT.format("", "    prepare(application)\n"),
        id="a function that it is given to",
    ),
    pytest.param(
        HEAD
        + "from contextlib import asynccontextmanager\nfrom app.core.config import PREFIX\n\n\n"
        + FACTORY.format("", "")
        .replace("(title=PREFIX)", "(title=PREFIX, lifespan=life)")
        .replace(
            "    application =",
            "    @asynccontextmanager\n    async def life(app):\n        await broker.start()\n        yield\n\n    application =",
            1,
        )
        + MADE,
        {},
        "def create():\n    @asynccontextmanager\n    async def life(app):\n        yield\n\n    application = FastAPI(title=PREFIX, lifespan=life)\n",
        id="what runs at its start",
    ),
    pytest.param(
        "from app.core.setup import create\n\n" + MADE,
        {"b/app/core/setup.py": SETUP + FACTORY.format("", "")},
        CUT.format("", ""),
        id="of another module",
    ),
    pytest.param(
        "from .core import setup\n\napp = setup.create()\n",
        {"b/app/core/setup.py": SETUP + FACTORY.format("", "")},
        CUT.format("", ""),
        id="by its module",
    ),
    pytest.param(
        "from fastapi import FastAPI\n\nfrom app.core.setup import routers, rest\n\napp = FastAPI()\nrest(app)\nrouters(app)\n",
        {
            "b/app/core/setup.py": SETUP.replace("broker\n", "broker\nfrom .cache import cache\n")
            + "def rest(app):\n    app.add_middleware(cache)\n\n\n"
            + "def routers(app: FastAPI) -> None:\n    app.include_router(market.router)\n    app.include_router(auth.router, prefix=PREFIX)\n"
        },
        "def routers(app: FastAPI) -> None:\n    app.include_router(auth.router, prefix=PREFIX)\n\n\ndef rest(app):\n    app.add_middleware(cache)\n\n\n"
        "app = FastAPI()\nrest(app)\nrouters(app)\n",
        id="functions of another module that it is given to",
    ),
    pytest.param(
        "from app.setup import create\n\napp = create()\n",
        {
            "b/app/setup.py": "from fastapi import FastAPI\n\nfrom app.handlers import errors\nfrom app.wiring import wire\n\n\n"
            "def create():\n    made = FastAPI()\n    errors(made)\n    wire(made)\n    return made\n",
            "b/app/handlers.py": "def errors(app):\n    app.add_exception_handler(KeyError, print)\n",
            "b/app/wiring.py": "from app.routers import auth, market\n\n\ndef wire(app):\n    app.include_router(auth.router)\n    app.include_router(market.router)\n",
        },
        "from backend_core.handlers import errors\n\n\ndef wire(app):\n    app.include_router(auth.router)\n\n\n"
        "def create():\n    made = FastAPI()\n    errors(made)\n    wire(made)\n    return made\n\n\napp = create()\n",
        id="a chain over several modules",
    ),
    pytest.param(
        "from fastapi import FastAPI\n\nfrom app.every import api\n\napp = FastAPI()\napp.include_router(api, prefix=PREFIX)\n".replace(
            "from app.every", "from app.core.config import PREFIX\nfrom app.every"
        ),
        {
            "b/app/every.py": "from fastapi import APIRouter\n\nfrom app.routers import auth\nfrom app.some import router\n\n"
            "api = APIRouter()\napi.include_router(auth.router)\napi.include_router(router, tags=['market'])\n",
            "b/app/some.py": "from fastapi import APIRouter\n\nfrom app.routers import market\n\nrouter = APIRouter()\nrouter.include_router(market.router)\n",
        },
        "from auth_service.routers import auth\nfrom backend_core.core.config import PREFIX\n\n"
        "api = APIRouter()\napi.include_router(auth.router)\n\napp = FastAPI()\napp.include_router(api, prefix=PREFIX)\n",
        id="a router that gathers those of others alone",
    ),
]


@pytest.mark.parametrize("before, files, lines", FACTORIES)
def test_an_application_that_functions_make_is_made_by_the_same_functions(before: str, files: Mapping[str, str], lines: str):
    assert lines in ours(plan(before, files))


@pytest.mark.parametrize("before, files, lines", NAMES)
def test_what_an_application_is_made_with_goes_along(before: str, files: Mapping[str, str], lines: str):
    assert lines in ours(plan(before, files))


@pytest.mark.parametrize("before, after", ROWS)
def test_an_application_is_pruned_to_the_service(before: str, after: str):
    assert ours(plan(before)) == DOCSTRING + after + HEALTH


STARTS = [
    lifespan("cache.clear()\nawait broker.start()\nyield\nawait broker.stop()", "cache.clear()\nyield", CACHE),
    lifespan(
        """
        # The broker first
        print("starting the broker")
        try:
            await broker.start()
            print("started")
        except OSError:
            print("no broker")  # goes on without

        # then tables
        create_tables()  # all

        yield

        print("stopping")

        await broker.stop()
        """,
        """
        # then tables
        create_tables()  # all

        yield

        print("stopping")
        """,
        TABLES,
    ),
    lifespan("try:\n    create_tables()\n    yield\nfinally:\n    await broker.stop()", "create_tables()\nyield", TABLES),
    lifespan("try:\n    yield\nfinally:\n    await broker.stop()\n    cache.clear()", "try:\n    yield\nfinally:\n    cache.clear()", CACHE),
    lifespan("async with broker:\n    cache.clear()\n    yield\nprint('bye')", "cache.clear()\nyield\nprint('bye')", CACHE),
    lifespan(
        "async with open(cache) as stack:\n    link = await stack.enter(broker)\n    stack.push(link)\n    yield",
        "async with open(cache) as stack:\n    yield",
        CACHE,
    ),
    lifespan(
        "from app.core.broker import broker as b\nfrom app.core.cache import cache as c\n\nb.start()\nc.clear()\nyield",
        "from backend_core.core.cache import cache as c\n\nc.clear()\nyield",
    ),
    lifespan("task = None\nif cache:\n    task = broker.run()\nyield\nif task:\n    task.cancel()", "yield"),
    lifespan("if cache:\n    broker.start()\nelse:\n    cache.clear()\nyield", "if cache:\n    pass\nelse:\n    cache.clear()\nyield", CACHE),
    lifespan(
        "if cache:\n    cache.clear()\nelif broker:\n    broker.start()\nelse:\n    cache.pop()\nyield",
        "if cache:\n    cache.clear()\nelse:\n    cache.pop()\nyield",
        CACHE,
    ),
    lifespan(
        "if not cache:\n    cache.clear()\nelif cache:\n    broker.start()\nelse:\n    cache.pop()\nyield",
        "if not cache:\n    cache.clear()\nelif cache:\n    pass\nelse:\n    cache.pop()\nyield",
        CACHE,
    ),
    lifespan("try:\n    cache.clear()\nexcept broker.Error:\n    print('no')\nyield", "cache.clear()\nyield", CACHE),
    lifespan(
        "try:\n    cache.clear()\nexcept OSError:\n    broker.stop()\nyield", "try:\n    cache.clear()\nexcept OSError:\n    pass\nyield", CACHE
    ),
    lifespan("try:\n    broker.start()\nfinally:\n    cache.clear()\nyield", "try:\n    pass\nfinally:\n    cache.clear()\nyield", CACHE),
    lifespan(
        "try:\n    async with broker.connect():\n        # go\n        cache.clear()\n        yield  # on\nfinally:\n    broker.stop()",
        "# go\ncache.clear()\nyield  # on",
        CACHE,
    ),
    lifespan("cache.clear(); broker.start()\nyield", "cache.clear(); pass\nyield", CACHE),
]
NOTHING = [
    lifespan("yield", "yield"),
    lifespan("# nothing\n\nyield  # runs\n\n# nothing more", "# nothing\n\nyield  # runs\n\n# nothing more"),
    lifespan(
        "create_tables()\n\nif cache:\n    cache.clear()\nelif not cache:\n    pass\nyield",
        "create_tables()\n\nif cache:\n    cache.clear()\nelif not cache:\n    pass\nyield",
        CACHE + TABLES,
    ),
    lifespan('text = """\nbroker\n"""\nprint(text)\nyield {"text": text}', 'text = """\nbroker\n"""\nprint(text)\nyield {"text": text}'),
]


@pytest.mark.parametrize("before, after", STARTS)
def test_what_runs_at_the_start_is_what_the_service_needs(before: str, after: str):
    assert ours(plan(before)) == DOCSTRING + after + HEALTH


STARTING = "b/app/starting.py"
ELSEWHERE = [
    pytest.param("from app.starting import lifespan\n", "lifespan", id="by its name"),
    pytest.param("from app.starting import lifespan as life\n", "life", id="under another name"),
    pytest.param("from app import starting\n", "starting.lifespan", id="by its module"),
]


@pytest.mark.parametrize("imports, said", ELSEWHERE)
def test_a_lifespan_of_another_module_is_cut_as_one_of_its_own(imports: str, said: str):
    before, _ = STARTS[0]
    text = ours(plan(f"{HEAD}{imports}\n{STARTED.replace('=lifespan', f'={said}')}", {STARTING: _apart(before)}))
    local = said.rpartition(".")[2]
    assert f"async def {local}(app):\n    cache.clear()\n    yield\n\n\napp = FastAPI(lifespan={local})\n" in text
    assert "broker" not in text
    assert "starting" not in text


def _apart(main: str) -> str:
    """What a module says before it makes the application, and asks of no router."""
    return main.partition(STARTED)[0].replace("from app.routers import auth, health, market\n", "")


@pytest.mark.parametrize("before, after", [*STARTS, *NOTHING])
def test_whatever_a_lifespan_of_another_module_does_is_cut(before: str, after: str):
    text = ours(plan(f"{HEAD}from app.starting import lifespan\n{STARTED}", {STARTING: _apart(before)}))
    assert [line for line in text.splitlines() if line] == [line for line in (DOCSTRING + after + HEALTH).splitlines() if line]


def test_lifespans_of_several_modules_are_each_cut():
    opened = "from contextlib import asynccontextmanager\n\nfrom app.core.broker import broker\nfrom app.core.cache import cache\n\n\n"
    opened += "@asynccontextmanager\nasync def carried(app):\n    await broker.start()\n    cache.clear()\n    yield\n"
    lifespan = "from contextlib import asynccontextmanager\n\nfrom app.opened import carried\n\n\n"
    lifespan += "@asynccontextmanager\nasync def lifespan(app):\n    async with carried(app):\n        yield\n"
    main = f"{HEAD}from app.starting import lifespan\n{STARTED}"
    text = ours(plan(main, {STARTING: lifespan, "b/app/opened.py": opened}))
    assert "async def carried(app):\n    cache.clear()\n    yield\n" in text
    assert "async def lifespan(app):\n    async with carried(app):\n        yield\n" in text


def test_a_lifespan_that_every_service_can_import_stays_where_it_is():
    lifespan = "from contextlib import asynccontextmanager\n\n\n@asynccontextmanager\nasync def lifespan(app):\n    yield\n"
    router = {f"b/app/routers/{one}.py": "from app.starting import lifespan\n" + MONOLITH[f"b/app/routers/{one}.py"] for one in ("auth", "market")}
    text = ours(plan(f"{HEAD}from app.starting import lifespan\n{STARTED}", {STARTING: lifespan, **router}))
    assert "from backend_core.starting import lifespan\n" in text


def test_line_ends_of_windows_change_nothing():
    before, after = STARTS[1]
    assert ours(plan(before.replace("\n", "\r\n"))) == DOCSTRING + after + HEALTH


@pytest.mark.parametrize("before, after", NOTHING)
def test_what_a_service_needs_stays_byte_for_byte(before: str, after: str):
    assert ours(plan(before)) == DOCSTRING + after + HEALTH


def test_several_lifespans_are_each_cut():
    before = (
        LIFESPAN.replace("async def lifespan", "async def carried")
        + "    await broker.start()\n    yield\n\n\n@asynccontextmanager\nasync def kept(app):\n    cache.clear()\n    yield\n"
    )
    before += "\n\n@asynccontextmanager\nasync def lifespan(app):\n    async with carried(app), kept(app):\n        yield\n" + STARTED
    text = ours(plan(before))
    assert "    async with carried(app), kept(app):\n        yield\n" in text
    assert "async def carried(app):\n    yield\n" in text


def test_lifespans_of_a_list_are_each_cut():
    before = LIFESPAN.replace("import asynccontextmanager", "import AsyncExitStack, asynccontextmanager").replace(
        "async def lifespan", "async def carried"
    )
    before += "    await broker.start()\n    yield\n\n\n@asynccontextmanager\nasync def kept(app):\n    cache.clear()\n    yield\n\n\nEVERY = [carried, kept]\n"
    before += "\n\n@asynccontextmanager\nasync def lifespan(app):\n    async with AsyncExitStack() as stack:\n        for one in EVERY:\n"
    before += "            await stack.enter_async_context(one(app))\n        yield\n" + STARTED
    text = ours(plan(before))
    assert "async def carried(app):\n    yield\n" in text
    assert "async def kept(app):\n    cache.clear()\n    yield\n" in text
    assert "EVERY = [carried, kept]\n" in text
    assert "        for one in EVERY:\n            await stack.enter_async_context(one(app))\n        yield\n" in text


OBSTACLES = [
    pytest.param(
        HEAD + "app = FastAPI(dependencies=[broker])\n" + INCLUDES, "`app = FastAPI(dependencies=[broker])` needs broker", id="the application"
    ),
    pytest.param(HEAD + APP + "app.include_router(auth.router, tags=broker)\n" + INCLUDES, "needs broker", id="an inclusion"),
    pytest.param(LIFESPAN + "    yield broker\n" + STARTED, "`yield broker` needs broker", id="what the lifespan gives"),
    pytest.param(LIFESPAN + "    async with broker, cache:\n        yield\n" + STARTED, "opens more than one", id="two resources at once"),
    pytest.param(
        HEAD + "from app.core.broker import *\n" + APP + INCLUDES, "imports everything of a module", id="everything of a module of the gateway"
    ),
    pytest.param(HEAD + APP + INCLUDES + "def (:\n", "it has a syntax error", id="a syntax error"),
    pytest.param(
        HEAD + "KEY = 'sk_live_0123456789abcdef'\napp = FastAPI(title=KEY)\n" + INCLUDES,
        "`app = FastAPI(title=KEY)` needs KEY, which holds what looks like a credential",
        id="an application that needs a credential in the text",
    ),
]


@pytest.mark.parametrize("main, why", OBSTACLES)
def test_what_cannot_be_cut_makes_no_service_and_says_why(main: str, why: str):
    made = plan(main)
    assert RepoPath("services/auth-service/src/auth_service/main.py") not in made.end.tree
    assert any(why in finding.message for finding in made.notes["backend_split"].findings if finding.kind == "stays")


@pytest.mark.parametrize(
    "line",
    [
        "app.state.key = 'sk_live_0123456789abcdef'\n",
        "app.add_middleware(cache, secret_key='hunter2-again')\n",
        "# the key was sk_live_0123456789abcdef\napp.add_middleware(cache)\n",
        "app.state.database = 'postgres://shop:hunter2@db/shop'\n",
    ],
)
def test_a_credential_is_given_to_nothing_and_shown_to_nobody(line: str):
    made = plan(HEAD + APP + line + INCLUDES)
    findings = [finding for step in made.steps for finding in step.findings]
    assert any("holds what looks like a credential" in finding.message for finding in findings)
    for text in (ours(made), *(finding.message for finding in findings)):
        assert "sk_live_" not in text
        assert "hunter2" not in text


def test_a_health_route_of_its_own_is_not_doubled():
    files = {"b/app/routers/auth.py": MONOLITH["b/app/routers/auth.py"].replace("'/auth'", "'/health'")}
    text = ours(plan(HEAD + APP + INCLUDES, files))
    assert "service_health" not in text


def test_an_application_of_another_name_is_served_by_that_name():
    main = (HEAD + APP + INCLUDES).replace("app = ", "shop = ").replace("app.include", "shop.include")
    made = plan(main)
    assert "\nshop = FastAPI()\n" in ours(made)
    for path in ("Dockerfile", "README.md"):
        assert "auth_service.main:shop" in made.end.read(RepoPath(f"services/auth-service/{path}")).decode()


@pytest.mark.parametrize(
    "wanted, lines",
    [
        ([("a", "b"), ("a", "B"), ("a", "C as D"), ("", "os"), ("a", "X_Y")], ["import os", "from a import X_Y, B, C as D, b"]),
        ([("a", "b" * 40), ("a", "c" * 40)], ["from a import (", f"    {'b' * 40},", f"    {'c' * 40},", ")"]),
        ([], []),
    ],
)
def test_imports_are_one_statement_for_each_module(wanted, lines):
    assert import_lines(wanted) == lines
