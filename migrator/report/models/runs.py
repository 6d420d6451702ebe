"""What was made of a repository, and what was taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.report.diff import diff_of
from migrator.report.models.accounts import AccountOut, TodoOut
from migrator.report.models.base import Model, short
from migrator.report.models.findings import GateOut
from migrator.report.models.plans import AsideOut, SliceOut, moves_of
from migrator.report.models.trust import WaitingOut

if TYPE_CHECKING:
    from migrator.engine.making import DoneStep
    from migrator.engine.running import Run
    from migrator.journal import Todo
    from migrator.plan import PlannedStep

__all__ = ["DoneStepOut", "MovesOut", "RollbackOut", "RolledBackOut", "RunOut"]


class DoneStepOut(Model):
    """A step that is on a branch."""

    id: str
    number: str
    title: str
    commits: tuple[str, ...] = Field(description="one, or the moves and then their rewrite")
    tree: str
    gates: tuple[GateOut, ...]
    account: AccountOut

    @classmethod
    def of(cls, step: DoneStep) -> Self:
        """A step that was made."""
        return cls(
            id=step.id,
            number=step.number,
            title=step.title,
            commits=step.commits,
            tree=step.tree,
            gates=GateOut.all(step.gates),
            account=AccountOut.of(step.account),
        )


class RunOut(Model):
    """`migrate run --json` and `migrate mv --json`."""

    branch: str
    base: str = Field(description="the commit from which the branch started")
    head: str
    tree: str
    steps: tuple[DoneStepOut, ...] = Field(description="what this run made; empty when nothing was left to do")
    set_aside: tuple[AsideOut, ...]
    waiting: WaitingOut = Field(description="the gates that would have judged these steps and did not run: `migrate trust`")
    todos: tuple[TodoOut, ...] = Field(description="what the branch leaves to be done by hand")
    slice: SliceOut | None = Field(None, description="the slice that was asked for")

    @classmethod
    def of(cls, run: Run, todos: Iterable[Todo] = ()) -> Self:
        """A run."""
        return cls(
            branch=short(run.branch),
            base=run.base,
            head=run.head,
            tree=run.tree,
            steps=tuple(DoneStepOut.of(step) for step in run.steps),
            set_aside=AsideOut.all(run.aside),
            waiting=WaitingOut.of(run.unjudged),
            todos=TodoOut.all(todos),
            slice=SliceOut.of(run.cut),
        )


class MovesOut(Model):
    """`migrate mv --json` with --dry-run or --in-place: what the moves make of the tree, without a commit."""

    moves: tuple[tuple[str, str], ...]
    edits: tuple[str, ...]
    creates: tuple[str, ...]
    deletes: tuple[str, ...]
    tree: str
    gates: tuple[GateOut, ...]
    account: AccountOut
    todos: tuple[str, ...] = Field(description="what a person has to do by hand afterwards")
    diff: str | None = Field(None, description="with --dry-run")

    @classmethod
    def of(cls, step: PlannedStep, *, diff: bool) -> Self:
        """Moves that were built."""
        built = step.built
        return cls(
            moves=moves_of(built.step, built),
            edits=built.edited,
            creates=built.created,
            deletes=built.deleted,
            tree=built.after.tree.id,
            gates=GateOut.all(step.gates),
            account=AccountOut.of(step.account),
            todos=step.todos,
            diff=diff_of(built).decode("utf-8", "replace") if diff else None,
        )


class RolledBackOut(Model):
    """What was taken back on one branch."""

    branch: str
    old: str | None
    new: str | None = Field(description="null when the branch is gone again")
    steps: tuple[str, ...] = Field(description="ids of the steps that were taken back, last first")


class RollbackOut(Model):
    """`migrate rollback --json`; empty when everything was where it should be."""

    branches: tuple[RolledBackOut, ...]
