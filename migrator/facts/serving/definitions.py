"""The routers and applications of a tree, by where each is bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.facts.routing import defined, modules, source_of
from migrator.facts.serving.makers import is_spoken, makers
from migrator.facts.serving.names import Name, Variable, called

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.routing import Definition
    from migrator.paths import RepoPath

__all__ = ["Router", "definitions", "routers"]


@dataclass(frozen=True, slots=True)
class Router:
    """A router or an application of the tree."""

    name: Name
    kind: str
    """`application` or `router`; `given` for an application that a function is given by a parameter that says so."""
    top: bool
    line: int
    framework: str
    title: str
    """The name that a blueprint is given, by which its endpoints are known."""


def routers(facts: Facts) -> Mapping[Name, Router]:
    """Every router and application that is bound at the top of a module or in a function, by where it is bound."""
    return facts.derive(_routers)


def _routers(facts: Facts) -> Mapping[Name, Router]:
    found: dict[Name, Router] = {}
    known = makers(facts)
    names = sorted(known)
    for module in modules(facts):
        for one in facts.told(module, defined, *names):
            if _is_made(facts, module, one):
                name, maker = Variable(module, one.scope, one.name).everywhere, known[one.maker]
                kind = "given" if one.given else maker.kind
                found.setdefault(name, Router(name, kind, one.top, one.line, maker.dialect.framework, one.title))
    return found


def definitions(facts: Facts, variable: Variable) -> Iterator[Definition]:
    """Where a variable is bound to a router."""
    module, scope, name = variable
    return (one for one in source_of(facts, module).routers if one.name == name and one.scope == scope and _is_made(facts, module, one))


def _is_made(facts: Facts, module: RepoPath, one: Definition) -> bool:
    """Whether a definition binds a router: its class makes some, and the function that it went through gives back what it is given."""
    maker = makers(facts).get(one.maker)
    if maker is None or not is_spoken(facts, module, maker) or (one.given and maker.kind not in maker.dialect.given):
        return False
    if not one.through:
        return True
    through = called(facts, module, one.through)
    function = source_of(facts, through.module).functions.get(through.name) if through is not None and through.module.endswith(".py") else None
    return function is not None and any(back.text in function.parameters for back in function.returned)
