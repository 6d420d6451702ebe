"""A split monolith in one environment: uv and pip install it, servers and tests start in it, and Alembic sees every table that it saw."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator.cache import Cache
from migrator.facts import Facts
from migrator.gates import judge
from migrator.graph import Scanner
from migrator.paths import RepoPath
from migrator.plan import Plan, fold
from migrator.planfile import load_plan_file
from migrator.tree import FILE, Entry, Store, Tree
from phases.backend_split import phase

pytestmark = [pytest.mark.slow, pytest.mark.long]

SAMPLE = Path(__file__).parents[2] / "sample_repos" / "monolith" / "repository"
_OFFLINE = ("dns error", "Failed to fetch", "error sending request", "Could not find a version", "Temporary failure in name resolution")


def planned(files: Mapping[str, str]) -> Plan:
    store = Store(lambda blob: pytest.fail(f"{blob} was never stored"))
    tree = Tree((RepoPath(path), Entry(FILE, store.add(text.encode()))) for path, text in files.items())
    plan_file, parsed = load_plan_file(None, [phase])
    made = fold("base", Facts(tree, store, Scanner(store, Cache(None), plan_file.hidden())), phases=[phase], options=parsed, judge=judge)
    assert made.aside == ()
    return made


def written(facts: Facts, root: Path) -> Path:
    for path in facts.tree:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(facts.read(path))
    return root


def said(command: list[str], root: Path, **environment: str) -> str:
    """What a command prints; the test is skipped where it finds no network, and fails where the command does."""
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}}
    ran = subprocess.run(command, cwd=root, env={**kept, **environment}, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300)
    if ran.returncode and any(word in ran.stderr for word in _OFFLINE):
        pytest.skip(f"no package index can be reached: {ran.stderr.strip().splitlines()[-1][:200]}")
    assert ran.returncode == 0, (ran.stdout + ran.stderr)[-4000:]
    return ran.stdout


def uv(root: Path, *arguments: str) -> str:
    found = pytest.importorskip("uv", reason="uv is in the dev extra")
    return said([found.find_uv_bin(), *arguments], root, UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never")


def python(root: Path) -> str:
    return str(root / ".venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


# a small monolith of many shapes ---------------------------------------------------------------------------------------

ROUTER = "from fastapi import APIRouter\nfrom app.core.config import NAME\n\nrouter = APIRouter()\n\n\n@router.get('/{0}')\ndef read() -> str:\n    return NAME\n"
APP = {
    "__init__.py": "",
    "main.py": "from fastapi import FastAPI\nfrom app.routers import auth, market\n\napp = FastAPI()\napp.include_router(auth.router)\napp.include_router(market.router)\n",
    "core/__init__.py": "",
    "core/config.py": "NAME = 'shop'\n",
    "routers/__init__.py": "",
    "routers/auth.py": ROUTER.format("auth"),
    "routers/market.py": ROUTER.format("market"),
}  # fmt: skip
PROJECT = "[project]\nname = 'shop'\nversion = '1'\nrequires-python = '>=3.11'\ndependencies = ['fastapi>=0.110']\n"
MONOLITHS = {
    "requirements": {"requirements.txt": "fastapi>=0.110\n"},
    "an empty project": {"requirements.txt": "-r more.txt\n", "more.txt": "fastapi>=0.110\n", "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n"},
    "tools alone": {"requirements.txt": "fastapi>=0.110\n", "pyproject.toml": "[tool.ruff]\nline-length = 100\n"},
    "PEP 621": {"pyproject.toml": PROJECT},
    "a build": {"pyproject.toml": PROJECT + "[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta'\n[tool.setuptools]\npackages = ['app']\n"},
}  # fmt: skip
PLAIN = "[project]\nname = 'whole'\nversion = '1'\nrequires-python = '>=3.10'\ndependencies = []\n"
ROOTS = {
    "no root": {},
    "tools alone": {"pyproject.toml": "[tool.ruff]\nline-length = 100\n"},
    "a project": {"pyproject.toml": PLAIN + "[tool.uv]\npackage = false\n"},
    "a project with groups": {"pyproject.toml": PLAIN + "[dependency-groups]\ndev = ['iniconfig']\n[tool.uv]\ndefault-groups = ['dev']\n"},
    "a package": {"pyproject.toml": PLAIN + "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n", "src/whole/__init__.py": ""},
    "a workspace": {
        "pyproject.toml": "[tool.uv.workspace]\nmembers = ['libs/*', 'services/*']\n",
        "libs/small/pyproject.toml": "[project]\nname = 'small'\nversion = '1'\nrequires-python = '>=3.9'\n",
    },
    "Poetry": {"pyproject.toml": "[tool.poetry]\nname = 'whole'\nversion = '1'\ndescription = ''\nauthors = []\n[tool.poetry.dependencies]\npython = '^3.11'\n"},
}  # fmt: skip
CASES = [(root, "requirements") for root in ROOTS] + [("no root", monolith) for monolith in MONOLITHS if monolith != "requirements"]


def shop(root: str, monolith: str) -> dict[str, str]:
    inside = {f"apps/backend/app/{path}": text for path, text in APP.items()}
    return {**inside, **{f"apps/backend/{path}": text for path, text in MONOLITHS[monolith].items()}, **ROOTS[root]}


MODULES = ("backend_core.core.config", "auth_service.main", "market_data_service.main", "app.main")


@pytest.mark.parametrize("root, monolith", CASES)
def test_one_sync_makes_everything_importable(tmp_path: Path, root: str, monolith: str):
    place = written(planned(shop(root, monolith)).end, tmp_path)
    uv(place, "sync", "-q")
    said([python(place), "-c", f"import {', '.join(MODULES)}"], tmp_path)


def test_a_monolith_of_poetry_stays_out_and_names_where_the_others_lie(tmp_path: Path):
    poetry = "[tool.poetry]\nname = 'shop'\n[tool.poetry.dependencies]\npython = '^3.11'\nfastapi = '>=0.110'\n"
    files = {**shop("no root", "requirements"), "apps/backend/pyproject.toml": poetry}
    made = planned(files)
    place = written(made.end, tmp_path)
    uv(place, "sync", "-q")
    said([python(place), "-c", f"import {', '.join(MODULES[:3])}"], tmp_path)
    assert 'backend-core = {path = "../../packages/backend-core", develop = true}' in (place / "services/api-gateway/pyproject.toml").read_text()


# the sample ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {p.relative_to(SAMPLE).as_posix(): p.read_text(encoding="utf-8") for p in SAMPLE.rglob("*") if p.is_file() and p.suffix != ".pyc"}
    return written(planned(files).end, tmp_path_factory.mktemp("split"))


def test_what_uv_runs_starts(split: Path, tmp_path: Path):
    uv(split, "sync", "-q")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    import uv as installed  # noqa: PLC0415  the test before it skips where it is not

    command = [installed.find_uv_bin(), "run", "--package", "market-data-service", "uvicorn", "market_data_service.main:app", "--port", str(port)]
    environment = {**os.environ, "UV_PYTHON": sys.executable, "DATABASE_URL": f"sqlite:///{(tmp_path / 'x.db').as_posix()}"}
    environment.pop("VIRTUAL_ENV", None)
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, cwd=split, env=environment, stdout=log, stderr=log) as running:
        try:
            assert until(f"http://127.0.0.1:{port}/health", running), (tmp_path / "log").read_text()
        finally:
            running.terminate()


def until(address: str, running: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end and running.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address) as response:  # noqa: S310  loopback
            return response.status == 200
        time.sleep(0.2)
    return False


def test_the_gateway_s_tests_run_in_its_environment(split: Path):
    out = uv(split, "run", "--package", "corner-shop", "--directory", "services/api-gateway", "pytest", "-q", "-p", "no:cacheprovider")
    assert " passed" in out or "100%" in out


def test_pip_installs_all_of_them_at_once(tmp_path: Path):
    place = written(planned(shop("no root", "requirements")).end, tmp_path)
    said([sys.executable, "-m", "venv", ".venv"], place)
    editable = [word for path in sorted(place.glob("*/*/pyproject.toml")) for word in ("-e", path.parent.relative_to(place).as_posix())]
    said([python(place), "-m", "pip", "install", "-q", "--disable-pip-version-check", *editable], place)
    said([python(tmp_path), "-c", f"import {', '.join(MODULES)}"], tmp_path)


ALONE = """
import importlib, sys
importlib.import_module(sys.argv[1] + '.main')
from sqlalchemy import create_engine
from sqlalchemy.orm import configure_mappers
from backend_core.data.core.database import Base
configure_mappers()
Base.metadata.create_all(create_engine('sqlite://'))
print(len(Base.metadata.tables), len([key for table in Base.metadata.tables.values() for key in table.foreign_keys if key.column is not None]))
"""


def test_each_service_has_by_itself_every_table_that_its_own_refer_to(split: Path):
    pytest.importorskip("sqlalchemy")
    homes = sorted(split.glob("services/*-service/src"))
    assert len(homes) > 5
    for home in homes:
        sources = os.pathsep.join(map(str, [home, *split.glob("packages/*/src")]))
        package = home.parent.name.replace("-", "_")
        tables, keys = said([sys.executable, "-W", "ignore", "-c", ALONE, package], split, PYTHONPATH=sources).split()
        assert int(tables) > 0, package
        assert int(keys) > 0, package


# alembic ---------------------------------------------------------------------------------------------------------------

MODEL = "from sqlalchemy.orm import Mapped, mapped_column\nfrom app.db import Base\n\n\nclass {0}(Base):\n    __tablename__ = '{1}'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
MODELS = {
    "db.py": "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n",
    "models/__init__.py": "",
    "models/user.py": MODEL.format("User", "users"),
    "models/quote.py": MODEL.format("Quote", "quotes") + "    user: Mapped[int] = mapped_column(ForeignKey('users.id'))\n",
    "models/login.py": MODEL.format("Login", "logins"),
    "routers/auth.py": ROUTER.format("auth") + "\n\nfrom app.models.login import Login  # noqa: E402, F401\n",
    "routers/market.py": ROUTER.format("market") + "\n\nfrom app.models.quote import Quote  # noqa: E402, F401\n",
}  # fmt: skip
MODELS["models/quote.py"] = "from sqlalchemy import ForeignKey\n" + MODELS["models/quote.py"]
LISTING = (
    "import importlib\nimport pkgutil\n\nfor found in pkgutil.iter_modules(__path__):\n    importlib.import_module(f'{__name__}.{found.name}')\n"
)
ENVIRONMENT = """\
import os

