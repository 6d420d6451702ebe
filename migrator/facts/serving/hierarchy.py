"""Which routers an application includes, which those include in turn, and who says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from migrator.facts.routing import DEEP, Inclusion
from migrator.facts.serving.aliases import made
from migrator.facts.serving.definitions import routers
from migrator.facts.serving.registrations import registrations

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.serving.names import Name
    from migrator.paths import RepoPath

__all__ = ["Row", "includes", "inclusion_graph", "inclusions", "mounted", "rows", "unread"]

_Included = tuple[Inclusion, "Name | None"]


class Row(NamedTuple):
    """A router that is included by one of the same module."""

    call: Inclusion
    router: Name | None
    """None where it is not found."""
    prefix: str
    """What the call gives."""
    inner: tuple[_Included, ...]
    """What that router includes in the same module in turn."""


def includes(facts: Facts, name: Name) -> tuple[tuple[RepoPath, Inclusion, Name], ...]:
    """What an application or router includes by itself, wherever that is said: the module, the call, and the router."""
    return tuple(
        (said.variable.module, said.event, said.router)
        for said in registrations(facts, name)
        if isinstance(said.event, Inclusion) and said.router is not None
    )


def unread(facts: Facts, name: Name) -> tuple[tuple[RepoPath, Inclusion], ...]:
    """What an application or router includes by itself that nobody knows without running it: the module that says so, and the call."""
    return tuple(
        (said.variable.module, said.event)
        for said in registrations(facts, name)
        if isinstance(said.event, Inclusion) and (said.router is None or not _is_read(facts, said.router))
    )


def _is_read(facts: Facts, name: Name) -> bool:
    return name in routers(facts) or any(made(facts, name))


def inclusion_graph(facts: Facts, name: Name) -> nx.DiGraph[Name]:
    """An application or router with all that it includes, and what that includes."""
    graph: nx.DiGraph[Name] = nx.DiGraph()
    graph.add_node(name)
    pending = [name]
    while pending:
        one = pending.pop()
        for _, _, router in includes(facts, one):
            pending += [] if router in graph else [router]
            graph.add_edge(one, router)
    return graph


def mounted(facts: Facts, name: Name) -> tuple[tuple[RepoPath, Name], ...]:
    """Everything that an application or router includes, and what that includes, each once: the module that says so, and the router."""
    return _mounted(facts, name, 0)


def _mounted(facts: Facts, name: Name, depth: int) -> tuple[tuple[RepoPath, Name], ...]:
    known = facts.derive(_known).mounted
    if (name, depth) not in known:
        found: dict[tuple[RepoPath, Name], None] = {}
        for module, _, router in includes(facts, name) if depth <= DEEP else ():
            found[module, router] = None
            found.update(dict.fromkeys(_mounted(facts, router, depth + 1)))
        known[name, depth] = tuple(found)
    return known[name, depth]


def inclusions(facts: Facts, name: Name) -> tuple[_Included, ...]:
    """What an application includes in its own module, also by routers of that module, each once: the call, and the router (None where it is not found)."""
    return _inclusions(facts, name, 0)


def _inclusions(facts: Facts, name: Name, depth: int) -> tuple[_Included, ...]:
    known = facts.derive(_known).inclusions
    if (name, depth) not in known:
        found: dict[_Included, None] = {}
        for row in rows(facts, name, depth):
            found.update(dict.fromkeys(row.inner or [(row.call, row.router)]))
        known[name, depth] = tuple(found)
    return known[name, depth]


def rows(facts: Facts, name: Name, depth: int) -> Iterator[Row]:
    """What a router includes in its own module, that many inclusions below the one that was asked about."""
    for said in registrations(facts, name) if depth <= DEEP else ():
        if isinstance(said.event, Inclusion) and said.variable.module == name.module:
            router = said.router
            inner = _inclusions(facts, router, depth + 1) if router is not None and router.module == name.module else ()
            yield Row(said.event, router, said.path, inner)


@dataclass(frozen=True)
class _Known:
    """What was found out of each router, that many inclusions below the one that was asked about; beyond `DEEP` nobody follows."""

    mounted: dict[tuple[Name, int], tuple[tuple[RepoPath, Name], ...]] = field(default_factory=dict)
    inclusions: dict[tuple[Name, int], tuple[_Included, ...]] = field(default_factory=dict)


def _known(_: Facts) -> _Known:
    return _Known()
