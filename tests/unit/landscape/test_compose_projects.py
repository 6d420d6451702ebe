"""Which compose files are run together, for what, and what is wrong with them: by table."""

from __future__ import annotations

import pytest

from migrator.facts.landscape.compose import projects
from migrator.facts.landscape.model import Environment
from tests.conftest import facts_of

WHOLE = "services: {a: {image: x:1}}\n"
PART = "services: {a: {command: y}}\n"


def combinations(files: dict[str, str]) -> list[tuple[str, ...]]:
    return [one.files for one in projects(facts_of(files))]


GROUPS = {
    "one file": ({"compose.yml": WHOLE}, [("compose.yml",)]),
    "an override": (
        {"docker-compose.yml": WHOLE, "docker-compose.override.yml": PART},
        [("docker-compose.yml", "docker-compose.override.yml")],
    ),
    "the engine's order": ({"docker-compose.yml": WHOLE, "compose.yaml": WHOLE}, [("compose.yaml",), ("docker-compose.yml",)]),
    "what is not whole is laid over the base": (
        {"docker-compose.yml": WHOLE, "docker-compose.prod.yml": PART},
        [("docker-compose.yml",), ("docker-compose.yml", "docker-compose.prod.yml")],
    ),
    "what is whole stands alone": (
        {"docker-compose.yml": WHOLE, "docker-compose.prod.yml": WHOLE},
        [("docker-compose.yml",), ("docker-compose.prod.yml",)],
    ),
    "what has no service of the base stands alone": (
        {"docker-compose.yml": WHOLE, "docker-compose.tools.yml": "services: {t: {command: y}}\n"},
        [("docker-compose.yml",), ("docker-compose.tools.yml",)],
    ),
    "a command in a script": (
        {
            "docker-compose.yml": WHOLE,
            "docker-compose.prod.yml": WHOLE,
            "up.sh": "docker compose -f docker-compose.yml \\\n  -f docker-compose.prod.yml up -d\n",
        },
        [("docker-compose.yml",), ("docker-compose.yml", "docker-compose.prod.yml")],
    ),
    "a Makefile": (
        {
            "infra/a.compose.yml": WHOLE,
            "infra/b.compose.yml": PART,
            "Makefile": "up:\n\tdocker-compose -f infra/a.compose.yml -f infra/b.compose.yml up\n",
        },
        [("infra/a.compose.yml", "infra/b.compose.yml")],
    ),
    "a workflow with a directory": (
        {
            "infra/docker-compose.yml": WHOLE,
            "infra/docker-compose.ci.yml": WHOLE,
            ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - working-directory: infra\n        run: docker compose -f docker-compose.yml -f docker-compose.ci.yml up\n",
        },
        [("infra/docker-compose.yml",), ("infra/docker-compose.yml", "infra/docker-compose.ci.yml")],
    ),
    "a script of npm": (
        {
            "docker-compose.yml": WHOLE,
            "docker-compose.dev.yml": WHOLE,
            "package.json": '{"scripts": {"up": "docker compose -f docker-compose.yml -f docker-compose.dev.yml up"}}\n',
        },
        [("docker-compose.yml",), ("docker-compose.yml", "docker-compose.dev.yml")],
    ),
    "a walk": (
        {
            "apps/docker-compose.yml": WHOLE,
            "apps/docker-compose.e2e.yml": WHOLE,
            "ci.sh": "cd apps && docker compose -f docker-compose.yml -f docker-compose.e2e.yml up\n",
        },
        [("apps/docker-compose.yml",), ("apps/docker-compose.yml", "apps/docker-compose.e2e.yml")],
    ),
    "a folder in a variable": (
        {
            "infra/docker-compose.yml": WHOLE,
            "infra/docker-compose.prod.yml": WHOLE,
            "infra/up.sh": 'docker compose -f "$HERE/docker-compose.yml" -f "${HERE}/docker-compose.prod.yml" up\n',
        },
        [("infra/docker-compose.yml",), ("infra/docker-compose.yml", "infra/docker-compose.prod.yml")],
    ),
    "an environment in a variable": (
        {
            "docker-compose.yml": WHOLE,
            "docker-compose.dev.yml": PART,
            "docker-compose.prod.yml": WHOLE,
            "up.sh": "docker compose -f docker-compose.yml -f docker-compose.$ENV.yml up\n",
        },
        [("docker-compose.yml",), ("docker-compose.yml", "docker-compose.dev.yml"), ("docker-compose.yml", "docker-compose.prod.yml")],
    ),
    "a variable of the engine": (
        {"docker-compose.yml": WHOLE, "docker-compose.prod.yml": WHOLE, ".env": "COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml\n"},
        [("docker-compose.yml",), ("docker-compose.yml", "docker-compose.prod.yml")],
    ),
    "what others include is no project": (
        {"compose.yml": "include: [parts/compose.db.yml]\n" + WHOLE, "parts/compose.db.yml": "services: {db: {image: x:1}}\n"},
        [("compose.yml",)],
    ),
    "what others extend is no project": (
        {"compose.yml": "services: {a: {extends: {file: compose.common.yml, service: c}}}\n", "compose.common.yml": "services: {c: {image: x:1}}\n"},
        [("compose.yml",)],
    ),
    "no base": (
        {"infra/compose.prod.yml": WHOLE, "infra/compose.prod.extra.yml": PART},
        [("infra/compose.prod.yml", "infra/compose.prod.extra.yml"), ("infra/compose.prod.yml",)],
    ),
    "no compose": ({"a.py": "x = 1\n"}, []),
    "a command that names what is not there": ({"compose.yml": WHOLE, "a.sh": "docker compose -f gone.yml -f compose.yml up\n"}, [("compose.yml",)]),
    "a command without files": ({"compose.yml": WHOLE, "a.sh": "docker compose up -d\n"}, [("compose.yml",)]),
}


