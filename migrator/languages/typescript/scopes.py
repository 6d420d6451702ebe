"""Which names in a part of a script are its own: where each is bound, by the rules of JavaScript's and TypeScript's scopes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["NAMES", "homes", "is_member", "text_of"]

NAMES = frozenset({"identifier", "type_identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"})
_FUNCTIONS = frozenset(
    {
        *("function_declaration", "generator_function_declaration", "function_expression", "generator_function", "arrow_function"),
        *("method_definition", "function_type", "constructor_type", "method_signature", "abstract_method_signature", "call_signature"),
        *("construct_signature", "function_signature"),
    }
)
_BLOCKS = frozenset(
    {
        *("statement_block", "for_statement", "for_in_statement", "catch_clause", "switch_body", "class", "class_declaration", "class_body"),
        *("abstract_class_declaration", "interface_declaration", "type_alias_declaration", "index_signature", "conditional_type", "tuple_type"),
    }
)
_OUTSIDE = frozenset(
    {
        *("function_declaration", "generator_function_declaration", "class_declaration", "abstract_class_declaration", "interface_declaration"),
        *("type_alias_declaration", "enum_declaration", "function_signature"),
    }
)
"""Whose name is bound around them."""
_PATTERNS = frozenset({"object_pattern", "array_pattern", "rest_pattern", "pair_pattern", "object_assignment_pattern", "assignment_pattern"})


@dataclass
class _Scope:
    number: int
    above: _Scope | None
    hoists: bool
    bound: set[str] = field(default_factory=set)


def homes(root: Node) -> dict[int, int]:
    """By where a name stands that something in a definition binds: the number of the scope whose it is; what the definition itself is called is nobody's."""
    outside = _Scope(0, None, hoists=True)
    seen: list[tuple[Node, _Scope]] = []
    pending: list[tuple[Node, _Scope]] = [(root, outside)]
    count = 0
    while pending:
        node, scope = pending.pop()
        kind = node.type
        if kind in NAMES:
            seen.append((node, scope))
            continue
        inner = scope
        if kind in _FUNCTIONS or kind in _BLOCKS:
            count += 1
            inner = _Scope(count, scope, hoists=kind in _FUNCTIONS)
        _declare(node, scope, inner)
        pending += [(child, inner) for child in node.named_children if not is_member(node, child)]
    found: dict[int, int] = {}
    for node, scope in seen:
        home = _home(text_of(node), scope)
        if home is not None and home is not outside:
            found[node.start_byte] = home.number
    return found


def _declare(node: Node, scope: _Scope, inner: _Scope) -> None:
    """Note what a node binds, in the scope that it binds it in."""
    kind, name = node.type, node.child_by_field_name("name")
    if kind in _OUTSIDE:
        scope.bound.update(_bound(name))
    elif kind in {"function_expression", "generator_function", "class", "type_parameter", "mapped_type_clause", "index_signature"}:
        inner.bound.update(_bound(name))
    elif kind == "variable_declarator":
        above = node.parent
        home: _Scope | None = scope
        while above is not None and above.type == "variable_declaration" and home is not None and not home.hoists:
            home = home.above
        (home or scope).bound.update(_bound(name))
    elif kind in {"required_parameter", "optional_parameter"}:
        inner.bound.update(_bound(node.child_by_field_name("pattern") or node.child_by_field_name("name")))
        if node.child_by_field_name("pattern") is None and name is None and node.named_children:
            inner.bound.update(_bound(node.named_children[0]))
    elif kind in {"arrow_function", "catch_clause"}:
        inner.bound.update(_bound(node.child_by_field_name("parameter")))
    elif kind == "for_in_statement" and node.child_by_field_name("kind") is not None:
        inner.bound.update(_bound(node.child_by_field_name("left")))
    elif kind == "infer_type":
        inner.bound.update(_bound(node.named_children[0] if node.named_children else None))


def _bound(pattern: Node | None) -> Iterator[str]:
    """The names that a pattern binds; defaults in it are only used."""
    if pattern is None:
        return
    if pattern.type in {"identifier", "type_identifier", "shorthand_property_identifier_pattern"}:
        yield text_of(pattern)
    elif pattern.type == "pair_pattern":
        yield from _bound(pattern.child_by_field_name("value"))
    elif pattern.type in {"assignment_pattern", "object_assignment_pattern"}:
        yield from _bound(pattern.child_by_field_name("left"))
    elif pattern.type in _PATTERNS:
        for child in pattern.named_children:
            yield from _bound(child)


def is_member(above: Node | None, node: Node) -> bool:
    """Whether a name is one of a member of something, or of an element of HTML."""
    if above is None:
        return False
    if above.type == "nested_type_identifier":
        return node == above.child_by_field_name("name")
    if above.type in {"jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element"}:
        return node.type == "identifier" and node == above.child_by_field_name("name") and text_of(node)[:1].islower()
    return False


def _home(name: str, scope: _Scope) -> _Scope | None:
    here: _Scope | None = scope
    while here is not None and name not in here.bound:
        here = here.above
    return here


def text_of(node: Node | None) -> str:
    """What a node says, nothing where there is none."""
    return "" if node is None else (node.text or b"").decode("utf-8", "surrogateescape")
