"""A compose file as values: aliases and merge keys followed, scalars read as the engine's YAML reader reads them, tags noted."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from migrator.edits import EditError
from migrator.edits.source import Source
from migrator.edits.yaml import Node, documents
from migrator.facts.compose import Document, Place
from migrator.facts.landscape.compose.values import Scalar, Value
from migrator.origin import Origin

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["Page", "Path", "read"]

Path = tuple[str, ...]
"""The keys that lead to a value; an item of a list is `[]`."""
_INTEGER = re.compile(r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ]\s*\d{1,2}:\d{2}:\d{2})")
_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_STRING = "tag:yaml.org,2002:str"
_MERGE = "<<"
_MOST = 50_000
"""More values than any file has that people wrote: aliases of aliases."""
_DEEPEST = 100
_DIGITS = 40
"""From here on it is a text: no number of a compose file is so long."""


@dataclass(frozen=True, slots=True)
class Page:
    """One document of a compose file."""

    value: Value
    resets: frozenset[Path]
    """What the files before it said here is forgotten: `!reset` and `!override`."""
    odd: tuple[tuple[Origin, str], ...] = ()
    """What the engine's reader makes something of that compose has no place for, and what to do about it."""


@lru_cache(maxsize=64)  # the same file stands in several combinations
def read(path: RepoPath, source: bytes) -> tuple[Page, ...]:
    """The documents of a compose file. Raises EditError for what is no YAML, or no mapping."""
    text = Source.read(source).text
    return tuple(_Reader(path, text, Document.of(top)).page(top) for top in documents(text))


class _Reader:
    """Follows one document."""

    def __init__(self, path: RepoPath, text: str, document: Document) -> None:
        self._path = path
        self._document = document
        self._starts = [0, *(found.end() for found in re.finditer(r"\n", text))]
        self._resets: set[Path] = set()
        self._odd: list[tuple[Origin, str]] = []
        self._left = _MOST

    def page(self, top: Node) -> Page:
        value = self._value(top, (), top.start)
        return Page(value if value is not None else Value({}, ()), frozenset(self._resets), tuple(self._odd))

    def _at(self, offset: int) -> Origin:
        return Origin(self._path, bisect_right(self._starts, offset))

    def _value(self, node: Node, path: Path, start: int, above: tuple[Node, ...] = ()) -> Value | None:
        """A value; None for one that is only there to be forgotten. An alias leads to where its value stands."""
        self._left -= 1
        if len(above) > _DEEPEST:
            raise EditError("nested too deeply")
        if self._left < 0:
            raise EditError("aliases of aliases make more of this file than can be read")
        if node.kind == "alias":
            node = self._document.followed(Place((), node)).node
            start = node.start
        if any(one is node for one in above) or node.kind == "alias":
            raise EditError("a value contains itself by an alias")
        if node.tag == "!reset":
            self._resets.add(path)
            return None
        if node.tag == "!override":
            self._resets.add(path)
        origin = (self._at(start),)
        match node.kind:
            case "mapping":
                return Value(self._mapping(node, path, (*above, node)), origin)
            case "list":
                items = (self._value(item, (*path, "[]"), item.start, (*above, node)) for item in node.items)
                return Value(tuple(item for item in items if item is not None), origin)
            case _:
                data = scalar(node)
                if node.plain and isinstance(data, str) and _DATE.match(data) and not path[0].startswith("x-"):
                    self._odd.append((self._at(start), "the engine takes it for a date, which nothing can be: put it in quotes"))
                return Value(data, origin, data if isinstance(data, str) else None)

    def _mapping(self, node: Node, path: Path, above: tuple[Node, ...]) -> dict[str, Value]:
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        for key, value in node.pairs:
            if key.text == _MERGE and key.plain:
                for one in value.items if value.kind == "list" else (value,):
                    place = self._document.followed(Place((), one)).node
                    if place.kind != "mapping" or any(place is other for other in above):
                        raise EditError("what is merged is no mapping, or the mapping itself")
                    merged = {**self._mapping(place, path, (*above, place)), **merged}
                continue
            if key.kind != "scalar" or not isinstance(scalar(key), str):
                self._odd.append((self._at(key.start), "a key is no text: put it in quotes"))
            found = self._value(value, (*path, key.text), key.start, above)
            if found is not None:
                own[key.text] = found
        return {**merged, **own}


def scalar(node: Node) -> Scalar:
    """What a scalar is. The engine reads `yes`, `on` and `22:22` as texts."""
    text = node.text
    if node.tag == _STRING or not node.plain:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) < _DIGITS and _INTEGER.fullmatch(text):
        digits = text.replace("_", "").lstrip("+-").lower()
        base = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2], 8 if digits[0] == "0" and len(digits) > 1 else 10)
        number = int(digits.removeprefix("0b").removeprefix("0o").removeprefix("0x"), base)
        return -number if text[0] == "-" else number
    digits = text.replace("_", "")
    return float(digits) if _FLOAT.fullmatch(digits) and not digits.startswith(".e") else text
