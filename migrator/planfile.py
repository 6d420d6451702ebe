"""The plan file: what it may say, and how it is read on top of ours."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import pathspec
import pydantic

from migrator.errors import PlanError, Problem, UsageError, in_order
from migrator.languages.text.catalogue import Entry as FormatEntry
from migrator.languages.text.catalogue import said_by
from migrator.mistakes import line_of_keys, mistakes
from migrator.paths import RepoPath, repo_path
from migrator.phase import Pattern

if TYPE_CHECKING:
    from migrator.phase import Phase

PLAN_FILE = RepoPath("migrate.toml")
"""The plan file in the user's repository."""


def words_of(command: str | Sequence[str]) -> list[str]:
    """The words of a command: a program, and what it is given. No shell ever reads them."""
    return shlex.split(command) if isinstance(command, str) else list(command)


class Command(pydantic.BaseModel):
    """A command that a plan file declares. It runs in throwaway checkouts, and only after a person approved it (see `migrator.trust`)."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    command: str | tuple[str, ...]
    """Words, or a line split as a shell would; `{checkout}` and `{worktree}` stand for the two directories."""
    directory: str = "."
    """Where it runs, seen from the root."""
    setup: str | tuple[str, ...] | None = None
    """What runs before it, in the same place."""
    links: tuple[str, ...] = ()
    """Paths of the work tree that the throwaway checkout shares, such as `node_modules`."""
    inputs: tuple[str, ...] = ()
    """Paths that its result depends on; without them the whole tree. A result is remembered for as long as they do not change."""
    env: dict[str, str] = {}
    """Variables of its environment."""
    timeout: int = pydantic.Field(600, gt=0)
    """Seconds."""

    @pydantic.field_validator("command", "setup")
    @classmethod
    def _has_words(cls, command: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        if command is not None and not words_of(command):
            raise ValueError("says no program to run")
        return command

    @pydantic.field_validator("directory", "links", "inputs", "files", "report", check_fields=False)
    @classmethod
    def _inside(cls, paths: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        try:
            for path in (paths,) if isinstance(paths, str) else paths or ():
                repo_path(path)
        except UsageError as error:
            raise ValueError(error.message) from error
        return paths


class Gate(Command):
    """One `[gates.NAME]` table: a command whose new failures set a step aside."""

    read: Literal["exit", "junit", "tsc", "vitest-json", "lines", "imports"] = "exit"
    """How its result is read."""
    pattern: str | None = None
    """With `read = "lines"`: the regular expression that a failure's line matches; its first group, if any, is the id."""
    modules: tuple[str, ...] = ()
    """With `read = "imports"`: the Python modules to import, by their names in `directory`, `app.*` for all of a package; `command` is the interpreter alone."""
    report: str | None = None
    """Where the command writes its report, seen from `directory`; without it the output is read."""

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Gate:
        if (self.read == "lines") != (self.pattern is not None):
            raise ValueError('`pattern` goes with read = "lines", and that needs one')
        if (self.read == "imports") != bool(self.modules):
            raise ValueError('`modules` goes with read = "imports", and that needs some')
        if not all(part.isidentifier() for module in self.modules for part in module.removesuffix(".*").split(".")):
            raise ValueError("`modules` are dotted names, or those of packages with `.*` behind them")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"`pattern` is not a regular expression: {error}") from error
        return self


class Document(Command):
    """One `[documents.NAME]` table: a command that makes files which a phase can ask for."""

    files: tuple[str, ...] = pydantic.Field(min_length=1)
    """What it leaves behind, seen from `directory`."""


class Shims(pydantic.BaseModel):
    """The `[shims]` table: steps that move modules leave re-exports at the old places, for whoever comes later with the old names."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    expires: dt.date
    """Until when they are promised. A date and no span: what a step makes does not depend on the day on which it is made (L4)."""
    python: bool = True
    """Whether Python modules leave some."""
    typescript: bool = True
    """JavaScript included."""
    phases: tuple[str, ...] = ()
    """The phases whose steps leave some; all where none is named."""
    paths: tuple[Pattern, ...] = ()
    """Patterns as in .gitignore on old places: only there are some left; everywhere where none is given."""

    def wanted(self, phase: str) -> bool:
        """Whether steps of a phase leave some."""
        return not self.phases or phase in self.phases

    def covers(self, path: RepoPath) -> bool:
        """Whether some are left at an old place."""
        return not self.paths or pathspec.GitIgnoreSpec.from_lines(self.paths).match_file(path)


@dataclass(frozen=True, slots=True)
class Declared:
    """A command with the table of the plan file in which it stands."""

    kind: Literal["gate", "document"]
    name: str
    command: Command

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Declared commands that do not run because nobody approved them, and why; empty where all may run."""

    commands: tuple[Declared, ...] = ()
    why: str = ""

    def __bool__(self) -> bool:
        return bool(self.commands)

    def of(self, kind: Literal["gate", "document"]) -> Waiting:
        """Those of one kind."""
        return replace(self, commands=tuple(one for one in self.commands if one.kind == kind))


