"""The nouns of documents: what one is called, its headings, and what speaks for each thing that it may be about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["Document", "Evidence", "Heading", "Sign"]


class Heading(NamedTuple):
    """A heading of a document."""

    level: int
    text: str
    line: int


class Sign(NamedTuple):
    """Something that shows what a document is about, in our words, and the line that it stands on; 0 where its path says it."""

    what: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.what} (line {self.line})" if self.line else self.what


class Evidence(NamedTuple):
    """What speaks for one kind of document."""

    kind: str
    """`deployment`, `decisions`, `archive` …"""
    weight: int
    signs: tuple[Sign, ...]
    named: bool
    """Whether its name or title says it, and not only the folder or the text."""
    read: bool
    """Whether what it says shows it, and not only its path."""

    def __str__(self) -> str:
        return ", ".join(str(one) for one in self.signs[:3])


@dataclass(frozen=True, slots=True)
class Document:
    """A text for people, in a markup whose links we can follow."""

    path: RepoPath
    title: str
    """Its first heading, or what its front matter says; empty where it has none."""
    headings: tuple[Heading, ...]
    words: int
    """How many, without its code."""
