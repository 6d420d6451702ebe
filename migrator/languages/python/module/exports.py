"""What a module says about its names in `__all__`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.languages.python.parsing import Node, decoded

if TYPE_CHECKING:
    from migrator.languages.python.module.sheet import Sheet

__all__ = ["computes", "exports", "list_in", "listed", "unlist"]


def exports(sheet: Sheet, symbol: str) -> bool:
    """Whether a star import binds a symbol."""
    if "__all__" not in sheet.names.bindings:
        return not symbol.startswith("_")
    return bool(listed(sheet, symbol)) or computes(sheet, symbol)


def listed(sheet: Sheet, symbol: str) -> list[Node]:
    """The strings of `__all__` that name a symbol."""
    return [string for value in _literals(sheet) for string in _strings(value) if decoded(string.text or b"").strip("\"'") == symbol]


def computes(sheet: Sheet, symbol: str) -> bool:
    """Whether `__all__` names a symbol in an expression that is more than a list."""
    if "__all__" not in sheet.names.bindings or listed(sheet, symbol):
        return False
    quoted = re.compile(rb"""(["'])%s\1""" % symbol.encode())
    spoken = (node.text or b"" for node in sheet.statements() if b"__all__" in (node.text or b""))
    return any(quoted.search(text) for text in spoken)


def list_in(sheet: Sheet, symbol: str) -> bool:
    """Name a symbol in `__all__`, where there is one; False where that is no plain list."""
    bindings = sheet.names.bindings.get("__all__", [])
    if not bindings or listed(sheet, symbol):
        return True
    value = _literal(bindings[0].statement) if len(bindings) == 1 else None
    if value is None:
        return False
    strings = _strings(value)
    quote = decoded(strings[-1].text or b"'")[0] if strings else '"'
    item = f"{quote}{symbol}{quote}"
    if not strings:
        sheet.splice(value.start_byte + 1, value.end_byte - 1, item + ("," if value.type == "tuple" else ""))
        return True
    last = strings[-1]
    if not sheet.alone(last.start_byte, last.end_byte):
        sheet.splice(last.end_byte, last.end_byte, f", {item}")
        return True
    lead = decoded(sheet.source[sheet.line_start(last.start_byte) : last.start_byte])
    end = sheet.line_end(last.end_byte)
    if not sheet.source[last.end_byte : end].lstrip().startswith(b","):
        sheet.splice(last.end_byte, last.end_byte, ",")
    sheet.splice(end, end, f"{sheet.eol.decode()}{lead}{item},")
    return True


def unlist(sheet: Sheet, string: Node) -> None:
    """Take a string out of `__all__`."""
    value = string.parent
    if value is None:
        return
    strings = _strings(value)
    index = strings.index(string)
    if sheet.alone(string.start_byte, string.end_byte):
        sheet.splice(sheet.line_start(string.start_byte), sheet.next_line(string.end_byte), b"")
    elif index + 1 < len(strings):
        sheet.splice(string.start_byte, strings[index + 1].start_byte, b"")
    elif index:
        closing = sheet.source[string.end_byte : value.end_byte].strip()
        # A tuple of one needs its comma.
        sheet.splice(strings[index - 1].end_byte, string.end_byte, b"," if value.type == "tuple" and index == 1 and closing == b")" else b"")
    else:
        sheet.splice(value.start_byte + 1, value.end_byte - 1, b"")


def _literals(sheet: Sheet) -> Iterator[Node]:
    """The lists that `__all__` is set to and extended by."""
    for binding in sheet.names.bindings.get("__all__", ()):
        value = _literal(binding.statement)
        if value is not None:
            yield value


def _literal(statement: Node) -> Node | None:
    """The list or tuple of strings on the right of an assignment."""
    assignment = statement.named_children[0] if statement.type == "expression_statement" else None
    right = assignment.child_by_field_name("right") if assignment is not None and assignment.type in {"assignment", "augmented_assignment"} else None
    if right is None or right.type not in {"list", "tuple"} or any(child.type not in {"string", "comment"} for child in right.named_children):
        return None
    return right


def _strings(value: Node) -> list[Node]:
    return [child for child in value.named_children if child.type == "string"]
