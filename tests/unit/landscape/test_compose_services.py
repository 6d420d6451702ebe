"""Services as nouns: what each key comes to, and where each value stands; nothing that looks like a secret is among them."""

from __future__ import annotations

import pytest

from migrator.facts.landscape.compose import Project, Service, projects
from migrator.origin import Origin, Said, plain
from migrator.paths import RepoPath
from tests.conftest import facts_of


def project_of(files: dict[str, str] | str) -> Project:
    said = {"compose.yml": files} if isinstance(files, str) else files
    return projects(facts_of(said))[0]


def service_of(text: str, **more: str) -> Service:
    """The service `a` whose keys stand from line 3 on."""
    lines = "".join(f"    {line}\n" for line in text.split("\n"))
    return project_of({"compose.yml": f"services:\n  a:\n{lines}", **more}).services["a"]


def where(said: Said | None) -> list[str]:
    return [] if said is None else [str(origin) for origin in said.origins]


# forms -----------------------------------------------------------------------------------------------------------------

PORTS = {
    '"80"': [(80, None, "tcp")],
    '"8080:80"': [(80, "8080", "tcp")],
    '"127.0.0.1:8080:80/udp"': [(80, "8080", "udp")],
    '"9000-9001:80-81"': [(80, "9000", "tcp"), (81, "9001", "tcp")],
    '"8080-8081:80"': [(80, "8080-8081", "tcp")],
    "8000": [(8000, None, "tcp")],
    '"${OUT:-8080}:${IN:-80}"': [(80, "8080", "tcp")],
    '"8080:${NOPE}"': [(None, None, "tcp")],
    "{target: 80, published: 8080, protocol: udp, name: dns, app_protocol: dns}": [(80, "8080", "udp")],
}


@pytest.mark.parametrize("text", PORTS)
def test_ports(text: str) -> None:
    found = service_of(f"image: a\nports: [{text}]").ports
    assert [(plain(port.number), plain(port.published), port.protocol) for port in found] == PORTS[text]
    assert all(where(port.written) == ["compose.yml:4"] for port in found)


def test_a_port_is_kept_as_it_is_written() -> None:
    assert [port.written.value for port in service_of('image: a\nports: ["${OUT:-8080}:80", "1-2:1-2"]').ports] == [
        "${OUT:-8080}:80",
        "1-2:1-2",
        "1-2:1-2",
    ]


def test_exposed_ports_are_for_services_only() -> None:
    found = service_of('image: a\nexpose: [80, "90-91/udp", "${NOPE}"]').ports
    assert [(plain(port.number), port.protocol, port.exposed) for port in found] == [
        (80, "tcp", True),
        (90, "udp", True),
        (91, "udp", True),
        (None, "tcp", True),
    ]


MOUNTS = {
    "./src:/src": ("bind", "src", "src", False, False),
    "./app.conf:/etc/app.conf:ro": ("bind", "app.conf", "app.conf", True, True),
    "/var/run/docker.sock:/s": ("bind", "/var/run/docker.sock", None, False, False),
    "~/x:/x": ("bind", "~/x", None, False, False),
    "../up:/up": ("bind", "../up", None, False, False),
    "data:/data": ("volume", "data", None, False, False),
    "/anonymous": ("volume", None, None, False, False),
}


@pytest.mark.parametrize("text", MOUNTS)
def test_mounts(text: str) -> None:
    (mount,) = service_of(f"image: a\nvolumes: ['{text}']", **{"app.conf": "x"}).mounts
    assert (mount.kind, plain(mount.source), plain(mount.path), mount.file, mount.read_only) == MOUNTS[text]
    assert where(mount.target) == ["compose.yml:4"]


BUILDS = {
    "./api": ("api", "api/Dockerfile"),
    "{context: ., dockerfile: docker/D}": ("", "docker/D"),
    "{context: api, dockerfile: ../D}": ("api", "D"),
    "{target: dev}": ("", "Dockerfile"),
    "https://github.com/a/b.git": (None, None),
    "../other": (None, None),
    "{context: /abs}": (None, None),
    "{dockerfile_inline: FROM x}": ("", None),
    "{context: '${NOPE}'}": (None, None),
}


@pytest.mark.parametrize("text", BUILDS)
def test_builds(text: str) -> None:
    build = service_of(f"build: {text}").build
    assert build is not None
    assert (plain(build.context), plain(build.dockerfile)) == BUILDS[text]


