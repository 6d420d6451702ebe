"""What an application is made with and a service cannot import, as its own module's: `from app import __version__` becomes `__version__ = "1.2"`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Import, Statement, brought, decoded, imports, statements
from migrator.facts.fastapi import Name
from migrator.languages.python.parsing import Node, parse, walk
from phases.backend_split.imports import absolute
from phases.backend_split.partition.assembling import assembling, makers

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["with_definitions"]

_MOST = 64
"""So many names are read in: no application needs more of what stays."""


class _Part(NamedTuple):
    """What of a module makes one of its names: statements, in order, and imports by local name."""

    statements: tuple[Statement, ...]
    imports: Mapping[str, Import]


def with_definitions(facts: Facts, application: Name, root: RepoPath, wanted: Callable[[Name], bool]) -> tuple[Facts, Mapping[str, RepoPath]]:
    """The facts of a tree in which the application's module defines some names that it is made with and imports, and from where each of those is.

    What cannot be read in, as names would clash, stays an import.
    """
    found: dict[str, RepoPath] = {}
    for _ in range(_MOST):
        read = next(_read_in(facts, application, root, wanted), None)
        if read is None:
            break
        text, names, source = read
        facts = facts.saying(application.module, text)
        found |= dict.fromkeys(names, source)
    return facts, found


def _read_in(facts: Facts, application: Name, root: RepoPath, wanted: Callable[[Name], bool]) -> Iterator[tuple[bytes, frozenset[str], RepoPath]]:
    """The application's text with one more name of another module in it, the names that this defines, and that module."""
    module = application.module
    bound = imports(facts, module)
    for local in sorted(assembling(facts, application) & bound.keys()):
        one = bound[local]
        if one.target is None or one.target == module or not one.target.endswith(".py"):
            continue
        if not one.rest and (text := _named(facts, module, one, root, wanted)) is not None:
            yield text, frozenset(), one.target
        if one.rest.isidentifier() and wanted(Name(one.target, one.rest)) and (part := _part(facts, one.target, one.rest)) is not None:
            text = _with(facts, module, one, part, root)
            if text is not None:
                yield text, frozenset(name for said in part.statements for name in said.binds), one.target


def _named(facts: Facts, module: RepoPath, one: Import, root: RepoPath, wanted: Callable[[Name], bool]) -> bytes | None:
    """The text of a module that imports by name what it asks another one for: `setup.create()` becomes `create()`. None where it does more with that one."""
    source = facts.read(module)
    said = [node for node in walk(parse(source)) if node.type == "identifier" and node.text == one.local.encode() and not _is_import(node)]
    asked = [node.parent for node in said if node.parent is not None and node.parent.child_by_field_name("object") == node]
    names = {decoded(inner.text or b"") for node in asked if (inner := node.child_by_field_name("attribute")) is not None}
    taken = {*imports(facts, module), *(name for statement in statements(facts, module) for name in statement.binds)}
    holder = _holder(facts, module, one)
    if len(asked) < len(said) or not names or names & taken or one.target is None or not all(wanted(Name(one.target, name)) for name in names):
        return None
    kept = [absolute(brings, root) for brings in brought(facts, module, holder) if brings.start != one.start]
    kept += [absolute(replace(one, local=name, base=".", text=name, rest=name, renamed=False), root) for name in sorted(names)]
    spans = [
        (holder.start, holder.end, "\n".join(kept).encode()),
        *((node.start_byte, node.end_byte, (node.text or b"").rpartition(b".")[2]) for node in asked),
    ]
    for start, end, new in sorted(spans, reverse=True):
        source = source[:start] + new + source[end:]
    return source


def _is_import(node: Node) -> bool:
    return any(above.type in {"import_statement", "import_from_statement"} for above in _above(node))


def _above(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _holder(facts: Facts, module: RepoPath, one: Import) -> Statement:
    """The statement of an import."""
    return next(said for said in statements(facts, module) if said.kind == "import" and said.start <= one.start < said.end)


def _part(facts: Facts, module: RepoPath, name: str) -> _Part | None:
    """What makes a name of a module; None where nothing that can be read does."""
    said = [one for one in statements(facts, module) if one.kind not in {"import", "docstring", "main"}]
    bound, made = imports(facts, module), makers(said)
    taken: dict[int, Statement] = {}
    needed: dict[str, Import] = {}
    pending, seen = [name], {name}
    while pending:
        here = pending.pop()
        if here in bound:
            needed[here] = bound[here]
        used = [one for one in said if _does(one, here)]
        for one in [*made.get(here, ()), *(used if here in made else ())]:
            taken[one.start] = one
            new = (one.uses | one.binds) - seen
            seen |= new
            pending += sorted(new)
    if (not taken and name not in needed) or "*" in bound:
        return None
    return _Part(tuple(taken[start] for start in sorted(taken)), needed)


def _does(statement: Statement, name: str) -> bool:
    """Whether a statement does something with what a name stands for: `EVERY.append(1)`, `if DEBUG: EVERY.clear()`."""
    if statement.kind == "call" or not statement.blocks:
        return statement.called.partition(".")[0] == name
    return statement.kind != "definition" and any(_does(one, name) for block in statement.blocks for one in block.statements)


def _with(facts: Facts, module: RepoPath, one: Import, part: _Part, root: RepoPath) -> bytes | None:
    """The text of a module with what makes a name instead of its import; None where a name means something else in it."""
    bound, said, source = imports(facts, module), statements(facts, module), facts.read(module)
    del bound[one.local]
    own = {name for statement in said if statement.kind != "import" for name in statement.binds}
    new = {name for statement in part.statements for name in statement.binds} | ({one.local, one.rest} if part.statements else set())
    differ = [local for local, brings in part.imports.items() if local in bound and _meant(bound[local]) != _meant(brings)]
    holder = _holder(facts, module, one)
    shares = source[holder.end :].partition(b"\n")[0].lstrip().startswith(b";")
    if differ or shares or new & (own | bound.keys()) or own & part.imports.keys():
        return None
    kept = [brings for brings in brought(facts, module, holder) if brings.start != one.start]
    added = [replace(brings, local=one.local) if local == one.rest else brings for local, brings in part.imports.items() if local not in bound]
    theirs = facts.read(one.target) if one.target is not None else b""
    texts = [decoded(theirs[statement.first : statement.last]).strip("\r\n") for statement in part.statements]
    texts += [f"{one.local} = {one.rest}"] if texts and one.local != one.rest else []
    lines = [*(absolute(brings, root) for brings in [*kept, *added]), *(f"\n\n{text}\n\n" for text in texts)]
    return source[: holder.start] + "\n".join(lines).encode() + source[holder.end :]


def _meant(one: Import) -> tuple[RepoPath | None, str, str]:
    return one.target, one.rest, one.text if one.target is None else ""
