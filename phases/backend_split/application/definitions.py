"""What other modules define for an application, read as if its own module did: `from app import __version__` becomes `__version__ = "1.2"`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Import, Statement, brought, decoded, imports, statements, told
from migrator.facts.identifiers import renamed, uses
from migrator.facts.serving import Name, called, filled, routers
from migrator.paths import RepoPath, name, parent
from phases.backend_split.imports import absolute
from phases.backend_split.partition.assembling import assembling, makers, starting

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["copied", "with_definitions"]

_MOST = 64
"""So many names are read in: no application is made with more of what other modules define."""
_SILENT = {"import", "docstring", "main"}


class _Part(NamedTuple):
    """What of a module makes one of its names: statements, in order, and imports by local name."""

    statements: tuple[Statement, ...]
    imports: Mapping[str, Import]


class _Read(NamedTuple):
    """A module's text with one more name of another module in it, the names that this defines, and where they were."""

    text: bytes
    names: frozenset[str]
    origin: RepoPath


def with_definitions(
    facts: Facts, application: Name, root: RepoPath, wanted: Callable[[Name], bool], *, deep: bool = False
) -> tuple[Facts, Mapping[str, RepoPath]]:
    """The facts of a tree in which the application's module defines some names that it is made with and imports, and from where each of those is.

    A router comes with all that its module says, anything else with what it is made of. What would mean something else there has another name; what
    cannot be read in stays an import. With `deep`, what the functions of its module use that make it or are given it counts too.
    """
    found: dict[str, RepoPath] = {}
    for _ in range(_MOST):
        read = next(_Reading(facts, application, root, wanted, deep).every(), None)
        if read is None:
            break
        facts = facts.saying(application.module, read.text)
        found |= dict.fromkeys(read.names, read.origin)
    return facts, found


def copied(facts: Facts, module: RepoPath, root: RepoPath, stays: Collection[RepoPath]) -> tuple[tuple[int, str, str], ...]:
    """What stands in a module instead of the imports of names that modules define which stay, of nothing but libraries: places, texts and other texts."""
    found = []
    reading = _Reading(facts, Name(module, ""), root, lambda one: one.module in stays)
    for one in imports(facts, module).values():
        part = _part(facts, Name(one.target, one.rest)) if one.target in stays and one.target is not None else None
        if part is None or any(brings.target is not None for brings in part.imports.values()):
            continue
        if any("__file__" in said.uses for said in part.statements):
            continue  # a copy would look elsewhere
        holder = next(said for said in statements(facts, module) if said.kind == "import" and said.start <= one.start < said.end)
        read = next(reading.origin(one, Name(one.target or module, one.rest)), None)
        if read is not None and len(brought(facts, module, holder)) == 1:
            behind = len(facts.read(module)) - holder.end
            text = decoded(read.text[holder.start : len(read.text) - behind]).strip("\n")
            found += [(holder.start, holder.text, text)] if not told(text) else []
    return tuple(found)


