"""Versions of a branch merged one after the other into a tree to which a migration came meanwhile.

Each version is looked at as the migration leaves it, so what a commit of the branch changed is the difference of two migrated trees: new files
are in their new places, and what they name is what it is called by now. Only what both sides changed differently is a conflict.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.engine.teams.merging import Conflict, Side, merged
from migrator.generating.merging import merged as merged_texts
from migrator.generating.provenance import FOLDER as TEXTS
from migrator.paths import RepoPath, ancestors, is_within
from migrator.record import FOLDER as RECORDS
from migrator.record import record_in, write_record
from migrator.tree import EXECUTABLE, FILE, Entry, Store, Tree

if TYPE_CHECKING:
    from migrator.generating.merging import Side as Preferred

__all__ = ["Change", "Version", "left_behind", "transplanted"]


@dataclass(frozen=True, slots=True)
class Version:
    """A tree of a branch, and what the migration makes of it."""

    before: Tree
    after: Tree
    places: Mapping[RepoPath, RepoPath] = field(default_factory=dict)
    """Where the files of the first are in the second, as far as they are not where they were."""
    renames: Mapping[RepoPath, RepoPath] = field(default_factory=dict)
    """What the branch itself renamed since the version before."""

    def place(self, path: RepoPath) -> RepoPath:
        """Where the migration puts a file."""
        return self.places.get(path, path)


@dataclass(frozen=True, slots=True)
class Change:
    """What one version of a branch changes, carried over."""

    tree: Tree
    conflicts: tuple[Conflict, ...]
    files: tuple[RepoPath, ...]
    """The files that the branch changed, where it has them; deleted ones too."""
    elsewhere: Mapping[RepoPath, RepoPath]
    """Those of them that are in another place now."""
    rewritten: int
    """Lines of the branch that say something else now, since what they name has another name."""
    followed: int
    """Files that the branch did not touch and that follow from what it did."""


def transplanted(  # noqa: PLR0913, PLR0917  the sides of a merge
    store: Store, base: Version, versions: Iterable[Version], onto: Tree, places: Mapping[RepoPath, RepoPath], prefer: Preferred = "theirs"
) -> Iterator[Change]:
    """What each version changes since the one before it, the first since the base, on top of a tree; `places` is where files of the migrated base are there.

    Law: where nothing conflicts, the last tree is what the migration makes of the base's line with the branch merged into it.
    """
    for version in versions:
        steps = _moved(base, version)
        found = merged(store, _code(base.after), Side(_code(onto), places), Side(_code(version.after), steps), prefer)
        tree = found.tree.replace(_kept(store, base.after, onto, version.after))
        yield _change(store, base, version, onto, tree, found.places, found.conflicts)
        base, onto, places = version, tree, found.places


def _code(tree: Tree) -> Tree:
    """A tree without what steps remember of themselves."""
    return tree.only(lambda path: not _remembered(path))


def _remembered(path: RepoPath) -> bool:
    return path.startswith(".migrate/") and (is_within(path, RECORDS) or is_within(path, TEXTS))


def _moved(old: Version, new: Version) -> dict[RepoPath, RepoPath]:
    """Where the files of one migrated version are in the next one."""
    found: dict[RepoPath, RepoPath] = {}
    for path in old.before:
        now = new.renames.get(path, path)
        if now in new.before and (there := new.place(now)) != (here := old.place(path)):
            found[here] = there
    return found


def _kept(store: Store, base: Tree, ours: Tree, theirs: Tree) -> dict[RepoPath, Entry | None]:
    """What is remembered of steps: ours, with what the branch made of generated files.

    Records count mentions of the whole tree: a branch that changed those would meet every other one.
    """
    found: dict[RepoPath, Entry | None] = {path: entry for path, entry in ours.items() if _remembered(path)}
    for path in found.keys() & base.keys() & theirs.keys():
        was, we, they = (store.read(tree[path].blob) for tree in (base, ours, theirs))
        if was != they != we:
            text = _record(was, we, they) if is_within(path, RECORDS) else _texts(was, we, they)
            if text != we:
                found[path] = Entry(FILE, store.add(text))
    return found


def _record(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """A record with the files as the step writes them now."""
    was, we, they = (record_in(text) for text in (base, ours, theirs))
    if was is None or we is None or they is None:
        return ours
    changed = {name: _mapped(getattr(was, name), getattr(we, name), getattr(they, name)) for name in ("generated", "followed")}
    changed = {name: value for name, value in changed.items() if value != getattr(we, name)}
    return write_record(we.model_copy(update=changed)).content if changed else ours


def _mapped(base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    kept = {path: blob for path, blob in ours.items() if path in theirs or path not in base}
    return kept | {path: blob for path, blob in theirs.items() if base.get(path) != blob}


def _texts(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """What families wrote, line by line; ours where both wrote otherwise, or where lines alone do not do."""
    text = merged_texts(base, theirs, ours, "ours").content
    try:
        json.loads(text)
    except ValueError:
        return ours
    return text


# what is told ------------------------------------------------------------------------------------------------------------


def _change(  # noqa: PLR0913, PLR0917  one place makes it
    store: Store, old: Version, new: Version, before: Tree, tree: Tree, places: Mapping[RepoPath, RepoPath], conflicts: tuple[Conflict, ...]
) -> Change:
    lone, differing = old.before.unlike(new.before)
    files = tuple(sorted((lone | differing) - new.renames.keys()))
    there = {path: places.get(place := new.place(path), place) for path in files if path in new.before}
    elsewhere = {path: place for path, place in there.items() if place != path and place in tree}
    origins = {now: was for was, now in new.renames.items()}
    rewritten = 0
    for path in there:
        was = origins.get(path, path)
        said = _added(store, old.before, was, new.before, path)
        rewritten += (said - _added(store, old.after, old.place(was), new.after, new.place(path))).total() if said else 0
    own = {*files, *there.values(), *(old.place(path) for path in files)} | {old.place(path) for path in new.renames}
    apart, other = before.unlike(tree)
    followed = sum(path not in own and not _remembered(path) for path in apart | other)
    return Change(tree, conflicts, files, elsewhere, rewritten, followed)


def _added(store: Store, before: Tree, old: RepoPath, after: Tree, new: RepoPath) -> Counter[bytes]:
    """The lines of a file that it had not before."""
    return _lines(store, after, new) - _lines(store, before, old)


def _lines(store: Store, tree: Tree, path: RepoPath) -> Counter[bytes]:
    entry = tree.get(path)
    if entry is None or entry.mode not in {FILE, EXECUTABLE}:
        return Counter()
    text = store.read(entry.blob)
    return Counter() if b"\0" in text else Counter(line for raw in text.splitlines() if (line := raw.strip()))


def left_behind(tree: Tree, main: Tree, fork: Tree) -> tuple[RepoPath, ...]:
    """New files in directories that were there where the branch goes off, and that main has no more: nothing said where they belong."""
    gone = {folder for folder in fork.folders if not main.is_dir(folder)}
    return tuple(path for path in tree if path not in main and not gone.isdisjoint(ancestors(path)))
