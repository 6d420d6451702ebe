"""The path below which the routes of a router lie, as far as the router says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.facts.serving.aliases import made
from migrator.facts.serving.makers import makers
from migrator.facts.serving.values import value_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.serving.names import Name

__all__ = ["is_replaced", "kept_prefix", "own_prefix"]


def own_prefix(facts: Facts, name: Name) -> str:
    """The prefix that a router itself has, or that its class gives it."""
    for module, one in made(facts, name):
        maker = makers(facts)[one.maker]
        if one.prefix is not None:
            return value_of(facts, module, one.prefix)
        inherited = maker.of.prefix if maker.of is not None else None
        return value_of(facts, maker.module, inherited) if inherited is not None and maker.module else ""
    return ""


def kept_prefix(facts: Facts, name: Name) -> str:
    """The prefix that the routes of a router have wherever it is included: a blueprint's own gives way to that of its inclusion."""
    return "" if is_replaced(facts, name) else own_prefix(facts, name)


def is_replaced(facts: Facts, name: Name) -> bool:
    """Whether the path of an inclusion takes the place of a router's own."""
    return any(makers(facts)[one.maker].dialect.replaces for _, one in made(facts, name))
