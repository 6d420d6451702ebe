"""Directory trees as people draw them: each line shows an entry below the one above it that begins further left."""

from __future__ import annotations

import re

from migrator.languages.text.page import DRAWN, Page

_BAR = r"(?:\xe2[\x94\x95][\x80-\xbf]|\xc2\xa0)"
_TEE = r"(?:\xe2\x94[\x94\x9c\x97\xa3]|\xe2\x95\xb0|[+|`\\])"
_LINE = r"(?:\xe2\x94[\x80\x81]|-)"
_ENTRY = re.compile(rf"((?:{_BAR}|[ \t|>])*?{_TEE}{_LINE}+(?:\xc2\xa0|[ \t])*)([^\s#]*)")
"""An entry: what is drawn before it, and its name."""
_DRAWS = re.compile(_TEE + _LINE)
_CONTINUED = re.compile(rf"(?:{_BAR}|[ \t|>.])*$")
"""A line that goes on with the drawing and shows nothing."""
_HEAD = re.compile(r"[ \t>]*([^\s#]+)(?:[ \t]+(?:#|<-|--|\().*|[ \t\r]*)$")
"""The folder of which a tree is drawn, on the line above it."""
_NAME = re.compile(r"(?:[\w.@\[\]()+-]|[\xc3-\xf4][\x80-\xbf]+)+(?:/[\w.@\[\]()+-]+)*")


def scan(page: Page, start: int, end: int) -> None:
    """The entries of the trees in a block, each below the folder that it is drawn in."""
    if _DRAWS.search(page.text, start, end) is None:
        return
    head, entries = "", list[tuple[int, int, int]]()
    for line in re.finditer(r"[^\n]+", page.text[start:end]):
        found = _ENTRY.match(line.group())
        if found is None:
            if not _CONTINUED.match(line.group().rstrip("\r")):
                _tree(page, head, entries)
                top = _HEAD.match(line.group())
                head, entries = top.group(1) if top is not None else "", []
            continue
        column = len(found.group(1).encode("latin-1").decode("utf-8", "replace"))
        begin = start + line.start() + found.start(2)
        entries.append((column, begin, begin + len(found.group(2))))
    _tree(page, head, entries)


def _tree(page: Page, head: str, entries: list[tuple[int, int, int]]) -> None:
    """The entries of one tree; a name that is none (`...`, `<name>/`) has no folder below it that could be told."""
    names = [found.group() if (found := _NAME.fullmatch(page.text[begin:end].rstrip("/"))) else None for _, begin, end in entries]
    left = min((column for column, _, _ in entries), default=0)
    tops = [name for name, (column, _, _) in zip(names, entries, strict=True) if column == left and name is not None and name.strip(".")]
    above: list[tuple[int, str | None]] = []
    for name, (column, begin, _) in zip(names, entries, strict=True):
        while above and above[-1][0] >= column:
            above.pop()
        folder = [one for _, one in above]
        above.append((column, name))
        if name is not None and name.strip(".") and None not in folder:
            lead = "/".join(one for one in folder if one is not None)
            page.add("drawn", begin, begin + len(name), f"{DRAWN}{head.strip('/')}|{'|'.join(tops)}:{lead}")
