"""Where a text says the name of a place, whatever its format is: what a search for the place would find, and how it stands there.

Nothing here knows a tree. A name counts where it is a whole component of something path-like or dotted, however that is escaped or
quoted; a name alone counts as well and says how it stands (`Occurrence.alone`), so that whoever asks can tell a value from a word of prose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

__all__ = ["VERSION", "Occurrence", "Search", "is_text", "pieces", "words"]

VERSION = 2
"""Raised whenever `words` would answer differently for the same bytes: it is part of the cache's key."""

_SNIFFED = 8000
_WORD = re.compile(rb"[\w\x80-\xff]+")
_ESCAPE = rb"(?:%2[fF]|%5[cC]|\\[bBnrt])"
"""What ends in a letter or a digit and is no part of the word behind it: a separator as addresses write it, a border of words, an end of line."""
_ESCAPED = re.compile(_ESCAPE + rb"([\w\x80-\xff]+)")
_AT_BORDER = re.compile(rb"\\[bB]$")
_BEHIND_ESCAPE = re.compile(_ESCAPE + rb"$")

_EXPRESSION = rb"\$\{\{[^}\n]{0,80}\}\}|\$\{[^}\n]{0,80}\}|\$\([^)\n]{0,80}\)|\{\{[^}\n]{0,80}\}\}|\{[\w.]{0,40}\}|<[\w .-]{1,40}>"
_DOT = rb"(?<=\w)\\{1,4}\.(?=\w)"
"""A dot as a regular expression writes it."""
_PART = rb"(?:" + _EXPRESSION + rb"|[\w\x80-\xff.@~$*?+!^-]|%(?!2[fF]|5[cC])|" + _DOT + rb")++"
_BORDER = rb"\\{1,2}[bB](?![\w.-])"
"""A border of words in a regular expression, which is no folder `b`."""
_SEPARATOR = rb"(?:\\{0,2}/|%2[fF]|%5[cC]|(?!" + _DOT + rb")(?!" + _BORDER + rb")\\{1,4})"
_LEADS = rb"(?:(?:" + _PART + rb")?" + _SEPARATOR + rb")+"
_SEPARATING = (b"/", b"\\", b"2f", b"2F", b"5c", b"5C")
"""How every separator ends: what costs much is asked only then."""
_SPLIT = re.compile(_SEPARATOR + rb"+")
_LEFT = re.compile(_LEADS + rb"$")
_SLASHED = re.compile(rb"(?:(?:\\{0,2}/|%2[fF])(?:" + _PART + rb")?)+")
_RIGHT = re.compile(rb"(?:(?:\\{0,2}/|%2[fF]|%5[cC]|(?!" + _BORDER + rb")\\{1,4}(?=[\w\x80-\xff.*?$%{@~-]))(?:" + _PART + rb")?)+")
_GROUP = re.compile(rb"(" + _LEADS + rb")[({](?:\?:)?(?:[\w\x80-\xff.*?+/\\-]+[|,] ?)*$")
"""What stands before a choice: `apps/(web|backend)`, `apps/{web,backend}`."""
_DOTTED_LEFT = re.compile(rb"(?<![\w\x80-\xff])(?:[A-Za-z_]\w*\\{0,2}\.)+$")
_DOTTED_RIGHT = re.compile(rb"(?:\\{0,2}\.[A-Za-z_]\w*)+")
_DOTS = re.compile(rb"\\{0,2}\.")
_IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")
_INNER = re.compile(rb"[\w\x80-\xff-]")
_REACH = 240
"""How far a token is followed to either side, in bytes: lines of generated files have no end."""

_COMMENT = re.compile(rb"\s*(?:#(?!!)|//|/?\*(?!\*?/)|<!--|;|--\s|::|(?i:rem)\s|%\s)")
_TRAILING = re.compile(rb"\s(?:#|//)\s")
_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:$")
_QUOTED = re.compile(rb"%[0-9a-fA-F]{2}")
_UNICODE = re.compile(rb"\\u([0-9a-fA-F]{4})")
_QUOTES = b"\"'`"
_KEY = re.compile(rb"([\w.@$-]+)[\"'`]?\s*(?:\]\s*)?(?::=|=>|[:=])\s*[\[({]?\s*(?:[\"'`]?[\w./*@-]+[\"'`]?\s*,\s*)*[\"'`]?$")
_OPTION = re.compile(rb"(?:^|\s)(-{1,2}[\w-]+)[= ]\s*[\"']?$")
_ITEM = re.compile(rb"^\s*-\s+[\"']?$")
_PATH_CALL = re.compile(rb"(?:/\s*|[jJ]oin\w*\([^()\n]*|Path\w*\(\s*|resolve\([^()\n]*|dirname\w*,\s*)[rbfRBF]?[\"'`]$")


