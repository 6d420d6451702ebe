"""Whether definitions of Python can go to other modules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrator.languages.base import SymbolError
from migrator.languages.python.symbols import move_symbol
from migrator.tree import FILE, Entry

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["immovable"]


def immovable(facts: Facts, moves: Iterable[tuple[RepoPath, str, RepoPath]]) -> str:
    """Why some symbols, each with the module where it is and the one where it is to go, cannot go there one after the other; empty where they can."""
    for old, symbol, new in moves:
        try:
            texts = move_symbol(facts.atlas, facts.graph, old, symbol, new)
        except SymbolError as error:
            return str(error)
        if other := next((path for path in sorted(texts) if path not in {old, new}), None):
            return f"{other} takes {symbol} from {old}"
        facts = facts.at(facts.tree.replace({path: Entry(FILE, facts.store.add(text)) for path, text in texts.items()}))
    return ""
