"""From where a name is read: a package has one name for those inside and those outside, and which it is the imports tell that resolve today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.kinds import runs
from migrator.languages import Mention, language_of
from migrator.paths import ROOT, RepoPath, ancestors, is_within, join, name, parent

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.graph import Graph

__all__ = ["Roots"]


@dataclass(frozen=True)
class Roots:
    """The roots from which names were read before a step, and from which they are to be read after it."""

    before: Graph
    place: Callable[[RepoPath], RepoPath]
    """Where a file or directory of the tree before is now."""

    def seen(self, mention: Mention, source: RepoPath, path: RepoPath, at: RepoPath, atlas: Atlas) -> tuple[RepoPath, ...]:
        """The roots from which a name of a file should be read in the new tree, best first, where its own one went last; nothing when it has none.

        `source` and `path` are where the name stood and what it named before; `at` and `atlas` are where it stands now.
        """
        root = _root(mention, source, self.before.atlas)
        if root is None or not is_within(path, root):
            return ()
        top = _top(path, root)
        went, home = self.place(top), self.place(root)
        keeps = went != top and (name(went) == name(top) or atlas.python.installs(parent(went))) and not self._is_mere(top, root, atlas)
        found = [parent(went)] if keeps else []
        # A root that went along with what is seen from it stays its root; else it is called as its new neighbours are.
        found += [home] if home != root else [*self._neighbours(self.place(path), at, atlas), *self._entered(path, home, atlas)]
        return tuple(dict.fromkeys((*found, home)))

    def second(self, mention: Mention, source: RepoPath, path: RepoPath, at: RepoPath, atlas: Atlas) -> bool:
        """Whether a name would be a second one of what it names: it begins in the folder that its package went to, which others do not see."""
        root, now = _root(mention, source, self.before.atlas), _root(mention, at, atlas)
        if root is None or now is None or now == self.place(root) or not is_within(path, root) or now == atlas.python.roots(at).own:
            return False
        top = _top(path, root)
        return self.place(top) != top and parent(self.place(top)) == now and self._is_mere(top, root, atlas)

    def _is_mere(self, top: RepoPath, root: RepoPath, atlas: Atlas) -> bool:
        """Whether the folder that a package went to only holds it: somebody imported it from the root, which stayed, and does not see that folder."""
        folder = parent(self.place(top))
        if self.place(root) != root or atlas.python.is_root(folder):
            return False
        return any(folder not in atlas.python.roots(self.place(source)).above for source in self._importers.get((top, root), ()))

    @cached_property
    def _importers(self) -> Mapping[tuple[RepoPath, RepoPath], frozenset[RepoPath]]:
        """By what lies in a root, and the root: the files that name something in it from there, and what starts it."""
        found: dict[tuple[RepoPath, RepoPath], set[RepoPath]] = {}
        for source, mention, target in self.before:
            if target.path is None or mention.kind == "doc" or not (source.endswith((".py", ".pyi")) or (mention.kind == "module" and runs(source))):
                continue
            root = _root(mention, source, self.before.atlas)
            if root is not None and is_within(target.path, root):
                found.setdefault((_top(target.path, root), root), set()).add(source)
        return {key: frozenset(sources) for key, sources in found.items()}

    def _entered(self, path: RepoPath, home: RepoPath, atlas: Atlas) -> list[RepoPath]:
        """The roots of projects that a file comes to lie in, below the root that it was seen from: installed, it has their name."""
        own = {self.place(root) for root in ancestors(path) if root in self.before.atlas.python.declared}
        above = ancestors(self.place(path))
        return [root for root in above if root in atlas.python.declared and root not in own and root != home and is_within(root, home)]

    def _neighbours(self, path: RepoPath, at: RepoPath, atlas: Atlas) -> list[RepoPath]:
        """The roots from which those see the neighbours of a file who see them from as near or as far, the most usual first."""
        folder = parent(path)
        while folder:
            if used := self._used.get(folder):
                above = atlas.python.roots(at).above
                fitting = [(-count, root) for (root, near), count in used.items() if near == (root in above) or atlas.python.installs(root)]
                return [root for _, root in sorted(fitting) if is_within(path, root)]
            if folder in atlas.python.projects:
                break
            folder = parent(folder)
        return []

    @cached_property
    def _used(self) -> Mapping[RepoPath, Counter[tuple[RepoPath, bool]]]:
        """By directory: how often what stays below it is seen from which root, and whether that lies above the one who sees it."""
        found: dict[RepoPath, Counter[tuple[RepoPath, bool]]] = {}
        python = self.before.atlas.python
        for source, mention, target in self.before:
            if mention.weak or target.path is None or not target.path.endswith((".py", ".pyi")) or self.place(target.path) != target.path:
                continue
            root = _root(mention, source, self.before.atlas)
            if root is None:
                continue
            near, folder = root in python.roots(source).above, parent(target.path)
            while is_within(folder, root):
                found.setdefault(folder, Counter())[root, near] += 1
                if folder == root:
                    break
                folder = parent(folder)
        return found


def _top(path: RepoPath, root: RepoPath) -> RepoPath:
    """What lies in a root itself, of the way to a path."""
    return join(root, path[len(root) :].strip("/").partition("/")[0]) or ROOT


def _root(mention: Mention, at: RepoPath, atlas: Atlas) -> RepoPath | None:
    spoken = language_of(at, atlas.dialect)
    return None if spoken is None else spoken[0].root(mention, at, atlas)
