"""A symbol goes to another module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.atlas import Atlas
from migrator.languages.base import SymbolError
from migrator.languages.python.joining import joined
from migrator.languages.python.module.sheet import Sheet
from migrator.languages.python.naming import stem
from migrator.languages.python.seeing import broken
from migrator.languages.python.symbols.definition import SymbolMove, check_definition
from migrator.languages.python.symbols.destination import destination_with
from migrator.languages.python.symbols.requirements import requirements
from migrator.languages.python.symbols.rope import check_occurrences
from migrator.languages.python.symbols.source import source_without
from migrator.languages.python.symbols.verification import before, check_stars, verify_definition, verify_users
from migrator.paths import name, parent
from migrator.tree import FILE, Entry

if TYPE_CHECKING:
    from migrator.languages.python.symbols.definition import Graph
    from migrator.paths import RepoPath

__all__ = ["check_paths", "move_symbol"]


def move_symbol(atlas: Atlas, graph: Graph, old: RepoPath, symbol: str, new: RepoPath) -> dict[RepoPath, bytes]:
    """The new contents of the files that change. Raises SymbolError when the laws would not hold on the result."""
    check_paths(atlas, old, symbol, new)
    there = new in atlas.tree

    def read(path: RepoPath) -> bytes:
        return b"" if path == new else atlas.read(path)

    map_ = atlas if there else Atlas(atlas.tree.replace({new: Entry(FILE, "")}), read, dialect=atlas.dialect)
    return _made(SymbolMove(map_, graph, old, symbol, new, Sheet(atlas.read(old)), Sheet(atlas.read(new) if there else b"")))


def _made(move: SymbolMove) -> dict[RepoPath, bytes]:
    check_definition(move)
    needed = requirements(move)
    changed = move.users.rewritten(stays=move.stays, needs=move.looked_up)
    check_stars(move, needed.added)
    check_occurrences(move)
    changed[move.new] = destination_with(move, needed)
    changed[move.old] = source_without(move)
    changed = {path: joined(before(move, path), text) if path.endswith(".py") else text for path, text in changed.items()}
    verify_definition(move, changed[move.new])
    verify_users(move, changed)
    tree = move.atlas.tree
    return {path: text for path, text in changed.items() if path not in tree or path == move.new or text != move.atlas.read(path)}


def check_paths(atlas: Atlas, old: RepoPath, symbol: str, new: RepoPath) -> None:
    """Raise SymbolError where two files are no modules between which a symbol can go."""
    if old not in atlas.tree:
        raise SymbolError(f"there is no file {old}")
    if old == new:
        raise SymbolError("it is there already")
    for path in (old, new):
        if not path.endswith(".py"):
            raise SymbolError(f"{path} is not a Python module")
        if f"{path}i" in atlas.tree:
            raise SymbolError(f"{path}i describes {path} to type checkers and would have to change with it")
        if path in atlas.tree and broken(atlas.read(path), "python"):
            raise SymbolError(f"{path} does not parse")
    if not name(stem(new)).isidentifier():
        raise SymbolError(f"{new} has no name that it could be imported by")
    if name(new) == "__init__.py" and (atlas.exists(f"{parent(new)}/{symbol}.py") or atlas.exists(f"{parent(new)}/{symbol}")):
        raise SymbolError(f"{parent(new)} has a submodule called {symbol}")
    if symbol.startswith("__") and symbol.endswith("__"):
        raise SymbolError(f"{symbol} means something to Python itself where it stands")
