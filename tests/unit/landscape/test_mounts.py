"""What is mounted from the repository is told where it is a little text without secrets; else it is said why not."""

from __future__ import annotations

import pytest

from migrator.facts import Facts
from migrator.facts.landscape import landscape
from migrator.facts.landscape.model import Volume
from migrator.paths import RepoPath
from migrator.tree import EXECUTABLE, FILE, Entry, Tree
from tests.conftest import facts_of
from tests.unit.landscape.trees import landscape_of, workload_of

COMPOSE = """
services:
  db:
    image: postgres:16.4
    environment: {POSTGRES_PASSWORD: s3cret-of-the-shop}
    volumes: ["SOURCE:/mounted"]
  api:
    build: ./api
    volumes: ["SOURCE:/mounted"]
"""


def mounted(source: str, files: dict[str, str], name: str = "db") -> Volume:
    tree = {"docker-compose.yml": COMPOSE.replace("SOURCE", source), "api/Dockerfile": "FROM python:3.12\n", **files}
    (volume,) = workload_of(tree, name).volumes
    return volume


def test_texts_are_told_with_their_places() -> None:
    volume = mounted("./conf", {"conf/b.sql": "create table t (id int);\n", "conf/in/a.conf": "x = 1\n\ny\n", "conf/.gitkeep": ""})
    assert [(one.name, one.path, one.lines) for one in volume.files] == [
        ("b.sql", RepoPath("conf/b.sql"), ("create table t (id int);",)),
        ("in/a.conf", RepoPath("conf/in/a.conf"), ("x = 1", "", "y")),
    ]
    assert not volume.left
    assert not volume.absent


def test_one_file_is_called_as_it_is() -> None:
    volume = mounted("./conf/my.cnf", {"conf/my.cnf": "[mysqld]\n", "conf/other.cnf": "x\n"})
    assert [one.name for one in volume.files] == ["my.cnf"]
    assert volume.file


@pytest.mark.parametrize("mode, runs", [(EXECUTABLE, True), (FILE, False)])
def test_a_program_stays_one(mode: int, runs: bool) -> None:
    facts = facts_of({"docker-compose.yml": COMPOSE.replace("SOURCE", "./probe.sh"), "probe.sh": "#!/bin/sh\n"})
    probe = RepoPath("probe.sh")
    entries = {path: Entry(mode, one.blob) if path == probe else one for path, one in facts.tree.items()}
    found = landscape(Facts(Tree(entries), facts.store, facts.scanner)).workload("db")
    assert [one.executable for one in found.volumes[0].files] == [runs]


@pytest.mark.parametrize("files", [{}, {"data/.gitkeep": ""}, {"data/.gitignore": "*\n"}], ids=["nothing", "kept", "ignored"])
def test_a_folder_with_nothing_of_ours_is_absent(files: dict[str, str]) -> None:
    volume = mounted("./data", files)
    assert (volume.absent, volume.files, volume.left) == (True, (), "")


@pytest.mark.parametrize(
    "line",
    [
        "requirepass hunter22", "masterauth 'hunter22'", "CREATE USER app WITH PASSWORD 'hunter22';", "create user x identified by 'hunter22';", "password = hunter22",
        "api_key: abcd1234", '  "token": "abcd1234",', "url = redis://:hunter22@cache:6379", "-----BEGIN RSA PRIVATE KEY-----", "key AKIAABCDEFGHIJKLMNOP",
        "rootpw s3cret-of-the-shop",
    ],
)  # fmt: skip
def test_a_secret_keeps_the_file_out_and_is_not_told(line: str) -> None:
    volume = mounted("./a.conf", {"a.conf": f"first\n{line}\n"})
    assert volume.files == ()
    assert volume.left.startswith("a.conf:2 looks like a secret")
    assert "hunter22" not in volume.left


@pytest.mark.parametrize(
    "line",
    ["# requirepass foobared", "password = ${REDIS_PASSWORD}", "-- password: nothing", "password text not null,", "tokens 3", "requirepass $PASS", "scrape: {secret: <hidden>}"],
)  # fmt: skip
def test_what_only_speaks_of_secrets_is_told(line: str) -> None:
    assert mounted("./a.conf", {"a.conf": f"{line}\n"}).files


@pytest.mark.parametrize(
    "files, says",
    [
        ({f"conf/{number}.conf": "x\n" for number in range(40)}, "40 files, more than fit"),
        ({"conf/a.bin": "a\0b"}, "conf/a.bin is no text"),
        ({"conf/large.sql": "insert into t values (1);\n" * 6000}, "more than 128 KiB"),
    ],
)
def test_what_does_not_fit_is_said(files: dict[str, str], says: str) -> None:
    volume = mounted("./conf", files)
    assert volume.files == ()
    assert says in volume.left


@pytest.mark.parametrize(
    "source, code", [("./api", True), (".", True), ("./api/src", True), ("./api/main.py", True), ("./api/app.yml", False), ("./conf", False)]
)
def test_code_is_in_the_image(source: str, code: bool) -> None:
    volume = mounted(source, {"api/main.py": "x = 1\n", "api/src/a.py": "x = 1\n", "api/app.yml": "a: 1\n", "conf/a.yml": "a: 1\n"}, "api")
    assert (volume.left == "in a cluster the image holds the code") is code
    assert bool(volume.files) is not code


def test_a_moved_file_is_told_from_where_it_is() -> None:
    found = landscape_of({"infra/compose.yml": "services: {db: {image: 'redis:7', volumes: ['../conf/r.conf:/r.conf']}}\n", "conf/r.conf": "a\n"})
    assert found.workloads[0].volumes[0].files[0].path == "conf/r.conf"
