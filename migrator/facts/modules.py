"""What one JavaScript or TypeScript source offers, what it does when it is loaded, and what it takes from its surroundings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from migrator.paths import RepoPath, suffix

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Kind", "Module", "is_module", "module_of", "parsed", "read_module"]

Kind = Literal["type", "constant", "function", "class", "value", "state", "ambient", "effect"]
"""What a top-level statement is: a type; a constant made of literals; a function; a class; a `value` that code computes on load;
`state` that can be reassigned; an `ambient` declaration; an `effect` that loading has."""

_TYPESCRIPT = Language(tree_sitter_typescript.language_typescript())
_TSX = Language(tree_sitter_typescript.language_tsx())
_PLAIN = {".ts", ".mts", ".cts"}
_JSX = {".tsx", ".jsx", ".js", ".mjs", ".cjs"}

_TYPES = {"interface_declaration", "type_alias_declaration", "enum_declaration", "abstract_class_declaration", "function_signature"}
_FUNCTIONS = {"arrow_function", "function_expression", "generator_function"}
_ATOMS = {"string", "number", "true", "false", "null", "undefined", "regex", "identifier", "shorthand_property_identifier"}
_COMPOUNDS = {
    "array",
    "object",
    "pair",
    "spread_element",
    "parenthesized_expression",
    "as_expression",
    "satisfies_expression",
    "unary_expression",
    "binary_expression",
    "ternary_expression",
    "member_expression",
    "subscript_expression",
    "template_string",
    "template_substitution",
}
_TRANSPARENT = {"comment", "property_identifier", "string_fragment", "escape_sequence", "private_property_identifier", "computed_property_name"}
_SHEETS = (".css", ".scss", ".sass", ".less")
_FREEZING = {"Object.freeze", "Object.keys", "Object.values", "Object.entries", "Object.fromEntries", "Symbol", "Symbol.for"}


@dataclass(frozen=True, slots=True)
class Module:
    """One source, seen from outside."""

    kinds: frozenset[Kind]
    """What its top-level statements are, imports and exports of names left out."""
    exports: tuple[str, ...]
    """The names it exports, `default` and `*` among them."""
    specifiers: frozenset[str]
    """The modules it names in imports and exports, dynamic ones and `require` included."""
    runtime: frozenset[str]
    """Those of them that are loaded when it runs: not imported for their types alone."""
    names: frozenset[str]
    """The identifiers it uses without declaring them anywhere in it."""
    jsx: bool
    styled: bool
    """Whether it writes a `className`."""
    env: frozenset[str]
    """The environment variables it names as `process.env.X` or `import.meta.env.X`."""
    fields: frozenset[str]
    """The property names of its interfaces and object types."""
    directives: tuple[str, ...]
    """`use client` and the like."""
    parsed: bool
    """Whether all of it could be read."""


def is_module(path: str) -> bool:
    """Whether a path is a source that `module_of` reads; declarations (`.d.ts`) are not."""
    return suffix(path) in _PLAIN | _JSX and not path.endswith((".d.ts", ".d.mts", ".d.cts"))


def module_of(facts: Facts, path: RepoPath) -> Module:
    """The module at a path."""
    return facts.told(path, _with_elements if suffix(path) in _JSX else _without_elements)


def _with_elements(source: bytes) -> Module:
    return read_module(source, jsx=True)


def _without_elements(source: bytes) -> Module:
    return read_module(source, jsx=False)


def read_module(source: bytes, *, jsx: bool) -> Module:
    """The module that a source is. Depends on the source alone."""
    root = parsed(source.removeprefix(b"\xef\xbb\xbf"), jsx=jsx)
    reader = _Reader()
    for node in root.named_children:
        reader.statement(node)
    reader.inside(root)
    return Module(
        kinds=frozenset(reader.kinds),
        exports=tuple(dict.fromkeys(reader.exports)),
        specifiers=frozenset(reader.specifiers),
        runtime=frozenset(reader.runtime),
        names=frozenset(reader.used - reader.declared),
        jsx=reader.jsx,
        styled=reader.styled,
        env=frozenset(reader.env),
        fields=frozenset(reader.fields),
        directives=tuple(reader.directives),
        parsed=not root.has_error,
    )


def parsed(source: bytes, *, jsx: bool) -> Node:
    """The root of a source's syntax tree."""
    return Parser(_TSX if jsx else _TYPESCRIPT).parse(source).root_node


