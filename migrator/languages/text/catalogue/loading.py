"""Formats and their rows, loaded from TOML, and the format of a file by its name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Literal

import pydantic

from migrator.paths import name as last_name

Keys = tuple[str, ...]
Holds = Literal["path", "dir", "made", "config", "pattern", "module", "schema", "handler", "command", "script", "arguments", "prose", "nothing"]
Seen = Literal["own", "root", "up", "here", "github", "near"]


class Row(pydantic.BaseModel):
    """One fact: what stands at some places of a format; `made` is a path to what a tool makes, only a directory above it must be there.

    `at` are patterns on the keys that lead there, separated by spaces: `a/b` (list positions are left out), `*` for one key, `**` for any
    number of them, `{x,y}` for either, a lone `.` for the top; with `key` the names of the entries below are meant, not their values.
    `seen` says what a path is seen from, `within` the neighbouring keys whose value is a directory below that (the nearest that is there
    counts, else `default`), `below` the key whose entry is named after that directory. `slash` says what a leading slash is the start of: of what the path
    is `seen` from, or of the repository's `root`. `split` separates items, `until` ends a path, `skip` comes before it; `only` is what the
    value must look like. `continues` names the list of commands whose shell goes on here, `program` the neighbouring keys that say what
    arguments are given to. `tool`, `stale` and
    `source` are where the fact is from and what a stale value does. `example` and `same` are its proof: in the first
    `{backend}`, `{web}`, `{top}`, `{docs}` and `{module}` stand for what moves, the second stays as it is; `file` is where they stand.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    at: str
    key: bool = False
    holds: Holds
    seen: Seen = "own"
    within: tuple[str, ...] = ()
    default: str = ""
    below: str = ""
    slash: Literal["", "seen", "root"] = ""
    split: str = ""
    until: str = ""
    skip: str = ""
    only: str = ""
    continues: str = ""
    program: tuple[str, ...] = ()
    tool: str = ""
    stale: str = ""
    source: str = ""
    example: str = ""
    same: str = ""
    file: str = ""


class _Entry(pydantic.BaseModel):
    """A format as it stands in a file."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    about: str = ""
    tool: str = ""
    source: str = ""
    files: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    reads: str = ""
    like: str = ""
    rest: str = ""
    rows: tuple[Row, ...] = ()


class _File(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    format: tuple[_Entry, ...] = ()


@dataclass(frozen=True)
class Format:
    """A kind of file: the reader that sees its places, the rows that say what stands there, and what becomes of all other places."""

    name: str
    about: str
    files: tuple[str, ...]
    reads: str
    rest: str
    own: tuple[Row, ...]
    """The rows that it does not take from another format."""
    rows: tuple[Row, ...]
    _known: dict[tuple[Keys, bool], tuple[Row, ...]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def neighbours(self) -> frozenset[str]:
        """The last keys of the places that rows look at beside their own."""
        return frozenset(key.rpartition("/")[2] for row in self.rows for key in (*row.within, *row.program))

    def at(self, keys: Keys, *, is_key: bool) -> tuple[Row, ...]:
        """The rows that speak of a place; the first one whose `only` fits what stands there counts."""
        place = (keys, is_key)
        if place not in self._known:
            joined = "\0".join(key for key in keys if key != "*")
            self._known[place] = tuple(row for row in self.rows if row.key == is_key and _places(row.at).fullmatch(joined))
        return self._known[place]


@lru_cache(maxsize=1024)
def _places(at: str) -> re.Pattern[str]:
    """The places of a row, as an expression on keys with a zero byte between them."""
    return re.compile("|".join(_place(one) for pattern in at.split() for one in _either(pattern)))


def _place(pattern: str) -> str:
    if pattern == ".":
        return ""
    *parts, last = pattern.split("/")
    within = [r"(?:[^\0]+\0)*" if part == "**" else rf"{_key(part)}\0" for part in parts]
    return "".join(within) + (".+" if last == "**" else _key(last))


def _key(part: str) -> str:
    return "".join(r"[^\0]*" if piece == "*" else re.escape(piece) for piece in re.split(r"(\*)", part))


def _either(pattern: str) -> Iterator[str]:
    """The patterns that `{a,b}` stands for."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None:
        yield pattern
        return
    for choice in found.group(1).split(","):
        yield from _either(pattern[: found.start()] + choice + pattern[found.end() :])


