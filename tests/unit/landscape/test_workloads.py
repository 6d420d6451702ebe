"""Workloads are put together of compose, Dockerfile and code, by table."""

from __future__ import annotations

import pytest

from migrator.facts.landscape.joining.declarations import declarations
from migrator.facts.landscape.model import Kind
from migrator.origin import Origin, plain
from migrator.paths import RepoPath
from tests.conftest import facts_of
from tests.unit.landscape.trees import COMPOSE, landscape_of, said, tree, workload_of

FILE = RepoPath("docker-compose.yml")


def changed(old: str, new: str, path: str = "docker-compose.yml") -> dict[str, str]:
    assert old in COMPOSE[path], old
    return {**COMPOSE, path: COMPOSE[path].replace(old, new)}


@pytest.mark.parametrize(
    "name, kind",
    [("api", Kind.API), ("migrate", Kind.JOB), ("worker", Kind.WORKER), ("beat", Kind.SCHEDULE), ("db", Kind.DATABASE), ("cache", Kind.CACHE)],
)
def test_each_workload_is_there_once_and_of_its_kind(name: str, kind: Kind) -> None:
    found = landscape_of(COMPOSE)
    assert [one.name for one in found.workloads].count(name) == 1
    one = found.workload(name)
    assert one is not None
    assert one.kind.value is kind


def test_what_a_workload_says() -> None:
    api = workload_of(COMPOSE, "api")
    assert api.directory == "api"
    assert api.build is not None
    assert plain(api.build.dockerfile) == "api/Dockerfile"
    assert plain(api.build.base) == "python:3.12-slim"
    assert [said.value for said in api.build.packages] == ["curl", "libpq5"]
    assert api.build.packages[0].origins == (Origin(RepoPath("api/Dockerfile"), 2),)
    assert plain(api.command) == ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]  # noqa: S104
    assert [(port.number.value, port.name, plain(port.published)) for port in api.ports] == [(8000, "http", "8080")]
    assert plain(api.user) == "app"
    assert plain(api.working_directory) == "/app"
    assert (api.language, api.framework) == ("python", "fastapi")
    assert [(probe.purpose, plain(probe.path), probe.port, plain(probe.interval), plain(probe.start_period)) for probe in api.probes] == [
        ("live", "/health", 8000, 30.0, 20.0),
        ("ready", "/health", 8000, 30.0, 20.0),
    ]


def test_settings_say_who_gives_and_who_reads_them_and_no_secret_has_a_value() -> None:
    settings = {one.name: one for one in workload_of(COMPOSE, "api").settings}
    assert {name: (plain(one.value), one.secret, one.required, one.type) for name, one in settings.items()} == {
        "DATABASE_URL": (None, True, True, "url"),
        "LIMIT": ("10", False, False, "integer"),
        "LOG_LEVEL": ("info", False, False, "string"),
        "REDIS_URL": ("redis://cache:6379/0", False, False, "url"),
    }
    assert settings["LOG_LEVEL"].readers == (Origin(RepoPath("api/app/main.py"), 6),)
    assert settings["LOG_LEVEL"].givers == (Origin(FILE, 9),)


def test_a_worker_reads_what_its_own_module_loads() -> None:
    names = {one.name for one in workload_of(COMPOSE, "worker").settings}
    assert names == {"REDIS_URL", "SMTP_HOST"}
    assert [task.value for task in workload_of(COMPOSE, "worker").tasks] == ["app.tasks.mail"]
    assert not workload_of(COMPOSE, "worker").ports


def test_a_secret_in_a_command_line_becomes_a_variable() -> None:
    cache = workload_of(COMPOSE, "cache")
    assert plain(cache.command) == ["redis-server", "--requirepass", "$(REDIS_PASSWORD)"]
    assert plain(cache.probes[0].command) == ["sh", "-c", 'redis-cli -a "$REDIS_PASSWORD" ping']
    assert [(one.name, one.secret, one.value) for one in cache.settings] == [("REDIS_PASSWORD", True, None)]
    text = repr(landscape_of(COMPOSE))
    assert "s3cr3t-redis" not in text
    assert "hunter2-pw" not in text


def test_links_have_their_evidence() -> None:
    found = landscape_of(COMPOSE)
    assert {(one.source, one.target, one.evidence, one.port, one.condition) for one in found.links} == {
        ("api", "db", "depends_on", 5432, "healthy"),
        ("api", "db", "environment", 5432, ""),
        ("api", "migrate", "depends_on", None, "completed"),
        ("api", "cache", "environment", 6379, ""),
        ("migrate", "db", "depends_on", 5432, "started"),
        ("worker", "cache", "depends_on", 6379, "started"),
    }


