"""Scripts: files that people and machines start by themselves. What each shows that it does, what is twice there, and what seems to be of no use any more."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import pydantic

from migrator.graph import line_of
from migrator.paths import RepoPath, join, name, parent
from migrator.secrets import redact
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Call", "Evidence", "Remains", "Script", "absolute", "copies", "evidence_of", "inside", "names", "remains", "scripts"]

_LARGE = 1 << 20
"""Files above this many bytes are data."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_RUNS = {
    "python": re.compile(r"""^#!|^if[ \t]+__name__[ \t]*==|^(?!print\()[A-Za-z_][\w.]*\(""", re.MULTILINE),
    "javascript": re.compile(r"^#!|\bprocess\.argv\b|\brequire\.main\b|^(?!require\()(?:await[ \t]+)?[A-Za-z_$][\w.$]*\(|^\(async", re.MULTILINE),
}
"""What shows of a module that it is started, and not only loaded."""
_STRONG, _HINT, _FOLDER, _CALLS = 2, 1, 1, 3
"""What a telling word of a name, a word that many names have, and a folder's name count for; and how many calls count."""


class Call(NamedTuple):
    """Something that a script calls, in our words, and the first line on which it does."""

    what: str
    line: int


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
    weight: int
    application: bool
    """Whether only scripts of an application can have it."""

    def __str__(self) -> str:
        called = f"uses {' and '.join(f'{one.what} (line {one.line})' for one in self.calls[:2])}" if self.calls else ""
        return ", ".join(filter(None, (f"is called `{self.word}`" if self.word else "", called)))


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


class Remains(NamedTuple):
    """Why a script seems to be of no use: it is empty, or nothing names it and what it names is gone."""

    why: str
    line: int = 0


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


def _shelved(path: RepoPath) -> bool:
    return not _table().shelves.isdisjoint(path.lower().split("/")[:-1])


_SHEBANGS = (("python", "python"), ("node", "javascript"), ("pwsh", "powershell"), ("sh", "shell"))


def _script(facts: Facts, path: RepoPath) -> Script | None:
    source = facts.read(path) if _language(path) is None else b""
    language = _language(path) or _shebang(source)
    if language is None or len(source) > _LARGE:
        return None
    said = facts.told(path, _said, language.name)
    return Script(path, language.name, language.code, said.runs, said.application, tuple(evidence_of(path, said.calls)))


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
    runs = language not in _RUNS or _RUNS[language].search(text) is not None
    application = tuple(Call(what, line) for what, pattern in _table().application.items() if (line := _first(pattern, loud)))
    calls = tuple(_Called(row.name, what, line) for row in _table().purpose for what, pattern in row.calls.items() if (line := _first(pattern, loud)))
    return _Said(runs=runs, application=application, calls=calls)


def _first(pattern: str, text: str) -> int:
    """The first line on which something is found; 0 for none."""
    found = _compiled(pattern).search(text)
    return 0 if found is None else text.count("\n", 0, found.start()) + 1


def evidence_of(path: RepoPath, calls: tuple[_Called, ...]) -> Iterator[Evidence]:
    """What speaks for each purpose, by weight: a name counts once, each kind of call once."""
    words, above = _words(name(path)), _words(name(parent(path)))
    found: list[Evidence] = []
    for row in _table().purpose:
        mine = tuple(Call(one.what, one.line) for one in calls if one.purpose == row.name)
        strong, hint, folder = _word(words, row.names), _word(words, row.hints), _word(above, row.names)
        weight = (_STRONG if strong else _HINT if hint else 0) + (_FOLDER if folder else 0) + min(len(mine), _CALLS)
        if weight:
            found.append(Evidence(row.name, strong or hint or folder, mine, weight, row.application))
    yield from sorted(found, key=lambda one: -one.weight)


@lru_cache(maxsize=1 << 12)
def _words(title: str) -> tuple[str, ...]:
    """The words of a name without its ending, and all of it."""
    stem = title.rpartition(".")[0] or title
    return (*(word.lower() for word in _WORDS.findall(stem)), stem.lower().replace("-", "_"))


