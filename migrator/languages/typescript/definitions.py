"""The functions, types and constants of a script (see `migrator.languages.definitions`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.definitions import Definition, Free, Kind, Token, Tokens, defined, inside, known, tokens
from migrator.languages.typescript.scopes import NAMES, homes, is_member, text_of
from migrator.languages.typescript.script import parsed

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["DEFAULT", "Statement", "definitions", "imported", "statements"]

DEFAULT = "is the default of its module"
_KINDS: Mapping[str, Kind] = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "interface_declaration": "type",
    "type_alias_declaration": "type",
    "enum_declaration": "enum",
}
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
_SHORT = frozenset({"shorthand_property_identifier", "shorthand_property_identifier_pattern"})
_LITERALS = frozenset({"string_fragment", "escape_sequence", "number", "true", "false", "null", "undefined", "regex_pattern", "regex_flags"})
_STILL = frozenset(
    {"string", "string_fragment", "escape_sequence", "number", "true", "false", "null", "undefined", "template_string", "unary_expression"}
)
_WHOLE = frozenset({"predefined_type", "comment"})
_THROUGH = frozenset({"parenthesized_expression", "parenthesized_type", "formal_parameters", "required_parameter"})
"""`x => x` and `(x) => x` are one, as are `(x)` and `x`."""
_FIXED_VALUES = _STILL | {"object", "array", "pair", "property_identifier", "parenthesized_expression"}
_ELEMENTS = ("jsx_element", "jsx_self_closing_element", "jsx_fragment")
_CHANGES = {"assignment_expression": "left", "augmented_assignment_expression": "left", "update_expression": "argument"}


class Statement(NamedTuple):
    """A top-level statement that defines one name."""

    name: str
    kind: Kind
    node: Node
    """With `export` before it."""
    inner: Node
    named: Node
    exported: bool
    default: bool


def definitions(source: bytes, *, typed: bool) -> tuple[Definition, ...]:
    """What a source defines at its top level, in order; what does not parse is left out. `typed` picks the grammar without JSX."""
    root = parsed(source, typed=typed)
    found = tuple(statements(root))
    times = Counter(_declared(root))
    origins = imported(root)
    listed = frozenset(_listed(root))
    return tuple(_read(one, source, origins, times, listed) for one in found if not one.node.has_error)


def statements(root: Node) -> Iterator[Statement]:
    """The top-level statements that define one name each."""
    for node in root.named_children:
        exported = node.type == "export_statement"
        inner = node.child_by_field_name("declaration") if exported else node
        default = exported and any(child.type == "default" for child in node.children)
        if inner is None:
            continue
        if kind := _KINDS.get(inner.type):
            named = inner.child_by_field_name("name")
            if named is not None:
                yield Statement(text_of(named), kind, node, inner, named, exported, default)
        elif inner.type == "lexical_declaration" and inner.named_child_count == 1 and inner.children[0].type == "const":
            declarator = inner.named_children[0]
            named, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
            if named is not None and named.type == "identifier" and value is not None:
                yield Statement(text_of(named), "function" if value.type in _FUNCTIONS else "constant", node, inner, named, exported, default)


def imported(root: Node) -> Mapping[str, Free]:
    """The names that import statements bind, and from where."""
    found: dict[str, Free] = {}
    for node in root.named_children:
        source = node.child_by_field_name("source") if node.type == "import_statement" else None
        if source is None:
            continue
        module = text_of(source)[1:-1]
        for one in (part for clause in node.named_children if clause.type == "import_clause" for part in clause.named_children):
            if one.type == "identifier":
                found[text_of(one)] = Free(text_of(one), "from", module, "default")
            elif one.type == "namespace_import":
                found[text_of(one.named_children[0])] = Free(text_of(one.named_children[0]), "import", module)
            for item in one.named_children if one.type == "named_imports" else ():
                name = text_of(item.child_by_field_name("name"))
                bound = text_of(item.child_by_field_name("alias")) or name
                found[bound] = Free(bound, "from", module, name)
    return found


def _declared(root: Node) -> Iterator[str]:
    """The names that statements of the top level declare, as often as they do."""
    for node in root.named_children:
        inner = (node.child_by_field_name("declaration") or node) if node.type in {"export_statement", "ambient_declaration"} else node
        named = inner.child_by_field_name("name")
        yield from [text_of(named)] if named is not None else ()
        for one in inner.named_children if inner.type in {"lexical_declaration", "variable_declaration"} else ():
            yield from (text_of(part) for part in inside(one.child_by_field_name("name") or one) if part.type in NAMES)


def _listed(root: Node) -> Iterator[str]:
    """The names that `export { … }` and `export default NAME` offer: they cannot be taken out without that."""
    for node in root.named_children:
        if node.type == "export_statement" and node.child_by_field_name("source") is None:
            value = node.child_by_field_name("value")
            yield from [text_of(value)] if value is not None and value.type == "identifier" else ()
            for clause in node.named_children:
                yield from (text_of(item.child_by_field_name("name")) for item in clause.named_children if clause.type == "export_clause")


def _read(one: Statement, source: bytes, origins: Mapping[str, Free], times: Counter[str], listed: frozenset[str]) -> Definition:
    own = homes(one.inner)
    words = _words(one, source, own)
    free = [origins.get(name) or Free(name, "own" if name in times else "global") for name in words.free()]
    free += [Free("", "from" if module.startswith(".") else "import", module) for module in _loaded(one.inner)]
    why = "is declared several times" if times[one.name] > 1 or one.name in origins else next(_impurities(one, free, own), "")
    offered = one.exported and not one.default and one.name not in listed
    if one.default:
        why = DEFAULT
    elif one.name in listed:
        why = why or "is exported in a statement of its own"
    lines = (one.node.start_point.row + 1, one.node.end_point.row + 1)
    return defined(words, name=one.name, kind=one.kind, lines=lines, free=free, offered=offered, impure=why)


def _words(one: Statement, source: bytes, own: Mapping[int, int]) -> Tokens:
    def spell(node: Node) -> tuple[Token, ...]:
        kind, start, text = node.type, node.start_byte, text_of(node)
        if kind in NAMES and not is_member(node.parent, node):
            said = Token("local", f"{own[start]}:{text}") if start in own else Token("self" if text == one.name else "free", text)
            return (Token("name", text), said) if kind in _SHORT or _is_property(node) else (said,)
        if kind == "jsx_text":
            return (Token("literal", _as_shown(text)),)
        return (Token("literal" if kind in _LITERALS else "name", text),)

    return tokens(one.inner, source, spell=spell, whole=_WHOLE, through=_THROUGH, skipped=lambda node: node.type == "comment")


def _is_property(node: Node) -> bool:
    """Whether a parameter is a field of its class as well."""
    above = node.parent
    return (
        above is not None and above.type == "required_parameter" and any(one.type in {"accessibility_modifier", "readonly"} for one in above.children)
    )


def _as_shown(text: str) -> str:
    """A text in a page as React reads it: lines without the blanks that lay it out."""
    lines = text.split("\n")
    if len(lines) == 1:
        return text
    kept = [line.strip() if 0 < at < len(lines) - 1 else line.rstrip() if at == 0 else line.lstrip() for at, line in enumerate(lines)]
    return " ".join(line for line in kept if line)


def _loaded(node: Node) -> Iterator[str]:
    """The modules that a definition loads when it runs, or names in a type."""
    for one in inside(node):
        if one.type == "call_expression" and text_of(one.child_by_field_name("function")) in {"import", "require"}:
            yield text_of(one.child_by_field_name("arguments"))[2:-2]


def _impurities(one: Statement, free: list[Free], own: Mapping[int, int]) -> Iterator[str]:
    """Why a definition is more than what it says, by its own text."""
    if any(not name.name for name in free):
        yield "loads a module when it runs"
    if one.kind == "type":
        return
    if one.kind == "constant":
        yield from _moving(one.inner.named_children[0].child_by_field_name("value"))
    for node in inside(one.inner):
        if node.type in {"this", "super"}:
            yield f"uses `{node.type}`"
        elif node.type in _ELEMENTS:
            yield "makes elements of a page"
        elif (field := _CHANGES.get(node.type)) and (target := node.child_by_field_name(field)) is not None:
            root = _root(target)
            if root.type == "identifier" and root.start_byte not in own:
                yield f"changes `{text_of(target)}`"
    values = {text_of(node) for node in inside(one.inner) if node.type in {"identifier", "shorthand_property_identifier"}}
    for name in free:
        if name.kind == "global" and name.name in values and name.name not in known("typescript", "globals"):
            yield f"uses `{name.name}`"


def _moving(value: Node | None) -> Iterator[str]:
    """Why there may not be one instead of two of a constant."""
    while value is not None and value.type in {"parenthesized_expression", "satisfies_expression"}:
        value = value.named_children[0]
    if value is None:
        return
    fixed = value.type == "as_expression" and value.children[-1].type == "const"
    allowed = _FIXED_VALUES if fixed else _STILL
    looked = value.named_children[0] if fixed else value
    if any(part.type not in allowed for part in inside(looked) if part.is_named and part.type != "comment"):
        yield "can be changed in place, or is worked out when its module is loaded"


def _root(node: Node) -> Node:
    while node.type in {"member_expression", "subscript_expression", "non_null_expression", "parenthesized_expression"} and node.named_children:
        node = node.named_children[0]
    return node
