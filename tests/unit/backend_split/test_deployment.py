"""Images and compose files of a split backend, by what stands in them before and after."""

from __future__ import annotations

import json

import pytest

from migrator.edits.yaml import document
from migrator.plan import Plan
from tests.unit.backend_split.test_backend_split import after, plan, slugs

GATEWAY = "services/api-gateway"
RUN = "RUN pip install -r requirements.txt"
IMAGE = f"FROM python:3.12-slim\nWORKDIR /srv\nCOPY requirements.txt .\n{RUN}\nCOPY app ./app\nCMD uvicorn app.main:app\n"
COMPOSE = "services:\n  api:\n    build: ./backend\n    ports: [80:8000]\n"
ROUTER = "from fastapi import APIRouter\n\nfrom app.core import NAME\n\nrouter = APIRouter()\n\n\n@router.get('/{}')\ndef read() -> str:\n    return NAME\n"
SMALL = {
    "backend/requirements.txt": "fastapi\nuvicorn\n",
    "backend/pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n',
    "backend/Dockerfile": IMAGE,
    "backend/app/__init__.py": "",
    "backend/app/core.py": "import os\n\nNAME = os.environ.get('DATABASE_URL', '')\nKEY = os.environ['API_KEY']\n",
    "backend/app/main.py": "from fastapi import FastAPI\n\nfrom app import auth, quotes, rest\n\napp = FastAPI()\napp.include_router(auth.router)\n"
    "app.include_router(quotes.router)\napp.include_router(rest.router)\n",
    "backend/app/auth.py": ROUTER.format("auth"),
    "backend/app/quotes.py": ROUTER.format("quotes"),
    "backend/app/rest.py": ROUTER.format("rest"),
    "compose.yaml": COMPOSE,
}


def changed(files: dict[str, str | None], gateway: str = "import") -> Plan:
    return plan({path: text for path, text in {**SMALL, **files}.items() if text is not None}, f'[phases.backend_split]\ngateway = "{gateway}"\n')


def said(made: Plan, kind: str, *, warnings: bool = True) -> list[str]:
    found = [f for step in made.steps for f in step.step.findings if f.kind == kind]
    return [f"{f.path}: {f.message}" for f in found if f.severity == "warning" or not warnings]


@pytest.fixture(scope="module")
def small() -> Plan:
    return changed({})


def test_the_small_monolith_is_split(small: Plan):
    assert (slugs(small), small.aside) == (["rename-backend", "kernel", "auth-service", "market-data-service"], ())
    assert said(small, "compose") == said(small, "docker") == []


# the image of a service ------------------------------------------------------------------------------------------------


def test_the_image_of_a_service_holds_it_and_what_it_needs(small: Plan):
    image = after(small)["services/auth-service/Dockerfile"]
    assert [line for line in image.splitlines() if line.startswith(("FROM", "COPY", "USER", "EXPOSE", "CMD"))] == [
        "FROM python:3.11-slim",
        "COPY packages/backend-core /opt/packages/backend-core",
        "COPY services/auth-service /opt/services/auth-service",
        "USER 10001",
        "EXPOSE 8000",
        'CMD ["uvicorn", "auth_service.main:app", "--host", "0.0.0.0", "--port", "8000"]',
    ]
    assert "127.0.0.1:8000/health" in image


def test_the_image_of_a_service_is_sent_nothing_else(small: Plan):
    lines = after(small)["services/auth-service/Dockerfile.dockerignore"].splitlines()
    assert lines[1:4] == ["*", "!packages/backend-core", "!services/auth-service"]


# the image of the gateway ----------------------------------------------------------------------------------------------

HELD = ("backend-core", "auth-service", "market-data-service")


def held(run: str, copy: str = "COPY --from={0} . /opt/{0}") -> str:
    return "".join(f"{copy.format(one)}\n{run} /opt/{one}\n" for one in HELD)


