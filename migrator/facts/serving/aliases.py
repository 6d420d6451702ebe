"""The names that one router has: its own, those that functions and other modules have for it, and what is said of it under each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.facts.routing import DEEP, Endpoint, Inclusion, Passing, imported_and_filled, modules, source_of
from migrator.facts.routing.dialects import FASTAPI
from migrator.facts.serving.definitions import definitions
from migrator.facts.serving.makers import makers
from migrator.facts.serving.names import Name, Variable, called, dotted, exported, function_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.routing import Definition, Expression, Source
    from migrator.paths import RepoPath

__all__ = ["Aliases", "aliases", "arguments", "filled", "fillers", "is_application", "made"]


@dataclass(slots=True)
class Aliases:
    """What one router is known as."""

    variables: list[Variable] = field(default_factory=list)
    """Its names, that by which it was asked for first."""
    ways: dict[tuple[RepoPath, int], None] = field(default_factory=dict)
    """The calls by which functions got it: the module of each, and where it begins."""
    events: list[tuple[Variable, Endpoint | Inclusion]] = field(default_factory=list)
    """What is said of it under those names, in order."""


def aliases(facts: Facts, name: Name) -> Aliases:
    """What is said of one router under each name that it has.

    Besides its own these are the one in the function that made it, those of the parameters under which other functions are given it, and the
    `self` of its class.
    """
    known = facts.derive(_known)
    if name not in known:
        known[name] = Aliases()
        _follow(facts, Variable.of(name), known[name])
    return known[name]


def _known(_: Facts) -> dict[Name, Aliases]:
    return {}


def filled(facts: Facts, name: Name) -> frozenset[Name]:
    """The functions that make an application or router, or are given it."""
    return frozenset(Name(variable.module, variable.scope) for variable in aliases(facts, name).variables if variable.scope)


def fillers(facts: Facts, name: Name) -> tuple[RepoPath, ...]:
    """The modules that import a router and give it routes or routers."""
    return tuple(dict.fromkeys(variable.module for variable in facts.derive(_elsewhere).get(name, ())))


def made(facts: Facts, name: Name) -> Iterator[tuple[RepoPath, Definition]]:
    """Where a router is made, under any of its names."""
    return ((variable.module, one) for variable in aliases(facts, name).variables for one in definitions(facts, variable))


def is_application(facts: Facts, name: Name) -> bool:
    """Whether a name is bound to an application that a function makes and returns; what is Flask's own, `flask.applications` says."""
    every = (makers(facts)[one.maker] for _, one in made(facts, name) if one.scope)
    return any((maker.kind, maker.dialect) == ("application", FASTAPI) for maker in every)


def arguments(facts: Facts, known_as: Aliases, parameter: Variable) -> Iterator[tuple[RepoPath, Passing]]:
    """What a parameter is given by the calls by which functions got a router, with the module of each."""
    for module, start in known_as.ways:
        for passing in source_of(facts, module).passings:
            if passing.start == start and _parameter(facts, module, passing) == parameter:
                yield module, passing


def _parameter(facts: Facts, module: RepoPath, passing: Passing) -> Variable | None:
    """The parameter under which a function is given a router."""
    maker, function = function_of(facts, module, passing.scope, dotted(passing.function))
    if maker is None or function is None:
        return None
    named = passing.place if isinstance(passing.place, str) else next(iter(function.parameters[passing.place :]), "")
    return Variable(*maker, named) if named in function.parameters else None


# following one ---------------------------------------------------------------------------------------------------------


def _follow(facts: Facts, variable: Variable, known_as: Aliases) -> None:
    if variable in known_as.variables or len(known_as.variables) > DEEP:
        return
    known_as.variables.append(variable)
    module, scope, name = variable
    source = source_of(facts, module)
    value = source.values.get(variable.said)
    if value is not None and value.kind == "call":
        _follow_call(facts, Name(module, scope), value, known_as)
    function = source.functions.get(scope)
    if function is not None and name not in function.locals:
        bound = exported(facts, module, name)
        if bound is not None and bound.name and bound.module.endswith(".py"):
            _follow(facts, Variable(bound.module, "", bound.name), known_as)
    events: list[Endpoint | Inclusion | Passing] = [*source.endpoints, *source.inclusions, *source.passings]
    for event in sorted((event for event in events if _is_of(source, variable, event)), key=lambda event: event.line):
        if not isinstance(event, Passing):
            known_as.events.append((variable, event))
        elif (parameter := _parameter(facts, module, event)) is not None:
            known_as.ways[module, event.start] = None
            _follow(facts, parameter, known_as)
    for elsewhere in facts.derive(_elsewhere).get(variable.everywhere, ()) if not scope else ():
        _follow(facts, elsewhere, known_as)
    for other in _also(source, variable):
        _follow(facts, variable._replace(name=other), known_as)


def _is_of(source: Source, variable: Variable, said: Endpoint | Inclusion | Passing) -> bool:
    """Whether what is said of a router by name is said of a variable: in its function, or, of a module's, wherever no function has one of that name."""
    if (said.given if isinstance(said, Passing) else said.router) != variable.name:
        return False
    if variable.scope or not said.scope:
        return said.scope == variable.scope
    function = source.functions.get(said.scope)
    return function is None or variable.name not in function.locals


def _follow_call(facts: Facts, place: Name, call: Expression, known_as: Aliases) -> None:
    """Go on with what a call in a function returns of its function's own names, or with what its class says of itself."""
    maker, function = function_of(facts, *place, call.text)
    known_as.ways[place.module, call.start] = None
    if maker is not None and maker.name in makers(facts):
        _follow(facts, Variable(*maker, "self"), known_as)
    elif maker is not None and function is not None:
        for back in function.returned:
            text = dotted(back)
            if back.kind == "call":
                _follow_call(facts, maker, back, known_as)
            elif text:
                _follow(facts, Variable(maker.module, maker.name.partition(".")[0] if text.startswith("self.") else maker.name, text), known_as)


def _also(source: Source, variable: Variable) -> Iterator[str]:
    """The further names that a module, or a function of it, gives to what has one."""
    for said, value in source.values.items():
        scope, _, local = said.rpartition(":")
        if value.kind == "identifier" and value.text == variable.name and scope == variable.scope and local != variable.name:
            yield local


def _elsewhere(facts: Facts) -> Mapping[Name, tuple[Variable, ...]]:
    """By router, the names under which modules that import it give it routes: those count once somebody loads them."""
    found: dict[Name, list[Variable]] = {}
    for module in modules(facts):
        for said in facts.told(module, imported_and_filled):
            name = called(facts, module, said) if facts.graph.importers(module) else None
            if name is not None and name.module != module and name.name:
                found.setdefault(name, []).append(Variable(module, "", said))
    return {name: tuple(variables) for name, variables in found.items()}