def test_an_unlike_tree_has_none_of_it() -> None:
    found = landscape_of({"README.md": "# nothing\n"})
    assert found.workloads == ()
    assert found.links == ()
    assert found.decisions == ()
    assert found.migrations is None


ORIGINS = [
    ("docker-compose.yml", "8080:8000", "8081:8000", lambda one: plain(one.ports[0].published), "8081"),
    ("docker-compose.yml", "--port 8000", "--port 9000", lambda one: one.ports[0].number.value, 9000),
    ("api/Dockerfile", "USER app", "USER other", lambda one: plain(one.user), "other"),
    ("docker-compose.yml", "interval: 30s", "interval: 1m", lambda one: plain(one.probes[0].interval), 60.0),
    ("docker-compose.yml", "LOG_LEVEL: info", "LOG_LEVEL: debug", lambda one: plain({s.name: s for s in one.settings}["LOG_LEVEL"].value), "debug"),
    ("docker-compose.yml", "              LOG_LEVEL: info\n", "", lambda one: plain({s.name: s for s in one.settings}["LOG_LEVEL"].value), "warning"),
]


@pytest.mark.parametrize("path, old, new, read, value", ORIGINS)
def test_a_fact_that_changes_at_its_origin_changes_here(path: str, old: str, new: str, read, value: object) -> None:
    assert read(workload_of(COMPOSE, "api")) != value
    assert read(workload_of(changed(old, new, path), "api")) == value


DECIDED = [
    ("--port 8000", "--port 9000", "its command listens on 9000"),
    ("localhost:8000/health", "localhost:8000/healthz", "asks for /healthz, which no route of the code serves"),
    ("localhost:8000/health", "localhost:8001/health", "asks the port 8001"),
    (
        "build: ./api\n            command: uvicorn",
        "build: {context: ./api, target: prod}\n            command: uvicorn",
        "prod is no stage of api/Dockerfile",
    ),
    ("postgres:16.4-alpine", "postgres", "db"),
    ('["8080:8000"]', '["8000-8002:8000-8002"]', "is a range"),
    ("hunter2-pw@db", "hunter2-pw@elsewhere", "secret"),
    ("depends_on: [cache]", "depends_on: [nothing]", "nothing"),
    (
        "command: redis-server --requirepass s3cr3t-redis",
        "command: redis-server --requirepass s3cr3t-redis\n            volumes: [/etc/x:/x]",
        "of the host",
    ),
]


@pytest.mark.parametrize("old, new, part", DECIDED)
def test_where_sources_disagree_there_is_a_decision_with_its_line(old: str, new: str, part: str) -> None:
    found = landscape_of(changed(old, new))
    decided = [one for one in found.decisions if part in one.message or part in one.subject]
    assert decided
    assert all(one.origins and one.origins[0].path for one in decided)


def test_a_file_without_stages_to_choose_from_needs_no_decision() -> None:
    assert not said(landscape_of(COMPOSE), "stages and no target")
    several = changed("CMD [", "FROM base AS prod\nCMD [", "api/Dockerfile")
    assert said(landscape_of(several), "2 stages and no target")


def test_a_dockerfile_that_exposes_another_port_than_compose() -> None:
    found = landscape_of(changed("EXPOSE 8000", "EXPOSE 5000", "api/Dockerfile"))
    assert said(found, "another source says 5000")
    api = found.workload("api")
    assert api is not None
    assert [port.number.value for port in api.ports] == [8000]


def test_names_that_a_cluster_forbids_get_a_label() -> None:
    found = landscape_of({"compose.yml": "services:\n  My_Api:\n    image: nginx:1.27\n  my-api:\n    image: nginx:1.27\n"})
    assert {one.name: one.label for one in found.workloads} == {"My_Api": "my-api-2", "my-api": "my-api"}
    assert said(found, "name My_Api")


def test_two_systems_with_one_name_are_two_workloads() -> None:
    web = "services:\n  web:\n    build: .\n  db:\n    image: {}\n"
    docker = 'FROM node:22\nCMD ["node", "x.js"]\n'
    files = {
        "shop/compose.yml": web.format("postgres:16"), "shop/Dockerfile": docker, "shop/package.json": "{}",
        "blog/compose.yml": web.format("mysql:8"), "blog/Dockerfile": docker, "blog/package.json": "{}",
    }  # fmt: skip
    found = landscape_of(files)
    assert [one.name for one in found.workloads] == ["db", "shop-db", "shop-web", "web"]
    assert len(said(found, "two workloads are called")) == 2