class _Reader:
    def __init__(self) -> None:
        self.kinds: set[Kind] = set()
        self.exports: list[str] = []
        self.specifiers: set[str] = set()
        self.runtime: set[str] = set()
        self.used: set[str] = set()
        self.declared: set[str] = set()
        self.env: set[str] = set()
        self.fields: set[str] = set()
        self.directives: list[str] = []
        self.jsx = self.styled = False

    def statement(self, node: Node, *, exported: bool = False) -> None:
        """Sort one top-level statement."""
        names: list[str] = []
        match node.type:
            case "comment" | "empty_statement" | "hash_bang_line":
                return
            case "import_statement":
                self._import(node)
            case "export_statement":
                self._export(node)
            case "lexical_declaration" | "variable_declaration":
                for declarator in (child for child in node.named_children if child.type == "variable_declarator"):
                    names.append(_text(declarator.child_by_field_name("name")))
                    mutable = node.type == "variable_declaration" or any(child.type == "let" for child in node.children)
                    self.kinds.add("state" if mutable else _kind(declarator.child_by_field_name("value")))
            case "function_declaration" | "generator_function_declaration":
                names.append(_text(node.child_by_field_name("name")))
                self.kinds.add("function")
            case "class_declaration":
                names.append(_text(node.child_by_field_name("name")))
                self.kinds.add("class")
            case "ambient_declaration" | "internal_module" | "module":
                self.kinds.add("ambient")
            case "expression_statement":
                self._expression(node)
            case _ if node.type in _TYPES:
                names.append(_text(node.child_by_field_name("name")))
                self.kinds.add("type")
            case _:
                self.kinds.add("effect")
        if exported:
            self.exports += names

    def inside(self, root: Node) -> None:
        """Collect what is said anywhere in the source."""
        for node in _walk(root):
            match node.type:
                case "identifier" | "shorthand_property_identifier":
                    (self.declared if _declares(node) else self.used).add(_text(node))
                case "shorthand_property_identifier_pattern":
                    self.declared.add(_text(node))
                case "jsx_element" | "jsx_self_closing_element":
                    self.jsx = True
                case "jsx_attribute" if (first := _first(node)) is not None and _text(first) in {"className", "class"}:
                    self.styled = True
                case "property_signature":
                    self.fields.add(_text(node.child_by_field_name("name")))
                case "member_expression" if _text(node.child_by_field_name("object")) in {"process.env", "import.meta.env"}:
                    self.env.add(_text(node.child_by_field_name("property")))
                case "call_expression":
                    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
                    argument = None if arguments is None else _first(arguments)
                    if (
                        function is not None
                        and (function.type == "import" or _text(function) == "require")
                        and argument is not None
                        and argument.type == "string"
                    ):
                        self._names(_text(argument)[1:-1], runtime=True)

    def _import(self, node: Node) -> None:
        source = node.child_by_field_name("source") or next((c for child in node.named_children if (c := child.child_by_field_name("source"))), None)
        if source is not None:
            self._names(_text(source)[1:-1], runtime=not _is_typed(node))
        loads_only = not any(child.type in {"import_clause", "import_require_clause"} for child in node.named_children)
        if loads_only and not _text(source)[1:-1].endswith(_SHEETS):
            self.kinds.add("effect")

    def _export(self, node: Node) -> None:
        if (source := node.child_by_field_name("source")) is not None:
            self._names(_text(source)[1:-1], runtime=not _is_typed(node))
        declaration = node.child_by_field_name("declaration")
        if any(child.type == "default" for child in node.children):
            self.exports.append("default")
            value = node.child_by_field_name("value")
            if declaration is not None:
                self.statement(declaration)
            elif value is not None and value.type != "identifier":
                self.kinds.add(_kind(value))
        elif declaration is not None:
            self.statement(declaration, exported=True)
        for clause in (child for child in node.named_children if child.type == "export_clause"):
            self.exports += [_text(child.child_by_field_name("alias") or child.child_by_field_name("name")) for child in clause.named_children]
        if source is not None and any(child.type in {"*", "namespace_export"} for child in node.children):
            self.exports.append("*")

    def _expression(self, node: Node) -> None:
        inner = _first(node)
        if inner is None:
            return
        if inner.type == "string":
            self.directives.append(_text(inner)[1:-1])
        elif inner.type == "assignment_expression" and (left := inner.child_by_field_name("left")) is not None and left.type == "member_expression":
            # `Button.displayName = …` belongs to the declaration above it; anything else reaches outside.
            owner = left.child_by_field_name("object")
            self.kinds.add("value" if owner is not None and owner.type == "identifier" and _text(owner)[:1].isupper() else "effect")
        elif inner.type == "internal_module":
            self.kinds.add("ambient")
        else:
            self.kinds.add("effect")

    def _names(self, specifier: str, *, runtime: bool) -> None:
        self.specifiers.add(specifier)
        if runtime:
            self.runtime.add(specifier)


