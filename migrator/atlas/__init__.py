"""Where things are in one tree: source roots, aliases, packages, workspaces. A pure function of the tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from migrator.atlas.node import NodeAtlas, is_node_input
from migrator.atlas.python import PythonAtlas, is_python, is_python_input

if TYPE_CHECKING:
    from migrator.paths import RepoPath
    from migrator.tree import Tree

__all__ = ["Atlas", "is_input"]


@lru_cache(maxsize=1 << 17)
def is_input(path: RepoPath) -> bool:
    """Whether the content of a file is read by the atlas (a manifest, a compiler configuration)."""
    return is_python_input(path) or is_node_input(path)


class Atlas:
    """The map of one tree; each part is computed when first asked for."""

    def __init__(  # noqa: PLR0913  keyword-only from the fifth on
        self,
        tree: Tree,
        read: Callable[[RepoPath], bytes],
        hidden: Callable[[RepoPath], bool] = lambda _: False,
        answers: Mapping[str, str] | None = None,
        *,
        dialect: Callable[[str], str | None],
        ask: Callable[..., Any] = lambda function, source, *given: function(source, *given),
        near: Atlas | None = None,
    ) -> None:
        self.tree = tree
        self.dialect = dialect
        """The format of a text by its name; a tree may bring formats of its own."""
        self.answers = answers or {}
        """What ambiguous mentions mean, by the id of the question (see `migrator.graph.question_id`)."""
        self._code = tree.only(lambda path: not hidden(path))
        self.ask = ask
        """What a function says of a content alone, and of some texts: it may be known already."""
        self.read = read
        """The content of a file of this tree."""
        self._near = near
        """The map of a tree that differs little: what is the same in both is found out once."""

    def over(self, tree: Tree, read: Callable[[RepoPath], bytes]) -> Atlas:
        """The same map of a tree that has the same places, and in which nothing that the map is made of says anything else."""
        found = copy(self)
        found.tree, found.read = tree, read
        return found

    def exists(self, path: str) -> bool:
        """Whether a file or directory is there."""
        return path in self.tree or self.tree.is_dir(path)

    @cached_property
    def python(self) -> PythonAtlas:
        """Python's source roots and modules: the same object as for the tree near by where no file that says anything of them differs."""
        near, self._near = self._near, None
        if near is not None and near.python_files == self.python_files:
            return near.python
        return PythonAtlas(self.python_files, self.read)

    @cached_property
    def python_files(self) -> Tree:
        """The files that say anything of Python's modules."""
        return self._code.only(is_python)

    @cached_property
    def node(self) -> NodeAtlas:
        """JavaScript's packages, workspaces and compiler configurations."""
        return NodeAtlas(self._code, self.read)
