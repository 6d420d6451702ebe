"""What people of a repository run: scripts of manifests, targets of task runners, compose files, overlays, scripts by their path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from tomllib import loads
from typing import TYPE_CHECKING, NamedTuple

import pathspec
import pydantic

from migrator.atlas.python import LOCKS
from migrator.facts.projects.aims import purpose_of
from migrator.facts.projects.model import Command
from migrator.facts.projects.reading import READERS, Defined
from migrator.facts.purposes import purposes
from migrator.kinds import is_foreign
from migrator.origin import Origin
from migrator.paths import RepoPath, ancestors, name, parent, relative
from migrator.secrets import redact
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Composed", "commands"]

_TASKS = frozenset({"turbo", "nx"})
_OPERATIONS = {"backup": "data", "restore": "data", "provision": "deploy", "disaster-recovery": "data"}
"""Scripts that those who run things have wherever they lie, by what their content shows."""
_LOCAL = {"npm": ("npx",), "pnpm": ("pnpm", "exec"), "yarn": ("yarn",), "bun": ("bunx",)}
_PURPOSES = {"test": "test", "staging": "deploy", "production": "deploy"}
"""What compose files are run for, by environment; all others to develop."""
_PROGRAMS = frozenset({"python", "node"})
"""Scripts whose lines are no commands of a shell."""
_IMAGES = frozenset({"dockerfile", "compose"})
"""What is copied or mounted into a container runs there."""
_LARGE = 1 << 18
"""Files above this many bytes are no scripts of people."""


class Composed(NamedTuple):
    """Compose files that are run together, in the order of `-f`, and the environment that they are for, if any."""

    files: tuple[RepoPath, ...]
    environment: str


class _Source(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    runner: str
    files: tuple[str, ...]
    reads: str
    words: tuple[str, ...]
    at: str = ""
    name: str = ""
    purpose: str = ""
    hooks: frozenset[str] = frozenset()
    none: str = ""
    says: str = ""
    unless: str = ""
    wrap: bool = False
    local: bool = False


class _Aside(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    folders: frozenset[str]
    files: tuple[str, ...]


class _Table(NamedTuple):
    rows: tuple[_Source, ...]
    names: Mapping[str, tuple[int, ...]]
    """By the whole name of a file, the rows that it is of in whichever folder."""
    patterns: tuple[tuple[int, pathspec.GitIgnoreSpec], ...]
    """The rows whose files have no such names."""
    aside: _Aside
    files: pathspec.GitIgnoreSpec


@lru_cache(maxsize=1)
def _table() -> _Table:
    said = loads(files("migrator.facts.projects").joinpath("commands.toml").read_text(encoding="utf-8"))
    rows = tuple(_Source.model_validate(one) for one in said["source"])
    aside = _Aside.model_validate(said["aside"])
    plain = {number for number, row in enumerate(rows) if not any(set("*/") & set(file) for file in row.files)}
    names = {file: tuple(number for number in sorted(plain) if file in rows[number].files) for one in plain for file in rows[one].files}
    patterns = tuple((number, pathspec.GitIgnoreSpec.from_lines(row.files)) for number, row in enumerate(rows) if number not in plain)
    return _Table(rows, names, patterns, aside, pathspec.GitIgnoreSpec.from_lines(aside.files))


def commands(facts: Facts, homes: Sequence[RepoPath], composed: Sequence[Composed] = ()) -> tuple[Command, ...]:
    """Every command of a tree, by the directory in which it is typed; `homes` are the directories of its projects."""
    operations = {path: one.name for path, one in facts.derive(purposes).items() if one.name in _OPERATIONS}
    found = [*_composed(composed)]
    for path, entry in facts.tree.items():
        rows = _rows(path)
        if path in operations and not any(_table().rows[number].reads == "script" for number in rows):
            rows = (*rows, *_rows(RepoPath(f"scripts/{name(path)}")))
        if rows and entry.mode in {FILE, EXECUTABLE} and not facts.scanner.hidden(path):
            found += _of(facts, path, [_table().rows[number] for number in rows], homes, _OPERATIONS.get(operations.get(path, ""), ""))
    return tuple(sorted(_once(found), key=lambda one: (one.directory, one.origin, one.name)))


@lru_cache(maxsize=1 << 16)
def _rows(path: RepoPath) -> tuple[int, ...]:
    """The rows whose patterns a path fits."""
    table, folders = _table(), set(path.split("/")[:-1])
    if is_foreign(path):
        return ()
    no_script = bool(table.aside.folders & folders) or table.files.match_file(path)
    fits = {*table.names.get(name(path), ()), *(number for number, pattern in table.patterns if pattern.match_file(path))}
    return tuple(number for number in sorted(fits) if not (no_script and table.rows[number].reads == "script"))


def _of(facts: Facts, path: RepoPath, rows: Sequence[_Source], homes: Sequence[RepoPath], operation: str) -> Iterator[Command]:
    source = facts.read(path)
    if len(source) > _LARGE:
        return
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    for row in rows:
        script = row.reads == "script"
        if (row.says and not re.search(row.says, text)) or (row.unless and re.search(row.unless, text)):
            continue
        if script and any(facts.scanner.dialect(one) in _IMAGES for one in facts.graph.importers(path)):
            continue
        home = next((one for one in ancestors(path) if one in homes), RepoPath("")) if script else _typed(row, path)
        for one in READERS[row.reads](text, row.at):
            if one.name not in row.hooks and not (row.hooks and _around(one.name, text)) and not (row.none and re.search(row.none, one.text)):
                yield _command(facts, path, row, one, home, operation)


def _typed(row: _Source, path: RepoPath) -> RepoPath:
    """The directory in which a command is typed: its file's, where the words do not name it."""
    return RepoPath("") if any("{folder}" in word for word in row.words) else parent(path)


