"""Tests that ask an application for its routes: whose these are, and whether the application of a service can answer in its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.facts.clients import Request, answering, bound
from migrator.facts.packages import dotted, reached
from migrator.paths import RepoPath, is_within, parent
from phases.backend_split.application.service import Application, application
from phases.backend_split.backend import kernel_of, service_of

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition

__all__ = ["Answering"]


@dataclass(frozen=True)
class Answering:
    """The applications that there will be, as far as tests ask them."""

    partition: Partition
    owners: Mapping[RepoPath, str]
    _made: dict[str, Application | str] = field(default_factory=dict)

    def served_by(self, asked: Iterable[Request]) -> Mapping[RepoPath, Request] | str:
        """The modules that answer some requests, each with one of these; or why that cannot be told."""
        found: dict[RepoPath, Request] = {}
        for request in asked:
            if not request.path and not request.route:
                return f"asks for `{request.shown}`, which only running it tells"
            routes = answering(self.partition.routes, request)
            if not routes:
                return f"asks for {request.said}, which no router serves"
            found |= {route.module: found.get(route.module, request) for route in routes}
        return found

    def lacking(self, title: str, names: Collection[str]) -> str:
        """Why tests that take some names of the application's module cannot take those of a service, or an empty text."""
        made = self._application(title)
        if isinstance(made, str):
            return f"asks for what {title} serves, which gets no application"
        if missing := sorted(set(names) - bound(made.text.encode())):
            return f"takes {', '.join(missing)} of the application, which that of {title} has not"
        return f"asks for what {title} serves, whose application is without `{made.left[0]}`" if made.left else ""

    def _application(self, title: str) -> Application | str:
        """The application that a service is to get, or why none; made once it is asked for."""
        if title not in self._made:
            self._made[title] = self._cut(title) if title in self.partition.owned else "it owns nothing"
        return self._made[title]

    def _cut(self, title: str) -> Application | str:
        partition, mine = self.partition, self.partition.owned[title]
        core, place = kernel_of(partition.options), service_of(partition.options, title)

        def named(path: RepoPath) -> str | None:
            if self.owners.get(path) == title:
                return dotted(RepoPath(f"{place.home}/{partition.relative(path)}")[len(parent(place.home)) + 1 :])
            if self.owners.get(path) == partition.options.kernel:
                return f"{core.package}.{dotted(partition.relative(path))}"
            return dotted(path[len(parent(core.home)) + 1 :]) if is_within(path, core.home) else None

        there = [path for path in partition.facts.tree.below(place.home) if path.endswith(".py")]
        required = reached(partition.facts, (*mine, *there, *partition.common))
        return application(partition, place.title, (*mine, *there), named, required)