def test_the_parts_of_a_build() -> None:
    build = service_of(
        "build:\n  context: .\n  target: dev\n  args: [A=1, B, TOKEN=hunter2hunter2]\n  additional_contexts: {d: ./docs, s: 'service:b'}"
    ).build
    assert build is not None
    assert plain(build.arguments) == {"A": "1", "B": None, "TOKEN": None}
    assert plain(build.contexts) == {"d": "docs", "s": "service:b"}
    assert where(build.target) == ["compose.yml:5"]


HEALTH = {
    "{test: curl x}": (("CMD-SHELL", "curl x"), False),
    "{test: [CMD, curl, x], interval: 1m30s, timeout: 5s, retries: 3, start_period: 10s}": (("CMD", "curl", "x"), False),
    "{test: [NONE]}": (None, True),
    "{disable: true}": (None, True),
    "{interval: 5s}": (None, False),
}


@pytest.mark.parametrize("text", HEALTH)
def test_health(text: str) -> None:
    health = service_of(f"image: a\nhealthcheck: {text}").health
    assert health is not None
    assert (plain(health.test) and tuple(plain(health.test)), health.disabled) == HEALTH[text]


def test_the_numbers_of_a_health_check() -> None:
    health = service_of(
        "image: a\nhealthcheck: {test: x, interval: 1m30s, timeout: 500ms, retries: '3', start_period: 1h, start_interval: 2s}"
    ).health
    assert health is not None
    assert [plain(one) for one in (health.interval, health.timeout, health.retries, health.start_period, health.start_interval)] == [
        90,
        0.5,
        3,
        3600,
        2,
    ]


def test_resources_replicas_and_the_rest() -> None:
    one = service_of(
        "image: a\ndeploy:\n  replicas: 3\n  mode: replicated\n  resources:\n    limits: {cpus: '0.5', memory: 512m}\n    reservations: {cpus: 0.25, memory: 1g}\n"
        "  placement: {constraints: [node.role == manager]}\nuser: '1000'\nworking_dir: /app\nrestart: always\nstop_grace_period: 1m\nprofiles: [x]\n"
        "hostname: h\nread_only: true\nstop_signal: INT"
    )
    assert [plain(value) for value in (one.replicas, one.mode, one.cpu_limit, one.cpu_request)] == [3, "replicated", "0.5", "0.25"]
    assert [plain(value) for value in (one.memory_limit, one.memory_request, one.stop_seconds)] == [512 << 20, 1 << 30, 60]
    assert [plain(value) for value in (one.user, one.working_directory, one.restart, one.profiles)] == ["1000", "/app", "always", ["x"]]
    assert [plain(value) for value in one.constraints] == ["node.role == manager"]
    assert where(one.memory_limit) == ["compose.yml:8"]
    assert (list(one.aliases), plain(one.read_only), plain(one.stop_signal)) == (["h"], True, "INT")


def test_older_ways_to_say_limits() -> None:
    one = service_of("image: a\ncpus: 1.5\nmem_limit: 1g\nmem_reservation: 512m\nscale: 2")
    assert [plain(value) for value in (one.cpu_limit, one.memory_limit, one.memory_request, one.replicas)] == ["1.5", 1 << 30, 512 << 20, 2]


def test_dependencies_and_what_brings_them() -> None:
    text = "services:\n  a:\n    image: a\n    depends_on: {b: {condition: service_healthy}, m: {condition: service_completed_successfully, required: false}}\n"
    text += "    links: [c]\n    volumes_from: [d]\n    network_mode: service:e\n" + "".join(f"  {name}: {{image: x}}\n" for name in "bcdem")
    found = project_of(text).services["a"].depends_on
    assert {name: (one.condition, one.required, one.evidence) for name, one in found.items()} == {
        "b": ("service_healthy", True, "depends_on"),
        "m": ("service_completed_successfully", False, "depends_on"),
        "c": ("service_started", True, "links"),
        "d": ("service_started", True, "volumes_from"),
        "e": ("service_started", True, "network_mode"),
    }


def test_secrets_and_configs_of_the_project() -> None:
    one = project_of(
        {
            "compose.yml": "services: {a: {image: a, secrets: [s, {source: e, target: t}], configs: [c]}}\n"
            "secrets: {s: {file: s.txt}, e: {environment: E}, x: {external: true}}\nconfigs: {c: {file: ./c}}\n",
            "s.txt": "hunter2",
        }
    )
    assert (list(one.services["a"].secrets), list(one.services["a"].configs)) == (["s", "e"], ["c"])
    assert {name: (plain(said.file), plain(said.environment), said.external) for name, said in one.secrets.items()} == {
        "s": ("s.txt", None, False),
        "e": (None, "E", False),
        "x": (None, None, True),
    }


