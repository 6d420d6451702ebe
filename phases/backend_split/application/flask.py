"""The application of a service of Flask: the monolith's factory, pruned to the service's blueprints, and what calls it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.errors import Finding
from migrator.facts.routing import source_of
from migrator.facts.serving import Name
from migrator.facts.serving.flask import Call, calls
from migrator.wording import listed
from phases.backend_split.application.addresses import Elsewhere, elsewhere
from phases.backend_split.application.hooks import Hook, hooks
from phases.backend_split.application.pruning import Cut
from phases.backend_split.application.service import Application, Cutting, Kept
from phases.backend_split.backend import package_name, service_of
from phases.backend_split.imports import import_lines

if TYPE_CHECKING:
    from migrator.facts.composition import Statement
    from migrator.paths import RepoPath
    from phases.backend_split.backend import Distribution
    from phases.backend_split.imports import Namer
    from phases.backend_split.partition.modules import Partition

__all__ = ["application", "started"]

_STARTS = ("wsgi", "application", "app", "autoapp", "run", "main", "serve", "server")
"""Modules that servers are given, the likeliest first."""


def application(partition: Partition, title: str, mine: Iterable[RepoPath], namer: Namer, required: frozenset[RepoPath]) -> Application | str:
    """The application of a service, or why the monolith's cannot be cut along its statements.

    Functions that make the application or are given it keep the statements that the service can run: its blueprints, extensions that are shared,
    error handlers, hooks; of the rest the application of the monolith is left out.
    """
    own = frozenset(mine)
    cutting = _Factory(partition, title, own, namer, required)
    made = cutting.made()
    if isinstance(made, str):
        return made
    beside = {"elsewhere": cutting.elsewhere.text} if cutting.elsewhere.text else {}
    return replace(made, beside=beside, findings=tuple(_findings(partition, title, cutting)))


def _findings(partition: Partition, title: str, cutting: _Factory) -> Iterator[Finding]:
    """What people have to know of a service: what the blueprints of others do for the whole application."""
    if unknown := cutting.elsewhere.unknown:
        message = f"{title} cannot make the addresses of {listed([*unknown])}: their rules have converters of the application's own"
        yield Finding("url_for", partition.backend.application.module, message)
    backend = partition.backend
    function = source_of(partition.facts, backend.application.module).functions.get(backend.factory)
    if function is not None and function.parameters and not cutting.called:
        message = f"no module calls `{backend.factory}` so that {title} could do the same: its server is given `{backend.factory}()`, without"
        yield Finding("wsgi", backend.application.module, f"{message} {listed([*function.parameters])}")
    missed: dict[RepoPath, list[str]] = {}
    for one in cutting.hooks:
        if not one.lines:
            missed.setdefault(one.module, []).append(f"`{one.wide.function}` ({one.wide.hook}, line {one.wide.line})")
    for module, shown in missed.items():
        message = f"{listed(shown)} of a blueprint of others: {title} does without what that does for the whole application"
        yield Finding("hook", module, f"{message}; register it in the factory if it is needed")


class _Factory(Cutting):
    def __init__(self, partition: Partition, title: str, mine: frozenset[RepoPath], namer: Namer, required: frozenset[RepoPath]) -> None:
        super().__init__(partition, title, mine, namer, required)
        self._partition = partition
        self._done = [one for one in self.hooks if one.lines]
        self._brought += [new for hook in self._done for new in hook.imports if new.local not in self._imports]

    @cached_property
    def called(self) -> str:
        """The text of the module in which the factory is called as the monolith calls it; empty where nothing does."""
        return started(self._partition, service_of(self._partition.options, self._title), self._namer)[1]

    @cached_property
    def hooks(self) -> tuple[Hook, ...]:
        """What blueprints of others do for the whole application."""
        return tuple(hooks(self._partition, self._mine, self._spelled, self._imports, self._makers))

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """The routes of others that the service's modules name."""
        more = "\n".join(line for one in self._done for line in one.lines)
        return elsewhere(self._partition, self._mine, {*self._mine, *self._required, self._name.module}, more)

    def _is_effect(self, statement: Statement) -> bool:
        """Of a module that has a factory, what that needs counts."""
        if self._factory and statement.kind == "definition":
            return self._factory in statement.binds
        return super()._is_effect(statement)

    def _own(self, named: Iterable[tuple[str, str]], silent: Iterable[str]) -> list[str]:
        """In the order of the monolith's: extensions and models often need each other, and go by what is loaded first."""
        bases: dict[str, list[tuple[str, str]]] = {}
        for base, text in named:
            bases.setdefault(base, []).append((base, text))
        here = f"{package_name(self._title)}.elsewhere"
        bases |= {here: [(here, "elsewhere")]} if self.elsewhere.text else {}
        return [*(line for one in bases.values() for line in import_lines(one)), *super()._own((), silent)]

    def _shown(self, statement: Statement, cuts: Iterable[Cut]) -> str:
        if self._factory in statement.binds:
            cuts = (*cuts, *self._finished(statement))
        return super()._shown(statement, cuts)

    def _is_told(self, inner: Statement) -> bool:
        """What is said of the blueprints of others goes with them: nobody misses it."""
        routing = {*self._partition.serving, *self._partition.brought}
        known = self._imports | {one.local: one for one in self._of(inner)}
        named = {known[name].target for name in inner.uses | inner.binds if name in known}
        return not named & routing and super()._is_told(inner)

    def _finished(self, statement: Statement) -> Iterator[Cut]:
        """What the application is given besides, before each place where the factory returns it."""
        for one in (one for block in statement.blocks for one in block.statements if one.kind == "return_statement"):
            indent = self._source[: one.start].rpartition(b"\n")[2].decode()
            lines = "\n".join(f"{indent}{line}".rstrip() for line in self._besides()).removeprefix(indent)
            yield Cut(one.start, one.start, f"{lines}\n{indent}".encode())

    def _besides(self) -> Iterator[str]:
        """The lines that the application is given besides what the monolith's has."""
        for hook in self._done:
            yield from (f"# as `{hook.wide.router}` does for the whole application", *hook.lines[1:])
        if self.elsewhere.text:
            yield f"{self._name.local}.url_build_error_handlers.append(elsewhere)"
        if self._factory and not self._routes.has("GET", "/health"):
            yield f'{self._name.local}.add_url_rule("/health", "service_health", lambda: {self._healthy})'

    def _besides_used(self) -> set[str]:
        return {new.local for hook in self._done for new in hook.imports}

    def _text(self, kept: dict[int, Kept], used: set[str]) -> str:
        # At the top of a module there is no place where the application is handed out.
        text = super()._text(kept, used)
        return text if self._factory else "\n".join([text.rstrip("\n"), *self._besides(), ""])

    @property
    def _healthy(self) -> str:
        """What says that the service is there, in any version: before 1.1 a view cannot return a dictionary."""
        return f"""{self._name.local}.response_class('{{"status": "ok", "service": "{self._title}"}}', mimetype="application/json")"""

    def _health(self) -> list[str]:
        if self._factory:
            return []
        return [
            "",
            "",
            f'@{self._name.local}.route("/health")',
            "def service_health():",
            f"    return {self._healthy}",
            "",
            "",
        ]


