"""Python's source roots and modules in one tree."""

from __future__ import annotations

from collections.abc import Callable

from migrator.paths import RepoPath, name
from migrator.tree import Tree


def is_python_input(path: RepoPath) -> bool:
    """Whether the Python part of the atlas reads the content of a file."""
    return name(path) in {"pyproject.toml", "setup.cfg"}


class PythonAtlas:
    """Where Python modules are found."""

    def __init__(self, tree: Tree, read: Callable[[RepoPath], bytes]) -> None:
        self._tree = tree
        self._read = read
