"""What compose files that are placed resolve to, held against the real engine before and after: the same, but for where it lies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.infrastructure.placing import Placed, placed
from tests.validators.confirming import written
from tests.validators.tools import ran

IMAGE = "services:\n  api:\n    image: api:1\n"
TOP = "infra/docker/compose"

EVERY_PATH = """\
services:
  api:
    build:
      context: ../api
      dockerfile: ../deploy/api.Dockerfile
      additional_contexts:
        lib: ../lib
        gone: ./gone
        base: docker-image://alpine:3.20
    env_file:
      - ./api.env
      - path: missing.env
        required: false
    label_file: labels.env
    volumes:
      - ./data:/data
      - .cache:/cache
      - ../api/app:/app:ro
      - /srv/x:/x
      - named:/named
      - ${DATA:-./fallback}:/fallback
      - type: bind
        source: conf
        target: /conf
    secrets: [token]
    configs: [settings]
    develop:
      watch:
        - path: ../api/app
          action: sync
          target: /app
  plain:
    build: ../api
  above:
    build: ..
secrets:
  token: {file: ./secrets/token.txt}
configs:
  settings: {file: settings.ini}
volumes:
  named:
  bound:
    driver: local
    driver_opts: {type: none, o: bind, device: ./bound}
"""
API = {
    "api/app/main.py": "",
    "api/Dockerfile": "FROM scratch\n",
    "lib/a.py": "",
    "deploy/api.Dockerfile": "FROM scratch\n",
    "deploy/api.env": "A=1\n",
}
LABELS = {"deploy/labels.env": "a=b\n", "deploy/notes.md": "x\n"}

ROWS: list[tuple[str, dict[str, str], list[str]]] = [
    ("every path", {"deploy/docker-compose.yml": EVERY_PATH, **API, **LABELS}, ["deploy/docker-compose.yml"]),
    (
        "two files",
        {
            "deploy/compose.yml": f"{IMAGE}    volumes: [./a:/a]\n",
            "deploy/compose.prod.yml": "services:\n  api:\n    build: ../api\n    env_file: api.env\n    volumes: [./b:/b]\n",
            **API,
        },
        ["deploy/compose.yml", "deploy/compose.prod.yml"],
    ),
    (
        "extends",
        {
            "deploy/compose.yml": "services:\n  api:\n    extends: {file: base/base.yml, service: base}\n    volumes: [./a:/a]\n",
            "deploy/base/base.yml": "services:\n  base:\n    image: x\n    build: ../../api\n    volumes: [./b:/b]\n",
            **API,
        },
        ["deploy/compose.yml"],
    ),
    (
        "include",
        {
            "deploy/compose.yml": f"include:\n  - db.compose.yml\n  - path: ../parts/cache.yml\n{IMAGE}",
            "deploy/db.compose.yml": "services:\n  db:\n    image: x\n    volumes: [./pg:/pg, data:/d]\nvolumes:\n  data:\n",
            "parts/cache.yml": "services:\n  cache:\n    image: x\n    volumes: [./redis:/r]\n",
        },
        ["deploy/compose.yml"],
    ),
    (
        "include with a directory",
        {
            "deploy/compose.yml": f"include:\n  - path: ../parts/cache.yml\n    project_directory: ../api\n    env_file: ./c.env\n{IMAGE}",
            "deploy/c.env": "TAG=7\n",
            "parts/cache.yml": "services:\n  cache:\n    image: x:${TAG}\n    volumes: [./redis:/r]\n",
            **API,
        },
        ["deploy/compose.yml"],
    ),
    ("anchors", {"deploy/compose.yml": "x-a: &a\n  build: ../api\n  volumes: [./d:/d]\nservices:\n  one:\n    <<: *a\n  two:\n    <<: *a\n    image: y\n", **API}, ["deploy/compose.yml"]),
    ("tags", {"deploy/compose.yml": f"{IMAGE}    volumes: [./a:/a]\n", "deploy/compose.dev.yml": "services:\n  api:\n    volumes: !override\n      - ./b:/b\n"}, ["deploy/compose.yml", "deploy/compose.dev.yml"]),
    ("outside", {"deploy/compose.yml": f"{IMAGE}    volumes: [../../other:/o]\n"}, ["deploy/compose.yml"]),
    (
        "what is mounted moves too",
        {"deploy/compose.yml": f"{IMAGE}    volumes: [./nginx/a.conf:/etc/nginx/conf.d/a.conf:ro]\n", "deploy/nginx/a.conf": "server {\n  listen 80;\n}\n"},
        ["deploy/compose.yml"],
    ),
    ("names", {"deploy/My.Stack/compose.yml": f"{IMAGE}    networks: [inner]\n    volumes: [vol:/v]\nnetworks:\n  inner:\nvolumes:\n  vol:\n"}, ["deploy/My.Stack/compose.yml"]),
]  # fmt: skip


def resolved(files: Mapping[str, str], root: Path, named: list[str]) -> Any:
    """What the engine makes of files; the root, and what lies above it, by a name."""
    written({path: text.encode() for path, text in files.items()}, root)
    asked = [word for path in named for word in ("-f", path)]
    done = ran("docker-compose", *asked, "--profile", "*", "config", "--no-env-resolution", "--format", "json", cwd=root)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.replace(json.dumps(str(root))[1:-1], "<root>").replace(json.dumps(str(root.parent))[1:-1], "<above>"))


def carried(value: Any, moves: Mapping[str, str]) -> Any:
    """What the engine said, with every path where the file is now."""
    match value:
        case dict():
            return {key: carried(one, moves) for key, one in value.items()}
        case list():
            return [carried(one, moves) for one in value]
        case str() if (path := value.removeprefix("<root>/")) in moves:
            return f"<root>/{moves[path]}"
        case _:
            return value


def resolves(value: Any) -> Any:
    """Without the extensions, which the engine repeats as they are written."""
    return {key: one for key, one in value.items() if not key.startswith("x-")}


def differences(one: Any, other: Any, at: str = "") -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key), other.get(key), f"{at}/{key}")
    elif one != other:
        yield f"{at}: {one} → {other}"


def both(files: Mapping[str, str], named: list[str], tmp_path: Path) -> tuple[Placed, Any, Any]:
    found = placed(files)
    moves = found.moves
    assert all(path in moves for path in named)
    before = resolved(files, tmp_path / "before" / "checkout", named)
    after = resolved(found.after, tmp_path / "after" / "checkout", [moves[path] for path in named])
    return found, carried(before, moves), after


@pytest.mark.parametrize(("files", "named"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_engine_resolves_the_same(files: dict[str, str], named: list[str], tmp_path: Path) -> None:
    _, before, after = both(files, named, tmp_path)
    assert list(differences(resolves(before), resolves(after))) == []


@pytest.mark.parametrize(("files", "named"), [row[1:] for row in ROWS if row[0] != "names"], ids=[row[0] for row in ROWS if row[0] != "names"])
def test_the_engine_would_see_what_was_not_rewritten(files: dict[str, str], named: list[str], tmp_path: Path) -> None:
    """The mutation twin: the same moves with the text as it was."""
    found = placed(files)
    stale = {new: files[old] for old, new in found.moves.items() if old in named}
    before = carried(resolved(files, tmp_path / "before" / "checkout", named), found.moves)
    root = tmp_path / "stale" / "checkout"
    written({path: text.encode() for path, text in {**found.after, **stale}.items()}, root)
    asked = [word for path in named for word in ("-f", found.moves[path])]
    done = ran("docker-compose", *asked, "--profile", "*", "config", "--no-env-resolution", "--format", "json", cwd=root)
    assert done.returncode != 0 or list(differences(before, json.loads(done.stdout.replace(json.dumps(str(root))[1:-1], "<root>"))))


def test_without_a_name_the_engine_would_make_other_volumes(tmp_path: Path) -> None:
    files = {"deploy/compose.yml": f"{IMAGE}    volumes: [vol:/v]\nvolumes:\n  vol:\n"}
    _, before, after = both(files, ["deploy/compose.yml"], tmp_path)
    assert before["volumes"]["vol"]["name"] == after["volumes"]["vol"]["name"] == "deploy_vol"
    bare = resolved({f"{TOP}/docker-compose.yml": files["deploy/compose.yml"]}, tmp_path / "bare" / "checkout", [f"{TOP}/docker-compose.yml"])
    assert bare["volumes"]["vol"]["name"] == "compose_vol"


def test_an_environment_beside_the_file_would_no_longer_be_read(tmp_path: Path) -> None:
    """Why such a file is asked about."""
    files = {"deploy/compose.yml": "services:\n  api:\n    image: api:${TAG:-none}\n", "deploy/.env": "TAG=7\n"}
    assert placed(files).moves == {}
    assert resolved(files, tmp_path / "one" / "checkout", ["deploy/compose.yml"])["services"]["api"]["image"] == "api:7"
    gone = {f"{TOP}/docker-compose.yml": files["deploy/compose.yml"], "deploy/.env": files["deploy/.env"]}
    assert resolved(gone, tmp_path / "two" / "checkout", [f"{TOP}/docker-compose.yml"])["services"]["api"]["image"] == "api:none"


def test_paths_of_a_second_file_elsewhere_are_seen_from_the_first(tmp_path: Path) -> None:
    """Why files that one command uses stay when they lie apart."""
    files = {
        "one/compose.yml": IMAGE,
        "two/compose.prod.yml": "services:\n  api:\n    volumes: [./x:/x]\n",
        "up.sh": "docker compose -f one/compose.yml -f two/compose.prod.yml up\n",
    }
    assert placed(files).moves == {}
    said = resolved(files, tmp_path / "one" / "checkout", ["one/compose.yml", "two/compose.prod.yml"])
    assert said["services"]["api"]["volumes"][0]["source"] == "<root>/one/x"
