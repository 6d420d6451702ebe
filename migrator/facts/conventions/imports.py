"""What a module of Python imports, name by name, as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from migrator.languages.python.parsing import Node, parse, text_of, walk

__all__ = ["Imported", "everywhere", "on_top"]


class Imported(NamedTuple):
    """A name that a module imports."""

    module: str
    """Empty for a plain import."""
    name: str
    alias: str
    line: int


def on_top(source: bytes) -> tuple[Imported, ...]:
    """Those at the top of the module."""
    return tuple(_imported(parse(source).named_children))


def everywhere(source: bytes) -> tuple[Imported, ...]:
    """Those in functions too."""
    return tuple(_imported(walk(parse(source))))


def _imported(nodes: Iterable[Node]) -> Iterator[Imported]:
    for node in nodes:
        if node.type in {"import_from_statement", "import_statement"}:
            module = text_of(node.child_by_field_name("module_name"))
            for item in node.children_by_field_name("name"):
                target = item.child_by_field_name("name") if item.type == "aliased_import" else item
                yield Imported(module, text_of(target), text_of(item.child_by_field_name("alias")), node.start_point.row + 1)
