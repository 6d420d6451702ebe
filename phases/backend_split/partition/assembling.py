"""How a module puts an application together: what of it runs for that, and by which names it asks for what it does so with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Statement, imports, statements
from migrator.facts.routing import source_of
from migrator.facts.serving import Name, called, own
from migrator.facts.tables import makes, said_in

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["assembling", "holds", "makers", "opening", "starting"]

_SILENT = {"import", "docstring", "main", "pass_statement"}


def assembling(facts: Facts, application: Name) -> frozenset[str]:
    """The names of what an application is made with, whoever's routers it includes: its own call and what that is made of, middleware, handlers.

    What it includes and serves is somebody's, and so is what it does when it starts and stops.
    """
    told = statements(facts, application.module)
    made, apart = makers(told), starting(facts, application)
    served = [said.start for said in own(facts, application)]
    found: set[str] = set()
    pending = {name for one in told if _runs(one, application.local) for name in _uses(one, served)} - apart
    while pending:
        name = pending.pop()
        found.add(name)
        pending |= {used for one in made.get(name, ()) for used in _uses(one, served)} - found - apart
    return frozenset(found)


def makers(said: Iterable[Statement]) -> dict[str, list[Statement]]:
    """What binds each name of a module that it does not import."""
    found: dict[str, list[Statement]] = {}
    for statement in said:
        for name in statement.binds if statement.kind != "import" else ():
            found.setdefault(name, []).append(statement)
    return found


def starting(facts: Facts, application: Name) -> frozenset[str]:
    """The functions of its module that run when an application starts and stops."""
    said = statements(facts, application.module)
    made = makers(said)
    found = {hook.name for hook in source_of(facts, application.module).hooks if hook.kind in {"lifespan", "event"}}
    for statement in said:
        if statement.called == f"{application.local}.add_event_handler":
            found |= statement.uses
    pending = [statement for name in sorted(found) for statement in made.get(name, ())]
    seen: set[str] = set()
    while pending:  # a lifespan may open others, also those of a list
        for name in sorted(pending.pop().uses - found - seen):
            seen.add(name)
            opened = [maker for maker in made.get(name, ()) if maker.kind == "definition" and maker.yields]
            pending += [*opened, *(maker for maker in made.get(name, ()) if _is_list(maker))]
            found |= {name} if opened else set()
    return frozenset(found)


class Opening(NamedTuple):
    """What makes libraries ready for all that use them as an application starts: nobody imports it for that."""

    modules: frozenset[RepoPath]
    """What defines a function that does so, and what statements use that do."""
    functions: frozenset[str]
    """Those of the application's module that lead there."""


def opening(facts: Facts, application: Name, opens: Collection[str]) -> Opening:
    """What of that which runs when an application starts leads to such a call (one of `opens`)."""
    seen: set[tuple[RepoPath, str]] = set()
    functions: set[str] = set()

    def led(module: RepoPath, function: str) -> set[RepoPath]:
        if (module, function) in seen:
            return set()
        seen.add((module, function))
        bound, made = imports(facts, module), makers(statements(facts, module))
        if function in bound and function not in made:
            origin = called(facts, module, function)
            if origin is None or not origin.module.endswith(".py"):
                return set()
            beyond = led(*origin) if origin.name else set()
            return beyond if makes(facts, origin.module).isdisjoint(opens) else {*beyond, origin.module}
        found: set[RepoPath] = set()
        for statement in made.get(function, ()):
            inner = [*_within(statement)]
            opened = [one for one in inner if not said_in(one.text).isdisjoint(opens)]
            names = {name for one in opened for name in one.uses}
            for one in reversed(inner):  # what they use was made before
                names |= one.uses if one.binds & names else set()
            found |= {target for name in names if name in bound and (target := bound[name].target) is not None}
            for name in sorted({name for one in inner for name in one.uses}):
                target = bound[name].target if name in bound else None
                if name in made or (target is not None and target.endswith(".py") and not makes(facts, target).isdisjoint(opens)):
                    found |= led(module, name)
            functions.update({function} if (found or opened) and module == application.module and statement.kind == "definition" else ())
        return found

    modules = {target for name in sorted(starting(facts, application)) for target in led(application.module, name)}
    return Opening(frozenset(modules), frozenset(functions))


def _within(statement: Statement) -> Iterator[Statement]:
    """The statements in a statement that hold none themselves, or that go on while others run."""
    for block in statement.blocks:
        for inner in block.statements:
            if inner.yields or not inner.blocks:
                yield inner
            yield from _within(inner)


def _is_list(statement: Statement) -> bool:
    return statement.kind == "assignment" and statement.text.partition("=")[2].lstrip().startswith(("[", "("))


def holds(statement: Statement, places: Iterable[int]) -> bool:
    """Whether any of some places is in a statement."""
    return any(statement.start <= at < statement.end for at in places)


def _runs(statement: Statement, application: str) -> bool:
    """Whether a statement of a module makes the application what it is, and does not only bind a name for those that do."""
    mine = f"{application}."
    if statement.kind == "definition":
        return statement.called.startswith(mine)
    if statement.kind == "assignment":
        return application in statement.binds or (statement.text.startswith(mine) and not statement.text.startswith(f"{mine}state."))
    return True


def _uses(statement: Statement, served: Iterable[int], *, inside: bool = False) -> frozenset[str]:
    """The names that a statement uses, but for what it serves and, `inside` of a function, for another one that runs at the start and at the end."""
    if statement.kind in _SILENT:
        return frozenset()
    opened = statement.blocks and statement.blocks[0].statements
    if holds(statement, served) and (not opened or any(statement.start <= at < opened[0].start for at in served)):
        return frozenset()
    if not opened:
        return statement.uses
    if inside and statement.kind == "definition" and statement.yields:
        return statement.heads
    within = statement.kind == "definition" or inside
    inner = (name for block in statement.blocks for one in block.statements for name in _uses(one, served, inside=within))
    return statement.heads.union(inner, *(block.heads for block in statement.blocks))
