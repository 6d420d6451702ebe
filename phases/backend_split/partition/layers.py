"""The layers of the shared kernel: what opens stores and says what lies in them, what uses that, and what needs neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

import networkx as nx

from migrator.facts.contracts import layered
from migrator.facts.tables import makes, tables
from migrator.paths import RepoPath, is_within
from phases.backend_split.backend import Distribution, kernel_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition

__all__ = ["BASE", "LAYERS", "Layers", "home_of", "layers_of", "lines_of", "rank_of", "required_of"]

BASE, DATA, DOMAIN = LAYERS = ("base", "data", "domain")
"""The lowest first: none imports one behind it."""


@dataclass(frozen=True)
class Layers:
    """The shared modules by layer. No layer needs a higher one, whatever the code is like: each is what it is by all that it reaches.

    What reaches no store is base. Of what does, data is what declares or opens one and whatever that reaches; the rest, which reaches it and is not
    reached by it, is domain. So what data reaches is data or base, and what base reaches is base: modules that need each other have one layer.
    """

    partition: Partition

    @cached_property
    def folders(self) -> bool:
        """Whether layers are folders: always where the kernel has them already, else where it is new and not all of it is base."""
        place = kernel_of(self.partition.options)
        if place.manifest in self.partition.facts.tree:
            return bool(layers_of(self.partition.facts, place))
        return self.partition.options.layers.enabled and any(layer != BASE for layer in self.of.values())

    @cached_property
    def of(self) -> Mapping[RepoPath, str]:
        """By module of the kernel: its layer."""
        partition, graph = self.partition, self.partition.graph
        stored = {module for module in partition.kernel if self._stores(module)}
        declaring = {module for module in stored if self._declares(module)}
        # What needs something of a kernel that is there is no lower than that.
        there = {module: required_of(partition, self._named(module)) for module in partition.kernel}
        upper = {module for module, layer in there.items() if layer == DOMAIN}
        needing = _with(nx.ancestors, graph, stored | upper | {module for module, layer in there.items() if layer == DATA})
        data = _with(nx.descendants, graph, declaring) - _with(nx.ancestors, graph, upper)
        return {module: BASE if module not in needing else DATA if module in data else DOMAIN for module in partition.kernel}

    def _named(self, module: RepoPath) -> Iterator[RepoPath]:
        references = self.partition.facts.graph.references.get(module, ())
        return (reference.target.path for reference in references if reference.target.path is not None and not reference.mention.weak)

    def _stores(self, module: RepoPath) -> bool:
        """Whether a module imports the library of a store."""
        patterns = self.partition.options.layers.stores
        return any(fnmatchcase(said, pattern) for said in _libraries(self.partition.facts, module) for pattern in patterns)

    def _declares(self, module: RepoPath) -> bool:
        facts = self.partition.facts
        return bool(tables(facts, module)) or not makes(facts, module).isdisjoint(self.partition.options.layers.declares)

    def home(self, module: RepoPath, place: Distribution) -> RepoPath:
        """Where in the kernel a module and what it finds by its own place lie as they lay in the monolith."""
        return RepoPath(f"{place.home}/{self.of[module]}") if self.folders else place.home

    def modules(self) -> dict[str, tuple[RepoPath, ...]]:
        """The modules of each layer that has some, the lowest first; all of them as base where layers are no folders."""
        if not self.folders:
            return {BASE: self.partition.kernel}
        found = {layer: tuple(module for module in self.partition.kernel if self.of[module] == layer) for layer in LAYERS}
        return {layer: mine for layer, mine in found.items() if mine}


def _with(spread: Callable[[nx.DiGraph[RepoPath], RepoPath], set[RepoPath]], graph: nx.DiGraph[RepoPath], modules: set[RepoPath]) -> set[RepoPath]:
    return modules.union(*(spread(graph, module) for module in modules))


def _libraries(facts: Facts, module: RepoPath) -> Iterator[str]:
    """The names of what a module imports from outside the repository, whole and their first word."""
    for reference in facts.graph.references.get(module, ()):
        if reference.mention.kind in {"from", "star", "import"} and reference.target.path is None:
            full = reference.mention.base or reference.mention.text
            yield from (full, full.partition(".")[0])


# a kernel that is there ------------------------------------------------------------------------------------------------


def layers_of(facts: Facts, place: Distribution) -> tuple[str, ...]:
    """The layers that the kernel's manifest says it has, the lowest first; none where it has none."""
    contract = next((one for one in layered(facts) if one.path == place.manifest), None)
    names = [RepoPath(f"{place.home}/{layer}") for layer in LAYERS]
    return LAYERS if contract is not None and {path for level in contract.layers for path in level} <= set(names) else ()


def home_of(facts: Facts, options: Options) -> RepoPath:
    """Where in the kernel lies what needs no store."""
    place = kernel_of(options)
    return RepoPath(f"{place.home}/{BASE}") if layers_of(facts, place) else place.home


def rank_of(place: Distribution, path: RepoPath) -> int:
    """How high the layer is that a path of the kernel lies in; -1 where it lies in none."""
    return next((index for index, layer in enumerate(LAYERS) if is_within(path, f"{place.home}/{layer}")), -1)


def required_of(partition: Partition, modules: Iterable[RepoPath]) -> str | None:
    """The highest layer of the kernel that some modules lie in; None where none of them lies in any."""
    place = kernel_of(partition.options)
    if not layers_of(partition.facts, place):
        return None
    found = {layer for module in modules for layer in LAYERS if is_within(module, f"{place.home}/{layer}")}
    return max(found, key=LAYERS.index, default=None)


def lines_of(partition: Partition, modules: Iterable[RepoPath], has: Iterable[str] = ()) -> tuple[str, ...]:
    """What some modules require of the kernel that is there, with the extra of the highest layer that they need; nothing beyond what there is already."""
    place = kernel_of(partition.options)
    if not partition.facts.tree.is_dir(place.directory):
        return ()
    layer = required_of(partition, modules) or BASE
    lines = [place.title if one == BASE else f"{place.title}[{one}]" for one in LAYERS]
    least = LAYERS.index(layer)
    return () if {*has} & {*lines[least:]} else (lines[least],)
