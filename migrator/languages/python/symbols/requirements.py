"""How a new module comes by the names that the definition uses: by imports that mean there what they mean in the old one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.languages.base import SymbolError
from migrator.languages.python.module.imports import Import, imports_of
from migrator.languages.python.symbols.definition import BUILTINS
from migrator.languages.python.symbols.meanings import Meaning, import_from, meaning, module_name

if TYPE_CHECKING:
    from migrator.languages.python.symbols.definition import SymbolMove

__all__ = ["Requirements", "requirements"]

_CONDITIONS = frozenset({"if_statement", "try_statement", "while_statement", "for_statement", "match_statement"})


@dataclass
class Requirements:
    """What the new module needs beside the definition."""

    plain: list[str] = field(default_factory=list)
    """Imports, as statements."""
    typed: list[str] = field(default_factory=list)
    """Imports for type checkers only."""
    added: set[str] = field(default_factory=set)
    """The names that they bind."""


def requirements(move: SymbolMove) -> Requirements:
    """What the new module needs. Raises SymbolError where a name cannot mean the same there."""
    found = Requirements()
    for needed in sorted(move.needs):
        _require(move, found, needed)
    return found


def _require(move: SymbolMove, found: Requirements, needed: str) -> None:
    """See to it that a name means in the new module what it means in the old one."""
    bindings = move.source.names.bindings.get(needed, [])
    if not bindings and needed in BUILTINS:
        if needed in move.target.names.bindings:
            raise SymbolError(f"it uses the builtin `{needed}`, which is something else in {move.new}")
        return
    if not bindings and not move.source.names.stars:
        raise SymbolError(f"it uses `{needed}`, which nothing in {move.old} binds ({move.used_at(needed)})")
    items, typing = _to_repeat(move, needed)
    if not items:
        _require_of_old(move, found, needed)
    elif not _has(move, needed, meaning(items[0], move.old, move.atlas), typing=typing):
        (found.typed if typing else found.plain).extend([import_from(move, item) for item in items])
        _add(move, found, needed)


def _to_repeat(move: SymbolMove, needed: str) -> tuple[list[Import], bool]:
    """The imports that bind a name in the old module and can stand in the new one as well, and whether they are for type checkers only."""
    bindings, imports = move.source.names.bindings.get(needed, []), imports_of(move.source, needed)
    if not imports or len(imports) != len(bindings):
        return [], False
    if len(imports) == 1 and imports[0].guard == "typing":
        return imports, True
    if any(item.guard for item in imports) or len({meaning(item, move.old, move.atlas) for item in imports}) != 1:
        return [], False
    # `import a.b` and `import a.c` bind one name, and each loads a module of its own.
    return (imports if not imports[0].aliased and not imports[0].name else imports[:1]), False


def _require_of_old(move: SymbolMove, found: Requirements, needed: str) -> None:
    """A name of the old module itself: the new one imports it from there, so that both have the same object."""
    bindings = move.source.names.bindings.get(needed, [])
    for binding in bindings:
        where = move.at(binding.node.start_byte)
        if binding.rebinding:
            raise SymbolError(f"it uses `{needed}`, which is bound anew while the program runs ({where}): the new module would not notice")
        if binding.statement.type == "delete_statement":
            raise SymbolError(f"it uses `{needed}`, which {move.old} deletes ({where})")
        if len(bindings) == 1 and binding.statement.type in _CONDITIONS:
            raise SymbolError(f"it uses `{needed}`, which is bound under a condition ({where})")
    if not _has(move, needed, Meaning(move.old, needed), typing=False):
        found.plain.append(f"from {module_name(move, move.old)} import {needed}")
        _add(move, found, needed)


def _has(move: SymbolMove, needed: str, wanted: Meaning, *, typing: bool) -> bool:
    """Whether the new module has a name already, with the same meaning. Raises SymbolError when it has another one."""
    bindings, imports = move.target.names.bindings.get(needed, []), imports_of(move.target, needed)
    if wanted == Meaning(move.new, needed) and bindings:
        return True
    if wanted.path == move.new:
        raise SymbolError(f"it uses {move.new} itself, as `{needed}`")
    if not bindings:
        return False
    if len(imports) == len(bindings) and all(meaning(item, move.new, move.atlas) == wanted for item in imports):
        return any(not item.guard or (typing and item.guard == "typing") for item in imports)
    where = f"{move.new}:{move.target.line(bindings[0].node.start_byte)}"
    raise SymbolError(f"it uses `{needed}`, which means something else at its new place ({where})")


def _add(move: SymbolMove, found: Requirements, needed: str) -> None:
    """A name becomes bound in the new module: nothing there may have meant another by it."""
    use = next(move.target.names.used(needed), None)
    if use is not None and needed not in move.target.names.bindings:
        raise SymbolError(f"`{needed}` would be bound in {move.new}, where another is meant by it (line {move.target.line(use.start)})")
    found.added.add(needed)
