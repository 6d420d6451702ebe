"""What the bases of images say of a landscape, and that they change with it."""

from __future__ import annotations

from dataclasses import replace

import pydantic
import pytest

from migrator.facts.landscape.model import Build, Landscape
from migrator.paths import RepoPath
from phases.infrastructure.docker import family
from phases.infrastructure.docker.images import tagged
from phases.infrastructure.docker.options import Options
from tests.unit.infrastructure.landscapes import API, LANDSCAPE, WEB, WORKER, said

DIGEST = "sha256:" + "0" * 64


def built(workload, name: str, base: str | None = "python:3.12-slim", *packages: str, language: str = "python"):
    path = RepoPath(f"services/{name}/Dockerfile")
    told = None if base is None else said(base, 1, path)
    build = Build(said(RepoPath(f"services/{name}"), 12), said(path, 13), base=told, packages=tuple(said(one, 3, path) for one in packages))
    return replace(workload, name=name, label=name, build=build, language=language)


def of(*workloads) -> Landscape:
    return replace(LANDSCAPE, workloads=tuple(sorted(workloads, key=lambda one: one.name)))


SHARED = of(
    built(API, "auth", "python:3.12-slim", "curl", "libpq5"),
    built(API, "orders", "python:3.12-slim", "libpq5"),
    built(WEB, "site", "node:22-alpine", language="node"),
)


def made(landscape: Landscape, **options: object) -> dict[str, str]:
    artefacts = family.artefacts(landscape, Options.model_validate(options)).artefacts
    return {artefact.path.removeprefix("infra/docker/"): artefact.content.decode() for artefact in artefacts}


def decided(landscape: Landscape, **options: object) -> list[str]:
    return [f"{one.subject}: {one.outcome}" for one in family.artefacts(landscape, Options.model_validate(options)).decisions]


def test_what_two_dockerfiles_begin_with_is_a_base() -> None:
    files = made(SHARED)
    assert set(files) == {"base/python.Dockerfile"}
    text = files["base/python.Dockerfile"]
    assert "\nFROM python:3.12-slim\n" in text
    assert "services/auth/Dockerfile" in text
    assert "libpq5" in text
    assert "curl" not in text, "only what all of them install"
    assert "\nUSER 10001\n" in text
    assert decided(SHARED) == ["base of python: mapped", "user of python: defaulted", "digest of python:3.12-slim: defaulted"]


def test_one_dockerfile_for_several_workloads_is_one() -> None:
    one = built(API, "auth")
    assert made(of(one, replace(one, name="worker", label="worker"))) == {}
    assert "no two Dockerfiles" in family.artefacts(LANDSCAPE, Options()).absent


def test_what_begins_differently_is_not_shared() -> None:
    differing = of(built(API, "auth", "python:3.12-slim"), built(API, "orders", "python:3.11-slim"))
    assert made(differing) == {}
    assert decided(differing) == ["base of python: dropped"]
    assert made(of(built(API, "auth", None), built(API, "orders", None))) == {}


@pytest.mark.parametrize(
    "image, is_tagged",
    [
        ("python:3.12-slim", True), ("python", False), ("python:latest", False), (f"python@{DIGEST}", True), ("localhost:5000/python", False),
        ("localhost:5000/python:3", True), ("ghcr.io/a/b:1", True), ("python:${VERSION}", False), (f"python:latest@{DIGEST}", True),
    ],
)  # fmt: skip
def test_an_image_without_a_version_is_no_base(image: str, is_tagged: bool) -> None:
    assert tagged(image) is is_tagged
    landscape = of(built(API, "auth", image), built(API, "orders", image))
    assert ("base/python.Dockerfile" in made(landscape)) is is_tagged
    assert ("base of python: dropped" in decided(landscape)) is not is_tagged


def test_two_bases_of_a_language_have_two_names() -> None:
    landscape = of(*(built(API, name) for name in ("a", "b", "c")), *(built(API, name, "python:3.11-alpine") for name in ("d", "e")))
    assert set(made(landscape)) == {"base/python.Dockerfile", "base/python-3.11-alpine.Dockerfile"}
    assert "python:3.12" in made(landscape)["base/python.Dockerfile"]


def test_a_digest_is_one_that_is_said() -> None:
    assert f"FROM python:3.12-slim@{DIGEST}\n" in made(SHARED, digests={"python:3.12-slim": DIGEST})["base/python.Dockerfile"]
    assert not any(one.startswith("digest") for one in decided(SHARED, digests={"python:3.12-slim": DIGEST}))
    with pytest.raises(pydantic.ValidationError):
        Options.model_validate({"digests": {"python:3": "latest"}})


def test_registries_are_those_that_images_name() -> None:
    landscape = of(
        replace(WORKER, image=said("ghcr.io/acme/worker:1.2", 3)),
        replace(WEB, build=None, image=said("quay.io/x/y:2", 4)),
        replace(API, image=said("acme/api:1", 5)),
    )
    text = made(landscape)["registries/README.md"]
    assert "| `ghcr.io` | `ghcr.io/acme/worker:1.2` | none |" in text
    assert "| `quay.io` | none | `quay.io/x/y:2` |" in text
    assert "acme/api" not in text
    assert "registries/README.md" not in made(SHARED)
    variable = of(replace(WORKER, image=said("${REGISTRY}/worker:1", 3)))
    assert made(variable) == {}


L11 = [
    ("the image of all", lambda: of(*(replace(one, build=replace(one.build, base=said("python:3.13-slim", 1))) if one.language == "python" else one for one in SHARED.workloads)),
     {"base/python.Dockerfile"}),
    ("the image of one", lambda: of(SHARED.workloads[0], built(API, "orders", "python:3.13-slim"), SHARED.workloads[2]), {"base/python.Dockerfile"}),
    ("a package of all", lambda: of(SHARED.workloads[0], built(API, "orders", "python:3.12-slim", "curl", "libpq5"), SHARED.workloads[2]), {"base/python.Dockerfile"}),
    ("a package of one", lambda: of(SHARED.workloads[0], built(API, "orders", "python:3.12-slim", "libpq5", "git"), SHARED.workloads[2]), set()),
    ("another Dockerfile", lambda: of(*SHARED.workloads, built(WEB, "shop", "node:22-alpine", language="node")), {"base/node.Dockerfile"}),
    ("a port", lambda: of(replace(SHARED.workloads[0], ports=()), *SHARED.workloads[1:]), set()),
    ("a registry", lambda: of(replace(SHARED.workloads[0], image=said("ghcr.io/a/auth:1", 3)), *SHARED.workloads[1:]), {"registries/README.md"}),
]  # fmt: skip


@pytest.mark.parametrize("change, expected", [row[1:] for row in L11], ids=[row[0] for row in L11])
def test_a_changed_fact_changes_its_files_and_no_other(change, expected: set[str]) -> None:
    before, after = made(SHARED), made(change())
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == expected


def test_values_say_where_they_are_from() -> None:
    (artefact,) = family.artefacts(SHARED, Options()).artefacts
    told = {line: artefact.origins.get(number, ()) for number, line in enumerate(artefact.content.decode().splitlines(), start=1)}
    assert {origin.path for origin in told["FROM python:3.12-slim"]} == {"services/auth/Dockerfile", "services/orders/Dockerfile"}
    assert next(origins for line, origins in told.items() if "libpq5" in line)
    assert told["USER 10001"] == ()
