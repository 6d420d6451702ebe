"""What a module defines at its top level, each with a digest that is the same wherever the same is meant.

Two definitions have one digest when their syntax trees are the same once locals are renamed; comments, documentation and layout do not count.
The names that they take from around them are listed apart, in the order of their first use: what these mean is for who knows the tree.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Definition", "Free", "Kind", "Token", "Tokens", "defined", "known", "tokens"]

Kind = Literal["function", "class", "type", "enum", "constant"]
Tag = Literal["fixed", "name", "literal", "local", "free", "self"]
_PUNCTUATION = frozenset({",", ";", "(", ")", "[", "]", "{", "}", "'", '"', "`"})
"""What the nodes say already."""
_DIGITS = 16


class Free(NamedTuple):
    """A name that a definition takes from around it, and where its file has that from."""

    name: str
    kind: str
    """`from` and `import` as the file says it; `own` for what the file binds itself; `global` for what nothing in it binds."""
    module: str = ""
    imported: str = ""


class Definition(NamedTuple):
    """One definition of a module."""

    name: str
    kind: Kind
    line: int
    last: int
    """Its last line."""
    size: int
    """How many names and literals it has: a measure of what it says."""
    digest: str
    shape: str
    """The digest with every literal alike."""
    parts: tuple[str, ...]
    """Digests of its statements, members or fields, by which it is held against one that differs."""
    free: tuple[Free, ...]
    parameters: tuple[str, ...]
    """What callers may call its parameters, in order."""
    offered: bool
    """Whether other modules can have it by its name."""
    impure: str
    """Why it is more than what it says: state, effects, an identity of its own; empty where it is not."""


class Token(NamedTuple):
    """One word of a syntax tree: the tree's own, a name of a member, a literal, a local with its scope, a name from around it, or the definition's own."""

    tag: Tag
    text: str


@dataclass
class Tokens:
    """The words of a definition, and where its parts begin and end among them."""

    words: list[Token] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)

    def free(self) -> tuple[str, ...]:
        """The names from around it, in the order of their first use."""
        return tuple(dict.fromkeys(word.text for word in self.words if word.tag == "free"))

    def size(self) -> int:
        """How many names and literals there are."""
        return sum(word.tag != "fixed" for word in self.words)


def tokens(  # noqa: PLR0913  keyword-only
    root: Node,
    source: bytes,
    *,
    spell: Callable[[Node], Sequence[Token]],
    whole: Collection[str],
    through: Collection[str],
    skipped: Callable[[Node], bool],
) -> Tokens:
    """The words of a syntax tree in order, fields and kinds of nodes among them, so that no two trees read alike.

    `spell` says a leaf that has a name; nodes of the kinds in `whole` are leaves whatever is in them, those in `through` only hold others together.
    """
    found = Tokens()
    cuts = {child.id for child in _body(root)}
    words = found.words
    pending: list[tuple[Node | None, str, int]] = [(root, "", 0)]
    while pending:
        node, label, at = pending.pop()
        if node is None:
            if label == _PART:
                found.parts.append((at, len(words)))
            else:
                words.append(_fixed(label))
            continue
        if skipped(node):
            continue
        kind = node.type
        if cuts and node.id in cuts:
            pending.append((None, _PART, len(words)))
        children = [] if kind in whole else node.children
        if not children:
            words.append(_fixed(f"{label}:{kind}"))
            words += spell(node)
            continue
        passed = kind in through
        if not passed:
            words.append(_fixed(f"{label}:{kind}("))
            pending.append((None, ")", 0))
        rows: list[tuple[Node | None, str, int]] = []
        done, previous, exact = node.start_byte, "", kind in _TEXTS
        for index, child in enumerate(children):
            start, sort = child.start_byte, child.type
            if start != done and (gap := _said(source[done:start], exact=exact)):
                rows.append((None, gap, 0))
            if child.is_named:
                field_name = node.field_name_for_child(index) or ""
                rows.append((child, label if passed else _LABELS.get(field_name, field_name), 0))
            elif sort not in _PUNCTUATION:
                rows.append((None, f"'{sort}", 0))
            elif sort == "," and previous in _BEFORE_HOLES:
                rows.append((None, "hole", 0))
            done, previous = child.end_byte, sort
        if done != node.end_byte and (gap := _said(source[done : node.end_byte], exact=exact)):
            rows.append((None, gap, 0))
        rows.reverse()
        pending += rows
    return found


_PART = "part"
_LABELS = {"parameter": "parameters"}
_BEFORE_HOLES = frozenset({",", "["})


_TEXTS = frozenset({"format_specifier", "string", "template_string", "template_literal_type"})
"""In which blanks between what is told apart are said as well."""


def _said(gap: bytes, *, exact: bool) -> str:
    """What stands between two nodes and belongs to none."""
    text = (gap if exact else gap.strip()).decode("utf-8", "replace")
    return f"~{text}" if text else ""


@lru_cache(maxsize=4096)
def _fixed(text: str) -> Token:
    return Token("fixed", text)


_BODIES = frozenset(
    {"block", "statement_block", "class_body", "interface_body", "object_type", "enum_body", "object", "array", "dictionary", "list", "tuple"}
)


def _body(root: Node) -> Iterable[Node]:
    """The statements, members or fields of a definition: what stands in the first thing in it that holds such."""
    here: list[Node] = [root]
    while here:
        node = here.pop(0)
        if node.type in _BODIES:
            return node.named_children
        here.extend(
            child for child in node.named_children if child.type not in {"parameters", "formal_parameters", "type", "type_annotation", "decorator"}
        )
    return ()


def digest(words: Iterable[Token], *, shape: bool = False, named: bool = False) -> str:
    """A digest of words: locals by the order in which they come, names from around by theirs, or as they are where `named`."""
    locals_: dict[str, int] = {}
    around: dict[str, int] = {}
    said: list[str] = []
    for tag, text in words:
        if tag == "fixed":
            said.append(text)
        elif tag == "local":
            said.append(f"\1{locals_.setdefault(text, len(locals_))}")
        elif tag == "free":
            said.append(f"\2{text}" if named else f"\2{around.setdefault(text, len(around))}")
        elif tag == "literal":
            said.append("\3" if shape else f"\3{text}")
        else:
            said.append("\4" if tag == "self" else f"\5{text}")
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def defined(  # noqa: PLR0913  keyword-only
    words: Tokens,
    *,
    name: str,
    kind: Kind,
    lines: tuple[int, int],
    free: Sequence[Free],
    parameters: tuple[str, ...] = (),
    offered: bool,
    impure: str,
) -> Definition:
    """A definition of its words; `free` may have more than they say, what stands in texts."""
    parts = tuple(digest(words.words[start:end], named=True)[:8] for start, end in words.parts)
    return Definition(
        name,
        kind,
        *lines,
        words.size(),
        digest(words.words),
        digest(words.words, shape=True, named=True),
        parts,
        tuple(free),
        parameters,
        offered,
        impure,
    )


@cache
def known(language: str, what: str) -> frozenset[str]:
    """A list of names in `pure.toml`."""
    table = tomllib.loads(files(__package__).joinpath("pure.toml").read_text(encoding="utf-8"))
    return frozenset(table[language][what])


def inside(node: Node) -> Iterator[Node]:
    """A node and all below it, in order."""
    pending = [node]
    while pending:
        here = pending.pop()
        yield here
        pending.extend(reversed(here.children))
