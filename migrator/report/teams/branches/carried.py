"""What people and programs read of a branch that was carried over a migration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.paths import printable
from migrator.report.models.base import Model, short
from migrator.report.screen import DONE, FAILED, NEXT, STAYS, STYLES, WARN, fit
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.engine.teams.carried.carrying import CarriedCommit, Carry, Met
    from migrator.report.screen import Screen

_ID = 7
_SUBJECT = 48
_FEW = 8


class CarryConflictOut(Model):
    """A file that the branch and main changed, each otherwise."""

    path: str = Field(description="where it would be")
    kind: str = Field(description="text, binary, deleted, moved, added, place or mode")
    message: str
    lines: tuple[int, ...] = Field(description="of a text: where the conflicts begin in the branch's file, once it is moved and rewritten")
    main: str = Field(description="the commit of main that changed it last; empty where none did")
    main_subject: str

    @classmethod
    def of(cls, met: Met) -> Self:
        """One conflict."""
        main = ("", "") if met.main is None else (met.main.id, met.main.subject)
        conflict = met.conflict
        return cls(
            path=printable(conflict.path), kind=conflict.kind, message=conflict.message, lines=conflict.lines, main=main[0], main_subject=main[1]
        )


class CarriedCommitOut(Model):
    """A commit of the branch, and what became of it."""

    source: str
    subject: str
    commit: str | None = Field(description="null where none was made: main has all of it, or there are conflicts")
    files: int = Field(description="so many files it changes")
    elsewhere: dict[str, str] = Field(description="those of them that are in another place now")
    rewritten: int = Field(description="so many of its lines name what they name by its new name")
    followed: int = Field(description="so many other files follow from what it does")
    conflicts: tuple[CarryConflictOut, ...]

    @classmethod
    def of(cls, one: CarriedCommit) -> Self:
        """One commit."""
        change = one.change
        return cls(
            source=one.source.id,
            subject=one.source.subject,
            commit=one.new or None,
            files=len(change.files),
            elsewhere={printable(old): printable(new) for old, new in sorted(change.elsewhere.items())},
            rewritten=change.rewritten,
            followed=change.followed,
            conflicts=tuple(CarryConflictOut.of(met) for met in one.conflicts),
        )


class CarryOut(Model):
    """A branch carried over a migration."""

    source: str = Field(description="the branch, as it is called here")
    source_commit: str
    onto: str = Field(description="the commit on which it is now")
    fork: str = Field(description="the commit from which the branch goes off")
    branch: str
    head: str | None = Field(description="null where no branch was made")
    steps: tuple[str, ...] = Field(description="ids of the steps that it was carried over")
    known: bool = Field(description="whether it was carried before, and nothing changed since")
    marked: bool = Field(description="whether the last commit has both sides of each conflict between marks")
    commits: tuple[CarriedCommitOut, ...]
    left: tuple[str, ...] = Field(description="new files that are still in old places")
    next: tuple[str, ...]

    @classmethod
    def of(cls, made: Carry, following: Sequence[tuple[str, str]]) -> Self:
        """What came of it."""
        return cls(
            source=made.branch,
            source_commit=made.source,
            onto=made.onto,
            fork=made.fork,
            branch=short(made.target),
            head=made.head,
            steps=tuple(record.id for record in made.steps),
            known=made.known,
            marked=made.marked,
            commits=tuple(CarriedCommitOut.of(one) for one in made.commits),
            left=tuple(map(printable, made.left)),
            next=tuple(command for command, _ in following),
        )


# for people --------------------------------------------------------------------------------------------------------------


def carried(screen: Screen, made: Carry, onto: str) -> None:
    """A line a commit, what landed where, what is in conflict, totals."""
    target = short(made.target)
    if made.known:
        screen.line((DONE, STYLES[DONE]), f" {made.branch} is carried onto {onto} already: ", (target, "cyan"), f" at {(made.head or '')[:_ID]}")
        return
    over = f"{counted(len(made.commits), 'commit')} · over {counted(len(made.steps), 'step')}"
    screen.line((f"{made.branch} {NEXT} {onto}", "bold"), f"    {over} · cut at {made.fork[:_ID]}")
    for one in made.commits:
        _commit(screen, one, onto)
    _elsewhere(screen, made)
    if made.left:
        screen.line((f"  {WARN} ", STYLES[WARN]), f"still in old places: {listed(list(made.left))}")
    screen.line()
    screen.line(_totals(made, onto))


def _commit(screen: Screen, one: CarriedCommit, onto: str) -> None:
    symbol = FAILED if one.conflicts else DONE if one.new else STAYS
    if one.empty and one.change.files:
        said = f"{onto} has all of it: left out"
    else:
        change = one.change
        counts = (
            (len(change.files), counted(len(change.files), "file")),
            (len(change.elsewhere), f"{len(change.elsewhere)} elsewhere"),
            (change.rewritten, f"{counted(change.rewritten, 'line')} rewritten"),
            (change.followed, f"{counted(change.followed, 'file')} follow{'s' if change.followed == 1 else ''}"),
            (len(one.conflicts), counted(len(one.conflicts), "conflict")),
        )
        said = " · ".join(text for number, text in counts if number) or "changes nothing"
    new = f"  {one.new[:_ID]}" if one.new else ""
    screen.line((f"  {symbol} ", STYLES[symbol]), (one.source.id[:_ID], "dim"), f"  {fit(one.source.subject, _SUBJECT)}  {said}", (new, "dim"))
    for met in one.conflicts:
        where = f"{met.conflict.path}:{met.conflict.lines[0]}" if met.conflict.lines else str(met.conflict.path)
        who = f"; {onto}: {met.main.id[:_ID]} {met.main.subject}" if met.main is not None else ""
        screen.line(f"      {where}", (f"   {met.conflict.message}{who}", "dim"))


def _elsewhere(screen: Screen, made: Carry) -> None:
    places = {old: new for one in made.commits for old, new in one.change.elsewhere.items()}
    if not places:
        return
    screen.line()
    screen.line(f"Landed elsewhere   {counted(len(places), 'file')}")
    for old, new in sorted(places.items())[:_FEW]:
        screen.line(f"  {old} ", (NEXT, STYLES[NEXT]), f" {new}")
    if len(places) > _FEW:
        screen.line((f"  … and {len(places) - _FEW} more, in --json", "dim"))


def _totals(made: Carry, onto: str) -> str:
    written = sum(bool(one.new) for one in made.commits)
    skipped = sum(one.empty and bool(one.change.files) for one in made.commits)
    parts = []
    if made.conflicts:
        parts.append(f"{counted(len(made.conflicts), 'conflict')} in {counted(len({met.conflict.path for met in made.conflicts}), 'file')}")
    if made.head is None:
        parts.append("no branch was made" if made.conflicts else f"nothing is left to carry: {onto} has all of it")
    else:
        parts.append(f"{counted(written, 'commit')} on {short(made.target)} · at {made.head[:_ID]}")
    if skipped and made.head is not None:
        parts.append(f"{skipped} left out")
    if made.marked:
        parts.append("the last one has both sides of each between marks")
    return " · ".join([*parts, f"{made.branch} is as it was"])
