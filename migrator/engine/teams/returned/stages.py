"""What the steps that a revision has were made of: each with the tree before it and the tree after it.

A step that came by a merge, a rebase or by itself still has its own commit, and its trees are read there. Of a squash only the sum is left: its
steps are made again on what was there before, and what the squash has besides is what people put into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from migrator.engine.commits import STEP, step_commits
from migrator.engine.teams.replay import replay, rules_of
from migrator.errors import Finding, RepositoryError
from migrator.paths import RepoPath
from migrator.tree import Entry, Moves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.engine.context import Engine
    from migrator.engine.teams.landed import Landed
    from migrator.facts import Facts
    from migrator.tree import Tree

__all__ = ["Stage", "stages"]


@dataclass(frozen=True)
class Stage:
    """A step with the trees before and after it."""

    landed: Landed
    before: Facts
    after: Facts
    files: Mapping[RepoPath, RepoPath]
    """The files that it moved: path before to path after."""
    findings: tuple[Finding, ...] = ()
    """What is not known of it for certain."""


def stages(engine: Engine, steps: Sequence[Landed], now: Facts) -> tuple[Stage, ...]:
    """The stages of steps, in their order; `steps` are all that their commits brought. The facts share contents with `now`.

    Raises RepositoryError where what was there before is gone from the history.
    """
    found: list[Stage] = []
    for _, several in groupby(steps, lambda one: one.commit.id):
        group = tuple(several)
        if not group[0].before:
            raise RepositoryError(
                f"{group[0].record.number} {group[0].record.slug} is in the first commit of this history, what was before it is gone",
                "git fetch the history that has it, or take back by hand what .migrate/steps says",
            )
        own = _own_commits(engine, group)
        rest = [one for one in group if one.record.id not in own]
        again = {stage.landed.record.id: stage for stage in _made_again(engine, group, now)} if rest else {}
        for one in group:
            if one.record.id in own:
                before, after = own[one.record.id]
                found.append(Stage(one, now.at(before), now.at(after), _files(one, before, after)))
            else:
                found.append(again[one.record.id])
    return tuple(found)


def _own_commits(engine: Engine, group: Sequence[Landed]) -> dict[str, tuple[Tree, Tree]]:
    """By step: the tree before its own commit and that of it, for those that still have one."""
    commit = group[0].commit
    ranges = [f"{commit.parents[0]}..{other}" for other in commit.parents[1:]]
    histories = [list(engine.repository.log(one, first_parent=True)) for one in ranges]
    # A step whose moves went first has two commits, of which the second brought the record.
    histories = histories or [list(engine.repository.log(commit.id, limit=2, first_parent=True))]
    pairs = {made.trailers[STEP]: (before, made.id) for history in histories for before, made in step_commits(iter(history))}
    brought = engine.repository.tree(commit.id)
    found: dict[str, tuple[Tree, Tree]] = {}
    for one in group:
        if (pair := pairs.get(one.record.slug)) is None:
            continue
        before, after = map(engine.repository.tree, pair)
        path = one.record.place
        # It is its own if it brought the record that there is.
        if path not in before and path in after and after[path] == brought.get(path):
            found[one.record.id] = before, after
    return found


def _files(one: Landed, before: Tree, after: Tree) -> dict[RepoPath, RepoPath]:
    return {old: new for old, new in one.record.substitution.files(before).items() if new in after}


def _made_again(engine: Engine, group: Sequence[Landed], now: Facts) -> Iterator[Stage]:
    """The steps of a squash, made again on what was before it."""
    commit, before = group[0].commit, group[0].before
    made = replay(engine, before, [one.record for one in group], rules_of(engine, before, commit.id))
    there = {step.id: step for step in made.steps}
    now.store.added.update(made.end.store.added)
    squashed = engine.repository.tree(commit.id)
    place = made.start.tree
    known: dict[RepoPath, tuple[str, str]] = {}
    for one in group:
        step = there.get(one.record.id)
        wrote = {path: squashed[path] for path, blob in _wrote(one, squashed) if path in squashed and squashed[path].blob == blob}
        if step is None:
            first, place = place, _files_moved(one, place).replace(wrote)
            why = f"{one.record.number} cannot be made again on {before[:7]}: what it changed within files that are not its own stays as it is"
            yield Stage(one, now.at(first), now.at(place), _files(one, first, place), (Finding("again", "", why),))
            continue
        # Another version of this program may write a file otherwise: what the record says that it was is what it was.
        first, after = _as_written(step.built.before.tree, known), step.built.after.tree
        known = {step.built.files.get(path, path): pair for path, pair in known.items()}
        known |= {path: (after[path].blob, entry.blob) for path, entry in wrote.items() if path in after}
        place = _as_written(after, known)
        yield Stage(one, now.at(first), now.at(place), {old: new for old, new in step.built.files.items() if new in place})


def _wrote(one: Landed, squashed: Tree) -> Iterator[tuple[RepoPath, str]]:
    """What a step wrote whole, with the blobs, and its record."""
    yield from ((RepoPath(path), blob) for path, blob in one.record.generated.items())
    record = one.record.place
    if record in squashed:
        yield record, squashed[record].blob


def _files_moved(one: Landed, tree: Tree) -> Tree:
    pairs = ((RepoPath(old), RepoPath(new)) for old, new in one.record.moves)
    return Moves((old, new) for old, new in pairs if old in tree or tree.is_dir(old)).apply(tree)


def _as_written(tree: Tree, known: Mapping[RepoPath, tuple[str, str]]) -> Tree:
    """A tree with files as the records say, where it has them as they were made."""
    changes = {path: Entry(tree[path].mode, blob) for path, (made, blob) in known.items() if path in tree and tree[path].blob == made}
    return tree.replace(changes) if changes else tree
