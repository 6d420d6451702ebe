"""Which names an `import a.b` without `as` binds, and where in the file they are used and not shadowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from migrator.languages.python.parsing import Node, decoded, enclosing, occurrences

__all__ = ["Use", "bound_once", "scope_of", "uses"]

_SCOPES = ("function_definition", "lambda", "class_definition", "module")
_COMPREHENSIONS = ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression")
_PATTERNS = frozenset(
    {
        *("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "dictionary_splat_pattern", "as_pattern_target"),
        *("typed_parameter", "tuple", "parenthesized_expression"),
    },
)
_FIELD = {
    "default_parameter": "name",
    "typed_default_parameter": "name",
    "assignment": "left",
    "augmented_assignment": "left",
    "for_statement": "left",
    "for_in_clause": "left",
    "named_expression": "name",
    "function_definition": "name",
    "class_definition": "name",
    "aliased_import": "alias",
}
"""By node: the field in which a name is bound."""
_ATTRIBUTES = re.compile(rb"(?:\.[^\W\d]\w*)+")
"""The attributes that follow a name."""


class Use(NamedTuple):
    """A dotted expression that begins with an imported name: where, what it says, and the start of the scope whose import it uses."""

    start: int
    end: int
    text: str
    scope: int


def scope_of(node: Node) -> int:
    """The scope in which a statement binds names, by where it starts (-1 is the module)."""
    return _key(_enclosing_scope(node))


def bound_once(root: Node, source: bytes, name: str, statement: Node) -> bool:
    """Whether a name that a statement binds is bound by nothing else in its scope."""
    scope, found = scope_of(statement), 0
    word = name.encode()
    for at in occurrences(source, word):
        node = root.descendant_for_byte_range(at, at + len(word)) if source[at - 1 : at] != b"." else None
        if node is not None and node.type == "identifier":
            imported = node.parent is not None and _in_import(node.parent)
            found += scope == (scope_of(node) if imported else _bound_in(node))
    return found == 1


def uses(root: Node, source: bytes, name: str, imports: Iterable[Node]) -> Iterator[Use]:
    """Every use of a name that `import name` or `import name.other` binds, with all attributes that follow, in order.

    What the module itself assigns to the name behind its imports is meant from there on: `import app.tables`, `app = FastAPI()`.
    """
    word, assigned = name.encode(), list[int]()
    chains: list[tuple[Node, int, int]] = []
    bound: dict[int, bool] = {}
    for at in occurrences(source, word):
        node = root.descendant_for_byte_range(at, at + len(word)) if source[at - 1 : at] != b"." else None
        if node is None:
            continue
        attributes = _ATTRIBUTES.match(source, at + len(word))
        if node.type == "identifier":
            above = node.parent
            if above is None or _in_import(above):
                _bind_from(node, bound)
            elif attributes is None and (scope := _bound_in(node)) is not None:
                bound.setdefault(scope, False)
                assigned += [at] if _is_assigned(node) else []
            elif not (above.type == "keyword_argument" and above.child_by_field_name("name") == node):
                chains.append((node, at, attributes.end() if attributes else at + len(word)))
        elif node.type == "string_content" and attributes is not None and _is_annotation(node):
            chains.append((node, at, attributes.end()))
    last = 0
    for statement in imports:
        bound[scope_of(statement)] = True
        last = max(last, statement.end_byte)
    until = next((at for at in assigned if at > last), len(source))
    simple = bound == {-1: True}
    for node, at, end in chains:
        scope = -1 if simple else _resolving(node, bound)
        if scope is not None and bound.get(scope) and not (scope == -1 and at > until):
            yield Use(at, end, decoded(source[at:end]), scope)


def _is_assigned(node: Node) -> bool:
    """Whether it is a statement at the top of the module that binds a name by assigning to it."""
    above = node.parent
    statement = above.parent if above is not None and above.type == "assignment" else None
    return statement is not None and statement.parent is not None and statement.parent.type == "module"


def _in_import(above: Node) -> bool:
    return above.type in {"dotted_name", "aliased_import"} and enclosing(above, "import_statement", "import_from_statement") is not None


def _bind_from(node: Node, bound: dict[int, bool]) -> None:
    """`from x import name` and `import x as name` bind something else."""
    above = node.parent
    if above is None:
        return
    if above.type == "aliased_import":
        bound.setdefault(scope_of(above), False)
        return
    statement = above.parent
    if statement is not None and statement.type == "import_from_statement" and statement.child_by_field_name("module_name") != above:
        bound.setdefault(scope_of(statement), False)


def _bound_in(node: Node) -> int | None:
    """The scope in which an identifier is bound where it stands, or None when it is only used there."""
    inner, above = node, node.parent
    while above is not None and above.type in _PATTERNS:
        inner, above = above, above.parent
    if above is None:
        return None
    kind = above.type
    if kind in {"parameters", "lambda_parameters"}:
        return _key(above.parent)
    if kind == "as_pattern":
        return scope_of(above) if inner.type == "as_pattern_target" else None
    if kind == "dotted_name" and enclosing(above, "case_pattern") is not None:
        return scope_of(above)
    field = _FIELD.get(kind)
    if field is None or above.child_by_field_name(field) != inner:
        return None
    if kind in {"default_parameter", "typed_default_parameter"}:
        return _key(enclosing(above, "function_definition", "lambda"))
    if kind == "for_in_clause":
        return _key(above.parent)
    if kind in {"function_definition", "class_definition"}:
        return _key(_enclosing_scope(above))
    return scope_of(above)


def _enclosing_scope(node: Node) -> Node | None:
    """The scope around a node: for a definition itself, the one that it stands in."""
    return enclosing(node.parent, *_SCOPES) if node.parent is not None else node


def _resolving(node: Node, bound: dict[int, bool]) -> int | None:
    """The scope that gives a name its meaning at a node, as Python looks it up."""
    here: Node | None = node.parent
    inner: Node = node
    first = True
    while here is not None:
        kind = here.type
        if kind in _SCOPES or kind in _COMPREHENSIONS:
            key = _key(here)
            # A function does not see the names of the class that it is in; what stands before the body belongs to the outside.
            visible = first if kind == "class_definition" else True
            if kind in {"function_definition", "class_definition"} and here.child_by_field_name("body") != inner:
                visible = False
            elif kind not in _COMPREHENSIONS:
                first = False
            if visible and key in bound:
                return key
        inner, here = here, here.parent
    return None


def _key(node: Node | None) -> int:
    return -1 if node is None or node.type == "module" else node.start_byte


def _is_annotation(node: Node) -> bool:
    """Whether a string is read as a type: it stands in an annotation, or is the first argument of `cast`."""
    string = node.parent
    here = string.parent if string is not None else None
    while here is not None and here.type in {"subscript", "list", "binary_operator", "tuple", "generic_type", "type_parameter", "type", "union_type"}:
        if here.type == "type":
            return True
        here = here.parent
    if here is not None and here.type == "argument_list" and here.parent is not None:
        function = here.parent.child_by_field_name("function")
        return function is not None and function.text is not None and function.text.rpartition(b".")[2] in {b"cast", b"TypeVar", b"NewType"}
    return False
