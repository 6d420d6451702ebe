"""Whether definitions of Python can go to other modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.base import SymbolError
from migrator.languages.python.symbols.move import move_symbol

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Moved", "moved", "respelled"]

_Way = tuple["RepoPath", str, "RepoPath"]


class Moved(NamedTuple):
    """What is true once some symbols are at their new places; or why one of them cannot go there."""

    facts: Facts
    why: str = ""
    symbol: str = ""
    """Of which that is true."""


def moved(facts: Facts, ways: Sequence[_Way], *, named: bool = False) -> Moved:
    """Some symbols, each with the module where it is and the one where it is to go, brought there one after the other.

    No third file may name them, unless that is allowed: then it names them at their new place.
    """
    known = facts.derive(_known)
    for old, symbol, new in ways:
        asked = (facts.tree.id, old, symbol, new, named)
        if asked not in known:
            known[asked] = _one(facts, old, symbol, new, named=named)
        if known[asked].why:
            return Moved(facts, known[asked].why, symbol)
        facts = known[asked].facts
    return Moved(facts)


def respelled(facts: Facts, old: RepoPath, symbol: str, new: RepoPath) -> dict[RepoPath, bytes]:
    """The new contents of the files that change when a symbol goes to another module. Raises SymbolError when the laws would not hold on the result.

    Whoever decides about a move asks first and whoever makes it once more, of the same tree: it is found out once in a run.
    """
    known, asked = facts.scanner.remembered, (move_symbol, (old, symbol, new), facts.tree.id)
    if asked not in known:
        try:
            known[asked] = move_symbol(facts.atlas, facts.graph, old, symbol, new)
        except SymbolError as error:
            known[asked] = error
    found: dict[RepoPath, bytes] | SymbolError = known[asked]
    if isinstance(found, SymbolError):
        raise SymbolError(str(found))
    return dict(found)


def _known(_: Facts) -> dict[tuple[str, RepoPath, str, RepoPath, bool], Moved]:
    """What was found out already of moves that begin in a tree."""
    return {}


def _one(facts: Facts, old: RepoPath, symbol: str, new: RepoPath, *, named: bool) -> Moved:
    try:
        texts = respelled(facts, old, symbol, new)
    except SymbolError as error:
        return Moved(facts, str(error))
    other = None if named else next((path for path in sorted(texts) if path not in {old, new}), None)
    return Moved(facts.spelling(texts)) if other is None else Moved(facts, f"{other} takes {symbol} from {old}")
