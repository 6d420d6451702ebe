"""What speaks for each kind of document: words of its name, title and folder, its headings, what it says, and what it links to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import pathspec
import pydantic

from migrator.facts.documents.model import Evidence, Sign
from migrator.facts.documents.reading import content, markup_of, plain
from migrator.paths import RepoPath, name, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["evidence", "kinds", "languages", "says"]

_TITLE, _NAME, _FOLDER, _HINT, _LINKS = 3, 2, 2, 1, 1
"""What a telling word of a title, of a name and of a folder counts for, a word that many have, and files that are linked to."""
_MOST = 2
"""So many kinds of headings count, and so many of what is said."""
_ENDING = re.compile(r"\.[A-Za-z]+$")
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LEADING = re.compile(r"\A(?:[^\w`?]|\d+[.)])+")
_READ = 6000
"""So many characters of its text say what it is about."""
_LONG = 40
"""So much of what it says is shown."""
_APART = re.compile(r"\W+|_+")


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    what: str
    names: tuple[str, ...]
    hints: tuple[str, ...] = ()
    headings: tuple[str, ...]
    says: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class _Languages(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    names: frozenset[str]


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    languages: _Languages
    kind: tuple[_Row, ...]


class _Shown(NamedTuple):
    """What a content shows of one kind."""

    kind: str
    strong: Sign | None
    hint: Sign | None
    rest: tuple[Sign, ...]


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")))


def kinds() -> dict[str, str]:
    """The kinds of documents by name, with what such are in words."""
    return {row.name: row.what for row in _table().kind}


def languages() -> frozenset[str]:
    """The names of languages in folders and endings of names: `de`, `zh` …"""
    return _table().languages.names


@lru_cache(maxsize=1 << 12)
def says(folder: str, kind: str) -> bool:
    """Whether what a folder is called speaks for a kind."""
    row = next(one for one in _table().kind if one.name == kind)
    return bool(_words(row.names).search(words(folder)) or _words(row.hints).search(words(folder)))


@cache
def _words(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Any of some words; what is written without spaces between words stands anywhere."""
    return re.compile("|".join(rf"(?<!\w)(?:{one})(?!\w)" if ord(one[0]) < 0x2E80 else one for one in patterns) or "(?!)")  # noqa: PLR2004  the first of the scripts of East Asia


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.MULTILINE)


def evidence(facts: Facts, path: RepoPath) -> tuple[Evidence, ...]:
    """What speaks for each kind of document that anything speaks for, what most speaks for first."""
    markup = markup_of(path)
    shown = {one.kind: one for one in facts.told(path, _shown, markup)}
    targets = [target for one in facts.graph.references.get(path, ()) if one.mention.kind == "link" and (target := one.target.path) is not None]
    title, folder = words(name(path)), words(name(parent(path)))
    found = []
    for row in _table().kind:
        said = shown.get(row.name)
        strong, hint = _words(row.names), _words(row.hints)
        signs: list[tuple[int, Sign]] = []
        named = _first(strong, title, "is called `{}`", _NAME) or _first(hint, title, "is called `{}`", _HINT)
        if named:
            signs.append(named)
        if said is not None and (told := said.strong or said.hint) is not None:
            signs.append((_TITLE if said.strong is not None else _HINT, told))
        if above := _first(strong, folder, "lies in `{}`", _FOLDER) or _first(hint, folder, "lies in `{}`", _HINT):
            signs.append(above)
        signs += [(1, one) for one in (said.rest if said is not None else ())]
        if (target := next((one for one in targets if _linked(row.links, one)), None)) is not None:
            signs.append((_LINKS, Sign(f"links to {target}")))
        if signs:
            telling = bool(named and named[0] == _NAME) or (said is not None and said.strong is not None)
            read = said is not None and bool(said.strong is not None or said.rest)
            found.append(Evidence(row.name, sum(weight for weight, _ in signs), tuple(sign for _, sign in signs), telling, read))
    return tuple(sorted(found, key=lambda one: -one.weight))


def _first(pattern: re.Pattern[str], text: str, form: str, weight: int) -> tuple[int, Sign] | None:
    found = pattern.search(text)
    return None if found is None else (weight, Sign(form.format(found[0])))


def _linked(patterns: tuple[str, ...], path: RepoPath) -> bool:
    return bool(patterns) and _spec(patterns).match_file(path)


@cache
def _spec(patterns: tuple[str, ...]) -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines(patterns)


@lru_cache(maxsize=1 << 14)
def words(title: str) -> str:
    """The words of a name without its ending, in lower case, single spaces between them."""
    return _spaced(_CAMEL.sub(" ", _ENDING.sub("", title)))


def _spaced(text: str) -> str:
    return " ".join(_APART.sub(" ", text).lower().split())


def _shown(source: bytes, markup: str) -> tuple[_Shown, ...]:
    """What a content shows by its title, its headings and what it says."""
    said = content(source, markup)
    title = _spaced(plain(said.title))
    line = next((one.line for one in said.headings if one.text == said.title), 1)
    headings = [(_bare(one.text), one.line) for one in said.headings if one.text != said.title]  # the title counts by its words
    texts = _Texts(title, line, headings, "\n".join(text.lower() for text, _ in headings), said.prose[:_READ].lower())
    return tuple(one for row in _table().kind if any((one := _of(row, texts))[1:]))


class _Texts(NamedTuple):
    title: str
    line: int
    headings: list[tuple[str, int]]
    headed: str
    """The headings, one a line, in lower case; so is the prose."""
    prose: str


def _of(row: _Row, said: _Texts) -> _Shown:
    strong, hint = _words(row.names).search(said.title), _words(row.hints).search(said.title)
    return _Shown(
        row.name,
        Sign(f"is titled `{strong[0]}`", said.line) if strong is not None else None,
        Sign(f"is titled `{hint[0]}`", said.line) if hint is not None else None,
        (*islice(_headed(row, said), _MOST), *islice(_said(row, said.prose), _MOST)),
    )


def _headed(row: _Row, said: _Texts) -> Iterator[Sign]:
    """The first heading that each expression fits."""
    for expression in row.headings:
        found = _pattern(expression).search(said.headed)
        if found is not None:
            text, line = said.headings[said.headed.count("\n", 0, found.start())]
            yield Sign(f"has a heading `{text[:_LONG]}`", line)


def _said(row: _Row, prose: str) -> Iterator[Sign]:
    """The first place that each expression fits."""
    for expression in row.says:
        found = _pattern(expression).search(prose)
        if found is not None:
            yield Sign(f"says `{' '.join(found[0].split())[:_LONG]}`", prose.count("\n", 0, found.start()) + 1)


@lru_cache(maxsize=1 << 14)
def _bare(heading: str) -> str:
    """A heading without markup, and without the signs and numbers that it begins with."""
    return _LEADING.sub("", plain(heading)).strip()
