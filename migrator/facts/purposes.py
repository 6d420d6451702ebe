"""Which tool a settings file is for, and which are scripts of those who run things: shown by its content, never by its name alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import pathspec
import pydantic

from migrator.facts.sources import sources
from migrator.kinds import kind_of
from migrator.secrets import telling
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Exposed", "Purpose", "exposed", "names", "purposes"]

_LARGE = 1 << 20
"""Files above this many bytes are data."""
_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")
_KEYS = pathspec.GitIgnoreSpec.from_lines(["*.pem", "*.key", "*.p8", "*.pfx", "*.p12", "*.jks", "*.keystore", "id_rsa*", "id_ed25519*", "*.ppk"])
_VALUES = pathspec.GitIgnoreSpec.from_lines([".env", ".env.*", "*.env", "!*.example", "!*.sample", "!*.template", "!*.dist", "!*.tmpl", "!*example*"])
_NO_SECRET = re.compile(rb"(?i)(?:true|false|yes|no|on|off|none|null|\d{1,5})[\"']?\s*(?:#.*)?")
"""Switches and small numbers, whatever their variables are called."""
_VALUE = re.compile(rb"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*[\"']?([^\s\"'#$<{][^\r\n]*)", re.MULTILINE)


class Purpose(NamedTuple):
    """What a file is for, and the line that shows it."""

    name: str
    """`nginx`, `redis`, `compose`, `backup` …"""
    what: str
    """In words: "settings of nginx"."""
    line: int
    caution: str = ""
    """What must be told to somebody outside of the repository when the file goes elsewhere."""


class Exposed(NamedTuple):
    """A file that holds a secret: a private key, or values of variables."""

    what: str
    """`key` or `values`."""
    line: int


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    what: str
    files: tuple[str, ...]
    says: tuple[str, ...]
    least: int = 1
    unless: tuple[str, ...] = ()
    dialect: str = ""
    script: bool = False
    caution: str = ""


class _File(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    purpose: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A row, its patterns and expressions made ready."""

    row: _Row
    files: pathspec.GitIgnoreSpec
    says: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def _table() -> tuple[_Told, ...]:
    text = files("migrator.facts").joinpath("purposes.toml").read_text(encoding="utf-8")
    return tuple(
        _Told(
            row,
            pathspec.GitIgnoreSpec.from_lines(row.files),
            tuple(re.compile(one, re.MULTILINE) for one in row.says),
            tuple(re.compile(one, re.MULTILINE) for one in row.unless),
        )
        for row in _File.model_validate(tomllib.loads(text)).purpose
    )


def names() -> frozenset[str]:
    """Everything that a file can be for."""
    return frozenset(told.row.name for told in _table())


def purposes(facts: Facts) -> Mapping[RepoPath, Purpose]:
    """What files that people wrote are for, of those of which it shows."""
    return {path: found for path in sources(facts) if (rows := _rows(path)) and (found := _purpose(facts, path, rows)) is not None}


def _files(facts: Facts) -> Iterator[RepoPath]:
    return (path for path, entry in facts.tree.items() if entry.mode in {FILE, EXECUTABLE} and not facts.scanner.hidden(path))


def _purpose(facts: Facts, path: RepoPath, rows: Sequence[int]) -> Purpose | None:
    dialect = facts.scanner.dialect(path)
    rows = tuple(number for number in rows if _table()[number].row.dialect in {"", dialect})
    return facts.remembered(path, _shown, path, rows) if rows else None


@lru_cache(maxsize=1)
def _any_row() -> re.Pattern[str]:
    wanted = (one.regex.pattern for told in _table() for one in told.files.patterns if one.include and one.regex is not None)
    return re.compile("|".join(dict.fromkeys(f"(?:{re.sub('[?]P<[^>]*>', '?:', one)})" for one in wanted)))


@lru_cache(maxsize=1 << 16)
def _rows(path: RepoPath) -> tuple[int, ...]:
    """The rows whose patterns a path fits: most fit none, which one expression says sooner than all rows one after the other."""
    if _any_row().match(path) is None:
        return ()
    return tuple(number for number, told in enumerate(_table()) if told.files.match_file(path))


def _shown(source: bytes, path: RepoPath, rows: Sequence[int]) -> Purpose | None:
    """What the first of some rows, by their numbers, says of a content."""
    if len(source) > _LARGE or b"\0" in source[:8192]:
        return None
    text = source.decode("utf-8-sig", "replace")
    for told in (_table()[number] for number in rows):
        if told.row.script and kind_of(path, source) not in {"scripts", "code"}:
            continue
        hits = [found for one in told.says if (found := one.search(text)) is not None]
        if len(hits) >= told.row.least and not any(one.search(text) for one in told.unless):
            return Purpose(told.row.name, told.row.what, text.count("\n", 0, min(hit.start() for hit in hits)) + 1, told.row.caution)
    return None


def exposed(facts: Facts) -> Mapping[RepoPath, Exposed]:
    """The files that hold secrets for whoever can read the repository."""
    return {path: found for path in _files(facts) if (named := _named(path)) and (found := facts.told(path, _exposing, named)) is not None}


@lru_cache(maxsize=1 << 16)
def _named(path: RepoPath) -> str:
    """What a file holds by its name: `key`, `values`, both in this order, or neither."""
    return " ".join(what for what, files in (("key", _KEYS), ("values", _VALUES)) if files.match_file(path))


def _exposing(source: bytes, named: str) -> Exposed | None:
    """The first secret in a content of which its name says what it holds."""
    if "key" in named and (key := _KEY.search(source)) is not None:
        return Exposed("key", source.count(b"\n", 0, key.start()) + 1)
    values = (one for one in _VALUE.finditer(source) if telling(one[1].decode()) and not _NO_SECRET.fullmatch(one[2]))
    value = next(values, None) if "values" in named else None
    return None if value is None else Exposed("values", source.count(b"\n", 0, value.start()) + 1)
