"""Whether definitions of Python can go to other modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from migrator.languages.base import SymbolError
from migrator.languages.python.symbols import move_symbol

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Moved", "moved"]

_Way = tuple["RepoPath", str, "RepoPath"]


class Moved(NamedTuple):
    """What is true once some symbols are at their new places; or why one of them cannot go there."""

    facts: Facts
    why: str = ""


def moved(facts: Facts, ways: Sequence[_Way], *, alone: bool = True) -> Moved:
    """Some symbols, each with the module where it is and the one where it is to go, brought there one after the other; `alone`: no third file may name them."""
    known = facts.derive(_known)
    for old, symbol, new in ways:
        asked = (facts.tree.id, old, symbol, new, alone)
        if asked not in known:
            known[asked] = _one(facts, old, symbol, new, alone=alone)
        if known[asked].why:
            return Moved(facts, known[asked].why)
        facts = known[asked].facts
    return Moved(facts)


def _known(_: Facts) -> dict[tuple[str, RepoPath, str, RepoPath, bool], Moved]:
    """What was found out already of moves that begin in a tree."""
    return {}


def _one(facts: Facts, old: RepoPath, symbol: str, new: RepoPath, *, alone: bool) -> Moved:
    try:
        texts = move_symbol(facts.atlas, facts.graph, old, symbol, new)
    except SymbolError as error:
        return Moved(facts, str(error))
    other = next((path for path in sorted(texts) if path not in {old, new}), None) if alone else None
    return Moved(facts.spelling(texts)) if other is None else Moved(facts, f"{other} takes {symbol} from {old}")
