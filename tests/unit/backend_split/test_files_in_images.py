"""What the images of services have of the monolith's files, and how what is installed in them finds those."""

from __future__ import annotations

import pytest
import yaml
from ruamel.yaml import YAML

from migrator.paths import RepoPath
from migrator.plan import Plan
from tests.unit.backend_split.test_partition import BACKEND, CORE, IMPORTS, MODELS, plan

DOCKERFILE = "FROM python:3.12\nWORKDIR /srv\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n{0}CMD uvicorn app.main:app\n"
IMAGE = {"api/Dockerfile": DOCKERFILE.format("COPY . .\n")}
COMPOSE = "services:\n  api:\n    build: ./api\n    volumes:\n      - {0}\nvolumes:\n  logs: {{}}\n"
AI = "services/ai-service/Dockerfile"


def made(line: str, **files: str) -> Plan:
    return plan({**BACKEND, **IMAGE, MODELS: IMPORTS + line, **{path.replace("__", "/"): text for path, text in files.items()}})


def text(found: Plan, path: str) -> str:
    return found.end.read(RepoPath(path)).decode()


def given(found: Plan) -> list[str]:
    """What the image of the service does about the monolith's files."""
    said = text(found, AI).partition("# What its modules find")[2].partition("\n\n")[0]
    return said.splitlines()[1:]


TOP = "Path(__file__).parents[2]"
FOUND = [
    pytest.param(f"T = {TOP} / 'texts' / 'a.json'\n", ["texts/a.json"], ["COPY services/api-gateway/texts/a.json /srv/texts/a.json"], id="a file"),
    pytest.param(f"T = {TOP} / 'texts'\n", ["texts/a.json"], ["COPY services/api-gateway/texts /srv/texts"], id="a directory"),
    pytest.param(
        f"T, U = {TOP} / 'texts', {TOP} / 'texts' / 'a.json'\n",
        ["texts/a.json"],
        ["COPY services/api-gateway/texts /srv/texts"],
        id="what is in another once",
    ),
    pytest.param(
        f"T = {TOP} / 'data'\nT.mkdir()\n",
        ["data/a.json"],
        ["COPY services/api-gateway/data /srv/data", "RUN mkdir -p /srv/data && chown -R app /srv/data"],
        id="what is there and written to",
    ),
    pytest.param(
        f"T = {TOP} / 'data' / 'a.sqlite'\n", ["data/a.sqlite"], ["RUN mkdir -p /srv/data && chown -R app /srv/data"], id="never a database"
    ),
    pytest.param(f"T = {TOP} / 'logs' / 'a.log'\n", [], ["RUN mkdir -p /srv/logs && chown -R app /srv/logs"], id="room for what is made"),
    pytest.param(f"T = {TOP} / '.env'\n", [".env"], [], id="never settings"),
    pytest.param(f"T = {TOP} / 'plugins'\n", ["plugins/a.py"], [], id="never code"),
    pytest.param("T = Path('texts') / name\n", ["texts/a.json"], ["COPY services/api-gateway/texts /srv/texts"], id="a plain path seen from there"),
    pytest.param("T = Path('texts', 'b')\n", ["texts/b/a.json"], ["COPY services/api-gateway/texts/b /srv/texts/b"], id="of several parts"),
    pytest.param("T = Jinja2Templates('texts')\n", ["texts/a.json"], ["COPY services/api-gateway/texts /srv/texts"], id="seen from where it runs"),
    pytest.param(
        "T = open('texts/a.json')\n", ["texts/a.json"], ["COPY services/api-gateway/texts/a.json /srv/texts/a.json"], id="a file seen from there"
    ),
    pytest.param(
        f"B = {TOP}\nT = B / 'texts' / 'a.json'\n", ["texts/a.json"], ["COPY services/api-gateway/texts/a.json /srv/texts/a.json"], id="by a name"
    ),
]


@pytest.mark.parametrize("line, files, said", FOUND)
def test_an_image_has_what_its_modules_find(line, files, said):
    found = made(line, **{f"api/{file}": "{}" for file in files})
    assert given(found) == ["ENV BACKEND_DIR=/srv", "WORKDIR /srv", *said]
    ignored = text(found, f"{AI}.dockerignore").splitlines()
    copied = [one.split()[1] for one in said if one.startswith("COPY")]
    assert [one for one in ignored if one.startswith("!services/api-gateway")] == [f"!{path}" for path in copied]


@pytest.mark.parametrize(
    "line",
    ["", "class Settings:\n    env_file = '.env'\n", "T = open('/data/a.json')\n", "T = open(name)\n", "T = Path('texts')\n", "T = Path(name)\n"],
)
def test_an_image_of_what_finds_nothing_is_as_it_was(line):
    assert "BACKEND_DIR" not in text(made(line), AI)
    assert "BACKEND_DIR" not in text(made(line), "services/api-gateway/Dockerfile")


