"""What a page or a component says: its scripts and style sheets as they are, and the `src` and `href` of its tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrator.languages.base import Mention
from migrator.languages.typescript import script, styles

_BLOCK = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style)\b((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>(.*?)(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_FRONT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*---\r?\n(.*?)\r?\n---", re.DOTALL)
_TAG = re.compile(rb"<[a-zA-Z][\w.:-]*(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>")
_ATTRIBUTE = re.compile(rb"(?<![\w:.@-])(?:src|href|poster)\s*=\s*([\"'])([^\"'{}<>\s]+)\1")


def scan(source: bytes) -> tuple[Mention, ...]:
    """The mentions in a page, by position."""
    inside, sheets, tags = _parts(source)
    found = list(script.scan(inside, typed=True, config=False)) if inside.strip() else []
    for start, end in sheets:
        found += [m._replace(start=m.start + start, end=m.end + start) for m in styles.scan(source[start:end], line_comments=True)]
    for tag in _TAG.finditer(tags):
        for match in _ATTRIBUTE.finditer(tags, *tag.span()):
            try:
                found.append(Mention(*match.span(2), "attribute", match[2].decode(), weak=True))
            except UnicodeDecodeError:
                continue
    return tuple(sorted(found))


def broken(source: bytes) -> int:
    """How many places of a component's scripts do not parse."""
    return script.broken(_parts(source)[0], typed=True)


def _parts(source: bytes) -> tuple[bytes, list[tuple[int, int]], bytes]:
    """The scripts with all else blank, the spans of the style sheets, and the tags with scripts, styles and comments blank."""
    inside, tags = bytearray(b" " * len(source)), bytearray(source)
    sheets = []
    for kind, start, end in _blocks(source):
        tags[start:end] = b" " * (end - start)
        if kind == "style":
            sheets.append((start, end))
        elif kind == "script":
            inside[start:end] = source[start:end]
            inside[max(start - 1, 0) : start] = b"\n" * min(start, 1)
    return bytes(inside), sheets, bytes(tags)


def _blocks(source: bytes) -> Iterator[tuple[str, int, int]]:
    if front := _FRONT.match(source):
        yield "script", *front.span(1)
    for match in _BLOCK.finditer(source, front.end() if front else 0):
        if match[1] is None:
            yield "comment", *match.span()
        else:
            data = b"json" in match[2] or b"template" in match[2]
            yield "comment" if data else match[1].decode().lower(), *match.span(3)
