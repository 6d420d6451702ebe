"""Taking steps back: a new entry in the journal, nothing is ever removed from it (L8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.engine.branches import BranchStatus, free, status_of
from migrator.errors import RepositoryError, UsageError
from migrator.journal import JournalEntry
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.engine.context import Engine


_SHORT = 7
"""Digits of a commit's id that name it."""


def take_back(engine: Engine, ref: str, *, to: str | None = None, phase: int | None = None, discard: bool = False) -> JournalEntry | None:
    """Bring a branch back to after a step, to before a phase, or (with neither) to before its first step; None when it is there.

    `to` may also be the commit at which it was before an update.

    Appends to the journal; what is taken back stays reachable from it (L8). Raises UsageError for an unknown step and
    RepositoryError where people's own commits on top would leave the branch, unless `discard`.
    """
    with engine.locked():
        short = ref.removeprefix("refs/heads/")
        status = status_of(engine, ref)
        if status.head is None:
            return None
        free(engine, ref)
        new = _target(engine, status, to, phase)
        if new == status.head:
            return None
        # What an update carried is on the branch from which it did.
        carried = any((entry.kind, entry.branch, entry.old, entry.new) == ("update", ref, new, status.head) for entry in engine.journal)
        if status.foreign and not discard and not carried:
            raise RepositoryError(
                f"{short} has commits of your own on top ({len(status.foreign)}), the last is {status.foreign[0].id[:7]} {status.foreign[0].subject}",
                f"git branch keep {word(short)}, then `migrate rollback {_asked(to, phase)} --branch {word(short)} --discard`",
            )
        entry = JournalEntry(
            kind="rollback",
            branch=ref,
            old=status.head,
            new=new,
            base=status.base,
            title=f"to {to or (f'before phase {phase}' if phase else 'the start')}",
        )
        appended = engine.journal.append(entry, keep=status.head)
        engine.journal.carry_out(appended)
        return appended


def _asked(to: str | None, phase: int | None) -> str:
    """The option that says how far back."""
    if to is not None:
        return f"--to {word(to)}"
    return "--all" if phase is None else f"--phase {phase}"


def _target(engine: Engine, status: BranchStatus, to: str | None, phase: int | None) -> str | None:
    if to is not None:
        for entry in status.steps:
            if to in {entry.number, entry.step, entry.step.partition("/")[2]}:
                return entry.new
        for update in engine.journal:
            if (update.kind, update.branch) == ("update", status.branch) and len(to) >= _SHORT and (update.old or "").startswith(to):
                return update.old
        raise UsageError(f"{to!r} is no step of {status.branch.removeprefix('refs/heads/')}", "migrate log")
    if phase is not None:
        name = next((p.name for p in engine.phases if p.number == phase), None)
        first = next((entry for entry in status.steps if entry.phase == name), None)
        if first is None:
            raise UsageError(f"phase {phase} has no steps on {status.branch.removeprefix('refs/heads/')}", "migrate status")
        return first.old
    return status.steps[0].old if status.steps else status.head
