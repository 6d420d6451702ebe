"""The module that the definition leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.languages.base import SymbolError
from migrator.languages.python.module.exports import computes, listed, unlist
from migrator.languages.python.module.imports import Import, add_imports, drop, imports_of
from migrator.languages.python.symbols.attributes import named
from migrator.languages.python.symbols.meanings import module_name
from migrator.paths import name

if TYPE_CHECKING:
    from migrator.languages.python.symbols.definition import SymbolMove

__all__ = ["source_without"]


def source_without(move: SymbolMove) -> bytes:
    """What the old module says without the definition; it imports what it goes on using."""
    sheet = move.source
    strings = listed(sheet, move.symbol)
    if not strings and computes(sheet, move.symbol):
        raise SymbolError(f"{move.old} computes its __all__, which names {move.symbol}")
    sheet.remove(move.stretch)
    for string in strings if not move.stays else ():
        unlist(sheet, string)
    if move.stays:
        add_imports(sheet, [f"from {module_name(move, move.new)} import {move.symbol}"], [])
    drop(sheet, _unused(move))
    return sheet.finished()


def _unused(move: SymbolMove) -> Iterator[Import]:
    """The imports of the old module that only the definition used, and that nobody else can have been looking for there."""
    incoming = tuple(move.graph.incoming.get(move.old, ()))
    if name(move.old) == "__init__.py" or any(reference.mention.kind == "star" for reference in incoming):
        return
    asked = {named(reference.target.rest) for reference in incoming}
    for needed in move.needs:
        imports = imports_of(move.source, needed)
        if needed in asked or len(imports) != 1 or imports[0].guard == "other" or len(move.source.names.bindings[needed]) != 1:
            continue
        item = imports[0]
        said_again = item.aliased and item.bound == item.name
        spoken = rb"""[\"'][^\"'\n]*\b%s\b|#\s*type:.*\b%s\b""" % (needed.encode(), needed.encode())
        if not said_again and not move.uses_elsewhere(needed) and re.search(spoken, move.rest) is None:
            yield item
