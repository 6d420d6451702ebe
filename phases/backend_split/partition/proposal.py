"""Services that a monolith's own routers make: those that reach modules which nobody else reaches, or serve one part of its addresses, go together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.facts.tables import tables
from migrator.paths import is_within
from phases.backend_split.backend import service_of
from phases.backend_split.options import ServiceOptions
from phases.backend_split.partition.proposal_names import is_aside, module_title, ranked, singular, title_of, topic_of, topics

if TYPE_CHECKING:
    from migrator.paths import RepoPath
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition

__all__ = ["MOST", "Proposal", "proposed"]

MOST = 8
"""More services than this are more than one split: each has an image, a manifest and somebody who is asked when it fails."""
_TOGETHER = 0.5
"""Routers go together when what only they reach is at least half of what one of them has to itself."""
_ROUTES = 3
_MODULES = 3
"""What serves fewer routes and owns fewer modules than these is not worth a service: it stays in the gateway."""
_TABLE = 2
"""What a table weighs more than a module: who shares one shares the data."""

_Cluster = frozenset["RepoPath"]


@dataclass(frozen=True)
class Proposal:
    """The services that a partition could have besides those that the plan names and those that are there."""

    partition: Partition
    """What the plan names, and nothing else."""
    most: int = 0
    """How many services there are to be in all; 0 for as many as the code shows."""

    @cached_property
    def services(self) -> Mapping[str, tuple[RepoPath, ...]]:
        """By service: the routers that make it, or join one that is made or there; those that make one with the most routes first."""
        found: dict[str, tuple[RepoPath, ...]] = {title: mine for title, mine in self._joining.items() if title}
        named = {cluster: words for cluster in self.clusters if self.is_worth(cluster) and (words := self._words(cluster))}
        taken = {*self.partition.options.services, *self._there}
        for cluster in sorted(named, key=lambda one: (-self._served(one), min(one)))[: self._room]:
            found[title_of(self.partition, named[cluster], taken | found.keys())] = tuple(sorted(cluster))
        return found

    @cached_property
    def options(self) -> Options:
        """The options with these services, and those that are there."""
        services = {title: ServiceOptions() for title in self._there} | self.partition.options.services
        places = {router: title for title, mine in self.services.items() for router in mine}
        for title, known in services.items():
            left = [router for router in self.partition.seeds.get(title, ()) if places.get(router, title) != title]
            services[title] = known.model_copy(update={"routers": (*known.routers, *(f"!/{self.partition.relative(one)}" for one in left))})
        for title, mine in self.services.items():
            known = services.get(title, ServiceOptions())
            services[title] = known.model_copy(update={"routers": (*known.routers, *(f"/{self.partition.relative(one)}" for one in mine))})
        return self.partition.options.model_copy(update={"services": services})

    @cached_property
    def outcome(self) -> Partition:
        """The partition with these services."""
        return replace(self.partition, options=self.options)

    # who may go ----------------------------------------------------------------------------------------------------------

    @cached_property
    def _there(self) -> tuple[str, ...]:
        """The services that were made before."""
        tree, options = self.partition.facts.tree, self.partition.options
        directories = sorted({path[len(options.directory) + 1 :].partition("/")[0] for path in tree.below(options.directory)})
        places = {title.removesuffix("-service"): service_of(options, title) for title in directories if title.endswith("-service")}
        return tuple(title for title, place in places.items() if f"{place.home}/main.py" in tree)

    @cached_property
    def _room(self) -> int:
        """How many services may be made."""
        return max(0, (self.most or MOST) - len({*self._there, *self.partition.owned}))

    @cached_property
    def _topics(self) -> Mapping[RepoPath, Counter[str]]:
        return topics(self.partition)

    @cached_property
    def _free(self) -> frozenset[RepoPath]:
        """The routers that nobody asks for."""
        partition = self.partition
        asked = {seed for seeds in partition.seeds.values() for seed in seeds}
        held = {*partition.fixed, *partition.foreign, *asked}
        return frozenset(
            module for module in partition.serving & set(partition.graph) if module not in held and not is_aside(partition.relative(module))
        )

    @cached_property
    def _lent(self) -> Mapping[RepoPath, str]:
        """The routers that a word of the plan gives to a service, while they serve what more of the routes of those that nobody asks for do; and to which."""
        partition = self.partition
        free = Counter[str]()
        for router in self._free:
            free[topic_of(self._topics[router])] += partition.routes.modules[router]
        found: dict[RepoPath, str] = {}
        for title, seeds in partition.seeds.items():
            own = Counter[str]()
            for seed in seeds:
                own[topic_of(self._topics[seed])] += partition.routes.modules[seed]
            exactly = set(partition.options.services[title].routers)
            about = {topic for topic in own if topic and topic != singular(title) and free[topic] > own[topic]}
            words = [seed for seed in seeds if f"/{partition.relative(seed)}" not in exactly and seed not in partition.fixed]
            found |= {seed: title for seed in words if topic_of(self._topics[seed]) in about}
        return found

    @cached_property
    def _movable(self) -> tuple[frozenset[RepoPath], Mapping[RepoPath, frozenset[str]]]:
        """The routers that no other service and nothing of the gateway needs, and by module which of them reach it."""
        left = {*self._free, *self._lent}
        while True:
            reach = self.partition.reached_by(
                {title: tuple(one for one in mine if one not in left) for title, mine in self.partition.seeds.items()}
                | {module: (module,) for module in sorted(left)}
            )
            needed = {module for module in left if not reach.get(module, frozenset()) <= left}
            if not needed:
                return frozenset(left), reach
            left -= needed

    @cached_property
    def _joining(self) -> Mapping[str, tuple[RepoPath, ...]]:
        """By service that is made or there: the routers that serve what it serves; those that make services of their own have no name yet."""
        partition = self.partition
        homes = {
            router: title for title, mine in partition.owned.items() for router in mine if router in partition.serving and router not in self._lent
        }
        homes |= {
            router: title
            for title in self._there
            for router in partition.serving
            if is_within(router, service_of(partition.options, title).directory)
        }
        known = {singular(title): title for title in sorted({*self._there, *partition.owned})}
        for router, title in sorted(homes.items()):
            known.setdefault(topic_of(self._topics[router]), title)
        found: dict[str, tuple[RepoPath, ...]] = {}
        for router in sorted(self._movable[0]):
            topic = topic_of(self._topics[router])
            title = known.get(topic, "") if topic else ""
            found[title] = (*found.get(title, ()), router)
        return found

    @property
    def routers(self) -> tuple[RepoPath, ...]:
        """The routers that may make services of their own."""
        return self._joining.get("", ())

    @cached_property
    def _labels(self) -> Mapping[RepoPath, frozenset[RepoPath]]:
        """The modules that only these routers reach, by which of them do."""
        mine = frozenset(self.routers)
        reached = {module: frozenset(router for router in mine if router in labels) for module, labels in self._movable[1].items()}
        return {module: found for module, found in reached.items() if found and len(found) == len(self._movable[1][module])}

    @cached_property
    def _weights(self) -> Mapping[RepoPath, int]:
        facts = self.partition.facts
        return {module: 1 + _TABLE * len(tables(facts, module)) for module in self._labels if module.endswith(".py")}

    # what goes together --------------------------------------------------------------------------------------------------

    @cached_property
    def clusters(self) -> tuple[_Cluster, ...]:
        """The routers by what goes together."""
        found = [frozenset(part) for part in self._inseparable()]
        while True:
            best = max(self._shares(found), default=None)
            if best is None or ((best[0] < _TOGETHER or self.most) and len(found) <= self._room):
                return tuple(sorted(found, key=min))
            one, other = (found[-index] for index in best[1:])
            found = [cluster for cluster in found if cluster not in {one, other}] + [one | other]
            found.sort(key=min)

    def _inseparable(self) -> Iterator[set[RepoPath]]:
        """The routers of which one needs the other, or that serve one part of the addresses."""
        parts = {router: {router} for router in self.routers}
        pairs = [(module, label) for module in self.routers for label in self._labels.get(module, ())]
        by_topic: dict[str, list[RepoPath]] = {}
        for router in self.routers:
            by_topic.setdefault(topic_of(self._topics[router]), []).append(router)
        pairs += [(mine[0], other) for topic, mine in by_topic.items() if topic for other in mine]
        for one, other in pairs:
            if parts[one] is not parts[other]:
                parts[one] |= parts[other]
                parts.update(dict.fromkeys(parts[other], parts[one]))
        yield from {id(part): part for part in parts.values()}.values()

    def _shares(self, clusters: list[_Cluster]) -> Iterator[tuple[float, int, int]]:
        """The pairs of clusters that reach something which nobody else does: how much of what the smaller has, and which they are, from the end.

        What three of them share would be free once two of them went together with the third: each pair has half of it.
        """
        place = {router: number for number, cluster in enumerate(clusters) for router in cluster}
        own: Counter[int] = Counter()
        shared: dict[tuple[int, int], float] = {}
        for module, labels in self._labels.items():
            touched = sorted({place[label] for label in labels})
            weight = self._weights.get(module, 1)
            own.update({touched[0]: weight} if len(touched) == 1 else {})
            for position, one in enumerate(touched):
                for other in touched[position + 1 :]:
                    shared[one, other] = shared.get((one, other), 0) + weight / (len(touched) - 1)
        for (one, other), both in shared.items():
            yield both / max(1, min(own[one], own[other])), len(clusters) - one, len(clusters) - other

    # numbers -------------------------------------------------------------------------------------------------------------

    def is_worth(self, cluster: Iterable[RepoPath]) -> bool:
        """Whether some routers serve or own enough to be a service."""
        mine = frozenset(cluster)
        return self._served(mine) >= _ROUTES or sum(labels <= mine for labels in self._labels.values()) >= _MODULES

    def _words(self, routers: Iterable[RepoPath]) -> list[str]:
        """What a service of some routers may be called after, best first."""
        mine = sorted(routers)
        titles = dict.fromkeys(module_title(self.partition.relative(module)) for module in mine)
        return [*ranked(sum((self._topics[module] for module in mine), Counter[str]())), *filter(None, titles)]

    def _served(self, routers: Iterable[RepoPath]) -> int:
        return sum(self.partition.routes.modules[router] for router in routers)


def proposed(partition: Partition) -> Partition:
    """A partition with the services that its own routers make, where the plan asks for them; else as it is."""
    propose = partition.options.propose
    return Proposal(partition, 0 if propose is True else propose).outcome if propose else partition
