"""The custom properties that style sheets declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import tree_sitter_css
from tree_sitter import Language, Node, Parser

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Property", "custom_properties", "read_properties"]

_CSS = Language(tree_sitter_css.language())


class Property(NamedTuple):
    """One declaration of a custom property: under which selector, its name with the dashes, its value as written."""

    selector: str
    name: str
    value: str


def custom_properties(facts: Facts, path: RepoPath) -> tuple[Property, ...]:
    """The custom properties that a style sheet declares, in order."""
    return facts.told(path, read_properties)


def read_properties(source: bytes) -> tuple[Property, ...]:
    """The custom properties in a source. What stands under a condition (`@media`, `@supports`) is left out: it is no plain value."""
    root = Parser(_CSS).parse(source).root_node
    return tuple(dict.fromkeys(_properties(root)))


def _properties(node: Node) -> Iterator[Property]:
    for child in node.named_children:
        if child.type == "rule_set":
            selectors = next((c for c in child.named_children if c.type == "selectors"), None)
            block = next((c for c in child.named_children if c.type == "block"), None)
            for declaration in block.named_children if block is not None else ():
                name = next((_text(c) for c in declaration.named_children if c.type == "property_name"), "")
                if declaration.type == "declaration" and name.startswith("--"):
                    value = _text(declaration).partition(":")[2].strip().rstrip(";").strip()
                    yield Property(" ".join(_text(selectors).split()), name, " ".join(value.split()))
        elif child.type == "at_rule" and any(_text(c) == "@layer" for c in child.children):
            for block in (c for c in child.named_children if c.type == "block"):
                yield from _properties(block)


def _text(node: Node | None) -> str:
    return "" if node is None else (node.text or b"").decode("utf-8", "replace")