from alembic import context
from sqlalchemy import create_engine

from app.db import Base
{0}

with create_engine(os.environ['DATABASE_URL']).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
MAKO = (
    "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n\n"
    "def upgrade():\n    ${upgrades}\n\n\ndef downgrade():\n    ${downgrades}\n"
)
METADATA = [
    pytest.param("from app.models import login, quote, user  # noqa: F401", "", id="each of them"),
    pytest.param("import app.models  # noqa: F401", "from . import login, quote, user\n", id="a package that imports all"),
    pytest.param("from app.models.all import *  # noqa: F403", "", id="a module for it"),
    pytest.param("import app.models  # noqa: F401", LISTING, id="a package that lists its modules"),
    pytest.param("import app.main  # noqa: F401\nimport app.models.user  # noqa: F401", "", id="the application"),
]


@pytest.mark.parametrize("line, package", METADATA)
def test_alembic_sees_every_table_that_it_saw(tmp_path: Path, line: str, package: str):
    pytest.importorskip("alembic", reason="alembic is in the dev extra")
    pytest.importorskip("sqlalchemy")
    inside = {**APP, **MODELS, "models/__init__.py": package, "models/all.py": "from app.models import login, quote, user\n"}
    backend = {
        **{f"app/{path}": text for path, text in inside.items()},
        "requirements.txt": "fastapi\nsqlalchemy\nalembic\n",
        "alembic.ini": "[alembic]\nscript_location = alembic\nprepend_sys_path = .\n",
        "alembic/env.py": ENVIRONMENT.format(line),
        "alembic/script.py.mako": MAKO,
        "alembic/versions/keep.txt": "",
    }
    made = planned({f"apps/backend/{path}": text for path, text in backend.items()})
    old, new = written(made.start, tmp_path / "old"), written(made.end, tmp_path / "new")
    sources = os.pathsep.join(str(path) for path in [*new.glob("packages/*/src"), *new.glob("services/*/src")])
    database = f"sqlite:///{(tmp_path / 'x.db').as_posix()}"
    alembic = [sys.executable, "-m", "alembic"]
    said([*alembic, "revision", "--autogenerate", "-m", "first"], old / "apps/backend", DATABASE_URL=database)
    (written_one,) = (old / "apps/backend/alembic/versions").glob("*first.py")
    assert written_one.read_text().count("op.create_table(") == 3
    said([*alembic, "upgrade", "head"], old / "apps/backend", DATABASE_URL=database)
    (new / "services/api-gateway/alembic/versions" / written_one.name).write_bytes(written_one.read_bytes())
    said([*alembic, "check"], new / "services/api-gateway", DATABASE_URL=database, PYTHONPATH=sources)
