"""What git tells of commits, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from migrator.paths import RepoPath
from migrator.secrets import veiled

__all__ = ["FORMAT", "Author", "Changed", "Commit", "Rename", "changes_of", "commits_of", "now", "records", "renames_of", "seconds"]

FORMAT = ("-z", "--no-show-signature", "--encoding=UTF-8", "--format=%H%n%T%n%P%n%ct%n%B")
"""How `git log` is asked for what `commits_of` reads."""
_LAST = 253_370_764_800
"""The first second of the year 9999: calendars end soon after."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its id, its tree's id, its parents' ids, its message and its committer time (seconds since the epoch)."""

    id: str
    tree: str
    parents: tuple[str, ...]
    message: str
    time: int = 0

    @property
    def subject(self) -> str:
        """The message's first line, without credentials that show by their own shape: it is told in many places."""
        return veiled(self.message.partition("\n")[0])

    @property
    def trailers(self) -> dict[str, str]:
        """`Key: value` lines of the last paragraph."""
        last = self.message.strip().rpartition("\n\n")[2]
        pairs = (line.partition(": ") for line in last.splitlines())
        return {key: value for key, sep, value in pairs if sep and " " not in key}


class Author(NamedTuple):
    """Who made a commit, and when."""

    name: str
    mail: str
    date: str
    """As git takes it: seconds since the epoch and the zone."""


class Rename(NamedTuple):
    """A file that a commit of the history moved unchanged."""

    commit: str
    subject: str
    old: RepoPath
    new: RepoPath


class Changed(NamedTuple):
    """What a commit that is no merge changed, and who made it."""

    commit: str
    author: str
    mail: str
    time: int
    """When it was made by its author, in seconds since the epoch."""
    step: str
    """The step of a migration that it carries out; empty for what people commit."""
    paths: tuple[RepoPath, ...]
    """As they are called after it; what it only moved is not among them."""
    renames: tuple[tuple[RepoPath, RepoPath], ...]
    """The files that it moved unchanged."""


def commits_of(raw: bytes) -> Iterator[Commit]:
    """What `git log` says, as data."""
    for record in raw.decode("utf-8", "replace").split("\0"):
        if record:
            commit, tree, parents, time, message = record.lstrip("\n").split("\n", 4)
            yield Commit(commit, tree, tuple(parents.split()), message, seconds(time))


def records(raw: bytes) -> list[str]:
    """What `git log` says of each commit, where a control character begins it."""
    return raw.decode("utf-8", "surrogateescape").split("\x01")[1:]


def renames_of(log: bytes) -> Iterator[Rename]:
    """What `History.history` asks for, as data."""
    for record in records(log):
        head, *words = record.strip("\n\0").split("\0")
        commit, _, subject = head.strip().partition(" ")
        words = [word for word in words if word.strip()]
        for i in range(0, len(words) - 2, 3):
            yield Rename(commit, veiled(subject), RepoPath(words[i + 1]), RepoPath(words[i + 2]))


def changes_of(log: bytes) -> tuple[Changed, ...]:
    """What `History.changes` says, as data."""
    found: list[Changed] = []
    for record in records(log):
        head, *words = record.strip("\n\0").split("\0")
        parts = head.strip("\n").split("\x02")
        if len(parts) != 5:  # noqa: PLR2004  a name with a control character in it
            continue
        commit, author, mail, time, step = parts
        paths: list[RepoPath] = []
        renames: list[tuple[RepoPath, RepoPath]] = []
        rest = iter(word.strip("\n") for word in words)
        for status in rest:
            if status.startswith(("R", "C")):
                renames.append((RepoPath(next(rest)), RepoPath(next(rest))))
            elif status:
                paths.append(RepoPath(next(rest)))
        found.append(Changed(commit, author, mail, seconds(time), step.strip(), tuple(paths), tuple(renames)))
    return tuple(found)


def seconds(time: str) -> int:
    """A time that git tells, within what calendars hold; 0 for one that it cannot read."""
    return min(int(time), _LAST) if time.isdecimal() else 0


def now() -> datetime:
    """The current time, UTC."""
    return datetime.now(UTC)
