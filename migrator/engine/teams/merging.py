"""Three trees into one: files are followed by what they were, not by likeness.

Git guesses renames from how alike two files are, and gives up on a directory that left anything behind. Here each side says where the files of
the base are now, so a file is merged with itself wherever either side put it, and only what both changed differently is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.generating.merging import merged as merged_texts
from migrator.paths import RepoPath, ancestors
from migrator.tree import EXECUTABLE, FILE, Entry, Store, Tree

if TYPE_CHECKING:
    from migrator.generating.merging import Side as Preferred

__all__ = ["Conflict", "Merged", "Side", "merged"]

Kind = Literal["text", "binary", "deleted", "moved", "added", "place", "mode"]
_SAID: Mapping[Kind, str] = {
    "text": "both changed the same lines",
    "binary": "both changed it, and it is no text",
    "deleted": "one side changed it, the other deleted it",
    "moved": "each side put it somewhere else",
    "added": "both added it, each otherwise",
    "place": "two files would be in one place",
    "mode": "each side made it something else",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a merge: its tree, and where the files of the base are in it, as far as they are not where they were."""

    tree: Tree
    places: Mapping[RepoPath, RepoPath] = field(default_factory=dict)
    """Path in the base to path in this tree."""

    def place(self, path: RepoPath) -> RepoPath:
        """Where a file of the base is, if it is there at all."""
        return self.places.get(path, path)


class Conflict(NamedTuple):
    """A file that both sides changed, each otherwise."""

    path: RepoPath
    """Where it is in the result."""
    kind: Kind
    lines: tuple[int, ...] = ()
    """Of a text: where the conflicts begin in the result, counted from 1, when both sides stand there; else where they begin in their text."""

    @property
    def message(self) -> str:
        """What both did."""
        return _SAID[self.kind]


@dataclass(frozen=True, slots=True)
class Merged:
    """What three trees become; where there are conflicts, the tree has one side of each, or both between marks."""

    tree: Tree
    conflicts: tuple[Conflict, ...]
    places: Mapping[RepoPath, RepoPath]
    """Where the files of their tree are in the result, as far as they are not where they were: what the next merge starts from."""


class _File(NamedTuple):
    """A file of one or several sides: what it is in the result, and where."""

    path: RepoPath
    entry: Entry
    theirs: RepoPath | None
    """Its path in their tree, where it is there."""


def merged(store: Store, base: Tree, ours: Side, theirs: Side, prefer: Preferred = "ours") -> Merged:
    """Our tree with what they changed since the base in it.

    Laws: what one side alone changed is in the result as that side has it; where nobody changed anything, nothing changes; a side that is
    the base gives the other; sides swapped, the conflicts are about the same files. Of a conflict the result has what `prefer` says: of texts
    both sides with "both", of everything else then ours; what one side deleted and the other changed is kept.
    """
    conflicts: list[Conflict] = []
    files = [file for path in base if (file := _followed(store, base, path, ours, theirs, prefer, conflicts)) is not None]
    files += _added(store, base, ours, theirs, prefer, conflicts)
    placed = _apart(files, conflicts)
    places = {file.theirs: file.path for file in placed if file.theirs is not None and file.theirs != file.path}
    return Merged(Tree((file.path, file.entry) for file in placed), tuple(sorted(set(conflicts))), places)


def _followed(  # noqa: PLR0913, PLR0917  the three sides of a merge
    store: Store, base: Tree, path: RepoPath, ours: Side, theirs: Side, prefer: Preferred, conflicts: list[Conflict]
) -> _File | None:
    """A file of the base; None where it is gone."""
    here, there = ours.place(path), theirs.place(path)
    was, we, they = base[path], ours.tree.get(here), theirs.tree.get(there)
    if we is None and they is None:
        return None
    if we is None or they is None:
        left = we or they
        # Deleted by one side, and as it was or only moved on the other: it is deleted.
        if left == was or left is None:
            return None
        place = here if they is None else there
        conflicts.append(Conflict(place, "deleted"))
        return _File(place, left, None if they is None else there)
    place = there if here == path else here
    if path not in {here, there} and here != there:
        conflicts.append(Conflict(here if prefer != "theirs" else there, "moved"))
        place = here if prefer != "theirs" else there
    return _File(place, _entry(store, (was, we, they), place, prefer, conflicts), there)


def _entry(store: Store, three: tuple[Entry | None, Entry, Entry], place: RepoPath, prefer: Preferred, conflicts: list[Conflict]) -> Entry:
    """What a file is that both sides have; without a base both added it."""
    was, we, they = three
    if they in {we, was}:
        return we
    if we == was:
        return they
    if not {FILE, EXECUTABLE} >= {one.mode for one in three if one is not None}:
        conflicts.append(Conflict(place, "mode"))
        return they if prefer == "theirs" else we
    mode = we.mode if was is None or they.mode == was.mode else they.mode
    if we.blob == they.blob or (was is not None and they.blob == was.blob):
        return Entry(mode, we.blob)
    if was is not None and we.blob == was.blob:
        return Entry(mode, they.blob)
    old, mine, yours = (b"" if one is None else store.read(one.blob) for one in three)
    if any(b"\0" in text for text in (old, mine, yours)):
        conflicts.append(Conflict(place, "binary"))
        return Entry(mode, (they if prefer == "theirs" else we).blob)
    text = merged_texts(old, yours, mine, prefer)
    if text.conflicts:
        conflicts.append(Conflict(place, "text" if was is not None else "added", tuple(one.line for one in text.conflicts)))
    return Entry(mode, store.add(text.content))


def _added(  # noqa: PLR0913, PLR0917  the three sides of a merge
    store: Store, base: Tree, ours: Side, theirs: Side, prefer: Preferred, conflicts: list[Conflict]
) -> Iterator[_File]:
    """What either side has that the base had not."""
    mine, yours = (side.tree.keys() - {side.place(path) for path in base} for side in (ours, theirs))
    for path in sorted(mine | yours):
        we, they = ours.tree.get(path) if path in mine else None, theirs.tree.get(path) if path in yours else None
        if we is not None and they is not None:
            yield _File(path, _entry(store, (None, we, they), path, prefer, conflicts), path)
        elif (one := we or they) is not None:
            yield _File(path, one, path if they is not None else None)


def _apart(files: Iterable[_File], conflicts: list[Conflict]) -> list[_File]:
    """The files, one in a place: of two that came to one place theirs goes beside it, and so does a file where a directory is."""
    found: dict[RepoPath, _File] = {}
    for file in sorted(files, key=lambda file: (file.path, file.theirs is not None)):
        beside = file.path in found
        if beside:
            conflicts.append(Conflict(file.path, "place"))
        found[_free(found, file.path) if beside else file.path] = file
    folders = {above for path in found for above in ancestors(path)[:-1]}
    for path in sorted(folders & found.keys()):
        conflicts.append(Conflict(path, "place"))
        found[_free({**found, **dict.fromkeys(folders)}, path)] = found.pop(path)
    return [file._replace(path=path) for path, file in found.items()]


def _free(taken: Mapping[RepoPath, object], path: RepoPath) -> RepoPath:
    """A name beside one that is taken, as git would call it."""
    return next(free for number in range(len(taken) + 1) if (free := RepoPath(f"{path}~theirs{number or ''}")) not in taken)
