"""Where one source includes routers in others, and gives functions what may be a router."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.routing.dialects import INCLUDES, PREFIXES
from migrator.facts.routing.loops import rounds
from migrator.facts.routing.model import Expression, Inclusion, Passing
from migrator.facts.routing.syntax import NAMING, line_of

if TYPE_CHECKING:
    from migrator.facts.routing.syntax import Call, Syntax
    from migrator.languages.python.parsing import Node

__all__ = ["inclusion", "inclusions", "passings"]


def inclusions(syntax: Syntax, call: Call, router: str, verb: str) -> Iterator[Inclusion]:
    """What a router includes by a call: one for each round of the loops around it that are written down."""
    node, at = call.node, INCLUDES[verb]
    included = call.places[0] if call.places else call.words.get("router") or call.words.get("blueprint")
    if included is None:
        return
    prefix = next((call.words[one] for one in PREFIXES if one in call.words), call.places[at] if 0 < at < len(call.places) else None)
    every = rounds(node)
    looped, over = ((), None) if any(every) else _looped(syntax, node)
    home, inside = syntax.scope(node, router), syntax.scope(node)
    for names in every:
        below = syntax.expression(prefix, names) if prefix is not None else None
        what = syntax.expression(included, names)
        yield Inclusion(router, what, below, node.start_byte, node.end_byte, line_of(node), home, looped, over, inside)


def inclusion(syntax: Syntax, call: Node, router: str, included: Expression) -> Inclusion:
    """A router that is included by being given the one that includes it."""
    home, inside = syntax.scope(call, router), syntax.scope(call)
    return Inclusion(router, included, None, call.start_byte, call.end_byte, line_of(call), home, inside=inside)


def _looped(syntax: Syntax, node: Node) -> tuple[tuple[str, ...], Expression | None]:
    """The names of the nearest loop around a node, and what it goes through."""
    here = node.parent
    while here is not None and here.type not in {"function_definition", "class_definition", "lambda", "for_statement"}:
        here = here.parent
    left, right = (here.child_by_field_name(field) if here is not None else None for field in ("left", "right"))
    if left is None or right is None or right.type not in NAMING:
        return (), None
    return tuple(syntax.text(one) for one in ([left] if left.type == "identifier" else left.named_children)), syntax.expression(right)


def passings(syntax: Syntax, call: Call) -> Iterator[Passing]:
    """The arguments of a call by which a function may be given a router; of what has no name, where nothing else is done with what the call gives."""
    node = call.node
    if call.function is None or call.function.type not in {"identifier", "attribute"}:
        return
    alone = node.parent is not None and node.parent.type in {"assignment", "expression_statement", "return_statement"}
    every: list[tuple[int | str, Node]] = [*enumerate(call.places), *call.words.items()]
    given = [(place, value) for place, value in every if value.type == "identifier" or (alone and value.type in NAMING)]
    if not given:
        return
    given += [(place, value) for place, value in every if value.type == "string" and syntax.string(value).startswith("/")]  # a prefix
    function = syntax.expression(call.function)
    for place, value in given:
        text = syntax.text(value)
        scope = syntax.scope(node, text)
        yield Passing(text, function, place, line_of(node), scope, syntax.expression(value), node.start_byte, node.end_byte)
