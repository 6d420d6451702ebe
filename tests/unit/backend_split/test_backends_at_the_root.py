"""Backends that lie in the repository's root: what goes along to the gateway's place, what stays, and how all of it is found, built and run there."""

from __future__ import annotations

import textwrap

import pytest

from migrator.paths import RepoPath
from tests.unit.backend_split.planning import planned
from tests.unit.backend_split.test_partition import ROUTER

NEW = "services/api-gateway"
MANIFEST = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["fastapi>=0.110", "uvicorn>=0.29"]\n'
TABLE = '[phases.backend_split]\nservices = { auth = { routers = ["auth.py"] }, ai = { routers = ["ai.py"] } }\n'


def shop(package: str, name: str) -> dict[str, str]:
    """An application in a folder, whose modules are imported by a name."""
    dotted, folder = (f"{name}." if name else ""), (f"{package}/" if package else "")
    lines = "".join(f"from {dotted}routers.{one} import router as {one}\n" for one in ("auth", "ai", "items"))
    included = "".join(f"app.include_router({one})\n" for one in ("auth", "ai", "items"))
    return {
        f"{folder}main.py": f"from fastapi import FastAPI\n{lines}app = FastAPI()\n{included}",
        f"{folder}database.py": "engine = 1\n",
        **{f"{folder}routers/{one}.py": f"from {dotted}database import engine as used\n{ROUTER.format(one)}" for one in ("auth", "ai", "items")},
    }


REPOSITORY = {
    "README.md": "Start `app/main.py`.\n",
    "LICENSE": "",
    "docs/index.md": "",
    "frontend/package.json": "{}",
    "worker/pyproject.toml": '[project]\nname = "worker"\nversion = "1"\n',
    "worker/run.py": "print(1)\n",
    "data.csv": "1\n",
    "setup/env.py": "print(2)\n",
}
"""What is nobody's, or another's."""


def places(files: dict[str, str], text: str = TABLE) -> dict[str, str]:
    """Where everything is after the first step."""
    made = planned(files, text)
    assert [(item.step.slug, item.findings) for item in made.aside] == []
    assert [step.step.slug for step in made.steps] == ["rename-backend", "kernel", "auth-service", "ai-service"]
    return {path: made.steps[0].built.moves(path) for path in files}


GOES = [
    pytest.param(
        {
            **shop("app", "app"),
            "pyproject.toml": MANIFEST,
            "tests/test_app.py": "from app.main import app\n",
            "uv.lock": "",
            ".python-version": "3.12\n",
        },
        id="a package, its tests, manifest and lock",
    ),
    pytest.param({**shop("", ""), "requirements.txt": "fastapi\n", "seed.py": "from database import engine\n"}, id="modules beside each other"),
    pytest.param(
        {**shop("app", "app"), "requirements.txt": "-r more.txt\n--constraint limits.txt\n", "more.txt": "fastapi\n", "limits.txt": "fastapi<1\n"},
        id="lists of requirements that a list includes by their mere names",
    ),
    pytest.param({**shop("src/shop", "shop"), "pyproject.toml": MANIFEST}, id="in a folder src"),
    pytest.param({**shop("src", "src"), "requirements.txt": "fastapi\n", "src/__init__.py": ""}, id="the package is called src"),
    pytest.param(
        {**shop("src", "src"), "pyproject.toml": MANIFEST, "src/alembic.ini": "[alembic]\n", "tests/test_it.py": "from src.main import app\n"},
        id="src is imported from the root, and has settings of its own",
    ),
    pytest.param(
        {
            **shop("backend", "backend"),
            "pyproject.toml": MANIFEST,
            "backend/alembic.ini": "[alembic]\nscript_location = alembic\n",
            "backend/__init__.py": "",
        },
        id="the package is called backend",
    ),
    pytest.param(
        {
            **shop("app", "app"),
            "requirements.in": "fastapi\n",
            "requirements.txt": "fastapi==0.110\n",
            "alembic.ini": "[alembic]\nscript_location = migrations\n",
        }
        | {"migrations/env.py": "from app.database import engine\n", "scripts/lint": "#!/bin/sh\nruff check app\nmypy app\n"},
        id="migrations and scripts",
    ),
    pytest.param(
        {path: f"\ufeff{text}" for path, text in shop("app", "app").items()} | {"pyproject.toml": MANIFEST}, id="a mark before every module"
    ),
    pytest.param(
        {**shop("app", "app"), "pyproject.toml": MANIFEST, "app/pages.py": 'FOLDER = "templates/index.html"\n', "templates/index.html": ""},
        id="files that it names",
    ),
    pytest.param(
        {
            **shop("app", "app"),
            "pyproject.toml": MANIFEST,
            "app/paths.py": "from pathlib import Path\n\nBASE_DIR = Path(__file__).parent.parent\n",
            "app/database.py": 'from app.paths import BASE_DIR\n\nengine = (BASE_DIR / "words" / "all.txt").read_text()\n',
            "words/all.txt": "",
        },
        id="files below a name of another module",
    ),
    pytest.param(
        {
            **shop("app", "app"),
            "requirements.txt": "fastapi\n",
            "history/env.py": "import flask\n",
            "history/script.py.mako": "",
            ".flaskenv": "A=1\n",
        },
        id="a history of migrations that nothing names",
    ),
]


