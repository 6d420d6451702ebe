"""Hadolint on the bases of images, with nothing to say; and with something to say once they are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from phases.infrastructure.docker import family
from tests.unit.infrastructure.landscapes import API, WEB
from tests.unit.infrastructure.test_docker import built, of
from tests.validators import tools

BASES = {
    "python": of(built(API, "a", "python:3.12-slim", "curl", "libpq5"), built(API, "b", "python:3.12-slim", "libpq5", "curl")),
    "python without packages": of(built(API, "a"), built(API, "b")),
    "alpine": of(built(API, "a", "python:3.12-alpine", "curl"), built(API, "b", "python:3.12-alpine", "curl")),
    "node": of(built(WEB, "a", "node:22-slim", language="node"), built(WEB, "b", "node:22-slim", language="node")),
    "node on alpine": of(
        built(WEB, "a", "node:22-alpine", "git", "bash", language="node"), built(WEB, "b", "node:22-alpine", "git", "bash", language="node")
    ),
    "another language": of(built(API, "a", "golang:1.23", language="go"), built(API, "b", "golang:1.23", language="go")),
}


def judged(text: str, root: Path) -> tuple[int, str]:
    (root / "Dockerfile").write_text(text, encoding="utf-8")
    done = tools.ran("hadolint", "--no-color", "--failure-threshold", "style", "Dockerfile", cwd=root)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("landscape", BASES.values(), ids=BASES)
def test_hadolint_has_nothing_to_say(landscape, tmp_path: Path) -> None:
    (artefact,) = family.artefacts(landscape, family.options()).artefacts
    assert judged(artefact.content.decode(), tmp_path) == (0, "")


TWINS = [
    ("FROM python:3.12-slim", "FROM python:latest", "DL3007"),
    ("FROM python:3.12-slim", "FROM python", "DL3006"),
    ("--no-install-recommends", "", "DL3015"),
    ("    && rm -rf /var/lib/apt/lists/*", "    && true", "DL3009"),
    ("USER 10001", "USER root", "DL3002"),
    ("WORKDIR /app", "WORKDIR app", "DL3000"),
    ("# hadolint ignore=DL3008\n", "", "DL3008"),
]  # fmt: skip


@pytest.mark.parametrize("old, new, rule", TWINS, ids=[row[2] for row in TWINS])
def test_hadolint_sees_what_is_wrong(old: str, new: str, rule: str, tmp_path: Path) -> None:
    (artefact,) = family.artefacts(BASES["python"], family.options()).artefacts
    text = artefact.content.decode()
    assert old in text
    code, said = judged(text.replace(old, new), tmp_path)
    assert code
    assert rule in said
