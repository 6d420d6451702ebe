"""Columns of SQLAlchemy's tables that refer to another table and have no index: PostgreSQL makes none for a foreign key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.python.parsing import Node, enclosing, parse, text_of, walk
from migrator.origin import Origin, Said

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.projects.model import Stored

__all__ = ["unindexed"]

_INDEXED = re.compile(r"\b(?:index|unique|primary_key)\s*=\s*True\b")


class _Column(NamedTuple):
    name: str
    line: int


def unindexed(facts: Facts, tables: tuple[Stored, ...]) -> tuple[Said[str], ...]:
    """Such columns of some tables, each as `table.column`."""
    modules = dict.fromkeys(one.origin.path for one in tables)
    return tuple(Said(one.name, (Origin(path, one.line),)) for path in modules for one in facts.told(path, _read))


def _read(source: bytes) -> tuple[_Column, ...]:
    found: list[_Column] = []
    for node in walk(parse(source)) if b"ForeignKey(" in source and b"__tablename__" in source else ():
        if node.type != "class_definition":
            continue
        body = text_of(node)
        named = re.search(r"""__tablename__\s*(?::[^=\n]+)?=\s*["']([\w.]+)["']""", body)
        found += [_Column(f"{named[1]}.{name}", line) for name, line in _columns(node, body)] if named else []
    return tuple(found)


def _columns(definition: Node, body: str) -> list[tuple[str, int]]:
    # What a table says of several columns together may begin with this one.
    together = "".join(re.findall(r"(?:Index|UniqueConstraint|PrimaryKeyConstraint)\((?:[^()]|\([^()]*\))*\)", body))
    found = []
    for one in walk(definition):
        left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
        if one.type != "assignment" or left is None or right is None or enclosing(one, "class_definition") != definition:
            continue
        name, text = text_of(left), text_of(right)
        made = text_of(right.child_by_field_name("function")).rpartition(".")[2] if right.type == "call" else ""
        if (
            made in {"Column", "mapped_column"}
            and "ForeignKey(" in text
            and not _INDEXED.search(text)
            and not re.search(rf"\b{re.escape(name)}\b", together)
        ):
            found.append((name, one.start_point.row + 1))
    return found
