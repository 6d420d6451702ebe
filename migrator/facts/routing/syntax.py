"""The syntax of one source: the text of its nodes, the arguments of its calls, the functions that they stand in, and its expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from migrator.facts.routing.loops import cased
from migrator.facts.routing.model import DEEP, Expression
from migrator.languages.python.parsing import Node, decoded

__all__ = ["NAMING", "Call", "Syntax", "branches", "expression_of", "line_of", "owner_of"]

NAMING = {"identifier", "attribute", "call", "list", "tuple"}
"""What may stand for a router or for several."""
_NOTHING: Mapping[str, Node] = MappingProxyType({})


class Call(NamedTuple):
    """A call with what it is given."""

    node: Node
    function: Node | None
    places: list[Node]
    """The positional arguments."""
    words: dict[str, Node]
    """The keyword arguments."""


class Syntax:
    """What nodes of a source say."""

    def __init__(self, source: bytes) -> None:
        self.source = source

    def text(self, node: Node | None) -> str:
        """The text of a node; nothing where there is none."""
        return decoded(self.source[node.start_byte : node.end_byte].removeprefix(b"\xef\xbb\xbf")) if node is not None else ""

    def field(self, node: Node, name: str) -> str:
        """The text of one of a node's parts."""
        return self.text(node.child_by_field_name(name))

    def string(self, node: Node) -> str:
        """What a string holds."""
        return "".join(self.text(child) for child in node.children if child.type == "string_content")

    def last(self, call: Node) -> str:
        """The last name of what a call calls."""
        return self.field(call, "function").rpartition(".")[2]

    def call(self, node: Node) -> Call:
        """A call with what it is given."""
        arguments = node.child_by_field_name("arguments")
        places, words = [], {}
        for argument in arguments.named_children if arguments is not None else ():
            if argument.type == "keyword_argument":
                key, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
                if key is not None and value is not None:
                    words[self.text(key)] = value
            elif argument.type != "comment":
                places.append(argument)
        return Call(node, node.child_by_field_name("function"), places, words)

    def method(self, function: Node) -> tuple[str, str]:
        """Whose attribute a call calls, and its name."""
        return self.field(function, "object"), self.field(function, "attribute")

    def scope(self, node: Node, name: str = "") -> str:
        """The name of the outermost function in which a node stands, with that of its class; of what is a `self`'s that of the class."""
        here, scope = owner_of(node), ""
        while here is not None:
            above = owner_of(here)
            if here.type == "function_definition":
                scope = self._function(here, above)
            here = above
        return scope.partition(".")[0] if "." in scope and name.partition(".")[0] == "self" else scope

    def function(self, node: Node) -> str | None:
        """The name of a function of the module, or of a method of its classes with that of the class; None for any other."""
        above = owner_of(node)
        if above is not None and (above.type != "class_definition" or owner_of(above) is not None):
            return None
        return self._function(node, above)

    def _function(self, node: Node, above: Node | None) -> str:
        name = self.field(node, "name")
        return f"{self.field(above, 'name')}.{name}" if above is not None and above.type == "class_definition" else name

    def expression(self, node: Node, names: Mapping[str, Node] = _NOTHING, depth: int = 0) -> Expression:
        """What a piece of the source says; some names in it stand for other pieces. What lies too deep for anybody to follow says nothing."""
        text, inner = self.text(node), depth + 1
        if depth > DEEP:
            return Expression(text, node.start_byte, "unknown")
        if node.type == "identifier" and (stands := names.get(text)) is not None:
            return self.expression(stands)
        if node.type == "call" and names and (said := cased(node, names)) is not None:
            return Expression(f'"{said}"', node.start_byte, "string", (Expression(said, node.start_byte, "text"),))
        parts: list[Node | None] = []
        match node.type:
            case "string":
                return Expression(text, node.start_byte, node.type, tuple(self._pieces(node, names, inner)))
            case "attribute":
                parts = [node.child_by_field_name("object")]
                text = self.field(node, "attribute")
            case "binary_operator" if self.field(node, "operator") == "+":
                parts = [node.child_by_field_name("left"), node.child_by_field_name("right")]
            case "concatenated_string":
                parts = [child for child in node.named_children if child.type == "string"]
            case "list" | "tuple":
                parts = [child for child in node.named_children if child.type != "comment"]
            case "parenthesized_expression":
                parts = [*node.named_children[:1]]
            case "call":
                # What a call gives is not known; for `Field("x")` and `Field(default="x")` it is, for `Settings()` its class tells.
                given = self.call(node)
                parts = [given.words.get("default") or next(iter(given.places), None)]
                text = self.text(given.function)
        return Expression(text, node.start_byte, node.type, tuple(self.expression(part, names, inner) for part in parts if part is not None))

    def _pieces(self, string: Node, names: Mapping[str, Node], depth: int) -> Iterator[Expression]:
        """The texts of a string and what stands in its braces."""
        for child in string.children:
            if child.type == "interpolation" and child.named_children:
                yield self.expression(child.named_children[0], names, depth)
            elif child.type in {"string_content", "interpolation"}:
                yield Expression(self.text(child), child.start_byte, "text")


def expression_of(source: bytes, node: Node, names: Mapping[str, Node] = _NOTHING) -> Expression:
    """What a piece of a source says; some names in it stand for other pieces."""
    return Syntax(source).expression(node, names)


def branches(root: Node) -> Iterator[Node]:
    """A node and all named nodes below it in which there are others, in the order of the source: what is said by less than that is no statement."""
    pending = [root]
    while pending:
        node = pending.pop()
        if children := node.named_children:
            yield node
            pending.extend(reversed(children))


def owner_of(node: Node) -> Node | None:
    """The function or class in which a node stands."""
    here = node.parent
    while here is not None and here.type not in {"function_definition", "class_definition", "lambda"}:
        here = here.parent
    return here


def line_of(node: Node) -> int:
    """The line on which a node begins."""
    return node.start_point.row + 1