def _first(node: Node) -> Node | None:
    return next(iter(node.named_children), None)


def _text(node: Node | None) -> str:
    return "" if node is None else (node.text or b"").decode("utf-8", "replace")


def _walk(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.named_children))


def _is_typed(node: Node) -> bool:
    """Whether an import or export is for types alone."""
    if any(child.type == "type" for child in node.children):
        return True
    specifiers = [n for n in _walk(node) if n.type in {"import_specifier", "export_specifier"}]
    plain = any(
        n.type in {"identifier", "namespace_import"} for child in node.named_children if child.type == "import_clause" for n in child.named_children
    )
    return bool(specifiers) and not plain and all(any(child.type == "type" for child in n.children) for n in specifiers)


def _kind(value: Node | None) -> Kind:
    if value is None:
        return "state"
    while value.type in {"parenthesized_expression", "as_expression", "satisfies_expression"} and (inner := _first(value)) is not None:
        value = inner
    if value.type in _FUNCTIONS:
        return "function"
    if value.type == "class":
        return "class"
    if value.type == "new_expression":
        built = _text(value.child_by_field_name("constructor"))
        return "constant" if built == "RegExp" or built.startswith("Intl.") else "value"
    return _composed(value)


def _composed(value: Node) -> Kind:
    """`constant` when an expression is put together from literals and names, `function` when functions are among them, else `value`."""
    found: Kind = "constant"
    stack = [value]
    while stack:
        node = stack.pop()
        if node.type in _FUNCTIONS or node.type == "method_definition":
            found = "function"
        elif node.type == "call_expression":
            if _text(node.child_by_field_name("function")) not in _FREEZING:
                return "value"
            stack.extend(node.named_children[1:])
        elif node.type == "arguments" or node.type in _COMPOUNDS:
            last = 1 if node.type in {"as_expression", "satisfies_expression"} else None
            stack.extend(node.named_children[:last])
        elif node.type not in _ATOMS and node.type not in _TRANSPARENT:
            return "value"
    return found


def _declares(node: Node) -> bool:
    """Whether an identifier is the name of something declared here."""
    above = node.parent
    if above is None:
        return False
    if above.type in {"import_clause", "namespace_import", "import_specifier", "import_require_clause", "catch_clause"}:
        return True
    if above.type in {"array_pattern", "object_pattern", "rest_pattern", "pair_pattern", "formal_parameters"}:
        return True
    declaring = {
        "variable_declarator": "name",
        "function_declaration": "name",
        "generator_function_declaration": "name",
        "function_expression": "name",
        "enum_declaration": "name",
        "required_parameter": "pattern",
        "optional_parameter": "pattern",
        "arrow_function": "parameter",
        "assignment_pattern": "left",
        "for_in_statement": "left",
    }
    field = declaring.get(above.type)
    return field is not None and above.child_by_field_name(field) == node