@pytest.mark.parametrize("files", GOES)
def test_what_is_the_backends_goes_along_and_nothing_else(files):
    found = places(files | REPOSITORY)
    assert found == {path: f"{NEW}/{path}" for path in files} | {path: path for path in REPOSITORY}


NESTED = [
    pytest.param({}, "-r backend/requirements.txt\n", id="the root says nothing of itself"),
    pytest.param({"pyproject.toml": MANIFEST}, None, id="it has a manifest"),
    pytest.param({"requirements.txt": "fastapi\n"}, "fastapi\n", id="it has such a list"),
]


@pytest.mark.parametrize("more, expected", NESTED)
def test_what_a_package_requires_that_is_imported_from_the_root(more, expected):
    made = planned({**shop("backend/app", "backend.app"), "backend/requirements.txt": "fastapi==0.110\n", **more}, TABLE)
    assert [(item.step.slug, item.findings) for item in made.aside] == []
    assert [step.step.slug for step in made.steps] == ["rename-backend", "kernel", "auth-service", "ai-service"]
    assert made.end.read(RepoPath(f"{NEW}/backend/requirements.txt")) == b"fastapi==0.110\n"
    said = RepoPath(f"{NEW}/requirements.txt")
    assert (made.end.read(said).decode() if said in made.end.tree else None) == expected
    assert "from ai_service" in made.end.read(RepoPath(f"{NEW}/backend/app/main.py")).decode()
    assert "fastapi" in made.end.read(RepoPath("services/ai-service/pyproject.toml")).decode()


def test_what_a_name_of_another_module_leads_past_stays():
    paths = "from pathlib import Path\n\nBASE_DIR = Path(__file__).parent.parent\n"
    uses = 'from app.paths import BASE_DIR\n\nengine = [BASE_DIR / ".env", BASE_DIR / "docs" / "index.md", BASE_DIR / "app" / "main.py"]\n'
    found = places(
        {**shop("app", "app"), "pyproject.toml": MANIFEST, "app/paths.py": paths, "app/database.py": uses, "docs/index.md": "", "x/y.txt": ""}
    )
    assert {path for path, now in found.items() if now == path} == {"docs/index.md", "x/y.txt"}


def test_where_the_root_has_a_project_that_is_not_the_backends_nothing_of_the_root_goes():
    files = {f"api/{path}": text for path, text in {**shop("app", "app"), "requirements.txt": "fastapi\n"}.items()} | {"pyproject.toml": MANIFEST}
    found = places(files)
    assert {path for path, now in found.items() if now == path} == {"pyproject.toml"}
    assert found["api/app/main.py"] == f"{NEW}/app/main.py"