def _word(words: tuple[str, ...], patterns: tuple[str, ...]) -> str:
    return next((word for word in words if any(fnmatchcase(word, pattern) for pattern in patterns)), "")


# what is started in an image ----------------------------------------------------------------------------------------------

_INSIDE = re.compile(rb"\b(?:docker|podman|compose|kubectl|nerdctl)\b[^\n]*\b(?:exec|run)\b([^\n`\"']*)")
_FILE = re.compile(r"[\w./-]*[\w-]+\.\w+")


def inside(facts: Facts) -> Mapping[RepoPath, RepoPath]:
    """The scripts that somebody says how to start in an image, where they have the path that they have there; each with the file that says it."""
    titles = {name(path) for path in facts.derive(scripts)}
    found: dict[RepoPath, RepoPath] = {}
    for source in facts.graph.references:
        for word in facts.told(source, _started_inside):
            if name(word) in titles:
                way = word.removeprefix("./").lstrip("/")
                for path in facts.derive(scripts):
                    # The image may hold the repository, or one folder of it, in a folder of its own.
                    if name(path) == name(word) and (
                        f"/{path}".endswith(f"/{way}") or way.endswith(f"/{parent(path).rpartition('/')[2]}/{name(path)}")
                    ):
                        found.setdefault(path, source)
    return found


def _started_inside(source: bytes) -> tuple[str, ...]:
    """The files that commands in an image name."""
    words = (found[1].decode("utf-8", "replace") for found in _INSIDE.finditer(source)) if b"exec" in source or b"run" in source else ()
    return tuple(dict.fromkeys(word for line in words for word in _FILE.findall(line)))


# what is twice there, and what is of no use ---------------------------------------------------------------------------


def copies(facts: Facts) -> tuple[tuple[tuple[RepoPath, ...], bool], ...]:
    """Scripts that say the same, white space aside: the paths of each group, and whether they are the same to the byte."""
    groups: dict[str, list[RepoPath]] = {}
    for path in facts.derive(scripts):
        if digest := facts.told(path, _digest):
            groups.setdefault(digest, []).append(path)
    return tuple(
        (tuple(paths), len({facts.tree[path].blob for path in paths}) == 1)
        for paths in sorted(groups.values())
        if len(paths) > 1
    )  # fmt: skip


def _digest(source: bytes) -> str:
    words = source.removeprefix(b"\xef\xbb\xbf").split()
    return hashlib.sha256(b" ".join(words)).hexdigest() if words else ""


def remains(facts: Facts) -> Mapping[RepoPath, Remains]:
    """The scripts that seem to be of no use, each with what shows it."""
    found: dict[RepoPath, Remains] = {}
    for path, script in facts.derive(scripts).items():
        if not facts.read(path).strip():
            found[path] = Remains("is empty")
            continue
        dead = [
            one.mention
            for one in facts.graph.references.get(path, ())
            if one.target.missing and one.mention.weak and _is_gone(facts, one.mention.text)
        ]
        if dead and script.runs and path not in facts.graph.incoming:
            more = f" and {len(dead) - 1} more that are gone" if len(dead) > 1 else ", which is gone"
            line = line_of(facts.read(path), dead[0].start)
            found[path] = Remains(f"nothing names it, and it names `{redact(dead[0].text)}`{more}", line)
    return found


def absolute(facts: Facts, path: RepoPath) -> int:
    """The line on which a script names itself by an absolute path; 0 for none."""
    own = re.escape(path.encode()).replace(b"/", rb"[/\\\\]+")
    found = re.search(rb"(?:^|[\s\"'=(`])(?:/|[A-Za-z]:[/\\\\]|~/|\$\{?HOME\}?/)(?:[\w.@$ {}-]+[/\\\\]+)*" + own, facts.read(path), re.MULTILINE)
    return 0 if found is None else line_of(facts.read(path), found.end())


def _is_gone(facts: Facts, text: str) -> bool:
    """Whether a path is there from nowhere that a person would look from."""
    path = join("", text.replace("\\", "/").strip("/"))
    return "/" in text and path is not None and path not in facts.tree and not facts.tree.is_dir(path)
