"""Changes to JSON and JSON with comments, by the spans of tokens: comments, order, spacing and line ends stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from migrator.edits import EditError
from migrator.edits.source import Source

__all__ = ["AddItem", "RemoveKey", "SetValue", "dumps", "loads"]

_TOKEN = re.compile(r'(?P<skip>\s+|//[^\n]*|/\*.*?\*/)|(?P<string>"(?:\\.|[^"\\])*")|(?P<punct>[{}\[\],:])|(?P<word>[-+.\w]+)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class SetValue:
    """A value at a path of keys; objects on the way are made where they are missing. `first` puts a new key before its siblings."""

    keys: tuple[str, ...]
    value: Any
    first: bool = False

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when the file is no JSON or something on the path is no object."""
        if not source.strip():
            return (dumps(_nested(self.keys, self.value))).encode()
        text = Source.read(source)
        root = _parse(text.text)
        node, keys = root, list(self.keys)
        while keys and node.kind == "object" and keys[0] in node.members:
            node = node.members[keys.pop(0)]
        if not keys:
            if node.value == self.value:
                return source
            changed = text.splice(node.start, node.end, _shown(self.value, text, node.start))
        elif node.kind != "object":
            raise EditError(f"`{'.'.join(self.keys[: len(self.keys) - len(keys)])}` is no object")
        else:
            changed = _insert(text, node, _nested(keys[1:], self.value), key=keys[0], first=self.first)
        expected = _with(root.value, self.keys, self.value)
        return _proved(changed, expected)

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)} = {json.dumps(self.value, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class AddItem:
    """An item in the array at a path of keys, at its end unless it is there already; the array is made where it is missing."""

    keys: tuple[str, ...]
    item: Any

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when what is there is no array."""
        text = Source.read(source)
        root = _parse(text.text)
        node = root
        for key in self.keys:
            if node.kind != "object":
                raise EditError(f"`{key}` has no object around it")
            if key not in node.members:
                return SetValue(self.keys, [self.item]).apply(source)
            node = node.members[key]
        if node.kind != "array":
            raise EditError(f"`{'.'.join(self.keys)}` is no array")
        if self.item in node.value:
            return source
        changed = _insert(text, node, self.item)
        return _proved(changed, _with(root.value, self.keys, [*node.value, self.item]))

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)} += {json.dumps(self.item, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class RemoveKey:
    """The member at a path of keys is gone, with its line where it has one; nothing where it is not there."""

    keys: tuple[str, ...]

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when the file is no JSON."""
        text = Source.read(source)
        root = _parse(text.text)
        node = root
        for key in self.keys[:-1]:
            if key not in node.members:
                return source
            node = node.members[key]
        last = self.keys[-1]
        if last not in node.members:
            return source
        at = list(node.members).index(last)
        if len(node.members) != len(node.children):
            raise EditError("a key stands there twice")
        if at:  # from the end of the sibling before it: the comma between them goes along
            changed = text.splice(node.children[at - 1].end, node.children[at].end, "")
        elif len(node.children) > 1:
            changed = text.splice(node.children[0].start, node.children[1].start, "")
        else:
            changed = text.splice(node.start, node.end, "{}")
        return _proved(changed, _without(root.value, self.keys))

    def __str__(self) -> str:
        return f"no {'.'.join(self.keys)}"


def loads(source: bytes) -> Any:  # noqa: ANN401  JSON is anything
    """The value of JSON or JSON with comments. Raises EditError when it is neither."""
    return _parse(Source.read(source).text).value


def dumps(value: Any, indent: int = 2) -> str:  # noqa: ANN401  JSON is anything
    """JSON as we write it into new files."""
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"


# reading ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Node:
    kind: str
    start: int
    end: int
    value: Any
    members: Mapping[str, _Node]
    """Of an object: the value of each key."""
    children: tuple[_Node, ...]
    """In order; of an object they begin at the key."""


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise EditError(f"not JSON: unexpected {text[at]!r} in line {text.count(chr(10), 0, at) + 1}")
        if found.lastgroup != "skip":
            yield found.lastgroup if found.lastgroup != "punct" else found.group(), at, found.end()  # type: ignore[misc]  # every token has a group
        at = found.end()
    yield "end", at, at


def _parse(text: str) -> _Node:
    tokens = list(_tokens(text))
    try:
        node, at = _value(text, tokens, 0)
    except RecursionError as error:
        raise EditError("nested too deeply") from error
    if tokens[at][0] != "end":
        raise EditError("not JSON: something follows the value")
    return node


def _value(text: str, tokens: list[tuple[str, int, int]], at: int) -> tuple[_Node, int]:
    kind, start, end = tokens[at]
    if kind in {"string", "word"}:
        try:
            return _Node(kind, start, end, json.loads(text[start:end], strict=False), {}, ()), at + 1
        except json.JSONDecodeError as error:
            raise EditError(f"not JSON: {text[start:end]!r}") from error
    if kind not in {"{", "["}:
        raise EditError(f"not JSON: unexpected {kind!r}")
    closing = "}" if kind == "{" else "]"
    children: list[_Node] = []
    members: dict[str, _Node] = {}
    items: list[Any] = []
    at += 1
    while tokens[at][0] != closing:
        first = tokens[at][1]
        key = ""
        if kind == "{":
            if tokens[at][0] != "string" or tokens[at + 1][0] != ":":
                raise EditError("not JSON: an object needs keys")
            key = json.loads(text[first : tokens[at][2]], strict=False)
            at += 2
        node, at = _value(text, tokens, at)
        members[key] = node
        items.append(node.value)
        children.append(_Node(node.kind, first, node.end, node.value, node.members, node.children))
        if tokens[at][0] == ",":
            at += 1
        elif tokens[at][0] != closing:
            raise EditError(f"not JSON: `,` or `{closing}` is missing")
    end = tokens[at][2]
    if kind == "{":
        return _Node("object", start, end, {name: node.value for name, node in members.items()}, members, tuple(children)), at + 1
    return _Node("array", start, end, items, {}, tuple(children)), at + 1


# writing ---------------------------------------------------------------------------------------------------------------


def _unit(text: str) -> str:
    """The indentation of the first indented line."""
    found = re.search(r"\n([ \t]+)\S", text)
    return found.group(1) if found else "  "


def _shown(value: Any, text: Source, at: int) -> str:  # noqa: ANN401  JSON is anything
    """A value as it looks when it begins in the line of an offset."""
    unit = _unit(text.text)
    return json.dumps(value, indent=unit, ensure_ascii=False).replace("\n", "\n" + text.line_indent(at))


def _insert(text: Source, node: _Node, value: Any, key: str = "", *, first: bool = False) -> bytes:  # noqa: ANN401  JSON is anything
    """The text with a member more in an object or an item more in an array, among its siblings as they are laid out."""
    label = f"{json.dumps(key, ensure_ascii=False)}: " if node.kind == "object" else ""
    if not node.children:
        outer = text.line_indent(node.start)
        inner = outer + _unit(text.text)
        if node.kind == "array" and not isinstance(value, dict | list):
            return text.splice(node.start + 1, node.end - 1, json.dumps(value, ensure_ascii=False))
        shown = json.dumps(value, indent=_unit(text.text), ensure_ascii=False).replace("\n", "\n" + inner)
        return text.splice(node.start + 1, node.end - 1, f"\n{inner}{label}{shown}\n{outer}")
    place = 0 if first else _place(node, key, outermost=not text.text[: node.start].strip())
    multiline = "\n" in text.text[node.start : node.children[0].start]
    separator = "\n" + text.line_indent(node.children[0].start) if multiline else " "
    sibling = node.children[min(place, len(node.children) - 1)]
    shown = _shown(value, text, sibling.start) if multiline else json.dumps(value, ensure_ascii=False)
    if place < len(node.children):
        return text.splice(sibling.start, sibling.start, f"{label}{shown},{separator}")
    # A trailing comma stays where it is: the new member goes right behind the last value.
    return text.splice(sibling.end, sibling.end, f",{separator}{label}{shown}")


def _place(node: _Node, key: str, *, outermost: bool) -> int:
    """Where a new key goes: into its alphabetical place among sorted keys, else to the end, as in the outermost object."""
    names = list(node.members)
    if node.kind != "object" or outermost or len(names) < 2 or len(names) != len(node.children) or any(a > b for a, b in pairwise(names)):  # noqa: PLR2004  one key has no order
        return len(node.children)
    return next((i for i, name in enumerate(names) if name > key), len(names))


def _nested(keys: list[str] | tuple[str, ...], value: Any) -> Any:  # noqa: ANN401  JSON is anything
    for key in reversed(keys):
        value = {key: value}
    return value


def _with(root: Any, keys: tuple[str, ...], value: Any) -> Any:  # noqa: ANN401  JSON is anything
    if not keys:
        return value
    return {**root, keys[0]: _with(root.get(keys[0], {}), keys[1:], value)}


def _without(root: Any, keys: tuple[str, ...]) -> Any:  # noqa: ANN401  JSON is anything
    inner = {} if len(keys) == 1 else {keys[0]: _without(root[keys[0]], keys[1:])}
    return {key: inner.get(key, value) for key, value in root.items() if len(keys) > 1 or key != keys[0]}


def _proved(changed: bytes, expected: Any) -> bytes:  # noqa: ANN401  JSON is anything
    """The changed text, after reading it back (L3)."""
    if loads(changed) != expected:
        raise EditError("the change would alter more than it should")
    return changed
