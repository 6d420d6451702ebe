"""Changes to TOML through tomlkit, which keeps comments and layout."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from migrator.edits import EditError
from migrator.edits.source import Source

if TYPE_CHECKING:
    from tomlkit.items import InlineTable

__all__ = ["AddTomlItem", "SetTomlValue"]

_CLOSE = re.compile(r"^(?!#).*\S.*\n(?=(\[[^\[\]\n]+\])\r?$)", re.MULTILINE)
"""A table's head directly below something else."""


@dataclass(frozen=True, slots=True)
class SetTomlValue:
    """A value at a path of keys, a mapping on one line; tables on the way are made where they are missing."""

    keys: tuple[str, ...]
    value: Any

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when the file is no TOML or something on the path is no table."""
        text, document = _read(source)
        *above, last = self.keys
        table = _table(document, above)
        if last in table and _plain(table[last]) == self.value:
            return source
        expected = _plain(document)
        _table(expected, above)[last] = self.value
        fresh = last not in table
        table[last] = _inline(self.value) if isinstance(self.value, dict) else self.value
        try:
            return _proved(text, document, expected)
        except EditError:
            if not fresh:
                raise
            return _written(text, above, last, table[last], expected)

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)} = {self.value!r}"


@dataclass(frozen=True, slots=True)
class AddTomlItem:
    """An item at the end of the array at a path of keys, unless it is there already."""

    keys: tuple[str, ...]
    item: Any

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when what is there is no array."""
        text, document = _read(source)
        *above, last = self.keys
        table = _table(document, above)
        there = table.get(last, [])
        if not isinstance(there, list):
            raise EditError(f"`{'.'.join(self.keys)}` is no array")
        if self.item in _plain(there):
            return source
        expected = _plain(document)
        _table(expected, above).setdefault(last, []).append(self.item)
        fresh = last not in table
        if fresh:
            table[last] = tomlkit.array()
        array = table[last]
        array.append(self.item)
        if len(array) == 1 and "\n" not in array.as_string():
            # One item a line: who adds the next one changes no line of this one.
            array.multiline(multiline=True)
        try:
            return _proved(text, document, expected)
        except EditError:
            if not fresh:
                raise
            return _written(text, above, last, array, expected)

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)} += {self.item!r}"


def _read(source: bytes) -> tuple[Source, tomlkit.TOMLDocument]:
    text = Source.read(source)
    try:
        return text, tomlkit.parse(text.text)
    except TOMLKitError as error:
        raise EditError(f"not TOML: {error}") from error


def _table(document: Any, keys: list[str]) -> Any:  # noqa: ANN401  tomlkit's containers
    for key in keys:
        document = document.setdefault(key, {})
        if not isinstance(document, dict):
            raise EditError(f"`{key}` is no table")
    return document


def _inline(value: Mapping[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _plain(value: Any) -> Any:  # noqa: ANN401  TOML is anything
    return value.unwrap() if hasattr(value, "unwrap") else value


def _written(text: Source, above: list[str], last: str, value: Any, expected: Any) -> bytes:  # noqa: ANN401  TOML is anything
    """The text with a new value below the header of its table, or below a new one at the end: tomlkit mixes up tables that others stand between."""
    line = tomlkit.dumps({last: value}).strip() + "\n"
    header = f"[{'.'.join(tomlkit.key(key).as_string() for key in above)}]"
    lines = text.lines()
    at = next((index for index, one in enumerate(lines, start=1) if one.strip() == header), None)
    gap = "" if not lines or lines[-1].endswith("\n") else "\n"
    made = [*lines[:at], line, *lines[at:]] if at is not None else [*lines, f"{gap}\n{header}\n{line}"]
    shown = "".join(made)
    try:
        if tomllib.loads(shown) != expected:
            raise EditError("the change would alter more than it should")
    except tomllib.TOMLDecodeError as error:
        raise EditError(f"not TOML: {error}") from error
    return text.encoded(shown.replace("\r\n", "\n").replace("\n", text.newline) if text.newline == "\r\n" else shown)


def _proved(text: Source, document: tomlkit.TOMLDocument, expected: Any) -> bytes:  # noqa: ANN401  TOML is anything
    """The changed text, after reading it back (L3)."""
    shown = tomlkit.dumps(document)
    if text.newline == "\r\n":
        shown = shown.replace("\r\n", "\n").replace("\n", "\r\n")
    shown = _CLOSE.sub(lambda found: found[0] + (text.newline if found[0] + found[1] not in text.text else ""), shown)
    try:
        found = tomllib.loads(shown)
    except tomllib.TOMLDecodeError as error:
        raise EditError(f"not TOML: {error}") from error
    if found != expected:
        raise EditError("the change would alter more than it should")
    return text.encoded(shown)
