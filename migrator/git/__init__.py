"""The only room that talks to git: as a `program`, whose `refs`, `history`, `objects` and `worktree` make one `Repository`.

It reads and writes objects and refs. The work tree, the index, HEAD and the configuration are never written (L10), hooks never
run, and a ref only moves by compare-and-swap.
"""

from __future__ import annotations

from migrator.git.history import History
from migrator.git.refs import Refs
from migrator.git.worktree import WorkTree

__all__ = ["Repository"]


class Repository(Refs, History, WorkTree):
    """A git repository on disk."""