ENVIRONMENTS = {
    "compose.yml": "services:\n  web:\n    image: acme/web:1\n    environment: {MODE: shared, A: '1'}\n    ports: ['80:3000']\n",
    "compose.dev.yml": "services:\n  web:\n    environment: {MODE: dev, DEBUG: 'true'}\n",
    "compose.prod.yml": "services:\n  web:\n    environment: {MODE: prod}\n    deploy: {replicas: 3}\n  extra:\n    image: acme/extra:2\n",
}


def test_what_differs_between_environments_is_a_difference() -> None:
    found = landscape_of(ENVIRONMENTS)
    web = found.workload("web")
    assert web is not None
    assert plain({one.name: one for one in web.settings}["MODE"].value) == "shared"
    assert {one.name: one for one in web.settings}["DEBUG"].value is None
    assert {(one.environment, one.field, plain(one.value)) for one in web.differences} == {
        ("development", "environment.MODE", "dev"),
        ("development", "environment.DEBUG", "true"),
        ("production", "environment.MODE", "prod"),
    }
    assert plain(web.replicas) == 3
    assert web.environments == ()
    extra = found.workload("extra")
    assert extra is not None
    assert extra.environments == ("production",)
    assert set(found.environments) == {"development", "production"}


def test_two_files_for_one_environment_that_disagree_are_both_named() -> None:
    files = {
        "infra/compose.prod.yml": "services:\n  web:\n    image: acme/web:1\n  db:\n    image: postgres:15\n",
        "infra/compose.production.yml": "services:\n  web:\n    image: acme/web:2\n  db:\n    image: postgres:15\n",
    }
    found = landscape_of(files)
    assert [one.name for one in found.workloads] == ["db", "web"]
    (decision,) = [one for one in found.decisions if "disagree" in one.message]
    assert decision.subject == "web: image"
    assert {origin.path for origin in decision.origins} == set(files)


def test_a_build_that_leads_nowhere_takes_the_place_from_which_another_file_builds_it() -> None:
    files = {
        "infra/docker/compose.yml": "services:\n  api:\n    build: {context: ./api, dockerfile: Dockerfile.prod}\n  db: {image: 'postgres:16'}\n",
        "apps/compose.dev.yml": "services:\n  api:\n    build: {context: ./api, dockerfile: Dockerfile.dev}\n  db: {image: 'postgres:16'}\n",
        "apps/api/Dockerfile.dev": "FROM python:3.12\nCMD python -m x\n",
        "apps/api/Dockerfile.prod": "FROM python:3.12-slim\nCMD python -m x\n",
    }
    found = landscape_of(files)
    api = found.workload("api")
    assert api is not None
    assert api.build is not None
    assert plain(api.build.dockerfile) == "apps/api/Dockerfile.prod"
    assert said(found, "from which another file builds it")
    del files["apps/api/Dockerfile.prod"]
    other = landscape_of(files).workload("api")
    assert other is not None
    assert other.build is not None
    assert plain(other.build.dockerfile) == "apps/api/Dockerfile.dev"


ALONE = [
    ({"api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/healthz')\ndef h():\n    return 1\n", "api/requirements.txt": "fastapi"}, "api", "api", "fastapi", []),
    ({"web/package.json": '{"scripts": {"dev": "next dev"}, "dependencies": {"next": "15", "react-dom": "19"}}', "web/app/page.tsx": "export default () => null\n"}, "web", "web", "next", [3000]),
    ({"site/manage.py": "import django\n", "site/site/settings.py": "ROOT_URLCONF = 'site.urls'\n"}, "site", "web", "django", [8000]),
    ({"svc/Dockerfile": 'FROM golang:1.23\nEXPOSE 9090\nCMD ["/svc"]\n', "svc/go.mod": "module svc\n"}, "svc", "unknown", "", []),
    ({"svc/Dockerfile": "FROM python:3.12\nENV PORT=9000\nCMD exec gunicorn app:app --bind :$PORT\n", "svc/app.py": "from flask import Flask\napp = Flask(__name__)\n"}, "svc", "api", "flask", []),
]  # fmt: skip


