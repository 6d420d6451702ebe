"""Terraform's language as a model and the one place that writes it: laid out as `terraform fmt` does, texts quoted so that they stay texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, text_artefact
from migrator.origin import Origin, Said

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["Block", "Call", "Comment", "Expression", "Join", "block", "hcl_artefact", "quoted"]

_WIDTH = 110
"""Columns up to which a list stands on one line."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Expression:
    """What Terraform evaluates, as it is written: a reference, a condition, a type."""

    text: str


@dataclass(frozen=True, slots=True)
class Join:
    """A text with expressions in it: `"${var.name}-db"`."""

    parts: tuple[object, ...]
    """Texts, which stay what they are, and expressions."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is given."""

    name: str
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """A line for people."""

    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block: what kind it is, its labels, its attributes and then the blocks in it."""

    kind: str
    labels: tuple[str | Said[str], ...]
    attributes: Mapping[str, object]
    inner: tuple[Block, ...] = ()
    comment: str = ""


def block(kind: str, /, *labels: str | Said[str], inner: Iterable[Block] = (), comment: str = "", **attributes: object) -> Block:
    """A block whose attributes are given by name; one that is None is not there."""
    return Block(kind, labels, {name: value for name, value in attributes.items() if value is not None}, tuple(inner), comment)


def quoted(text: str) -> str:
    """A text as a literal: quotes, backslashes, ends of lines and what would open a template are escaped."""
    escaped = "".join(_ESCAPES.get(letter) or (letter if letter.isprintable() else f"\\U{ord(letter):08X}") for letter in text)
    return '"' + _closed(escaped) + '"'


def _closed(text: str) -> str:
    return text.replace("${", "$${").replace("%{", "%%{")


Line = tuple[str, tuple[Origin, ...]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line before it is laid out; what has a value of one line after `=` is aligned with its neighbours."""

    lead: str
    value: str | None
    origins: tuple[Origin, ...]


def hcl_artefact(path: RepoPath, family: str, blocks: Iterable[Block | Comment]) -> Artefact:
    """A file of blocks, an empty line between two of them."""
    return text_artefact(path, family, _aligned(_file(blocks)))


def _file(blocks: Iterable[Block | Comment]) -> Iterator[_Piece]:
    before: Block | Comment | None = None
    for one in blocks:
        if isinstance(before, Block):
            yield _Piece("", None, ())
        if isinstance(one, Comment):
            yield from (_Piece(f"# {line}".rstrip(), None, ()) for line in one.text.split("\n"))
        else:
            yield from _block(one, "")
        before = one


def _block(one: Block, indent: str) -> Iterator[_Piece]:
    head = " ".join([one.kind, *(quoted(str(label)) for label in one.labels)])
    origins = tuple(origin for label in one.labels if isinstance(label, Said) for origin in label.origins)
    if one.comment:
        yield from (_Piece(f"{indent}# {line}".rstrip(), None, ()) for line in one.comment.split("\n"))
    if not one.attributes and not one.inner:
        yield _Piece(f"{indent}{head} {{}}", None, origins)
        return
    yield _Piece(f"{indent}{head} {{", None, origins)
    for name, value in one.attributes.items():
        yield from _assigned(name, value, indent + "  ")
    for number, inside in enumerate(one.inner):
        if number or one.attributes:
            yield _Piece("", None, ())
        yield from _block(inside, indent + "  ")
    yield _Piece(f"{indent}}}", None, ())


def _assigned(name: str, value: object, indent: str) -> Iterator[_Piece]:
    (first, origins), *rest = _value(value, indent, len(indent) + len(name) + 3)
    if not rest:
        yield _Piece(indent + name, first, origins)
        return
    yield _Piece(f"{indent}{name} = {first}", None, origins)
    for line, several in rest:
        lead, aligned, text = line.partition(_MARK)
        yield _Piece(lead, text if aligned else None, several)


_MARK = "\ue002"
"""Between a name and its value, where a line of an expression is still to be aligned; never in a file."""


def _value(value: object, indent: str, column: int) -> Iterator[Line]:
    """The lines of a value that begins at a column; all but the first are indented."""
    short = _short(value)
    if short is not None and (column + len(short[0]) <= _WIDTH or not _opens(value)):
        yield short
        return
    yield from _long(value, indent)


