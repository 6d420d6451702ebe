"""Which of some routers go together: agglomeration over the modules that only they reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["Cluster", "Reached", "agglomerated", "grouped"]

_TOGETHER = 0.5
"""Routers go together when what only they reach is at least half of what one of them has to itself."""

Cluster = frozenset["RepoPath"]


class Reached(NamedTuple):
    """A module that nobody but some routers reaches."""

    routers: frozenset[RepoPath]
    weight: int


def grouped(routers: Collection[RepoPath], bonds: Iterable[tuple[RepoPath, Hashable]]) -> list[Cluster]:
    """Routers that share a bond, directly or by others that share one with them."""
    part = {router: {router} for router in routers}
    first: dict[Hashable, RepoPath] = {}
    for router, bond in bonds:
        one, other = part[first.setdefault(bond, router)], part[router]
        if one is not other:
            one |= other
            part.update(dict.fromkeys(other, one))
    return sorted({frozenset(one) for one in part.values()}, key=min)


def agglomerated(
    clusters: Iterable[Cluster], reached: Collection[Reached], room: int, may: Callable[[Cluster, Cluster], bool], *, at_most: bool = False
) -> list[Cluster]:
    """The clusters that are left when those with the most in common were joined, as long as that is much or there are more of them than there is room for.

    With `at_most` they are joined only until there is room for them. What has nothing in common is never joined, nor what `may` not be.
    """
    found = sorted(clusters, key=min)
    while True:
        shares = {pair: much for pair, much in _shares(found, reached).items() if may(found[pair[0]], found[pair[1]])}
        best = min(shares, key=lambda pair: (-shares[pair], pair), default=None)
        if best is None or (len(found) <= room and (at_most or shares[best] < _TOGETHER)):
            return found
        one, other = (found[position] for position in best)
        found = sorted([*(cluster for cluster in found if cluster not in {one, other}), one | other], key=min)


def _shares(clusters: list[Cluster], reached: Iterable[Reached]) -> Mapping[tuple[int, int], float]:
    """By pair of clusters that reach something which nobody else does: how much that is of what the smaller of them has to itself.

    What three of them share would be free once two of them went together with the third: each pair has half of it.
    """
    place = {router: number for number, cluster in enumerate(clusters) for router in cluster}
    own: Counter[int] = Counter()
    shared: dict[tuple[int, int], float] = {}
    for one in reached:
        touched = sorted({place[router] for router in one.routers})
        own.update({touched[0]: one.weight} if len(touched) == 1 else {})
        for pair in _pairs(touched):
            shared[pair] = shared.get(pair, 0) + one.weight / (len(touched) - 1)
    return {pair: both / max(1, min(own[pair[0]], own[pair[1]])) for pair, both in shared.items()}


def _pairs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    yield from ((one, other) for position, one in enumerate(numbers) for other in numbers[position + 1 :])