@pytest.mark.parametrize("files, name, kind, framework, ports", ALONE)
def test_without_compose_what_can_run_is_a_workload(files: dict[str, str], name: str, kind: str, framework: str, ports: list[int]) -> None:
    one = workload_of(files, name)
    assert (one.kind.value, one.framework) == (kind, framework)
    if ports:
        assert [port.number.value for port in one.ports] == ports


BESIDE = {
    "compose.yaml": "services:\n  web:\n    build: .\n  store:\n    build: {context: ., dockerfile: docker/store/Dockerfile}\n"
    "  styles:\n    build: {context: ., target: assets}\n    command: ./watch\n  one:\n    build: .\n    command: /start-celeryworker\n  two:\n    build: .\n    command: /start-celerybeat\n  three:\n    build: .\n    command: /start\n",
    "Dockerfile": 'FROM node:22 AS assets\nCOPY . /app\nFROM python:3.12 AS app\nCOPY . /app\nCMD ["gunicorn", "app:app"]\n',
    "docker/store/Dockerfile": "FROM postgres:16\nCOPY docker/store/backup /usr/local/bin/\n",
    "docker/store/backup": "",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef home():\n    return 1\n",
    "requirements.txt": "flask\n",
}


@pytest.mark.parametrize(
    "name, kind, framework",
    [
        ("web", "api", "flask"),
        # what is built from the same directory, and runs none of its code
        ("store", "database", ""),
        ("styles", "unknown", ""),
        # what a script is called that an image starts
        ("one", "worker", "flask"),
        ("two", "schedule", "flask"),
        ("three", "api", "flask"),
    ],
)
def test_what_is_built_beside_an_application_is_not_it(name: str, kind: str, framework: str) -> None:
    one = workload_of(BESIDE, name)
    assert (one.kind.value, one.framework) == (kind, framework)


def test_a_database_of_an_image_of_the_repository_listens_where_its_own_does() -> None:
    assert [port.number.value for port in workload_of(BESIDE, "store").ports] == [5432]
    alone = {"compose.yaml": "services:\n  db:\n    build: db\n", "db/Dockerfile": "FROM postgres:16\n"}
    assert [(port.number.value, port.name) for port in workload_of(alone, "db").ports] == [(5432, "postgres")]


def test_a_library_is_no_workload() -> None:
    files = {
        "packages/ui/package.json": '{"scripts": {"build": "tsc"}, "dependencies": {"react-dom": "19"}}',
        "lib/pyproject.toml": "[project]\nname = 'lib'\n",
    }
    assert landscape_of(files).workloads == ()


def test_a_program_that_no_compose_file_runs_is_one_beside_those_that_they_run() -> None:
    more = {
        **COMPOSE,
        "web/package.json": '{"scripts": {"start": "next start"}, "dependencies": {"next": "15"}}',
        "web/src/app/api/health/route.ts": "export async function GET() {\n  return Response.json({ key: process.env.WEB_KEY ?? 'x' })\n}\n",
    }
    web = workload_of(more, "web")
    assert web.kind.value is Kind.WEB
    assert [(probe.purpose, plain(probe.path)) for probe in web.probes] == [("live", "/api/health"), ("ready", "/api/health")]
    assert [one.name for one in web.settings] == ["WEB_KEY"]
    assert said(landscape_of(more), "no Dockerfile makes an image of it")


@pytest.mark.parametrize(
    "others, environments",
    [
        ({"compose.yml": "services: {api: {image: 'acme/api:1'}}\n"}, ("test",)),
        ({"compose.dev.yml": "services: {api: {image: 'acme/api:1'}}\n"}, ("test",)),
        # Nothing else says what runs at all.
        ({}, ()),
    ],
)
def test_what_only_tests_start_runs_nowhere_else(others: dict[str, str], environments: tuple[str, ...]) -> None:
    found = landscape_of({**others, ".ci/compose.cypress.yml": "services: {cypress: {image: 'cypress/included:13'}}\n"})
    assert next(one.environments for one in found.workloads if one.name == "cypress") == environments


def test_the_landscape_depends_on_the_tree_alone() -> None:
    assert landscape_of(COMPOSE) == landscape_of(dict(reversed(COMPOSE.items())))