def _around(title: str, text: str) -> bool:
    """Whether a script of a package runs before or after another one by itself."""
    return any(title.startswith(prefix) and f'"{title.removeprefix(prefix)}"' in text for prefix in ("pre", "post"))


def _command(  # noqa: PLR0913, PLR0917  the parts of a command
    facts: Facts, path: RepoPath, row: _Source, one: Defined, home: RepoPath, operation: str
) -> Command:
    file = relative(path, home) if home else path
    stem = posixpath.splitext(file)[0] if row.reads == "script" else ""
    title = one.name or row.name.format(label=name(parent(path))) or re.sub(r"^(?:.*/)?scripts/", "", stem)
    values = {"name": one.name, "manager": facts.atlas.node.manager_of(parent(path)) or "npm", "file": file, "folder": parent(path)}
    words = tuple(word.format(*one.stars, **values) for word in row.words)
    if row.wrap or row.local:
        words = (*(_wrapped(facts, parent(path)) if row.wrap else _LOCAL[values["manager"]]), *words)
    purpose = row.purpose or operation or purpose_of(title, one.text if row.runner not in _PROGRAMS else "")
    return Command(title, words, home, "" if one.name == "" else redact(one.text), Origin(path, one.line), row.runner, purpose)


def _wrapped(facts: Facts, directory: RepoPath) -> tuple[str, ...]:
    """What has a program run where a Python project's packages are; nothing where no lock file says it."""
    above = (directory, *ancestors(directory))
    return next(((manager, "run") for one in above for lock, manager in LOCKS.items() if lock in facts.tree.folders.get(one, ())), ())


def _composed(composed: Sequence[Composed]) -> Iterator[Command]:
    """`docker compose up` of files that go together, typed where the first lies."""
    for one in composed:
        directory = parent(one.files[0])
        named = tuple(word for file in one.files for word in ("-f", posixpath.relpath(file, directory or ".")))
        last = one.files[-1]
        told = [part for part in re.split(r"[.]", posixpath.splitext(name(last))[0]) if part not in {"compose", "docker-compose"}]
        title = ":".join(("up", *told))
        purpose = purpose_of(".".join(told)) or (_PURPOSES.get(one.environment, "develop") if told else "develop")
        yield Command(title, ("docker", "compose", *named, "up"), directory, "", Origin(last), "compose", purpose)


def _once(found: Sequence[Command]) -> Iterator[Command]:
    """Each thing that is typed once: of a task that two keys define the first, and none that a script of its directory already is."""
    scripts = {(one.directory, one.text) for one in found if one.runner == "package"}
    seen: dict[tuple[RepoPath, tuple[str, ...]], Command] = {}
    for one in found:
        if one.runner not in _TASKS or not any((one.directory, " ".join(one.words[start:])) in scripts for start in (0, 1, 2)):
            seen.setdefault((one.directory, one.words), one)
    yield from seen.values()