@pytest.mark.parametrize(
    "before, expected",
    [
        pytest.param(f"FROM python:3.12\n{RUN}\nCMD x\n", f"FROM python:3.12\n{RUN}\n{held('RUN pip install')}CMD x\n", id="pip"),
        pytest.param(
            "FROM python:3.12\nRUN pip install --no-cache-dir --user -r requirements.txt -c limits.txt\n",
            f"FROM python:3.12\nRUN pip install --no-cache-dir --user -r requirements.txt -c limits.txt\n{held('RUN pip install --no-cache-dir --user')}",
            id="with its flags",
        ),
        pytest.param(
            "FROM python:3.12 AS b\nRUN python -m venv /venv && \\\n    /venv/bin/pip install \\\n    -r requirements.txt\nFROM python:3.12\nCOPY --from=b /venv /venv\n",
            "FROM python:3.12 AS b\nRUN python -m venv /venv && \\\n    /venv/bin/pip install \\\n    -r requirements.txt\n"
            f"{held('RUN /venv/bin/pip install')}FROM python:3.12\nCOPY --from=b /venv /venv\n",
            id="in the stage and the environment that has the requirements",
        ),
        pytest.param(
            "FROM python:3.12\nRUN --mount=type=cache,target=/c --mount=type=bind,source=requirements.txt,target=r.txt uv pip install --system -r r.txt\n",
            "FROM python:3.12\nRUN --mount=type=cache,target=/c --mount=type=bind,source=requirements.txt,target=r.txt uv pip install --system -r r.txt\n"
            f"{held('RUN --mount=type=cache,target=/c uv pip install --no-sources --system')}",
            id="uv, with its cache",
        ),
        pytest.param(
            "FROM python:3.12\nCOPY . .\nRUN pip install .[all]\n",
            f"FROM python:3.12\nCOPY . .\n{held('RUN pip install')}RUN pip install .[all]\n",
            id="before the project, which asks for them by name",
        ),
        pytest.param(
            "FROM python:3.12\nRUN pip install -U pip\nRUN pip install -r a.txt\nRUN pip install --require-hashes -r b.txt\n",
            f"FROM python:3.12\nRUN pip install -U pip\nRUN pip install -r a.txt\nRUN pip install --require-hashes -r b.txt\n{held('RUN pip install')}",
            id="behind the last of several",
        ),
        pytest.param(
            "FROM python:3.12\nRUN . /venv/bin/activate && pip install -r requirements.txt\n",
            f"FROM python:3.12\nRUN . /venv/bin/activate && pip install -r requirements.txt\n{held('RUN . /venv/bin/activate && pip install')}",
            id="with the environment activated",
        ),
    ],
)
def test_the_image_of_the_gateway_installs_what_it_imports(before: str, expected: str):
    assert after(changed({"backend/Dockerfile": before}))[f"{GATEWAY}/Dockerfile"] == expected


@pytest.mark.parametrize(
    "image",
    [
        pytest.param("FROM python:3.12\nRUN poetry install\n", id="poetry"),
        pytest.param("FROM python:3.12\nRUN pip install --no-index -r requirements.txt\n", id="wheels alone"),
        pytest.param("FROM python:3.12\nRUN pip wheel -r requirements.txt -w /w\n", id="pip wheel"),
        pytest.param('FROM python:3.12\nRUN ["pip", "install", "-r", "requirements.txt"]\n', id="a list"),
        pytest.param("FROM python:3.12\nRUN <<X\npip install -r requirements.txt\nX\n", id="a document"),
        pytest.param(f"FROM python:3.12 AS backend-core\n{RUN}\n", id="a stage of that name"),
    ],
)
def test_an_image_that_is_not_understood_is_left_alone(image: str):
    made = changed({"backend/Dockerfile": image})
    kernel = next(step.step for step in made.steps if step.step.slug == "kernel")
    assert "COPY --from=backend-core" not in after(made)[f"{GATEWAY}/Dockerfile"]
    message = "the image has to install packages/backend-core as well: `COPY --from=backend-core . /opt/backend-core` and `RUN pip install /opt/backend-core`"
    built = "behind what installs the requirements, built with `--build-context backend-core=packages/backend-core`"
    assert [f.message for f in kernel.findings if f.kind == "docker"] == [f"{message} {built}"]