@pytest.mark.parametrize(
    "root, title, name",
    [
        ("name: docker\n", "@acme/shop", "shop"),
        ("name: acme\n", "@acme/shop", "shop"),
        ("name: acme\n", "frontend", "acme"),
        # A folder is no name, said or not; the scope of packages is one.
        ("name: docker\n", "app", "repo"),
        ("name: docker\n", "", "acme"),
        ("", "", "acme"),
        ("", "@acme/shop-monorepo", "shop"),
    ],
)
def test_the_name_is_the_repository_s_and_never_a_folder_s(root: str, title: str, name: str) -> None:
    files = {
        "infra/compose.yml": f"{root}services: {{web: {{build: ../web, ports: ['80:80']}}}}\n",
        "web/Dockerfile": "FROM node:22\nCMD [node, x.js]\n",
    }
    told = (
        {"package.json": f'{{"name": "{title}"}}'}
        if title
        else {"web/package.json": '{"name": "acme-web", "dependencies": {"next": "15"}, "scripts": {"dev": "next dev"}}'}
    )
    assert landscape_of({**files, **told}).name == name


@pytest.mark.parametrize("text, name", [("# 🚀 Acme-Shop\n\nText.\n", "acme-shop"), ("# How to run it\n", "repo"), ("Text.\n# Shop\n", "repo")])
def test_a_repository_that_nothing_names_is_called_as_its_readme_is_headed(text: str, name: str) -> None:
    assert landscape_of({"README.md": text, "docker/compose.yml": "services: {web: {image: 'nginx:1.27'}}\n"}).name == name


@pytest.mark.parametrize(
    "files, command",
    [
        ({"api/alembic.ini": "[alembic]\nscript_location = migrations\n"}, "alembic upgrade head"),
        # A bare path counts from where alembic runs, and only there `env.py` finds what it imports.
        ({"api/db/alembic.ini": "[alembic]\nscript_location = migrations\n", "api/db/migrations/env.py": ""}, "sh -c cd db && alembic upgrade head"),
        ({"api/db/alembic.ini": "[alembic]\nscript_location=db/scripts\n", "api/db/scripts/env.py": ""}, "alembic -c db/alembic.ini upgrade head"),
        ({"api/db/alembic.ini": "[alembic]\nscript_location = %(here)s/migrations\n"}, "sh -c cd db && alembic upgrade head"),
        ({"api/db/alembic.ini": "[alembic]\nscript_location = app:migrations\n"}, "sh -c cd db && alembic upgrade head"),
        ({"api/migrations/alembic.ini": "[alembic]\n", "api/migrations/env.py": "from flask import current_app\n"}, "flask db upgrade"),
        ({"api/manage.py": "import django\n"}, "python manage.py migrate --noinput"),
        ({"api/prisma/schema.prisma": "", "api/prisma/migrations/1/a.sql": ""}, "npx prisma migrate deploy"),
    ],
)
def test_the_command_that_migrates_is_for_where_code_starts(files: dict[str, str], command: str) -> None:
    rest = {path: text for path, text in COMPOSE.items() if path != "api/alembic.ini"}
    found = landscape_of({**rest, **files}).migrations
    assert found is not None
    assert " ".join(found.value) == command


def test_the_command_that_migrates_and_the_name() -> None:
    found = landscape_of({**COMPOSE, "package.json": '{"name": "@acme/shop"}'})
    assert plain(found.migrations) == ["alembic", "upgrade", "head"]
    assert found.name == "shop"
    assert (
        landscape_of(
            {**COMPOSE, "docker-compose.yml": "name: Acme_Shop\n" + COMPOSE["docker-compose.yml"].replace("\n        ", "\n").lstrip("\n")}
        ).name
        == "acme-shop"
    )


FLASK = "import os\nfrom flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(port=os.environ.get('APP_PORT', 9090))\n"
PORTS = [
    ("environment: {APP_PORT: '9091'}", [(9091, "http", "APP_PORT")]),
    ("environment: {OTHER: '9091'}", [(9090, "http", "")]),
    ("ports: ['80:7000']", [(7000, "http", "")]),
    ("ports: ['80:7000']\n    environment: {APP_PORT: '9091'}", [(9091, "http", "APP_PORT")]),
    ("expose: [7000, 7001]", [(7000, "http", ""), (7001, "tcp-7001", "")]),
]


@pytest.mark.parametrize(
    "said, address", [("127.0.0.1:80:7000", "127.0.0.1"), ("80:7000", ""), ("10.0.0.7:80:7000", "10.0.0.7"), ("[::1]:80:7000", "::1"), ("7000", "")]
)
def test_the_address_at_which_a_port_is_published(said: str, address: str) -> None:
    (port,) = workload_of({"compose.yml": f"services:\n  web:\n    image: web\n    ports: ['{said}']\n"}, "web").ports
    assert (port.number.value, port.address) == (7000, address)


