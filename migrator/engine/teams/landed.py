"""Which steps a revision has, and with which commit each came.

Read from the records in its tree and from the commits that brought them along the first parents: a merge, a squash merge and a rebase are alike,
and so are a fresh clone and the repository where the steps were made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.paths import RepoPath, is_within
from migrator.record import FOLDER, Record, record_in

if TYPE_CHECKING:
    from migrator.git.commits import Commit
    from migrator.journal import Ledger
    from migrator.tree import Tree

__all__ = ["Landed", "changed", "edited", "landed", "taken_back"]


@dataclass(frozen=True, slots=True)
class Landed:
    """A step that a revision has."""

    record: Record
    commit: Commit
    """The commit of the first-parent history that brought it: the step's own, or the merge or squash that had it."""

    @property
    def before(self) -> str:
        """That commit's first parent; empty where it has none."""
        return next(iter(self.commit.parents), "")


def landed(ledger: Ledger, revision: str) -> tuple[Landed, ...]:
    """The steps whose records a revision has, in the order in which they came to it; those of one commit by number."""
    tree = ledger.repository.tree(revision)
    known = {path: record for path in tree.below(FOLDER) if (record := record_in(ledger.repository.read(tree[path].blob))) is not None}
    if not known:
        return ()
    came = {path: commit for path, commit in ledger.repository.added(revision, FOLDER).items() if path in known}
    commits = ledger.repository.commits(came.values())
    order = {commit: at for at, commit in enumerate(dict.fromkeys(came.values()))}
    paths = sorted(came, key=lambda path: (order[came[path]], known[path].number, known[path].slug))
    return tuple(Landed(known[path], commits[came[path]]) for path in paths)


def changed(ledger: Ledger, revision: str) -> Iterator[tuple[RepoPath, str, str]]:
    """The records of a revision that say something else than when they came, by path, with the commit that brought and the one that changed them last."""
    repository = ledger.repository
    last = repository.edited(revision, FOLDER)
    if not last:
        return
    now, came = repository.tree(revision), repository.added(revision, FOLDER)
    for path in sorted(last.keys() & came.keys() & now.keys()):
        first = repository.tree(came[path])
        if first.get(path) != now[path] and _record(ledger, first, path) is not None:
            yield path, came[path], last[path]


def edited(ledger: Ledger, revision: str) -> Iterator[tuple[RepoPath, str]]:
    """The records of a revision that people changed so that they say no more what their steps moved, each with a commit that has it as it was.

    A step that is made again changes its record too, with what it moves then: a commit that changes nothing but records, or names what is not there,
    is of people.
    """
    repository = ledger.repository
    for path, came, last in changed(ledger, revision):
        start = repository.commit(last).parents[0]
        before, after = repository.tree(start), repository.tree(last)
        known, said = _record(ledger, before, path), _record(ledger, after, path)
        if said is None:
            yield path, came
        elif known is not None and (known.moves, known.symbols) != (said.moves, said.symbols):
            alone, unlike = before.unlike(after)
            named = [RepoPath(new) for _, new in said.moves]
            if all(is_within(one, FOLDER) for one in alone | unlike) or not all(new in after or after.is_dir(new) for new in named):
                yield path, start


def _record(ledger: Ledger, tree: Tree, path: RepoPath) -> Record | None:
    return record_in(ledger.repository.read(tree[path].blob)) if path in tree else None


def taken_back(ledger: Ledger, revision: str, head: str) -> frozenset[RepoPath]:
    """The records that a revision had and has no more, by commits that another head does not know: where that has them, they are not on their way here."""
    tree = ledger.repository.tree(revision)
    gone = {path: commit for path, commit in ledger.repository.added(revision, FOLDER, gone=True).items() if path not in tree}
    news = {commit for commit in set(gone.values()) if not ledger.repository.is_ancestor(commit, head)}
    return frozenset(path for path, commit in gone.items() if commit in news)