# variables -------------------------------------------------------------------------------------------------------------


def test_the_environment_tells_who_gives_what() -> None:
    one = service_of(
        "image: a\nenvironment:\n  A: 1\n  B:\n  C: ${NOPE}\n  D: http://${NOPE}/\n  E: ${NOPE:-x}\n  F: ${GIVEN}\n  DB_PASSWORD: hunter2hunter2\nenv_file: [one.env, no.env]",
        **{"one.env": "A=theirs\nG=g\n", ".env": "GIVEN=given\n"},
    )
    assert {name: (plain(said.value), said.inherited, said.secret) for name, said in one.environment.items()} == {
        "A": ("1", False, False),
        "G": ("g", False, False),
        "B": (None, True, False),
        "C": (None, True, False),
        "D": ("http://${NOPE}/", False, False),
        "E": ("x", False, False),
        "F": ("given", False, False),
        "DB_PASSWORD": (None, False, True),
    }
    assert one.environment["G"].file == "one.env"
    assert str(one.environment["G"].origins[0]) == "one.env:2"
    assert [(plain(file.path), file.there) for file in one.environment_files] == [("one.env", True), ("no.env", False)]
    assert {variable.name for variable in one.variables} == {"NOPE", "GIVEN"}


def test_what_is_interpolated_is_kept_as_it_is_written() -> None:
    one = service_of("image: app:${TAG:-1}")
    value = one.values.get("image")
    assert value is not None
    assert (plain(one.image), value.raw, value.data) == ("app:1", "app:${TAG:-1}", "app:1")
    assert [(variable.name, variable.default, variable.origin) for variable in one.variables] == [("TAG", "1", Origin(RepoPath("compose.yml"), 3))]


# where values stand ----------------------------------------------------------------------------------------------------

ORIGINS = {
    "its own line": ({"compose.yml": "services:\n  a:\n    image: x\n"}, "compose.yml:3"),
    "an alias": ({"compose.yml": "x-i: &i x\nservices:\n  a:\n    image: *i\n"}, "compose.yml:1"),
    "a merge": ({"compose.yml": "x-i: &i\n  image: x\nservices:\n  a:\n    <<: *i\n"}, "compose.yml:2"),
    "what it extends": ({"compose.yml": "services:\n  b:\n    image: x\n  a:\n    extends: b\n"}, "compose.yml:3"),
    "a file that it extends": (
        {"compose.yml": "services:\n  a: {extends: {file: o/b.yml, service: b}}\n", "o/b.yml": "services:\n  b:\n    image: x\n"},
        "o/b.yml:3",
    ),
    "an override": (
        {"compose.yml": "services:\n  a:\n    image: old\n", "compose.override.yml": "services:\n  a: {image: x}\n"},
        "compose.override.yml:2",
    ),
    "an included file": ({"compose.yml": "include: [o/c.yml]\n", "o/c.yml": "services: {a: {image: x}}\n"}, "o/c.yml:1"),
}


@pytest.mark.parametrize("name", ORIGINS)
def test_a_value_has_the_place_where_it_stands(name: str) -> None:
    files, place = ORIGINS[name]
    image = project_of(files).services["a"].image
    assert plain(image) == "x"
    assert where(image) == [place]


def test_a_service_of_two_files_has_both_places() -> None:
    one = project_of({"compose.yml": "services:\n  a: {image: x}\n", "compose.override.yml": "services:\n\n  a: {command: y}\n"}).services["a"]
    assert [str(origin) for origin in one.origins] == ["compose.yml:2", "compose.override.yml:3"]


def test_a_variable_of_a_list_that_is_merged_has_its_own_line() -> None:
    files = {
        "compose.yml": "services:\n  a:\n    image: x\n    environment:\n      - A=1\n      - B=1\n",
        "compose.override.yml": "services: {a: {environment: {B: 2}}}\n",
    }
    found = project_of(files).services["a"].environment
    assert {name: [str(origin) for origin in said.origins] for name, said in found.items()} == {
        "A": ["compose.yml:5"],
        "B": ["compose.override.yml:1"],
    }


# discretion ------------------------------------------------------------------------------------------------------------