@dataclass(frozen=True)
class _Reading:
    facts: Facts
    application: Name
    root: RepoPath
    wanted: Callable[[Name], bool]
    deep: bool = False

    def every(self) -> Iterator[_Read]:
        """What can be read in next."""
        bound = self._bound
        for local in sorted((assembling(self.facts, self.application) | self._filling() | self._starting()) & bound.keys()):
            one = bound[local]
            if one.target is None or one.target == self.application.module or not one.target.endswith(".py"):
                continue
            if not one.rest:
                yield from self._named(one)
            elif one.rest.isidentifier():
                yield from self.origin(one, Name(one.target, one.rest))

    def _filling(self) -> frozenset[str]:
        """What functions use that make the application or are given it."""
        functions = {one.name for one in filled(self.facts, self.application) if one.module == self.application.module} if self.deep else set()
        said = statements(self.facts, self.application.module) if functions else ()
        return frozenset(name for one in said if one.kind == "definition" and one.binds & functions for name in one.uses)

    def _starting(self) -> frozenset[str]:
        """What runs when the application starts and stops, and what of others that opens in turn: it is cut as what its own module says."""
        hooks, made = starting(self.facts, self.application), makers(statements(self.facts, self.application.module))
        return hooks | {name for hook in hooks for one in made.get(hook, ()) for name in one.uses if self._is_opened(name)}

    def _is_opened(self, local: str) -> bool:
        """Whether an imported name is a function that does something before and after others."""
        one = self._bound.get(local)
        if one is None or one.target is None or not one.target.endswith(".py") or not one.rest.isidentifier():
            return False
        origin = _bound_in(self.facts, one.target, one.rest)
        return any(said.yields and said.kind == "definition" and origin.name in said.binds for said in statements(self.facts, origin.module))

    def origin(self, one: Import, said: Name) -> Iterator[_Read]:
        """The text with what makes a name where it is defined, or with the import that another module has of it."""
        origin = _bound_in(self.facts, *said)
        part = _part(self.facts, origin, deep=self.deep) if self.wanted(origin) else None
        if part is not None:
            yield from self._with(one, origin, part)
        elif (again := imports(self.facts, said.module).get(said.name)) is not None and self.wanted(said):
            text = self._importing(one, [replace(again, local=one.local)], [])
            yield from [_Read(text, frozenset(), said.module)] if text is not None else []

    @property
    def _bound(self) -> dict[str, Import]:
        return imports(self.facts, self.application.module)

    def _taken(self) -> set[str]:
        """What names of the application's module stand for something already."""
        said = statements(self.facts, self.application.module)
        return {*self._bound, *(local for one in said for local in one.binds)}

    def _named(self, one: Import) -> Iterator[_Read]:
        """The text in which what is asked of a module is imported by name: `setup.create()` becomes `create()`."""
        target, said = one.target, self.facts.remembered(self.application.module, uses).get(one.local, ())
        asked = [mention for mention in said if mention.attribute is not None]
        mine = sorted({name for *_, name in asked if name and target is not None and self.wanted(_bound_in(self.facts, target, name))})
        if target is None or not mine or len(asked) < len(said):
            return  # somebody else has that name, or the module is given away
        taken = self._taken()
        locals_ = {name: _fresh(name, target, taken) for name in mine}
        added = [replace(one, local=locals_[name], base=".", text=name, rest=name, renamed=False) for name in mine]
        spans = [(start, end, locals_[name].encode()) for start, end, name in asked if name in locals_]
        text = self._importing(one, added, spans, keep=len(spans) < len(said))
        if text is not None:
            yield _Read(text, frozenset(), target)

    def _with(self, one: Import, origin: Name, part: _Part) -> Iterator[_Read]:
        """The text that says what makes a name instead of importing it."""
        bound, taken = self._bound, self._taken() - {one.local}
        same = {local for local, brings in part.imports.items() if local in bound and local != one.local and _meant(bound[local]) == _meant(brings)}
        new = {local for statement in part.statements for local in statement.binds} | part.imports.keys() - same
        other = {local: _fresh(local, origin.module, {*taken, *new}) for local in sorted(new) if local in taken or local == one.local}
        if one.local != origin.name or origin.name in other:
            other[origin.name] = one.local
        source = self.facts.read(origin.module)
        texts = [said + "\n" for statement in part.statements if (said := _renamed(source, statement, other)) is not None]
        added = [replace(brings, local=other.get(local, local)) for local, brings in part.imports.items() if local not in same]
        if len(texts) == len(part.statements):
            # As far from each other as they were.
            behind = "".join(f"\n{said}" if statement.apart else said for statement, said in zip(part.statements, texts, strict=True)) + "\n"
            text = self._importing(one, added, [], behind)
            names = frozenset(other.get(local, local) for statement in part.statements for local in statement.binds)
            if text is not None:
                yield _Read(text, names, origin.module)

    def _importing(
        self, one: Import, added: list[Import], spans: list[tuple[int, int, bytes]], behind: str = "", *, keep: bool = False
    ) -> bytes | None:
        """The text with other imports instead of one, what stands behind them, and other bytes in some places; None where that one shares its line."""
        module = self.application.module
        source = self.facts.read(module)
        holder = next(said for said in statements(self.facts, module) if said.kind == "import" and said.start <= one.start < said.end)
        if source[holder.end :].partition(b"\n")[0].lstrip().startswith(b";"):
            return None
        kept = [brings for brings in brought(self.facts, module, holder) if keep or brings.start != one.start]
        lines = [*(absolute(brings, self.root) for brings in [*kept, *added]), *([behind] if behind else [])]
        for start, end, new in sorted([*spans, (holder.start, holder.end, "\n".join(lines).encode())], reverse=True):
            source = source[:start] + new + source[end:]
        return source


def _bound_in(facts: Facts, module: RepoPath, local: str) -> Name:
    """Where a name of a module is bound."""
    return called(facts, module, local) or Name(module, local)


def _part(facts: Facts, wanted: Name, *, deep: bool = False) -> _Part | None:
    """What makes a name of a module; None where nothing that can be read does. With `deep`, what its module does with what it imports counts too."""
    said = [one for one in statements(facts, wanted.module) if one.kind not in _SILENT]
    bound, made = imports(facts, wanted.module), makers(said)
    if "*" in bound or wanted.name not in made:
        return None
    if wanted in routers(facts):
        return _Part(tuple(said), bound)
    taken: dict[int, Statement] = {}
    needed: dict[str, Import] = {}
    pending, seen = [wanted.name], {wanted.name}
    while pending:
        here = pending.pop()
        if here in bound:
            needed[here] = bound[here]
        for one in [*made.get(here, ()), *(one for one in said if (here in made or deep) and _does(one, here))]:
            taken[one.start] = one
            new = (one.uses | one.binds) - seen
            seen |= new
            pending += sorted(new)
    return _Part(tuple(taken[start] for start in sorted(taken)), needed)


def _does(statement: Statement, local: str) -> bool:
    """Whether a statement does something with what a name stands for: `EVERY.append(1)`, `if DEBUG: EVERY.clear()`."""
    if statement.kind == "assignment" and not statement.binds:
        return statement.text.startswith(f"{local}.")
    if statement.kind == "call" or not statement.blocks:
        return statement.called.partition(".")[0] == local
    return statement.kind != "definition" and any(_does(one, local) for block in statement.blocks for one in block.statements)


# names -----------------------------------------------------------------------------------------------------------------


def _meant(one: Import) -> tuple[RepoPath | None, str, str]:
    return one.target, one.rest, f"{one.base} {one.text}" if one.target is None else ""


def _fresh(local: str, module: RepoPath, taken: Collection[str]) -> str:
    """A name that stands for nothing yet, made of that of the module or its package."""
    stem = name(module).removesuffix(".py")
    found = local if local not in taken else f"{name(parent(module)) if stem == '__init__' else stem}_{local}".replace("-", "_")
    while found in taken:
        found += "_"
    return found


def _renamed(source: bytes, statement: Statement, other: Mapping[str, str]) -> str | None:
    """The text of a statement with its comments in which some names are others; None where one of them is somebody else's in it."""
    text = renamed(source[statement.first : statement.last], other)
    return None if text is None else decoded(text).strip("\r\n")