def test_an_image_without_the_workspace_is_told_how_uv_installs_what_lies_there():
    made = changed({"backend/Dockerfile": "FROM python:3.12\nRUN uv sync --frozen\n"})
    assert said(made, "docker")[0] == (
        f"{GATEWAY}/Dockerfile: the image has to install packages/backend-core as well: `COPY --from=backend-core . /opt/backend-core` and"
        " `RUN uv pip install --no-deps --no-sources /opt/backend-core` behind the last `uv sync`, which has to be told --frozen --no-install-project;"
        " the project is installed so too, built with `--build-context backend-core=packages/backend-core`"
    )


def test_an_image_without_python_is_none_of_ours():
    made = changed({"backend/Dockerfile.proxy": "FROM nginx\nCOPY nginx.conf /etc/nginx/\n"})
    assert after(made)[f"{GATEWAY}/Dockerfile.proxy"] == "FROM nginx\nCOPY nginx.conf /etc/nginx/\n"
    assert said(made, "docker") == []


def test_an_image_that_is_built_from_the_root_copies_from_there():
    image = f"FROM python:3.12\nCOPY backend/requirements.txt .\n{RUN}\n"
    compose = "services:\n  api:\n    build:\n      context: .\n      dockerfile: backend/Dockerfile\n"
    made = changed({"backend/Dockerfile": image, "compose.yaml": compose})
    assert "COPY packages/backend-core /opt/backend-core\n" in after(made)[f"{GATEWAY}/Dockerfile"]
    assert "COPY services/auth-service /opt/auth-service\n" in after(made)[f"{GATEWAY}/Dockerfile"]
    assert "additional_contexts" not in after(made)["compose.yaml"]


def test_an_older_python_is_said():
    made = changed({"backend/Dockerfile": f"FROM python:3.10-slim AS base\nFROM base\n{RUN}\n"})
    assert said(made, "docker")[0] == f"{GATEWAY}/Dockerfile: has Python 3.10: backend-core and the application ask for >=3.11"


def test_where_images_are_built_by_hand_is_said():
    made = changed({"Makefile": "image:\n\tdocker build -t shop ./backend\n\tdocker build web\n", "backend/build.sh": "docker build -t shop .\n"})
    assert said(made, "docker")[0] == (
        f"{GATEWAY}: needs `--build-context backend-core=PATH/TO/packages/backend-core`, and the same for each service that it imports, wherever its image is built by hand: Makefile:2, {GATEWAY}/build.sh:1"
    )


# compose ---------------------------------------------------------------------------------------------------------------


def entries(made: Plan, path: str = "compose.yaml") -> dict[str, str]:
    """The text of each entry."""
    text = after(made)[path]
    services = document(text).get("services")
    assert services is not None
    starts = [key.start for key, _ in services.pairs] + [services.end]
    return {key.text: text[start:end].rstrip() for (key, _), start, end in zip(services.pairs, starts, starts[1:], strict=False)}


def test_an_entry_is_built_from_the_root_and_publishes_nothing(small: Plan):
    found = entries(small)
    assert list(found) == ["api", "auth-service", "market-data-service"]
    assert found["auth-service"] == (
        "auth-service:\n    build:\n      context: .\n      dockerfile: services/auth-service/Dockerfile\n    profiles:\n      - services\n"
        '    environment:\n      API_KEY:\n    expose:\n      - "8000"'
    )
    assert found["api"].startswith(
        "api:\n    build:\n      context: ./services/api-gateway\n      additional_contexts:\n        backend-core: ./packages/backend-core\n"
    )


