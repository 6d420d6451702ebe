"""Scripts: files that people and machines start by themselves, and what each shows that it does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import pydantic

from migrator.paths import RepoPath, name, parent
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Call", "Evidence", "Script", "language_by_name", "names", "scripts"]

_LARGE = 1 << 20
"""Files above this many bytes are data."""
_LONG = 500
"""So much of a line is read: what is longer nobody wrote."""
_APART = re.compile(r"[^A-Za-z0-9]+")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_RUNS = {
    "python": re.compile(r"""^#!|^if[ \t]+__name__[ \t]*==|^(?!print\()[A-Za-z_][\w.]*\(""", re.MULTILINE),
    "javascript": re.compile(r"^#!|\bprocess\.argv\b|\brequire\.main\b|^(?!require\()(?:await[ \t]+)?[A-Za-z_$][\w.$]*\(|^\(async", re.MULTILINE),
}
"""What shows of a module that it is started, and not only loaded."""
_STRONG, _HINT, _FOLDER, _START, _CALLS = 2, 1, 1, 1, 3
"""What a telling word of a name, a word that many names have, a folder's name and what starts it count for; and how many calls count."""


class Call(NamedTuple):
    """Something that a script calls, in our words, and the first line on which it does."""

    what: str
    line: int


class Start(NamedTuple):
    """Who starts a script, and what that calls it: a target, a script of a package, a step."""

    source: RepoPath
    title: str


class _Called(NamedTuple):
    purpose: str
    what: str
    line: int


class _Said(NamedTuple):
    """What a content says of itself."""

    runs: bool
    application: tuple[Call, ...]
    calls: tuple[_Called, ...]


class Evidence(NamedTuple):
    """What speaks for one purpose of a script."""

    purpose: str
    """`testing`, `deployment`, `seed-scripts` …"""
    word: str
    """The word of its name, or of its folder's, that says so."""
    calls: tuple[Call, ...]
    start: Start | None
    weight: int
    application: bool
    """Whether only scripts of an application can have it."""

    def __str__(self) -> str:
        called = f"uses {' and '.join(f'{one.what} (line {one.line})' for one in self.calls[:2])}" if self.calls else ""
        started = f"started as `{self.start.title}` by {self.start.source}" if self.start is not None else ""
        return ", ".join(filter(None, (f"is called `{self.word}`" if self.word else "", called, started)))


@dataclass(frozen=True, slots=True)
class Script:
    """A file that is started by itself, or that such files share."""

    path: RepoPath
    language: str
    """`shell`, `powershell`, `batch`, `python` or `javascript`."""
    code: bool
    """Whether applications are written in its language too."""
    runs: bool
    """Whether it is started; else others load it."""
    application: tuple[Call, ...]
    """What of an application's stores it works on."""
    evidence: tuple[Evidence, ...]
    """What it shows that it does, what most speaks for first."""


class _Language(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    files: tuple[str, ...]
    code: bool = False
    quiet: tuple[str, ...]


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    what: str
    application: bool = False
    names: tuple[str, ...]
    hints: tuple[str, ...] = ()
    calls: dict[str, str]


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    shelves: frozenset[str]
    language: tuple[_Language, ...]
    application: dict[str, str]
    purpose: tuple[_Row, ...]


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(files("migrator.facts").joinpath("scripts.toml").read_text(encoding="utf-8")))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE | re.IGNORECASE)


def names() -> Mapping[str, bool]:
    """The purposes that scripts can have, each with whether only an application's can."""
    return {row.name: row.application for row in _table().purpose}


def scripts(facts: Facts) -> Mapping[RepoPath, Script]:
    """The scripts of a tree: of languages that only scripts are written in all, of others those in folders for them, and the root's that run."""
    found = {path: script for path in _candidates(facts) if (script := _script(facts, path)) is not None}
    return {path: one for path, one in found.items() if one.runs or parent(path)}


def _candidates(facts: Facts) -> Iterator[RepoPath]:
    for path, entry in facts.tree.items():
        if entry.mode in {FILE, EXECUTABLE} and not facts.scanner.hidden(path) and ((language := _language(path)) or "." not in name(path)):
            if language is None and not _shelved(path):
                continue
            if language is None or not language.code or not parent(path) or _shelved(path):
                yield path


@lru_cache(maxsize=1 << 16)
def _language(path: RepoPath) -> _Language | None:
    return next((one for one in _table().language if any(fnmatchcase(name(path).lower(), pattern) for pattern in one.files)), None)


def language_by_name(path: RepoPath) -> str | None:
    """The language that the ending of a file's name says it is written in, of those that scripts are written in."""
    language = _language(path)
    return None if language is None else language.name


def _shelved(path: RepoPath) -> bool:
    return not _table().shelves.isdisjoint(path.lower().split("/")[:-1])


_SHEBANGS = (("python", "python"), ("node", "javascript"), ("pwsh", "powershell"), ("sh", "shell"))


