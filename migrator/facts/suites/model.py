"""The nouns of tests: who runs them, what they reach for, and what shows it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from migrator.atlas.node import SCRIPTS
from migrator.paths import RepoPath, ancestors, is_within, suffix

if TYPE_CHECKING:
    from migrator.facts.suites.patterns import Pattern

__all__ = ["JAVASCRIPT", "UNIT", "Evidence", "Runner", "Shown"]

UNIT = "unit"
"""The kind of what reaches for nothing outside of its process."""
JAVASCRIPT = frozenset(SCRIPTS)


class Evidence(NamedTuple):
    """What a line shows: the kind of test that says so, and in words."""

    kind: str
    """`integration/api`, `e2e/web`, …"""
    what: str
    line: int


class Shown(NamedTuple):
    """The kind of a test file, what says so, and where that stands: in the file itself, or in what it is prepared by."""

    kind: str
    what: str = "reaches for nothing outside"
    path: RepoPath = RepoPath("")
    line: int = 0

    def told(self, test: RepoPath) -> str:
        """In words, for a test: with the line, and its file where that is another one."""
        where = f"line {self.line}" if self.path == test else f"{self.path}:{self.line}"
        return f"{self.kind}: {self.what}" + (f" ({where})" if self.line else "")


@dataclass(frozen=True, slots=True)
class Runner:
    """A tool that looks for tests, from where, by which settings, and how it finds them."""

    tool: str
    """`pytest`, `unittest`, `vitest`, `jest`, `playwright`, `cypress`, `node`."""
    directory: RepoPath
    """Where people run it."""
    config: RepoPath
    """The file with its settings, or the manifest where it has none."""
    include: tuple[Pattern, ...]
    exclude: tuple[Pattern, ...] = ()
    packaged: bool = False
    """Whether it enters packages only, below where it begins: folders with an `__init__.py`."""
    apart: tuple[RepoPath, ...] = ()
    """Folders below that are other runners'."""
    why: str = field(default="")
    """Why nobody can tell by reading what it finds; empty where it shows."""

    @property
    def family(self) -> str:
        """What may stand for it: pytest runs the tests of unittest."""
        return "python" if self.tool in {"pytest", "unittest"} else self.tool

    def collects(self, path: RepoPath, there: AbstractSet[RepoPath]) -> bool:
        """Whether it takes a file for tests, in a tree that has some files."""
        if not is_within(path, self.directory) or (suffix(path) == ".py") != (self.family == "python"):
            return False
        if any(is_within(path, other) for other in self.apart) or not any(one.catches(path) for one in self.include):
            return False
        if any(one.catches(path) for one in self.exclude):
            return False
        return not self.packaged or any(
            all(RepoPath(f"{above}/__init__.py") in there for above in ancestors(path) if above != one.folder and is_within(above, one.folder))
            for one in self.include
            if one.catches(path)
        )

    def moved(self, place: Callable[[RepoPath], RepoPath]) -> Runner:
        """The same once folders that its settings name went elsewhere, and the settings with them."""
        return replace(self, include=tuple(one.moved(place) for one in self.include), exclude=tuple(one.moved(place) for one in self.exclude))
