"""How a module puts an application together: its statements, what each binds, what each uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.languages.python.parsing import Node, decoded, parse, walk
from migrator.secrets import credential, quoted, told

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Block", "Import", "Statement", "brought", "credential", "decoded", "imported", "imports", "is_whole", "statements", "told"]

_COMPOUND = {"function_definition", "class_definition"}
_DEEPEST = 100
"""Python itself refuses what is indented deeper."""
_IMPORTS = {"import_statement", "import_from_statement", "future_import_statement"}
_CLAUSES = {"elif_clause", "else_clause", "except_clause", "except_group_clause", "finally_clause", "case_clause"}


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
    start: int
    """Where it is imported."""


@dataclass(frozen=True, slots=True)
class Block:
    """Statements that stand in a statement: of a function, of a branch, of a loop. `start` and `end` are those of its clause."""

    statements: tuple[Statement, ...]
    clause: str
    """The grammar's word for what heads it: `else_clause`; the statement's own for its first block."""
    start: int
    end: int
    heads: frozenset[str]
    """What the head of its clause uses: the condition of an `elif`, the error of an `except`."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its text without what stands before and after it, and what the statements inside it are."""

    text: str
    kind: str
    """`import`, `definition` (of a function or class), `assignment`, `call`, `docstring`, `main` (what runs only as a script), or the grammar's word."""
    start: int
    end: int
    first: int
    """Where the first line begins that is its own: a comment directly above is, the rest of a line that it shares is not."""
    last: int
    """Where its last line ends, with a comment behind it."""
    apart: bool
    """Whether an empty line stands before it and its comments."""
    binds: frozenset[str]
    uses: frozenset[str]
    heads: frozenset[str]
    """Those that it uses outside the statements in it: in a condition, in what a loop goes through."""
    called: str = ""
    """Of a call, or of a definition's first decorator that is a call: the object and its method, `app.include_router`."""
    blocks: tuple[Block, ...] = ()
    """What stands in it."""
    yields: bool = False

    @property
    def shown(self) -> str:
        """Its first line, as people may read it."""
        return quoted(self.text)


def statements(facts: Facts, module: RepoPath) -> tuple[Statement, ...]:
    """The statements of a module, in order."""
    return facts.told(module, _statements)


def is_whole(facts: Facts, module: RepoPath) -> bool:
    """Whether all of a module could be read: it has no syntax error."""
    return facts.told(module, _is_whole)


def imports(facts: Facts, module: RepoPath) -> dict[str, Import]:
    """What a module imports at its top, by local name."""
    return {one.local: one for one in imported(facts, module)}


def imported(facts: Facts, module: RepoPath) -> Iterator[Import]:
    """Everything that a module imports at its top, also what has no local name of its own (`*`)."""
    return (one for statement in statements(facts, module) if statement.kind == "import" for one in brought(facts, module, statement))


def _is_whole(source: bytes) -> bool:
    return not parse(source).has_error


def brought(facts: Facts, module: RepoPath, statement: Statement) -> tuple[Import, ...]:
    """What one import statement of a module brings, in order; the local name of everything (`*`) is `*`."""
    source = facts.read(module)
    found = []
    for _, mention, target in facts.graph.references.get(module, ()):
        if mention.kind not in {"from", "import", "star"} or not statement.start <= mention.start < statement.end:
            continue
        alias = re.match(rb"\s+as\s+(\w+)", source[mention.end :])
        local = decoded(alias[1]) if alias else (mention.text if mention.kind == "from" else mention.text.partition(".")[0])
        base, text = (mention.base, mention.text) if mention.kind == "from" else ("", mention.text)
        if mention.kind == "star":
            base, text, local = mention.base or mention.text, "*", "*"
        found.append(Import(local, base, text, target.path, target.rest, alias is not None, mention.start))
    return tuple(found)


def _statements(source: bytes) -> tuple[Statement, ...]:
    return tuple(_each(parse(source), source))


def _each(block: Node, source: bytes, depth: int = 0) -> Iterator[Statement]:
    for node in block.named_children:
        if node.type != "comment":
            yield _statement(node, source, depth)


def _line(source: bytes, at: int) -> tuple[int, int]:
    """Where the line begins and ends that holds a byte."""
    start = max(source.rfind(b"\n", 0, at), source.rfind(b"\r", 0, at)) + 1
    ends = [end for end in (source.find(b"\n", at), source.find(b"\r", at)) if end >= 0]
    return start, min(ends, default=len(source))


