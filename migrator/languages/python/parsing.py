"""Python sources as syntax trees whose offsets are those of the bytes, whatever the bytes are."""

from __future__ import annotations

import tree_sitter_python
from tree_sitter import Language, Node, Parser

__all__ = ["Node", "decoded", "enclosing", "encoded", "parse"]

_PARSER = Parser(Language(tree_sitter_python.language()))
_BOM = b"\xef\xbb\xbf"
_ASCII = bytes(range(128)) + b"_" * 128


def parse(source: bytes) -> Node:
    """The root of a source's syntax tree. A byte order mark becomes blank lines; in other encodings foreign letters become `_`."""
    if source.startswith(_BOM):
        source = b"\n\n\n" + source[3:]
    if not source.isascii() and not _is_utf8(source):
        source = source.translate(_ASCII)
    return _PARSER.parse(source).root_node


def decoded(text: bytes) -> str:
    """The text of some bytes: UTF-8 where they are, else one character a byte (PEP 263's other encodings keep their bytes)."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def encoded(text: str, source: bytes) -> bytes:
    """The bytes of a text in the encoding of the source that it goes into."""
    if not text.isascii() and not _is_utf8(source):
        return text.encode("latin-1", "replace")
    return text.encode()


def enclosing(node: Node, *types: str) -> Node | None:
    """The nearest node of one of these types, itself included."""
    here: Node | None = node
    while here is not None and here.type not in types:
        here = here.parent
    return here


def _is_utf8(source: bytes) -> bool:
    try:
        source.decode()
    except UnicodeDecodeError:
        return False
    return True
