"""Where the files of a tree go when a step is taken back: what was there goes back, what is new goes beside what it has to do with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.facts.duplicates.reading import defined_in
from migrator.graph import Graph
from migrator.paths import RepoPath, ancestors, name, parent

if TYPE_CHECKING:
    from migrator.engine.teams.returned.homes import Homes
    from migrator.facts import Facts
    from migrator.graph import Reference
    from migrator.tree import Tree

__all__ = ["Places"]


class Places:
    """The places of files; new ones have none of those that are `refused` to them."""

    instead: dict[RepoPath, RepoPath]
    """What of today stands for files of the step that go with it and that people's files name."""
    kept: frozenset[RepoPath]
    """Files of the step that people's files name and for which nothing stands: they stay."""

    def __init__(self, old: Facts, new: Facts, now: Facts, homes: Homes, refused: Collection[tuple[RepoPath, RepoPath]]) -> None:
        self.old, self.new, self.now = old, new, now
        self.homes, self.refused = homes, refused
        self.instead, self.kept = {}, frozenset()
        self._about: dict[RepoPath, frozenset[RepoPath]] = {}
        self._stand_in()

    @property
    def origins(self) -> Mapping[RepoPath, RepoPath]:
        """What the step did not make: path after to path before."""
        return self.homes.origins

    def untouched(self, path: RepoPath) -> bool:
        """Whether a file is as the step left it."""
        return path in self.new.tree and self.new.tree[path] == self.now.tree.get(path)

    def changed(self, path: RepoPath) -> bool:
        """Whether the step changed what a file says."""
        return path in self.origins and self.old.tree[self.origins[path]] != self.new.tree[path]

    @cached_property
    def both(self) -> frozenset[RepoPath]:
        """What the step changed and people changed since."""
        return frozenset(path for path in self.origins if path in self.now.tree and self.changed(path) and not self.untouched(path))

    def places(self, tree: Tree) -> dict[RepoPath, RepoPath]:
        """Where the files of a tree go, today's or that after the step; what the step made and nobody edited goes nowhere."""
        found: dict[RepoPath, RepoPath] = {}
        late: list[RepoPath] = []
        for path in tree:
            if path in self.origins:
                found[path] = self.origins[path]
            elif path not in self.new.tree or not self.untouched(path) or path in self.kept:
                late.append(path)
        taken = {*found.values(), *self.removed}
        for path in late:
            found[path] = next((place for place in self._options(path) if place not in taken and (path, place) not in self.refused), path)
            taken.add(found[path])
        return found

    def _options(self, path: RepoPath) -> Iterator[RepoPath]:
        """Where a new file may go, the likeliest first; where that is taken, to a folder there that is called by where it comes from."""
        home = self.homes.home(path)
        likely = self._likely(path)
        best = likely[:1]
        if home is not None:
            yield from (home, path)
        elif path in self.new.tree or not self.homes.is_made(path):
            yield path
        yield from best
        for place in best:
            made = next((above for above in reversed(ancestors(path)[:-1]) if not self.old.tree.is_dir(above)), parent(path))
            yield RepoPath(f"{parent(place)}/{name(made).replace('-', '_')}/{name(path)}".lstrip("/"))
        yield from (*likely[1:], path)

    def _likely(self, path: RepoPath) -> tuple[RepoPath, ...]:
        folder = next((above for above in reversed(ancestors(path)[:-1]) if not self.new.tree.is_dir(above)), path)
        if folder not in self._about:
            # What people put into a folder of their own stays together.
            graph, several = self.now.graph, (path,) if folder == path else self.now.tree.below(folder)
            self._about[folder] = frozenset[RepoPath]().union(*(graph.imports(one) | graph.importers(one) for one in several))
        return self.homes.likely(path, self._about[folder])

    @cached_property
    def removed(self) -> tuple[RepoPath, ...]:
        """What the step took away."""
        return tuple(sorted(self.old.tree.keys() - self.origins.values()))

    # what people name of what the step made ------------------------------------------------------------------------------------

    def _stand_in(self) -> None:
        """Find out what stands for what people name of the step, and what of it has to stay."""
        while True:
            places = self.places(self.now.tree)
            wanted = self._named(places)
            today = {place: path for path, place in places.items()}
            self.instead = {gone: today[like] for gone, names in wanted.items() if (like := self._alike(gone, names)) in today}
            if wanted.keys() == self.instead.keys():
                return
            self.kept |= wanted.keys() - self.instead.keys()

    def _named(self, places: Mapping[RepoPath, RepoPath]) -> dict[RepoPath, set[str]]:
        """What goes with the step and is named by files of people, with what they name of it."""
        found: dict[RepoPath, set[str]] = {}
        references = self.now.graph.references
        for path in sorted(places.keys() & references.keys()):
            for one in references[path] if self._is_of_people(path) else ():
                gone = one.target.path
                if gone is not None and gone in self.now.tree and gone not in places and gone not in self.old.tree and not one.mention.weak:
                    found.setdefault(gone, set()).add(one.target.rest.partition(".")[0])
        return found

    def _is_of_people(self, path: RepoPath) -> bool:
        return not (path in self.origins and self.untouched(path))

    def _alike(self, gone: RepoPath, names: set[str]) -> RepoPath | None:
        """What of the tree before the step is called and says what a file does that the step made."""
        home = self.homes.home(gone)
        for place in (*([home] if home is not None else []), *self._likely(gone)):
            if place in self.old.tree and names - {""} <= defined_in(self.old, place).keys():
                return place
        return None

    def naming(self, facts: Facts) -> Facts:
        """The same, in which people's files name what stands for files of the step."""
        said = {path: tuple(map(self._renamed, some)) if self._is_of_people(path) else some for path, some in facts.graph.references.items()}
        return facts.at(facts.tree, facts.atlas, Graph(facts.atlas, said))

    def _renamed(self, one: Reference) -> Reference:
        path = one.target.path
        return one._replace(target=one.target._replace(path=self.instead[path])) if path is not None and path in self.instead else one