def _above(source: bytes, start: int) -> tuple[int, int]:
    """The line above one that starts somewhere; an empty one where there is none."""
    return _line(source, len(source[:start].removesuffix(b"\n").removesuffix(b"\r")))


def _lines(source: bytes, start: int, end: int) -> tuple[int, int, bool]:
    """The lines of a statement with its comments, and whether an empty one stands above; its own bytes where it shares a line."""
    first, last = _line(source, start)[0], _line(source, end)[1]
    indent, behind = source[first:start], source[end:last].strip()
    if indent.strip() or (behind and not behind.startswith(b"#")):
        return start, end, False
    above = _above(source, first)
    while above[0] < first and source[above[0] : above[1]].startswith(indent + b"#"):
        first, above = above[0], _above(source, above[0])
    return first, last, above[0] == first or not source[above[0] : above[1]].strip()


def _statement(node: Node, source: bytes, depth: int) -> Statement:
    inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
    kind, called = node.type, ""
    if inner is not None and inner.type in _COMPOUND:
        kind = "definition"
        decorators = [d.named_children[0] for d in node.children if d.type == "decorator" and d.named_children]
        called = next((_text(d.child_by_field_name("function"), source) for d in decorators if d.type == "call"), "")
    elif node.type in _IMPORTS:
        kind = "import"
    elif node.type == "expression_statement" and node.named_children:
        one = node.named_children[0]
        kind = {"assignment": "assignment", "string": "docstring", "call": "call"}.get(one.type, kind)
        if one.type in {"call", "await"}:
            call = one if one.type == "call" else one.named_children[0]
            called = _text(call.child_by_field_name("function"), source)
    elif node.type == "if_statement" and "__name__" in _text(node.child_by_field_name("condition"), source):
        kind = "main"
    binds, uses = _names(node, source, whole=True)
    end = node.start_byte + len(source[node.start_byte : node.end_byte].rstrip())
    first, last, apart = _lines(source, node.start_byte, end)
    return Statement(
        text=decoded(source[node.start_byte : end]),
        kind=kind,
        start=node.start_byte,
        end=end,
        first=first,
        last=last,
        apart=apart,
        binds=frozenset(binds),
        uses=frozenset(uses),
        heads=frozenset(_names(node, source, whole=False)[1]),
        called=called,
        blocks=tuple(_blocks(inner, source, depth + 1)) if inner is not None and depth < _DEEPEST else (),
        yields=any(one.type == "yield" for one in walk(node)),
    )


def _blocks(node: Node, source: bytes, depth: int) -> Iterator[Block]:
    """The blocks of a statement and of its clauses."""
    for child in node.named_children:
        if child.type == "block":
            yield Block(
                tuple(_each(child, source, depth)), node.type, node.start_byte, node.end_byte, frozenset(_names(node, source, whole=False)[1])
            )
        elif child.type in _CLAUSES:
            yield from _blocks(child, source, depth)


def _names(node: Node, source: bytes, *, whole: bool) -> tuple[set[str], set[str]]:
    """The names that a statement binds for those after it, and all that it uses; those of the statements in it only for the whole."""
    binds: set[str] = set()
    uses: set[str] = set()
    defined = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
    pending = [node]
    while pending:
        one = pending.pop()
        if one.type in _IMPORTS:
            binds |= _brought(one, source)
        if one.type in _IMPORTS or (not whole and (one.type == "block" or (one.type in _CLAUSES and one != node))):
            continue
        pending.extend(one.named_children)
        if one.type != "identifier":
            continue
        above = one.parent
        text = _text(one, source)
        if above is not None and above.type == "attribute" and above.child_by_field_name("attribute") == one:
            continue
        if above is not None and above.type == "keyword_argument" and above.child_by_field_name("name") == one:
            continue
        if above is not None and (_is_target(one, above) or (above.type in _COMPOUND and above.child_by_field_name("name") == one)):
            binds.add(text)
        else:
            uses.add(text)
    if defined is not None and defined.type in _COMPOUND:
        name = _text(defined.child_by_field_name("name"), source)
        return {name}, uses | binds - {name}
    return binds, uses


def _brought(statement: Node, source: bytes) -> set[str]:
    """The names that an import statement brings."""
    found = set()
    for item in statement.children_by_field_name("name"):
        named = item.child_by_field_name("alias") if item.type == "aliased_import" else item
        found.add(_text(named, source).partition(".")[0])
    return found


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
