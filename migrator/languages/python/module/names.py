"""What the names of a module mean: which its top level binds, and which uses, at any depth, lead there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.python.module.walk import walked
from migrator.languages.python.parsing import Node, text_of

if TYPE_CHECKING:
    from migrator.languages.python.module.scopes import Scope, Use

__all__ = ["Binding", "Names", "names_of"]


class Binding(NamedTuple):
    """A place that binds a name of the module: the identifier, and the statement of the top level that it stands in.

    `rebinding` is true inside a function, by `global`: it happens when the function runs.
    """

    node: Node
    statement: Node
    rebinding: bool


@dataclass
class Names:
    """The names of one module."""

    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    stars: list[Node] = field(default_factory=list)
    """Star imports at the top level."""
    inner: dict[str, int] = field(default_factory=dict)
    """Names that are bound inside some function, class or comprehension, with a place where."""
    locals: dict[int, int] = field(default_factory=dict)
    """By where a name stands that a function, lambda or comprehension binds: the number of the scope whose it is."""

    def used(self, name: str, start: int = -1, end: int = -1) -> Iterator[Use]:
        """The uses of a name outside a stretch of the module."""
        return (use for use in self.uses if use.name == name and not start <= use.start < end)


def names_of(root: Node) -> Names:
    """The names of a module, by the rules of Python's scopes."""
    walk = walked(root)
    names = Names(stars=walk.stars)
    for name, node, scope, statement in walk.bound:
        if scope.kind == "module" or name in scope.to_module:
            names.bindings.setdefault(name, []).append(Binding(node, statement, scope.kind != "module"))
        else:
            names.inner.setdefault(name, node.start_byte)
    homes = [(use, scope.home(use.name)) for use, scope in walk.seen]
    names.uses = sorted({use for use, home in homes if home is None}, key=lambda use: use.start)
    local: list[tuple[int, Scope | None]] = [(use.start, home) for use, home in homes]
    local += [(node.start_byte, scope.home(name)) for name, node, scope, _ in walk.bound]
    local += [(node.start_byte, scope.home(text_of(node))) for node, scope in walk.passed]
    numbers: dict[int, int] = {}
    for start, home in local:
        if home is not None and home.kind != "class":
            names.locals[start] = numbers.setdefault(id(home), len(numbers))
    return names
