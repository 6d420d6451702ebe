"""Functions, types and constants that stand in two places: the same ones, and those that were the same once.

Sources are read one by one and kept by content; what they define is put together by digest, so that the work grows with the code and not with its pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.duplicates.reading import defined_in, is_asked_for, is_python, is_source, meaning
from migrator.languages.python.definitions import DECORATED

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.languages.definitions import Definition
    from migrator.paths import RepoPath

__all__ = ["Group", "Place", "alike", "places", "same"]

_LIKE = 0.5
"""Two of one name are held for one that went apart when they share this part of what is in both."""


class Place(NamedTuple):
    """A definition and the file in which it stands."""

    path: RepoPath
    definition: Definition

    def __str__(self) -> str:
        return f"{self.path}:{self.definition.line}"


class Group(NamedTuple):
    """Definitions that belong together, in the order of their paths."""

    places: tuple[Place, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called."""
        return tuple(sorted({place.definition.name for place in self.places}))

    @property
    def size(self) -> int:
        """How much each of them says."""
        return self.places[0].definition.size

    @property
    def kind(self) -> str:
        """What they are."""
        return self.places[0].definition.kind


def places(facts: Facts, minimum: int, left: Callable[[str], bool]) -> tuple[Place, ...]:
    """The definitions that say at least so much, in files that are not `left` alone."""
    paths = sorted(path for path in facts.graph.references if is_source(path) and not left(path))
    return tuple(
        Place(path, one) for path in paths for one in defined_in(facts, path).values() if one.size >= minimum and not is_asked_for(path, one)
    )


def same(facts: Facts, found: Sequence[Place]) -> tuple[Group, ...]:
    """Those that mean the same, whatever their locals are called; the largest first."""
    known: dict[tuple[RepoPath, str], str] = {}
    times = Counter((is_python(place.path), place.definition.digest) for place in found)
    groups: dict[tuple[object, ...], list[Place]] = {}
    for place in found:
        key = (is_python(place.path), place.definition.digest)
        if times[key] > 1:
            groups.setdefault((*key, place.definition.kind, meaning(facts, place.path, place.definition, known)), []).append(place)
    return tuple(sorted((Group(tuple(group)) for group in groups.values() if len(group) > 1), key=lambda group: (-group.size, group.places[0])))


def alike(found: Sequence[Place], minimum: int) -> tuple[tuple[Place, Place], ...]:
    """Pairs of one name and kind that share most of their parts, or differ in literals alone; the largest first.

    Each is held against the first of its name. What is decorated has its name by what it is registered for.
    """
    groups: dict[tuple[bool, str, str], list[Place]] = {}
    for place in found:
        if place.definition.size >= minimum and place.definition.impure != DECORATED:
            groups.setdefault((is_python(place.path), place.definition.kind, place.definition.name), []).append(place)
    pairs = (pair for group in groups.values() for pair in _pairs(group))
    return tuple(sorted(pairs, key=lambda pair: (-pair[0].definition.size, pair[0])))


def _pairs(group: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    first = group[0]
    told = {first.definition.digest}
    for other in group[1:]:
        if other.definition.digest not in told and _is_like(first.definition, other.definition):
            yield first, other
        told.add(other.definition.digest)


def _is_like(one: Definition, other: Definition) -> bool:
    mine, theirs = Counter(one.parts), Counter(other.parts)
    shared, every = (mine & theirs).total(), (mine | theirs).total()
    return one.shape == other.shape or (every > 1 and shared / every >= _LIKE)