@pytest.mark.parametrize("more, expected", PORTS)
def test_a_port_that_a_variable_tells(more: str, expected: list[tuple[int, str, str]]) -> None:
    files = {
        "compose.yml": f"services:\n  web:\n    build: .\n    {more}\n",
        "Dockerfile": "FROM python:3.12\nCOPY . .\nCMD python app.py\n",
        "app.py": FLASK,
    }
    found = [(port.number.value, port.name, port.variable) for port in workload_of(files, "web").ports]
    assert [one[:2] for one in found] == [one[:2] for one in expected]
    assert found[0][2] == expected[0][2] or not expected[0][2]


def test_a_port_of_which_only_those_tell_who_ask() -> None:
    files = {
        "compose.yml": "services:\n  back:\n    build: ./back\n  proxy:\n    image: nginx:1.27\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf']\n    depends_on: [back]\n",
        "back/Dockerfile": 'FROM scratch\nCMD ["/back"]\n',
        "nginx.conf": "server {\n  location / { proxy_pass http://back:8000; }\n}\n",
    }  # fmt: skip
    back = workload_of(files, "back")
    assert [(port.number.value, port.number.origins) for port in back.ports] == [(8000, (Origin(RepoPath("nginx.conf"), 2),))]
    assert {link.port for link in landscape_of(files).links} == {8000}
    del files["nginx.conf"]
    assert workload_of(files, "back").ports == ()


def test_a_server_of_files_with_a_built_application_in_it_shows_pages() -> None:
    files = {
        "compose.yml": "services:\n  front:\n    build: .\n",
        "Dockerfile": 'FROM node:22 AS build\nCOPY . .\nRUN npm run build\nFROM nginx:1.27\nCOPY --from=build /dist /usr/share/nginx/html\nCMD ["nginx"]\n',
        "package.json": '{"scripts": {"start": "vite"}, "dependencies": {"react-dom": "19"}}',
    }  # fmt: skip
    assert workload_of(files, "front").kind.value is Kind.WEB
    without = {**files, "Dockerfile": "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\nCMD nginx\n", "package.json": "{}"}
    assert workload_of(without, "front").kind.value is Kind.PROXY


@pytest.mark.parametrize("library, seen", [("react", True), ("@tauri-apps/api", False), ("electron", False)])
def test_what_runs_on_the_machines_of_its_users_is_served_by_nothing(library: str, seen: bool) -> None:
    said = f'{{"name": "desk", "scripts": {{"dev": "vite"}}, "dependencies": {{"vite": "7", "react-dom": "19", "{library}": "2"}}}}'
    files = {"apps/desk/package.json": said, "apps/desk/src/main.tsx": "import { createRoot } from 'react-dom/client';\n"}
    assert [one.name for one in landscape_of(files).workloads] == (["desk"] if seen else [])
    # What an image is built of is served, whatever it is wrapped in elsewhere
    built = {**files, "compose.yml": "services:\n  desk:\n    build: ./apps/desk\n", "apps/desk/Dockerfile": "FROM node:22\nCMD npm run dev\n"}
    assert [one.name for one in landscape_of(built).workloads] == ["desk"]


def test_what_a_shell_looks_up_is_no_secret() -> None:
    check = "healthcheck: {test: 'mysqladmin ping --password=\"$$(cat /run/secrets/pw)\" --silent'}"
    db = workload_of({"compose.yml": f"services:\n  db:\n    image: mariadb:11\n    {check}\n"}, "db")
    assert plain(db.probes[0].command) == ["sh", "-c", 'mysqladmin ping --password="$(cat /run/secrets/pw)" --silent']
    assert not db.settings


def test_no_secret_of_a_dockerfile_or_of_another_environment_is_told() -> None:
    files = {
        "compose.yml": "services:\n  cache:\n    build: .\n    environment: {LINK: 'redis://:hunter2-x@r/0'}\n",
        "compose.dev.yml": "services:\n  cache:\n    environment: {LINK: 'redis://r/0'}\n",
        "Dockerfile": 'FROM redis:7\nENV ADMIN_TOKEN=hunter2-y\nHEALTHCHECK CMD redis-cli -a hunter2-z ping\nCMD ["redis-server", "--requirepass", "hunter2-z"]\n',
    }
    found = landscape_of(files)
    assert "hunter2" not in repr(found)
    cache = found.workload("cache")
    assert cache is not None
    assert plain(cache.command) == ["redis-server", "--requirepass", "$(REDIS_PASSWORD)"]
    assert {(one.name, one.secret, one.value) for one in cache.settings} == {("LINK", True, None), ("REDIS_PASSWORD", True, None)}
    assert cache.differences == ()


