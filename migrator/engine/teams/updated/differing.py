"""What a step does to one tree otherwise than to another: files that it touches now and did not, and what it changes otherwise in those of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from migrator.paths import RepoPath, is_within
from migrator.record import FOLDER

if TYPE_CHECKING:
    from migrator.tree import Store, Tree

__all__ = ["Difference", "Made", "differing"]

_LARGE = 200_000
"""Bytes of a file whose lines are not compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a step does otherwise; empty where it does the same."""

    more: tuple[RepoPath, ...] = ()
    """Files that it touches now, and did not."""
    fewer: tuple[RepoPath, ...] = ()
    """Files that it touched, and does not."""
    edits: tuple[RepoPath, ...] = ()
    """Files that it touches as before, and changes otherwise, or puts somewhere else."""

    def __bool__(self) -> bool:
        return bool(self.more or self.fewer or self.edits)


class _Touch(NamedTuple):
    """What a step did with one file: where it went, and its content before and after."""

    place: RepoPath | None
    before: str | None
    after: str | None


class Made(NamedTuple):
    """A step as it was made once: the trees before and after it, and the files that it moved."""

    before: Tree
    after: Tree
    files: Mapping[RepoPath, RepoPath]


def differing(store: Store, old: Made, new: Made, places: Mapping[RepoPath, RepoPath]) -> Difference:
    """How a step differs that was made twice; `places` says where files of the first tree are in the second, as far as they are elsewhere."""
    was, now = _touched(old, places), _touched(new, {})
    edits = (path for path in was.keys() & now.keys() if not _same(store, was[path], now[path]))
    return Difference(_named(now, now.keys() - was.keys()), _named(was, was.keys() - now.keys()), _named(now, edits))


def _named(touched: Mapping[RepoPath, _Touch], paths: Iterable[RepoPath]) -> tuple[RepoPath, ...]:
    """Files as they are called afterwards."""
    return tuple(sorted(touched[path].place or path for path in paths))


def _touched(made: Made, places: Mapping[RepoPath, RepoPath]) -> dict[RepoPath, _Touch]:
    """By where a file was, or is, if it is new; a step's record tells of it and is no part of it."""
    found: dict[RepoPath, _Touch] = {}
    there = set()
    for path, entry in made.before.items():
        place = made.files.get(path, path)
        there.add(place)
        now = made.after.get(place)
        if place != path or now != entry:
            known = places.get(path, path)
            found[known] = _Touch(None if now is None else known if place == path else place, entry.blob, now.blob if now else None)
    found |= {path: _Touch(path, None, made.after[path].blob) for path in made.after.keys() - there}
    return {path: touch for path, touch in found.items() if not is_within(path, FOLDER)}


def _same(store: Store, was: _Touch, now: _Touch) -> bool:
    """Whether both change the same, in whatever surroundings."""
    if was == now or was.place != now.place or None in {was.before, now.before}:
        return was == now
    return _changes(store, was) == _changes(store, now)


def _changes(store: Store, touch: _Touch) -> object:
    """The lines that went and those that came."""
    if touch.before is None or touch.after is None or touch.before == touch.after:
        return touch.after is None
    old, new = store.read(touch.before), store.read(touch.after)
    if max(len(old), len(new)) > _LARGE:
        return touch
    left, right = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return [(left[a:b], right[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
