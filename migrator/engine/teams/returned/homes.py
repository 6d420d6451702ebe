"""Where what is new would lie, had a step not been made: directories go back as directories where all that came into them came from one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.paths import RepoPath, ancestors, is_within, join, name, parent
from migrator.tree import Moves

if TYPE_CHECKING:
    from migrator.tree import Tree

__all__ = ["Homes"]


@dataclass(frozen=True)
class Homes:
    """The way back of a step's moves, for files that were not there when it was made."""

    before: Tree
    after: Tree
    files: Mapping[RepoPath, RepoPath]
    """Path before to path after of what it moved."""
    moves: Iterable[tuple[str, str]]
    """What its record says that it moved."""

    @cached_property
    def directories(self) -> Mapping[RepoPath, RepoPath]:
        """Directories after the step to directories before it: whatever lies anywhere in one came from the other, under the same names."""
        found = {folder: next(iter(homes)) for folder, homes in self._whole.items() if len(homes) == 1}
        return {folder: home for folder, home in found.items() if home is not None and home != folder and self._is_target(folder)}

    def home(self, path: RepoPath) -> RepoPath | None:
        """Where a new file would lie; None where nothing tells."""
        for folder in ancestors(path)[:-1]:
            if not self.after.is_dir(folder):
                continue
            home = self.directories.get(folder)
            if home is None and len(homes := self._files.get(folder, set())) == 1:
                home = next(iter(homes))
            if home is None or home == folder:
                return None
            return RepoPath(path[len(folder) + 1 :] if not home else f"{home}{path[len(folder) :]}")
        return None

    def pairs(self, tree: Tree, places: Mapping[RepoPath, RepoPath]) -> Moves:
        """The moves that bring each file of a tree to its place, by directories where that says the same; files without a place go with them."""
        whole: dict[RepoPath, RepoPath] = {}
        for folder, home in sorted(self.directories.items()):
            if not tree.is_dir(folder) or any(is_within(folder, known) for known in whole):
                continue
            inside = [path for path in tree.below(folder) if path in places]
            if inside and all(places[path] == join(home, path[len(folder) + 1 :]) for path in inside):
                whole[folder] = home
        moves = Moves(whole)
        rest = {path: place for path, place in places.items() if moves(path) != place}
        return Moves({**whole, **rest})

    @cached_property
    def _origins(self) -> Mapping[RepoPath, RepoPath]:
        """What of the tree after the step was there before: path after to path before."""
        found = {new: old for old, new in self.files.items()}
        return {path: found.get(path, path) for path in self.after if path in found or (path in self.before and path not in self.files)}

    @cached_property
    def _whole(self) -> Mapping[RepoPath, Collection[RepoPath | None]]:
        found: dict[RepoPath, set[RepoPath | None]] = {}
        for new, old in self._origins.items():
            for folder in ancestors(new)[:-1]:
                rest = new[len(folder) :]
                found.setdefault(folder, set()).add(RepoPath(old.removesuffix(rest)) if old.endswith(rest) else None)
        return found

    @cached_property
    def _files(self) -> Mapping[RepoPath, set[RepoPath]]:
        found: dict[RepoPath, set[RepoPath]] = {}
        for new, old in self._origins.items():
            found.setdefault(parent(new), set()).add(parent(old))
        return found

    def _is_target(self, folder: RepoPath) -> bool:
        """Whether something was moved to a directory or to what it lies in: that all of another came from one place is chance."""
        return any(is_within(folder, place) for place in self._targets)

    @cached_property
    def _targets(self) -> frozenset[RepoPath]:
        return frozenset(RepoPath(new) if self.after.is_dir(new) else parent(new) for _, new in self.moves if name(new))
