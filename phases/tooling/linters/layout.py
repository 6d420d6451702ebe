"""Which area may import of which, in v3.0 and in what comes near it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import networkx as nx

from migrator.atlas.node import package_name
from migrator.paths import is_within

if TYPE_CHECKING:
    from migrator.facts.areas import Area, Import
    from migrator.origin import Origin
    from migrator.paths import RepoPath

__all__ = ["BOUND", "Layout"]

BOUND = ("apps", "packages", "services")
"""The layers whose areas import of packages only; what runs by hand (`tools`, `internal`) may import what it likes, and none of them may import of it."""


@dataclass(frozen=True)
class Layout:
    """The areas of a repository by directory, and what holds between them."""

    areas: Mapping[RepoPath, Area]

    def home(self, path: RepoPath) -> Area | None:
        """The area that a file lies in."""
        able = [area for area in self.areas.values() if area.python is not None or not path.endswith(".py")]
        inside = [area for area in able if is_within(path, area.directory)]
        return max(inside, key=lambda area: len(area.directory), default=None)

    def forbids(self, here: Area, there: Area) -> bool:
        """Whether one area may import nothing of another."""
        if here.layer not in BOUND or here == there or there.layer == "packages" or not there.directory:
            return False
        return there.directory not in self.mounted(here) if there.layer else here.layer == "packages"

    @staticmethod
    def mounted(here: Area) -> Mapping[RepoPath, Origin]:
        """The services that a service's manifest names: then it is put together from them on purpose, as a gateway is."""
        mine = here.folder if here.layer == "services" else None
        return {directory: origin for directory, origin in here.requires if mine is not None and directory.startswith(f"{mine}/")}

    def crossing(self, here: Area) -> Iterable[tuple[Import, Area]]:
        """What an area imports of others, each with the other one."""
        return ((one, there) for one in here.imports if (there := self.end(one)) is not None and there != here)

    def end(self, one: Import) -> Area | None:
        """The area that an import leads to, by its name where there is no file."""
        return self.home(one.target) if one.target else self._named.get(package_name(one.text)[0])

    @cached_property
    def _named(self) -> Mapping[str, Area]:
        return {name: area for area in self.areas.values() if area.node is not None for name in area.node.names}

    def cycles(self, chosen: Iterable[Area], counts: Callable[[Import], bool]) -> Mapping[tuple[RepoPath, RepoPath], tuple[Origin, ...]]:
        """The pairs of areas by which areas need each other in a circle, with the lines; what no area may import anyway is told as that."""
        edges: dict[tuple[RepoPath, RepoPath], tuple[Origin, ...]] = {}
        known = list(chosen)
        for here in known:
            for one, there in self.crossing(here):
                if counts(one) and there in known and not self.forbids(here, there):
                    key = here.directory, there.directory
                    edges[key] = (*edges.get(key, ()), *one.origins)
        graph: nx.DiGraph[RepoPath] = nx.DiGraph(list(edges))
        ring = {area: number for number, several in enumerate(nx.strongly_connected_components(graph)) for area in several}
        return {pair: edges[pair] for pair in sorted(edges) if ring[pair[0]] == ring[pair[1]]}
