"""JavaScript's packages, workspaces and compiler configurations in one tree."""

from __future__ import annotations

from collections.abc import Callable

from migrator.paths import RepoPath, name
from migrator.tree import Tree


def is_node_input(path: RepoPath) -> bool:
    """Whether the JavaScript part of the atlas reads the content of a file."""
    return name(path) in {"package.json", "pnpm-workspace.yaml"}


class NodeAtlas:
    """Where JavaScript modules are found."""

    def __init__(self, tree: Tree, read: Callable[[RepoPath], bytes]) -> None:
        self._tree = tree
        self._read = read