def _long(value: object, indent: str) -> Iterator[Line]:
    if isinstance(value, Said):
        yield from ((line, (*origins, *value.origins)) for line, origins in _long(value.value, indent))
    elif isinstance(value, Call):
        # the last argument is the long one; those before it stand beside the name
        *before, last = value.arguments
        head = "".join(f"{_one(argument)[0]}, " for argument in before)
        lines = list(_long(last, indent))
        yield f"{value.name}({head}{lines[0][0]}", lines[0][1]
        yield from lines[1:-1]
        yield f"{lines[-1][0]})", lines[-1][1]
    elif isinstance(value, Mapping):
        yield "{", ()
        for key, one in value.items():
            told = Said(one, key.origins) if isinstance(key, Said) else one
            yield from _lines(_assigned(_key(key), told, indent + "  "))
        yield f"{indent}}}", ()
    elif isinstance(value, Sequence):
        yield "[", ()
        for one in value:
            (first, origins), *rest = list(_value(one, indent + "  ", len(indent) + 2))
            yield f"{indent}  {first}{'' if rest else ','}", origins
            for number, (line, several) in enumerate(rest, start=1):
                yield line + ("," if number == len(rest) else ""), several
        yield f"{indent}]", ()


def _lines(pieces: Iterable[_Piece]) -> Iterator[Line]:
    for piece in pieces:
        yield (piece.lead if piece.value is None else f"{piece.lead}{_MARK}{piece.value}"), piece.origins


def _opens(value: object) -> bool:
    """Whether a value may stand on several lines."""
    match value:
        case Said():
            return _opens(value.value)
        case Call():
            return bool(value.arguments) and _opens(value.arguments[-1])
        case str():
            return False
        case _:
            return isinstance(value, (Mapping, Sequence)) and len(value) > 0


def _one(value: object) -> Line:
    short = _short(value)
    if short is None:
        raise ValueError(f"{value!r} does not fit on a line")
    return short


def _short(value: object) -> Line | None:
    """A value on one line with its origins; None where it needs several."""
    match value:
        case Said():
            short = _short(value.value)
            return short and (short[0], (*short[1], *value.origins))
        case Expression():
            return value.text, ()
        case None:
            return "null", ()
        case bool():
            return str(value).lower(), ()
        case int() | float():
            return str(value), ()
        case str():
            return quoted(value), ()
        case Join():
            return _joined(value)
        case Call():
            return _among(f"{value.name}(", value.arguments, ")")
        case Mapping():
            return None if value else ("{}", ())
        case Sequence():
            return _among("[", value, "]")
        case _:
            raise TypeError(f"{type(value).__name__} has no form in Terraform's language")


def _among(head: str, values: Iterable[object], tail: str) -> Line | None:
    lines = [_short(one) for one in values]
    if any(line is None for line in lines):
        return None
    known = [line for line in lines if line is not None]
    return head + ", ".join(text for text, _ in known) + tail, tuple(origin for _, several in known for origin in several)


def _joined(value: Join) -> Line:
    text, origins = "", list[Origin]()
    for part in value.parts:
        inner = part.value if isinstance(part, Said) else part
        origins += part.origins if isinstance(part, Said) else ()
        if not isinstance(inner, Expression):
            text += quoted(str(inner))[1:-1]
            continue
        if text.endswith(("$", "%")):  # which would turn what follows into a text
            text = f"{text[:-1]}\\u{ord(text[-1]):04x}"
        text += f"${{{inner.text}}}"
    return f'"{text}"', tuple(origins)


def _key(key: object) -> str:
    """A name of an object: bare where it is an identifier, an expression in brackets, else a text."""
    match key:
        case Said():
            return _key(key.value)
        case Expression():
            return f"({key.text})"
        case Join():
            return f"({_joined(key)[0]})"
        case _:
            text = str(key)
            return text if text.isascii() and text.isidentifier() and text not in {"null", "true", "false", "for"} else quoted(text)


def _aligned(pieces: Iterable[_Piece]) -> Iterator[Line]:
    """The lines, the equals signs of neighbours below each other."""
    chain: list[_Piece] = []
    for piece in pieces:
        if piece.value is not None:
            chain.append(piece)
            continue
        yield from _chained(chain)
        chain = []
        yield piece.lead, piece.origins
    yield from _chained(chain)


def _chained(chain: list[_Piece]) -> Iterator[Line]:
    width = max((len(piece.lead) for piece in chain), default=0)
    for piece in chain:
        yield f"{piece.lead.ljust(width)} = {piece.value}", piece.origins