def test_a_secret_in_a_directory_is_not_sent():
    found = made(f"T = {TOP} / 'texts'\n", api__texts__a="", **{"api/texts/prod.env": "SECRET_KEY=8f2b1c9d7e6a4f3b2c1d0e9f8a7b6c5d\n"})
    assert "services/api-gateway/texts/prod.env" in text(found, f"{AI}.dockerignore").splitlines()


def test_what_a_shared_module_says_is_found_by_the_service_too():
    files = {
        "api/app/core.py": "from pathlib import Path\nBASE_DIR = Path(__file__).parent.parent\n",
        "api/app/services/tokens.py": "from app.core import BASE_DIR\ndef used(): ...\n",
        "api/texts/a.json": "",
    }
    found = plan({**BACKEND, **IMAGE, **files, MODELS: "from app.core import BASE_DIR\nT = BASE_DIR / 'texts'\ndef used(): ...\n"})
    assert "BASE_DIR = BACKEND_DIR\n" in text(found, f"{CORE}core.py")
    assert "COPY services/api-gateway/texts /srv/texts" in given(found)
    assert "texts" not in text(found, "services/auth-service/Dockerfile")


def test_an_image_is_told_what_no_text_says():
    found = made(f"T = os.listdir({TOP})\n")
    said = [finding.message for step in found.steps for finding in step.findings if finding.path == AI]
    assert said == ["no text says what services/models.py looks for in services/api-gateway: whatever it is, the image has to be given it"]


@pytest.mark.parametrize(("line", "variables"), [(f"T = {TOP} / 'texts'\n", []), ("import os\nT = os.environ['TEXTS']\n", ["TEXTS"])])
def test_where_the_files_are_is_no_variable_that_somebody_has_to_give(line: str, variables: list[str]):
    compose = "services:\n  api:\n    build: api\n    ports: ['80:80']\n    environment:\n      KEY: a\n"
    files = {"api/Dockerfile": DOCKERFILE.format("COPY . .\n"), "api/texts/a.json": "", "compose.yaml": compose, MODELS: IMPORTS + line}
    found = plan({**BACKEND, **files, "api/app/services/tokens.py": "from app.services.models import used\n"})
    readme, service = text(found, "services/ai-service/README.md"), yaml.safe_load(text(found, "compose.yaml"))["services"]["ai-service"]
    assert [one for one in ("BACKEND_DIR", "TEXTS") if f"`{one}`" in readme] == variables
    assert [*service.get("environment", {})] == variables


# the monolith's ------------------------------------------------------------------------------------------------------

PLACED = [
    pytest.param("COPY . .\n", "COPY . .\nENV BACKEND_DIR=/srv\n", id="all of it"),
    pytest.param("COPY . /code\nWORKDIR /code\n", "COPY . /code\nENV BACKEND_DIR=/code\nWORKDIR /code\n", id="elsewhere"),
    pytest.param("COPY app ./app\nCOPY texts ./texts\n", "COPY app ./app\nCOPY texts ./texts\nENV BACKEND_DIR=/srv\n", id="parts of it"),
]


@pytest.mark.parametrize("old, new", PLACED)
def test_the_image_of_the_monolith_says_where_its_files_are(old, new):
    found = plan({**BACKEND, "api/Dockerfile": DOCKERFILE.format(old), "api/texts/a.json": "", MODELS: IMPORTS + f"T = {TOP} / 'texts'\n"})
    assert new in text(found, "services/api-gateway/Dockerfile")


def test_an_instruction_that_says_no_more_what_moved_is_found_all_the_same():
    copying = "COPY app ./app\nCOPY settings.py boot.sh ./\n"
    modules = {"api/settings.py": "NAME = 1\n", "api/boot.sh": "", MODELS: f"{IMPORTS}import settings\nT = {TOP} / 'texts'\n"}
    modules |= {"api/texts/a.json": "", "api/app/services/tokens.py": "import settings\ndef used(): ...\n"}
    found = plan({**BACKEND, "api/Dockerfile": DOCKERFILE.format(copying), **modules})
    assert "COPY app ./app\nCOPY boot.sh ./\nENV BACKEND_DIR=/srv\n" in text(found, "services/api-gateway/Dockerfile")


LOCKS = "FROM python:3.12 AS locks\nWORKDIR /tmp\nCOPY requirements.txt pyproject.toml /tmp/\nRUN cat requirements.txt\n"
STAGES = [
    pytest.param("WORKDIR /code\nCOPY app /code/app\n", "COPY app /code/app\nENV BACKEND_DIR=/code\n", id="the package in another"),
    pytest.param("COPY --from=locks /tmp/requirements.txt .\n", "/tmp/\nENV BACKEND_DIR=/tmp\n", id="no stage has more"),
]