@pytest.mark.parametrize("name", GROUPS)
def test_files_that_are_run_together(name: str) -> None:
    files, expected = GROUPS[name]
    assert sorted(combinations(files)) == sorted(expected)


def test_the_evidence_is_told() -> None:
    files, _ = GROUPS["a command in a script"]
    first, second = projects(facts_of(files))
    assert [(str(origin), origin.why) for origin in first.evidence] == [("docker-compose.yml", "the engine takes it by itself")]
    assert [(str(origin), origin.why) for origin in second.evidence] == [("up.sh:1", "one command names them")]


RELOADS = "services: {a: {image: x:1, command: uvicorn a:b --reload}}\n"
PURPOSES = {
    "docker-compose.dev.yml": (WHOLE, Environment.DEVELOPMENT),
    "docker-compose.test.yml": (WHOLE, Environment.TEST),
    "docker-compose.e2e-ci.yml": (WHOLE, Environment.TEST),
    "compose.staging.yaml": (WHOLE, Environment.STAGING),
    "docker-compose.prod.yml": (WHOLE, Environment.PRODUCTION),
    "docker-compose.swarm.yml": (WHOLE, Environment.PRODUCTION),
    ".devcontainer/docker-compose.yml": (RELOADS, Environment.DEVELOPMENT),
    "production/docker-compose.yml": (WHOLE, Environment.PRODUCTION),
    "a/docker-compose.yml": ("services: {a: {image: x:1, environment: {NODE_ENV: production}}}\n", Environment.PRODUCTION),
    "b/docker-compose.yml": (RELOADS, Environment.DEVELOPMENT),
    "c/docker-compose.yml": (
        "services: {a: {image: x:1, environment: {NODE_ENV: production}}, b: {image: x:1, environment: {APP_ENV: dev}}}\n",
        None,
    ),
    "docker-compose.yml": (WHOLE, None),
    "docker-compose.redis.yml": (WHOLE, None),
    "products/docker-compose.yml": (WHOLE, None),
}


@pytest.mark.parametrize("path", PURPOSES)
def test_what_files_are_for(path: str) -> None:
    text, purpose = PURPOSES[path]
    (one,) = projects(facts_of({path: text}))
    assert (one.environment.value if one.environment is not None else None) == purpose
    assert one.environment is None or all(origin.path == path and origin.why for origin in one.environment.origins)


SWARMS = {
    "docker-compose.swarm.yml": (WHOLE, True),
    "a/docker-compose.yml": ("services: {a: {image: x:1, deploy: {placement: {constraints: [node.role == manager]}}}}\n", True),
    "b/docker-compose.yml": ("services: {a: {image: x:1, networks: [n]}}\nnetworks: {n: {driver: overlay}}\n", True),
    "c/docker-compose.yml": ("services: {a: {image: x:1, deploy: {replicas: 2}}}\n", False),
}


@pytest.mark.parametrize("path", SWARMS)
def test_what_is_for_a_swarm(path: str) -> None:
    text, swarm = SWARMS[path]
    (one,) = projects(facts_of({path: text}))
    assert (one.swarm is not None) == swarm


def test_a_command_sends_a_file_to_a_swarm() -> None:
    (one,) = projects(facts_of({"docker-compose.yml": WHOLE, "deploy.sh": "docker stack deploy -c docker-compose.yml shop\n"}))
    assert one.swarm is not None
    assert str(one.swarm.origins[0]) == "deploy.sh:1"


@pytest.mark.parametrize(
    "path, kept", [("infra/backups/compose_1.yml", True), ("compose.old.yml", True), ("compose.yml", False), ("compose.golden.yml", False)]
)
def test_copies_that_are_kept(path: str, kept: bool) -> None:
    (one,) = projects(facts_of({path: WHOLE}))
    assert (one.archived is not None) == kept


