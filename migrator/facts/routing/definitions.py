"""Where one source makes what may be a router or an application, or gives one to a function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.routing.dialects import PREFIXES
from migrator.facts.routing.inclusions import inclusion
from migrator.facts.routing.model import Definition, Expression, Hook
from migrator.facts.routing.names import parameters
from migrator.facts.routing.syntax import line_of

if TYPE_CHECKING:
    from migrator.facts.routing.classes import Vocabulary
    from migrator.facts.routing.model import Statement
    from migrator.facts.routing.names import Bound
    from migrator.facts.routing.syntax import Syntax
    from migrator.languages.python.parsing import Node

__all__ = ["definitions", "given", "is_owned"]


def definitions(vocabulary: Vocabulary, bound: Bound) -> Iterator[Statement]:
    """What may be a router or an application, made by a call and bound to a name, with what is said of it by that."""
    made = _made(vocabulary, bound.value) if bound.value.type == "call" else None
    if made is None:
        return
    syntax = vocabulary.syntax
    call, maker = syntax.call(made), syntax.last(made)
    word = vocabulary.base(maker)
    dialect = vocabulary.dialect(word)
    prefix = next((syntax.expression(call.words[one]) for one in (dialect.prefix if dialect else PREFIXES) if one in call.words), None)
    title = syntax.string(call.places[0]) if call.places and call.places[0].type == "string" else ""
    if dialect is not None and word in dialect.below:
        prefix, title = prefix or (Expression(f"/{title.lstrip('/')}", made.start_byte, "text") if title else None), ""
    through = "" if made is bound.value else syntax.field(bound.value, "function")
    yield Definition(bound.name, maker, prefix, bound.top, line_of(made), through, bound.scope, title)
    if "lifespan" in call.words:
        yield Hook("lifespan", syntax.text(call.words["lifespan"]))
    above = ""
    if dialect is not None and word in dialect.makers and call.function is not None:
        above = syntax.field(call.function, "object")
    elif dialect is not None and word in dialect.owned and call.places:
        above = syntax.text(call.places[0])
    if above.isidentifier():
        yield inclusion(syntax, made, above, Expression(bound.name, made.start_byte, "identifier"))


def given(syntax: Syntax, function: Node, name: str) -> Iterator[Definition]:
    """The parameters of a function that say of which class they are."""
    for one, bound in parameters(function):
        maker = syntax.field(one, "type").strip("\"'").rpartition(".")[2]
        if maker.isidentifier():
            yield Definition(syntax.text(bound), maker, None, False, line_of(one), "", name, given=True)  # noqa: FBT003


def is_owned(vocabulary: Vocabulary, one: Definition) -> bool:
    """Whether a router is of those that are given the application or router that includes them."""
    word = vocabulary.base(one.maker)
    return (dialect := vocabulary.dialect(word)) is not None and word in dialect.owned


def _made(vocabulary: Vocabulary, call: Node) -> Node | None:
    """The call that makes what a call gives: of a class, or one that a function is given which fills it and gives it back."""
    if _is_class(vocabulary, call):
        return call
    _, _, places, words = vocabulary.syntax.call(call)
    inner = [one for one in (*places, *words.values()) if one.type == "call" and _is_class(vocabulary, one)]
    return inner[0] if len(inner) == 1 else None


def _is_class(vocabulary: Vocabulary, call: Node) -> bool:
    word, function = vocabulary.syntax.last(call), call.child_by_field_name("function")
    return word[:1].isupper() or (function is not None and function.type == "attribute" and vocabulary.dialect(word) is not None)