@pytest.mark.parametrize("line, expected", STAGES)
def test_a_stage_that_only_takes_manifests_has_the_files_nowhere(line, expected):
    dockerfile = f"{LOCKS}FROM python:3.12\n{line}RUN pip install -r requirements.txt\nCMD uvicorn app.main:app\n"
    found = plan({**BACKEND, "api/Dockerfile": dockerfile, "api/texts/a.json": "", MODELS: IMPORTS + f"T = {TOP} / 'texts'\n"})
    said = text(found, "services/api-gateway/Dockerfile")
    assert expected in said
    assert said.count("BACKEND_DIR") == 1


def test_an_image_that_has_a_part_under_another_name_is_asked_about():
    shop = {path.replace("api/app/", "api/src/app/"): said for path, said in BACKEND.items()}
    dockerfile = "FROM python:3.12\nWORKDIR /code\nRUN pip install -r requirements.txt\nCOPY src/app /code/app\nCMD uvicorn app.main:app\n"
    module = IMPORTS + "T = Path(__file__).resolve().parents[2] / '.env'\n"
    found = plan({**shop, "api/Dockerfile": dockerfile, "api/src/.env": "", MODELS.replace("api/app", "api/src/app"): module})
    said = [finding.message for step in found.steps for finding in step.findings if finding.path == "services/api-gateway/Dockerfile"]
    assert any("(it has services/api-gateway/src as /code, so that no `ENV` fits what lies beside" in one for one in said)
    assert "BACKEND_DIR" not in text(found, "services/api-gateway/Dockerfile")


def test_an_image_that_does_not_show_it_is_asked_about():
    found = plan({**BACKEND, "api/Dockerfile": "FROM python:3.12\nRUN pip install -r requirements.txt\n", MODELS: IMPORTS + f"T = {TOP} / name\n"})
    said = [finding.message for step in found.steps for finding in step.findings if finding.path == "services/api-gateway/Dockerfile"]
    assert "does not show where it has services/api-gateway: unless that is where it runs, `ENV BACKEND_DIR=` has to say it" in said


VOLUMES = [
    pytest.param("logs:/srv/logs", ["logs:/srv/logs"], id="a volume"),
    pytest.param("./api/logs:/srv/logs", ["./services/api-gateway/logs:/srv/logs"], id="a directory of the host"),
    pytest.param("./api:/srv", None, id="not all of the monolith"),
    pytest.param("logs:/srv/other", None, id="not what it does not write to"),
]


@pytest.mark.parametrize("volume, said", VOLUMES)
def test_what_is_written_is_kept_where_the_monolith_keeps_it(volume, said):
    found = made(f"T = {TOP} / 'logs' / 'a.log'\n", **{"compose.yaml": COMPOSE.format(volume)})
    services = YAML(typ="safe").load(text(found, "compose.yaml"))["services"]
    assert services["ai-service"].get("volumes", []) == (said or [])
    assert "volumes" not in services["auth-service"]
    lost = [finding.message for step in found.steps for finding in step.findings if "gone with the container" in finding.message]
    assert len(lost) == (said is None)


WEB = "FROM node:22 AS web\nWORKDIR /srv\nCOPY package.json /srv/\nCOPY web/package.json /srv/web/\nCOPY ./web /srv/web\nRUN npm run build\n"
BESIDE = [
    pytest.param("COPY api /srv/api\n", "/srv/api", id="the directory"),
    pytest.param("COPY . /srv\n", "/srv/services/api-gateway", id="all of the repository"),
    pytest.param("COPY api/app/*.py /srv/api/app/\n", "/srv/api", id="files of it"),
]


@pytest.mark.parametrize("line, expected", BESIDE)
def test_a_stage_that_takes_what_lies_beside_the_backend_has_its_files_nowhere(line: str, expected: str):
    dockerfile = f"{WEB}FROM python:3.12\nWORKDIR /srv\nCOPY api/requirements.txt /srv/api/\n{line}RUN pip install -r /srv/api/requirements.txt\n"
    compose = "services:\n  api:\n    build: {context: ., dockerfile: api/Dockerfile}\n"
    files = {"api/Dockerfile": dockerfile, "compose.yaml": compose, "package.json": "{}\n", "web/package.json": "{}\n", "api/texts/a.json": ""}
    said = text(plan({**BACKEND, **files, MODELS: IMPORTS + f"T = {TOP} / 'texts'\n"}), "services/api-gateway/Dockerfile")
    first, _, second = said.partition("FROM python:3.12\n")
    assert ("BACKEND_DIR" in first, second.count("BACKEND_DIR"), f"ENV BACKEND_DIR={expected}\n" in second) == (False, 1, True)