# bad input -------------------------------------------------------------------------------------------------------------

API = "services:\n  a:\n    image: x:1\n"
FINDINGS = {
    "no YAML": ("services: [\n", "unread compose.yml:2", True),
    "an unknown key": (API + "    prots: [1]\n", "unknown compose.yml:4", True),
    "a port that is a variable": (API + "    ports: ['80:${P}']\n", "invalid compose.yml:4", True),
    "an image without a tag": ("services:\n  a:\n    image: x\n", "image compose.yml:3", False),
    "an image that is the latest": ("services:\n  a:\n    image: r:5000/x:latest\n", "image compose.yml:3", False),
    "a variable that nothing sets": (API + "    labels: {a: $B}\n", "unset compose.yml:4", False),
    "a required one": (API + "    labels: {a: '${B:?}'}\n", "required compose.yml:4", True),
    "a command that is cut off": (API + "    command: a && b\n", "command compose.yml:4", False),
    "a file of variables that is not there": (API + "    env_file: a.env\n", "missing compose.yml:4", True),
    "a service that is not there": (API + "    depends_on: [b]\n", "missing compose.yml:4", True),
    "a secret": (API + "    environment: {DB_PASSWORD: hunter2}\n", "secret compose.yml:4", False),
    "an include that is not there": ("include: [b.yml]\n" + API, "missing compose.yml:1", True),
    "a text for a mapping": ("services:\n  a: x\n", "invalid compose.yml:2", True),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_what_is_wrong_is_told_with_its_line(name: str) -> None:
    text, expected, stops = FINDINGS[name]
    (one,) = projects(facts_of({"compose.yml": text}))
    assert [f"{finding.kind} {finding.origin}" for finding in one.findings if finding.stops or not stops] == [expected]
    assert one.stands != stops


FINE = ["image: x@sha256:abc", "image: x:1", "image: '${IMAGE:-x}:1'", "image: r:5000/x:1", "build: .", "{build: ., image: x}"]


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine_is_not_told(text: str) -> None:
    (one,) = projects(facts_of({"compose.yml": f"services:\n  a: {text if text[0] == '{' else '{' + text + '}'}\n"}))
    assert one.findings == ()


def test_nothing_is_lost_of_a_project_that_the_engine_refuses() -> None:
    text = API + "    prots: [1]\n    ports: ['80:x', '81:81']\n    depends_on: [gone]\n  b: {image: y:1}\n"
    (one,) = projects(facts_of({"compose.yml": text}))
    assert list(one.services) == ["a", "b"]
    assert [(port.written.value, port.number.value if port.number else None) for port in one.services["a"].ports] == [("80:x", None), ("81:81", 81)]
    assert list(one.services["a"].depends_on) == ["gone"]


def test_two_files_that_disagree_are_two_projects_with_their_own_values() -> None:
    files = {"docker-compose.yml": "services: {a: {image: x:1}}\n", "docker-compose.prod.yml": "services: {a: {image: x:2}}\n"}
    found = {one.files: one.services["a"].image for one in projects(facts_of(files))}
    assert {names: str(image) for names, image in found.items()} == {("docker-compose.yml",): "x:1", ("docker-compose.prod.yml",): "x:2"}


def test_a_file_that_cannot_be_read_leaves_the_others() -> None:
    files = {"a/compose.yml": "services: [\n", "b/compose.yml": WHOLE, "c/compose.yml": b"\xff\xfe\x00"}
    assert {one.files[0]: (list(one.services), one.stands) for one in projects(facts_of(files))} == {
        "a/compose.yml": ([], False),
        "b/compose.yml": (["a"], True),
        "c/compose.yml": ([], False),
    }


@pytest.mark.parametrize(
    "files, name",
    [
        ({"infra/Shop_1/compose.yml": WHOLE}, "shop_1"),
        ({"infra/compose.yml": "name: Said\n" + WHOLE}, "said"),
        ({"infra/compose.yml": "name: said\n" + WHOLE, "infra/.env": "COMPOSE_PROJECT_NAME=given\n"}, "given"),
        ({"infra/compose.yml": "name: ${N:-by default}\n" + WHOLE}, "bydefault"),
        ({"compose.yml": WHOLE}, ""),
    ],
)
def test_the_name_of_a_project(files: dict[str, str], name: str) -> None:
    assert projects(facts_of(files))[0].name.value == name


def test_variables_of_the_folder_of_the_first_file_alone_are_seen() -> None:
    files = {"infra/compose.yml": "services: {a: {image: 'x:${TAG:-1}'}}\n", ".env": "TAG=root\n"}
    assert str(projects(facts_of(files))[0].services["a"].image) == "x:1"
    assert str(projects(facts_of({**files, "infra/.env": "TAG=here\n"}))[0].services["a"].image) == "x:here"
