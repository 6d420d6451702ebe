"""The application of a service: the monolith's, pruned to the service's routers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from migrator.atlas.python import STDLIB
from migrator.facts.composition import Import, Statement, imports, statements
from migrator.facts.fastapi import Route, contributions
from migrator.paths import RepoPath
from phases.backend_split.partition import Partition

__all__ = ["Application", "Namer", "application", "imported", "merged"]

_DEFINES = re.compile(r"@|class |def |async def ")
Namer = Callable[[RepoPath], str | None]
"""The dotted name that a module of this repository has for the service, None when it is not the service's to import."""


@dataclass(frozen=True, slots=True)
class Application:
    """The text of a service's application, the routes that it serves, and what of the monolith's it does without."""

    text: str
    routes: tuple[Route, ...]
    libraries: tuple[str, ...]
    """The top-level names of what it imports from outside the repository."""
    left: tuple[str, ...]
    """The lines with which the statements begin that were left out because they need what the service has not."""


def application(partition: Partition, title: str, mine: Iterable[RepoPath], namer: Namer, required: frozenset[RepoPath]) -> Application | None:
    """The application of a service.

    Statements stay when everything that they use can be imported by the service; inside the lifespan those stay whose modules
    the service's own need (`required`). None when the monolith's application cannot be cut along its statements.
    """
    return _Pruning(partition, title, frozenset(mine), namer, required).made()


class _Pruning:
    def __init__(self, partition: Partition, title: str, mine: frozenset[RepoPath], namer: Namer, required: frozenset[RepoPath]) -> None:
        self._facts = partition.facts
        self._name = partition.backend.application
        self._title = title
        self._mine = mine
        self._namer = namer
        self._required = required
        self._imports = imports(self._facts, self._name.module)
        self._left: list[str] = []

    def made(self) -> Application | None:
        said = statements(self._facts, self._name.module)
        included = {row[0].start: row for row in contributions(self._facts, self._name)}
        chosen = {start: row for start, row in included.items() if row[1] is not None and row[1].module in self._mine}
        if not chosen:
            return None
        local = {name for statement in said if statement.kind in {"definition", "assignment"} for name in statement.binds}
        kept: dict[int, str] = {}
        wanted: list[Statement] = []
        offered: dict[str, Statement] = {}
        for statement in said:
            inside = [start for start in included if statement.start <= start < statement.end]
            if inside:
                if all(start in chosen for start in inside):
                    wanted.append(statement)
                elif any(start in chosen for start in inside):
                    return None
            elif statement.kind in {"import", "docstring", "main"} or self._is_route(statement):
                continue
            elif statement.kind in {"definition", "assignment"} and not statement.called.startswith(self._name.name + "."):
                offered |= dict.fromkeys(statement.binds, statement)
                if self._name.name in statement.binds:
                    wanted.append(statement)
            else:
                wanted.append(statement)
        used: set[str] = set()
        while wanted:
            statement = wanted.pop()
            if statement.start in kept:
                continue
            text, names = self._pruned(statement)
            if missing := [name for name in names if not self._is_there(name, local)]:
                if self._name.name in statement.binds or any(statement.start <= start < statement.end for start in chosen):
                    return None
                self._left.append(f"{_first_line(statement.text)} (needs {', '.join(sorted(missing))})")
                continue
            kept[statement.start] = text
            used |= names
            wanted += [offered[name] for name in names if name in offered]
        if any(offered[name].start not in kept for name in used & offered.keys()):
            return None
        routes = tuple(route for row in chosen.values() for route in row[3])
        outside = [one for name, one in self._imports.items() if name in used and one.target is None]
        libraries = sorted({(one.base or one.text).partition(".")[0] for one in outside} - STDLIB)
        return Application(self._text(kept, used, routes), routes, tuple(libraries), tuple(sorted(self._left)))

    def _is_route(self, statement: Statement) -> bool:
        """Whether a statement serves something by itself: that is the gateway's."""
        owner, _, verb = statement.called.rpartition(".")
        if owner != self._name.name:
            return False
        serving = {"get", "post", "put", "patch", "delete", "head", "options", "trace", "websocket", "api_route", "route", "websocket_route", "mount"}
        return verb in serving or verb in {"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route"}

    def _is_there(self, name: str, local: set[str]) -> bool:
        found = self._imports.get(name)
        if name in local or found is None:
            return True
        return found.target is None or self._namer(found.target) is not None

    def _is_needed(self, name: str) -> bool:
        """Whether what a name of the lifespan stands for is somebody else's library, or a module that the service's own need."""
        found = self._imports.get(name)
        return found is None or found.target is None or (self._namer(found.target) is not None and found.target in self._required)

    def _pruned(self, statement: Statement) -> tuple[str, set[str]]:
        """The text of a statement without what it must not or need not do, and the names that it still uses."""
        if not statement.body or not statement.yields:
            return statement.text, set(statement.uses)
        gone: list[Statement] = []
        lost: set[str] = set()
        for inner in statement.body:
            if not inner.yields and not all(self._is_needed(name) and name not in lost for name in inner.uses):
                gone.append(inner)
                lost |= inner.binds - inner.uses
        self._left += [f"{_first_line(inner.text)} (of the lifespan)" for inner in gone]
        text = statement.text.encode()
        for inner in reversed(gone):
            start, end = inner.start - statement.start, inner.end - statement.start
            start = len(text[:start].rstrip(b" \t"))
            text = text[:start].rstrip(b"\r\n") + text[end:]
        body = {name for inner in statement.body for name in inner.uses}
        rest = statement.uses - body
        return text.decode(), set(rest | {name for inner in statement.body if inner not in gone for name in inner.uses})

    def _text(self, kept: dict[int, str], used: set[str], routes: tuple[Route, ...]) -> str:
        lines = [f'"""The {self._title} of this repository: its own routes, served as the whole application serves them."""', ""]
        found = [self._imports[name] for name in self._imports if name in used]
        lines += merged(imported(one, self._namer) for one in found if one.target is None)
        lines += ["", *merged(imported(one, self._namer) for one in found if one.target is not None)]
        above = "\n"
        for start in sorted(kept):
            block = kept[start].replace("\r\n", "\n")
            far = _DEFINES.match(block) or _DEFINES.match(above)
            lines += ["", "", block] if far else ["", block] if "\n" in above + block else [block]
            above = block
        if not any(route.path == "/health" for route in routes):
            lines += [
                "",
                "",
                f'@{self._name.name}.get("/health", include_in_schema=False)',
                "async def service_health() -> dict[str, str]:",
                f'    return {{"status": "ok", "service": "{self._title}"}}',
            ]
        return "\n".join(lines) + "\n"


def imported(one: Import, namer: Namer) -> tuple[str, str]:
    """What a module imports for a name where modules have other names: from where, and what."""
    base, text = one.base, one.text
    if one.target is not None:
        module = namer(one.target) or ""
        base, text = (module, one.rest) if one.rest else (module.rpartition(".")[0], module.rpartition(".")[2])
    alias = f" as {one.local}" if one.local != (text if base else text.partition(".")[0]) or one.renamed else ""
    return base, text + alias


def merged(wanted: Iterable[tuple[str, str]]) -> list[str]:
    """Import statements, one for each module."""
    found: dict[str, set[str]] = {}
    for base, text in wanted:
        found.setdefault(base, set()).add(text)
    plain = [f"import {text}" for text in sorted(found.pop("", set()))]
    return [*plain, *(f"from {base} import {', '.join(sorted(texts))}" for base, texts in sorted(found.items()))]


def _first_line(text: str) -> str:
    return text.splitlines()[0].strip()
