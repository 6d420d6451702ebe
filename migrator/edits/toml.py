"""Changes to TOML through tomlkit, which keeps comments and layout."""

from __future__ import annotations

import contextlib
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

__all__ = ["AddTomlItem", "PutTomlValue", "SetTomlValue"]

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
        return _changed(text, document, expected, self.keys, table[last] if fresh else None)

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)} = {self.value!r}"


@dataclass(frozen=True, slots=True)
class PutTomlValue:
    """The same, but a new value stands directly below the header of its table: behind what is commented out at the end of the table nobody looks for it."""

    keys: tuple[str, ...]
    value: str | int | bool

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError as the other does."""
        text, document = _read(source)
        *above, last = self.keys
        expected = _plain(document)
        table = _table(expected, above)
        if last not in table:
            table[last] = self.value
            shown = _beside(text, above, tomlkit.dumps({last: self.value}).strip() + "\n")
            with contextlib.suppress(EditError):  # the table has no header of its own
                return _proved(text, shown, expected)
        return SetTomlValue(self.keys, self.value).apply(source)

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
        return _changed(text, document, expected, self.keys, array if fresh else None)

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


def _changed(text: Source, document: tomlkit.TOMLDocument, expected: Any, keys: tuple[str, ...], fresh: Any) -> bytes:  # noqa: ANN401  TOML is anything
    """The text of a changed document; a `fresh` value, where tomlkit mixes up tables that others stand between, is put among the lines as they are."""
    shown = tomlkit.dumps(document)
    if text.newline == "\r\n":
        shown = shown.replace("\r\n", "\n").replace("\n", "\r\n")
    shown = _CLOSE.sub(lambda found: found[0] + (text.newline if found[0] + found[1] not in text.text else ""), shown)
    try:
        return _proved(text, shown, expected)
    except EditError:
        if fresh is None:
            raise
    *above, last = keys
    return _proved(text, _beside(text, above, tomlkit.dumps({last: fresh}).strip() + "\n"), expected)


def _beside(text: Source, above: list[str], line: str) -> str:
    """The text with a line below the header of its table, or below a new one at the end."""
    header = f"[{'.'.join(tomlkit.key(key).as_string() for key in above)}]"
    lines = text.lines()
    at = next((index for index, one in enumerate(lines, start=1) if one.strip() == header), None)
    gap = "" if not lines else "\n" if lines[-1].endswith("\n") else "\n\n"
    line = line.replace("\r\n", "\n")
    before, added, after = (lines[:at], line, lines[at:]) if at is not None else (lines, f"{gap}{header}\n{line}", [])
    return "".join([*before, added.replace("\n", text.newline), *after])


def _proved(text: Source, shown: str, expected: Any) -> bytes:  # noqa: ANN401  TOML is anything
    """The bytes of a changed text, after reading it back (L3)."""
    try:
        found = tomllib.loads(shown)
    except tomllib.TOMLDecodeError as error:
        raise EditError(f"not TOML: {error}") from error
    if found != expected:
        raise EditError("the change would alter more than it should")
    return text.encoded(shown)
