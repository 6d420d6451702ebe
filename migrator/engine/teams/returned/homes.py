"""Where what is new would lie, had a step not been made.

Directories go back as directories where all that came into them came from one. What lies in a directory that the step made of several, or of
nothing, goes beside what it has to do with, at the level at which it lies: in a project's folder of tests into that of the other project.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.paths import RepoPath, ancestors, is_within, join, name, parent
from migrator.tree import Moves

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.tree import Tree

__all__ = ["Homes"]


@dataclass(frozen=True)
class Homes:
    """The way back of a step's moves, for files that were not there when it was made."""

    before: Facts
    after: Facts
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
        """Where a new file would lie, for all that came into its folder came from one; None where that tells nothing."""
        for folder in ancestors(path)[:-1]:
            if not self.after.tree.is_dir(folder):
                continue
            home = self.directories.get(folder)
            if home is None and len(homes := self._files.get(folder, set())) == 1:
                home = next(iter(homes))
            if home is None or home == folder:
                return None
            return RepoPath(path[len(folder) + 1 :] if not home else f"{home}{path[len(folder) :]}")
        return None

    def is_made(self, path: RepoPath) -> bool:
        """Whether a file lies in a folder that the step made."""
        folder = next(folder for folder in ancestors(path) if self.after.tree.is_dir(folder) or not folder)
        return not self.before.tree.is_dir(folder)

    def project_made(self, path: RepoPath) -> RepoPath | None:
        """The project of a file, where the step made it whole."""
        project = next(folder for folder in ancestors(path) if folder in self._projects_after or not folder)
        return project if project and not self.before.tree.is_dir(project) else None

    def likely(self, path: RepoPath, named: Collection[RepoPath] = ()) -> tuple[RepoPath, ...]:
        """Where a new file beside what the step moved could lie, the likeliest first; `named` is what it names and what names it."""
        if (folder := self._filled(path)) is not None:
            below = self._came[folder]
        elif (folder := self.project_made(path)) is not None:
            # Another step moved what it has to do with, and that is back already.
            below = [(new, self.origins[new]) for new in sorted(named) if new in self.origins and not is_within(new, folder)]
        else:
            return ()
        rest = path[len(folder) + 1 :]
        known, beside, there = (
            Counter(parent(old) for new, old in below if new in named),
            Counter(parent(old) for new, old in below if parent(new) == folder),
            Counter(parent(old) for _, old in below),
        )
        homes = sorted(there, key=lambda home: (-known[home], -beside[home], -there[home], home))
        whole = folder in self._projects_after
        first, inner, _ = rest.partition("/")
        found: list[RepoPath] = []
        if inner:
            found += (_in(above, rest) for home in homes for above in self._up(home) if self.before.tree.is_dir(_in(above, first)))
        found += (_in(self._up(home)[-1] if whole else home, rest) for home in homes)
        if _is_top(self.after, folder):
            found += (_in(above, rest) for home in homes for above in self._up(home) if _is_top(self.before, above))
        return tuple(dict.fromkeys(place for place in found if place != path))

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
    def origins(self) -> Mapping[RepoPath, RepoPath]:
        """What the step did not make: path after to path before."""
        found = {new: old for old, new in self.files.items()}
        before = self.before.tree
        return {path: found.get(path, path) for path in self.after.tree if path in found or (path in before and path not in self.files)}

    @cached_property
    def _whole(self) -> Mapping[RepoPath, Collection[RepoPath | None]]:
        found: dict[RepoPath, set[RepoPath | None]] = {}
        for new, old in self.origins.items():
            for folder in ancestors(new)[:-1]:
                rest = new[len(folder) :]
                # From the root as well, whose name is empty.
                at = f"/{old}"
                found.setdefault(folder, set()).add(RepoPath(at.removesuffix(rest).lstrip("/")) if at.endswith(rest) else None)
        return found

    @cached_property
    def _files(self) -> Mapping[RepoPath, set[RepoPath]]:
        found: dict[RepoPath, set[RepoPath]] = {}
        for new, old in self.origins.items():
            found.setdefault(parent(new), set()).add(parent(old))
        return found

    @cached_property
    def _came(self) -> Mapping[RepoPath, list[tuple[RepoPath, RepoPath]]]:
        """By folder after the step: what it moved to anywhere in it, path after and path before."""
        found: dict[RepoPath, list[tuple[RepoPath, RepoPath]]] = {}
        for new, old in self.origins.items():
            for folder in ancestors(new)[:-1] if new != old else ():
                found.setdefault(folder, []).append((new, old))
        return found

    def _filled(self, path: RepoPath) -> RepoPath | None:
        """The nearest folder above that the step moved files into: right into it, or into a project that it is or lies in."""
        projects = self._projects_after
        for folder in ancestors(path)[:-1]:
            inside = self._came.get(folder, [])
            if any(parent(new) == folder for new, _ in inside) or (inside and any(above in projects for above in (folder, *ancestors(folder)[:-1]))):
                return folder
            # What people made as a whole is no part of what the step made.
            if folder in projects:
                return None
        return None

    def _up(self, home: RepoPath) -> tuple[RepoPath, ...]:
        """A folder before the step and those above it, up to that of its project."""
        found: list[RepoPath] = []
        for folder in (home, *ancestors(home)):
            found.append(folder)
            if folder in self._projects_before:
                break
        return tuple(found)

    @cached_property
    def _projects_before(self) -> frozenset[RepoPath]:
        return _projects(self.before)

    @cached_property
    def _projects_after(self) -> frozenset[RepoPath]:
        return _projects(self.after)

    def _is_target(self, folder: RepoPath) -> bool:
        """Whether something was moved to a directory or to what it lies in: that all of another came from one place is chance."""
        return any(is_within(folder, place) for place in self._targets)

    @cached_property
    def _targets(self) -> frozenset[RepoPath]:
        return frozenset(RepoPath(new) if self.after.tree.is_dir(new) else parent(new) for _, new in self.moves if name(new))


def _in(folder: RepoPath, rest: str) -> RepoPath:
    return RepoPath(f"{folder}/{rest}" if folder else rest)


def _projects(facts: Facts) -> frozenset[RepoPath]:
    """The folders that have a manifest, and the root."""
    return frozenset({*facts.atlas.python.projects, *facts.atlas.node.packages})


def _is_top(facts: Facts, folder: RepoPath) -> bool:
    """Whether a folder is a package that lies in none."""
    return facts.atlas.python.is_package(folder) and not facts.atlas.python.is_package(parent(folder))
