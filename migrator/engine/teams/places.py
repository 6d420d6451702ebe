"""Files that come to a place which a recorded step left: where they belong by now.

Read from records, their order in the history, and names alone: no file is opened and nothing is planned, so that a hook can ask with every commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.engine.teams.landed import Landed, landed
from migrator.paths import RepoPath, is_within, name, parent
from migrator.tree import followed

if TYPE_CHECKING:
    from migrator.journal import Ledger
    from migrator.tree import Moves, Tree

__all__ = ["Misplaced", "misplaced"]


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A file that is added where nothing lives any more."""

    path: RepoPath
    place: RepoPath
    """The file or directory that a step moved away."""
    belongs: RepoPath
    step: Landed
    """The step that did."""


def misplaced(ledger: Ledger, added: Iterable[RepoPath], revision: str) -> tuple[Misplaced, ...]:
    """Those of some new files that lie where a step of a revision moved something away, or in a directory that steps emptied into one other.

    A place that a later step, or the same, filled again is not left.
    """
    steps = landed(ledger, revision)
    if not steps:
        return ()
    tree = ledger.repository.tree(revision)
    moves = [step.record.substitution for step in steps]
    return tuple(found for path in added if (found := _found(path, steps, moves, tree)) is not None)


def _found(path: RepoPath, steps: Sequence[Landed], moves: Sequence[Moves], tree: Tree) -> Misplaced | None:
    for at, (step, step_moves) in enumerate(zip(steps, moves, strict=True)):
        there = step_moves(path)
        if there != path:
            place = next(old for old in (path, *_above(path)) if old in step_moves.pairs)
            belongs = followed(there, moves[at + 1 :])
            if belongs != path and not _filled(place, steps[at:], tree):
                return Misplaced(path, place, belongs, step)
    return _emptied(path, steps, moves, tree)


def _emptied(path: RepoPath, steps: Sequence[Landed], moves: Sequence[Moves], tree: Tree) -> Misplaced | None:
    """The same for a directory whose files went one by one, where all of them went to one other."""
    place = parent(path)
    if not place or tree.is_dir(place):
        return None
    gone = [
        (step, parent(followed(new, moves[at + 1 :])))
        for at, (step, step_moves) in enumerate(zip(steps, moves, strict=True))
        for old, new in step_moves.pairs.items()
        if parent(old) == place and name(old) == name(new)
    ]
    if len({where for _, where in gone}) != 1:
        return None
    step, where = gone[-1]
    return None if where == place else Misplaced(path, place, RepoPath(f"{where}/{name(path)}" if where else name(path)), step)


def _filled(place: RepoPath, steps: Iterable[Landed], tree: Tree) -> bool:
    """Whether steps brought something to a place, and it is there."""
    brought = (path for step in steps for path in (*(new for _, new in step.record.moves), *step.record.generated))
    return (place in tree or tree.is_dir(place)) and any(is_within(path, place) or is_within(place, path) for path in brought)


def _above(path: RepoPath) -> Iterator[RepoPath]:
    while path:
        path = parent(path)
        yield path
