"""Names in Python code that stand for something by themselves: where they are, and the same code with others in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from migrator.languages.python.parsing import Node, decoded, parse, walk

__all__ = ["Use", "renamed", "uses", "versions_asked"]

_PARAMETERS = {"parameters", "lambda_parameters", "typed_parameter", "default_parameter", "typed_default_parameter"}
_METADATA = (b"importlib.metadata", b"importlib_metadata", b"from importlib import metadata", b"pkg_resources")
_ASKING = {"version", "metadata", "distribution", "get_distribution"}


class Use(NamedTuple):
    """Where a source names something: what is asked of it by an attribute, with which; or just the name. Places in bytes."""

    start: int
    end: int
    attribute: str | None


def uses(source: bytes) -> Mapping[str, tuple[Use, ...]]:
    """Where a source names something by itself, by name."""
    found: dict[str, list[Use]] = {}
    for node in _identifiers(parse(source)):
        whole, attribute = node, None
        if node.parent is not None and node.parent.child_by_field_name("object") == node:
            whole, inner = node.parent, node.parent.child_by_field_name("attribute")
            attribute = decoded(inner.text or b"") if inner is not None else ""
        found.setdefault(decoded(node.text or b""), []).append(Use(whole.start_byte, whole.end_byte, attribute))
    return {name: tuple(mentions) for name, mentions in found.items()}


def renamed(text: bytes, other: Mapping[str, str]) -> bytes | None:
    """A piece of code in which some names are others; None where one of them is a parameter in it."""
    for node in reversed([node for node in _identifiers(parse(text)) if decoded(node.text or b"") in other]):
        if _is_parameter(node):
            return None
        text = text[: node.start_byte] + other[decoded(node.text or b"")].encode() + text[node.end_byte :]
    return text


def versions_asked(source: bytes) -> list[tuple[int, int, str]]:
    """Where a source asks for what is installed of a distribution (`version("shop")`), in bytes and in order, and how it says which: by a text or a name."""
    return sorted(_versions(source)) if any(module in source for module in _METADATA) else []


def _versions(source: bytes) -> Iterator[tuple[int, int, str]]:
    for call in (node for node in walk(parse(source)) if node.type == "call"):
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        places = [one for one in arguments.named_children if one.type in {"string", "identifier"}] if arguments is not None else []
        if function is not None and places and decoded(function.text or b"").rpartition(".")[2] in _ASKING:
            yield places[0].start_byte, places[0].end_byte, decoded(places[0].text or b"")


def _is_parameter(node: Node) -> bool:
    above = node.parent
    said = above is not None and node in (above.child_by_field_name("value"), above.child_by_field_name("type"))
    return above is not None and above.type in _PARAMETERS and not said


def _identifiers(root: Node) -> list[Node]:
    """The identifiers that name something by themselves: no attributes, no arguments' names, none that is imported; in the order of the text."""
    found = (node for node in walk(root) if node.type == "identifier" and node.parent is not None)
    return sorted((node for node in found if not _is_of_another(node)), key=lambda node: node.start_byte)


def _is_of_another(node: Node) -> bool:
    above = node.parent
    if (
        above is None
        or above.child_by_field_name("attribute") == node
        or (above.type == "keyword_argument" and above.child_by_field_name("name") == node)
    ):
        return True
    while above is not None:
        if above.type in {"import_statement", "import_from_statement"}:
            return True
        above = above.parent
    return False
