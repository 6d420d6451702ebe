"""What of a source has to be parsed for what is asked about it: the functions and statements that something of interest stands in.

Parsing is most of what a scan costs, and most functions say nothing of interest. They are blanked, so that every position stays what it was.
Where cutting could go wrong, the whole source is parsed: nothing is cut in a string of several lines, and a cut through brackets or through a
statement leaves an error.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from migrator.languages.python.parsing import Node, parse, parse_once

__all__ = ["outline", "parsed"]

_BEGINS = re.compile(rb"\n(?<!\\\n)(?<!\\\r\n)(?:(?!(?:else|elif|except|finally)\b)(?=[A-Za-z_@\x80-\xff])|[ \t]*\r?\n(?=    (?:def|class|async|@)))")
"""Where something begins that is blanked as a whole: what stands at the margin, and what is defined one level in, behind a blank line."""
_MARGIN = b"    "
_BLANKED = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))
_QUOTES = (b'"""', b"'''")
_UNSURE = {b'"', b"'", b"\\"}
_NOTHING = b"pass"
_DEFINITIONS = (b"class ", b"def ", b"async ")


def parsed(source: bytes, spans: Iterable[tuple[int, int]]) -> Node:
    """The root of a syntax tree that has, around every span, what the tree of the whole source has."""
    starts = _starts(source)
    kept = [False] * len(starts)
    for start, end in spans:
        for index in range(bisect_right(starts, start) - 1, bisect_right(starts, end)):
            kept[index] = True
    owner = 0
    for index, start in enumerate(starts):
        if not source.startswith(_MARGIN, start):
            owner = index
        elif kept[index]:
            kept[owner] = True
    for index in range(1, len(starts)):
        # What is decorated belongs to its decorators.
        kept[index] |= kept[index - 1] and source.startswith(b"@", starts[index - 1])
    for index in reversed(range(1, len(starts))):
        kept[index - 1] |= kept[index] and source.startswith(b"@", starts[index - 1])
    return _without(source, starts, kept)


def outline(source: bytes) -> Node:
    """The root of a syntax tree that has everything that a module itself says: what a class or a function defines is left out."""
    starts = _starts(source)
    kept, inside = [True] * len(starts), False
    for index, start in enumerate(starts):
        if source.startswith(_MARGIN, start):
            kept[index] = not inside
        else:
            inside = source.startswith(_DEFINITIONS, start)
    return _without(source, starts, kept)


def _starts(source: bytes) -> list[int]:
    """Where the parts of a source begin that can be blanked; one part, where it cannot be told what stands in a string."""
    strings: list[int] = []
    following = {mark: source.find(mark) for mark in _QUOTES}
    while begins := {at: mark for mark, at in following.items() if at >= 0}:
        at = min(begins)
        mark = begins[at]
        end = source.find(mark, at + len(mark))
        # In a comment, behind another quote or a backslash it may be no beginning, and no end.
        if end < 0 or {source[at - 1 : at], source[end - 1 : end]} & _UNSURE or b"#" in source[source.rfind(b"\n", 0, at) + 1 : at]:
            return [0]
        strings += [at, end + len(mark)]
        following = {mark: source.find(mark, strings[-1]) if 0 <= at < strings[-1] else at for mark, at in following.items()}
    starts = [match.end() for match in _BEGINS.finditer(source)]
    return [0, *(start for start in starts if not bisect_right(strings, start) % 2)] if strings else [0, *starts]


def _without(source: bytes, starts: list[int], kept: list[bool]) -> Node:
    """The root of the tree of a source in which some parts are blanked; of all of it where that left something without its other half."""
    pieces, holds = [], False
    for index, (start, end) in enumerate(zip(starts, [*starts[1:], len(source)], strict=True)):
        inside = source.startswith(_MARGIN, start)
        holds = holds if inside else kept[index]
        piece = source[start:end]
        if not kept[index]:
            piece = piece.translate(_BLANKED)
            if inside and holds:
                # A class whose functions are all blanked is a class still.
                piece = _MARGIN + _NOTHING + piece[len(_MARGIN + _NOTHING) :]
        pieces.append(piece)
    root = parse_once(b"".join(pieces))
    return parse(source) if root.has_error else root
