"""What the names of one source stand for: what is imported, assigned, given to functions and given back by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.routing.model import Expression, Function
from migrator.facts.routing.syntax import NAMING, Syntax, owner_of

if TYPE_CHECKING:
    from migrator.languages.python.parsing import Node

__all__ = ["Bound", "Names", "parameters"]

_NAMED = {"identifier", "attribute"}
_PATHS = {"string", "attribute", "concatenated_string"}
"""What a path may be written as that a parameter stands for where it is not given."""


class Bound(NamedTuple):
    """A name that is assigned something."""

    name: str
    scope: str
    """The function in which it is; of `self.name` the class."""
    value: Node
    top: bool
    """Whether that is said at the top of the module."""


class Names:
    """The names of a source, as they are met from its first line to its last: the first that is said of one counts."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self.imported: dict[str, int] = {}
        self._values: dict[str, Expression] = {}
        self._changed: set[str] = set()
        """The lists that are not what they are at first."""
        self._parameters: dict[str, tuple[str, ...]] = {}
        self._returned: dict[str, list[Expression]] = {}
        self._locals: dict[str, set[str]] = {}
        self._returns: dict[str, str] = {}
        self._defaults: dict[str, dict[str, Expression]] = {}

    @property
    def values(self) -> Mapping[str, Expression]:
        """What the names are assigned of which that is all that happens to them."""
        return {name: value for name, value in self._values.items() if name not in self._changed}

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions of the source and the methods of its classes."""
        return {name: self._function(name, given) for name, given in self._parameters.items()}

    def _function(self, name: str, given: tuple[str, ...]) -> Function:
        own = frozenset(given) | self._locals.get(name, set())
        return Function(given, tuple(self._returned.get(name, ())), own, self._returns.get(name, ""), self._defaults.get(name, {}))

    def bring(self, statement: Node) -> None:
        """What a statement imports."""
        for item in statement.children_by_field_name("name"):
            bound = item.child_by_field_name("alias") or item
            named = item.child_by_field_name("name") if item.type == "aliased_import" else item
            if named is not None:
                self.imported[self._syntax.text(bound)] = named.start_byte

    def assign(self, node: Node) -> Bound | None:
        """What an assignment gives to a name; None where that is no name, or no attribute of a `self`."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type not in _NAMED or (node.parent is not None and node.parent.type == "assignment"):
            return None
        name, above = self._syntax.text(left), owner_of(node)
        scope = self._syntax.scope(node, name)
        while right is not None and right.type == "assignment":  # `a = b = APIRouter()`: the one is the other
            also = right.child_by_field_name("left")
            if also is not None and also.type == left.type == "identifier":
                self._give(self._syntax.text(also), scope, left)
            right = right.child_by_field_name("right")
        if right is None or (left.type == "attribute" and not (name.startswith("self.") and scope)):
            return None
        if scope:
            self._locals.setdefault(scope, set()).add(name)
            if right.type in NAMING:
                self._give(name, scope, right)
        elif above is None:
            self._give(name, "", right)
        elif above.type == "class_definition":
            self._give(f"{self._syntax.field(above, 'name')}.{name}", "", right)
        return Bound(name, scope, right, above is None)

    def _give(self, name: str, scope: str, value: Node) -> None:
        said = f"{scope}:{name}" if scope else name
        if said not in self._values:
            self._values[said] = self._syntax.expression(value)

    def change(self, name: str) -> None:
        """That something is done with what a name is assigned."""
        self._changed.add(name)

    def define(self, node: Node, name: str) -> None:
        """A function with its parameters."""
        self._returns.setdefault(name, self._syntax.field(node, "return_type").strip("\"'"))
        found = (self._syntax.text(bound) for _, bound in parameters(node))
        self._parameters.setdefault(name, tuple(text for text in found if text not in {"self", "cls"}))
        said = ((self._syntax.text(bound), one.child_by_field_name("value")) for one, bound in parameters(node))
        self._defaults.setdefault(name, {text: self._syntax.expression(value) for text, value in said if value is not None and value.type in _PATHS})

    def give_back(self, statement: Node) -> None:
        """What a function returns."""
        if statement.named_children and statement.named_children[0].type in NAMING:
            self._returned.setdefault(self._syntax.scope(statement), []).append(self._syntax.expression(statement.named_children[0]))


def parameters(function: Node) -> Iterator[tuple[Node, Node]]:
    """The parameters of a function, each with its name."""
    listed = function.child_by_field_name("parameters")
    for one in listed.named_children if listed is not None else ():
        yield one, one.child_by_field_name("name") or next(iter(one.named_children), one)