@pytest.mark.parametrize(
    "monolith, expected, changed_lines",
    [
        pytest.param(
            "    environment:\n      DATABASE_URL: postgres://u:secret@db/x\n      OTHER: 1\n    depends_on: [db]\n    restart: always\n",
            '    environment:\n      DATABASE_URL: *api-DATABASE_URL\n      API_KEY:\n    expose:\n      - "8000"\n    depends_on:\n      - db\n    restart: always',
            "      DATABASE_URL: &api-DATABASE_URL postgres://u:secret@db/x\n",
            id="a value has one place",
        ),
        pytest.param(
            "    env_file: [.env]\n    environment:\n    - DATABASE_URL=postgres://u:secret@db/x\n    - API_KEY\n",
            '    env_file:\n    - .env\n    environment:\n    - *api-DATABASE_URL\n    - API_KEY\n    expose:\n    - "8000"',
            "    - &api-DATABASE_URL DATABASE_URL=postgres://u:secret@db/x\n",
            id="also in a list",
        ),
        pytest.param(
            '    environment:\n      API_KEY: ${API_KEY}\n      DATABASE_URL: "${DB:-postgres://u:secret@db}"\n',
            '    environment:\n      API_KEY: ${API_KEY}\n      DATABASE_URL: *api-DATABASE_URL\n    expose:\n      - "8000"',
            '      DATABASE_URL: &api-DATABASE_URL "${DB:-postgres://u:secret@db}"\n',
            id="a variable is its own reference, a default is a value",
        ),
        pytest.param(
            "    depends_on:\n      db:\n        condition: service_healthy\n        restart: true\n    networks:\n      back:\n        aliases: [api.local]\n",
            '    environment:\n      API_KEY:\n    expose:\n      - "8000"\n    depends_on:\n      db:\n        condition: service_healthy\n    networks:\n      - back',
            "        aliases: [api.local]\n",
            id="conditions go along, addresses do not",
        ),
        pytest.param(
            "    container_name: shop\n    labels: [traefik.enable=true]\n    command: uvicorn app.main:app --reload\n    volumes: [./backend:/srv]\n",
            '    environment:\n      API_KEY:\n    expose:\n      - "8000"',
            "    container_name: shop\n",
            id="what is the monolith's alone stays its own",
        ),
        pytest.param(
            "    environment:\n      DATABASE_URL: sqlite:////data/x.db\n    volumes:\n      - data:/data\n      - cache:/cache\n",
            '    user: root\n    environment:\n      DATABASE_URL: *api-DATABASE_URL\n      API_KEY:\n    expose:\n      - "8000"\n    volumes:\n      - data:/data',
            "      - data:/data\n",
            id="a volume that a variable names is shared",
        ),
    ],
)
def test_an_entry_is_given_what_the_service_needs(monolith: str, expected: str, changed_lines: str):
    compose = f"services:\n  api:\n    build: ./backend\n    ports: [80:8000]\n{monolith}  db:\n    image: postgres\n"
    made = changed({"compose.yaml": compose})
    found = entries(made)
    assert found["auth-service"].endswith(expected)
    assert changed_lines in found["api"] + "\n"
    assert "secret" not in found["auth-service"] + found["market-data-service"]
    assert list(found) == ["api", "auth-service", "market-data-service", "db"]


def test_no_secret_of_a_compose_file_is_in_a_plan():
    made = changed({"compose.yaml": COMPOSE + "    environment: {DATABASE_URL: hunter2-secret, API_KEY: 'hunter2-key'}\n"})
    assert entries(made)["auth-service"].endswith('API_KEY: *api-API_KEY\n    expose:\n      - "8000"')
    shown = json.dumps([[str(f) for f in step.step.findings] + [str(getattr(a, "change", "")) for a in step.step.actions] for step in made.steps])
    assert "hunter2" not in shown