BUILT = {
    **shop("app", "app"),
    "pyproject.toml": MANIFEST,
    "Dockerfile": 'FROM python:3.12\nWORKDIR /code\nCOPY . .\nRUN pip install .\nCMD ["uvicorn", "app.main:app"]\n',
}
FILES = [
    (
        "compose.yml",
        "services:\n  api:\n    build: .\n    volumes:\n      - .:/code\n",
        "services:\n  api:\n    build: ./NEW\n    volumes:\n      - ./NEW:/code\n",
    ),
    ("compose.yml", "services:\n  api:\n    build:\n      context: .\n", "services:\n  api:\n    build:\n      context: ./NEW\n"),
    ("compose.yml", 'services:\n  api: {build: {context: "./"}}\n', 'services:\n  api: {build: {context: "./NEW"}}\n'),
    (
        "compose.yml",
        "services:\n  api:\n    build: .\n  db:\n    image: postgres\n    volumes:\n      - ./data:/data\n",
        "services:\n  api:\n    build: ./NEW\n  db:\n    image: postgres\n    volumes:\n      - ./data:/data\n",
    ),
    ("Makefile", "image:\n\tdocker build -t shop .\n", "image:\n\tdocker build -t shop ./NEW\n"),
    ("Makefile", "test:\n\t@pytest -q\n\t@echo done\n", "test:\n\t@cd NEW && pytest -q\n\t@echo done\n"),
    ("Makefile", "up:\n\tdocker compose up\n", "up:\n\tdocker compose up\n"),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  test:\n    steps:\n      - run: uv run pytest\n      - run: npm ci\n",
        "jobs:\n  test:\n    steps:\n      - working-directory: NEW\n        run: uv run pytest\n      - run: npm ci\n",
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  test:\n    steps:\n      - name: Tests\n        run: |\n          pytest\n          ./tools/report.sh\n",
        "jobs:\n  test:\n    steps:\n      - name: Tests\n        working-directory: NEW\n        run: |\n          pytest\n          ../../tools/report.sh\n",
    ),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  test:\n    steps:\n      - run: uv tool install ruff\n      - run: pytest\n        working-directory: worker\n",
        "jobs:\n  test:\n    steps:\n      - run: uv tool install ruff\n      - run: pytest\n        working-directory: worker\n",
    ),
    (
        ".github/workflows/cd.yml",
        "jobs:\n  push:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          push: true\n",
        "jobs:\n  push:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: ./NEW\n          push: true\n",
    ),
    (
        "deploy/Dockerfile",
        "FROM python:3.12\nCOPY pyproject.toml /tmp/\nCOPY . /code\n",
        "FROM python:3.12\nCOPY NEW/pyproject.toml /tmp/\nCOPY NEW /code\n",
    ),
    (
        "deploy/Dockerfile",
        'FROM python:3.12\nWORKDIR /code\nCOPY . .\nRUN pip install -r requirements.txt\nENTRYPOINT ["sh", "tools/report.sh"]\n',
        'FROM python:3.12\nWORKDIR /code\nCOPY . .\nCOPY NEW .\nRUN pip install -r requirements.txt\nENTRYPOINT ["sh", "tools/report.sh"]\n',
    ),
    (
        "alembic.ini",
        "[alembic]\nscript_location = app/migrations\nprepend_sys_path = .\n",
        "[alembic]\nscript_location = app/migrations\nprepend_sys_path = .\n",
    ),
    ("scripts/lint", "#!/bin/sh\nruff check app\n", "#!/bin/sh\nruff check app\n"),
    (".dockerignore", ".github\nLICENSE\n", ".github\nLICENSE\n"),
]


@pytest.mark.parametrize("path, before, after", FILES)
def test_images_are_built_and_commands_run_where_the_backend_lies(path, before, after):
    files = BUILT | REPOSITORY | {"tools/report.sh": "echo done\n", "app/migrations/env.py": "", ".github/CODEOWNERS": "", path: before}
    made = planned(files, TABLE)
    first = made.steps[0]
    assert first.step.slug == "rename-backend"
    assert first.built.after.read(first.built.moves(path)).decode() == textwrap.dedent(after).replace("NEW", NEW)


COMPOSED = "services:\n  api:\n    build:\n      context: ../../\n      dockerfile: {0}/Dockerfile\n"


