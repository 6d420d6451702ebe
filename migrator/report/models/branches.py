"""Where branches stand, and what happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from migrator.errors import Finding
from migrator.report.models.accounts import AccountOut, TodoOut
from migrator.report.models.base import Model, short
from migrator.report.models.findings import FindingOut
from migrator.report.models.plans import AsideOut

if TYPE_CHECKING:
    from migrator.engine.branches import BranchStatus
    from migrator.journal import JournalEntry

__all__ = ["BranchOut", "CommitOut", "EntryOut", "LogOut", "StandOut", "branch_out"]


class EntryOut(Model):
    """One thing that happened."""

    id: str = Field(description="the entry's own commit")
    time: str = Field(description="UTC, ISO 8601")
    kind: str = Field(description="open, step, aside, rollback, move, done, back or update")
    branch: str
    old: str | None = Field(description="the commit the branch was at; null when it did not exist")
    new: str | None = Field(description="the commit it went to; null when it was deleted")
    phase: str
    number: str
    step: str
    title: str
    tree: str

    @classmethod
    def of(cls, entry: JournalEntry) -> Self:
        """An entry."""
        return cls(
            id=entry.id,
            time=entry.time,
            kind=entry.kind,
            branch=short(entry.branch),
            old=entry.old,
            new=entry.new,
            phase=entry.phase,
            number=entry.number,
            step=entry.step,
            title=entry.title,
            tree=entry.tree,
        )


class LogOut(Model):
    """`migrate log --json`, newest first."""

    entries: tuple[EntryOut, ...]


class CommitOut(Model):
    """A commit that people made on top of ours."""

    commit: str
    subject: str


class StandOut(Model):
    """A step on a branch, as the journal remembers it."""

    id: str
    number: str
    phase: str
    title: str
    commit: str | None
    tree: str
    time: str
    unjudged: tuple[str, ...] = Field(description="declared gates that did not judge it, because nobody had approved them")
    account: AccountOut


class BranchOut(Model):
    """Where one branch stands."""

    branch: str
    base: str
    head: str | None = Field(description="null when the branch is gone")
    trunk: str = Field(description="what `behind` counts on: the branch that is checked out, or HEAD")
    behind: int = Field(description="commits of `trunk` that the branch does not have")
    merged: bool = Field(
        description="whether `trunk` has all that the branch brought, merged, squashed or rebased, or had it and took it back; false for the branch that is checked out"
    )
    steps: tuple[StandOut, ...]
    set_aside: tuple[AsideOut, ...]
    foreign: tuple[CommitOut, ...]
    todos: tuple[TodoOut, ...] = Field(description="what its steps leave to be done by hand; `migrate done ID` takes one off")
    next: tuple[str, ...] = Field(description="the next commands")


def branch_out(status: BranchStatus, *, trunk: str, behind: int, merged: bool, following: tuple[str, ...]) -> BranchOut:
    """Where a branch stands."""
    return BranchOut(
        branch=short(status.branch),
        base=status.base,
        head=status.head,
        trunk=trunk,
        behind=behind,
        merged=merged,
        steps=tuple(
            StandOut(
                id=e.step,
                number=e.number,
                phase=e.phase,
                title=e.title,
                commit=e.new,
                tree=e.tree,
                time=e.time,
                unjudged=tuple(gate["gate"] for gate in e.gates if not gate.get("ran", True)),
                account=AccountOut.kept(e.account),
            )
            for e in status.steps
        ),
        set_aside=tuple(
            AsideOut(id=e.step, phase=e.phase, number=e.number, title=e.title, findings=tuple(_finding(f) for f in e.findings)) for e in status.aside
        ),
        foreign=tuple(CommitOut(commit=c.id, subject=c.subject) for c in status.foreign),
        todos=TodoOut.all(status.todos),
        next=following,
    )


def _finding(finding: Mapping[str, Any]) -> FindingOut:
    return FindingOut.all([Finding(**finding)])[0]
