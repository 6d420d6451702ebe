"""The functions, classes and constants of a Python module (see `migrator.languages.definitions`)."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.languages.definitions import Definition, Free, Kind, Token, Tokens, defined, inside, known, tokens
from migrator.languages.python.module.imports import imports_of
from migrator.languages.python.module.sheet import Sheet
from migrator.languages.python.parsing import Node, text_of

if TYPE_CHECKING:
    from migrator.languages.python.module.scopes import Use

__all__ = ["DECORATED", "definitions"]

DECORATED = "is decorated"

_LITERALS = frozenset({"integer", "float", "string", "true", "false", "none", "ellipsis"})
_STILL = _LITERALS | {"tuple", "unary_operator", "concatenated_string", "parenthesized_expression", "binary_operator", "comment"}
"""Of what is made of these alone there may be two: nobody can change one of them."""
_WHOLE = frozenset({"string_content", "string_start", "type_conversion", "escape_sequence"})
_THROUGH = frozenset({"parenthesized_expression"})
_TYPING = frozenset({"", "typing"})
_SKIPPED = frozenset({"comment", "line_continuation"})


def definitions(source: bytes) -> tuple[Definition, ...]:
    """What a source defines at its top level, in order; what does not parse is left out."""
    sheet = Sheet(source)
    found = (_read(sheet, statement) for statement in sheet.statements() if not statement.has_error)
    return tuple(one for one in found if one is not None)


def _read(sheet: Sheet, statement: Node) -> Definition | None:
    inner = statement.child_by_field_name("definition") if statement.type == "decorated_definition" else statement
    if inner is None:
        return None
    kind: Kind
    match inner.type:
        case "function_definition":
            kind, named = "function", inner.child_by_field_name("name")
        case "class_definition":
            kind, named = "class", inner.child_by_field_name("name")
        case "expression_statement" if inner.named_child_count == 1 and inner.named_children[0].type == "assignment":
            kind, named = "constant", inner.named_children[0].child_by_field_name("left")
        case _:
            return None
    name = text_of(named)
    if named is None or named.type != "identifier" or (name.startswith("__") and name.endswith("__")):
        return None
    uses = {use.start: use for use in sheet.names.uses if statement.start_byte <= use.start < statement.end_byte}
    words = _words(sheet, statement, name, uses)
    quoted = tuple(use.name for use in uses.values() if use.quoted)
    free = [_free(sheet, one) for one in dict.fromkeys((*words.free(), *quoted)) if one != name]
    free += [Free("", "from" if module.startswith(".") else "import", module) for module in _imported(inner)]
    once = len(sheet.names.bindings.get(name, ())) == 1
    why = "" if once else "is bound several times"
    why = why or next(_impurities(inner, statement, kind, free, uses), "") or _stirring(sheet, statement)
    parameters = tuple(_parameters(inner)) if kind == "function" else ()
    lines = (statement.start_point.row + 1, statement.end_point.row + 1)
    return defined(words, name=name, kind=kind, lines=lines, free=free, parameters=parameters, offered=not name.startswith("_"), impure=why)


def _words(sheet: Sheet, statement: Node, name: str, uses: dict[int, Use]) -> Tokens:
    scopes = sheet.names.locals

    def spell(node: Node) -> tuple[Token, ...]:
        start, text = node.start_byte, text_of(node)
        match node.type:
            case "identifier" if start in scopes:
                return (Token("local", f"{scopes[start]}:{text}"),)
            case "identifier" if start in uses or (text == name and _is_name(node)):
                return (Token("self" if text == name else "free", text),)
            case "identifier":
                return (Token("name", text),)
            case "string_start":
                return (Token("fixed", text.rstrip("'\"").lower()),)
            case "string_end":
                return ()
            case _:
                return (Token("literal", text),)

    return tokens(statement, sheet.source, spell=spell, whole=_WHOLE, through=_THROUGH, skipped=_is_said_apart)


def _is_name(node: Node) -> bool:
    """Whether an identifier is what a definition or an assignment binds."""
    above = node.parent
    return above is not None and node in {above.child_by_field_name("name"), above.child_by_field_name("left")}


def _is_said_apart(node: Node) -> bool:
    """Comments, and the documentation of functions and classes."""
    if node.type in _SKIPPED:
        return True
    block = node.parent
    if node.type != "expression_statement" or block is None or block.type != "block" or node.named_child_count != 1:
        return False
    above = block.parent
    first = next((child for child in block.named_children if child.type != "comment"), None)
    documented = above is not None and above.type in {"function_definition", "class_definition"}
    return documented and first == node and node.named_children[0].type == "string" and block.named_child_count > 1


def _free(sheet: Sheet, name: str) -> Free:
    """Where a module has a name from."""
    bindings, imports = sheet.names.bindings.get(name, []), imports_of(sheet, name)
    if not bindings:
        return Free(name, "own" if sheet.names.stars and not hasattr(builtins, name) else "global")
    if len(bindings) == len(imports) == 1 and imports[0].guard in _TYPING:
        item = imports[0]
        if item.name:
            return Free(name, "from", item.module, item.name)
        return Free(name, "import", item.module if item.aliased else item.bound)
    return Free(name, "own")


def _imported(node: Node) -> Iterator[str]:
    """The modules that a function imports when it runs."""
    for one in inside(node):
        if one.type == "import_from_statement":
            yield text_of(one.child_by_field_name("module_name"))
        elif one.type == "import_statement":
            yield from (text_of(child.child_by_field_name("name") or child) for child in one.children_by_field_name("name"))


def _parameters(function: Node) -> Iterator[str]:
    listed = function.child_by_field_name("parameters")
    for one in listed.named_children if listed is not None else ():
        if one.type != "comment":
            named = one.child_by_field_name("name") or (one.named_children[0] if one.type == "typed_parameter" else one)
            yield text_of(named)


def _impurities(inner: Node, statement: Node, kind: Kind, free: list[Free], uses: dict[int, Use]) -> Iterator[str]:
    """Why a definition is more than what it says, by its own text."""
    if statement.type == "decorated_definition":
        yield DECORATED
    if kind == "constant":
        right = inner.named_children[0].child_by_field_name("right")
        if right is None or not (_is_type(right, free) or _is_still(right)):
            yield "can be changed in place, or is worked out when its module is loaded"
    for name in sorted({one.name for one in free if one.kind == "global"} & known("python", "impure")):
        yield f"calls `{name}`"
    if special := next((one.name for one in free if one.name.startswith("__") and one.name.endswith("__")), ""):
        yield f"uses `{special}` of its module"
    if any(not one.name for one in free):
        yield "imports when it runs"
    listed = inner.child_by_field_name("parameters")
    for one in listed.named_children if listed is not None else ():
        value = one.child_by_field_name("value")
        if value is not None and not _is_still(value):
            yield f"`{text_of(value)}` is worked out once for all calls"
    for one in inside(inner):
        target = one.child_by_field_name("left") if one.type in {"assignment", "augmented_assignment"} else None
        if target is not None and target.type in {"attribute", "subscript"} and _root(target).start_byte in uses:
            yield f"changes `{text_of(target)}`"
        if one.type == "delete_statement" and any(part.start_byte in uses for part in inside(one)):
            yield "deletes what is not its own"


def _stirring(sheet: Sheet, statement: Node) -> str:
    """Whether a function binds names of its module anew."""
    start, end = statement.start_byte, statement.end_byte
    rebound = (one for found in sheet.names.bindings.values() for one in found if one.rebinding and start <= one.node.start_byte < end)
    found = next(rebound, None)
    return f"binds `{text_of(found.node)}` of its module anew" if found is not None else ""


def _root(node: Node) -> Node:
    while node.type in {"attribute", "subscript", "call"} and node.named_children:
        node = node.named_children[0]
    return node


def _is_still(value: Node) -> bool:
    """Whether a value is made of literals that nobody can change."""
    return all(part.type in _STILL or _is_text(part) for part in inside(value) if part.is_named)


def _is_type(value: Node, free: list[Free]) -> bool:
    """Whether a value is a type put together of others: `Literal["a", "b"]`, `Union[int, str]`."""
    return value.type == "subscript" and all(one.kind == "global" or one.module in {"typing", "typing_extensions"} for one in free)


def _is_text(node: Node) -> bool:
    return node.type in {"string_start", "string_content", "string_end", "escape_sequence"}
