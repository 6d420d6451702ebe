"""The routes that applications and routers serve, by themselves and by what they include."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from migrator.facts.routing import DEEP, Endpoint
from migrator.facts.serving.hierarchy import mounted, rows
from migrator.facts.serving.prefixes import kept_prefix
from migrator.facts.serving.registrations import registrations
from migrator.facts.serving.served import Below, Route, Served

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.serving.names import Name
    from migrator.paths import RepoPath

__all__ = ["BRACES", "PARAMETER", "included", "is_known", "own", "routes"]

BRACES = re.compile(r"\{[^}]*\}")
"""What a route's path leaves open."""
PARAMETER = re.compile(r"\{(\w+)(:\w+)?\}")
"""A parameter of a route's path, with its converter."""


def routes(facts: Facts, name: Name) -> Served:
    """The routes that an application or router serves, in the order in which it was given them; of what it mounts, those of this repository's applications."""
    return _served(facts, name, 0)


def _served(facts: Facts, name: Name, depth: int) -> Served:
    known = facts.derive(_known)
    if (name, depth) not in known:
        known[name, depth] = Served(tuple(_parts(facts, name, depth)))
    return known[name, depth]


def _known(_: Facts) -> dict[tuple[Name, int], Served]:
    """What each router serves, that many inclusions below the one that was asked about: beyond `DEEP` nobody follows."""
    return {}


def _parts(facts: Facts, name: Name, depth: int) -> Iterator[Route | Below]:
    own = kept_prefix(facts, name)
    for said in registrations(facts, name) if depth <= DEEP else ():
        variable, event = said.variable, said.event
        if isinstance(event, Endpoint):
            yield from (Route(method, own + said.path, event.name, variable.module, variable.name, event.line) for method in event.methods)
        elif said.router is not None:
            yield Below(own + said.path, _served(facts, said.router, depth + 1))


def included(facts: Facts, name: Name, modules: Collection[RepoPath]) -> Served:
    """The routes that come with what an application includes in its own module, those of the routers of some modules."""
    return _included(facts, name, modules, 0, {})


def _included(facts: Facts, name: Name, modules: Collection[RepoPath], depth: int, known: dict[tuple[Name, int], Served]) -> Served:
    if (name, depth) not in known:
        parts = []
        for _, router, prefix, inner in rows(facts, name, depth):
            if router is not None and inner:
                parts.append(Below(prefix + kept_prefix(facts, router), _included(facts, router, modules, depth + 1, known)))
            elif router is not None and router.module in modules:
                parts.append(Below(prefix, _served(facts, router, 1)))
        known[name, depth] = Served(tuple(parts))
    return known[name, depth]


def own(facts: Facts, name: Name) -> tuple[Endpoint, ...]:
    """What an application serves by itself in its own module, also by routers of that module that it includes."""
    names = [name, *(router for module, router in mounted(facts, name) if module == name.module == router.module)]
    return tuple(
        said.event
        for one in dict.fromkeys(names)
        for said in registrations(facts, one)
        if isinstance(said.event, Endpoint) and said.variable.module == name.module
    )


def is_known(path: str, *sources: bytes) -> bool:
    """Whether what stands in a route's braces are parameters that some sources show as they are; what else is there, nobody knows without running it."""
    tokens = BRACES.findall(path)
    return all(PARAMETER.fullmatch(token) and any(token.encode() in source for source in sources) for token in tokens)
