"""What a branch of ours asks to be merged: its steps, what they moved, what judged them, and what is left to people.

Read from records and commits, so that a fresh clone tells the same; only what the gates said is in the journal of the repository where the steps were made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrator.engine.commits import STEP
from migrator.engine.teams.landed import Landed, landed
from migrator.errors import UsageError
from migrator.paths import OURS, is_within

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.git.commits import Commit
    from migrator.tree import Tree

__all__ = ["Brought", "Requested", "requested"]


@dataclass(frozen=True, slots=True)
class Brought:
    """A step that a branch brings."""

    step: Landed
    files: int
    """How many files it moved."""
    gates: tuple[Mapping[str, Any], ...] = ()
    """What they said when it was made; empty where this repository does not know."""
    alone: bool = True
    """Whether its commit holds nothing else: a squash or a merge brings several steps at once."""


@dataclass(frozen=True, slots=True)
class Requested:
    """What a branch asks to be merged."""

    branch: str
    """As people call it."""
    head: str
    onto: str
    """What it is to be merged into, as people call it."""
    base: str
    """The newest commit that both have."""
    steps: tuple[Brought, ...]
    """In the order in which they came."""
    foreign: tuple[Commit, ...]
    """Commits that people made between and after them, newest first."""
    moved: int
    unchanged: int
    """Of the moved files, those whose content is the same."""
    edited: int
    created: int
    deleted: int


def requested(engine: Engine, branch: str, onto: str) -> Requested:
    """What a branch has that another does not. Raises UsageError where they share no history, or where it has no step of its own."""
    repository = engine.repository
    head, target = repository.resolve(branch), repository.resolve(onto)
    base = repository.merge_base(target, head)
    if base is None:
        raise UsageError(f"{branch} and {onto} share no history", "say what it is to be merged into with --base REVISION")
    known = {one.record.id: one.record.number for one in landed(engine, base)}
    came = [one for one in landed(engine, head) if known.get(one.record.id) != one.record.number]
    if not came:
        raise UsageError(f"{branch} has no step that {onto} does not have", "migrate status")
    before, after = repository.tree(base), repository.tree(head)
    said = {(entry.step, entry.tree): entry.gates for entry in engine.journal if entry.kind in {"step", "move"}}
    times = [one.commit.id for one in came]
    tree, steps = before, []
    for one in came:
        moves = one.record.substitution
        files = moves.files(tree)
        alone = times.count(one.commit.id) == 1
        # What people did between the steps is in the step's own commit's tree, where there is one.
        tree = repository.tree(one.commit.id) if alone else moves.apply(tree)
        steps.append(Brought(one, len(files), tuple(said.get((one.record.id, one.commit.tree), ())), alone))
    foreign = tuple(commit for commit in repository.log(f"{base}..{head}") if STEP not in commit.trailers and commit.id not in times)
    return Requested(branch, head, onto, base, tuple(steps), foreign, *_counts(before, after, tuple(steps)))


def _counts(before: Tree, after: Tree, steps: tuple[Brought, ...]) -> tuple[int, int, int, int, int]:
    """Files moved, of these unchanged, edited in their places, new, and gone; our own records are none of them."""
    places = {path: path for path in before}
    for one in steps:
        moves = one.step.record.substitution
        places = {old: moves(now) for old, now in places.items()}
    there = {old: new for old, new in places.items() if new in after and not is_within(old, OURS)}
    moved = [(old, new) for old, new in there.items() if old != new]
    same = sum(1 for old, new in moved if before[old].blob == after[new].blob)
    edited = sum(1 for old, new in there.items() if old == new and before[old] != after[new])
    fresh = after.keys() - set(places.values())
    gone = [new for old, new in places.items() if new not in after and not is_within(old, OURS)]
    return len(moved), same, edited, sum(1 for path in fresh if not is_within(path, OURS)), len(gone)