def test_a_server_listens_where_it_always_does_when_nothing_says_otherwise() -> None:
    files = {
        **COMPOSE,
        "docker-compose.yml": "services:\n  api:\n    build: ./api\n",
        "api/Dockerfile": COMPOSE["api/Dockerfile"].replace("EXPOSE 8000\n", ""),
    }
    (port,) = workload_of(files, "api").ports
    assert port.number.value == 8000
    assert "uvicorn" in port.number.origins[-1].why


def test_traces_are_sent_where_code_makes_an_exporter() -> None:
    code = "from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter\nEXPORTER = OTLPSpanExporter()\n"
    more = {**COMPOSE, "api/app/tracing.py": code}
    assert workload_of(more, "api").tracing is None
    more["api/app/main.py"] = more["api/app/main.py"].replace("import os\n", "import os\n        import app.tracing\n", 1)
    assert plain(workload_of(more, "api").tracing) == "otlp-http"


def test_a_secret_that_a_variable_holds_already_is_read_from_it_and_hidden_wherever_else_it_stands() -> None:
    files = {
        "compose.yml": "services:\n  cache:\n    image: redis:7\n    environment: {MY_PASSWORD: hunter-2-x}\n    command: redis-server --requirepass hunter-2-x\n"
        "  other:\n    image: acme/other:1\n    command: run hunter-2-x\n",
    }
    found = landscape_of(files)
    assert "hunter-2-x" not in repr(found)
    assert [plain(one.command) for one in found.workloads] == [["redis-server", "--requirepass", "$(MY_PASSWORD)"], ["run", "$(MY_PASSWORD)"]]


@pytest.mark.parametrize(
    "value, kept",
    [
        ("info", "info"),
        ("with s3cr3t-redis inside", None),  # which stands in a command line
        ("${LEVEL:-s3cr3t-redis}", None),
        ("${LEVEL:-info}", "info"),
        ("${LEVEL}", None),  # which only the caller knows
        ("postgresql://app:hunter2-pw@db:5432/app", None),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", None),
        ("--maxmemory 64mb --requirepass hunter2-more", None),  # of which a part alone would be no value either
        ("--maxmemory 64mb", "--maxmemory 64mb"),
        ('{"user": "app", "password": "hunter2-more"}', None),
    ],
)
def test_a_declaration_has_no_value_of_a_secret(value: str, kept: str | None) -> None:
    """L13: it is gone where a compose file is read, so that whatever is made of declarations has none to give away."""
    (api,) = (one for one in declarations(facts_of(tree(changed("LOG_LEVEL: info", f"LOG_LEVEL: '{value}'")))) if one.service.name == "api")
    (level,) = (one for one in api.workload.settings if one.name == "LOG_LEVEL")
    assert (plain(level.value) if level.value is not None else None) == kept


@pytest.mark.parametrize(
    "value, kept", [("--level info", "--level info"), ("--level info --token abc-hunter2", None), ("redis://:hunter2-pw@cache:6379", None)]
)
def test_an_image_gives_no_secret_away(value: str, kept: str | None) -> None:
    image = COMPOSE["api/Dockerfile"].replace("USER app", f"ENV LIMIT='{value}'\n        USER app")
    (limit,) = (one for one in workload_of({**COMPOSE, "api/Dockerfile": image}, "api").settings if one.name == "LIMIT")
    assert (plain(limit.value) if limit.value is not None else None) == kept
    assert limit.secret is (kept is None)


@pytest.mark.parametrize(
    "label, schedule, told",
    [
        ("swarm.cronjob.schedule: '0 3 * * *'", "0 3 * * *", ""),
        ("swarm.cronjob.schedule: '@daily'", "@daily", ""),
        # The clock of a swarm may count seconds: a schedule of six fields is none to a cluster, and no schema says so.
        ("swarm.cronjob.schedule: '0 0 3 * * *'", "0 3 * * *", ""),
        ("swarm.cronjob.schedule: '*/15 * * * * *'", "* * * * *", "a cluster starts at full minutes"),
        ("ofelia.job-exec.dump.schedule: '0 0 3 * * *'", None, "make that a service of its own"),
        ("ofelia.enabled: 'true'", None, ""),
    ],
)
def test_a_service_that_a_clock_starts(label: str, schedule: str | None, told: str) -> None:
    found = landscape_of(changed("command: redis-server", f"labels:\n              {label}\n            command: redis-server"))
    cache = found.workload("cache")
    assert cache is not None
    assert (cache.schedule and cache.schedule.value) == schedule
    decided = [one.message for one in found.decisions if one.subject.startswith("cache: ") and "schedule" in one.subject]
    assert (len(decided), told in "".join(decided)) == (bool(told), True)