class Catalogue:
    """All formats, and which file is of which."""

    def __init__(self, entries: Iterable[_Entry]) -> None:
        listed = tuple(entries)
        by_name = {entry.name: entry for entry in listed}
        self.formats: Mapping[str, Format] = {entry.name: _whole(entry, by_name) for entry in listed}
        self._names: dict[str, str] = {}
        self._suffixes: dict[str, str] = {}
        placed: list[tuple[str, str]] = []
        shaped: list[tuple[str, str]] = []
        for entry in listed:
            for text in (one for pattern in entry.files for one in _either(pattern.lower())):
                if not re.search(r"[*?\[/]", text):
                    self._names.setdefault(text, entry.name)
                elif re.fullmatch(r"\*\.\w+", text):
                    self._suffixes.setdefault(text[1:], entry.name)
                else:
                    (placed if "/" in text else shaped).append((entry.name, _globbed(text)))
            shaped += [(entry.name, text) for text in entry.match]
        self._placed, self._shaped = _Patterns(placed), _Patterns(shaped)

    def dialect(self, path: str) -> str | None:
        """The format of a file by its name alone; one that says folders comes first, then one that says the whole name, an extension last."""
        last = last_name(path).lower()
        found = (
            self._placed.owner(path)
            or self._names.get(last)
            or self._shaped.owner(path)
            or (self._suffixes.get(last[last.rfind(".") :]) if "." in last else None)
        )
        return found if found is None or self.formats[found].reads else None


class _Patterns:
    """Expressions on the ends of paths, each of some format; the first that fits counts."""

    def __init__(self, patterns: list[tuple[str, str]]) -> None:
        self._all = re.compile("|".join(f"(?:.*/)?({text})" for _, text in patterns) or r"(?!)", re.IGNORECASE)
        self._owners = tuple(owner for owner, _ in patterns)

    def owner(self, path: str) -> str | None:
        found = self._all.fullmatch(path)
        return None if found is None or found.lastindex is None else self._owners[found.lastindex - 1]


def _globbed(pattern: str) -> str:
    """A pattern on the end of a path as an expression without groups; `*` stays within a name, `**/` is any folders."""
    pieces = {"**/": "(?:.*/)?", "*": "[^/]*"}
    return "".join(pieces.get(piece) or re.escape(piece) for piece in re.split(r"(\*\*/|\*)", pattern))


def _whole(entry: _Entry, by_name: Mapping[str, _Entry]) -> Format:
    """A format with what it takes from the ones that it is like."""
    line = [entry]
    while line[-1].like:
        line.append(by_name[line[-1].like])
    return Format(
        entry.name,
        entry.about,
        entry.files,
        own=tuple(_sourced(row, entry) for row in entry.rows),
        reads=next((one.reads for one in line if one.reads), ""),
        rest=next((one.rest for one in line if one.rest), "nothing"),
        rows=tuple(_sourced(row, one) for one in line for row in one.rows),
    )


def _sourced(row: Row, entry: _Entry) -> Row:
    """A row with what its format says of all its rows."""
    return row.model_copy(update={"tool": row.tool or entry.tool, "source": row.source or entry.source})


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The formats that come with the program."""
    folder = files(__package__)
    found = sorted((place for place in folder.iterdir() if place.name.endswith(".toml")), key=lambda place: place.name)
    return Catalogue(entry for place in found for entry in _File.model_validate(tomllib.loads(place.read_text(encoding="utf-8"))).format)


@lru_cache(maxsize=1 << 16)
def dialect(path: str) -> str | None:
    """The format of a file, by its name alone."""
    return catalogue().dialect(path)
