"""The application of a service: the monolith's, pruned to the service's routers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeGuard

from migrator.atlas.python import STDLIB
from migrator.facts.composition import Import, Statement, brought, decoded, is_whole, statements, told
from migrator.facts.packages import reached
from migrator.facts.serving import Served, filled, included, includes, inclusions, own
from migrator.facts.tables import related
from phases.backend_split.application.definitions import with_definitions
from phases.backend_split.application.pruning import Cut, Pruning, UncuttableError, within
from phases.backend_split.imports import Namer, import_lines, renamed
from phases.backend_split.partition.assembling import holds, makers, opening, starting

if TYPE_CHECKING:
    from migrator.errors import Finding
    from migrator.facts.serving import Name
    from migrator.paths import RepoPath
    from phases.backend_split.backend import Distribution
    from phases.backend_split.partition.modules import Partition

__all__ = ["Application", "Cutting", "Kept", "application", "started"]


@dataclass(frozen=True, slots=True)
class Application:
    """The text of a service's application, the routes that it serves, and what of the monolith's it does without."""

    text: str
    routes: Served
    libraries: tuple[str, ...]
    """The top-level names of what it imports from outside the repository."""
    left: tuple[str, ...]
    """The lines with which the statements begin that were left out because they need what the service has not."""
    copied: Mapping[str, RepoPath]
    """The names that it defines as modules do which the service cannot import."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Modules that it needs and that are written with it, by name."""
    findings: tuple[Finding, ...] = ()
    imports: frozenset[RepoPath] = frozenset()
    """The modules of this repository that it imports, where they lie."""


def application(partition: Partition, title: str, mine: Iterable[RepoPath], namer: Namer, required: frozenset[RepoPath]) -> Application | str:
    """The application of a service, or why the monolith's cannot be cut along its statements.

    Statements stay when everything that they use can be imported by the service; of what runs when the application starts and stops, what needs
    modules that the service's own do not need (`required`) goes.
    """
    return Cutting(partition, title, frozenset(mine), namer, required).made()


