"""What is registered with one router, in order: what it serves at which path, and which routers it includes below which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.routing import Endpoint, Inclusion, source_of
from migrator.facts.serving.aliases import aliases, arguments, is_application
from migrator.facts.serving.definitions import routers
from migrator.facts.serving.names import Name, Variable, dotted
from migrator.facts.serving.prefixes import is_replaced, own_prefix
from migrator.facts.serving.resolution import Place, elements, named
from migrator.facts.serving.values import NOTHING, value_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.serving.aliases import Aliases
    from migrator.facts.serving.values import Values

__all__ = ["Registration", "registrations"]


class Registration(NamedTuple):
    """One thing that is said of a router: what it serves at a path, or which router it includes below one (None where that is not found)."""

    variable: Variable
    event: Endpoint | Inclusion
    router: Name | None
    path: str


def registrations(facts: Facts, name: Name) -> tuple[Registration, ...]:
    """What is said of one router, in order, with what each inclusion includes: in a loop over a list one for each of that."""
    known = facts.derive(_known)
    if name not in known:
        known_as = aliases(facts, name)
        known[name] = tuple(one for variable, event in known_as.events for one in _resolved(facts, known_as, variable, event))
    return known[name]


def _known(_: Facts) -> dict[Name, tuple[Registration, ...]]:
    return {}


def _resolved(facts: Facts, known_as: Aliases, variable: Variable, event: Endpoint | Inclusion) -> Iterator[Registration]:
    place = Place(variable.module, event.inside)
    if isinstance(event, Endpoint):
        yield _endpoint(facts, known_as, place, variable, event)
        return
    near = _near(facts, known_as, place)
    for names in _rounds(facts, known_as, place, event):
        path = value_of(facts, variable.module, event.prefix, {**near, **names}) if event.prefix is not None else ""
        for router in named(facts, known_as, place._replace(names=names), event.included) or (None,):
            under = path
            if router is not None and is_replaced(facts, router):
                under = (path if event.prefix is not None else own_prefix(facts, router)).rstrip("/")
            yield Registration(*_at_home(facts, known_as, variable, event), router, under)


def _endpoint(facts: Facts, known_as: Aliases, place: Place, variable: Variable, event: Endpoint) -> Registration:
    """What a router serves; an application of this repository that it mounts is included."""
    path = value_of(facts, variable.module, event.path, _near(facts, known_as, place)) if event.path is not None else ""
    if event.mounted is not None:
        for one in named(facts, known_as, place, event.mounted):
            if one in routers(facts) or is_application(facts, one):
                said = Inclusion(event.router, event.mounted, event.path, event.start, event.end, event.line, event.scope)
                return Registration(variable, said, one, path.rstrip("/"))
    return Registration(variable, event, None, path)


def _near(facts: Facts, known_as: Aliases, place: Place) -> Values:
    """What names of a function stand for: what it assigns, is given by the one call by which it got the router, or has where nothing is given."""
    start, source = f"{place.scope}:", source_of(facts, place.module)
    function = source.functions.get(place.scope)
    if not place.scope or function is None:
        return NOTHING
    near = {key[len(start) :]: (place.module, value) for key, value in source.values.items() if key.startswith(start)}
    for parameter in function.parameters:
        given = [(there, one.value) for there, one in arguments(facts, known_as, Variable(place.module, place.scope, parameter))]
        if len({one.text for _, one in given}) == 1:
            near[parameter] = given[0]
        elif not given and parameter in function.defaults:
            near.setdefault(parameter, (place.module, function.defaults[parameter]))
    return near


def _rounds(facts: Facts, known_as: Aliases, place: Place, event: Inclusion) -> tuple[Values, ...]:
    """What the names of the loop around an inclusion stand for, round by round; one round without names where there is none that can be read."""
    every = [] if event.over is None else list(elements(facts, known_as, place, event.over))
    found: list[Values] = []
    for module, one in every:
        parts = (one,) if len(event.names) == 1 else one.parts if one.kind in {"list", "tuple"} else ()
        if len(parts) != len(event.names):
            return (NOTHING,)
        found.append({name: (module, part) for name, part in zip(event.names, parts, strict=True)})
    return tuple(found) or (NOTHING,)


def _at_home(facts: Facts, known_as: Aliases, variable: Variable, event: Inclusion) -> tuple[Variable, Inclusion]:
    """An inclusion where the router's own module says what is included: `app = create(router=api_router)` for the function that includes its `router`."""
    home, text = known_as.variables[0], dotted(event.included)
    if variable.module == home.module or not text:
        return variable, event
    given = (one for there, one in arguments(facts, known_as, Variable(variable.module, event.inside, text)) if there == home.module)
    if (passing := next(given, None)) is None:
        return variable, event
    return home, Inclusion(home.name, passing.value, event.prefix, passing.start, passing.end, passing.line, passing.scope)
