"""What differs between two trees, so that a step reads again only what it can touch.

Answers err on one side: what may read otherwise is said to, what is said to stay reads the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from migrator.atlas.bundlers import is_tool
from migrator.atlas.node import is_node_input
from migrator.paths import OURS, RepoPath, ancestors, is_within, name, parent

if TYPE_CHECKING:
    from migrator.atlas import Atlas

__all__ = ["Changes", "parts_of"]

_MARKS = re.compile(r"[./\\:?#!@*]+")
_SLASHES = re.compile(r"[/\\]+")
_INDEXES = frozenset({"index", "_index"})


class Changes:
    """What came, went or says something else from one tree to another; `stars` are the files that take all names of some others, and so on."""

    def __init__(self, before: Atlas, after: Atlas, stars: Callable[[Collection[RepoPath]], Iterable[RepoPath]] = lambda paths: paths) -> None:
        self.before, self.after = before, after
        self._stars = stars
        self._python_alike: dict[RepoPath, bool] = {}
        self._node_alike: dict[RepoPath, bool] = {}
        self.memo: dict[tuple[str, RepoPath], RepoPath] = {}
        """What a language remembers of where programs run, by what a mention is read against and its file."""
        old, new = before.tree, after.tree
        lone, differing = old.unlike(new)
        self.paths = frozenset(lone | (old.folders.keys() ^ new.folders.keys()))
        """Every file and directory that is in one of the trees only."""
        self.rewritten = frozenset(differing)
        """Every file that is in both and says something else."""

    # Text ---------------------------------------------------------------------------------------------------------------------

    @cached_property
    def homes(self) -> Mapping[str, frozenset[RepoPath]]:
        """By the last names, with and without extensions, of all that came or went: the directories in which they did."""
        found: dict[str, set[RepoPath]] = {}
        for path in self.paths:
            for last in _names((path,)):
                found.setdefault(last, set()).add(parent(path))
        return {last: frozenset(directories) for last, directories in found.items()}

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The same last names, each behind the name of its directory."""
        return frozenset((name(directory), last) for last, directories in self.homes.items() for directory in directories)

    @cached_property
    def said(self) -> frozenset[str]:
        """The last names, alone and behind their directories' (`apps/web`)."""
        return frozenset((*self.homes, *map("/".join, self.pairs)))

    @cached_property
    def unheard(self) -> frozenset[str]:
        """The names that one of the trees has anywhere, of anything or of a directory, and the other has not."""
        old, new = self.before.tree, self.after.tree
        return frozenset((old.names ^ new.names) | ({name(path) for path in old.folders} ^ {name(path) for path in new.folders}))

    def _stands(self, directory: str, changed: frozenset[RepoPath]) -> bool:
        """Whether neither a directory nor one above it is among those that changed."""
        return changed.isdisjoint((directory, *ancestors(directory)))

    # Python ------------------------------------------------------------------------------------------------------------------

    def touch_python(self, text: str, base: str, at: RepoPath) -> bool:
        """Whether what a Python file says may mean something else."""
        return _says(text, base, self.python_names) or self.python_elsewhere(parent(at))

    def python_elsewhere(self, directory: RepoPath) -> bool:
        """Whether what any Python file of a directory says may mean something else."""
        alike = self._python_alike.get(directory)
        if alike is None:
            same = self.before.python.sees_as(self.after.python, directory)
            alike = self._python_alike[directory] = same and self._stands(directory, self._python_folders)
        return not alike

    @cached_property
    def _python_modules(self) -> frozenset[RepoPath]:
        """The modules that changed, and those that take all names of one."""
        modules = {path for path in (*self.paths, *self.rewritten) if path.endswith((".py", ".pyi"))}
        return frozenset((*modules, *self._stars(modules)))

    @cached_property
    def _python_folders(self) -> frozenset[RepoPath]:
        """The directories that are something else as packages: also by what their `__init__` says."""
        inits = {parent(path) for path in self._python_modules if name(path).startswith("__init__.")}
        return frozenset((*self.paths, *inits, *self.before.python.unlike(self.after.python)))

    @cached_property
    def python_names(self) -> frozenset[str]:
        """The names by which code asks for what changed."""
        new = self.before.python.offered_by_roots_unlike(self.after.python)
        return new.union(_names((*self.paths, *self._python_modules, *self._python_folders)))

    # JavaScript ----------------------------------------------------------------------------------------------------------------

    def touch_node(self, text: str, base: str, at: RepoPath) -> bool:
        """Whether what a script, a style sheet or a page says may mean something else."""
        return _says(text, base, self.node_names) or self.node_elsewhere(parent(at))

    def node_elsewhere(self, directory: RepoPath) -> bool:
        """Whether what any of them in a directory says may mean something else."""
        if self._node_stands_for:
            return True
        alike = self._node_alike.get(directory)
        if alike is None:
            alike = self._node_alike[directory] = self._stands(directory, self._node_folders)
        return not alike

    @cached_property
    def _node_stands_for(self) -> bool:
        """Whether what an alias without a star stands for changed."""
        return self.before.node.stand_for(self.paths)

    @cached_property
    def _node_unlike(self) -> tuple[frozenset[RepoPath], frozenset[str]]:
        """What manifests and configurations say otherwise: nothing where none changed."""
        changed = (path for path in chain(self.paths, self.rewritten) if not is_within(path, OURS))
        if any(is_node_input(path) or is_tool(path) for path in changed):
            return self.before.node.unlike(self.after.node)
        return frozenset(), frozenset()

    @cached_property
    def _node_folders(self) -> frozenset[RepoPath]:
        """The directories that came, went, have another index or another configuration."""
        indexed = (parent(path) for path in self.paths if name(path).partition(".")[0] in _INDEXES)
        return frozenset((*self.paths, *indexed, *self._node_unlike[0]))

    @cached_property
    def node_names(self) -> frozenset[str]:
        """The names by which code asks for what changed: a style sheet without its underscore, a package where anything in it did, by its own name, its
        directory's, and what it calls its insides.
        """
        found = set(_names(self._node_folders))
        found |= {one.removeprefix("_") for one in found}
        for node, paths in ((self.before.node, self.paths), (self.after.node, self._node_unlike[0])):
            packages = {package.directory: package for path in paths if (package := node.package_of(path)) is not None}
            for package in packages.values():
                found |= parts_of(package.name, "") | {name(package.directory)}
                for key in package.manifest.get("imports") or ():
                    found |= parts_of(str(key), "")
        for title in self._node_unlike[1]:
            found |= parts_of(title, "")
        return frozenset(found)


def _names(paths: Iterable[RepoPath]) -> Iterator[str]:
    for path in paths:
        parts = name(path).split(".")
        for count in range(1 if parts[0] else 2, len(parts) + 1):
            yield ".".join(parts[:count])


def _says(text: str, base: str, names: frozenset[str]) -> bool:
    """Whether a text names one of these; one that has no name in it may."""
    parts = parts_of(text, base)
    return not parts or not names.isdisjoint(parts)


@lru_cache(maxsize=1 << 17)
def parts_of(text: str, base: str) -> frozenset[str]:
    """The names in a text and in what it is read against, however they are cut."""
    found: set[str] = set()
    for whole in (text, base):
        found.update(_MARKS.split(whole))
        for part in _SLASHES.split(whole):
            pieces = part.split(".")
            found.update(".".join(pieces[:count]) for count in range(1, len(pieces) + 1))
    return frozenset(found - {""})