class Occurrence(NamedTuple):
    """A name as it stands in a text.

    `start` and `end` are the bytes of everything it is part of, `parts` the components of that (an empty first one is a leading slash),
    `at` is which of them is the name; `dotted` says that dots join them. `alone` says how a name without a separator stands: as
    "quoted", "value", "item", "option", "argument", "key", "call" (a piece of a path that code puts together), "pattern" (a whole word of
    a regular expression), or "word"; `key` is the key or option before it. `scheme` is what makes an address or an alias of it (`https:`, `git@host:`, `@`), `comment` says that it stands in one.
    """

    start: int
    end: int
    parts: tuple[str, ...]
    at: int
    dotted: bool = False
    alone: str = ""
    key: str = ""
    scheme: str = ""
    comment: bool = False

    @property
    def lead(self) -> tuple[str, ...]:
        """The components before the name."""
        return self.parts[: self.at]

    @property
    def rest(self) -> tuple[str, ...]:
        """The components after the name."""
        return tuple(part for part in self.parts[self.at + 1 :] if part)


def is_text(source: bytes) -> bool:
    """Whether git takes a content for text."""
    return b"\0" not in source[:_SNIFFED]


def words(source: bytes) -> frozenset[bytes]:
    """Every word in a text: a name can stand only where all its pieces are among them."""
    found = frozenset(_WORD.findall(source))
    return found.union(_ESCAPED.findall(source)) if b"\\" in source or b"%" in source else found


def pieces(name: str) -> frozenset[bytes]:
    """The words in a name."""
    return frozenset(_WORD.findall(name.encode("utf-8", "surrogateescape")))


