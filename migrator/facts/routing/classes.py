"""The classes of one source: what they derive from, which of them make routers, and what they answer as views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.facts.routing.dialects import METHODS, making, spoken
from migrator.facts.routing.model import Class
from migrator.facts.routing.syntax import Syntax
from migrator.languages.python.parsing import Node, parse, walk

if TYPE_CHECKING:
    from migrator.facts.routing.dialects import Dialect
    from migrator.facts.routing.model import Expression

__all__ = ["Vocabulary", "classes"]


def classes(source: bytes, *names: str) -> tuple[Class, ...]:
    """The classes at the top of a source that derive from one of some names."""
    if b"class " not in source or not any(name.encode() in source for name in names):
        return ()
    syntax, wanted = Syntax(source), frozenset(names)
    found = (node.child_by_field_name("definition") or node for node in parse(source).named_children)
    made = (_class(syntax, node) for node in found if node.type == "class_definition")
    return tuple(one for one in made if not wanted.isdisjoint(one.bases))


def _class(syntax: Syntax, node: Node) -> Class:
    above = node.child_by_field_name("superclasses")
    bases = [syntax.text(one).partition("[")[0].rpartition(".")[2] for one in (above.named_children if above is not None else ())]
    return Class(syntax.field(node, "name"), tuple(bases), _prefix(syntax, node))


def _prefix(syntax: Syntax, node: Node) -> Expression | None:
    """The prefix that a class gives to what it makes."""
    made = next((one for one in walk(node) if one.type == "function_definition" and syntax.field(one, "name") == "__init__"), None)
    if made is None:
        return None
    called = (one for one in walk(made) if one.type == "call" and syntax.field(one, "function") == "super().__init__")
    handed = next((word for one in called if (word := syntax.call(one).words.get("prefix")) is not None), None)
    if handed is not None and handed.type != "identifier":
        return syntax.expression(handed)
    listed = made.child_by_field_name("parameters")
    for one in listed.named_children if listed is not None else ():
        value = one.child_by_field_name("value")
        if syntax.field(one, "name") == "prefix" and value is not None:
            return syntax.expression(value)
    return None


class Vocabulary:
    """The words by which one source makes routers and serves views: those of frameworks, and its own classes at the top of it."""

    def __init__(self, syntax: Syntax, root: Node) -> None:
        self.syntax = syntax
        self.views: dict[str, tuple[str, ...]] = {}
        """By class, the methods of requests that it answers."""
        self._bases: dict[str, str] = {}
        for node in root.named_children:
            self._add(node.child_by_field_name("definition") or node)

    def dialect(self, word: str) -> Dialect | None:
        """The framework of which a word makes routers here."""
        return making(self.syntax.source, word)

    def base(self, maker: str) -> str:
        """The class of a framework from which a class derives; any other word as it is."""
        return self._bases.get(maker, maker)

    def _add(self, node: Node) -> None:
        body, above = node.child_by_field_name("body"), node.child_by_field_name("superclasses")
        if node.type != "class_definition" or body is None or above is None:
            return
        title = self.syntax.field(node, "name")
        bases = (self.base(self.syntax.text(one).rpartition(".")[2]) for one in above.named_children)
        if base := next((one for one in bases if spoken(self.syntax.source, one) is not None), ""):
            self._bases[title] = base
        functions = [one.child_by_field_name("definition") or one for one in body.named_children]
        said = [self.syntax.field(one, "name") for one in functions if one.type == "function_definition"]
        self.views[title] = tuple(one.upper() for one in said if one in METHODS)