@pytest.mark.parametrize("source, folder, climb", [("frontend", "docker", "../../../../"), ("app", "images", "../../")])
def test_a_composition_that_goes_along_builds_from_where_its_image_is(source, folder, climb):
    path = "tests/e2e/compose.yml"
    files = {path: COMPOSED.format(folder), f"{folder}/Dockerfile": f"FROM scratch\nCOPY {source} /code\n", "tests/test_a.py": "import app.main\n"}
    made = planned(BUILT | REPOSITORY | files, TABLE)
    first = made.steps[0].built
    assert made.aside == ()
    assert first.after.read(first.moves(path)).decode() == COMPOSED.format(folder).replace("../../", climb)


def test_what_stays_is_said_with_what_looks_for_it():
    made = planned(BUILT | REPOSITORY | {"docs/conf.py": "from app.database import engine\n", ".env.example": "KEY=\n"}, TABLE)
    said = {finding.path: finding.message for finding in made.steps[0].step.findings}
    assert "LICENSE, README.md, data.csv" in said[""]
    assert "found in the root" in said["docs/conf.py"]
    assert "`.env`" in said[NEW]


def test_a_place_that_is_taken_is_said_before_anything_is_planned():
    taken = planned(BUILT | {f"{NEW}/main.py": "print(1)\n"}, TABLE)
    assert [(problem.where, problem.message.partition(" and ")[0]) for problem in taken.problems] == [
        ("phases.backend_split.api_gateway", f"`{NEW}` is there,")
    ]
    assert taken.steps == ()


STAYING = 'FROM python:3.12\nWORKDIR /srv\nCOPY {0}requirements.txt ./\nRUN pip install -r requirements.txt\n{1}\nENTRYPOINT ["./start.sh"]\nCMD ["uvicorn", "app.main:app"]\n'
INSTALLED = "".join(
    f"COPY {path} /opt/{path.rpartition('/')[2]}\nRUN pip install /opt/{path.rpartition('/')[2]}\n"
    for path in ("packages/backend-core", "services/auth-service", "services/ai-service")
)
ROOTED = [
    pytest.param("COPY . .", f"COPY . .\nCOPY {NEW} .\nENV BACKEND_DIR=/srv", id="all of the root, with the script that starts it"),
    pytest.param("COPY app ./app\nCOPY start.sh ./", f"COPY {NEW}/app ./app\nCOPY start.sh ./\nENV BACKEND_DIR=/srv", id="the package alone"),
]


@pytest.mark.parametrize("copy, expected", ROOTED)
def test_an_image_that_stays_in_the_root_gets_the_parts(copy, expected):
    files = {
        "requirements.txt": "fastapi\nuvicorn\n",
        "Dockerfile": STAYING.format("", copy),
        "start.sh": '#!/bin/sh\nexec "$@"\n',
        "compose.yml": "services:\n  api:\n    build: .\n    env_file: .env\n    ports: ['8000:8000']\n",
        "app/database.py": "from pathlib import Path\nengine = Path(__file__).parent.parent / 'texts' / 'a.txt'\n",
        "texts/a.txt": "a\n",
    }
    made = planned(shop("app", "app") | files, TABLE)
    assert made.aside == ()
    assert made.end.read(RepoPath("Dockerfile")).decode() == STAYING.format(f"{NEW}/", INSTALLED + expected)
    composed = made.end.read(RepoPath("compose.yml")).decode()
    assert "    build: .\n" in composed
    assert "  auth-service:\n" in composed


def test_an_image_that_takes_a_file_of_the_backend_gets_no_parts():
    files = {"requirements.txt": "fastapi\n", "app/openapi.json": "{}", "client/Dockerfile": "FROM node:22\nCOPY app/openapi.json /srv/\n"}
    made = planned(
        shop("app", "app") | files | {"compose.yml": "services:\n  client:\n    build:\n      context: .\n      dockerfile: client/Dockerfile\n"},
        TABLE,
    )
    assert made.end.read(RepoPath("client/Dockerfile")).decode() == f"FROM node:22\nCOPY {NEW}/app/openapi.json /srv/\n"
