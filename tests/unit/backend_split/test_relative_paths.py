"""What depends on the directory in which a process runs is said, and nothing else is."""

from __future__ import annotations

import pytest

from migrator.facts.relative_paths import relative_paths
from migrator.paths import RepoPath
from tests.unit.backend_split.planning import facts_of
from tests.unit.backend_split.test_partition import BACKEND, IMPORTS, MODELS, plan

SAID = [
    ("app.mount('/static', StaticFiles(directory='static'))\n", ["static"]),
    ("templates = Jinja2Templates(directory='./app/templates/')\n", ["app/templates"]),
    ("templates = Jinja2Templates('templates')\n", ["templates"]),
    ("handler = RotatingFileHandler('logs/app.log', maxBytes=1)\n", ["logs/app.log"]),
    ("class Settings:\n    model_config = SettingsConfigDict(env_file='.env', extra='ignore')\n", [".env"]),
    ("class Settings:\n    model_config = SettingsConfigDict(env_file=('.env', 'prod.env'))\n", [".env", "prod.env"]),
    ("class Settings:\n    class Config:\n        env_file = '.env'\n", [".env"]),
    ("load_dotenv()\n", [".env"]),
    ("load_dotenv(find_dotenv())\n", [".env"]),
    ("engine = create_engine('sqlite:///./shop.db')\n", ["shop.db"]),
    ("engine = create_async_engine('sqlite+aiosqlite:///data/shop.db?timeout=5')\n", ["data/shop.db"]),
    ("config = Config('alembic.ini')\n", ["alembic.ini"]),
    ("os.makedirs('uploads', exist_ok=True)\n", ["uploads"]),
]
UNSAID = [
    "StaticFiles(directory='/srv/static')\n",
    "StaticFiles(directory=BASE_DIR / 'static')\n",
    "open(path)\n",
    "open(f'{name}.txt')\n",
    "load_dotenv('/etc/shop.env')\n",
    "load_dotenv(ENV)\n",
    "create_engine('sqlite:////data/shop.db')\n",
    "create_engine('sqlite:///:memory:')\n",
    "create_engine('postgresql://db/shop')\n",
    "# open('a.txt')\n",
    "env_file = '.env'\n",
]


@pytest.mark.parametrize("text, said", SAID)
def test_what_is_seen_from_where_a_process_runs(text, said):
    assert list(relative_paths(facts_of({"a.py": text}), RepoPath("a.py"))) == said


@pytest.mark.parametrize("text", UNSAID)
def test_what_is_not(text):
    assert relative_paths(facts_of({"a.py": text}), RepoPath("a.py")) == ()


def told(line: str) -> list[str]:
    made = plan({**BACKEND, MODELS: IMPORTS + line, "api/data/a.json": ""})
    return [finding.message for finding in made.notes["backend_split"].findings if finding.kind == "files"]


STARTED = {"LOG = open('logs/a.log', 'a')\n": ["ai"], "T = Path(__file__).parents[2] / 'data' / 'a.json'\n": [], "": []}


@pytest.mark.parametrize("line", STARTED)
def test_a_service_whose_modules_find_files_so_says_where_it_is_started(line: str):
    made = plan({**BACKEND, MODELS: IMPORTS + line, "api/data/a.json": ""})
    said = {title: made.end.read(RepoPath(f"services/{title}-service/README.md")).decode() for title in ("ai", "auth")}
    wanted = "\n```\n\nIt is started in `services/api-gateway`: its modules find `logs/a.log` by the directory in which they run.\n\n| method"
    command = "uv run --directory services/api-gateway --project ../.. --package ai-service uvicorn ai_service.main:app --port 8001\n"
    assert [title for title, text in said.items() if wanted in text and command in text] == STARTED[line]
    assert [title for title, text in said.items() if "It is started" in text or "--directory" in text] == STARTED[line]


def test_the_plan_says_how_files_are_found():
    assert told("T = Path(__file__).parents[2] / 'data' / 'a.json'\nLOG = open('logs/a.log', 'a')\n") == [
        "1 module that leaves finds files by its own place: packages/backend-core/src/backend_core/paths.py says by BACKEND_DIR where they are: services/models.py",
        "1 module that leaves finds files by the directory in which it runs: start a service in services/api-gateway for them, or say them whole: services/models.py logs/a.log",
    ]
    assert told("") == []
