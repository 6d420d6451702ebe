"""What is Flask's own in a tree: the functions that make applications, and by which names their endpoints are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Import, Statement, brought, imports, statements
from migrator.facts.fastapi import Name, handed, inclusions, routers, routes, source_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Call", "applications", "calls", "factory", "in_factory"]

_PEOPLES = ("cli.add_command", "cli.command", "shell_context_processor")
"""What is done for people at a prompt."""


class Call(NamedTuple):
    """Where a module's name is bound to what a factory makes: `app = create_app()`."""

    module: RepoPath
    name: str


def applications(facts: Facts) -> tuple[Name, ...]:
    """The applications of a tree by what they are called where they are made, that with the most routes first."""
    return facts.derive(_applications)


def _applications(facts: Facts) -> tuple[Name, ...]:
    found = [one.name for one in routers(facts).values() if one.kind == "application" and one.framework == "flask"]
    return tuple(sorted(found, key=lambda name: (-len(routes(facts, name)), name)))


def factory(facts: Facts, name: Name) -> str:
    """The function that makes an application and returns it; empty for one that is made at the top of its module."""
    source = source_of(facts, name.module)
    scopes = [one.scope for one in source.routers if one.name == name.name]
    if "" in scopes:
        return ""
    return next((scope for scope in scopes if scope in source.functions and name.name in source.functions[scope].returned), "")


def calls(facts: Facts, name: Name) -> Iterator[Call]:
    """Where modules bind what the factory of an application makes."""
    made = factory(facts, name)
    for module in facts.graph.importers(name.module) if made else ():
        if module.endswith(".py"):
            known = {local for local, one in imports(facts, module).items() if one.target == name.module and one.rest == made}
            for bound, value in source_of(facts, module).values.items():
                if value.kind == "call" and value.text in known and "." not in bound:
                    yield Call(module, bound)


def in_factory(facts: Facts, name: Name) -> Iterator[Import]:
    """What the functions that make an application or are given it use of other modules for all that it serves: not to include, nor for people at a prompt."""
    if not factory(facts, name):
        return
    module, given = name.module, handed(facts, name).get(name.module, frozenset())
    places = frozenset(said.start for said, _ in inclusions(facts, name))
    bodies = [one for one in statements(facts, module) if one.kind == "definition" and one.binds & given]
    every = [inner for body in bodies for block in body.blocks for inner in _each(block.statements)]
    used = {used for one in bodies for used in one.heads}
    for one in every:
        alone = not one.blocks or one.kind == "definition"
        if one.kind != "import" and not one.called.endswith(_PEOPLES) and not any(one.start <= at < one.end for at in places):
            used |= one.uses if alone else one.heads
    known = imports(facts, module)
    known |= {local.local: local for one in every if one.kind == "import" for local in brought(facts, module, one)}
    yield from (known[local] for local in sorted(used) if local in known)


def _each(inner: tuple[Statement, ...]) -> Iterator[Statement]:
    """Statements and those in their branches; what a function does is the function's."""
    for one in inner:
        yield one
        for block in one.blocks if one.kind != "definition" else ():
            yield from _each(block.statements)
