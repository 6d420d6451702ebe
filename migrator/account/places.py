"""The places that a step emptied: what a search looks for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.paths import RepoPath, ancestors, name, suffix

if TYPE_CHECKING:
    from migrator.build import Built

__all__ = ["Places"]


class Places:
    """The topmost files and directories that are not where they were, and how they may be named."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.before, self.after = built.before.tree, built.after.tree
        self.origin = {new: old for old, new in built.files.items()}
        """By where a file is now: where it was."""
        gone = {*built.files, *(self.origin.get(path, path) for path in built.deleted)} & self.before.keys()
        self.topmost = _topmost(built, gone)
        self.named: dict[str, list[RepoPath]] = {}
        """By their last names, the deepest first."""
        for place in sorted(self.topmost, key=lambda place: (-place.count("/"), place)):
            self.named.setdefault(name(place), []).append(place)
        self.modules = _modules(gone, self.topmost)
        """The dotted names of what went."""
        self.names = {last for names in self.after.folders.values() for last in names}
        """The last names of all that is there now."""

    @cached_property
    def words(self) -> frozenset[str]:
        """What to search for: last names, a module's also without what its name leaves out."""
        return frozenset({*self.named, *(_stem(place) for place in self.topmost)})

    def were(self, path: str) -> bool:
        """Whether there was a file or a directory."""
        return path in self.before or self.before.is_dir(path)

    def is_gone(self, path: RepoPath) -> bool:
        """Whether nothing is left of a file or a directory, wherever it might have gone."""
        files = [path] if path in self.before else self.before.below(path)
        return bool(files) and not any(self.built.moves(file) in self.after for file in files)


def _topmost(built: Built, gone: set[RepoPath]) -> frozenset[RepoPath]:
    """The topmost places that are not where they were: directories all of whose files went, and files whose directory stays."""
    stays: set[str] = set()
    for path in built.before.tree:
        above: str = path if path not in gone else ""
        while above and (above := above.rpartition("/")[0]) not in stays:
            stays.add(above)
    found = set()
    for path in gone:
        levels = [path, *ancestors(path)[:-1]]
        found.add(next((above for above in reversed(levels) if above not in stays), path))
    return frozenset(found)


def _stem(place: RepoPath) -> str:
    """The last name of a place, a module's without what its name leaves out."""
    return name(place).removesuffix(".py").removesuffix(".pyi")


def _modules(gone: Iterable[RepoPath], places: frozenset[RepoPath]) -> frozenset[str]:
    """Every dotted name, from any root, of the modules and packages that went, as far as it goes through a place that is empty now."""
    found: set[str] = set()
    for path in gone:
        if not path.endswith((".py", ".pyi")):
            continue
        place = next(above for above in (path, *ancestors(path)) if above in places)
        whole = path.removesuffix(suffix(path)).removesuffix("/__init__").split("/")
        for end in range(place.count("/") + 1, len(whole) + 1):
            found.update(".".join(whole[start:end]) for start in range(end - 1) if start <= place.count("/"))
    return frozenset(module for module in found if "-" not in module)