def _script(facts: Facts, path: RepoPath) -> Script | None:
    source = facts.read(path) if _language(path) is None else b""
    language = _language(path) or _shebang(source)
    if language is None or len(source) > _LARGE:
        return None
    said = facts.told(path, _said, language.name)
    return Script(path, language.name, language.code, said.runs, said.application, tuple(_evidence(path, said.calls, tuple(_starts(facts, path)))))


def _shebang(source: bytes) -> _Language | None:
    first = source.partition(b"\n")[0].decode("utf-8", "replace")
    told = next((spoken for word, spoken in _SHEBANGS if word in first), None) if first.startswith("#!") else None
    return next((one for one in _table().language if one.name == told), None)


def _said(source: bytes, language: str) -> _Said:
    """What a script runs and calls; what it only says to people is left out."""
    if len(source) > _LARGE or b"\0" in source[:8192]:
        return _Said(runs=False, application=(), calls=())
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    spoken = next(one for one in _table().language if one.name == language)
    loud = text
    for pattern in spoken.quiet:
        loud = _compiled(pattern).sub(lambda found: "\n" * found[0].count("\n"), loud)
    loud = "\n".join(line[:_LONG] for line in loud.split("\n"))
    runs = language not in _RUNS or _RUNS[language].search(text) is not None
    application = tuple(Call(what, line) for what, pattern in _table().application.items() if (line := _first(pattern, loud)))
    calls = tuple(_Called(row.name, what, line) for row in _table().purpose for what, pattern in row.calls.items() if (line := _first(pattern, loud)))
    return _Said(runs=runs, application=application, calls=calls)


def _first(pattern: str, text: str) -> int:
    """The first line on which something is found; 0 for none."""
    found = _compiled(pattern).search(text)
    return 0 if found is None else text.count("\n", 0, found.start()) + 1


_STARTING = {
    "package.json": re.compile(r'"([\w:.-]+)"\s*:\s*"[^"\n]*$'),
    "Makefile": re.compile(r"^([\w.-]+)[^\S\n]*:(?!=)(?:[^\n]*\n(?:\t[^\n]*\n|[^\S\n]*\n|#[^\n]*\n)*\t[^\n]*|[^\n]*)\Z", re.MULTILINE),
    ".yml": re.compile(r"^[ \t]*-[ \t]+name:[ \t]*([^\n]+)\n(?:(?![ \t]*-[ \t]+\w+:)[^\n]*\n)*(?![ \t]*-[ \t]+\w+:)[^\n]*\Z", re.MULTILINE),
}
"""What stands before a mention where its file gives a name to what starts it."""
_BEFORE = 2000
"""So many bytes before it."""


def _starts(facts: Facts, path: RepoPath) -> Iterator[Start]:
    """What those who start a script call it."""
    for reference in facts.graph.incoming.get(path, ()):
        source = reference.source
        pattern = _STARTING.get(name(source)) or (_STARTING[".yml"] if source.startswith(".github/workflows/") else None)
        if pattern is not None:
            end = reference.mention.start
            before = facts.read(source)[max(0, end - _BEFORE) : end].decode("utf-8", "replace").replace("\r\n", "\n")
            titles = [found[1] for found in pattern.finditer(before)]
            yield from (Start(source, title.strip("\"' ")) for title in titles[-1:])


def _evidence(path: RepoPath, calls: tuple[_Called, ...], starts: tuple[Start, ...]) -> Iterator[Evidence]:
    """What speaks for each purpose, by weight: a name, who starts it and a folder count once, each kind of call once."""
    words, above = _words(name(path)), _words(name(parent(path)))
    found: list[Evidence] = []
    for row in _table().purpose:
        mine = tuple(Call(one.what, one.line) for one in calls if one.purpose == row.name)
        strong, hint, folder = _word(words, row.names), _word(words, row.hints), _word(above, row.names)
        start = next((one for one in starts if _word(_words(one.title), row.names)), None)
        weight = (_STRONG if strong else _HINT if hint else 0) + bool(folder) * _FOLDER + bool(start) * _START + min(len(mine), _CALLS)
        if weight:
            found.append(Evidence(row.name, strong or hint or folder, mine, start, weight, row.application))
    yield from sorted(found, key=lambda one: -one.weight)


@lru_cache(maxsize=1 << 12)
def _words(title: str) -> tuple[str, ...]:
    """The words of a name without its ending, and all of it."""
    stem = title.rpartition(".")[0] or title
    parts = _APART.split(stem)
    return (*(word.lower() for part in parts for word in dict.fromkeys((*_WORDS.findall(part), part))), stem.lower().replace("-", "_"))


@lru_cache(maxsize=1 << 16)  # each step asks the same of each script
def _word(words: tuple[str, ...], patterns: tuple[str, ...]) -> str:
    return next((word for word in words if any(fnmatchcase(word, pattern) for pattern in patterns)), "")
