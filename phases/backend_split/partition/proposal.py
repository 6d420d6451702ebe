"""Services that a monolith's own routers make: those that reach modules which nobody else reaches, or serve one part of its addresses, go together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.facts.tables import tables
from migrator.paths import RepoPath, is_within
from phases.backend_split.backend import service_of
from phases.backend_split.options import ServiceOptions
from phases.backend_split.partition.proposal_clusters import Cluster, Reached, agglomerated, grouped
from phases.backend_split.partition.proposal_names import singular, subjects, title_of

if TYPE_CHECKING:
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition
    from phases.backend_split.partition.proposal_names import Subject

__all__ = ["MOST", "Proposal"]

MOST = 8
"""More services than this are more than one split: each has an image, a manifest and somebody who is asked when it fails."""
_TRIED = (2, 4, 8)
"""How many services the alternatives have."""
_ROUTES = 3
_MODULES = 3
"""What serves fewer routes and owns fewer modules than these is not worth a service: it stays in the gateway."""
_LARGE = 1 / 3
"""What serves a larger part of all routes than this is not made larger by joining others: it would be the monolith again."""
_FEW = 3
"""Where there are not many routers, so many of them are no large part."""
_TABLE = 2
"""What a table weighs more than a module: who shares one shares the data."""

_Key = tuple[str, str]
"""A topic or a tag."""


@dataclass(frozen=True)
class Proposal:
    """The services that a partition could have besides those that the plan names and those that are there.

    Each decision looks at what it is about and at nothing that changes when other services move out, so that a plan after them finds nothing new (L6).
    """

    partition: Partition
    """What the plan names, and nothing else."""
    most: int = 0
    """How many services there are to be in all; 0 for as many as the code shows, which is no more than `MOST`."""
    name: str = ""
    """The backend's, where it is one of several: it stands before those of its services."""

    @cached_property
    def services(self) -> Mapping[str, tuple[RepoPath, ...]]:
        """By service: the routers that make it, or join one that is made or there; those that make one with the most routes first."""
        joining, apart = self._joining
        found = {title: sorted(mine) for title, mine in joining.items()}
        clusters = agglomerated(apart, self._reached_by(apart), self._room, self._may_join, at_most=bool(self.most))
        named = {cluster: words for cluster in clusters if self._is_worth(cluster) and (words := self._words(cluster))}
        made = sorted(named, key=lambda one: (-self.served(one), min(one)))[: self._room]
        for cluster in made:
            words = [f"{self._head}{word}" for word in named[cluster]]
            title = title_of(self.partition, words, {*self.partition.options.services, *self.there, *found})
            found[title] = sorted(cluster)
        topics = {self._topic(title): title for title in found}
        for cluster in (one for one in clusters if one not in made):
            if title := next((topics[topic] for topic in sorted({self._subjects[one].topic for one in cluster}) if topic in topics), ""):
                found[title] += sorted(cluster)
        return {title: tuple(mine) for title, mine in found.items()}

    @cached_property
    def options(self) -> Options:
        """The options with these services, and those that are there."""
        services = {title: ServiceOptions() for title in self.there} | self.partition.options.services
        places = dict.fromkeys(self._lent & self._free[0], "") | {router: title for title, mine in self.services.items() for router in mine}
        for title in {**services, **self.services}:
            known = services.get(title, ServiceOptions())
            left = [f"!/{self.partition.relative(one)}" for one in self.partition.seeds.get(title, ()) if places.get(one, title) != title]
            more = [f"/{self.partition.relative(one)}" for one in self.services.get(title, ())]
            services[title] = known.model_copy(update={"routers": (*known.routers, *left, *more)})
        return self.partition.options.model_copy(update={"services": services})

    @cached_property
    def outcome(self) -> Partition:
        """The partition with these services."""
        return self.partition.serving_as(self.options)

    @cached_property
    def alternatives(self) -> Mapping[int, Partition]:
        """By how many services there are in all: the partitions with as many as asked for, those that are proposed among them."""
        found: dict[int, Partition] = {}
        for one in (self, *(replace(self, most=number) for number in _TRIED)):
            found.setdefault(len(one.outcome.owned), one.outcome)
        return dict(sorted(found.items()))

    @cached_property
    def there(self) -> tuple[str, ...]:
        """The services that were made before."""
        tree, options = self.partition.facts.tree, self.partition.options
        directories = sorted({path[len(options.directory) + 1 :].partition("/")[0] for path in tree.below(options.directory)})
        places = {title.removesuffix("-service"): service_of(options, title) for title in directories if title.endswith("-service")}
        return tuple(title for title, place in places.items() if title.startswith(self._head) and f"{place.home}/main.py" in tree)

    def served(self, routers: Iterable[RepoPath]) -> int:
        """How many routes some routers serve."""
        return sum(self.partition.routes.modules[router] for router in routers)

    @property
    def _head(self) -> str:
        return f"{self.name}-" if self.name else ""

    def _topic(self, title: str) -> str:
        """What a service is about."""
        return singular(title.removeprefix(self._head))

    # which routers are free ----------------------------------------------------------------------------------------------

    @cached_property
    def _subjects(self) -> Mapping[RepoPath, Subject]:
        return subjects(self.partition)

    @cached_property
    def _room(self) -> int:
        """How many services may be made."""
        named = {title for title in self.partition.owned if not self._lent.issuperset(self.partition.seeds[title])}
        return max(0, (self.most or MOST) - len({*self.there, *named}))

    @cached_property
    def _unasked(self) -> frozenset[RepoPath]:
        """The routers that no service asks for and nothing holds."""
        partition = self.partition
        asked = {seed for seeds in partition.seeds.values() for seed in seeds}
        held = {*partition.fixed, *partition.foreign, *asked}
        return frozenset(one for one in partition.serving & set(partition.graph) if one not in held and not self._subjects[one].aside)

    @cached_property
    def _lent(self) -> frozenset[RepoPath]:
        """The routers that a service has by a mere word, while routers that no service asks for serve more of what they are about.

        `comments*.py` may be a word of the plan for `social`: where it serves `/articles/…/comments` it belongs to those that serve `/articles`. A pattern
        that names the very module is no word, it is decided.
        """
        partition = self.partition
        unasked = self._about(self._unasked)
        found: list[RepoPath] = []
        for title, seeds in partition.seeds.items():
            own = self._about(seeds)
            elsewhere = {topic for kind, topic in own if kind == "topic" and topic != self._topic(title) and unasked[kind, topic] > own[kind, topic]}
            decided = {*partition.options.services[title].routers}
            found += [one for one in seeds if self._subjects[one].topic in elsewhere and f"/{partition.relative(one)}" not in decided]
        return frozenset(found) - partition.fixed.keys()

    def _about(self, routers: Iterable[RepoPath]) -> Counter[_Key]:
        """How many routes some routers serve, by what they are about."""
        found = Counter[_Key]()
        for router in routers:
            found.update(dict.fromkeys(self._keys(router), self.served([router])))
        return found

    @cached_property
    def _free(self) -> tuple[frozenset[RepoPath], Mapping[RepoPath, frozenset[str]]]:
        """The routers that no other service and nothing of the gateway needs, and by module what reaches it."""
        left = self._unasked | self._lent
        while True:
            seeds = {title: tuple(one for one in mine if one not in left) for title, mine in self.partition.seeds.items()}
            reach = self.partition.reached_by({**seeds, **{router: (router,) for router in sorted(left)}})
            needed = {router for router in left if not reach.get(router, frozenset()) <= left}
            if not needed:
                return left, reach
            left -= needed

    @cached_property
    def _joining(self) -> tuple[Mapping[str, list[RepoPath]], list[Cluster]]:
        """By service that is made or there: the free routers that are about what it is; and the others, as far as none goes without the other."""
        partition = self.partition
        homes = {router: title for title, mine in partition.owned.items() for router in mine if router in partition.serving - self._lent}
        places = {title: service_of(partition.options, title).directory for title in self.there}
        homes |= {router: title for title, place in places.items() for router in partition.serving if is_within(router, place)}
        known: dict[Hashable, str] = {("topic", self._topic(title)): title for title in sorted({*self.there, *partition.owned})}
        there, free = self._about(homes), self._about(self._free[0])
        for router, title in sorted(homes.items()):
            for key in self._keys(router):
                if there[key] >= free[key]:
                    known.setdefault(key, title)
        found: dict[str, list[RepoPath]] = {}
        apart: list[Cluster] = []
        for cluster in grouped(self._free[0], self._bonds()):
            title = next((known[key] for router in sorted(cluster) for key in self._keys(router) if key in known), "")
            found.setdefault(title, []).extend(sorted(cluster) if title else ())
            apart += [] if title else [cluster]
        return {title: mine for title, mine in found.items() if title}, apart

    def _bonds(self) -> Iterator[tuple[RepoPath, Hashable]]:
        """What holds routers together: being about the same, and one that another one needs."""
        routers, reach = self._free
        for router in sorted(routers):
            yield from ((router, key) for key in self._keys(router))
            yield from ((other, router) for other in sorted(routers) if other in reach.get(router, ()))

    def _keys(self, router: RepoPath) -> Iterator[_Key]:
        subject = self._subjects[router]
        yield from (key for key in (("topic", subject.topic), ("tag", subject.tag)) if key[1])

    # what they are worth -------------------------------------------------------------------------------------------------

    def _reached_by(self, clusters: Iterable[Cluster]) -> list[Reached]:
        """The modules that only these routers reach."""
        facts, mine = self.partition.facts, {router for cluster in clusters for router in cluster}
        only = {module: frozenset(one for one in mine if one in labels) for module, labels in self._free[1].items() if labels <= mine}
        return [Reached(routers, 1 + _TABLE * len(tables(facts, module))) for module, routers in sorted(only.items()) if routers]

    def _is_worth(self, cluster: Cluster) -> bool:
        """Whether some routers serve or own enough to be a service."""
        return self.served(cluster) >= _ROUTES or sum(labels <= cluster for labels in self._free[1].values()) >= _MODULES

    def _may_join(self, one: Cluster, other: Cluster) -> bool:
        """Whether a service of both would leave enough for others; what is not worth one joins whatever it has most in common with."""
        routes = self.partition.routes
        small = self.served(one | other) <= len(routes) * max(_LARGE, _FEW / len(routes.modules))
        return small or not (self._is_worth(one) and self._is_worth(other))

    def _words(self, cluster: Cluster) -> list[str]:
        """What a service of some routers may be called, what most of its routes are about first."""
        about = self._about(cluster)
        ranked = sorted(cluster, key=lambda one: (-about["topic", self._subjects[one].topic], -self.served([one]), one))
        each = [self._subjects[router] for router in ranked]
        mains = [subject.words[0] for subject in each if subject.words]
        heads = [word for subject in each for word in subject.words[:1] if singular(word) == each[0].topic]
        return list(dict.fromkeys([*heads, *mains, *(word for subject in each for word in subject.words)]))
