"""What a module of Python defines, what each of its definitions names, and which of them another module asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Statement, statements
from migrator.languages.python.parsing import Node, enclosing, parse, text_of, walk
from migrator.languages.python.places import what_stands_at

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.graph import Reference
    from migrator.paths import RepoPath

__all__ = ["Definition", "Parts", "asked", "local", "parts"]

_WORD = re.compile(r"\w+")
_DECORATOR = re.compile(r"^@([\w.]+)", re.MULTILINE)
_MAKING = frozenset(
    {
        *("dataclass", "attrs", "define", "frozen", "cache", "cached", "lru_cache", "contextmanager", "asynccontextmanager", "total_ordering"),
        *("wraps", "overload", "final", "override", "runtime_checkable", "unique", "deprecated", "retry"),
    }
)
"""Decorators that make another function or class of one, and tell nobody of it."""
_NAMING = frozenset({"from", "import"})
_LOADING = frozenset({"call", "string", "all", "begun"})
"""Strings of Python that name a whole module: whoever loads it by that takes what nobody can read, or all that lies in it."""


class Definition(NamedTuple):
    """A function, class or variable at the top of a module."""

    name: str
    words: frozenset[str]
    """Every word of its text, those of its strings and comments too: what it may mean."""
    start: int
    end: int
    code: bool
    """Whether it is a function or a class."""
    runs: bool
    """Whether something is called to define it: what that does besides, it does when the module is loaded."""
    registers: bool = False
    """Whether that is a decorator that may tell somebody of it (`@app.task`), and does more than make another function or class of it."""


class Parts(NamedTuple):
    """A module taken apart."""

    definitions: tuple[Definition, ...]
    words: frozenset[str]
    """Those of all that is neither a definition nor an import: it runs when the module is loaded."""
    binds: frozenset[str]
    """What that binds."""
    runs: bool
    """Whether anything of it may do something; what only type checkers read does nothing."""


def parts(facts: Facts, module: RepoPath) -> Parts:
    """The definitions of a module by statements of their own, each name bound once, and the rest."""
    said = [one for one in statements(facts, module) if one.kind not in {"import", "docstring"}]
    often = [name for one in said for name in one.binds]
    own = [one for one in said if one.kind in {"definition", "assignment"} and len(one.binds) == 1 and often.count(min(one.binds)) == 1]
    rest = [one for one in said if one not in own]
    return Parts(
        tuple(
            Definition(min(one.binds), frozenset(_WORD.findall(one.text)), one.start, one.end, one.kind == "definition", _runs(one), _registers(one))
            for one in own
        ),
        frozenset(word for one in rest for word in _WORD.findall(one.text)),
        frozenset(name for one in rest for name in one.binds),
        any("TYPE_CHECKING" not in one.heads for one in rest),
    )


def _runs(statement: Statement) -> bool:
    return statement.text.startswith("@") if statement.kind == "definition" else "(" in statement.text


def _registers(statement: Statement) -> bool:
    decorators = _DECORATOR.findall(statement.text) if statement.text.startswith("@") else []
    return any(one.rpartition(".")[2] not in _MAKING for one in decorators)


def local(facts: Facts, reference: Reference) -> str:
    """The name that an import binds where it stands; empty where it binds all, or several by dots."""
    mention = reference.mention
    alias = re.match(rb"\s+as\s+(\w+)", facts.read(reference.source)[mention.end :])
    if alias is not None:
        return alias[1].decode()
    return mention.text if mention.kind == "from" else mention.text.partition(".")[0] if mention.kind == "import" else ""


def asked(facts: Facts, user: RepoPath, module: RepoPath) -> frozenset[str] | None:
    """The names of a module that another one asks for; None where it may be any of them."""
    found: set[str] = set()
    for reference in facts.graph.references.get(user, ()):
        if reference.target.path != module:
            continue
        name = reference.target.rest.replace(":", ".").strip(".").partition(".")[0]
        if name == "*":
            return None
        if name:
            found.add(name)
        elif reference.mention.weak:
            if reference.mention.kind in _LOADING and not _is_logger(facts, reference):
                return None
        elif reference.mention.kind not in _NAMING or (bound := _whole(facts, reference)) is None:
            return None
        else:
            found |= bound
    return frozenset(found)


def _is_logger(facts: Facts, reference: Reference) -> bool:
    """Whether a string is the name of a logger, which is called like a module and loads none."""
    start = reference.mention.start
    node = parse(facts.read(reference.source)).descendant_for_byte_range(start, start + 1)
    string = enclosing(node, "string") if node is not None else None
    return string is not None and what_stands_at(string) == "logger"


def _whole(facts: Facts, reference: Reference) -> frozenset[str] | None:
    """What is taken of a module that is imported itself; None where not everything that is done with it is to take something of it."""
    mention = reference.mention
    name = local(facts, reference)
    if not name:
        return None
    if mention.kind == "import" and "." in mention.text and name == mention.text.partition(".")[0]:
        # Its uses by dots are mentions of their own, which say what they take, unless they take the first word alone.
        uses = (one.mention.text for one in facts.graph.references[reference.source] if one.mention.kind == "use")
        return None if any(text in {name, mention.text} for text in uses) else frozenset()
    taken = facts.told(reference.source, _taken, name)
    return None if "" in taken else frozenset(taken)


def _taken(source: bytes, name: str) -> tuple[str, ...]:
    """The attributes that a source takes of a name, and an empty text where it does anything else with it."""
    found: dict[str, None] = {}
    for node in walk(parse(source)):
        if node.type == "identifier" and text_of(node) == name and not _is_bound(node):
            above = node.parent
            whole = above is None or above.type != "attribute" or above.child_by_field_name("object") != node
            found["" if whole or above is None else text_of(above.child_by_field_name("attribute"))] = None
    return tuple(found)


def _is_bound(node: Node) -> bool:
    """Whether a word is in an import, an attribute of something else, or the keyword of an argument."""
    above = node.parent
    while above is not None and above.type in {"dotted_name", "aliased_import"}:
        above = above.parent
    if above is None or above.type in {"import_statement", "import_from_statement"}:
        return above is not None
    if above.type == "attribute":
        return above.child_by_field_name("attribute") == node
    return above.type == "keyword_argument" and above.child_by_field_name("name") == node
