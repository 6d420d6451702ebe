"""What a step makes of each file, as a page lays it side by side: short enough to read, and without secrets (L13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.kinds import kind_of
from migrator.paths import OURS, RepoPath, is_within, printable
from migrator.report.diff import content_of, hunks
from migrator.secrets import redact

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.facts import Facts

__all__ = ["LINES", "Room", "changes"]

LINES = 240
"""Lines of a file's diff that are shown; of the rest it is said how many there are."""
_LARGE = 400_000
"""Bytes above which a file is data, and its diff nobody's reading."""


class Room:
    """How many characters of diffs a page still takes."""

    def __init__(self, left: int) -> None:
        self.left = left


def changes(built: Built, room: Room) -> list[dict[str, Any]]:
    """Each file that a step moves, changes, makes or takes away, but our own records: what runs and code first, by path."""
    before, after = built.before.tree, built.after.tree
    origin = {new: old for old, new in built.files.items()}
    found: list[dict[str, Any]] = []
    for new in sorted({*built.files.values(), *built.edited, *built.created, *built.deleted}):
        if is_within(new, OURS):
            continue
        old = None if new in built.created else origin.get(new, new)
        there = new in after
        row = {"old": printable(old) if old else "", "new": printable(new) if there else "", "kind": kind_of(new), "diff": "", "more": 0}
        if old is None or not there or before[old].blob != after[new].blob:
            row["diff"], row["more"] = _diff(_text(built.before, old), _text(built.after, new if there else None), room)
        found.append(row)
    return found


def _text(facts: Facts, path: RepoPath | None) -> bytes:
    """What a file says without its secrets; what is no text in one line."""
    if path is None:
        return b""
    entry = facts.tree[path]
    content = content_of(facts.store, entry)
    if b"\0" in content[:8000] or len(content) > _LARGE:
        return f"({len(content):,} bytes, {entry.blob[:10]})\n".encode()
    return redact(content.decode("utf-8", "replace")).encode()


def _diff(old: bytes, new: bytes, room: Room) -> tuple[str, int]:
    """The hunks between two texts, cut where the file or the page has enough; and how many lines were cut."""
    lines = b"".join(hunks(old, new)).decode("utf-8", "replace").splitlines(keepends=True)
    shown = lines[:LINES] if room.left > 0 else []
    text = "".join(shown)
    room.left -= len(text)
    return text, len(lines) - len(shown)
