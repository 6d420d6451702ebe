"""Which module goes where, on small backends: one table for each rule."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

import pytest

from migrator.facts.serving import Name, routes
from migrator.paths import RepoPath
from migrator.plan import Plan
from tests.unit.backend_split.planning import planned

ROUTER = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/{0}')\ndef {0}(): return used()\n"
MAIN = (
    "from fastapi import FastAPI\nfrom app.routers import ai, auth, health\napp = FastAPI()\n"
    "app.include_router(ai.router)\napp.include_router(auth.router)\napp.include_router(health.router)\n"
)
BACKEND = {
    "api/requirements.txt": "fastapi\n",
    "api/app/__init__.py": "",
    "api/app/main.py": MAIN,
    "api/app/routers/__init__.py": "",
    "api/app/routers/ai.py": "from app.services.models import used\n" + ROUTER.format("ai"),
    "api/app/routers/auth.py": "from app.services.tokens import used\n" + ROUTER.format("auth"),
    "api/app/routers/health.py": "def used(): ...\n" + ROUTER.format("health"),
    "api/app/services/__init__.py": "",
    "api/app/services/models.py": "def used(): ...\n",
    "api/app/services/tokens.py": "def used(): ...\n",
}
MODELS, TOKENS = "api/app/services/models.py", "api/app/services/tokens.py"


def plan(files: Mapping[str, str], options: str = "") -> Plan:
    table = "[phases.backend_split]\n"
    said = table + "layout = 'monolith'\n" + options.removeprefix(table) if options.startswith(table) or not options else options
    return planned(files, said)


def went(made: Plan) -> dict[str, str]:
    """Where every file of the tree before is in the end."""
    places = {path: path for path in made.start.tree}
    for step in made.steps:
        places = {old: step.built.files.get(now, now) for old, now in places.items()}
    return {str(old): str(now) for old, now in places.items()}


def after(made: Plan, path: str) -> str:
    return made.end.read(RepoPath(went(made)[path])).decode()


AI, CORE, GATEWAY = "services/ai-service/src/ai_service/", "packages/backend-core/src/backend_core/", "services/api-gateway/"
IMPORTS = "import json, os\nfrom pathlib import Path\ndef used(): ...\n"

# what a module finds by its own place ----------------------------------------------------------------------------------

PACKAGE = "services/api-gateway/app/"
ALONG = [
    pytest.param("DATA = Path(__file__).with_name('prompts.json')\n", "services/prompts.json", id="a file beside it"),
    pytest.param("T = Path(__file__).parent / 'texts' / name\n", "services/texts/mail/a.txt", id="a directory"),
    pytest.param("T = os.path.join(os.path.dirname(__file__), '..', 'texts')\n", "texts/a.txt", id="what lies elsewhere in the package"),
    pytest.param("HERE = Path(__file__).parent\nT = HERE / 'a.json'\n", "services/a.json", id="by a name for the directory"),
    pytest.param("T = Path(__file__).parent / 'a.json'\nopen(T, 'rb')\n", "services/a.json", id="what it only reads"),
]


@pytest.mark.parametrize("line, data", ALONG)
def test_what_only_a_module_finds_goes_along(line, data):
    made = plan({**BACKEND, MODELS: IMPORTS + line, f"api/app/{data}": "{}"})
    found = went(made)
    assert (found[MODELS], found[f"api/app/{data}"], made.aside) == (AI + "services/models.py", AI + data, ())
    assert after(made, MODELS) == IMPORTS + line


LEFT = [
    pytest.param(
        "T = Path(__file__).parent / 'texts'\n",
        "services/texts/.gitkeep",
        'T = BACKEND_DIR / "app" / "services" / \'texts\'\n',
        id="an empty directory is there to be written to",
    ),
    pytest.param(
        "T = Path(__file__).parent / 'uploads'\n", "services/uploads/a.png", 'T = BACKEND_DIR / "app" / "services" / \'uploads\'\n', id="uploads"
    ),
    pytest.param(
        "T = Path(__file__).parents[1] / 'a.sqlite'\n", "a.sqlite", "T = BACKEND_DIR / \"app\" / 'a.sqlite'\n", id="a database, by an index"
    ),
    pytest.param(
        "T = Path(__file__).parent / 'a.json'\nopen(T, 'w')\n",
        "services/a.json",
        "T = BACKEND_DIR / \"app\" / \"services\" / 'a.json'\nopen(T, 'w')\n",
        id="what the module writes",
    ),
    pytest.param(
        "T = Path(__file__).parent / 'a.json'\nT.open(mode='a')\n",
        "services/a.json",
        "T = BACKEND_DIR / \"app\" / \"services\" / 'a.json'\nT.open(mode='a')\n",
        id="what it adds to",
    ),
    pytest.param(
        "T = Path(__file__).parents[2] / 'data' / 'a.json'\n", "../data/a.json", "T = BACKEND_DIR / 'data' / 'a.json'\n", id="outside the package"
    ),
    pytest.param(
        "ENV = Path(__file__).resolve().parent.parent.parent / '.env'\n",
        "../.env.example",
        "ENV = BACKEND_DIR / '.env'\n",
        id="settings that nobody has",
    ),
    pytest.param(
        "ENV = Path(__file__).resolve().parents[3] / '.env'\n", "../.env.example", "ENV = BACKEND_DIR.parent / '.env'\n", id="beside the backend"
    ),
    pytest.param("T = Path(__file__).parent\n", "services/a.json", 'T = BACKEND_DIR / "app" / "services"\n', id="a directory without a name"),
    pytest.param(
        "T = Path(__file__).parent / name\n",
        "services/a.json",
        'T = BACKEND_DIR / "app" / "services" / name\n',
        id="a name that only running it tells",
    ),
    pytest.param(
        "HERE = Path(__file__).parent\nT, U = HERE / 'a.json', HERE / name\n",
        "services/a.json",
        'HERE = BACKEND_DIR / "app" / "services"\nT, U = HERE / \'a.json\', HERE / name\n',
        id="and a name that it tells beside one that it does not",
    ),
    pytest.param(
        "sys.path.append(os.path.dirname(os.path.dirname(__file__)))\n",
        "a.json",
        'sys.path.append(str(BACKEND_DIR / "app"))\n',
        id="where modules are looked for",
    ),
    pytest.param(
        "T = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'data', 'a.db')\n",
        "../data/a.db",
        "T = os.path.join(BACKEND_DIR, 'data', 'a.db')\n",
        id="strings that climb on",
    ),
    pytest.param(
        "T = os.path.join(os.path.dirname(__file__), '..')\n",
        "a.json",
        'T = os.path.join(BACKEND_DIR / "app" / "services", \'..\')\n',
        id="strings that do nothing else",
    ),
    pytest.param(
        "T = Path(__file__).parent.joinpath(name)\n",
        "a.json",
        'T = BACKEND_DIR.joinpath("app", "services").joinpath(name)\n',
        id="something is asked of it",
    ),
    pytest.param(
        'T = f"{os.path.dirname(__file__)}/{name}"\n', "services/a.json", "T = f\"{str(BACKEND_DIR / 'app' / 'services')}/{name}\"\n", id="in a text"
    ),
]
IMPORTED = IMPORTS.replace("def used", "from backend_core.paths import BACKEND_DIR\ndef used")


def respelled(line: str) -> str:
    """The module with another line, and without an import that it no longer needs."""
    return IMPORTED.replace("from pathlib import Path\n", "" if "Path(" not in line else "from pathlib import Path\n") + line


@pytest.mark.parametrize("line, data, new", LEFT)
def test_what_is_not_a_modules_alone_stays_where_it_finds_it(line, data, new):
    path = f"api/app/{data}".replace("app/../", "")
    made = plan({**BACKEND, MODELS: IMPORTS + line, path: "{}"})
    found = went(made)
    assert (found[MODELS], made.aside) == (AI + "services/models.py", ())
    assert found[path] == path.replace("api/", GATEWAY, 1)
    assert after(made, MODELS) == respelled(new)


def test_a_checkout_is_found_by_the_kernel():
    made = plan({**BACKEND, MODELS: IMPORTS + "T = Path(__file__).parent / name\n"})
    written = made.end.read(RepoPath(CORE + "paths.py")).decode()
    assert '_CHECKOUT = Path(__file__).resolve().parents[4] / "services" / "api-gateway"\n' in written
    assert [step.step.slug for step in made.steps][1] == "kernel"
    again = plan({path: made.end.read(path).decode() for path in made.end.tree})
    assert (again.steps, again.problems) == ((), ())


def test_a_module_of_that_name_keeps_it():
    files = {
        **BACKEND,
        MODELS: IMPORTS.replace("import json", "from app.paths import X\nimport json") + "T = Path(__file__).parent / name\n",
        TOKENS: "from app.paths import X\ndef used(): ...\n",
        "api/app/paths.py": "X = 1\n",
    }
    made = plan(files)
    assert went(made)["api/app/paths.py"] == CORE + "paths.py"
    assert "from backend_core.base_paths import BACKEND_DIR\n" in after(made, MODELS)


HELD = [
    pytest.param("T = find(__file__)\n", "finds files by its own place, and no text says which", id="what only running it tells"),
    pytest.param("T = Path(__file__).parents[9]\n", "finds files by its own place, and no text says which", id="outside of the repository"),
    pytest.param("T = Path(__file__).with_name('tokens.py')\n", "finds api/app/services/tokens.py, which is code, by its own place", id="code"),
    pytest.param(
        "import importlib\nfor f in Path(__file__).parent.glob('*'): importlib.import_module(f.stem)\n",
        "loads code below api/app/services, which it finds by its own place",
        id="plugins",
    ),
    pytest.param("T = importlib.resources.files('app.texts')\n", "reads files of the package app.texts by its name", id="by the name of the package"),
    pytest.param("T = pkgutil.get_data(__package__, 'a.json')\n", "reads files of the package __package__ by its name", id="of its own"),
    pytest.param("T = Environment(loader=PackageLoader('app', 'texts'))\n", "reads files of the package app by its name", id="for templates"),
]


@pytest.mark.parametrize("line, why", HELD)
def test_what_cannot_be_told_holds_a_module(line, why):
    files = {**BACKEND, MODELS: IMPORTS + line}
    made = plan(files)
    assert went(made)[MODELS].startswith(GATEWAY)
    assert why in [finding.message for finding in made.notes["backend_split"].details if finding.path == MODELS]
    assert went(plan(files, MOVABLE))[MODELS].startswith(AI)


HARMLESS = [
    "T = importlib.resources.files('certifi')\n",
    "T = PackageLoader(name)\n",
    "LOG = logging.getLogger(__file__)\n",
    "print(os.path.basename(__file__))\n",
    "NAME = Path(__file__).stem\n",
    "# __file__\n",
]


@pytest.mark.parametrize("line", HARMLESS)
def test_who_only_asks_for_its_name_finds_nothing(line):
    made = plan({**BACKEND, MODELS: IMPORTS + line})
    assert went(made)[MODELS].startswith(AI)
    assert after(made, MODELS) == IMPORTS + line
    assert CORE + "paths.py" not in made.end.tree


def test_where_another_module_lies_holds_nothing():
    found = went(plan({**BACKEND, MODELS: IMPORTS + "import logging\nT = logging.__file__\n"}))
    assert found[MODELS].startswith(AI)


FOUND = respelled('T = BACKEND_DIR / "app" / "services" / \'a.json\'\n')


def test_what_several_services_find_stays_and_they_do_not():
    line = "T = Path(__file__).parent / 'a.json'\n"
    made = plan({**BACKEND, MODELS: IMPORTS + line, TOKENS: IMPORTS + line, "api/app/services/a.json": ""})
    found = went(made)
    assert [found[path] for path in (MODELS, TOKENS, "api/app/services/a.json")] == [
        AI + "services/models.py",
        "services/auth-service/src/auth_service/services/tokens.py",
        PACKAGE + "services/a.json",
    ]
    assert (after(made, MODELS), after(made, TOKENS)) == (FOUND, FOUND)


def test_what_the_gateway_finds_too_stays_with_it():
    line = "T = Path(__file__).parents[1] / 'services' / 'a.json'\n"
    files = {**BACKEND, MODELS: IMPORTS + line, "api/app/main.py": IMPORTS + MAIN + line.replace("s[1]", ""), "api/app/services/a.json": ""}
    made = plan(files)
    assert (went(made)[MODELS], went(made)["api/app/services/a.json"]) == (AI + "services/models.py", PACKAGE + "services/a.json")


def test_what_is_found_on_top_of_a_name_of_another_module_stays_for_both():
    files = {
        **BACKEND,
        "api/app/core.py": "from pathlib import Path\nBASE_DIR = Path(__file__).parent\n",
        MODELS: "from app.core import BASE_DIR\nT = BASE_DIR / 'texts'\ndef used(): ...\n",
        TOKENS: "from app import core\nfrom pathlib import Path\nU = core.BASE_DIR / 'other'\nT = Path(__file__).parents[1] / 'texts'\ndef used(): ...\n",
        "api/app/texts/a.txt": "",
    }
    made = plan(files)
    assert went(made)["api/app/texts/a.txt"] == PACKAGE + "texts/a.txt"
    assert "T = BACKEND_DIR / \"app\" / 'texts'\n" in after(made, TOKENS)
    assert after(made, "api/app/core.py").endswith('BASE_DIR = BACKEND_DIR / "app"\n')


def test_modules_in_a_directory_that_one_names_go_with_it():
    line = "T = Path(__file__).parent / 'plugins'\n"
    files = {**BACKEND, MODELS: IMPORTS + line, "api/app/services/plugins/one.py": "X = 1\n", "api/app/services/plugins/a.json": ""}
    found = went(plan(files))
    assert {found[path] for path in files if "plugins" in path} == {AI + "services/plugins/one.py", AI + "services/plugins/a.json"}


# modules that may move all the same ------------------------------------------------------------------------------------

MOVABLE = "[phases.backend_split]\nmovable = ['services/models.py']\n"


RESTATED = [
    pytest.param("find(__file__)", 'find(str(BACKEND_DIR / "app/services/models.py"))', id="where it lay itself"),
    pytest.param(
        "Path(__file__).with_suffix('.txt')", "Path(str(BACKEND_DIR / \"app/services/models.py\")).with_suffix('.txt')", id="what lay beside it"
    ),
    pytest.param(
        "os.path.join(os.path.dirname(__file__), 'new', 'a.log')",
        "os.path.join(BACKEND_DIR / \"app\" / \"services\", 'new', 'a.log')",
        id="one that will be made",
    ),
    pytest.param("dirname(dirname(__file__)) + '/new'", "str(BACKEND_DIR / \"app\") + '/new'", id="by a function of os.path alone"),
]


@pytest.mark.parametrize("old, new", RESTATED)
def test_a_movable_module_names_the_same_from_where_it_is(old, new):
    made = plan({**BACKEND, MODELS: IMPORTS + f"T = {old}\n", "api/data/a.sqlite": ""}, MOVABLE)
    assert went(made)[MODELS] == AI + "services/models.py"
    assert after(made, MODELS) == respelled(f"T = {new}\n")


def test_a_movable_module_is_movable_when_it_has_moved():
    files = {**BACKEND, MODELS: IMPORTS + "T = Path(__file__).parents[2] / 'data' / 'a.json'\n", "api/data/a.json": ""}
    made = plan(files, MOVABLE)
    again = plan({path: made.end.read(path).decode() for path in made.end.tree}, MOVABLE)
    assert (again.steps, again.problems) == ((), ())


def test_a_pattern_that_frees_nothing_is_a_problem():
    made = plan(BACKEND, "[phases.backend_split]\nmovable = ['db/db.py']\n")
    assert [(problem.where, problem.message) for problem in made.problems] == [("phases.backend_split.movable", "`db/db.py` is no module of api/app")]


# an application outside of a package -----------------------------------------------------------------------------------


def loose(files: Mapping[str, str]) -> dict[str, str]:
    """The backend as modules beside each other: `uvicorn main:app`, run in its directory."""
    return {path.replace("api/app/", "api/"): text.replace("from app.", "from ") for path, text in files.items() if path != "api/app/__init__.py"}


LOOSE = {
    **loose(BACKEND),
    "api/tests/test_ai.py": "from main import app\nfrom routers.ai import router\n",
    "api/alembic/env.py": "from services.models import used\n",
    "api/venv/lib/site-packages/fastapi/routing.py": "X = 1\n",
    "api/seed.py": "from services.tokens import used\n",
}


def test_modules_beside_an_application_are_its_own():
    made = plan(LOOSE)
    assert [step.step.slug for step in made.steps] == ["rename-backend", "auth-service", "ai-service"]
    assert made.aside == ()
    found = went(made)
    assert found["api/services/models.py"] == AI + "services/models.py"
    assert found["api/seed.py"] == GATEWAY + "seed.py"
    assert sorted(after(made, "api/main.py").splitlines()[1:4]) == [
        "from ai_service.routers import ai",
        "from auth_service.routers import auth",
        "from routers import health",
    ]
    assert after(made, "api/alembic/env.py") == "from ai_service.services.models import used\n"


def test_modules_beside_an_application_that_stay_are_built_with_what_forwards():
    for gateway, built in (("import", ["main.py", "routers", "seed.py"]), ("proxy", ["main.py", "remote", "routers", "seed.py"])):
        made = plan({**LOOSE, "api/services/tokens.py": "used = 1\n"}, f"[phases.backend_split]\ngateway = '{gateway}'\n")
        manifest = tomllib.loads(made.end.read(RepoPath(GATEWAY + "pyproject.toml")).decode())
        assert sorted(manifest["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]) == built


def test_what_lies_in_a_project_is_its_application_s_only_when_that_loads_it():
    kinds = {"owned", "shared", "gateway", "unreached", "package"}
    said = {f.path: f.kind for f in plan(LOOSE).notes["backend_split"].details if f.kind in kinds}
    assert {"api/tests/test_ai.py", "api/alembic/env.py", "api/venv/lib/site-packages/fastapi/routing.py"} & said.keys() == set()
    assert said["api/seed.py"] == "unreached"
    files = {**LOOSE, "api/services/models.py": "from scripts.work import used\n", "api/scripts/work.py": "def used(): ...\n"}
    assert went(plan(files))["api/scripts/work.py"] == AI + "scripts/work.py"


def test_a_finished_tree_of_loose_modules_has_no_steps():
    made = plan(LOOSE)
    again = plan({path: made.end.read(path).decode() for path in made.end.tree})
    assert (again.steps, again.problems) == ((), ())


def test_a_service_does_not_hide_a_module_of_the_application():
    made = plan({**LOOSE, "api/ai_service.py": "X = 1\n"})
    assert [problem.message for problem in made.problems] == ["`ai` is a name that Python or the application uses"]


def test_who_else_reaches_the_routers_of_a_service_is_said():
    made = plan({**BACKEND, "api/app/routers/__init__.py": "from . import ai, auth, health\n\nprint(ai, auth, health)\n"})
    said = [finding.message for finding in made.notes["backend_split"].findings if finding.kind == "absent"]
    assert "every router of auth is reached by others too, through routers/__init__.py: no service is made of it" in said


ROUTERS = "patterns are seen from api/app, where routers are routers/ai.py, routers/auth.py, routers/health.py"
UNFIT = [
    pytest.param("routers = ['/api/app/routers/health.py']", f"no module fits `/api/app/routers/health.py`: {ROUTERS}", id="seen from the root"),
    pytest.param("routers = ['app.routers.health']", f"no module fits `app.routers.health`: {ROUTERS}", id="a module's name"),
    pytest.param("routers = ['models.py']", "services/models.py has no routes of the application; `claims` takes what is no router", id="no router"),
    pytest.param("routers = ['ai.py']", "routers/ai.py goes to ai, which asks for it first", id="a router that is taken"),
    pytest.param("description = 'People.'", "it has no `routers`", id="no pattern"),
    pytest.param("routers = ['health.py']", "", id="a router"),
    pytest.param(
        "routers = ['social*.py', 'social/', 'follow*.py', 'feed*.py', 'profile*.py', 'comments*.py', 'posts*.py', 'conversation*.py', 'chat*.py']",
        "",
        id="what we ship",
    ),
]


@pytest.mark.parametrize(("line", "why"), UNFIT)
def test_why_a_service_of_the_plan_file_gets_no_router_is_said(line: str, why: str):
    made = plan(BACKEND, f"[phases.backend_split.services.people]\n{line}\n")
    said = [(finding.message, finding.severity) for finding in made.notes["backend_split"].findings if finding.kind == "unfit"]
    assert said == [(f"no service is made of people: {why}", "warning")] * bool(why)


# routers that are gathered elsewhere -----------------------------------------------------------------------------------

GATHERED = {
    **BACKEND,
    "api/app/main.py": "from fastapi import FastAPI\nfrom app.api import api_router\nfrom app.settings import PREFIX\n\n"
    "app = FastAPI()\napp.include_router(api_router, prefix=PREFIX)\n",
    "api/app/settings.py": "PREFIX = '/api'\n",
    "api/app/api.py": "from fastapi import APIRouter\n\nfrom .routers import ai, auth, health\nfrom app.settings import PREFIX\n\n"
    "api_router = APIRouter(prefix='/v1')\napi_router.include_router(ai.router, tags=['ai'])\napi_router.include_router(auth.router, prefix='/a')\n"
    "if PREFIX:\n    api_router.include_router(health.router)\n",
}
OTHERWISE = [
    pytest.param({}, id="by its name"),
    pytest.param({"api/app/main.py": ("import api_router", "import api_router as v1"), " ": ("(api_router,", "(v1,")}, id="by another name"),
    pytest.param(
        {"api/app/main.py": ("from app.api import api_router", "from app import api"), " ": ("(api_router,", "(api.api_router,")}, id="by its module"
    ),
    pytest.param(
        {
            "api/app/main.py": ("\napp = FastAPI()\napp.include", "\ndef make():\n    app = FastAPI()\n    app.include"),
            " ": ("PREFIX)\n", "PREFIX)\n    return app\napp = make()\n"),
        },
        id="by an application that a function makes",
    ),
]


@pytest.mark.parametrize("changes", OTHERWISE)
def test_an_application_is_cut_through_what_gathers_its_routers(changes):
    text = GATHERED["api/app/main.py"]
    for old, new in changes.values():
        text = text.replace(old, new)
    made = plan({**GATHERED, "api/app/main.py": text})
    assert [step.step.slug for step in made.steps] == ["rename-backend", "kernel", "auth-service", "ai-service"]
    assert made.aside == ()
    facts, name = made.end, RepoPath("services/auth-service/src/auth_service/main.py")
    assert {route.path for route in routes(facts, Name(name, "app"))} == {"/api/v1/a/auth", "/health"}
    assert went(made)["api/app/api.py"] == GATEWAY + "app/api.py"
    before = {(route.method, route.path) for route in routes(made.start, Name(RepoPath("api/app/main.py"), "app"))}
    assert {(route.method, route.path) for route in routes(facts, Name(RepoPath(GATEWAY + "app/main.py"), "app"))} == before


def test_what_every_application_starts_with_is_shared():
    main = GATHERED["api/app/main.py"].replace("app = FastAPI()\n", "from app.events import start\n\ndef make():\n    app = FastAPI()\n")
    main = main.replace("\napp.include", "\n    app.add_event_handler('startup', start(app))\n    app.include") + "    return app\napp = make()\n"
    made = plan({**GATHERED, "api/app/main.py": main, "api/app/events.py": "def start(app): ...\n"})
    assert went(made)["api/app/events.py"] == CORE + "events.py"
    service = made.end.read(RepoPath("services/auth-service/src/auth_service/main.py")).decode()
    assert "    app.add_event_handler('startup', start(app))\n" in service


def test_what_gathers_the_gateway_s_own_routers_is_not_shared():
    inner = "from fastapi import APIRouter\nfrom . import health\napi_router = APIRouter()\napi_router.include_router(health.router)\n"
    text = GATHERED["api/app/api.py"].replace("ai, auth, health", "ai, auth, own").replace("health.router", "own.api_router")
    made = plan({**GATHERED, "api/app/api.py": text, "api/app/routers/own.py": inner})
    assert [step.step.slug for step in made.steps] == ["rename-backend", "kernel", "auth-service", "ai-service"]
    assert {went(made)[f"api/app/routers/{title}.py"] for title in ("own", "health")} == {
        f"{GATEWAY}app/routers/own.py",
        f"{GATEWAY}app/routers/health.py",
    }


def test_names_that_several_modules_have_do_not_clash():
    inner = "from fastapi import APIRouter\n\nfrom .routers import ai, auth\n\napp = '/v1'\nrouter = APIRouter(prefix=app)\nrouter.include_router(ai.router)\nrouter.include_router(auth.router)\n"
    outer = "from fastapi import APIRouter\n\nfrom . import inner\nfrom .routers import health\n\nrouter = APIRouter()\nrouter.include_router(inner.router)\nrouter.include_router(health.router)\n"
    text = GATHERED["api/app/main.py"].replace("import api_router", "import router").replace("(api_router", "(router")
    made = plan({**GATHERED, "api/app/main.py": text, "api/app/api.py": outer, "api/app/inner.py": inner})
    for title in ("auth", "ai"):
        text = made.end.read(RepoPath(f"services/{title}-service/src/{title}_service/main.py")).decode()
        assert (
            f"inner_app = '/v1'\ninner_router = APIRouter(prefix=inner_app)\ninner_router.include_router({title}.router)\n\nrouter = APIRouter()\n"
            in text
        )
        assert "\nrouter.include_router(inner_router)\n" in text


def test_what_cannot_be_read_as_one_module_is_cut_nowhere():
    text = GATHERED["api/app/api.py"].replace("from .routers import", "from .settings import *\nfrom .routers import")
    made = plan({**GATHERED, "api/app/api.py": text})
    assert [step.step.slug for step in made.steps][2:] == []


def test_a_service_that_could_not_include_all_its_routers_is_not_made_and_says_which():
    text = GATHERED["api/app/api.py"].replace("from .routers import", "from .settings import *\nfrom .routers import").replace("ai, ", "")
    text = text.replace("api_router.include_router(ai.router, tags=['ai'])\n", "")
    main = (
        GATHERED["api/app/main.py"].replace("import api_router", "import api_router\nfrom app.routers import ai, login")
        + "app.include_router(ai.router)\napp.include_router(login.router)\n"
    )
    made = plan(
        {
            **GATHERED,
            "api/app/main.py": main,
            "api/app/api.py": text,
            "api/app/routers/login.py": GATHERED["api/app/routers/auth.py"].replace("auth", "login"),
        }
    )
    assert [step.step.slug for step in made.steps][2:] == ["ai-service"]
    stays = [finding.message for finding in made.notes["backend_split"].findings if finding.kind == "stays"]
    assert any("auth-service cannot include, so it is not made (routers/auth.py 1)" in message for message in stays)


# wrong plans -----------------------------------------------------------------------------------------------------------

TABLE = "[phases.backend_split]\n"
WRONG = [
    pytest.param("application = 'app.other:app'", ["`app.other:app` is no application of this repository"], id="no such application"),
    pytest.param("kernel = 'api-gateway'", ["`api-gateway` is the gateway's name too"], id="one name for two"),
    pytest.param(
        "kernel = 'Shared Code'\napi_gateway = 'json'",
        ["`Shared Code` cannot be the name of a part", "`json` cannot be the name of a part"],
        id="no names",
    ),
    pytest.param("directory = 'packages'", ["`packages` is where the services go too"], id="one place for two"),
    pytest.param("packages = 'api/packages'", ["`api/packages` lies in the backend, api"], id="a place in the backend"),
    pytest.param("movable = ['x.py', '!y.py', 'services/']", ["`x.py` is no module of api/app"], id="what is to be let go is not there"),
    pytest.param(
        "[phases.backend_split.services.ai]\nclaims = ['main.py']", ["claims main.py, which is the application"], id="a claim on the application"
    ),
]


@pytest.mark.parametrize("options, messages", WRONG)
def test_a_wrong_plan_is_told_before_anything_is_planned(options, messages):
    made = plan(BACKEND, TABLE + options + "\n")
    assert [problem.message for problem in made.problems] == messages
    assert made.steps == ()


@pytest.mark.parametrize("files", [{"README.md": ""}, {"tests/main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}])
def test_why_there_is_no_monolith(files):
    absent = [f for f in plan({**files, "requirements.txt": ""}).notes["backend_split"].findings if f.kind == "absent"]
    assert ["no FastAPI or Flask application" in f.message for f in absent] == [True]


WORDS = [
    pytest.param("auth", "auth", id="its own"),
    pytest.param("authorization", "auth", id="what begins so"),
    pytest.param("author", "", id="who writes"),
    pytest.param("authors_books", "", id="what they write"),
    pytest.param("market_data", "market-data", id="a market"),
    pytest.param("marketing", "", id="what is sold on it"),
]


@pytest.mark.parametrize("name, service", WORDS)
def test_a_router_whose_name_only_begins_like_a_services_is_not_its(name, service):
    made = planned(
        {
            "a/pyproject.toml": "[project]\nname = 'a'\nversion = '1'\ndependencies = ['fastapi']\n",
            "a/app/__init__.py": "",
            "a/app/main.py": f"from fastapi import FastAPI\nfrom app import {name}\napp = FastAPI()\napp.include_router({name}.router)\n",
            f"a/app/{name}.py": f"used = 1\n{ROUTER.format(name)}",
        }
    )
    assert [step.step.slug for step in made.steps] == ([*["rename-backend"] * bool(service), f"{service}-service"] if service else [])
