"""Changes to the configuration object of a JavaScript or TypeScript file (`next.config.mjs`, `tailwind.config.ts`, `vitest.config.ts`).

The object is what the file exports by default, looked for behind names, casts and calls (`export default defineConfig(config as X)`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from migrator.edits import EditError
from migrator.edits.source import Source

__all__ = ["AddElement", "AddImport", "Config", "NotLiteralError", "SetProperty", "literal"]

_GRAMMAR = Language(tree_sitter_typescript.language_typescript())
_WRAPPERS = {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "await_expression"}
_FUNCTIONS = {"arrow_function", "function_expression", "function_declaration"}
_PATIENCE = 12
"""So many names and calls are followed from the export to the object."""


class NotLiteralError(ValueError):
    """An expression whose value only running it would tell."""


def literal(node: Node) -> Any:  # noqa: ANN401  JavaScript is anything
    """The value of an expression made of literals alone. Raises NotLiteralError."""
    node = _unwrapped(node)
    text = _text(node)
    match node.type:
        case "string":
            return _string(text)
        case "template_string" if all(child.type != "template_substitution" for child in node.named_children):
            return text[1:-1]
        case "number" | "unary_expression" if re.fullmatch(r"[-+]?\s*(\d+\.?\d*|\.\d+)", text):
            number = float(text.replace(" ", ""))
            return int(number) if number.is_integer() else number
        case "true" | "false" | "null":
            return {"true": True, "false": False, "null": None}[node.type]
        case "array":
            return [literal(child) for child in node.named_children if child.type != "comment"]
        case "object":
            found: dict[str, Any] = {}
            for child in node.named_children:
                if child.type == "comment":
                    continue
                key = child.child_by_field_name("key") if child.type == "pair" else None
                value = child.child_by_field_name("value")
                if key is None or value is None or key.type == "computed_property_name":
                    raise NotLiteralError(_text(child))
                found[_key(key)] = literal(value)
            return found
    raise NotLiteralError(text)


class Config:
    """A configuration file, parsed."""

    def __init__(self, source: bytes) -> None:
        self.source = Source.read(source)
        self.bytes = self.source.text.encode()
        self.tree = _parse(self.bytes)
        self.errors = sum(node.type == "ERROR" or node.is_missing for node in _walk(self.tree))

    @property
    def root(self) -> Node:
        """The exported object. Raises EditError where none can be found by reading."""
        exported = next(self._exports(), None)
        found = self._object(exported, _PATIENCE) if exported is not None else None
        if found is None:
            raise EditError("it exports no object that can be seen by reading")
        return found

    def get(self, keys: tuple[str, ...]) -> Node | None:
        """The expression at a path of keys, or None."""
        node: Node | None = self.root
        for key in keys:
            node = None if node is None else self._object(node, _PATIENCE)
            node = None if node is None else _property(node, key)
        return node

    def value(self, keys: tuple[str, ...]) -> Any:  # noqa: ANN401  JavaScript is anything
        """The literal value at a path; None where there is nothing. Raises NotLiteralError."""
        node = self.get(keys)
        return None if node is None else literal(self.resolve(node))

    def resolve(self, node: Node) -> Node:
        """The expression behind a name or a cast."""
        for _ in range(_PATIENCE):
            node = _unwrapped(node)
            if node.type != "identifier" or (declared := self._declared(_text(node))) is None:
                return node
            node = declared
        return node

    def names(self) -> frozenset[str]:
        """Every identifier of the file."""
        return frozenset(_text(node) for node in _walk(self.tree) if node.type in {"identifier", "shorthand_property_identifier"})

    @property
    def is_module(self) -> bool:
        """Whether it is written with import and export."""
        return any(node.type in {"import_statement", "export_statement"} for node in self.tree.named_children)

    @property
    def quote(self) -> str:
        """The kind of quote that the file uses first."""
        found = next((node for node in _walk(self.tree) if node.type == "string"), None)
        return "'" if found is None else _text(found)[0]

    def splice(self, start: int, end: int, new: str) -> bytes:
        """The file with a span replaced; no new syntax error may come of it. Raises EditError when one would."""
        shown = _quoted(new, self.quote).replace("\n", self.source.newline)
        changed = self.source.encoded((self.bytes[:start] + shown.encode() + self.bytes[end:]).decode())
        if Config(changed).errors > self.errors:
            raise EditError(f"`{new.strip()}` does not fit there")
        return changed

    def indent(self, node: Node) -> str:
        """The white space with which the line of a node begins."""
        return self.source.line_indent(len(self.bytes[: node.start_byte].decode()))

    @property
    def unit(self) -> str:
        """The indentation of the first indented line."""
        found = re.search(r"\n([ \t]+)[^\s*]", self.source.text)
        return found.group(1) if found else "  "

    def _exports(self) -> Iterator[Node]:
        for node in self.tree.named_children:
            if (
                node.type == "export_statement"
                and (value := node.child_by_field_name("value") or node.child_by_field_name("declaration")) is not None
            ):
                if any(child.type == "default" for child in node.children):
                    yield value
            elif node.type == "expression_statement" and (inner := _first(node)) is not None and inner.type == "assignment_expression":
                left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
                if left is not None and right is not None and _text(left) == "module.exports":
                    yield right

    def _declared(self, title: str) -> Node | None:
        for node in self.tree.named_children:
            inner = node.child_by_field_name("declaration") if node.type == "export_statement" else node
            if inner is None:
                continue
            if inner.type == "function_declaration" and (named := inner.child_by_field_name("name")) is not None and _text(named) == title:
                return inner
            if inner.type in {"lexical_declaration", "variable_declaration"}:
                for declarator in inner.named_children:
                    named = declarator.child_by_field_name("name")
                    if named is not None and _text(named) == title:
                        return declarator.child_by_field_name("value")
        return None

    def _object(self, node: Node, patience: int) -> Node | None:
        """The object literal that an expression comes down to: through names, casts, functions that return it and calls that take it."""
        node = _unwrapped(node)
        if patience == 0 or node.type == "object":
            return node if node.type == "object" else None
        if node.type == "identifier":
            declared = self._declared(_text(node))
            return None if declared is None else self._object(declared, patience - 1)
        if node.type == "call_expression" and (arguments := node.child_by_field_name("arguments")) is not None:
            for argument in arguments.named_children:
                if (found := self._object(argument, patience - 1)) is not None:
                    return found
        if node.type in _FUNCTIONS and (body := node.child_by_field_name("body")) is not None:
            if body.type != "statement_block":
                return self._object(body, patience - 1)
            returned = [child for child in body.named_children if child.type == "return_statement"]
            if len(returned) == 1 and (value := returned[0].named_child(0)) is not None:
                return self._object(value, patience - 1)
        return None


@dataclass(frozen=True, slots=True)
class SetProperty:
    """A property of the configuration object, as code; objects on the way are made where they are missing."""

    keys: tuple[str, ...]
    code: str

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when there is no object to change."""
        config = Config(source)
        node = config.get(self.keys)
        if node is not None:
            return source if _squeezed(_text(node)) == _squeezed(self.code) else config.splice(node.start_byte, node.end_byte, self.code)
        for depth in range(len(self.keys) - 1, -1, -1):
            there = config.get(self.keys[:depth]) if depth else config.root
            if there is None:
                continue
            holder = config._object(there, _PATIENCE)  # noqa: SLF001  the same module
            if holder is None:
                raise EditError(f"`{'.'.join(self.keys[:depth])}` is no object that can be seen by reading")
            code = self.code
            for key in reversed(self.keys[depth + 1 :]):
                code = f"{{ {_label(key)}: {code} }}"
            return _with_child(config, holder, f"{_label(self.keys[depth])}: {code}")
        raise EditError("it exports no object that can be seen by reading")

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)}: {self.code}"


