"""The commits of a branch as a migration leaves them that came to main meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from migrator.build import build
from migrator.engine.kept import Changes, changed, changes, made_by
from migrator.engine.teams.carried.transplanting import Version
from migrator.engine.teams.replay import replayed, rules_of
from migrator.errors import PlanError, Problem
from migrator.paths import OURS, RepoPath, ancestors, is_within
from migrator.record import FOLDER as RECORDS
from migrator.step import Move, Step

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.engine.teams.landed import Landed
    from migrator.facts import Facts
    from migrator.git.commits import Commit
    from migrator.record import Record
    from migrator.tree import Store, Tree

__all__ = ["Versions", "folders", "migrated", "missing_of"]

_SLOTS = 128
"""So many versions are kept at most."""


class _Kept(msgspec.Struct, array_like=True):
    """What the steps make of a tree."""

    changes: Changes
    """What the second tree has otherwise than the first."""
    places: dict[RepoPath, RepoPath]
    contents: tuple[bytes, ...]
    """What the repository may not have."""


_DECODER = msgspec.msgpack.Decoder(_Kept)


def missing_of(steps: Sequence[Landed], tree: Tree, *ours: Tree) -> tuple[Record, ...]:
    """The steps that a tree does not have; a record of one counts only as one of our own trees has it, since anybody can write a file of that name."""
    every = (step.record for step in steps)
    return tuple(one for one in every if (there := tree.get(one.place)) is None or there not in {other.get(one.place) for other in ours})


class Versions:
    """The commits of one branch after the steps that main has and they have not; what people moved on main besides is moved too."""

    def __init__(self, engine: Engine, at: str, fork: str, tip: str, steps: Sequence[Landed]) -> None:
        self._engine = engine
        self._fork = fork
        self._steps = steps
        plan_file, self._options = rules_of(engine, next((step.before for step in steps if step.before), at), at)
        self._shims = plan_file.shims
        self._first = engine.facts(fork, plan_file)
        self._follows_from = (fork, [step.record.model_dump_json() for step in steps], plan_file.model_dump_json(), *made_by(engine.phases))
        self._fits = not plan_file.documents
        self._moves: Mapping[RepoPath, RepoPath] = {}
        self.onto = engine.repository.tree(at)
        self.store: Store = self._first.store
        self.base = self._made(self._first)
        """Where the branch goes off."""
        renames = self._moved_by_people(self.base.after, at)
        if renames:
            # What the branch renamed too is a conflict, unless both put it into one place.
            both = {self.base.place(path) for path in engine.repository.renames(fork, tip)}
            self._moves = folders(self.base.after, {old: new for old, new in renames.items() if old not in both})
            self.base = self._made(self._first)
        self.places = {old: new for old, new in renames.items() if old in self.base.after}
        """Where files of the base are on main that could not be moved there."""

    def of(self, commit: Commit, number: int = 0, count: int = 0) -> Version:
        """A commit of the branch, the one of this number of so many, with what it renamed itself."""
        return self._version(commit, commit.parents[0], (number, count))

    def whole(self, commit: Commit) -> Version:
        """A commit of the branch, with what was renamed since the branch goes off."""
        return self._version(commit, self._fork)

    def _version(self, commit: Commit, since: str, place: tuple[int, int] = (0, 0)) -> Version:
        what = f"{commit.id[:7]} {commit.subject}"
        self._engine.progress(what, *place)
        version = self._made(self._first.at(self._engine.repository.tree(commit.id)), f"{what}: ", place)
        return replace(version, renames=self._engine.repository.renames(since, commit.id))

    def _made(self, facts: Facts, saying: str = "", place: tuple[int, int] = (0, 0)) -> Version:
        """A tree after the steps that it has not; those made last are kept, so that whoever looks again need not wait."""
        given = (facts.tree.id, sorted(self._moves.items()), self._follows_from)
        name = hashlib.sha256(repr(given).encode("utf-8", "surrogateescape")).digest()
        slot = f"version:{int.from_bytes(name[:2]) % _SLOTS}"
        kept = self._engine.cache.get((slot,)).get(slot, b"") if self._fits else b""
        if kept.startswith(name) and (known := _kept(facts, kept[len(name) :])) is not None:
            return known
        missing = missing_of(self._steps, facts.tree, self._first.tree, self.onto)
        made = replayed(
            facts,
            missing,
            self._engine.phases,
            self._options,
            judge=None,
            progress=lambda step, *_: self._engine.progress(f"{saying}{step}", *place),
            shims=self._shims,
        )
        if made.aside:
            # Half a migration would be merged as if the branch took the rest of it back.
            where = saying.removesuffix(": ") or f"the commit {self._fork[:7]}, from which the branch goes off"
            problems = [Problem(f"{item.number} {item.step.slug}", str(finding)) for item in made.aside for finding in item.findings]
            # Where the branch goes off it has changed nothing yet: what is missing is on main.
            records = f"git log --diff-filter=D --stat -- {RECORDS} shows records of steps that were taken away"
            hint = "correct that on the branch, or carry what is before it" if saying else records
            raise PlanError(f"steps of the migration cannot be made on {where}", hint, problems)
        version = migrated(facts, made.end, made.places, self._moves)
        if self._fits and (told := _told(facts, version)) is not None:
            self._engine.cache.put({slot: name + told})
        return version

    def _moved_by_people(self, tree: Tree, at: str) -> dict[RepoPath, RepoPath]:
        """What people moved on main besides, as git sees it."""
        if tree.keys() <= self.onto.keys():
            return {}
        self._engine.repository.write(tree, self.store)
        return {old: new for old, new in self._engine.repository.renames(tree.id, at).items() if not is_within(old, OURS)}


def migrated(start: Facts, end: Facts, places: Mapping[RepoPath, RepoPath], moves: Mapping[RepoPath, RepoPath]) -> Version:
    """A tree that a migration made, with some moves besides, so that what is new names it as main does; without them where they cannot be made."""
    there = tuple(Move(old, new) for old, new in moves.items() if old in end.tree or end.tree.is_dir(old))
    try:
        built = build(end, Step("", "", "", there)) if there else None
    except PlanError:
        built = None
    if built is None:
        return Version(start.tree, end.tree, places)
    settled = {path: built.files.get(place := places.get(path, path), place) for path in start.tree}
    return Version(start.tree, built.after.tree, {path: place for path, place in settled.items() if place != path})


def _told(facts: Facts, version: Version) -> bytes | None:
    """A version as bytes; None where a name is no UTF-8."""
    made, added = changes(version.before, version.after), facts.store.added
    contents = tuple(added[entry[1]] for entry in made.values() if entry is not None and entry[1] in added)
    try:
        return msgspec.msgpack.encode(_Kept(made, dict(version.places), contents))
    except UnicodeEncodeError:
        return None


def _kept(facts: Facts, told: bytes) -> Version | None:
    """A version that was told; None where it cannot be read."""
    try:
        kept = _DECODER.decode(told)
    except msgspec.MsgspecError:
        return None
    for content in kept.contents:
        facts.store.add(content)
    return Version(facts.tree, changed(facts.tree, kept.changes), kept.places)


def folders(tree: Tree, renames: Mapping[RepoPath, RepoPath]) -> dict[RepoPath, RepoPath]:
    """Renames of files, with those of a directory of which nothing is left as one: what is new in it goes along."""
    found = dict(renames)
    for folder in sorted({above for path in renames for above in ancestors(path)[:-1]}, key=len):
        inside = tree.below(folder)
        targets = {_target(path, renames.get(path, path), folder) for path in inside}
        if len(targets) == 1 and (target := targets.pop()) and found.keys() >= set(inside):
            found = {path: new for path, new in found.items() if path not in inside} | {folder: target}
    return found


def _target(old: RepoPath, new: RepoPath, folder: RepoPath) -> RepoPath:
    """Where a directory went, as a file in it shows; empty where it shows nothing."""
    rest = old[len(folder) :]
    return RepoPath(new.removesuffix(rest)) if old != new and new.endswith(rest) else RepoPath("")