class PlanFile(pydantic.BaseModel):
    """What `plans/*.toml` and a repository's `migrate.toml` may say."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    exclude: tuple[Pattern, ...] = ()
    """Patterns as in .gitignore: stale copies and build products, never rewritten and never taken for code."""
    answers: dict[str, str] = {}
    """Question id to answer."""
    gates: dict[str, Gate] = {}
    """Checks of the repository's own, by name."""
    documents: dict[str, Document] = {}
    """Name to what the repository's own code can say of itself; nothing of it runs before a phase asks."""
    phases: dict[str, dict[str, Any]] = {}
    """Phase name to its options; each phase has a schema of its own."""
    shims: Shims | None = None
    """Whether steps leave shims at old places, and until when; none where it is not said."""
    format: tuple[FormatEntry, ...] = ()
    """Formats and rows of the repository's own, as they stand in our catalogue. They count as they are committed: what a tree says depends on that tree alone."""

    @property
    def declared(self) -> tuple[Declared, ...]:
        """Every command that it declares."""
        gates = (Declared("gate", name, gate) for name, gate in self.gates.items())
        return (*gates, *(Declared("document", name, document) for name, document in self.documents.items()))

    def hidden(self) -> Callable[[RepoPath], bool]:
        """The predicate that `exclude` describes; our own records are never rewritten either."""
        matches = pathspec.GitIgnoreSpec.from_lines((*self.exclude, "/.migrate/")).match_file
        # Every step of a plan asks for every path.
        return lru_cache(maxsize=1 << 17)(matches)


def shipped(name: str = "v3.toml") -> Mapping[str, Any]:
    """A plan file of ours, as data."""
    return tomllib.loads((resources.files("plans") / name).read_text(encoding="utf-8"))


def read_toml(text: str, where: str) -> Mapping[str, Any]:
    """What a plan file says, as data. Raises PlanError where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PlanError(f"{where} is not TOML", f"correct {where}", [Problem(f"{where}:{line.group(1) if line else 1}", str(error))]) from error
    except RecursionError as error:
        raise PlanError(f"{where} is nested too deeply", f"correct {where}") from error


def load_plan_file(text: str | None, phases: Iterable[Phase], where: str = PLAN_FILE) -> tuple[PlanFile, dict[str, pydantic.BaseModel]]:
    """The plan file on top of the shipped one, and each phase's options.

    Raises PlanError with every problem of the file, each with its line.
    """
    given = read_toml(text or "", where)
    problems: list[Problem] = []

    def collect(
        error: pydantic.ValidationError, prefix: tuple[str, ...], model: type[pydantic.BaseModel], taken: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        for place, message in mistakes(error, model):
            keys = (*prefix, *place)
            if _at(taken, place) is not None and _at(given, keys) is None:
                continue  # said where it stands
            problems.append(Problem(f"{where}:{line_of_keys(text or '', keys)}", f"{'.'.join(keys)}: {message}"))

    formats, wrong = said_by(given, text or "", where)
    problems += wrong
    merged = {**_merge(shipped(), given), "format": formats}
    known = {phase.name: phase for phase in phases}
    plan_file = PlanFile()
    try:
        plan_file = PlanFile.model_validate(merged)
    except pydantic.ValidationError as error:
        collect(error, (), PlanFile)
    for name in _table(given, "phases"):
        if name not in known:
            message = f"phases.{name}: no such phase; there are {', '.join(sorted(known))}"
            problems.append(Problem(f"{where}:{line_of_keys(text or '', ('phases', name))}", message, "migrate phases"))
    for name in plan_file.shims.phases if known and plan_file.shims is not None else ():
        if name not in known:
            message = f"shims.phases: there is no phase {name!r}; there are {', '.join(sorted(known))}"
            problems.append(Problem(f"{where}:{line_of_keys(text or '', ('shims', 'phases'))}", message, "migrate phases"))
    options: dict[str, pydantic.BaseModel] = {}
    tables = _table(merged, "phases")
    for name, phase in known.items():
        taken = _taken(tables, getattr(phase, "like", {}))
        try:
            options[name] = phase.options.model_validate(_merge(taken, _table(tables, name)))
        except pydantic.ValidationError as error:
            collect(error, ("phases", name), phase.options, taken)
    if problems:
        raise PlanError(f"{where} has problems", f"correct {where}, `migrate init --print` shows a complete one", in_order(problems))
    return plan_file, options


def _taken(tables: Mapping[str, Any], likes: Mapping[str, str]) -> dict[str, Any]:
    """What a phase is told by what others are told."""
    found: dict[str, Any] = {}
    for own, other in likes.items():
        value = _at(tables, tuple(other.split(".")))
        if value is not None:
            for key in reversed(own.split(".")):
                value = {key: value}
            found = _merge(found, value)
    return found


def _at(data: object, keys: tuple[str, ...]) -> Any:  # noqa: ANN401  TOML is anything
    """What stands at a path of keys; None where nothing does."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A table of a plan file; what is none is reported elsewhere."""
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


def _merge(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merge, everything else is replaced."""
    merged = dict(base)
    for key, value in top.items():
        there = merged.get(key)
        merged[key] = _merge(there, value) if isinstance(there, Mapping) and isinstance(value, Mapping) else value
    return merged
