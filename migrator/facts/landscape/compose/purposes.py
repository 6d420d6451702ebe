"""What a combination of compose files is for: by name, by folder, by what its services are told, by how they run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Environment
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, name, parent

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.model import Service
    from migrator.facts.landscape.compose.values import Value

__all__ = ["archived", "environment", "swarm"]

_WORDS: Mapping[Environment, frozenset[str]] = {
    Environment.DEVELOPMENT: frozenset(["dev", "develop", "development", "local", "override", "debug", "devcontainer", "watch"]),
    Environment.TEST: frozenset(["test", "tests", "testing", "ci", "e2e", "integration", "cypress", "playwright", "it"]),
    Environment.STAGING: frozenset(["staging", "stage", "stg", "uat", "qa", "preprod"]),
    Environment.PRODUCTION: frozenset(["prod", "production", "live", "swarm", "release", "deploy", "deployment"]),
}
_TELLING = frozenset(
    [
        "ENVIRONMENT",
        "ENV",
        "APP_ENV",
        "NODE_ENV",
        "RAILS_ENV",
        "FLASK_ENV",
        "DJANGO_ENV",
        "APP_ENVIRONMENT",
        "ASPNETCORE_ENVIRONMENT",
        "DEPLOYMENT_ENV",
    ]
)
_OLD = frozenset(["backup", "backups", "archive", "archives", "archived", "old", "attic", "deprecated", "legacy"])
_RELOADING = re.compile(
    r"--reload\b|\bnodemon\b|\brun(?::|\s+)dev\b|\b(?:yarn|pnpm|bun)\s+dev\b|\bnext\s+dev\b|--debug\b|\brunserver\b|\bvite\b(?!\s+(?:build|preview))"
)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", text.lower()) if word]


def _by_words(text: str) -> tuple[Environment, str] | None:
    for word in reversed(_words(text)):
        for purpose, words in _WORDS.items():
            if word in words:
                return purpose, word
    return None


def environment(files: tuple[RepoPath, ...], services: Mapping[str, Service]) -> Said[Environment] | None:
    """The environment that files are for, with the evidence; None for what all share."""
    for path in reversed(files):
        stem = name(path).rpartition(".")[0]
        if (found := _by_words(stem)) is not None:
            return Said(found[0], (Origin(path, 0, f"its name says {found[1]}"),))
    for path in reversed(files):
        if (found := _by_words(name(parent(path)))) is not None:
            return Said(found[0], (Origin(path, 0, f"its folder is called {name(parent(path))}"),))
    said = dict.fromkeys(purpose for purpose, _ in _told(services))
    if len(said) == 1:
        purpose = next(iter(said))
        return Said(purpose, tuple(origin for _, origin in _told(services)))
    if not said and (reloading := tuple(_reloading(services))):
        return Said(Environment.DEVELOPMENT, reloading)
    return None


def _told(services: Mapping[str, Service]) -> Iterator[tuple[Environment, Origin]]:
    """What services are told in variables."""
    for service in services.values():
        for variable in service.environment.values():
            if variable.name in _TELLING and variable.value is not None and (found := _by_words(variable.value.value)) is not None:
                yield from ((found[0], origin._replace(why=f"{variable.name} says {found[1]}")) for origin in variable.origins[:1])


def _reloading(services: Mapping[str, Service]) -> Iterator[Origin]:
    """Services that start again when their code changes."""
    for service in services.values():
        if service.command is not None and _RELOADING.search(" ".join(service.command.value)):
            yield service.command.origins[0]._replace(why=f"{service.name} starts again when its code changes")


_SWARM = ("placement", "update_config", "rollback_config", "endpoint_mode")


def swarm(files: tuple[RepoPath, ...], value: Value, commanded: tuple[Origin, ...]) -> Said[bool] | None:
    """Whether files are for a swarm; None where nothing says so."""
    if commanded:
        return Said(value=True, origins=commanded)
    for path in files:
        if "swarm" in _words(name(path)) or "stack" in _words(name(path)):
            return Said(value=True, origins=(Origin(path, 0, "its name says so"),))
    services, networks = value.get("services"), value.get("networks")
    for one in services.pairs.values() if services is not None else ():
        for key in _SWARM:
            if (said := one.get("deploy", key)) is not None:
                return Said(value=True, origins=(said.origins[0]._replace(why=f"only a swarm reads deploy.{key}"),))
    for one in networks.pairs.values() if networks is not None else ():
        if (driver := one.get("driver")) is not None and driver.data == "overlay":
            return Said(value=True, origins=(driver.origins[0]._replace(why="a network over several machines"),))
    return None


def archived(path: RepoPath) -> Origin | None:
    """Why a file is a copy that is kept, and nothing that is run."""
    for part in path.split("/")[:-1]:
        if _OLD & set(_words(part)):
            return Origin(path, 0, f"it lies in {part}")
    return Origin(path, 0, "its name says that it is a copy") if _OLD & set(_words(name(path))) else None
