"""Why most of an application is shared, and which modules' imports make it so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import networkx as nx

from migrator.errors import Finding
from migrator.paths import RepoPath, name
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition

__all__ = ["why_shared"]

_MANY = 10
"""Fewer shared modules than this are what a shared package is for."""
_TRIED = 40
"""So many modules are tried, those that lead to most first: each takes a walk through the whole application."""
_NAMED = 3


def why_shared(partition: Partition) -> Iterator[Finding]:
    """Where more than half of what could be a service's own is shared: what holds it together, and what would free most of it."""
    kernel = frozenset(partition.kernel)
    if len(kernel) < _MANY or len(kernel) * 2 <= len(kernel) + sum(map(len, partition.owned.values())) + len(partition.gateway):
        return
    message = f"{counted(len(kernel), 'module')} of {len(partition.graph):,} are shared, as several services reach them"
    knot: set[RepoPath] = max(nx.strongly_connected_components(partition.graph.subgraph(kernel)), key=lambda part: (len(part), min(part)))
    if len(knot) > 1:
        message += f"; {len(knot):,} of them need each other, so they can only go together: {listed([*map(partition.relative, sorted(knot))])}"
    yield Finding("shared", "", message, severity="info")
    cut: list[RepoPath] = []
    left = kernel
    for _ in range(_NAMED):
        candidates = sorted(left - set(cut), key=lambda module: (-len(nx.descendants(partition.graph, module) & left), module))[:_TRIED]
        frees = {module: left - partition.shared_without([*cut, module]) - {module} for module in candidates}
        best = min(frees, key=lambda module: (-len(frees[module]), module), default=None)
        if best is None or not frees[best]:
            break
        also = f", after {' and '.join(map(partition.relative, cut))}" if cut else ""
        yield Finding(
            "shared",
            partition.relative(best),
            f"without what it imports, {len(frees[best]):,} fewer are shared{also}: {_done(best)}",
            severity="info",
        )
        left -= frees[best]
        cut.append(best)
    if not cut:
        message = (
            "no single module's imports make them shared: fewer `services` with broader `routers` share less, `claims` gives modules to one of them"
        )
        yield Finding("shared", "", message, severity="info")


def _done(module: RepoPath) -> str:
    """What a person does about a module that leads to many."""
    if name(module) == "__init__.py":
        return "import what is used from the modules themselves, and nothing in it"
    return "split it by what its users need of it, or turn the imports round"
