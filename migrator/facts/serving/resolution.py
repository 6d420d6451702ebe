"""Which routers an expression stands for: by a second name, in a list, as an argument, as what a function makes and gives back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.routing import DEEP, source_of
from migrator.facts.serving.aliases import arguments
from migrator.facts.serving.definitions import definitions, routers
from migrator.facts.serving.names import Name, Variable, binding, dotted, exported, function_of
from migrator.facts.serving.values import NOTHING

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.routing import Expression
    from migrator.facts.serving.aliases import Aliases
    from migrator.facts.serving.values import Values
    from migrator.paths import RepoPath

__all__ = ["Place", "elements", "named"]

_SEVERAL = {"list", "tuple"}
_JOINED = {"binary_operator", "parenthesized_expression"}


class Place(NamedTuple):
    """Where something is said: a module, the function of it (or an empty name), and what the names of the loop around it stand for."""

    module: RepoPath
    scope: str = ""
    names: Values = NOTHING


def named(facts: Facts, known_as: Aliases, place: Place, expression: Expression, depth: int = 0) -> tuple[Name, ...]:
    """The routers that an expression stands for; parameters are what calls gave for them by which functions got the router that is `known_as`."""
    module, scope, names = place
    if depth > DEEP:
        return ()
    if expression.kind in _SEVERAL | _JOINED:
        return tuple(name for part in expression.parts for name in named(facts, known_as, place, part, depth + 1))
    text = dotted(expression)
    first, _, rest = text.partition(".")
    if first in names:
        return _of_round(facts, known_as, names[first], rest, depth)
    if expression.kind == "call":
        found = (named(facts, known_as, there, back, depth + 1) for there, back in _steps(facts, known_as, place, expression))
        return next((some for some in found if some), ())
    local = Variable(module, scope.partition(".")[0] if first == "self" else scope, text)
    source = source_of(facts, module)
    function = source.functions.get(scope)
    if scope and (first == "self" or (function is not None and first in function.locals)):
        value = source.values.get(local.said)
        if any(definitions(facts, local)) or (value is not None and value.kind == "call"):
            return (local.everywhere,)
        every = [name for there, one in _steps(facts, known_as, place, expression) for name in named(facts, known_as, there, one, depth + 1)]
        return tuple(dict.fromkeys(every))
    bound = binding(facts, module, expression, depth)
    if bound is None or bound in routers(facts) or not bound.module.endswith(".py"):
        return () if bound is None else (bound,)
    value = source_of(facts, bound.module).values.get(bound.name)
    if value is None or value.kind not in {"identifier", "attribute", *_SEVERAL}:
        return (bound,)
    return named(facts, known_as, Place(bound.module), value, depth + 1)


def _of_round(facts: Facts, known_as: Aliases, stands: tuple[RepoPath, Expression], rest: str, depth: int) -> tuple[Name, ...]:
    """The routers that something of what a loop goes through names."""
    module, one = stands
    if not rest:
        return named(facts, known_as, Place(module), one, depth + 1)
    bound = binding(facts, module, one, depth + 1)
    found = exported(facts, bound.module, rest, depth + 1) if bound is not None and not bound.name and "." not in rest else None
    return () if found is None else (found,)


def elements(facts: Facts, known_as: Aliases, place: Place, expression: Expression, depth: int = 0) -> Iterator[tuple[RepoPath, Expression]]:
    """What a list holds that an expression names, with the module in which each is written down."""
    if depth > DEEP:
        return
    if expression.kind in _SEVERAL:
        yield from ((place.module, part) for part in expression.parts)
    elif expression.kind in _JOINED:
        for part in expression.parts:
            yield from elements(facts, known_as, place, part, depth + 1)
    else:
        for there, one in _steps(facts, known_as, place, expression):
            yield from elements(facts, known_as, there, one, depth + 1)


def _steps(facts: Facts, known_as: Aliases, place: Place, expression: Expression) -> Iterator[tuple[Place, Expression]]:
    """What a name is assigned, a parameter is given, or a function gives back, with where that is said."""
    module, scope, _ = place
    if expression.kind == "call":
        maker, made = function_of(facts, module, scope, expression.text)
        if maker is not None and made is not None:
            yield from ((Place(*maker), back) for back in made.returned)
        return
    source, text = source_of(facts, module), dotted(expression)
    first = scope.partition(".")[0] if text.startswith("self.") else scope
    function = source.functions.get(scope)
    if first and (value := source.values.get(f"{first}:{text}")) is not None:
        yield Place(module, f"{first}.__init__" if first != scope else scope), value
    elif function is not None and text in function.parameters:
        for there, passing in arguments(facts, known_as, Variable(module, scope, text)):
            yield Place(there, passing.scope), passing.value
    else:
        bound = binding(facts, module, expression)
        if bound is not None and bound.module.endswith(".py") and (value := source_of(facts, bound.module).values.get(bound.name)) is not None:
            yield Place(bound.module), value
