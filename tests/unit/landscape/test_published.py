"""An image that compose only pulls is this repository's own where it is called as the repository is."""

from __future__ import annotations

import pytest

from tests.unit.landscape.trees import landscape_of, said

DOCKERFILE = 'FROM golang:1.23\nEXPOSE 8080\nENTRYPOINT ["/usr/bin/shop"]\n'
GO = {"go.mod": "module example.org/acme/shop/v2\n\ngo 1.23\n"}
COMPOSE = "services: {{main: {{image: '{}', ports: ['9000:8080'], volumes: ['kept:/data']}}}}\nvolumes: {{kept: {{}}}}\n"


@pytest.mark.parametrize(
    "image, files, own",
    [
        ("acme/shop", GO, True),
        ("registry.example.org/acme/shop:2.1", GO, True),
        ("acme/shop", {"package.json": '{"name": "@acme/shop"}'}, True),
        ("acme/shop", {"pyproject.toml": '[project]\nname = "shop"\n'}, True),
        ("acme/stock", GO, False),
        ("acme/shop", {}, False),
        # what everybody knows is what everybody knows
        ("redis:7", {"go.mod": "module example.org/acme/redis\n"}, False),
    ],
)
def test_the_image_of_the_repository_is_built_of_it(image: str, files: dict[str, str], own: bool) -> None:
    found = landscape_of({"compose.yml": COMPOSE.format(image), "Dockerfile": DOCKERFILE, **files})
    main = found.workload("main")
    assert (main.build is not None) is own
    assert bool(said(found, "is called as this repository is")) is own
    assert len(found.workloads) == (1 if own else 2)
    assert [volume.source.value for volume in main.volumes] == ["kept"]


def test_without_a_dockerfile_nothing_builds_it() -> None:
    assert landscape_of({"compose.yml": COMPOSE.format("acme/shop"), **GO}).workload("main").build is None


def test_a_dockerfile_that_another_service_builds_is_that_ones() -> None:
    compose = COMPOSE.format("acme/shop").replace("services: {", "services: {other: {build: .}, ")
    found = landscape_of({"compose.yml": compose, "Dockerfile": DOCKERFILE, **GO})
    assert found.workload("main").build is None
    assert found.workload("other").build is not None


def test_a_program_listens_where_its_image_says_so_whatever_it_is() -> None:
    (one,) = landscape_of({"Dockerfile": DOCKERFILE, **GO}).workloads
    assert (one.name, [port.number.value for port in one.ports]) == ("shop", [8080])
    (one,) = landscape_of({"Dockerfile": DOCKERFILE.replace("EXPOSE 8080\n", ""), **GO}).workloads
    assert one.ports == ()


def test_the_repository_is_called_as_its_module() -> None:
    assert landscape_of({"Dockerfile": DOCKERFILE, **GO}).name == "shop"
