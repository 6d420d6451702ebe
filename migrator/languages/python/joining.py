"""From-imports of one module on neighbouring lines, made one statement: what moves one symbol after the other leaves a line for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from migrator.languages.python.parsing import Node, decoded, encoded, parse, text_of, walk

__all__ = ["joined"]

_WIDTH = 88
"""A statement that is longer goes in parentheses, as formatters have it when nobody says otherwise."""


def joined(before: bytes, after: bytes) -> bytes:
    """A module in which neighbours that import from one module are one statement, where they were no neighbours before."""
    known = {pair for run in _runs(before) for pair in _pairs(run)}
    pieces, position = [], 0
    for run in _runs(after):
        if _pairs(run) <= known:
            continue
        pieces += [after[position : run[0].start_byte], encoded(_statement(after, run), after)]
        position = run[-1].end_byte
    return b"".join([*pieces, after[position:]])


def _runs(source: bytes) -> Iterator[list[Node]]:
    """Neighbouring statements that could be one."""
    run: list[Node] = []
    for node in (node for node in walk(parse(source)) if node.type == "import_from_statement"):
        if not _is_plain(source, node):
            continue
        if run and (run[-1].next_sibling, run[-1].end_point.row + 1, _module(run[-1])) == (node, node.start_point.row, _module(node)):
            run.append(node)
            continue
        if len(run) > 1:
            yield run
        run = [node]
    if len(run) > 1:
        yield run


def _pairs(run: list[Node]) -> set[tuple[str, str]]:
    return {(text_of(one), text_of(other)) for one, other in pairwise(run)}


def _is_plain(source: bytes, node: Node) -> bool:
    """Whether a statement has its lines for itself and says nothing but names."""
    lead = source[source.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte].removeprefix(b"\xef\xbb\xbf")
    rest = source[node.end_byte :].partition(b"\n")[0]
    return not lead.strip() and not rest.strip() and b"#" not in source[node.start_byte : node.end_byte] and bool(_names(node))


def _module(node: Node) -> str:
    return text_of(node.child_by_field_name("module_name"))


def _names(node: Node) -> list[str]:
    return [text_of(one) for one in node.children_by_field_name("name")]


def _statement(source: bytes, run: list[Node]) -> str:
    """One statement for several, in the order that they have, or in that of isort where all of them keep to it."""
    found = [_names(node) for node in run]
    names = list(dict.fromkeys(name for one in found for name in one))
    if all(one == sorted(one, key=_order) for one in found):
        names.sort(key=_order)
    line = f"from {_module(run[0])} import {', '.join(names)}"
    lead = decoded(source[source.rfind(b"\n", 0, run[0].start_byte) + 1 : run[0].start_byte].removeprefix(b"\xef\xbb\xbf"))
    if len(lead) + len(line) <= _WIDTH:
        return line
    eol = "\r\n" if b"\r\n" in source else "\n"
    return eol.join([f"from {_module(run[0])} import (", *(f"{lead}    {name}," for name in names), f"{lead})"])


def _order(text: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    name = text.partition(" ")[0]
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name
