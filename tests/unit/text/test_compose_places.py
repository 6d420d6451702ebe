"""Compose files that move keep naming what the engine resolves, tracked or not; who has compose find its files is told them."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of, texts

DEEP = {"compose.yml": "infra/docker/compose/compose.yml"}
TREE = {"api/Dockerfile": "FROM a\n", "api/app.py": "", "docs/a.md": ""}


def moved(files: dict[str, str], moves: dict[str, str]) -> dict[str, str]:
    built = build(facts_of(files), Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items())))
    assert [str(loss) for loss in built.losses if loss.severity == "error"] == []
    return {path: content.decode() for path, content in texts(built.after).items()}


def service(body: str, top: str = "") -> str:
    return f"services:\n  a:\n    image: x\n{body}{top}"


PLACES = [
    ("    volumes: [./data:/data]\n", "    volumes: [../../../data:/data]\n"),
    ("    volumes:\n      - .cache/x:/c:ro\n", "    volumes:\n      - ../../../.cache/x:/c:ro\n"),
    ("    volumes:\n      - ../other:/o\n", "    volumes:\n      - ../../../../other:/o\n"),
    ("    volumes:\n      - ${DATA:-./data}:/d\n", "    volumes:\n      - ${DATA:-../../../data}:/d\n"),
    (
        "    volumes:\n      - type: bind\n        source: pg\n        target: /pg\n",
        "    volumes:\n      - type: bind\n        source: ../../../pg\n        target: /pg\n",
    ),
    ("    env_file: .env\n", "    env_file: ../../../.env\n"),
    ("    env_file:\n      - path: ./a.env\n        required: false\n", "    env_file:\n      - path: ../../../a.env\n        required: false\n"),
    ("    build: ./gone\n", "    build: ../../../gone\n"),
    ("    build:\n      context: ${CONTEXT:-api}\n", "    build:\n      context: ${CONTEXT:-../../../api}\n"),
    ("    develop:\n      watch:\n        - path: ./gone\n", "    develop:\n      watch:\n        - path: ../../../gone\n"),
    ("    credential_spec: {file: gone.json}\n", "    credential_spec: {file: ../../../gone.json}\n"),
    # Tags of the engine, and quotes without which a reader takes a text for a number, stay as they are.
    (
        '    volumes: !override ["./data:/data"]\n    ports: !override ["22:22"]\n    command: !reset null\n',
        '    volumes: !override ["../../../data:/data"]\n    ports: !override ["22:22"]\n    command: !reset null\n',
    ),
    ("    env_file: !override\n      - ./a.env\n", "    env_file: !override\n      - ../../../a.env\n"),
    ("    env_file: !override\r\n      - ./a.env\r\n", "    env_file: !override\r\n      - ../../../a.env\r\n"),
    ("    env_file: !reset\n    volumes: &v !override\n      - ./b:/b\n", "    env_file: !reset\n    volumes: &v !override\n      - ../../../b:/b\n"),
    ("    build: {context: !reset, dockerfile: !reset , args: {A: ./a}}\n", "    build: {context: !reset, dockerfile: !reset , args: {A: ./a}}\n"),
]
STAY = [
    "    volumes: [data:/data, /srv:/s, ~/x:/x]\n",
    "    volumes:\n      - type: volume\n        source: pg\n        target: /pg\n",
    "    volumes:\n      - ${DATA}/x:/d\n      - ${HOME}:/h\n",
    "    volumes:\n      - ${VOLUME:-data}:/d\n",
    "    build: https://example.org/a.git\n",
    "    build: github.com/acme/a\n",
    "    build:\n      context: git@example.org:a.git\n      additional_contexts: [base=docker-image://alpine, s=service:b]\n",
    "    environment: {CONFIG: ./gone.conf}\n    command: [run, ./gone]\n",
]


@pytest.mark.parametrize(("before", "after"), PLACES)
def test_what_is_not_tracked_is_where_it_was(before: str, after: str) -> None:
    assert moved({"compose.yml": service(before), **TREE}, DEEP)[DEEP["compose.yml"]] == service(after)


@pytest.mark.parametrize("text", STAY)
def test_what_is_no_path_of_the_file_stays(text: str) -> None:
    assert moved({"compose.yml": service(text), **TREE}, DEEP)[DEEP["compose.yml"]] == service(text)


@pytest.mark.parametrize("text", [before for before, _ in PLACES] + STAY)
def test_beside_a_move_of_others_nothing_is_touched(text: str) -> None:
    assert moved({"compose.yml": service(text), **TREE}, {"docs/a.md": "docs/b.md"})["compose.yml"] == service(text)


def test_a_folder_that_goes_takes_what_is_not_tracked_in_it_along() -> None:
    files = {"compose.yml": service("    volumes: [./api/var/db/x:/x, ./data:/d]\n"), "api/compose.yml": service("    env_file: .env\n"), **TREE}
    after = moved(files, {"api": "services/api"})
    assert after["compose.yml"] == service("    volumes: [./services/api/var/db/x:/x, ./data:/d]\n")
    assert after["services/api/compose.yml"] == service("    env_file: .env\n")


def test_a_bound_device_of_a_volume_follows_and_another_does_not() -> None:
    bound = "volumes:\n  v:\n    driver_opts: {type: none, o: bind, device: ./v}\n"
    other = "volumes:\n  v:\n    driver_opts: {type: tmpfs, device: tmpfs}\n"
    assert moved({"compose.yml": service("", bound)}, DEEP)[DEEP["compose.yml"]] == service("", bound.replace("./v", "../../../v"))
    assert moved({"compose.yml": service("", other)}, DEEP)[DEEP["compose.yml"]] == service("", other)


# compose finds its files -------------------------------------------------------------------------------------------------

TOLD = "-f infra/docker/compose/compose.yml"
FINDS = [
    ("Makefile", "up:\n\t@docker compose up -d\n", f"up:\n\t@docker compose {TOLD} up -d\n"),
    ("Makefile", "logs:\n\tcd api && docker compose logs -f\n", "logs:\n\tcd api && docker compose -f ../infra/docker/compose/compose.yml logs -f\n"),
    ("run.sh", "docker-compose -p x up\n", f"docker-compose {TOLD} -p x up\n"),
    ("scripts/run.sh", "docker compose \\\n  run api\n", f"docker compose {TOLD} \\\n  run api\n"),
    ("run.ps1", "docker compose up\n", f"docker compose {TOLD} up\n"),
    ("run.bat", "docker-compose up\r\n", f"docker-compose {TOLD} up\r\n"),
    ("package.json", '{"scripts": {"up": "docker compose up"}}', f'{{"scripts": {{"up": "docker compose {TOLD} up"}}}}'),
    (
        ".github/workflows/ci.yml",
        "jobs:\n  a:\n    steps:\n      - run: docker compose up\n",
        f"jobs:\n  a:\n    steps:\n      - run: docker compose {TOLD} up\n",
    ),
    ("README.md", "```sh\ndocker compose up\n```\n", f"```sh\ndocker compose {TOLD} up\n```\n"),
]
FINDS_NOT = [
    ("run.sh", "docker compose version\ndocker compose --help\necho docker compose up\n# docker compose up\n"),
    ("run.sh", "docker compose --project-directory api up\n"),
    ("run.sh", "COMPOSE_FILE=api/x.yml docker compose up\n"),
    (".github/workflows/ci.yml", "env:\n  COMPOSE_FILE: api/x.yml\njobs:\n  a:\n    steps:\n      - run: docker compose up\n"),
    ("run.sh", "docker compose $FILES up\n"),
    ("run.sh", "docker build .\ndocker run compose\n"),
    ("run.sh", "cd $SOMEWHERE\ndocker compose up\n"),
    ("README.md", "`docker compose` is good.\n"),
]


@pytest.mark.parametrize(("file", "before", "after"), FINDS)
def test_compose_is_told_what_it_no_longer_finds(file: str, before: str, after: str) -> None:
    files = {"compose.yml": service(""), **TREE}
    assert moved({**files, file: before}, DEEP)[file] == after
    assert moved({**files, file: after}, {"docs/a.md": "docs/b.md"})[file] == after
    assert moved({**files, file: before}, {"docs/a.md": "docs/b.md"})[file] == before


@pytest.mark.parametrize(("file", "text"), FINDS_NOT)
def test_what_finds_no_files_is_told_none(file: str, text: str) -> None:
    assert moved({"compose.yml": service(""), **TREE, file: text}, DEEP)[file] == text


def test_an_override_that_compose_reads_by_itself_is_told_too() -> None:
    files = {"compose.yml": service(""), "compose.override.yml": service(""), "run.sh": "docker compose up\n"}
    after = moved(files, {**DEEP, "compose.override.yml": "infra/docker/compose/compose.override.yml"})
    assert after["run.sh"] == f"docker compose {TOLD} -f infra/docker/compose/compose.override.yml up\n"


def test_what_an_environment_beside_it_tells_compose_counts() -> None:
    files = {"compose.yml": service(""), ".env": "COMPOSE_FILE=api/x.yml\n", "run.sh": "docker compose up\n", **TREE}
    assert moved(files, DEEP)["run.sh"] == "docker compose up\n"


def test_compose_goes_on_finding_what_is_renamed_where_it_lies() -> None:
    after = moved({"compose.yml": service(""), "run.sh": "docker compose up\n"}, {"compose.yml": "docker-compose.yml"})
    assert after["run.sh"] == "docker compose up\n"


def test_two_that_compose_may_find_are_ambiguous_and_left() -> None:
    files = {"compose.yml": service(""), "api/compose.yml": service(""), "api/run.sh": "docker compose up\n"}
    assert moved(files, DEEP)["api/run.sh"] == "docker compose up\n"
