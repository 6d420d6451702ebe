"""Three texts into one: as we wrote it, as people left it, as we would write it now (L12).

Line by line, by the rules of `git merge-file`: changes to the same lines, or to lines that touch, are a conflict. It is our own because Git
merges objects without files only from 2.43 on, steps are planned without a repository at hand, and the package `merge3` may not be
combined with our licence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

__all__ = ["Conflict", "Merged", "Side", "merged"]

Side = Literal["ours", "theirs", "both"]
"""Whose text stands where both changed one place; with "both", theirs and ours between the marks that `git merge` makes."""


class Conflict(NamedTuple):
    """A place that both changed, each otherwise: the lines on which it begins, and what stands there in each text."""

    line: int
    """In their text, counted from 1."""
    base: bytes
    theirs: bytes
    ours: bytes


@dataclass(frozen=True, slots=True)
class Merged:
    """What three texts become; where there are conflicts, the content has one side of each."""

    content: bytes
    conflicts: tuple[Conflict, ...] = ()


class _Change(NamedTuple):
    """Lines of the base that one side replaced by its own."""

    start: int
    end: int
    first: int
    last: int


def merged(base: bytes, theirs: bytes, ours: bytes, prefer: Side = "theirs") -> Merged:
    """Their text with our changes since the base in it; of each conflict the side that is preferred.

    Laws: what one side alone changed is in the result as that side has it, for each of both sides; where nobody changed anything, nothing changes;
    and with the sides swapped the conflicts are the same. Line ends stay theirs.
    """
    if theirs in {base, ours}:
        return Merged(ours)
    if ours == base:
        return Merged(theirs)
    crlf = theirs.count(b"\r\n") * 2 > theirs.count(b"\n") and b"\r\n" not in base
    old, mine, yours = (_lines(_unix(text) if crlf else text) for text in (base, ours, theirs))
    parts: list[bytes] = []
    conflicts = []
    at = 0
    for left, right in _regions(_changes(old, yours), _changes(old, mine)):
        start, end = min(one.start for one in (*left, *right)), max(one.end for one in (*left, *right))
        parts += old[at:start]
        at = end
        we, they = _said(old, mine, right, start, end), _said(old, yours, left, start, end)
        if left and right and we != they:
            first = left[0].first - (left[0].start - start)
            conflicts.append(Conflict(first + 1, b"".join(old[start:end]), b"".join(they), b"".join(we)))
            parts += _marked(they, we) if prefer == "both" else we if prefer == "ours" else they
        else:
            parts += we if right else they
    content = b"".join((*parts, *old[at:]))
    return Merged(content.replace(b"\n", b"\r\n") if crlf else content, tuple(conflicts))


def _marked(theirs: list[bytes], ours: list[bytes]) -> list[bytes]:
    """Both sides of a conflict, each line ended, as every editor shows it."""
    left, right = ([line if line.endswith(b"\n") else line + b"\n" for line in side] for side in (theirs, ours))
    return [b"<<<<<<< theirs\n", *left, b"=======\n", *right, b">>>>>>> ours\n"]


def _unix(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n")


def _lines(text: bytes) -> list[bytes]:
    """The lines of a text; a carriage return by itself ends none."""
    *whole, rest = text.split(b"\n")
    return [line + b"\n" for line in whole] + ([rest] if rest else [])


def _changes(base: list[bytes], side: list[bytes]) -> list[_Change]:
    return [_Change(a, b, c, d) for tag, a, b, c, d in SequenceMatcher(None, base, side, autojunk=False).get_opcodes() if tag != "equal"]


def _regions(theirs: list[_Change], ours: list[_Change]) -> Iterator[tuple[list[_Change], list[_Change]]]:
    """The changes of both sides in the order of the base, those together that overlap or touch."""
    pending = sorted([(change, 0) for change in theirs] + [(change, 1) for change in ours])
    region: tuple[list[_Change], list[_Change]] = ([], [])
    end = -1
    for change, side in pending:
        if change.start > end and (region[0] or region[1]):
            yield region
            region = ([], [])
        region[side].append(change)
        end = max(end, change.end)
    if region[0] or region[1]:
        yield region


def _said(base: list[bytes], side: list[bytes], changes: list[_Change], start: int, end: int) -> list[bytes]:
    """What one side has where the base has the lines from `start` to `end`."""
    found: list[bytes] = []
    at = start
    for change in changes:
        found += base[at : change.start]
        found += side[change.first : change.last]
        at = change.end
    return found + base[at:end]
