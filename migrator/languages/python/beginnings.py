"""Names of modules that are put together: of what they begin with, and something that nobody can read (`import_module(f"app.plugins.{name}")`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrator.languages.python.parsing import Node, decoded, text_of
from migrator.languages.python.places import what_stands_at

__all__ = ["candidates", "is_relative", "rest"]

_NAME = rb"[^\W\d]\w*"
_BEGUN = tuple(re.compile(rb"%s(%s(?:\.%s)*)\.(?=[{%%]|%s)" % (quote, _NAME, _NAME, quote)) for quote in (b'"', b"'"))
_LOADERS = re.compile(rb"\b(?:import_module|import_string|__import__|from_object|load_object|load_class)\b")
"""What is given such names."""
_BEHIND = re.compile(rb"""(?:\{[^{}"']*\}|%%s)((?:\.%s)+)["']""" % _NAME)
"""What such a name ends in, where that is said."""
_RELATIVE = re.compile(rb"""[fF]?(["'])\.(?:\{|\1)""")


def candidates(source: bytes) -> Iterator[re.Match[bytes]]:
    """What may begin such a name, by its looks, in a source that loads modules."""
    if _LOADERS.search(source):
        yield from (match for pattern in _BEGUN for match in pattern.finditer(source))


def rest(root: Node, match: re.Match[bytes]) -> str | None:
    """What is said behind the part that nobody can read (`.models`), empty where that is all; None where a candidate begins no name of a module."""
    whole = _whole(root, match)
    if whole is None or not (what_stands_at(whole) == "module" or _is_kept(whole)):
        return None
    behind = _BEHIND.match(match.string, match.end())
    return decoded(behind[1]) if behind else ""


def is_relative(node: Node) -> bool:
    """Whether an expression is such a name that is seen from a package (`f".{name}"`)."""
    first = node.child_by_field_name("left") if node.type == "binary_operator" else node
    return first is not None and first.type == "string" and _RELATIVE.match(first.text or b"") is not None


def _whole(root: Node, match: re.Match[bytes]) -> Node | None:
    """The expression by which something is put behind a beginning: an f-string, a sum, a format; None where nothing is."""
    quote = root.descendant_for_byte_range(match.start(), match.start() + 1)
    string = quote.parent if quote is not None and quote.type == "string_start" and quote.end_byte == match.start(1) else None
    above = string.parent if string is not None else None
    if string is None or above is None or match.string[string.start_byte : string.start_byte + 1] in b"bB":
        return None
    if any(child.type == "interpolation" and child.start_byte == match.end() for child in string.children):
        return string
    if above.type == "binary_operator" and above.child_by_field_name("left") == string:
        operator = text_of(above.child_by_field_name("operator"))
        return above if operator == ("+" if string.children[-1].start_byte == match.end() else "%") else None
    call = above.parent if above.type == "attribute" and text_of(above.child_by_field_name("attribute")) == "format" else None
    return call if call is not None and call.type == "call" and match.string[match.end() : match.end() + 1] == b"{" else None


def _is_kept(whole: Node) -> bool:
    """Whether a name is bound to an expression that no framework knows: in a source that loads modules, it is for that."""
    return whole.parent is not None and whole.parent.type == "assignment" and what_stands_at(whole) == ""