@dataclass(frozen=True, slots=True)
class AddElement:
    """An element of an array, or (`code` is `key: value`) of an object, at a path of keys; made where it is missing."""

    keys: tuple[str, ...]
    code: str
    first: bool = False

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when what is there can only be known by running it."""
        config = Config(source)
        node = config.get(self.keys)
        if node is None:
            return SetProperty(self.keys, f"[{self.code}]" if _is_expression(self.code) else f"{{ {self.code} }}").apply(source)
        node = config.resolve(node)
        if node.type not in {"array", "object"}:
            raise EditError(f"`{'.'.join(self.keys)}` is no list that can be seen by reading")
        if _squeezed(self.code) in {_squeezed(_text(child)) for child in node.named_children}:
            return source
        return _with_child(config, node, self.code, first=self.first)

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)} += {self.code}"


@dataclass(frozen=True, slots=True)
class AddImport:
    """An import statement (or a `const … = require(…)`) behind the last one, before all code where there is none."""

    code: str

    def apply(self, source: bytes) -> bytes:
        """The changed text, the same when the statement is there."""
        config = Config(source)
        children = config.tree.named_children
        if _squeezed(self.code) in {_squeezed(_text(child)) for child in children}:
            return source
        imports = [child for child in children if child.type == "import_statement" or _is_require(child)]
        if imports:
            return config.splice(imports[-1].end_byte, imports[-1].end_byte, "\n" + self.code)
        first = next((child for child in children if child.type not in {"comment", "hash_bang_line"} and not _is_directive(child)), None)
        at = len(config.bytes) if first is None else _with_comment(first).start_byte
        return config.splice(at, at, self.code + "\n")

    def __str__(self) -> str:
        return self.code


# reading ---------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _parse(source: bytes) -> Node:
    return Parser(_GRAMMAR).parse(source).root_node


def _walk(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(top.children))


def _first(node: Node) -> Node | None:
    return next(iter(node.named_children), None)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _unwrapped(node: Node) -> Node:
    while node.type in _WRAPPERS and (inner := _first(node)) is not None:
        node = inner
    return node


def _string(text: str) -> str:
    if re.search(r"""\\[^'"\\]""", text):
        raise NotLiteralError(text)
    return re.sub(r"""\\(['"\\])""", r"\1", text[1:-1])


def _key(node: Node) -> str:
    return _string(_text(node)) if node.type == "string" else _text(node)


def _property(node: Node, key: str) -> Node | None:
    found = None
    for child in node.named_children:
        if child.type == "pair" and (label := child.child_by_field_name("key")) is not None and _key(label) == key:
            found = child.child_by_field_name("value")
        elif child.type == "shorthand_property_identifier" and _text(child) == key:
            found = child
    return found


def _is_require(node: Node) -> bool:
    if node.type not in {"lexical_declaration", "variable_declaration"}:
        return False
    values = [child.child_by_field_name("value") for child in node.named_children if child.type == "variable_declarator"]
    return bool(values) and all(value is not None and _text(value).startswith("require(") for value in values)


def _is_directive(node: Node) -> bool:
    inner = _first(node) if node.type == "expression_statement" else None
    return inner is not None and inner.type == "string"


def _with_comment(node: Node) -> Node:
    """The comment that stands right above a statement, else the statement."""
    while (above := node.prev_sibling) is not None and above.type == "comment" and node.start_point.row - above.end_point.row <= 1:
        node = above
    return node


# writing ---------------------------------------------------------------------------------------------------------------


def _with_child(config: Config, node: Node, code: str, *, first: bool = False) -> bytes:
    """The file with an element more in an array or object literal, laid out as its siblings are."""
    children = [child for child in node.named_children if child.type != "comment"]
    if not children:
        if any(child.type == "comment" for child in node.named_children):
            last = node.named_children[-1]
            return config.splice(last.end_byte, last.end_byte, f"\n{config.indent(last)}{code},")
        outer = config.indent(node)
        inside = code if node.type == "array" else f"\n{outer}{config.unit}{code},\n{outer}"
        return config.splice(node.start_byte + 1, node.end_byte - 1, inside)
    multiline = children[0].start_point.row > node.start_point.row
    separator = "\n" + config.indent(children[0]) if multiline else " "
    if first:
        return config.splice(children[0].start_byte, children[0].start_byte, f"{code},{separator}")
    last = children[-1]
    return config.splice(last.end_byte, last.end_byte, f",{separator}{code}")


def _label(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_$][\w$]*", key) else f"'{key}'"


def _is_expression(code: str) -> bool:
    """Whether code is an element of an array, as opposed to `key: value`."""
    return Config(f"[{code}]".encode()).errors == 0


def _quoted(code: str, quote: str) -> str:
    """Code of ours, written with single quotes, with the quotes of the file."""
    return code if quote == "'" or '"' in code else code.replace("'", '"')


def _squeezed(code: str) -> str:
    return re.sub(r"\s+", "", code).replace('"', "'").rstrip(",;")
