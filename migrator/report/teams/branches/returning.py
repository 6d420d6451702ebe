"""What was taken back of a merged migration: as JSON, and for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.report import accounts
from migrator.report.models.accounts import AccountOut, TodoOut
from migrator.report.models.base import Model, short
from migrator.report.models.findings import FindingOut, GateOut
from migrator.report.models.plans import moves_of
from migrator.report.models.trust import WaitingOut
from migrator.report.screen import DONE, FAILED, STAYS, STYLES, WARN, Screen, fit
from migrator.report.text import commands, waiting
from migrator.wording import counted, word

if TYPE_CHECKING:
    from migrator.engine.teams.returned.returning import Returned, ReturnedStep
    from migrator.journal import Todo

_ID = 7
_FEW = 5
_SIGNS = {"conflict": FAILED, "kept": STAYS, "stays": STAYS}


class ReturnedStepOut(Model):
    """A step that was taken back."""

    id: str
    number: str
    title: str
    brought: str = Field(description="the commit of the trunk with which the step had come")
    commits: tuple[str, ...]
    tree: str
    moves: tuple[tuple[str, str], ...] = Field(description="what goes back, and where")
    edits: int = Field(description="files that say something else")
    creates: int = Field(description="files that the step had removed and that are there again")
    deletes: int = Field(description="files that the step had made and that are gone")
    findings: tuple[FindingOut, ...] = Field(
        description="`conflict`: people changed what the step had changed, and it stays as it is today; `kept`: the step made it and people edited it; "
        "`stays`: new, and nothing tells where it would be without the step; `placed`: new in a folder that the step made, and goes beside what it has to do with; "
        "`instead`: people's files name it for one that the step made; `order`: definitions that went back stand in another order than before; "
        "`again`: the step could not be told apart in a squash"
    )
    gates: tuple[GateOut, ...]
    account: AccountOut

    @classmethod
    def of(cls, step: ReturnedStep) -> Self:
        """A step."""
        built = step.planned.built
        return cls(
            id=step.landed.record.id,
            number=step.landed.record.number,
            title=step.landed.record.title,
            brought=step.landed.commit.id,
            commits=step.commits,
            tree=step.planned.tree,
            moves=moves_of(built.step, built),
            edits=len(built.edited),
            creates=len(built.created),
            deletes=len(built.deleted),
            findings=FindingOut.all(step.findings),
            gates=GateOut.all(step.gates),
            account=AccountOut.of(step.planned.account),
        )


class ReturnedOut(Model):
    """`migrate rollback --onto REV --json`."""

    branch: str
    onto: str
    base: str = Field(description="the commit that it is for; the branch starts there")
    head: str
    tree: str
    steps: tuple[ReturnedStepOut, ...] = Field(description="the newest first")
    gates: tuple[GateOut, ...] = Field(description="the repository's own checks, of the last tree")
    waiting: WaitingOut = Field(description="the gates that would have judged it and did not run: `migrate trust`")
    account: AccountOut = Field(description="what became of every mention of a place that went, in the end: `open` may name what is no longer there")
    todos: tuple[TodoOut, ...] = Field(description="what the branch leaves to be done by hand")

    @classmethod
    def of(cls, made: Returned, todos: Sequence[Todo]) -> Self:
        """What was taken back."""
        return cls(
            branch=short(made.branch),
            onto=made.onto,
            base=made.base,
            head=made.head,
            tree=made.tree,
            steps=tuple(map(ReturnedStepOut.of, made.steps)),
            gates=GateOut.all(made.gates),
            waiting=WaitingOut.of(made.unjudged),
            account=AccountOut.of(made.account),
            todos=TodoOut.all(todos),
        )


def returned(screen: Screen, made: Returned, todos: Sequence[TodoOut], again: str, *, verbose: bool) -> None:
    """What was taken back, what of it people must look at, and the next commands; `again` makes it once more."""
    branch = short(made.branch)
    for step in made.steps:
        built, record = step.planned.built, step.landed.record
        numbers = [
            f"{number:,} {word}"
            for number, word in (
                (len(built.files), "back"),
                (len(built.edited), "changed"),
                (len(built.deleted), "gone"),
                (len(built.created), "there again"),
            )
            if number
        ]
        screen.line(
            "  ", (DONE, STYLES[DONE]), f" {record.number} {fit(record.slug, 24)} ", (f"{step.commits[-1][:_ID]}  {' · '.join(numbers)}", "dim")
        )
    for step in made.steps:
        for kind, sign in _SIGNS.items():
            _findings(screen, sign, [str(finding) for finding in step.findings if finding.kind == kind], kind, verbose=verbose)
        _findings(screen, WARN, [str(finding) for finding in step.findings if finding.kind not in _SIGNS], "", verbose=verbose)
        warned = [f"{report.gate}: {finding}" for report in step.gates for finding in report.findings if finding.severity != "info"]
        _findings(screen, WARN, warned if verbose else [], "", verbose=verbose)
    conflicts = sum(finding.kind == "conflict" for step in made.steps for finding in step.findings)
    parts = [f"{counted(len(made.steps), 'step')} taken back on {branch}"]
    parts += [f"{counted(conflicts, 'conflict')}: look before you merge"] if conflicts else []
    screen.line()
    screen.hanging("", (" · ".join([*parts, f"tree {made.tree[:_ID]}", f"{made.onto} is as it was"]), "bold"))
    told = AccountOut.of(made.account)
    accounts.columns(screen, told)
    accounts.urgent(screen, told, verbose=verbose)
    waiting(screen, WaitingOut.of(made.unjudged), "judged none of this")
    accounts.by_hand(screen, todos)
    following = [
        (f"git log -p -M {word(f'{made.onto}..{branch}')}", "each step on its way back"),
        (f"git merge {word(branch)}", f"on {made.onto}, when it is right"),
        *([(again, "to make it again, once it is merged")] if again else []),
        (f"migrate rollback --all --branch {word(branch)}", "never mind"),
    ]
    commands(screen, following)


def _findings(screen: Screen, sign: str, rows: Sequence[str], kind: str, *, verbose: bool) -> None:
    shown = rows if verbose else rows[:_FEW]
    for row in shown:
        screen.hanging("  ", (sign, STYLES[sign]), f" {kind}  " if kind else " ", row, below=4)
    if len(rows) > len(shown):
        screen.line((f"    … {len(rows) - len(shown):,} more (-v)", "dim"))
