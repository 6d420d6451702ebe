"""Pages about what services are asked for: from the OpenAPI document that describes it, else from the code that serves it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, Made, text_artefact
from migrator.origin import Decision, Origin
from migrator.paths import RepoPath
from phases.documentation.api import pages
from phases.documentation.api.options import Options
from phases.documentation.api.services import Service, services

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["Interface", "family"]

_NAME = "api"
_HOOK = re.compile(r"(?i)(?:^|[/_-])web-?hooks?(?=$|[/_-])")
_CLIENT = re.compile(r"(?i)(?:^|[/_-])(?:sdk|api-client|client-sdk)$")


@dataclass(frozen=True, slots=True)
class Interface:
    """The family of `docs/api`."""

    name: str = _NAME
    title: str = "Pages about what services are asked for"
    why: str = "Who calls a service sees what it serves, who may ask, and which file to read, without starting it."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A page for each service, an index, and a page for each other kind of interface that there is."""
        found = services(landscape)
        decisions = [*_unusable(landscape)]
        files: list[Artefact] = [_page(f"{options.directory}/{one.label}.md", pages.service(one, options.directory)) for one in found]
        others = list(_others(landscape, found, options))
        for slug, _title, lines, absent in others:
            if lines is None:
                decisions.append(Decision(f"interface: {slug}", "dropped", absent, (), _NAME))
            else:
                files.append(_page(f"{options.directory}/{slug}/README.md", lines))
        if not files:
            return Made(
                (),
                tuple(decisions),
                "no route is known that the repository serves, and no document tells one: a service whose code is read, or an OpenAPI document, brings it",
            )
        titles = [(f"{slug}/README.md", title) for slug, title, lines, _ in others if lines is not None]
        files.append(_page(f"{options.directory}/README.md", pages.index(found, options.directory, titles)))
        return Made(tuple(files), tuple(decisions))


def _page(path: str, lines: Iterable[pages.Line]) -> Artefact:
    return text_artefact(RepoPath(path), _NAME, lines)


def _unusable(landscape: Landscape) -> Iterator[Decision]:
    for one in landscape.interfaces.documents if landscape.interfaces is not None else ():
        if one.problem:
            origins = (Origin(one.path, one.line),) if one.path else ()
            place = one.path or "what the application says of itself"
            yield Decision(f"OpenAPI: {place}", "dropped", f"it is not used, and what the code serves is told: {one.problem}", origins, _NAME)


def _others(landscape: Landscape, found: tuple[Service, ...], options: Options) -> Iterator[tuple[str, str, Iterable[pages.Line] | None, str]]:
    """Slug, title and lines of each further page; no lines where nothing is there for it, and why."""
    interfaces = landscape.interfaces
    usable = [one for one in interfaces.documents if not one.problem] if interfaces is not None else []
    graphql = interfaces.graphql if interfaces is not None else ()
    called = [(one, row) for one in found for row in one.rows if _HOOK.search(row.path)]
    clients = [one for one in landscape.projects if one.directory and _CLIENT.search(one.directory)]
    users = [[other.directory for other in landscape.projects if any(need.target == one.directory for need in other.needs)] for one in clients]

    def at(slug: str) -> RepoPath:
        return RepoPath(f"{options.directory}/{slug}")

    yield (
        "openapi", "OpenAPI documents", pages.documents(usable, at("openapi")) if usable else None,
        "no OpenAPI document that can be used is declared or committed; [documents.openapi] in migrate.toml or a file `openapi.json` brings it",
    )  # fmt: skip
    yield (
        "graphql",
        "GraphQL",
        pages.schemas(graphql, at("graphql")) if graphql else None,
        "no file has a schema of GraphQL; a `.graphql` file with types brings it",
    )
    yield (
        "webhooks",
        "Webhooks",
        pages.hooks(called, at("webhooks")) if called else None,
        "no route is called a webhook; one whose path says so brings it",
    )
    yield (
        "sdk-docs",
        "Clients",
        pages.clients(clients, users, at("sdk-docs")) if clients else None,
        "no package is a client of the services; `packages/sdk` brings it",
    )


family = Interface()
