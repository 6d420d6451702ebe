"""The three columns of an account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from migrator.kinds import RUNS, Kind
from migrator.paths import RepoPath, printable
from migrator.record import Counted, Opened

__all__ = ["EMPTY", "Account", "Column", "Entry"]

Column = Literal["rewritten", "left", "open"]


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One mention of an old place, as it stands in the result."""

    path: RepoPath
    line: int
    text: str
    """What it says, without secrets."""
    column: Column
    reason: str
    """How it was rewritten, why it is left, or why nobody here can tell."""
    kind: Kind

    @property
    def runs(self) -> bool:
        """Whether it stands in a file that runs."""
        return self.kind in RUNS

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Account:
    """Every mention of the places that a step emptied, by path and line."""

    entries: tuple[Entry, ...] = ()

    def column(self, column: Column) -> tuple[Entry, ...]:
        """The entries of one column."""
        return tuple(entry for entry in self.entries if entry.column == column)

    @cached_property
    def open(self) -> tuple[Entry, ...]:
        """What a person must look at."""
        return self.column("open")

    @cached_property
    def urgent(self) -> tuple[Entry, ...]:
        """What is open in files that run."""
        return tuple(entry for entry in self.open if entry.runs)

    def counted(self) -> Counted:
        """The account as a record keeps it: numbers, and the open entries one by one."""
        kinds: dict[Column, Counter[str]] = {column: Counter(entry.kind for entry in self.column(column)) for column in ("rewritten", "left", "open")}
        return Counted(
            rewritten=_ranked(kinds["rewritten"]),
            left=_ranked(Counter(entry.reason for entry in self.column("left"))),
            open=_ranked(kinds["open"]),
            entries=tuple(
                Opened(path=printable(entry.path), line=entry.line, text=entry.text, reason=entry.reason, kind=entry.kind) for entry in self.open
            ),
        )


EMPTY = Account()


def _ranked(numbers: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))
