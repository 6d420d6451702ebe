"""What became of the mentions of old places, and what is left to people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.paths import printable
from migrator.report.models.base import Model

if TYPE_CHECKING:
    from migrator.account.entries import Account
    from migrator.journal import Todo
    from migrator.record import Counted

__all__ = ["AccountOut", "DoneOutcome", "MentionOut", "TodoOut"]


class MentionOut(Model):
    """A mention of an old place, as it stands in the result."""

    path: str
    line: int
    text: str = Field(description="the line, or of what was rewritten the new text")
    column: str = Field(description="rewritten, left or open")
    reason: str
    kind: str = Field(description="code, scripts, CI, images, platforms, settings, documents or data")


class AccountOut(Model):
    """What became of every mention of a place that moved: each is in exactly one column."""

    rewritten: dict[str, int] = Field(description="by kind of file")
    left: dict[str, int] = Field(description="by reason")
    open: dict[str, int] = Field(description="by kind of file: it may break, and a person must look")
    urgent: int = Field(description="how many are open in files that run: scripts, CI, images, platforms")
    mentions: tuple[MentionOut, ...] = Field(description="all of them; of steps that were made earlier the open ones")

    @classmethod
    def of(cls, told: Account) -> Self:
        """An account."""
        counted = told.counted()
        mentions = tuple(
            MentionOut(path=printable(e.path), line=e.line, text=e.text, column=e.column, reason=e.reason, kind=e.kind) for e in told.entries
        )
        return cls(rewritten=counted.rewritten, left=counted.left, open=counted.open, urgent=len(told.urgent), mentions=mentions)

    @classmethod
    def kept(cls, counted: Counted) -> Self:
        """What the journal keeps of an account."""
        mentions = tuple(MentionOut(column="open", **entry.model_dump()) for entry in counted.entries)
        return cls(rewritten=counted.rewritten, left=counted.left, open=counted.open, urgent=len(counted.urgent), mentions=mentions)


class TodoOut(Model):
    """Something that a person has to do by hand."""

    id: int = Field(description="for `migrate done`; it never changes")
    text: str

    @classmethod
    def all(cls, items: Iterable[Todo]) -> tuple[Self, ...]:
        """Each thing."""
        return tuple(cls(id=todo.number, text=todo.text) for todo in items)


class DoneOutcome(Model):
    """`migrate done --json`."""

    done: TodoOut
    left: tuple[TodoOut, ...] = Field(description="what is still to be done by hand, on every branch")
