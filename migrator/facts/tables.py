"""SQLAlchemy's tables and mapped classes, and what refers from one to another by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.packages import reached
from migrator.languages.python.parsing import Node, parse, text_of, walk

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["ForeignKey", "Table", "foreign_keys", "makes", "related", "relations", "said_in", "tables"]


class Table(NamedTuple):
    """A table that a source declares, with the tables that its foreign keys name."""

    name: str
    line: int
    refers: tuple[str, ...]


class ForeignKey(NamedTuple):
    """A table of one module that refers to one of another."""

    source: RepoPath
    table: str
    to: str
    target: RepoPath


def tables(facts: Facts, module: RepoPath) -> tuple[Table, ...]:
    """The tables of a module: classes with a `__tablename__` or `table=True` (SQLModel, which names it as the class), and `Table("name", …)`."""
    return facts.told(module, _tables)


def foreign_keys(facts: Facts, modules: Iterable[RepoPath]) -> Iterator[ForeignKey]:
    """The foreign keys that lead from a module to another one; to each of several that declare the table."""
    declared = {module: tables(facts, module) for module in modules if module.endswith(".py")}
    homes: dict[str, list[RepoPath]] = {}
    for module in sorted(declared):
        for table in declared[module]:
            homes.setdefault(table.name, []).append(module)
    for module in sorted(declared):
        own = {table.name for table in declared[module]}
        for table in declared[module]:
            for to in table.refers:
                if to not in own:
                    yield from (ForeignKey(module, table.name, to, home) for home in homes.get(to, ()))


def relations(facts: Facts, modules: Iterable[RepoPath]) -> Iterator[tuple[RepoPath, RepoPath]]:
    """The pairs of modules of which the first names what the second declares, as a string that the library looks up when both are loaded.

    A foreign key names a table, a `relationship` a mapped class (or says it in its annotation): without it no mapper can be configured.
    """
    modules = sorted(module for module in modules if module.endswith(".py"))
    yield from ((key.source, key.target) for key in foreign_keys(facts, modules))
    said = {module: facts.told(module, _mapped) for module in modules}
    homes: dict[str, list[RepoPath]] = {}
    for module, (classes, _) in said.items():
        for name in classes:
            homes.setdefault(name, []).append(module)
    for module, (classes, related) in said.items():
        for name in related:
            if name not in classes:
                yield from ((module, home) for home in homes.get(name, ()))


def related(facts: Facts, code: Iterable[RepoPath], modules: Iterable[RepoPath], *, later: bool = True) -> set[RepoPath]:
    """Of some code what modules of it refer to by name, with all that they import (at once, or later too), and what none of them imports."""
    others: dict[RepoPath, set[RepoPath]] = {}
    for module, target in relations(facts, code):
        others.setdefault(module, set()).add(target)
    loaded: set[RepoPath] = set()
    found: set[RepoPath] = set()
    wanted = set(modules)
    while wanted:
        loaded |= reached(facts, wanted, later=later)
        wanted = {other for module in loaded for other in others.get(module, ())} - loaded
        found |= wanted
    return found


def makes(facts: Facts, module: RepoPath) -> frozenset[str]:
    """What a module calls and what its classes derive from, as it is written and its last word: `orm.sessionmaker(…)` is `sessionmaker` too."""
    return frozenset(facts.told(module, _makes))


def said_in(text: str) -> frozenset[str]:
    """The same of a piece of source."""
    return frozenset(_makes(text.encode()))


def _makes(source: bytes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in walk(parse(source)):
        if node.type == "call":
            said = [text_of(node.child_by_field_name("function"))]
        elif node.type == "class_definition" and (bases := node.child_by_field_name("superclasses")) is not None:
            said = [text_of(base).partition("[")[0] for base in bases.named_children]
        else:
            continue
        found |= {word: None for one in said if re.fullmatch(r"[\w.]+", one) for word in (one, one.rpartition(".")[2])}
    return tuple(found)


def _mapped(source: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The classes with a table, and the words by which relationships may name such classes."""
    classes: dict[str, None] = {}
    related: dict[str, None] = {}
    for node in walk(parse(source)) if any(word in source for word in (b"__tablename__", b"elationship(", b"table=True")) else ():
        if node.type == "class_definition" and (_table(node) or any(left == "__tablename__" for left, _ in _assignments(node))):
            classes[text_of(node.child_by_field_name("name"))] = None
        elif node.type == "call" and text_of(node.child_by_field_name("function")).rpartition(".")[2] in {"relationship", "Relationship"}:
            annotation = node.parent.child_by_field_name("type") if node.parent is not None and node.parent.type == "assignment" else None
            named = _first_string(node).rpartition(".")[2]
            related |= dict.fromkeys([named] if named else re.findall(r"\w+", text_of(annotation)))
    return tuple(classes), tuple(related)


def _tables(source: bytes) -> tuple[Table, ...]:
    found: list[Table] = []
    pending = [parse(source)] if any(word in source for word in (b"__tablename__", b"Table(", b"table=True")) else []
    while pending:
        node = pending.pop()
        name = ""
        if node.type == "class_definition":
            name = _table(node)
        elif node.type == "call" and text_of(node.child_by_field_name("function")).rpartition(".")[2] == "Table":
            name = _first_string(node)
        if name:
            found.append(Table(name, node.start_point.row + 1, tuple(dict.fromkeys(_references(node)))))
        pending.extend(reversed(node.named_children))
    return tuple(found)


def _table(definition: Node) -> str:
    """The table of a class; empty where it has none."""
    said = next((_string(right) for left, right in _assignments(definition) if left == "__tablename__"), "")
    bases = definition.child_by_field_name("superclasses")
    mapped = bases is not None and any(text_of(base).replace(" ", "") == "table=True" for base in bases.named_children)
    return said or (text_of(definition.child_by_field_name("name")).lower() if mapped else "")


def _assignments(definition: Node) -> Iterator[tuple[str, Node]]:
    body = definition.child_by_field_name("body")
    for statement in body.named_children if body is not None else ():
        for inner in statement.named_children:
            left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
            if inner.type == "assignment" and left is not None and right is not None:
                yield text_of(left), right


def _references(node: Node) -> Iterator[str]:
    pending = [node]
    while pending:
        here = pending.pop()
        column = ""
        if here.type == "call" and text_of(here.child_by_field_name("function")).rpartition(".")[2] == "ForeignKey":
            column = _first_string(here)
        elif here.type == "keyword_argument" and text_of(here.child_by_field_name("name")) == "foreign_key":
            value = here.child_by_field_name("value")
            column = _string(value) if value is not None else ""
        if "." in column:
            yield column.rpartition(".")[0]
        pending.extend(reversed(here.named_children))


def _first_string(call: Node) -> str:
    arguments = call.child_by_field_name("arguments")
    first = next(iter(arguments.named_children), None) if arguments is not None else None
    return _string(first) if first is not None else ""


def _string(node: Node) -> str:
    return "".join(text_of(child) for child in node.children if child.type == "string_content") if node.type == "string" else ""
