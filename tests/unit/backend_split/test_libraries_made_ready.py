"""What makes a library ready for all that use it (a mapper, a cache) as the application starts: nobody imports it for that, and every service needs it."""

from __future__ import annotations

import pytest

from migrator.paths import RepoPath
from tests.unit.backend_split.planning import planned

OPTIONS = '[phases.backend_split.services]\nusers.routers = ["users.py"]\nitems.routers = ["items.py"]\n'
ROUTES = "from fastapi import APIRouter\nfrom app.models.{0} import {1}\nrouter = APIRouter(prefix='/{0}s')\n\n@router.get('/a')\ndef a():\n    return {1}\n"
MODEL = "from beanie import Document\n\nclass {}(Document):\n    name: str\n"
HEAD = "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\nfrom app.api import items, users\n"
TAIL = "app.include_router(users.router)\napp.include_router(items.router)\n"
BASE = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "0.1.0"\ndependencies = ["fastapi", "beanie", "motor", "tortoise-orm"]\n',
    "app/__init__.py": "",
    "app/api/__init__.py": "",
    "app/models/__init__.py": "",
    "app/config.py": "URL = 'mongodb://127.0.0.1'\n",
    "app/models/user.py": MODEL.format("User"),
    "app/models/item.py": MODEL.format("Item"),
    "app/api/users.py": ROUTES.format("user", "User"),
    "app/api/items.py": ROUTES.format("item", "Item"),
}
NAMES = "from beanie import init_beanie\nfrom motor.motor_asyncio import AsyncIOMotorClient\nfrom app.config import URL\nfrom app.models.item import Item\nfrom app.models.user import User\n"
OPENS = "client = AsyncIOMotorClient(URL)\n    await init_beanie(database=client.db, document_models=[User, Item])\n"
FUNCTION = f"\n\nasync def init_db():\n    {OPENS}"
LIFESPAN = "\n\n@asynccontextmanager\nasync def lifespan(app):\n    {}    yield\n\n\n"
MADE = "app = FastAPI(lifespan=lifespan)\n"
IN_MODELS = "modules={'models': ['app.models.user', 'app.models.item']}"
EVERY = [
    pytest.param({"app/db.py": NAMES + FUNCTION}, "from app.db import init_db" + LIFESPAN.format("await init_db()\n") + MADE, "await init_db()", id="a function of a module"),
    pytest.param({}, NAMES + FUNCTION + LIFESPAN.format("await init_db()\n") + MADE, "document_models=[User, Item]", id="a function beside the application"),
    pytest.param(
        {"app/db.py": NAMES + FUNCTION, "app/jobs.py": "def plan():\n    return 1\n"},
        "from app.db import init_db\nfrom app import jobs\n\n\nasync def startup():\n    await init_db()\n    app.state.jobs = jobs.plan()\n"
        + LIFESPAN.format("await startup()\n")
        + MADE,
        "async def startup():\n    await init_db()\n\n",
        id="a function beside the application that does more",
    ),
    pytest.param({}, NAMES + LIFESPAN.format(OPENS) + MADE, "client = AsyncIOMotorClient(URL)", id="in the lifespan itself"),
    pytest.param(
        {"app/db.py": NAMES + FUNCTION},
        "from app.db import init_db\n\napp = FastAPI()\n\n\n@app.on_event('startup')\nasync def start():\n    await init_db()\n\n\n",
        "await init_db()",
        id="a handler of an event",
    ),
    pytest.param(
        {"app/db.py": NAMES + FUNCTION},
        "from app.db import init_db\n\napp = FastAPI()\napp.add_event_handler('startup', init_db)\n",
        "app.add_event_handler('startup', init_db)",
        id="the handler is that function",
    ),
    pytest.param(
        {"app/db.py": NAMES + FUNCTION, "app/life.py": "from contextlib import asynccontextmanager\nfrom app.db import init_db" + LIFESPAN.format("await init_db()\n")},
        f"from app.life import lifespan\n{MADE}",
        "lifespan=lifespan",
        id="a lifespan of another module",
    ),
    pytest.param(
        {},
        f"from tortoise.contrib.fastapi import register_tortoise\napp = FastAPI()\nregister_tortoise(app, {IN_MODELS})\n",
        "register_tortoise(app, modules={'models': ['backend_core.data.models.user', 'backend_core.data.models.item']})",
        id="modules of models are named by strings",
    ),
    pytest.param(
        {"app/db.py": f"from tortoise.contrib.fastapi import register_tortoise\n\ndef connect(app):\n    register_tortoise(app, {IN_MODELS})\n"},
        "from app.db import connect\napp = FastAPI()\nconnect(app)\n",
        "connect(app)",
        id="in another module",
    ),
]  # fmt: skip
NONE = [
    pytest.param(
        {"app/warm.py": "from app.models.item import Item\nfrom app.models.user import User\n\nasync def warm():\n    return User, Item\n"},
        "from app.warm import warm" + LIFESPAN.format("await warm()\n") + MADE,
        "await warm()",
        id="what starts something else",
    ),
    pytest.param(
        {"app/db.py": NAMES + FUNCTION, "app/life.py": "from app.db import init_db\n"},
        "from app.life import init_db as unused" + LIFESPAN.format("print('up')\n") + MADE,
        "init_db",
        id="it does not run at the start",
    ),
    pytest.param(
        {}, "app = FastAPI()\nNAMES = {'names': ['app.models.user', 'app.models.item']}\n", "NAMES", id="strings that are no modules of models"
    ),
]


@pytest.mark.parametrize("files, text, said", EVERY)
def test_every_service_makes_ready_what_all_use(files, text, said):
    made = planned({**BASE, **files, "app/main.py": HEAD + text + TAIL}, OPTIONS)
    assert made.aside == ()
    for one in ("users", "items"):
        main = made.end.read(RepoPath(f"services/{one}-service/src/{one}_service/main.py")).decode()
        assert said in main
        assert "app.models" not in main
    kernel = {path.rpartition("/")[2] for path in made.end.tree.below(RepoPath("packages/backend-core"))}
    assert {"user.py", "item.py", *(path.removeprefix("app/") for path in files if path == "app/db.py")} <= kernel
    assert not [path for path in made.end.tree if path.startswith("packages/") and b"_service." in made.end.read(path)]


@pytest.mark.parametrize("files, text, said", NONE)
def test_what_makes_nothing_ready_is_the_gateways(files, text, said):
    made = planned({**BASE, **files, "app/main.py": HEAD + text + TAIL}, OPTIONS)
    assert made.aside == ()
    main = made.end.read(RepoPath("services/users-service/src/users_service/main.py")).decode()
    assert said not in main
    assert said in made.end.read(RepoPath("services/api-gateway/app/main.py")).decode()
