"""The routes that an application serves, by whom it includes: what a router brings is kept once, however often and wherever it is included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["Below", "Route", "Served"]


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One route of an application. `method` is `WEBSOCKET` for a WebSocket and `MOUNT` for a mounted application."""

    method: str
    path: str
    name: str
    module: RepoPath
    """The module whose function serves it."""
    router: str
    """The name of the router in that module."""
    line: int

    def below(self, prefix: str) -> Route:
        """The route where its router is included below a path."""
        return Route(self.method, prefix + self.path, self.name, self.module, self.router, self.line) if prefix else self


class Below(NamedTuple):
    """What is served below a path."""

    prefix: str
    served: Served


@dataclass(frozen=True, eq=False)
class Served:
    """Routes in the order in which they were given, a router's as a part of their own.

    Routers that include each other twice double them with each step: going through all of them takes as long as they are many, whatever is asked of
    a property or a method takes as long as there are routers.
    """

    parts: tuple[Route | Below, ...] = ()

    def __iter__(self) -> Iterator[Route]:
        return _all(self, "")

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return sum(1 if isinstance(part, Route) else len(part.served) for part in self.parts)

    @cached_property
    def counts(self) -> Mapping[tuple[RepoPath, str], int]:
        """How many routes there are, by module and method."""
        found: Counter[tuple[RepoPath, str]] = Counter()
        for part in self.parts:
            found.update([(part.module, part.method)] if isinstance(part, Route) else part.served.counts)
        return found

    @cached_property
    def modules(self) -> Mapping[RepoPath, int]:
        """How many routes there are, by the module that serves them."""
        found: Counter[RepoPath] = Counter()
        for (module, _), number in self.counts.items():
            found[module] += number
        return found

    @cached_property
    def methods(self) -> frozenset[str]:
        """The methods that there are routes for."""
        return frozenset(method for _, method in self.counts)

    @cached_property
    def distinct(self) -> tuple[Route, ...]:
        """Every route once: as many as there are different ones."""
        found: dict[Route, None] = {}
        for part in self.parts:
            found.update(dict.fromkeys([part] if isinstance(part, Route) else [route.below(part.prefix) for route in part.served.distinct]))
        return tuple(found)

    def of(self, methods: Collection[str]) -> Served:
        """The routes for some methods."""
        return _of(self, methods, {})

    def has(self, method: str, path: str) -> bool:
        """Whether there is a route for a method and a path."""
        return _has(self, method, path, set())


def _all(served: Served, prefix: str) -> Iterator[Route]:
    for part in served.parts:
        if isinstance(part, Route):
            yield part.below(prefix)
        else:
            yield from _all(part.served, prefix + part.prefix)


def _of(served: Served, methods: Collection[str], known: dict[Served, Served]) -> Served:
    if served not in known:
        parts: list[Route | Below] = []
        for part in served.parts:
            if isinstance(part, Route):
                parts += [part] if part.method in methods else []
            elif not part.served.methods.isdisjoint(methods):
                parts.append(Below(part.prefix, _of(part.served, methods, known)))
        known[served] = Served(tuple(parts))
    return known[served]


def _has(served: Served, method: str, path: str, denied: set[tuple[Served, str]]) -> bool:
    if (served, path) in denied:
        return False
    for part in served.parts:
        if isinstance(part, Route):
            found = (part.method, part.path) == (method, path)
        else:
            found = path.startswith(part.prefix) and _has(part.served, method, path.removeprefix(part.prefix), denied)
        if found:
            return True
    denied.add((served, path))
    return False
