"""Whatever stands in a compose file, it is read without an exception, and what is right in it is still there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from migrator.facts.landscape.compose import projects
from migrator.facts.landscape.compose.keys import decisions
from tests.conftest import facts_of
from tests.validators.compose_cases import CASES, REFUSED

OTHERS = (None, 5, "x", [], {"a": None}, [{"a": [1]}])
SHAPES = (
    "every key",
    "volumes in every form",
    "build in every part",
    "deploy",
    "secrets and configs",
    "networks",
    "extends in one file",
    "include",
    "models",
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(one, (*path, key))


def _with(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    if not path:
        return other
    if isinstance(value, dict):
        return {key: _with(one, path[1:], other) if key == path[0] else one for key, one in value.items()}
    return [_with(one, path[1:], other) if index == path[0] else one for index, one in enumerate(value)]


def _read(files: dict[str, str]) -> None:
    for project in projects(facts_of(files)):
        assert project.services or project.findings or not project.values
        for service in project.services.values():
            decisions(service)
        repr(project)


@pytest.mark.parametrize("name", SHAPES)
def test_a_value_of_another_shape_stops_nobody(name: str) -> None:
    files = dict(CASES[name].files)
    document = yaml.safe_load(files["docker-compose.yml"])
    for number, path in enumerate(_places(document)):
        for other in (OTHERS[number % len(OTHERS)], OTHERS[(number + 3) % len(OTHERS)]):
            _read({**files, "docker-compose.yml": yaml.safe_dump(_with(document, path, other))})


@pytest.mark.parametrize("name", [*CASES, *REFUSED])
def test_a_file_that_ends_anywhere_stops_nobody(name: str) -> None:
    files = dict({**CASES, **REFUSED}[name].files)
    for path, text in list(files.items()):
        for end in range(0, len(text), 23):
            _read({**files, path: text[:end]})


def test_a_service_beside_one_that_is_wrong_is_whole() -> None:
    (one,) = projects(facts_of({"compose.yml": "services:\n  a: [1]\n  b: {image: 'b:1', ports: [80]}\n  c: {image: {x: y}}\n"}))
    assert str(one.services["b"].image) == "b:1"
    assert one.services["b"].ports[0].number is not None
    assert [str(finding.origin) for finding in one.findings if finding.stops][:2] == ["compose.yml:2", "compose.yml:4"]
