"""How a module puts an application together: its statements, what each binds, what each uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from migrator.facts import Facts
from migrator.languages.python.parsing import Node, decoded, parse, walk
from migrator.paths import RepoPath

__all__ = ["Import", "Statement", "imports", "statements"]

_COMPOUND = {"function_definition", "class_definition"}


@dataclass(frozen=True, slots=True)
class Import:
    """What one local name of a module is: `from base import text as local`, or `import text as local` without a base."""

    local: str
    base: str
    text: str
    target: RepoPath | None
    rest: str
    """What is named beyond the target: an attribute of that module."""
    renamed: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its text without what stands before and after it, and what the statements inside it are."""

    text: str
    kind: str
    """`import`, `definition` (of a function or class), `assignment`, `call`, `docstring`, `main` (what runs only as a script), or the grammar's word."""
    start: int
    end: int
    binds: frozenset[str]
    uses: frozenset[str]
    called: str = ""
    """Of a call, or of a definition's first decorator that is a call: the object and its method, `app.include_router`."""
    body: tuple[Statement, ...] = ()
    """Of a function: its statements."""
    yields: bool = False


def statements(facts: Facts, module: RepoPath) -> tuple[Statement, ...]:
    """The statements of a module, in order."""
    return _statements(facts.read(module))


def imports(facts: Facts, module: RepoPath) -> dict[str, Import]:
    """What a module imports at its top, by local name."""
    found: dict[str, Import] = {}
    places = {statement.start: statement.end for statement in statements(facts, module) if statement.kind == "import"}
    source = facts.read(module)
    for reference in facts.graph.references.get(module, ()):
        mention, target = reference.mention, reference.target
        if mention.kind not in {"from", "import"} or not any(start <= mention.start < end for start, end in places.items()):
            continue
        alias = re.match(rb"\s+as\s+(\w+)", source[mention.end :])
        local = decoded(alias[1]) if alias else (mention.text if mention.kind == "from" else mention.text.partition(".")[0])
        base = mention.base if mention.kind == "from" else ""
        found[local] = Import(local, base, mention.text, target.path, target.rest, alias is not None)
    return found


@lru_cache(maxsize=256)
def _statements(source: bytes) -> tuple[Statement, ...]:
    return tuple(_each(parse(source), source))


def _each(block: Node, source: bytes) -> Iterator[Statement]:
    for node in block.named_children:
        if node.type != "comment":
            yield _statement(node, source)


def _statement(node: Node, source: bytes) -> Statement:
    inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
    kind, called = node.type, ""
    body: tuple[Statement, ...] = ()
    if inner is not None and inner.type in _COMPOUND:
        kind = "definition"
        decorators = [d.named_children[0] for d in node.children if d.type == "decorator" and d.named_children]
        called = next((_text(d.child_by_field_name("function"), source) for d in decorators if d.type == "call"), "")
        block = inner.child_by_field_name("body")
        body = tuple(_each(block, source)) if block is not None and inner.type == "function_definition" else ()
    elif node.type in {"import_statement", "import_from_statement", "future_import_statement"}:
        kind = "import"
    elif node.type == "expression_statement" and node.named_children:
        first = node.named_children[0]
        kind = {"assignment": "assignment", "string": "docstring", "call": "call"}.get(first.type, kind)
        if first.type in {"call", "await"}:
            call = first if first.type == "call" else first.named_children[0]
            called = _text(call.child_by_field_name("function"), source)
    elif node.type == "if_statement" and "__name__" in _text(node.child_by_field_name("condition"), source):
        kind = "main"
    binds, uses = _names(node, source)
    return Statement(
        text=decoded(source[node.start_byte : node.end_byte]),
        kind=kind,
        start=node.start_byte,
        end=node.end_byte,
        binds=frozenset(binds),
        uses=frozenset(uses),
        called=called,
        body=body,
        yields=any(one.type == "yield" for one in walk(node)),
    )


def _names(node: Node, source: bytes) -> tuple[set[str], set[str]]:
    """The names that a statement binds for those after it, and all that it uses."""
    binds: set[str] = set()
    uses: set[str] = set()
    for one in walk(node):
        if one.type != "identifier":
            continue
        above = one.parent
        text = _text(one, source)
        if above is not None and above.type == "attribute" and above.child_by_field_name("attribute") == one:
            continue
        if above is not None and above.type == "keyword_argument" and above.child_by_field_name("name") == one:
            continue
        if (above is not None and above.type in _COMPOUND and above.child_by_field_name("name") == one) or (
            above is not None and _is_target(one, above)
        ):
            binds.add(text)
        else:
            uses.add(text)
    return binds, uses


def _is_target(node: Node, above: Node) -> bool:
    """Whether an identifier is assigned to."""
    here, parent = node, above
    while parent.type in {"pattern_list", "tuple_pattern", "list_pattern"} and parent.parent is not None:
        here, parent = parent, parent.parent
    if parent.type in {"assignment", "for_statement"}:
        return parent.child_by_field_name("left") == here
    return parent.type == "as_pattern_target"


def _text(node: Node | None, source: bytes) -> str:
    return decoded(source[node.start_byte : node.end_byte]) if node is not None else ""
