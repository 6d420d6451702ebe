"""Calls in Python sources, found by the names of what is called: only their neighbourhood is looked at, however long the source is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from migrator.languages.python.parsing import Node, enclosing, occurrences, parse, text_of

__all__ = ["Argument", "Call", "calls", "literal", "string"]

_NUMBERS = {"integer", "float"}
_WORDS = {"true": "True", "false": "False", "none": "None"}


class Argument(NamedTuple):
    """What a call is given."""

    text: str
    """As it is written."""
    value: str | None
    """What a literal is; None where it is none."""
    items: tuple[str, ...] = ()
    """The texts in a list or tuple that are literals."""
    called: str = ""
    """Of a call, what it calls."""


class Call(NamedTuple):
    """A call: what is called, as it is written, and what it is given."""

    function: str
    given: tuple[Argument, ...]
    words: Mapping[str, Argument]
    line: int
    bound: str
    """The name that it is assigned to; empty where there is none."""
    decorates: str
    """The function that it decorates; empty where it is no decorator."""
    within: str
    """The function in which it stands."""

    @property
    def last(self) -> str:
        """The last part of what is called."""
        return self.function.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """What stands before the last dot."""
        return self.function.rpartition(".")[0]

    def said(self, place: int, word: str = "") -> str | None:
        """The literal that is given in a place or under a word."""
        found = self.words.get(word) if word in self.words else self.given[place] if 0 <= place < len(self.given) else None
        return found.value if found is not None else None


@lru_cache(maxsize=8192)
def calls(source: bytes, *names: str) -> tuple[Call, ...]:
    """The calls of functions and methods that have one of these names, in order."""
    found: dict[int, Call] = {}
    if any(name.encode() in source for name in names):
        root = parse(source)
        for name in names:
            for at in occurrences(source, name.encode()):
                node = root.descendant_for_byte_range(at, at + len(name))
                call = _called(node) if node is not None and node.type == "identifier" else None
                if call is not None and call.start_byte not in found:
                    found[call.end_byte] = _read(call)
    return tuple(found[at] for at in sorted(found, key=lambda end: (found[end].line, end)))


def _called(name: Node) -> Node | None:
    """The call of a function of which a name is the last part."""
    function = name
    above = name.parent
    if above is not None and above.type == "attribute":
        if above.child_by_field_name("attribute") != name:
            return None
        function, above = above, above.parent
    return above if above is not None and above.type == "call" and above.child_by_field_name("function") == function else None


def _read(call: Node) -> Call:
    listed = call.child_by_field_name("arguments")
    given: list[Argument] = []
    words: dict[str, Argument] = {}
    for one in listed.named_children if listed is not None and listed.type == "argument_list" else ():
        key, value = one.child_by_field_name("name"), one.child_by_field_name("value")
        if one.type == "keyword_argument" and key is not None and value is not None:
            words[text_of(key)] = _argument(value)
        elif one.type not in {"comment", "dictionary_splat", "list_splat"}:
            given.append(_argument(one))
    above = call.parent
    while above is not None and above.type in {"await", "attribute", "call", "parenthesized_expression"}:
        above = above.parent
    bound = text_of(above.child_by_field_name("left")) if above is not None and above.type == "assignment" else ""
    decorated = above.parent if above is not None and above.type == "decorator" else None
    definition = decorated.child_by_field_name("definition") if decorated is not None else None
    outer = enclosing(call.parent, "function_definition") if call.parent is not None else None
    return Call(
        text_of(call.child_by_field_name("function")),
        tuple(given),
        words,
        call.start_point.row + 1,
        bound,
        text_of(definition.child_by_field_name("name")) if definition is not None else "",
        text_of(outer.child_by_field_name("name")) if outer is not None else "",
    )


def _argument(node: Node) -> Argument:
    items = tuple(value for one in node.named_children if (value := literal(one)) is not None) if node.type in {"list", "tuple"} else ()
    return Argument(text_of(node), literal(node), items, text_of(node.child_by_field_name("function")) if node.type == "call" else "")


def literal(node: Node) -> str | None:
    """What a literal is, as text: a string without parts that are computed, a number, `True`, `False`, `None`."""
    if node.type in _NUMBERS or (node.type == "unary_operator" and node.named_children and node.named_children[0].type in _NUMBERS):
        return text_of(node)
    if node.type in _WORDS:
        return _WORDS[node.type]
    return string(node)


def string(node: Node | None) -> str | None:
    """What a string says; None where it is no string, or a part of it is computed."""
    if node is None:
        return None
    if node.type == "concatenated_string":
        parts = [string(one) for one in node.named_children]
        return None if None in parts else "".join(part for part in parts if part is not None)
    if node.type != "string" or any(child.type == "interpolation" for child in node.children):
        return None
    return "".join(text_of(child) for child in node.children if child.type == "string_content")


def strings(root: Node) -> Iterator[tuple[str, int]]:
    """Every string of a part of a source, with its line."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "string":
            if (value := string(node)) is not None:
                yield value, node.start_point.row + 1
        else:
            pending.extend(reversed(node.named_children))