HELD = "hunter2-4711"
SECRETS = {
    "a telling name": "environment: {DB_PASSWORD: <HELD>}",
    "a list": "environment: ['API_KEY=<HELD>']",
    "a default": "environment: {SECRET_KEY: '${SECRET_KEY:-<HELD>}'}",
    "a default of a harmless name": "environment: {X: '${DB_PASSWORD:-<HELD>}'}",
    "an URL": "environment: {DATABASE_URL: 'postgres://u:<HELD>@db/x'}",
    "an URL with a default": "environment: {DATABASE_URL: 'postgres://u:${PASSWORD:-<HELD>}@db/x'}",
    "a nested default": "environment: {DATABASE_URL: '${DATABASE_URL:-postgres://u:${PW:-<HELD>}@db/x}'}",
    "a nested default of a nested one": "environment: {A: '${B:-${C:-${TOKEN:-<HELD>}}}'}",
    "an option": "command: redis-server --requirepass <HELD>",
    "an option with its value": "command: [x, '--password=<HELD>']",
    "an option of a default": "command: redis-server --requirepass ${REDIS_PASSWORD:-<HELD>}",
    "an option of another": "command: redis-server --requirepass ${RP:-<HELD>}",
    "a client": "healthcheck: {test: redis-cli -a <HELD> ping}",
    "a client as a list": "healthcheck: {test: [CMD, redis-cli, -a, <HELD>, ping]}",
    "a database": "healthcheck: {test: [CMD, mysqladmin, ping, -uroot, -p<HELD>]}",
    "a database as a text": "healthcheck: {test: mysqladmin ping -uroot -p<HELD>}",
    "a request": "healthcheck: {test: 'curl -u admin:<HELD> localhost'}",
    "a variable in a command": "command: sh -c 'PGPASSWORD=<HELD> psql'",
    "a label": "labels: ['traefik.http.middlewares.a.basicauth.users=ada:$$apr1$$<HELD>$$x']",
    "a label of a telling name": "labels: {api_key: <HELD>}",
    "an argument": "build: {context: ., args: {NPM_TOKEN: <HELD>}}",
    "an argument of a list": "build: {context: ., args: ['NPM_TOKEN=<HELD>']}",
    "a context": "build: https://u:<HELD>@github.com/a/b.git",
    "a further context": "build: {context: ., additional_contexts: {x: 'https://u:<HELD>@h/b.git'}}",
    "an inline Dockerfile": "build: {dockerfile_inline: 'ENV API_KEY=<HELD>'}",
    "an image": "image: registry/x:1\nentrypoint: ['--token', '<HELD>']",
    "a message": "environment: {SECRET_KEY: '${SECRET_KEY:?use <HELD>}'}",
    "a replacement": "environment: {X: '${SECRET_KEY:+<HELD>}'}",
}


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_shown(name: str) -> None:
    said = SECRETS[name].replace("<HELD>", HELD)
    text = said if "image" in said or "build" in said else f"image: a\n{said}"
    one = project_of("services:\n  a:\n" + "".join(f"    {line}\n" for line in text.split("\n")))
    assert HELD not in repr(one)
    assert HELD in repr([value.data for value in one.values.walk()] + [variable.argument for variable in one.variables])


@pytest.mark.parametrize("place", [".env", "one.env"])
def test_no_secret_of_a_file_is_shown(place: str) -> None:
    one = project_of(
        {
            "compose.yml": "services: {a: {image: a, env_file: one.env, environment: [DB_PASSWORD], command: 'x --password ${DB_PASSWORD}'}}\n",
            "one.env": "",
            place: f"DB_PASSWORD={HELD}\n",
        }
    )
    assert HELD not in repr(one)


def test_where_a_secret_stands_is_told_once_for_each_place() -> None:
    one = project_of(
        f"services:\n  a:\n    image: a\n    environment:\n      PASSWORD: {HELD}\n      OTHER_PASSWORD: ${{PASSWORD}}\n    command: x --password {HELD}\n"
    )
    assert [str(finding.origin) for finding in one.findings if finding.kind == "secret"] == ["compose.yml:7", "compose.yml:5"]


HARMLESS = [
    "environment: {TOKEN_EXPIRE_MINUTES: 30}",
    "environment: {PASSWORD_FILE: /run/secrets/db}",
    "command: uvicorn app:app --host 0.0.0.0 --port 8000",
    "command: python -m app --token-url /token",
    "healthcheck: {test: 'curl -f http://localhost:8000/health || exit 1'}",
    "healthcheck: {test: 'pg_isready -U postgres -d app'}",
    "labels: {traefik.enable: 'true', com.example.team: ada}",
    "command: redis-server --requirepass ${REDIS_PASSWORD}",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_is_shown(text: str) -> None:
    one = service_of(f"image: a\n{text}")
    assert one.literals == ()
    assert "•••" not in repr(one)
