"""What is to be known of how an application comes to its routers: circles, chains that nobody follows, what only the running program knows, other applications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import networkx as nx

from migrator.errors import Finding, Problem
from migrator.facts.fastapi import DEEP, Name, applications, includes, inclusion_graph, routes, unread
from migrator.facts.packages import dotted
from migrator.paths import is_within
from migrator.wording import counted, listed
from phases.backend_split.backend import is_of_tests

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition

__all__ = ["entangled", "untold"]

_MOST = 10_000
"""No application serves so many routes; one that seems to has routers that double each other."""


def entangled(partition: Partition) -> Iterator[Problem]:
    """Routers that include each other in a circle, in chains that are too long to follow, or so often that nobody can mean it."""
    graph = inclusion_graph(partition.facts, partition.backend.application)
    circles = [sorted(some) for some in nx.strongly_connected_components(graph) if len(some) > 1 or any(graph.has_edge(one, one) for one in some)]
    for some in sorted(circles):
        names = listed([_said(partition, one) for one in some])
        yield Problem(
            some[0].module, f"{names} include{'s itself' if len(some) == 1 else ' each other in a circle'}", "take one of the inclusions out"
        )
    if circles:
        return
    if (long := nx.dag_longest_path(graph)) and len(long) > DEEP + 1:
        said = f"routers include each other {len(long) - 1} deep, down to {_said(partition, long[-1])}"
        yield Problem(long[0].module, said, f"at most {DEEP} are followed: include routers nearer to the application")
    if (number := len(partition.routes)) > _MOST:
        twice = next((one for one in graph if len(includes(partition.facts, one)) > graph.out_degree(one)), partition.backend.application)
        said = f"the application would serve {number:,} routes, as routers are included again and again"
        yield Problem(
            partition.backend.application.module,
            said,
            f"{_said(partition, twice)} is one that includes others more than once: let it include each once",
        )


def untold(partition: Partition) -> Iterator[Finding]:
    """What the application includes that is not read, and the applications beside it that nobody chose between."""
    facts, own = partition.facts, partition.backend.application
    graph = inclusion_graph(facts, own)
    for one in sorted(graph):
        for module, said in unread(facts, one):
            text = facts.read(module)[said.start : said.end].decode("utf-8", "replace").partition("\n")[0]
            message = f"`{text}`: what that brings only the running program knows; the gateway keeps it"
            yield Finding("inclusion", module, message, line=said.line, severity="info")
    known = [one for one in applications(facts) if one not in graph and not is_of_tests(one.module) and len(routes(facts, one))]
    others = [one for one in known if is_within(one.module, partition.backend.directory) or not _is_part(partition, one, graph)]
    if others and partition.options.application is None:
        named = listed([f"{one.module} with {counted(len(routes(facts, one)), 'route')}" for one in others])
        message = f"is the application that is split, as it serves the most routes; there is also {named}"
        yield Finding("application", own.module, f'{message}: `application = "{_asked(partition, others[0])}"` chooses', severity="info")


def _is_part(partition: Partition, other: Name, graph: nx.DiGraph[Name]) -> bool:
    """Whether an application serves routers of ours alone, as the services do that were made of it."""
    return all(one in graph or one.module == other.module for one in inclusion_graph(partition.facts, other))


def _said(partition: Partition, one: Name) -> str:
    return f"`{one.local}` of {one.module.removeprefix(f'{partition.backend.directory}/')}"


def _asked(partition: Partition, one: Name) -> str:
    """An application as a server is given it."""
    directory = partition.backend.directory
    return f"{dotted(one.module.removeprefix(f'{directory}/').removeprefix('src/'))}:{one.name}"