def test_what_several_entries_share_stays_shared():
    compose = (
        "x-backend: &backend\n  build: ./backend\n  environment: &env\n    DATABASE_URL: secret\nservices:\n  worker:\n    <<: *backend\n    command: work\n"
        "  api:\n    <<: *backend\n    ports: [80:8000]\n"
    )
    made = changed({"compose.yaml": compose})
    found = entries(made)
    assert "    DATABASE_URL: &api-DATABASE_URL secret\n" in after(made)["compose.yaml"]
    assert after(made)["compose.yaml"].startswith("x-backend: &backend\n  build:\n    context: ./services/api-gateway\n    additional_contexts:\n")
    assert list(found) == ["worker", "api", "auth-service", "market-data-service"]
    assert "DATABASE_URL: *api-DATABASE_URL" in found["auth-service"]
    assert found["api"] == "api:\n    <<: *backend\n    ports: [80:8000]"


@pytest.mark.parametrize(
    "path, text, message",
    [
        pytest.param(
            "swarm.compose.yml",
            "services:\n  api:\n    image: shop:1\n",
            "`api` runs an image that is built elsewhere: the services have no entries",
            id="an image",
        ),
        pytest.param(
            "old/compose.yml",
            "services:\n  api:\n    build: ./gone\n",
            "`api` is built from what is not there: the services have no entries",
            id="a context that is not there",
        ),
        pytest.param("docker-compose.x.yml", "services: [\n", "cannot be read, so the services have no entries: not YAML", id="no YAML"),
        pytest.param(
            "dev/compose.yml",
            "services:\n  api:\n    build: ../backend\n    network_mode: host\n",
            "`api` has a network mode: an entry for auth-service has to be written by hand",
            id="the network of the host",
        ),
        pytest.param(
            "dev/compose.yml",
            "services:\n  api:\n    build: ../backend\n  auth-service:\n    image: other\n",
            "has a service `auth-service` already: it is left as it is",
            id="a service of that name",
        ),
        pytest.param(
            "dev/compose.yml",
            "services: {api: {build: {context: ../backend}, environment: {DATABASE_URL: x}}}\n",
            "auth-service is run beside `api`, which has to be written by hand (an alias cannot be written on one line): ",
            id="everything on one line",
        ),
    ],
)
def test_what_is_not_understood_is_left_alone_and_said(path: str, text: str, message: str):
    made = changed({path: text})
    assert made.aside == ()
    assert any(line.startswith(f"{path}: {message}") for line in said(made, "compose")), said(made, "compose")
    assert "auth-service/Dockerfile" not in after(made)[path]


@pytest.mark.parametrize(
    "path, text",
    [
        pytest.param("compose.override.yaml", "services:\n  api:\n    command: uvicorn app.main:app --reload\n", id="it amends"),
        pytest.param(
            "compose.override.yaml", "services:\n  api:\n    ports: [81:8000]\n    build:\n      context: ./web\n", id="it amends the build"
        ),
        pytest.param("compose.redis.yaml", "services:\n  redis:\n    image: redis\n", id="it runs something else"),
        pytest.param("node_modules/x/compose.yaml", "services:\n  api:\n    build: ../../backend\n", id="it is hidden"),
    ],
)
def test_what_runs_no_monolith_stays(path: str, text: str):
    made = changed({path: text, "web/index.html": ""})
    assert after(made)[path].replace("services/api-gateway", "backend") == text
    assert said(made, "compose") == []


