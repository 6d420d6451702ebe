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

__all__ = ["Landed", "landed", "taken_back"]


@dataclass(frozen=True, slots=True)
class Landed:
    """A step that a revision has."""

    record: Record
    commit: Commit
    """The commit of the first-parent history that brought it: the step's own, or the merge or squash that had it."""
    before: str
    """That commit's first parent; empty where it has none."""


def landed(ledger: Ledger, revision: str) -> tuple[Landed, ...]:
    """The steps whose records a revision has, in the order in which they came to it; those of one commit by number."""
    tree = ledger.repository.tree(revision)
    known = {path: record for path in tree.below(FOLDER) if (record := record_in(ledger.repository.read(tree[path].blob))) is not None}
    if not known:
        return ()
    came = ledger.repository.added(revision, FOLDER)
    commits = ledger.repository.commits(came[path] for path in came if path in known)
    found = {path: commits[commit] for path, commit in came.items() if path in known}
    order = {commit: at for at, commit in enumerate(dict.fromkeys(came.values()))}
    rows = sorted(
        ((path, record) for path, record in known.items() if path in found), key=lambda row: (order[found[row[0]].id], row[1].number, row[1].slug)
    )
    return tuple(Landed(record, found[path], next(iter(found[path].parents), "")) for path, record in rows)


def taken_back(ledger: Ledger, revision: str, head: str) -> frozenset[RepoPath]:
    """The records that a revision had and has no more, by commits that another head does not know: where that has them, they are not on their way here."""
    tree = ledger.repository.tree(revision)
    gone = {path: commit for path, commit in ledger.repository.added(revision, FOLDER, gone=True).items() if path not in tree}
    news = {commit for commit in set(gone.values()) if not ledger.repository.is_ancestor(commit, head)}
    return frozenset(path for path, commit in gone.items() if commit in news)
