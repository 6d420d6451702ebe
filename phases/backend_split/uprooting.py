"""The step by which a backend that lies in the repository's root gets a directory of its own, with what builds and checks it from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.paths import RepoPath
from migrator.step import Action, Move, Step
from phases.backend_split.belongings import Belongings

if TYPE_CHECKING:
    from phases.backend_split.partition.modules import Partition

__all__ = ["from_root"]


def from_root(partition: Partition, new: RepoPath, why: str) -> Step:
    """The step that moves what is the backend's out of the root."""
    belongings = Belongings(partition)
    actions: list[Action] = [Move(one, RepoPath(f"{new}/{one}")) for one in belongings.goes]
    return Step(
        slug="rename-backend",
        title=f"Move the backend from the root to {new}",
        why=why,
        actions=tuple(actions),
    )