NAMED = "from celery import shared_task\n\n\n@shared_task(name='mails.send')\ndef mail():\n    pass\n"


@pytest.mark.parametrize(
    "files, tasks",
    [
        ({"app/tasks.py": COMPOSE["api/app/tasks.py"]}, ["app.tasks.mail"]),
        ({"app/tasks.py": COMPOSE["api/app/tasks.py"], "app/__init__.py": ""}, ["app.tasks.mail"]),
        ({"src/app/tasks.py": COMPOSE["api/app/tasks.py"], "src/app/__init__.py": ""}, ["app.tasks.mail"]),  # as it is imported
        ({"app/tasks/__init__.py": "from app.tasks import mail\n", "app/tasks/mail.py": COMPOSE["api/app/tasks.py"]}, ["app.tasks.mail.mail"]),
        ({"app/tasks.py": NAMED}, ["mails.send"]),
    ],
)
def test_a_task_has_the_name_under_which_a_queue_knows_it(files: dict[str, str], tasks: list[str]) -> None:
    rest = {path: text for path, text in COMPOSE.items() if not path.startswith("api/app/")}
    worker = workload_of({**rest, **{f"api/{path}": text for path, text in files.items()}}, "worker")
    assert [one.value for one in worker.tasks] == tasks


FACTORY = {
    "compose.yaml": "services:\n  server:\n    build: .\n    command: server\n",
    "Dockerfile": "FROM python:3.12\nCOPY . /app\nEXPOSE 5000\n",
    "requirements.txt": "flask\n",
    "shop/__init__.py": "from shop.app import create\n",
    "shop/app.py": "import os\nfrom flask import Flask\ndef create():\n    app = Flask('shop')\n    app.config['X'] = os.environ['SHOP_KEY_FILE']\n    return app\n",
    "shop/views.py": "import os\nPAGE = os.environ['SHOP_PAGE']\n",
    "shop/bin/sums.py": "import os\nPRICES = os.environ['SHOP_PRICES']\nif __name__ == '__main__':\n    print(PRICES)\n",
}
RELEASE = "import os\nHOST = os.environ['RELEASE_HOST']\nif __name__ == '__main__':\n    print(HOST)\n"
BLUEPRINT = "\ndef register():\n    from shop.bin import sums\n"
MANAGED = {
    "compose.yaml": FACTORY["compose.yaml"],
    "Dockerfile": FACTORY["Dockerfile"],
    "requirements.txt": "django\n",
    "manage.py": "import os\nfrom django.core.management import execute_from_command_line\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "shop/__init__.py": "",
    "shop/settings.py": "import os\nROOT_URLCONF = 'shop.urls'\nKEY = os.environ['SHOP_KEY_FILE']\n",
    "shop/urls.py": "urlpatterns = []\n",
}


@pytest.mark.parametrize(
    "files, expected",
    [
        (FACTORY, {"SHOP_KEY_FILE", "SHOP_PAGE"}),
        ({**FACTORY, "bin/release.py": RELEASE}, {"SHOP_KEY_FILE", "SHOP_PAGE"}),
        ({**FACTORY, "tools/scripts/release.py": RELEASE}, {"SHOP_KEY_FILE", "SHOP_PAGE"}),
        ({**FACTORY, "shop/app.py": FACTORY["shop/app.py"] + BLUEPRINT}, {"SHOP_KEY_FILE", "SHOP_PAGE", "SHOP_PRICES"}),
        ({**MANAGED, "bin/release.py": RELEASE}, {"SHOP_KEY_FILE", "DJANGO_SETTINGS_MODULE"}),
        ({**MANAGED, "internal/release.py": RELEASE}, {"SHOP_KEY_FILE", "DJANGO_SETTINGS_MODULE"}),
    ],
)
def test_what_scripts_read_that_the_program_does_not_load_is_no_setting_of_it(files: dict[str, str], expected: set[str]) -> None:
    """A script that moves out of the application takes nothing of its settings along (L6)."""
    assert {one.name for one in workload_of(files, "server").settings} == expected
