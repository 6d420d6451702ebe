"""What an application is made with and a service cannot import, as its own module's: `from app import __version__` becomes `__version__ = "1.2"`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.composition import Import, Statement, brought, decoded, imports, statements
from migrator.facts.packages import dotted
from phases.backend_split.imports import Namer, import_line, renamed
from phases.backend_split.partition.assembling import assembling, makers

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.fastapi import Name
    from migrator.paths import RepoPath

__all__ = ["with_definitions"]

_MOST = 64
"""So many names are read in: no application needs more of what stays."""


class _Part(NamedTuple):
    """What of a module makes one of its names: statements, in order, and imports by local name."""

    statements: tuple[Statement, ...]
    imports: Mapping[str, Import]


def with_definitions(facts: Facts, application: Name, root: RepoPath, namer: Namer) -> tuple[Facts, Mapping[str, RepoPath]]:
    """The facts of a tree in which the application's module defines what it is made with of modules that have no name for a service, and from where what is.

    What cannot be read in, as names would clash, stays an import.
    """
    found: dict[str, RepoPath] = {}
    for _ in range(_MOST):
        read = next(_read_in(facts, application, root, namer), None)
        if read is None:
            break
        text, names, source = read
        facts = facts.saying(application.module, text)
        found |= dict.fromkeys(names, source)
    return facts, found


def _read_in(facts: Facts, application: Name, root: RepoPath, namer: Namer) -> Iterator[tuple[bytes, frozenset[str], RepoPath]]:
    """The application's text with one more name of another module in it, the names that this defines, and that module."""
    module = application.module
    bound = imports(facts, module)
    for local in sorted(assembling(facts, application) & bound.keys()):
        one = bound[local]
        if one.target is None or one.target == module or namer(one.target) is not None or not one.rest.isidentifier():
            continue
        part = _part(facts, one.target, one.rest)
        text = None if part is None else _with(facts, module, one, part, root)
        if part is not None and text is not None:
            yield text, frozenset(name for said in part.statements for name in said.binds), one.target


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
    holder = next(statement for statement in said if statement.kind == "import" and statement.start <= one.start < statement.end)
    shares = source[holder.end :].partition(b"\n")[0].lstrip().startswith(b";")
    if differ or shares or new & (own | bound.keys()) or own & part.imports.keys():
        return None
    kept = [brings for brings in brought(facts, module, holder) if brings.start != one.start]
    added = [replace(brings, local=one.local) if local == one.rest else brings for local, brings in part.imports.items() if local not in bound]
    theirs = facts.read(one.target) if one.target is not None else b""
    texts = [decoded(theirs[statement.first : statement.last]).strip("\r\n") for statement in part.statements]
    texts += [f"{one.local} = {one.rest}"] if texts and one.local != one.rest else []
    lines = [*(_said(brings, root) for brings in [*kept, *added]), *(f"\n\n{text}\n\n" for text in texts)]
    return source[: holder.start] + "\n".join(lines).encode() + source[holder.end :]


def _meant(one: Import) -> tuple[RepoPath | None, str, str]:
    return one.target, one.rest, one.text if one.target is None else ""


def _said(one: Import, root: RepoPath) -> str:
    """An import of one name, as it is said from everywhere."""
    base, text = renamed(one, lambda path: dotted(path[len(root) + 1 :] if root else path))
    return import_line(base, [text])
