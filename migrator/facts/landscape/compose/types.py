"""What may stand under each key of a compose file and what is read of it; the table is `types.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from math import isfinite
from typing import TYPE_CHECKING

from migrator.facts.landscape.compose import shorthand
from migrator.facts.landscape.compose.merging import sequence
from migrator.facts.landscape.compose.shorthand import ShorthandError
from migrator.facts.landscape.compose.values import Value

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.reading import Path

__all__ = ["accepted", "cast"]

_OPEN = {"pairs", "environment", "options", "many", "hosts", "ssh"}
"""Mappings whose keys people choose."""
_NESTED = {"many", "hosts"}
_TEXTS = {"text", "span", "command", "texts", "test", "published", "text or mapping", "count"}
_NUMBERS = {"integer", "number", "size", "mode", "published", "count", "integer or mapping"}
_LOOSE = {"integer", "number", "size", "mode", "truth", "external", "integer or mapping"}
"""A text may stand for it."""
_LISTS = {"list", "list of ports", "list or mapping", "texts", "command", "test", "printed", *_OPEN} - {"options", "many"}
_MAPPINGS = {"mapping", "list or mapping", "text or mapping", "integer or mapping", "external", *_OPEN}
_NUMBERED = {"printed", "list of ports"}
_EMPTY = {"command"}


@dataclass
class _Row:
    """What stands under a key, and under the keys in it."""

    word: str = ""
    only: tuple[str, ...] = ()
    parts: dict[str, _Row] = field(default_factory=dict)

    def part(self, key: str) -> _Row | None:
        return self.parts.get(key, self.parts.get("*"))


@lru_cache(maxsize=1)
def _table() -> _Row:
    top = _Row("mapping")
    source = (resources.files(__package__) / "types.toml").read_text(encoding="utf-8")
    for pattern, said in tomllib.loads(source)["types"].items():
        row = top
        for key in pattern.split("."):
            row = row.parts.setdefault(key, _Row())
        word, _, only = said.partition(":")
        row.word, row.only = word, tuple(only.split())
    return top


def accepted(value: Value) -> Iterator[tuple[Path, Value, str, str]]:
    """What the engine refuses in a document: where, the value, why, and the kind of finding."""
    yield from _judged(value, _table(), ())


def _judged(value: Value, row: _Row, path: Path) -> Iterator[tuple[Path, Value, str, str]]:
    word = row.word.removesuffix("?")
    if row.word and not _fits(value, row):
        yield path, value, f"cannot be {_shape(value)}", "invalid"
        return
    if row.only and isinstance(value.data, str) and "$" not in value.data and value.data not in row.only:
        yield path, value, f"can only be one of {', '.join(row.only)}", "invalid"
    if word in _OPEN and isinstance(value.data, Mapping):
        for key, one in value.pairs.items() if word not in _NESTED else ():
            if isinstance(one.data, Mapping | tuple):
                yield (*path, key), one, f"cannot be {_shape(one)}", "invalid"
        return
    for key, one in value.pairs.items():
        inner = row.part(key)
        if inner is not None:
            yield from _judged(one, inner, (*path, key))
        elif not key.startswith("x-"):
            yield (*path, key), one, "is no key that the engine knows", "unknown"
    parts = row.parts.get("*", _Row())
    for one in value.items:
        if isinstance(one.data, str) or (word in _NUMBERED and isinstance(one.data, int | float)):
            continue
        if isinstance(one.data, Mapping) and parts.parts and word in {"list", "list of ports", "texts"}:
            yield from _judged(one, _Row("mapping", (), parts.parts), (*path, "[]"))
        else:
            yield (*path, "[]"), one, f"cannot be {_shape(one)}", "invalid"


def _shape(value: Value) -> str:
    match value.data:
        case None:
            return "empty"
        case Mapping():
            return "a mapping"
        case tuple():
            return "a list"
        case bool():
            return "a truth value"
        case str():
            return "a text"
        case _:
            return "a number"


def _fits(value: Value, row: _Row) -> bool:
    word = row.word.removesuffix("?")
    match value.data:
        case None:
            return row.word.endswith("?") or word in _EMPTY
        case Mapping():
            return word in _MAPPINGS
        case tuple():
            return word in _LISTS
        case bool():
            return word in {"truth", "external"}
        case str():
            return word in _TEXTS or word in _LOOSE
        case _:
            return word in _NUMBERS


# what is read of it ----------------------------------------------------------------------------------------------------


def cast(value: Value, refused: Callable[[str, Value], None]) -> Value:
    """A project whose scalars are what they mean: numbers, bytes, seconds, words; lists of `KEY=value` are mappings."""
    return _cast(value, _table(), refused)


def _cast(value: Value, row: _Row, refused: Callable[[str, Value], None]) -> Value:
    if row.word == "texts":
        value = _texts(value)
    read = _READERS.get(row.word.removesuffix("?"))
    if read is not None and not (value.pairs and row.parts):
        try:
            return read(value)
        except ShorthandError as error:
            refused(str(error), value)
            return value
        except (ValueError, OverflowError):
            refused("what should be a number is none", value)
            return value
    if isinstance(value.data, Mapping):
        return value.with_({key: _cast(one, inner, refused) if (inner := row.part(key)) else one for key, one in value.pairs.items()})
    if isinstance(value.data, tuple):
        inner = row.parts.get("*", _Row())
        return value.with_(tuple(_cast(one, inner, refused) for one in value.items))
    return value


def _integer(value: Value) -> Value:
    return value.with_(int(value.data) if isinstance(value.data, str | float) else value.data)


def _mode(value: Value) -> Value:
    """Of a file, as people write it: `0440`."""
    return value.with_(f"{value.data if isinstance(value.data, int) else int(value.text, 8):04o}")


def _number(value: Value) -> Value:
    if value.data is None:
        return value
    number = float(value.text)
    if not isfinite(number):
        raise ShorthandError("what should be a number is none that anybody has")
    return value.with_(number)


def _size(value: Value) -> Value:
    return value.with_(shorthand.size(value.data)) if isinstance(value.data, str) else value


def _span(value: Value) -> Value:
    return value.with_(shorthand.duration(value.text)) if value.data is not None else value


_TRUTHS = {"true": True, "y": True, "yes": True, "on": True, "false": False, "n": False, "no": False, "off": False}


def _truth(value: Value) -> Value:
    if not isinstance(value.data, str):
        return value
    if value.data.lower() not in _TRUTHS:
        raise ShorthandError("what should be true or false is neither")
    return value.with_(_TRUTHS[value.data.lower()])


def _text(value: Value) -> Value:
    return value if value.data is None else value.with_(value.text)


def _texts(value: Value) -> Value:
    return Value((value,), value.origins) if isinstance(value.data, str) else value


def _printed(value: Value) -> Value:
    return value.with_(tuple(one.with_(one.text) for one in value.items)) if isinstance(value.data, tuple) else _texts(value)


def _command(value: Value) -> Value:
    if not isinstance(value.data, str):
        return value
    words, _ = shorthand.words(value.data)
    return value.with_(tuple(replace(value, data=word, raw=word) for word in words))


def _test(value: Value) -> Value:
    if not isinstance(value.data, str):
        return value
    return Value((Value("CMD-SHELL", value.origins), value), value.origins, value.raw)


def _pairs(value: Value) -> Value:
    """A mapping of texts; what is empty is an empty text."""
    found = _environment(value)
    return found.with_({key: one.with_("") if one.data is None else one for key, one in found.pairs.items()})


def _environment(value: Value) -> Value:
    """A mapping of texts; what is only named has no value."""
    if isinstance(value.data, Mapping):
        return value.with_({key: one if one.data is None else one.with_(one.text) for key, one in value.pairs.items()})
    found: dict[str, Value] = {}
    for one in sequence(value):
        key, sign, _ = one.text.partition("=")
        found[key] = one.changed(lambda text: text.partition("=")[2]) if sign else replace(one, data=None, raw=None, shown=None)
    return value.with_(found)


def _options(value: Value) -> Value:
    return value.with_({key: one if one.items else one.with_(one.text) for key, one in value.pairs.items()}) if value.pairs else value


def _many(value: Value) -> Value:
    """A mapping of lists of texts; one text is a list of one."""
    return value.with_({key: _printed(one.with_((one,)) if not one.items else one) for key, one in value.pairs.items()})


def _hosts(value: Value) -> Value:
    """`HOST=ADDRESS`, sorted."""
    found: list[Value] = []
    for one in sequence(value):
        host, sign, addresses = one.text.partition("=") if "=" in one.text else one.text.partition(":")
        if not sign:
            raise ShorthandError("a host has no address")
        found += [one.with_(f"{host}={address.strip('[]')}") for address in addresses.split(",")]
    return value.with_(tuple(sorted(found, key=lambda one: one.text)))


def _count(value: Value) -> Value:
    return value.with_(-1 if value.text.lower() == "all" else int(value.text))


_READERS: dict[str, Callable[[Value], Value]] = {
    "text": _text,
    "published": _text,
    "integer": _integer,
    "integer or mapping": _integer,
    "mode": _mode,
    "number": _number,
    "size": _size,
    "span": _span,
    "truth": _truth,
    "external": _truth,
    "printed": _printed,
    "command": _command,
    "test": _test,
    "pairs": _pairs,
    "ssh": _environment,
    "environment": _environment,
    "options": _options,
    "many": _many,
    "hosts": _hosts,
    "count": _count,
}