class Search:
    """A search for names in texts that costs nothing in a text which has none of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._named: dict[bytes, list[tuple[frozenset[bytes], re.Pattern[bytes]]]] = {}
        for name in sorted(set(names)):
            self._add(name)
            for escaped in _escapes(name):
                self._add(escaped)

    def _add(self, name: str) -> None:
        spelled = rb"\\{0,4}\.".join(re.escape(part) for part in name.encode("utf-8", "surrogateescape").split(b"."))
        # What must not stand before it is asked afterwards: so it is found as fast as bytes are.
        pattern = re.compile(spelled + rb"(?![\w\x80-\xff-])")
        if found := pieces(name):
            self._named.setdefault(max(found, key=lambda piece: (len(piece), piece)), []).append((found, pattern))

    def patterns(self, words: frozenset[bytes]) -> list[re.Pattern[bytes]]:
        """What to look for in a text that has these words."""
        return [pattern for word in words.intersection(self._named) for needed, pattern in self._named[word] if needed <= words]

    def __call__(self, source: bytes, patterns: Iterable[re.Pattern[bytes]]) -> Iterator[Occurrence]:
        """Where the names stand in a text, by position."""
        places = sorted((found.start(), found.end()) for pattern in patterns for found in pattern.finditer(source))
        for start, end in places:
            if start and _INNER.match(source, start - 1) and not _BEHIND_ESCAPE.search(source, max(0, start - 3), start):
                continue
            if (occurrence := _occurrence(source, start, end)) is not None:
                yield occurrence


def _escapes(name: str) -> set[str]:
    """The name as addresses, JSON and shells write it, where that is not how it is."""
    return {quote(name), json.dumps(name)[1:-1], name.replace(" ", "\\ ")} - {name}


def _occurrence(source: bytes, start: int, end: int) -> Occurrence | None:
    """The whole of what a name stands in, or None where it is part of another name."""
    begin = max(source.rfind(b"\n", 0, start) + 1, start - _REACH)
    stop = source.find(b"\n", end, end + _REACH)
    stop = min(len(source), end + _REACH) if stop < 0 else stop
    before, after = source[begin:start], source[end:stop].rstrip(b"\r")
    if dotted := _dotted(source, start, end, before, after):
        return dotted
    if re.match(rb"\\{0,2}\.[\w\x80-\xff]", after):
        return None
    if before.endswith((b"@", b"#", b"$")) and (path := _SLASHED.match(after)):
        parts = (_plain(source[start:end]), *(_plain(part) for part in _SPLIT.split(path[0])[1:]))
        return Occurrence(start, end + path.end(), parts, 0, scheme=before[-1:].decode(), comment=_in_comment(source, start))
    if _is_other(before, after):
        return None
    left = _LEFT.search(before) if before.endswith(_SEPARATING) else _GROUP.search(before) if b"(" in before or b"{" in before else None
    lead = b"" if left is None else left[1] if left.re is _GROUP else left[0]
    right = (_SLASHED if b"/" in lead else _RIGHT).match(after)
    tail = right[0].rstrip(b".,") if right is not None else b""
    comment = _in_comment(source, start)
    if not lead and not tail:
        how, key = _alone(before, after)
        return Occurrence(start, end, (_plain(source[start:end]),), 0, alone=how, key=key, comment=comment)
    heads = [_plain(part) for part in _SPLIT.split(lead)[:-1]]
    tails = [_plain(part) for part in _SPLIT.split(tail)[1:]]
    first = start - len(before) + left.start() if left is not None else start
    ahead = source[begin:first]
    said = _KEY.search(ahead) if b":" in ahead or b"=" in ahead else None
    named = (*heads, _plain(source[start:end]), *tails)
    key = "" if said is None else said[1].decode("utf-8", "replace")
    return Occurrence(first, end + len(tail), named, len(heads), key=key, scheme=_scheme(ahead[-60:], lead), comment=comment)


def _is_other(before: bytes, after: bytes) -> bool:
    """Whether marks around a name make another one of it: a variable, a hidden file, a scope, an anchor."""
    if before.endswith((b"$", b"@", b"#", b"%", b".", b"&")):
        return True
    return before.endswith(b"{") and before[-2:-1] in {b"$", b"%", b"{"} and after.startswith((b"}", b":"))


def _plain(part: bytes) -> str:
    """A component without the escapes of an address, of JSON or of a regular expression, and the anchors of a pattern."""
    if b"%" in part and _QUOTED.search(part):
        part = unquote_to_bytes(part)
    if b"\\u" in part:
        part = _UNICODE.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "surrogatepass"), part)
    return part.decode("utf-8", "surrogateescape").replace("\\", "").lstrip("^!").rstrip("$")


def _dotted(source: bytes, start: int, end: int, before: bytes, after: bytes) -> Occurrence | None:
    """The dotted name that a name is part of, or None where it is part of none."""
    if not _IDENTIFIER.fullmatch(source, start, end):
        return None
    left, right = _DOTTED_LEFT.search(before), _DOTTED_RIGHT.match(after)
    stop = after[right.end() :] if right is not None else after
    if left is None and (right is None or before.endswith((b"\\", b".", b"$", b"@", b"#", b"%"))):
        return None
    if stop.startswith((b"/", b"\\")) and right is None:
        return None
    heads = _DOTS.split(left[0])[:-1] if left is not None else []
    tails = _DOTS.split(right[0])[1:] if right is not None else []
    parts = tuple(part.decode() for part in (*heads, source[start:end], *tails))
    first = start - (len(left[0]) if left is not None else 0)
    return Occurrence(first, end + (right.end() if right is not None else 0), parts, len(heads), dotted=True, comment=_in_comment(source, start))


def _in_comment(source: bytes, start: int) -> bool:
    """Whether a position stands on a line that begins with a mark of comments, after one on its line, or in a comment of several lines of PowerShell."""
    if source.rfind(b"<#", 0, start) > source.rfind(b"#>", 0, start):
        return True
    begin = source.rfind(b"\n", 0, start) + 1
    line = source[begin : min(start, begin + 400)]
    return _COMMENT.match(line) is not None or (_TRAILING.search(line) is not None and start - begin < 400)  # noqa: PLR2004


def _scheme(before: bytes, lead: bytes) -> str:
    """What makes an address of a path."""
    if lead.startswith(b"//") and (found := _SCHEME.search(before)):
        return found[0].decode("ascii", "replace")
    if lead.startswith(b"//"):
        return "//"
    if before.endswith(b":") and (
        found := re.search(rb"[\w.-]+@[\w.-]+:$|\b[A-Za-z]:$|(?:github|gitlab|bitbucket|gh|npm|docker|image|oci|git|pkg):$", before)
    ):
        return found[0].decode("ascii", "replace")
    return ""


def _alone(before: bytes, after: bytes) -> tuple[str, str]:
    """How a name without a separator stands, and the key or option that it belongs to."""
    if _AT_BORDER.search(before):
        return "pattern", ""
    mark = before[-1:]
    whole = bool(mark) and mark in _QUOTES and after[:1] == mark
    rest = after[1:] if whole else after
    if whole and _PATH_CALL.search(before):
        return "call", ""
    ended = re.match(rb"\s*(?:[,;\])}#]|$|\s//|::)", rest) is not None
    if re.match(rb"\s*:(?!=)(?:\s|$|[\[{\"'])", rest) and re.search(rb"(?:^|[{,])\s*[\"']?$", before):
        return "key", ""
    if ended and (b":" in before or b"=" in before) and (found := _KEY.search(before)):
        return "value", found[1].decode("utf-8", "replace")
    if found := _OPTION.search(before):
        return "option", found[1].decode("utf-8", "replace")
    if ended and _ITEM.search(before):
        return "item", ""
    if whole:
        return "quoted", ""
    inside = sum(before.count(bytes([one])) % 2 for one in b"\"'")
    if not inside and re.search(rb"(?:^|\s)$", before) and re.match(rb"\s|$|[;&|)]", after):
        return "argument", ""
    return "word", ""
