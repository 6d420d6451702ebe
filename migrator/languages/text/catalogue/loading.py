"""Formats and their rows, loaded from TOML, and the format of a file by its name."""

from __future__ import annotations

import hashlib
import json
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
Holds = Literal[
    "path",
    "dir",
    "made",
    "config",
    "pattern",
    "module",
    "schema",
    "alias",
    "handler",
    "command",
    "script",
    "arguments",
    "modules",
    "prose",
    "nothing",
]
Seen = Literal["own", "root", "up", "here", "github", "near"]


class Row(pydantic.BaseModel):
    """One fact: what stands at some places of a format, how it is read, and what proves it."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    at: str
    """Patterns on the keys that lead there, separated by spaces: `a/b` (list positions are left out), `*` for one key, `**` for any number of them, `{x,y}` for either, a lone `.` for the top."""
    key: bool = False
    """The names of the entries below are meant, not their values."""
    holds: Holds
    """What stands there. `made`: a path to what a tool makes, only a directory above it must be there; `alias`: what a script would import;
    `modules`: a command, or the words of one, that runs elsewhere, of which the modules that it names count."""
    seen: Seen = "own"
    """What a path is seen from."""
    within: tuple[str, ...] = ()
    """Neighbouring keys whose value is a directory below that: the nearest that is there counts."""
    default: str = ""
    """The directory where none of `within` is there."""
    below: str = ""
    """The key whose entry is named after that directory."""
    slash: Literal["", "seen", "root"] = ""
    """What a leading slash is the start of: of what the path is `seen` from, or of the repository's root."""
    split: str = ""
    """What separates items."""
    until: str = ""
    """What ends a path."""
    skip: str = ""
    """What comes before a path."""
    only: str = ""
    """What the value must look like."""
    continues: str = ""
    """The list of commands whose shell goes on here."""
    program: tuple[str, ...] = ()
    """The neighbouring keys that say what arguments are given to."""
    tool: str = ""
    """The tool that reads it."""
    stale: str = ""
    """What the tool does with a stale value."""
    source: str = ""
    """Where the fact is from."""
    example: str = ""
    """The proof: a file in which `{backend}`, `{web}`, `{top}`, `{docs}` and `{module}` stand for what moves."""
    same: str = ""
    """The other half of the proof: what looks alike and stays as it is."""
    file: str = ""
    """Where example and same stand."""


class Entry(pydantic.BaseModel):
    """A format as it stands in a file; one with the name of a format that is known already adds rows and files to that."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    """What the format is called."""
    about: str = ""
    """What it is about."""
    tool: str = ""
    """The tool that reads such files."""
    source: str = ""
    """Where the facts are from."""
    files: tuple[str, ...] = ()
    """Patterns for the names of its files."""
    match: tuple[str, ...] = ()
    """What their text must look like."""
    reads: str = ""
    """The reader that sees its places."""
    like: str = ""
    """The format whose rows it shares."""
    rest: str = ""
    """What becomes of all places that no row speaks of."""
    rows: tuple[Row, ...] = ()
    """What stands at which places."""


class FormatFile(pydantic.BaseModel):
    """What a file of formats says."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    format: tuple[Entry, ...] = ()


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

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = listed = tuple(entries)
        by_name = {entry.name: entry for entry in listed}
        self.formats: Mapping[str, Format] = {entry.name: _whole(entry, by_name) for entry in listed}
        self._spoken: dict[str, str] = {}
        self._known: dict[str, str | None] = {}
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

    def with_added(self, added: Iterable[Entry]) -> Catalogue:
        """These formats with others on top: what is added counts first, the first of it before the rest, and adds to a format of its name where there is one."""
        entries = {entry.name: entry for entry in self.entries}
        new: dict[str, Entry] = {}
        for entry in reversed(tuple(added)):
            rows = tuple(sourced(row, entry) for row in entry.rows)
            old = new.get(entry.name) or entries.get(entry.name)
            if old is not None:
                entry = old.model_copy(  # noqa: PLW2901  the same format, with more in it
                    update={"rows": (*rows, *old.rows), "files": (*entry.files, *old.files), "match": (*entry.match, *old.match)}
                )
            new = {entry.name: entry, **{name: one for name, one in new.items() if name != entry.name}}
        made = Catalogue((*new.values(), *(entry for name, entry in entries.items() if name not in new)))
        for name, form in made.formats.items():
            if name not in self.formats or _meaning(form) != _meaning(self.formats[name]):
                made._spoken[name] = spoken = f"{name}{_ADDED}{hashlib.sha256(_meaning(form).encode()).hexdigest()[:16]}"
                _FORMATS[spoken] = form
        return made

    def dialect(self, path: str) -> str | None:
        """The format of a file by its name alone, under the name by which `form` finds it again."""
        if path not in self._known:
            name = self.name(path)
            self._known[path] = None if name is None else self._spoken.get(name, name)
        return self._known[path]

    def name(self, path: str) -> str | None:
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


def _whole(entry: Entry, by_name: Mapping[str, Entry]) -> Format:
    """A format with what it takes from the ones that it is like."""
    line = [entry]
    while line[-1].like:
        line.append(by_name[line[-1].like])
    return Format(
        entry.name,
        entry.about,
        entry.files,
        own=tuple(sourced(row, entry) for row in entry.rows),
        reads=next((one.reads for one in line if one.reads), ""),
        rest=next((one.rest for one in line if one.rest), "nothing"),
        rows=tuple(sourced(row, one) for one in line for row in one.rows),
    )


def sourced(row: Row, entry: Entry) -> Row:
    """A row with what its format says of all its rows."""
    return row.model_copy(update={"tool": row.tool or entry.tool, "source": row.source or entry.source})


_ADDED = "@"
"""What stands between the name of a format and the digest of what is not said of it by the program itself."""
_FORMATS: dict[str, Format] = {}
"""The formats with rows that were added, by the digest of what they say: whoever added them, a name means one format for ever."""


def place(names: Iterable[str], row: Row) -> str:
    """Where the proof of a row stands: where it says so, else in the first file of its format that has a name; empty where none has."""
    return row.file or next((name for name in names if not set(name) & set("*?[{")), "")


def _meaning(form: Format) -> str:
    """All that what a file of a format names depends on, besides the file."""
    return json.dumps([form.reads, form.rest, [row.model_dump(mode="json") for row in form.rows]])


def form(dialect: str) -> Format:
    """The format that a dialect is, with the rows that were added to it."""
    return _FORMATS[dialect] if _ADDED in dialect else catalogue().formats[dialect]


def plain(dialect: str) -> str:
    """The name of a dialect's format, whatever was added to it."""
    return dialect.partition(_ADDED)[0]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The formats that come with the program."""
    folder = files(__package__)
    found = sorted((place for place in folder.iterdir() if place.name.endswith(".toml")), key=lambda place: place.name)
    return Catalogue(entry for place in found for entry in FormatFile.model_validate(tomllib.loads(place.read_text(encoding="utf-8"))).format)


def dialect(path: str) -> str | None:
    """The format of a file, by its name alone, for the formats that come with the program."""
    return catalogue().dialect(path)
