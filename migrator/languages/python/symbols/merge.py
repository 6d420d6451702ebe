"""Of two definitions of one meaning one goes: who named it names the other, in the other module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.languages.base import SymbolError
from migrator.languages.python.module.sheet import Sheet
from migrator.languages.python.symbols.attributes import named
from migrator.languages.python.symbols.definition import SymbolMove, check_definition
from migrator.languages.python.symbols.move import check_paths
from migrator.languages.python.symbols.rope import check_occurrences
from migrator.languages.python.symbols.source import source_without
from migrator.languages.python.symbols.verification import verify_users

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.languages.python.symbols.definition import Graph
    from migrator.paths import RepoPath

__all__ = ["merge_symbol"]


def merge_symbol(atlas: Atlas, graph: Graph, old: RepoPath, symbol: str, new: RepoPath) -> dict[RepoPath, bytes]:
    """The new contents of the files that change when the definition in `old` goes. Raises SymbolError where somebody could not follow."""
    check_paths(atlas, old, symbol, new)
    move = SymbolMove(atlas, graph, old, symbol, new, Sheet(atlas.read(old)), Sheet(atlas.read(new)))
    check_definition(move)
    _check_patches(move)
    changed = move.users.rewritten(stays=move.stays, needs=move.looked_up)
    check_occurrences(move)
    changed[old] = source_without(move)
    verify_users(move, changed)
    return {path: text for path, text in changed.items() if text != atlas.read(path)}


def _check_patches(move: SymbolMove) -> None:
    """A test that puts something in its place, or in that of what it uses, would do so for more, or for less, than before."""
    for path in (move.old, move.new):
        for reference in move.graph.incoming.get(path, ()):
            name = named(reference.target.rest)
            if reference.mention.kind == "call" and (name == move.symbol or name in move.needs):
                raise SymbolError(f"{reference.source} replaces `{reference.mention.text}` for its tests")
