"""Python sources as syntax trees whose offsets are those of the bytes, whatever the bytes are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

import tree_sitter_python
from tree_sitter import Language, Node, Parser

__all__ = ["LETTERS", "Node", "decoded", "enclosing", "encoded", "is_utf8", "parse", "walk"]

_PARSER = Parser(Language(tree_sitter_python.language()))
_BOM = b"\xef\xbb\xbf"
_IMPORT = re.compile(rb"import\b")
LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(range(0x80, 0x100))
"""The bytes that go on with a name."""
_WORD = re.compile(rb"[A-Za-z0-9_\x80-\xff]+")
_MANY = 64
"""So many words are looked for one by one before all words of a source are noted down: that costs about as much."""
_LARGE = 1 << 16
"""In a source of fewer bytes any number of words is looked for one by one."""
_BETWEEN_WORDS = bytes(byte if byte in LETTERS else 0x20 for byte in range(256))
_STATEMENT = re.compile(rb"^[ \t]*(?:lazy[ \t]+)?((?:from[ \t]*[\w. \t]+?[ \t]+|)import\b(?:[^\S\n]*\([^()]*\)|(?:[^\n\\]|\\\r?\n)*))", re.MULTILINE)
_IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
_ASCII = bytes(range(128)) + b"_" * 128
_LAZY = re.compile(rb"(^[ \t]*|[;:][ \t]*)lazy[ \t](?=[ \t]*(?:import|from)\b)", re.MULTILINE)
_MAY_BE_LAZY = re.compile(rb"lazy[ \t]+(?:import|from)\b")
_LAZY_LEAD = re.compile(rb"(?:^(?:\xef\xbb\xbf)?|[;:])[ \t]*(lazy[ \t]+)\Z")


@lru_cache(maxsize=16)  # the syntax gate, the rewriting and the facts ask about the same few files one after the other
def parse(source: bytes) -> Node:
    """The root of a source's syntax tree. A byte order mark becomes blank lines; in other encodings foreign letters become `_`."""
    return parse_once(source)


def parse_once(source: bytes) -> Node:
    """The same for a source about which nobody asks again.

    The grammar is older than `lazy import` (PEP 810): to it the word is a statement of its own.
    """
    if source.startswith(_BOM):
        source = b"\n\n\n" + source[3:]
    if _MAY_BE_LAZY.search(source) is not None:
        source = _LAZY.sub(rb"\1pass;", source)
    if not source.isascii() and not is_utf8(source):
        source = source.translate(_ASCII)
    return _PARSER.parse(source).root_node


def walk(root: Node) -> Iterator[Node]:
    """A node and all named nodes below it, in the order of the source."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.named_children))


def decoded(text: bytes) -> str:
    """The text of some bytes: UTF-8 where they are, else one character a byte (PEP 263's other encodings keep their bytes)."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def text_of(node: Node | None) -> str:
    """What a node says, nothing where there is none."""
    return decoded(node.text) if node is not None and node.text is not None else ""


def encoded(text: str, source: bytes) -> bytes:
    """The bytes of a text in the encoding of the source that it goes into."""
    if not text.isascii() and not is_utf8(source):
        return text.encode("latin-1", "replace")
    return text.encode()


def words(source: bytes) -> list[bytes]:
    """Every word of a source, as often as it stands there."""
    return source.translate(_BETWEEN_WORDS).split()


def occurrences(source: bytes, name: bytes) -> Iterator[int]:
    """Where a name stands as a whole word, in order; a search for a constant is many times quicker than a pattern made for it."""
    if len(source) > _LARGE:
        known = _words(source)
        known.asked += 1
        if known.asked > _MANY and _WORD.fullmatch(name) is not None:
            yield from known.places.get(name, ())
            return
    size, end = len(name), len(source)
    at = source.find(name)
    while at >= 0:
        if not (at and source[at - 1] in LETTERS) and not (at + size < end and source[at + size] in LETTERS):
            yield at
        at = source.find(name, at + size)


class _Words:
    """Where the words of a source stand: noted down for all of them as soon as many were asked for."""

    def __init__(self, source: bytes) -> None:
        self.asked = 0
        self._source = source

    @cached_property
    def places(self) -> Mapping[bytes, list[int]]:
        """By word: where it begins, in order."""
        found: dict[bytes, list[int]] = {}
        for match in _WORD.finditer(self._source):
            found.setdefault(match[0], []).append(match.start())
        return found


@lru_cache(maxsize=4)
def _words(source: bytes) -> _Words:
    return _Words(source)


def enclosing(node: Node, *types: str) -> Node | None:
    """The nearest node of one of these types, itself included."""
    here: Node | None = node
    while here is not None and here.type not in types:
        here = here.parent
    return here


def lazy_start(statement: Node, source: bytes) -> int:
    """Where an import statement begins, the `lazy` in front of it included."""
    start = statement.start_byte
    if source[max(0, start - 1) : start] not in {b" ", b"\t"}:
        return start
    lead = _LAZY_LEAD.search(source[source.rfind(b"\n", 0, start) + 1 : start])
    return start - len(lead[1]) if lead is not None else start


def import_statements(root: Node, source: bytes) -> Iterator[Node]:
    """Every import statement, in order; also those that stand in a text so broken that the syntax tree swallows them."""
    found, swallowed = [], False
    for match in _IMPORT.finditer(source):
        word = root.descendant_for_byte_range(*match.span())
        if word is None or (word.start_byte, word.end_byte) != match.span():
            continue
        if word.type == "import" and word.parent is not None and word.parent.type in _IMPORTS:
            found.append(word.parent)
        elif root.has_error and enclosing(word, "comment", "string") is None:
            swallowed = True
    if not swallowed:
        yield from found
        return
    alone = bytearray(byte if byte in b"\r\n" else 0x20 for byte in source)
    for match in _STATEMENT.finditer(source):
        word = root.descendant_for_byte_range(match.start(1), match.start(1) + 4)
        if word is not None and enclosing(word, "comment", "string") is None:
            alone[match.start(1) : match.end(1)] = match[1]
            if match.start(1):
                # A line of its own, without indentation: no block is needed around it.
                alone[match.start(1) - 1] = 0x0A
    rest = parse(bytes(alone))
    for match in _IMPORT.finditer(alone):
        word = rest.descendant_for_byte_range(*match.span())
        if word is not None and word.parent is not None and word.parent.type in _IMPORTS:
            yield word.parent


def is_utf8(source: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        source.decode()
    except UnicodeDecodeError:
        return False
    return True
