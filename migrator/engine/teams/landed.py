"""Which steps a revision has, and with which commit each came.

Read from the records in its tree and from the commits that brought them along the first parents: a merge, a squash merge and a rebase are alike,
and so are a fresh clone and the repository where the steps were made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.record import FOLDER, Record, record_in

if TYPE_CHECKING:
    from migrator.git import Commit
    from migrator.journal import Ledger
    from migrator.paths import RepoPath
    from migrator.tree import Tree

__all__ = ["Landed", "edited", "landed", "taken_back"]


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


def edited(ledger: Ledger, revision: str) -> tuple[tuple[RepoPath, str], ...]:
    """The records of a revision that say no more what their steps moved, each with the commit that brought it: people changed them since."""
    tree, repository = ledger.repository.tree(revision), ledger.repository

    def moved(there: Tree, path: RepoPath) -> object:
        record = record_in(repository.read(there[path].blob)) if path in there else None
        return record and (record.id, record.moves, record.symbols)

    came = {path: commit for path, commit in repository.added(revision, FOLDER).items() if path in tree}
    trees = {commit: repository.tree(commit) for commit in set(came.values())}
    changed = ((path, commit) for path, commit in came.items() if trees[commit].get(path) != tree[path])
    return tuple((path, commit) for path, commit in changed if (said := moved(trees[commit], path)) is not None and said != moved(tree, path))


def taken_back(ledger: Ledger, revision: str, head: str) -> frozenset[RepoPath]:
    """The records that a revision had and has no more, by commits that another head does not know: where that has them, they are not on their way here."""
    tree = ledger.repository.tree(revision)
    gone = {path: commit for path, commit in ledger.repository.added(revision, FOLDER, gone=True).items() if path not in tree}
    news = {commit for commit in set(gone.values()) if not ledger.repository.is_ancestor(commit, head)}
    return frozenset(path for path, commit in gone.items() if commit in news)
