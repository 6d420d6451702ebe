"""What a workload is: by what it starts, its image, its code or, where nothing else says it, a word of its name. The tables are in `kinds.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from migrator.facts.landscape.model import Kind

__all__ = [
    "Row",
    "by_command",
    "by_framework",
    "by_image",
    "by_name",
    "framework_of",
    "is_owned",
    "language_of",
    "port_of",
    "reference",
    "scheme_port",
    "server_port",
]


class Row(NamedTuple):
    """What the name of an image says."""

    kind: Kind
    port: int
    """0 where it listens nowhere, or nobody knows."""
    protocol: str


class Reference(NamedTuple):
    """The name of an image, taken apart."""

    repository: str
    """With registry and organisation."""
    tag: str
    digest: str


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8"))


@cache
def _images() -> Mapping[str, Row]:
    return {name: Row(Kind(row["kind"]), row.get("port", 0), row.get("protocol", "")) for row in _tables()["image"] for name in row["names"]}


@cache
def _commands() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    return tuple((Kind(row["kind"]), re.compile("|".join(row["patterns"]))) for row in _tables()["command"])


def reference(image: str) -> Reference:
    """The parts of an image's name: a colon behind the last slash begins the tag."""
    name, _, digest = image.partition("@")
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    return Reference(head + slash + last, tag, digest)


def by_image(image: str) -> Row | None:
    """What is known of an image."""
    parts = reference(image).repository.lower().split("/")
    return _images().get("/".join(parts[-2:])) or _images().get(parts[-1])


def language_of(image: str) -> str:
    """The language that an image is of: `python`, `node`, or empty."""
    last = reference(image).repository.rpartition("/")[2]
    return last if last in {"python", "node"} else ""


def by_command(words: tuple[str, ...]) -> Kind | None:
    """What a command is started for."""
    line = " ".join(words)
    return next((kind for kind, pattern in _commands() if pattern.search(line)), None)


def by_framework(framework: str) -> Kind | None:
    """What is made with a framework."""
    found = _tables()["framework"].get(framework)
    return Kind(found) if found else None


def by_name(name: str) -> Kind | None:
    """What a name says by its words; the last one counts first."""
    table = _tables()["names"]
    return next((Kind(table[word]) for word in reversed(re.split(r"[^a-z]+", name.lower())) if word in table), None)


def framework_of(dependencies: Mapping[str, str]) -> str:
    """The framework that a package.json depends on; empty where it is none that serves."""
    return next((framework for package, framework in _tables()["packages"].items() if package in dependencies), "")


def is_owned(dependencies: Mapping[str, str]) -> bool:
    """Whether what a package.json makes runs on the machines of its users: a desktop's or a phone's application."""
    return not dependencies.keys().isdisjoint(_tables()["owned"]["packages"])


def port_of(framework: str) -> int:
    """Where a framework listens when nothing says otherwise; 0 where it does not listen by itself."""
    return int(_tables()["ports"].get(framework, 0))


def server_port(words: Iterable[str]) -> tuple[str, int]:
    """The server that a command starts, and where it listens when it names no port; an empty name where it starts none that is known."""
    table = _tables()["servers"]
    return next(((name, int(table[name])) for word in words if (name := word.rpartition("/")[2]) in table), ("", 0))


def scheme_port(scheme: str) -> int:
    """The port that an address of a scheme means; 0 where nobody knows. `postgresql+asyncpg` is `postgresql`."""
    return int(_tables()["schemes"].get(scheme.lower().partition("+")[0], 0))