def started(partition: Partition, place: Distribution, _: Namer) -> tuple[str, str]:
    """What a server of a service is given; no module has to be written for it."""
    return f"{place.package}.main:{partition.backend.application.name}", ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of a statement."""

    names: frozenset[str]
    cuts: tuple[Cut, ...] = ()
    gone: tuple[Statement, ...] = ()


class Cutting:
    """One application that is cut; what is another framework's own is derived from it."""

    def __init__(self, partition: Partition, title: str, mine: frozenset[RepoPath], namer: Namer, required: frozenset[RepoPath]) -> None:
        self._name = self._named(partition)
        self._factory = partition.backend.factory
        self._root = self._factory or self._name.local
        elsewhere = {*partition.serving, *partition.kernel}
        self._facts, self._copied = with_definitions(
            partition.assembled, self._name, partition.backend.root, lambda one: one.module not in elsewhere and namer(one.module) is None
        )
        self._title = title
        self._mine = mine
        self._namer = namer
        self._source = self._facts.read(self._name.module)
        self._said = statements(self._facts, self._name.module)
        self._brought = [one for statement in self._said if statement.kind == "import" for one in brought(self._facts, self._name.module, statement)]
        self._imports = {one.local: one for one in self._brought}
        rows = inclusions(self._facts, self._name)
        self._routes = included(self._facts, self._name, mine)
        self._wanted = frozenset(said.start for said, router in rows if router is not None and router.module in mine)
        self._mounts = {
            said.start
            for _, said, router in includes(self._facts, self._name)
            if any(one.start in self._wanted for one, _ in inclusions(self._facts, router))
        }
        self._unwanted = frozenset([*(said.start for said, _ in rows), *(one.start for one in own(self._facts, self._name))]) - self._wanted
        self._unwanted |= self._hollow()
        self._makers = makers(self._said)
        opened = opening(self._facts, self._name, partition.options.layers.opens)
        self._hooks = starting(self._facts, self._name) | opened.functions
        self._filling = {one.name for one in filled(self._facts, self._name) if one.module == self._name.module}
        direct = {name for statement in self._said if self._is_effect(statement) and not statement.binds & self._hooks for name in statement.uses}
        self._required = reached(
            self._facts,
            {*required, *(one.target for one in self._brought if one.local in direct and self._is_mine(one.target))}
            | {*filter(self._is_mine, opened.modules)},
            through=partition.gathering,
        )
        self._fates: dict[int, Kept | str] = {}

    def _named(self, partition: Partition) -> Name:
        """What is cut: where it is bound, and its name."""
        return partition.backend.application

    def _hollow(self) -> frozenset[int]:
        """Where routers are included of which the service has nothing: they only gather those of others."""
        found, pending, seen = set(), [self._name], {self._name}
        while pending:
            for module, said, router in includes(self._facts, pending.pop()):
                if {module, router.module} != {self._name.module}:
                    continue
                gathered = {one.start for one, _ in inclusions(self._facts, router)}
                if gathered and not gathered & self._wanted and not own(self._facts, router):
                    found.add(said.start)
                pending += [] if router in seen else [router]
                seen.add(router)
        return frozenset(found)

    def made(self) -> Application | str:
        """The application, or why it cannot be cut."""
        if not is_whole(self._facts, self._name.module):
            return "it has a syntax error"
        if not self._wanted:
            return "it does not include the service's routers itself"
        if any(one.local == "*" and one.target is not None and self._namer(one.target) is None for one in self._brought):
            return "it imports everything of a module that is not the service's"
        cut = self._followed()
        if isinstance(cut, str):
            return cut
        kept, left = cut
        used = {name for one in kept.values() for name in one.names} | self._besides_used()
        outside = [one for one in self._brought if one.target is None and (one.local in used or one.local == "*")]
        libraries = sorted({(one.base or one.text).partition(".")[0] for one in outside} - STDLIB)
        copied = {name: source for name, source in self._copied.items() if name in used}
        said = frozenset(one.target for one in self._brought if (one.local in used or self._is_silent(one)) and self._is_mine(one.target))
        return Application(self._text(kept, used), self._routes, tuple(libraries), tuple(sorted(left)), copied, imports=said)

    def _followed(self) -> tuple[dict[int, Kept], list[str]] | str:
        """What stays of the statements that have an effect and of all that those need, and the lines of what does not; or why that cannot be."""
        left: list[str] = []
        kept: dict[int, Kept] = {}
        pending = sorted((one for one in self._said if self._is_effect(one)), key=lambda one: self._root in one.binds)
        while pending:
            statement = pending.pop()
            if statement.start in kept:
                continue
            fate = self._fate(statement)
            if isinstance(fate, str):
                if self._root in statement.binds or holds(statement, self._wanted):
                    return f"`{statement.shown}` {fate}"
                if not holds(statement, self._unwanted):
                    left.append(f"{statement.shown} ({fate})")
                continue
            kept[statement.start] = fate
            left += [f"{inner.shown} (of `{_title(statement)}`)" for inner in fate.gone if self._is_told(inner)]
            pending += [maker for name in fate.names for maker in self._makers.get(name, ())]
        return kept, left

    # which statements --------------------------------------------------------------------------------------------------

    def _besides_used(self) -> set[str]:
        """The names that what is written besides uses."""
        return set()

    def _is_told(self, inner: Statement) -> bool:
        """Whether people are told that a statement was left out."""
        return not holds(inner, self._unwanted)

    def _is_effect(self, statement: Statement) -> bool:
        """Whether a statement does something that an application might be without: what only binds names stays where they are used."""
        if statement.kind in {"import", "docstring", "main", "pass_statement"} or self._is_route(statement):
            return False
        if holds(statement, self._wanted):
            return True
        if statement.kind == "definition":
            return statement.called.startswith(f"{self._name.local}.")
        if statement.kind == "assignment":
            return not statement.binds or self._name.local in statement.binds | statement.uses
        if statement.blocks and not holds(statement, self._unwanted):
            return any(self._is_effect(inner) for block in statement.blocks for inner in block.statements)
        return True

    def _is_route(self, statement: Statement) -> bool:
        """Whether a statement serves something by itself: that is the gateway's."""
        owner, _, verb = statement.called.rpartition(".")
        if owner != self._name.local or holds(statement, self._mounts):
            return False
        serving = {"get", "post", "put", "patch", "delete", "head", "options", "trace", "websocket", "api_route", "route", "websocket_route", "mount"}
        return verb in serving or verb in {"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route"}

    # what stays of one -------------------------------------------------------------------------------------------------

    def _fate(self, statement: Statement) -> Kept | str:
        """What stays of a statement, or why nothing does."""
        if statement.start not in self._fates:
            self._fates[statement.start] = Kept(frozenset())  # what refers to itself is there if the rest is
            self._fates[statement.start] = self._judged(statement)
        return self._fates[statement.start]

    def _judged(self, statement: Statement) -> Kept | str:
        starts = bool(statement.binds & self._hooks) and statement.kind == "definition"
        includes = holds(statement, self._wanted | self._unwanted)
        whole = statement.kind == "definition" and not starts and not includes and not statement.binds & self._filling
        missing = self._lacked((statement.uses if whole else statement.heads) - statement.binds)
        missing += [one.local for inner in within(statement) for one in self._of(inner) if self._spelled(one) is None] if whole else []
        if missing:
            return _needs(missing)
        pruning = Pruning(
            self._source,
            self._is_there,
            self._is_needed,
            self._is_asked,
            self._of,
            self._spelled,
            self._is_required,
            starts,
            self._unwanted,
            self._wanted,
        )
        try:
            names = pruning.pruned(statement)
        except UncuttableError as error:
            return f"cannot be cut: {error}"
        if names is None:
            missing = self._lacked(statement.uses)
            return _needs(missing) if missing else "does nothing for this service"
        if told(self._shown(statement, pruning.cuts)):
            return "holds what looks like a credential: let it come from the environment"
        return Kept(frozenset(names), tuple(pruning.cuts), tuple(pruning.gone))

    def _of(self, statement: Statement) -> tuple[Import, ...]:
        return brought(self._facts, self._name.module, statement)

    def _lacked(self, names: Iterable[str]) -> list[str]:
        """Those of some names that the service has not, with the reason where that is a statement of the application."""
        found = []
        for name in sorted(name for name in names if not self._is_there(name)):
            why = next((fate for maker in self._makers.get(name, ()) if isinstance(fate := self._fate(maker), str)), "")
            found.append(f"{name}, which {why}" if why else name)
        return found

    def _is_there(self, name: str) -> bool:
        """Whether the service has what a name stands for."""
        if name == "__file__":
            return False
        if name in self._makers:
            return not any(isinstance(self._fate(maker), str) for maker in self._makers[name])
        found = self._imports.get(name)
        return found is None or self._spelled(found) is not None

    def _is_needed(self, name: str) -> bool:
        """Whether what a name stands for is somebody else's library, or of a module that the service's own need."""
        found = self._imports.get(name)
        return self._is_there(name) and (name in self._makers or found is None or self._is_required(found))

    def _is_asked(self, statement: Statement) -> bool:
        """Whether a module that the service needs names the attribute that a statement sets."""
        attribute = statement.text.partition("=")[0].strip().rpartition(".")[2].encode()
        return any(b"." + attribute in self._facts.read(module) for module in self._required if module.endswith(".py"))

    def _is_required(self, one: Import) -> bool:
        return one.target is None or one.target in self._required

    def _is_mine(self, target: RepoPath | None) -> TypeGuard[RepoPath]:
        return target is not None and self._namer(target) is not None

    def _spelled(self, one: Import) -> tuple[str, str] | None:
        """What the service imports for a name: from where, and what. None when it cannot."""
        if one.target is not None and (self._namer(one.target) is None or (not one.base and not one.renamed and "." in one.text)):
            return None  # what is used as `a.b.c` has that name in the text
        return renamed(one, self._namer)

    # the text ----------------------------------------------------------------------------------------------------------

    def _text(self, kept: dict[int, Kept], used: set[str]) -> str:
        lines = [f'"""The {self._title} of this repository: its own routes, served as the whole application serves them."""', ""]
        lines += self._importing(used)
        number, numbers = 0, {}
        for statement in self._said:
            number += statement.apart
            numbers[statement.start] = number
        above: Statement | None = None
        for statement in (one for one in self._said if one.start in kept):
            far = 2 if "definition" in {statement.kind, above.kind if above else ""} else 1
            together = above is not None and numbers[above.start] == numbers[statement.start]
            lines += [*([] if together and far == 1 else [""] * far), self._shown(statement, kept[statement.start].cuts)]
            above = statement
        lines += [] if self._routes.has("GET", "/health") else self._health()
        return "\n".join(lines) + "\n"

    def _health(self) -> list[str]:
        """The lines of the route that says whether the service is there."""
        return [
            "",
            "",
            # Its own id: a function that makes ids of tags (`generate_unique_id_function`) finds none here.
            f'@{self._name.local}.get("/health", include_in_schema=False, operation_id="service_health")',
            "async def service_health() -> dict[str, str]:",
            f'    return {{"status": "ok", "service": "{self._title}"}}',
        ]

    def _shown(self, statement: Statement, cuts: Iterable[Cut]) -> str:
        text, last = b"", statement.first
        for cut in sorted(cuts):
            text += self._source[last : cut.start] + cut.new
            last = max(last, cut.end)
        text += self._source[last : statement.last]
        return decoded(text).replace("\r\n", "\n").strip("\n")

    def _importing(self, used: set[str]) -> list[str]:
        """The import statements: of the language, of libraries, of the repository."""
        found = [one for one in self._brought if (one.local in used or one.local == "*") and self._spelled(one) is not None]
        aside = [one.target for one in self._brought if one not in found and self._is_silent(one)]
        silent = [module for target in (*aside, *self._related()) if target is not None and (module := self._namer(target)) is not None]
        groups = [
            [statement.text for statement in self._said if statement.kind == "import" and statement.text.startswith("from __future__ ")],
            import_lines(renamed(one, self._namer) for one in found if one.target is None and (one.base or one.text).partition(".")[0] in STDLIB),
            import_lines(renamed(one, self._namer) for one in found if one.target is None and (one.base or one.text).partition(".")[0] not in STDLIB),
            self._own([renamed(one, self._namer) for one in found if one.target is not None], sorted(set(silent))),
        ]
        return "\n\n".join("\n".join(group) for group in groups if group).split("\n")

    def _is_silent(self, one: Import) -> bool:
        """Whether a module of the repository is imported for what it does, as it is never named."""
        return one.target is not None and not one.rest and ((not one.base and not one.renamed and "." in one.text) or one.local not in self._uses)

    @cached_property
    def _uses(self) -> frozenset[str]:
        """The names that the statements of the module use."""
        return frozenset(name for statement in self._said if statement.kind != "import" for name in statement.uses)

    def _own(self, named: Iterable[tuple[str, str]], silent: Iterable[str]) -> list[str]:
        """The import statements of the repository's own modules: those that are named, and those that are loaded for what they do."""
        return [*(f"import {module}  # noqa: F401" for module in silent), *import_lines(named)]

    def _related(self) -> set[RepoPath]:
        """The modules whose tables those of the service refer to, and that nothing of it imports at once: the monolith loads them besides."""
        known = {path for path in self._facts.graph.references if self._namer(path) is not None}
        return related(self._facts, {*known, *self._required}, self._mine, later=False)


def _needs(missing: list[str]) -> str:
    """What a statement needs, as people read it: one reason is enough to look."""
    because = next((one for one in missing if ", which " in one), missing[0])
    more = len(missing) - 1
    return f"needs {because}" + (f", and {more} more" if more else "")


def _title(statement: Statement) -> str:
    return next(iter(sorted(statement.binds)), statement.kind)