# the gateway that forwards ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "monolith, expected",
    [
        pytest.param(
            "",
            "    environment:\n      SERVICE_AUTH_URL: http://auth-service:8000\n      SERVICE_MARKET_DATA_URL: http://market-data-service:8000\n"
            "    depends_on:\n      - auth-service\n      - market-data-service",
            id="nothing there",
        ),
        pytest.param(
            "    environment:\n    - API_KEY\n    depends_on: [db]\n",
            "    environment:\n    - API_KEY\n    - SERVICE_AUTH_URL=http://auth-service:8000\n    - SERVICE_MARKET_DATA_URL=http://market-data-service:8000\n"
            "    depends_on: [db, auth-service, market-data-service]",
            id="lists",
        ),
        pytest.param(
            "    environment:\n      A: 1\n    depends_on:\n      db:\n        condition: service_healthy\n",
            "    environment:\n      A: 1\n      SERVICE_AUTH_URL: http://auth-service:8000\n      SERVICE_MARKET_DATA_URL: http://market-data-service:8000\n"
            "    depends_on:\n      db:\n        condition: service_healthy\n      auth-service:\n        condition: service_started\n"
            "      market-data-service:\n        condition: service_started",
            id="mappings",
        ),
    ],
)
@pytest.mark.parametrize("first", ["proxy", "import"])
def test_the_gateway_that_forwards_knows_its_services(monolith: str, expected: str, first: str):
    made = changed({"compose.yaml": f"services:\n  api:\n    build: ./backend\n    ports: [80:8000]\n{monolith}  db:\n    image: postgres\n"}, first)
    if first == "import":
        made = plan({path: made.end.read(path).decode() for path in made.end.tree}, '[phases.backend_split]\ngateway = "proxy"\n')
        assert slugs(made) == ["gateway-proxy"]
    found = entries(made)
    assert found["api"].endswith(
        expected.replace("- SERVICE_AUTH_URL=http://auth-service:8000", '- "SERVICE_AUTH_URL=http://auth-service:8000"').replace(
            "- SERVICE_MARKET_DATA_URL=http://market-data-service:8000", '- "SERVICE_MARKET_DATA_URL=http://market-data-service:8000"'
        )
    )
    assert "profiles" not in after(made)["compose.yaml"]
    assert "additional_contexts:\n        backend-core: ./packages/backend-core\n    ports" in found["api"]
    assert after(made)[f"{GATEWAY}/Dockerfile"] == IMAGE.replace(
        RUN, f"{RUN}\nCOPY --from=backend-core . /opt/backend-core\nRUN pip install /opt/backend-core"
    )


def test_an_image_keeps_a_service_that_a_worker_imports():
    worker = {"backend/app/worker.py": "from app.quotes import read\n\nprint(read())\n", "backend/app/dead.py": "import app.auth\n"}
    made = changed({**worker, "compose.yaml": f"{COMPOSE}  worker:\n    build: ./backend\n    command: python -m app.worker\n"}, "proxy")
    assert "/opt/market-data-service" in after(made)[f"{GATEWAY}/Dockerfile"]
    assert "/opt/auth-service" not in after(made)[f"{GATEWAY}/Dockerfile"]


@pytest.mark.parametrize("gateway", ["import", "proxy"])
def test_a_finished_tree_has_no_steps(gateway: str):
    made = changed({}, gateway)
    again = plan({path: made.end.read(path).decode() for path in made.end.tree}, f'[phases.backend_split]\ngateway = "{gateway}"\n')
    assert (slugs(again), again.aside) == ([], ())


def test_a_table_that_another_one_refers_to_is_loaded_with_it():
    table = "from app.base import Base\nfrom sqlalchemy import Column, ForeignKey\n\n\nclass {0}(Base):\n    __tablename__ = '{1}'\n    key = Column({2})\n"
    made = changed(
        {
            "backend/app/base.py": "from sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n",
            "backend/app/users.py": table.format("User", "users", ""),
            "backend/app/logins.py": table.format("Login", "logins", "ForeignKey('users.key')"),
            "backend/app/auth.py": f"import app.logins\n{SMALL['backend/app/auth.py']}",
            "backend/app/quotes.py": f"import app.users\n{SMALL['backend/app/quotes.py']}",
        }
    )
    loading = "# Tables refer to these by name: they are known once they are loaded.\nimport backend_core.data.users  # noqa: F401\n"
    assert after(made)["services/auth-service/src/auth_service/__init__.py"] == loading
    assert after(made)["services/market-data-service/src/market_data_service/__init__.py"] == ""
