"""Steps taken back one after the other, seen as one: what is judged and told of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrator.account import account
from migrator.account.entries import Account
from migrator.build import Built, rebuilt
from migrator.tree import Moves

if TYPE_CHECKING:
    from migrator.tree import Tree

__all__ = ["altogether", "left_open"]


def altogether(made: Sequence[Built]) -> Built:
    """The first tree and the last one of some steps that were taken back, in the order in which they were."""
    first, last = made[0], made[-1]
    places = {path: path for path in first.before.tree}
    for built in made:
        places = {path: built.files.get(place, place) for path, place in places.items()}
    moves = Moves((path, place) for path, place in places.items() if path != place and place in last.after.tree)
    changed = frozenset(path for path, entry in last.after.tree.items() if first.before.tree.get(path) != entry)
    return rebuilt(first.before, last.after, last.step, moves=moves, written=changed, whole=changed)


def left_open(made: Sequence[Built], before: Tree) -> Account:
    """Every mention of a place that is not there any more, in files that are not as they were `before` the steps: those say what they said then."""
    after = made[-1].after.tree
    return Account(tuple(entry for entry in account(altogether(made)).entries if before.get(entry.path) != after[entry.path]))