# what calls it ---------------------------------------------------------------------------------------------------------


def started(partition: Partition, place: Distribution, namer: Namer) -> tuple[str, str]:
    """What a server of a service is given, and the text of the module `wsgi` where the factory is called as the monolith calls it; else no text.

    What the call is given goes along: the names that it uses and how the caller makes them.
    """
    backend = partition.backend
    main = f"{place.package}.main"
    if not backend.factory:
        return f"{main}:{backend.application.local}", ""
    found = (one for one in calls(partition.facts, backend.application) if one.module not in partition.graph or one.module in partition.fixed)
    for one in sorted(found, key=lambda one: (_rank(one), one)):
        text = _Caller(partition, place, namer, one).called()
        if text is not None:
            return f"{place.package}.wsgi:{one.name}", text
    return f"{main}:{backend.factory}()", ""


def _rank(one: Call) -> int:
    stem = one.module.rpartition("/")[2].removesuffix(".py")
    return _STARTS.index(stem) if stem in _STARTS else len(_STARTS)


class _Caller(Cutting):
    """The module that calls the factory, cut to that call."""

    def __init__(self, partition: Partition, place: Distribution, namer: Namer, call: Call) -> None:
        main, made = partition.backend.application.module, f"{place.package}.main"
        self._call = call
        super().__init__(partition, place.title, frozenset(), lambda path: made if path == main else namer(path), frozenset())
        self._root = call.name

    def _named(self, _: Partition) -> Name:
        return Name(*self._call)

    def called(self) -> str | None:
        """Its text; None where the call needs what the service has not."""
        cut = self._followed()
        if isinstance(cut, str):
            return None
        _, _, text = self._text(cut[0], {name for one in cut[0].values() for name in one.names}).partition("\n")
        return f'"""What a server of {self._title} is given: the application, made as the whole one is."""\n{text}'

    def _is_effect(self, statement: Statement) -> bool:
        name = self._name.local
        return (statement.kind == "assignment" and name in statement.binds) or (statement.kind == "call" and {name, self._factory} <= statement.uses)

    def _related(self) -> set[RepoPath]:
        return set()

    def _health(self) -> list[str]:
        return []
