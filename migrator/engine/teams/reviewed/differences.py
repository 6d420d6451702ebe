"""What a tree has otherwise than another, file by file, and how, where that can be said in a word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from migrator.errors import RepositoryError
from migrator.paths import RepoPath, is_within
from migrator.record import FOLDER
from migrator.tree import SUBMODULE, SYMLINK, Entry, Store, Tree

__all__ = ["Change", "What", "differences", "place"]

What = Literal["edited", "mode", "added", "missing", "elsewhere"]
_KINDS = {SUBMODULE: ("a submodule", "a submodule's commit"), SYMLINK: ("a symbolic link", "where a symbolic link leads")}
"""What is no file, and what of it is another."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file that a commit has otherwise than its steps make it."""

    path: RepoPath
    what: What
    """`edited`, another `mode`, `added` by a person, `missing`, or `elsewhere` than where it should be."""
    made: Entry | None
    committed: Entry | None
    how: str = ""
    at: RepoPath | None = None
    """Where it lies instead."""


def differences(store: Store, made: Tree, committed: Tree) -> Iterator[Change]:
    """What a tree has otherwise than another, by path."""
    alone, unlike = made.unlike(committed)
    found = []
    for path in unlike:
        what, how = _how(store, path, made[path], committed[path])
        found.append(Change(path, what, made[path], committed[path], how))
    missing, added = [path for path in sorted(alone) if path in made], [path for path in sorted(alone) if path in committed]
    places: dict[str, list[RepoPath]] = {}
    for path in added:
        places.setdefault(committed[path].blob, []).append(path)
    for path in missing:
        at = places.get(made[path].blob, [])
        if at:
            there = at.pop(0)
            added.remove(there)
            found.append(Change(path, "elsewhere", made[path], committed[there], "", there))
        else:
            found.append(Change(path, "missing", made[path], None))
    found += [Change(path, "added", None, committed[path], _kind(committed[path])) for path in added]
    yield from sorted(found, key=place)


def _kind(entry: Entry) -> str:
    return _KINDS[entry.mode][0] if entry.mode in _KINDS else ""


def _how(store: Store, path: RepoPath, made: Entry, committed: Entry) -> tuple[What, str]:
    """What was done to a file, and how, where that is one thing."""
    modes = f"{made.mode:06o} → {committed.mode:06o}"
    if made.blob == committed.blob:
        return "mode", modes
    for mode, (kind, of_it) in _KINDS.items():
        if mode in {made.mode, committed.mode}:
            return "edited", of_it if made.mode == committed.mode else f"{kind} in the place of a file, or the other way"
    try:
        old, new = store.read(made.blob), store.read(committed.blob)
    except RepositoryError:
        return "edited", "its content is not in this clone"
    how = _fields(old, new) if is_within(path, FOLDER) else _manner(old, new)
    return "edited", how if made.mode == committed.mode else f"{how}, and its mode {modes}"


def _manner(old: bytes, new: bytes) -> str:
    """What is changed of a text, where it is one thing."""
    if b"\0" in old[:8000] or b"\0" in new[:8000]:
        return "binary"
    if old.replace(b"\r\n", b"\n") == new.replace(b"\r\n", b"\n"):
        return "line ends"
    if b"".join(old.split()) == b"".join(new.split()):
        return "white space"
    if sorted(old.splitlines()) == sorted(new.splitlines()):
        return "order of lines"
    return "text"


def _fields(old: bytes, new: bytes) -> str:
    """Which parts of a record are others."""
    try:
        made, committed = json.loads(old), json.loads(new)
    except (ValueError, RecursionError):
        return "no longer a record"
    if not (isinstance(made, dict) and isinstance(committed, dict)):
        return "no longer a record"
    parts = [key for key in {**made, **committed} if made.get(key) != committed.get(key) or (key in made) != (key in committed)]
    return f"the record's {', '.join(parts)}" if parts else "how the record is written"


def place(change: Change) -> RepoPath:
    """The path of a change, to sort by."""
    return change.path
