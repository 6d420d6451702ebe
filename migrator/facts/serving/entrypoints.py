"""The applications of a tree that a server is given by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.facts.routing import DEEP, modules, source_of
from migrator.facts.routing.dialects import FASTAPI
from migrator.facts.serving.aliases import is_application
from migrator.facts.serving.definitions import routers
from migrator.facts.serving.names import Name
from migrator.facts.serving.route_tables import routes

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.serving.definitions import Router

__all__ = ["applications"]


def applications(facts: Facts) -> tuple[Name, ...]:
    """The applications that a server can be given by name, that with the most routes first: made at the top of a module, or by a function that it calls."""
    return facts.derive(_applications)


def _applications(facts: Facts) -> tuple[Name, ...]:
    found = {router.name for router in routers(facts).values() if _is_served(router) and router.top}
    makers = _factories(facts)
    for module in modules(facts) if makers else ():
        if any(maker.encode() in facts.read(module) for maker in makers):
            tops = (Name(module, name) for name, value in source_of(facts, module).values.items() if value.kind == "call" and name.isidentifier())
            found.update(name for name in tops if name not in found and is_application(facts, name))
    return tuple(sorted(found, key=lambda name: (-len(routes(facts, name)), name)))


def _is_served(router: Router) -> bool:
    """Whether a server can be given it by its name alone; what is Flask's own, `flask.applications` says."""
    return router.kind == "application" and router.framework == FASTAPI.framework


def _factories(facts: Facts) -> frozenset[str]:
    """The last names of the functions and methods that may give back an application: where one is made, and where what those give is given on."""
    inside = {name.module for name, router in routers(facts).items() if _is_served(router) and not router.top}
    names = {_last(function) for module in inside for function, said in source_of(facts, module).functions.items() if said.returned}
    for _ in range(DEEP if names else 0):
        fresh = set()
        for module in modules(facts):
            if any(name.encode() in facts.read(module) for name in names):
                source = source_of(facts, module)
                for function, said in source.functions.items():
                    given = [source.values.get(f"{function}:{back.text}", back) for back in said.returned]
                    if any(back.kind == "call" and _last(back.text) in names for back in given):
                        fresh.add(_last(function))
        if fresh <= names:
            break
        names |= fresh
    return frozenset(names)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
