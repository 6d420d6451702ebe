"""The nouns of what was decided: the steps that were taken, and the numbered papers that people wrote of their decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.origin import Origin, Said
    from migrator.paths import RepoPath

__all__ = ["Decided", "Moved", "Paper", "Taken"]


@dataclass(frozen=True, slots=True)
class Moved:
    """A file or folder that a step moved, or a definition."""

    old: RepoPath
    new: RepoPath
    now: RepoPath | None
    """Where later steps brought it; None where nothing is there any more."""
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken, as its record tells it."""

    phase: str
    number: str
    slug: str
    title: str
    why: str
    origin: Origin
    """The record."""
    moves: tuple[Moved, ...] = ()
    written: int = 0
    """How many files it made, our own books left out."""
    edited: int = 0
    """How many files that people own it changed."""
    rewritten: Mapping[str, int] = field(default_factory=dict)
    """Mentions that followed, by kind of file."""
    open: Mapping[str, int] = field(default_factory=dict)
    """Mentions of old places that nobody could judge, by kind of file."""
    urgent: tuple[RepoPath, ...] = ()
    """The files that run with such mentions, where they are by now."""
    todos: tuple[str, ...] = ()
    """What a person has to do by hand."""
    family: str = ""
    """The family whose files it wrote; empty for all others."""

    @property
    def id(self) -> str:
        """`phase/slug`."""
        return f"{self.phase}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Paper:
    """A decision or a proposal that people wrote down."""

    kind: str
    """`decision` or `proposal`."""
    path: RepoPath
    number: int | None
    """None where papers are called by their day."""
    width: int
    """The digits of its number, zeros included."""
    title: Said[str]
    status: Said[str] | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided in a repository."""

    steps: tuple[Taken, ...] = ()
    """By number; those only that later phases do not add to."""
    papers: tuple[Paper, ...] = ()
    """Those of people, by path."""
    known: tuple[RepoPath, ...] = ()
    """The pages that a family made of steps before, as it made them: a page that has a number keeps it."""
    reports: Mapping[str, tuple[RepoPath, Origin]] = field(default_factory=dict)
    """By phase: its report on what became of each field, and the book that knows it."""
    owners: Origin | None = None
    """The file in which people say who reviews what."""
