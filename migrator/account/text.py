"""One file of the result, and what is known of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

from migrator.account.lines import LONG
from migrator.kinds import kind_of
from migrator.languages import language_of
from migrator.languages.text.catalogue import plain
from migrator.paths import RepoPath, ancestors, name, parent

if TYPE_CHECKING:
    from migrator.account.places import Places
    from migrator.languages.text.account import Occurrence

__all__ = ["Text"]

_FROM = re.compile(rb"^[ \t]*from[ \t]+\.*$")
"""What stands before the module that names are taken from."""


class Text:
    """A file of the result: its text, its mentions, and what it sees."""

    def __init__(self, places: Places, path: RepoPath, source: bytes) -> None:
        self.places = places
        self.path = path
        self.source = source
        self.old = places.origin.get(path, path)
        self.kind = kind_of(path, source)
        self.old_bases = _bases(self.old)
        self.new_bases = _bases(path)
        self.mentions = places.built.after.graph.references.get(path, ())
        self.starts = [reference.mention.start for reference in self.mentions]
        self.was = places.built.before.graph.references.get(self.old, ())
        """Its mentions before."""
        spoken = language_of(path, places.built.after.scanner.dialect)
        self.spoken = None if spoken is None else plain(spoken[1])
        """Its format, where anybody reads it."""
        self._choices: dict[str, str] = {}

    def choice(self, above: str) -> str:
        """What stands in this file for one of several places below a directory: `apps/$name`, or an empty text."""
        if above not in self._choices:
            found = _chosen(name(above)).search(self.source) if above else None
            self._choices[above] = f"{name(above)}/{found[1].decode('utf-8', 'replace')}" if found else ""
        return self._choices[above]

    def ahead(self, one: Occurrence) -> bytes:
        """The line before an occurrence."""
        begin = self.source.rfind(b"\n", 0, one.start) + 1
        return self.source[max(begin, one.start - LONG) : one.start]

    def mention(self, one: Occurrence) -> int | None:
        """Which of the file's mentions an occurrence is part of."""
        at = bisect_left(self.starts, one.end) - 1
        if at >= 0 and self.mentions[at].mention.end > one.start:
            return at
        # `from ..core.schemas import Base`: the mention is the name, and the module that it is taken from stands ahead of it.
        following = self.mentions[at + 1].mention if at + 1 < len(self.mentions) else None
        taken = following is not None and following.base.startswith(".") and following.base.lstrip(".") == ".".join(filter(None, one.parts))
        return at + 1 if taken and _FROM.search(self.ahead(one)) else None

    def mention_at(self, one: Occurrence) -> tuple[RepoPath, int] | None:
        """Where the mention begins that an occurrence is part of."""
        at = self.mention(one)
        return None if at is None else (self.path, self.starts[at])


def _bases(path: RepoPath) -> tuple[RepoPath, ...]:
    """The directories that a file may see its paths from: the root, its own, and those around that."""
    return tuple(dict.fromkeys((RepoPath(""), parent(path), *ancestors(parent(path)))))


@lru_cache(maxsize=4096)
def _chosen(directory: str) -> re.Pattern[bytes]:
    """What stands for one of several places below a directory."""
    whole = re.escape(directory.encode("utf-8", "surrogateescape"))
    # What must not stand before it is asked behind it: so it is found as fast as bytes are.
    return re.compile(whole + rb"(?<![\w.-]" + whole + rb")[/\\]{1,2}([$%{<*][^\s\"'`,;:)]{0,40})")
