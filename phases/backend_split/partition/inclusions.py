"""What is to be known of how an application comes to its routers: circles, chains that nobody follows, what only the running program knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import networkx as nx

from migrator.errors import Finding, Problem
from migrator.facts.routing import DEEP
from migrator.facts.serving import Name, includes, inclusion_graph, routers, routes, unread
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.paths import RepoPath
    from phases.backend_split.partition.modules import Partition

__all__ = ["drifting", "entangled", "untold"]

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
    """What the application includes that is not read."""
    facts = partition.facts
    for one in sorted(inclusion_graph(facts, partition.backend.application)):
        for module, said in unread(facts, one):
            text = facts.read(module)[said.start : said.end].decode("utf-8", "replace").partition("\n")[0]
            message = f"`{text}`: what that brings only the running program knows; the gateway keeps it"
            yield Finding("inclusion", module, message, line=said.line, severity="info")


def adrift(partition: Partition) -> Mapping[RepoPath, int]:
    """By module: the number of routes of its routers that nothing which can be read includes; the running program may find them by itself."""
    facts, known = partition.facts, routers(partition.facts)
    # What a function is given counts where the application or another router is: who calls it otherwise cannot be read.
    included = {router for owner, said in known.items() if said.kind != "given" for _, _, router in includes(facts, owner)}
    found: Counter[RepoPath] = Counter()
    for one, router in known.items():
        if router.kind == "router" and one not in included and one.module in partition.graph:
            found[one.module] += len(routes(facts, one))
    return {module: number for module, number in sorted(found.items()) if number}


def drifting(partition: Partition) -> str:
    """How many routes those are and where they lie; nothing where there are none."""
    found = adrift(partition)
    if not found:
        return ""
    of = f"{counted(sum(found.values()), 'route')} of {counted(len(found), 'router')} ({listed([*map(partition.relative, found)], 3)})"
    return f"nothing that can be read includes {of}: only the running program may find them"


def _said(partition: Partition, one: Name) -> str:
    return f"`{one.local}` of {one.module.removeprefix(f'{partition.backend.directory}/')}"
