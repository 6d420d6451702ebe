"""A migration branch as its commits tell it: the steps that it has before a trunk, and what people committed between and after them.

The journal is local, and a step's commit may have been amended since: a commit that the journal does not know is made again on its parent, and
what it has besides is somebody's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from migrator.engine import planning
from migrator.engine.branches import status_of
from migrator.engine.commits import MOVES, NUMBER, PART, PHASE, STEP, UNOFFERED
from migrator.errors import Problem, RepositoryError
from migrator.record import FOLDER, Record, record_in
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.git.commits import Commit
    from migrator.tree import Tree

__all__ = ["OldStep", "Own", "groups", "identity", "unmerged"]


@dataclass(frozen=True, slots=True)
class OldStep:
    """A step on a branch: what it did, the commit before it, its last one, and the tree that it made itself."""

    record: Record
    before: str
    commit: Commit
    tree: str


@dataclass(frozen=True, slots=True)
class Own:
    """A commit that people made, and the tree on which they did."""

    commit: Commit
    base: str
    message: str


def unmerged(engine: Engine, ref: str, tip: str, onto: str) -> list[OldStep | Own]:
    """What a branch has that a trunk has not, oldest first.

    Raises RepositoryError where a commit of people brings whole steps: a squash, or another branch of ours merged into this one.
    """
    history = list(engine.repository.log(f"{onto}..{tip}", first_parent=True))[::-1]
    known = {entry.new for entry in status_of(engine, ref).steps}
    there = engine.repository.tree(onto).below(FOLDER)
    found = list(_items(engine, ref, history, frozenset(there)))
    return list(_told_apart(engine, found, known))


def _items(engine: Engine, ref: str, history: Sequence[Commit], there: frozenset[str]) -> Iterator[OldStep | Own]:
    followed = {
        commit.id for commit, after in pairwise(history) if commit.trailers.get(PART) and after.trailers.get(STEP) == commit.trailers.get(STEP)
    }
    start, before = "", None
    for commit in history:
        if not commit.parents:
            raise RepositoryError(f"{commit.id[:7]} has no parent: this branch has a history of its own", "migrate run, on a branch of the trunk")
        start = start or commit.parents[0]
        if commit.id in followed:
            continue
        before = engine.repository.tree(start) if before is None else before
        tree = engine.repository.tree(commit.tree)
        new = {path: record for path in tree.below(FOLDER) if tree[path] != before.get(path) and (record := _read(engine, tree, path)) is not None}
        if STEP in commit.trailers and PART not in commit.trailers:
            yield OldStep(_record(engine, commit, start, list(new.values())), start, commit, commit.tree)
        elif brought := sorted(record.number for path, record in new.items() if path not in before and path not in there):
            branch = ref.removeprefix("refs/heads/")
            raise RepositoryError(
                f"{commit.id[:7]} {commit.subject!r} brings whole steps ({', '.join(brought)}), they cannot be told from what people changed",
                f"git branch keep {word(branch)}, then `migrate rollback --all --discard --branch {word(branch)}`, and `migrate run`",
            )
        else:
            yield Own(commit, engine.repository.commit(start).tree, commit.message)
        start, before = "", tree


def _read(engine: Engine, tree: Tree, path: str) -> Record | None:
    return record_in(engine.repository.read(tree[path].blob))  # type: ignore[index]  # a path of the tree


def _record(engine: Engine, commit: Commit, before: str, new: Sequence[Record]) -> Record:
    """What a step's commit did: by its record, or, where it was made without one, by the renames that git sees."""
    phase, slug = commit.trailers.get(PHASE, MOVES), commit.trailers[STEP]
    record = next((record for record in new if record.id == f"{phase}/{slug}"), None)
    if record is not None:
        return record
    moves = tuple((str(old), str(new)) for old, new in sorted(engine.repository.renames(before, commit.id).items()))
    number = commit.trailers.get(NUMBER, MOVES)
    return Record(phase=phase, number=number, slug=slug, title=commit.subject.removeprefix(f"{number} "), why="", moves=moves)


def _told_apart(engine: Engine, items: Sequence[OldStep | Own], known: set[str | None]) -> Iterator[OldStep | Own]:
    """Steps as they were made; what somebody changed in one comes after it by itself."""
    phases = {phase.name: phase for phase in engine.phases}
    missing = [item for item in items if isinstance(item, OldStep) and item.record.phase not in {*phases, *UNOFFERED}]
    if missing:
        names = sorted({item.record.phase for item in missing})
        problems = [Problem(item.record.number, item.record.title) for item in missing]
        raise RepositoryError(f"steps of {', '.join(names)} are on this branch, and no such phase is installed", "migrate phases", problems)
    expected: dict[str, str] = {}
    for at, item in enumerate(items):
        if isinstance(item, Own) or item.commit.id in known or item.record.phase in UNOFFERED:
            yield item
            continue
        if expected.get("after") != item.before:
            expected = _made_again(engine, items[at:])
        tree = expected.get(item.record.id, item.commit.tree)
        yield replace(item, tree=tree)
        if tree == item.commit.tree:
            expected["after"] = item.commit.id
        else:
            # Those after it have another tree than is expected of them too.
            expected = {}
            yield Own(item.commit, tree, f"What was changed by hand in {item.commit.subject}\n")


def _made_again(engine: Engine, items: Sequence[OldStep | Own]) -> dict[str, str]:
    """The trees that the steps at the beginning of these have, made on the commit before the first; and with what they go on, under `after`."""
    steps: list[OldStep] = []
    for item in items:
        if isinstance(item, Own) or item.record.phase in UNOFFERED:
            break
        steps.append(item)
    numbers = {step.record.id: step.record.number for step in steps}
    names = {step.record.phase for step in steps}
    phases = [phase for phase in engine.phases if phase.name in names]
    base = steps[0].before
    plan = planning.plan(engine, base, phases, numbers=numbers, wanted=lambda phase, step, _: f"{phase}/{step.slug}" in numbers)
    engine.repository.write(plan.end.tree, plan.end.store)
    for step in plan.steps:
        engine.repository.write(step.built.after.tree, step.built.after.store)
    return {step.id: step.tree for step in plan.steps} | {"after": base}


def identity(record: Record) -> tuple[object, ...]:
    """What makes a step the same step: moves that were asked for are told apart by what they move."""
    return (record.id, record.moves, record.symbols) if record.phase == MOVES else (record.id,)


def groups(items: Sequence[OldStep | Own], numbers: Mapping[str, int]) -> Iterator[Own | list[OldStep]]:
    """What is done at once: the commits of people one by one, steps as far as their phases are in order, moves that were asked for and removals of shims apart."""
    group: list[OldStep] = []
    for item, after in zip_longest(items, items[1:]):
        if isinstance(item, Own):
            yield item
            continue
        group.append(item)
        kind = numbers.get(item.record.phase)
        following = numbers.get(after.record.phase) if isinstance(after, OldStep) else None
        alike = isinstance(after, OldStep) and (item.record.phase == after.record.phase if kind is None else following is not None)
        together = alike and (kind or 0) <= (following or 0)
        if not together:
            yield group
            group = []
