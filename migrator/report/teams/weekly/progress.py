"""How far a migration has come and what is open, for programs and on a terminal of eighty columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from migrator.report.models.base import Model
from migrator.report.models.branches import BranchOut
from migrator.report.models.findings import FindingOut
from migrator.report.screen import DONE, FAILED, NEXT, STAYS, STYLES, WARN, Screen, fit
from migrator.report.text import commands, over, reason
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.engine.teams.weekly.backlog import Backlog, Item
    from migrator.engine.teams.weekly.progress import Made, Progress, Week
    from migrator.phase import Phase

__all__ = ["BacklogOut", "MadeOut", "StatusOut", "WeekOut", "backlog", "progress"]

_STATES = ("done", "waiting", "ready", "blocked", "aside")
_SAID = {"waiting": "on branches", "aside": "set aside"}
_SIGNS = {"done": DONE, "waiting": DONE, "ready": NEXT, "blocked": STAYS, "aside": FAILED}
_WEEKS = 12
"""So many weeks are shown; programs get all."""
_MOST = {"ready": 8, "blocked": 4}
"""So many steps that can be made, and that wait for others, are told of a phase to whoever does not ask for all."""
_NAME = 22
_SLUG = 24
_ID = 7
NOBODY = "nobody"
_HISTORY = "history"


class MadeOut(Model):
    """A step that was made, as its record says."""

    id: str
    number: str
    phase: str
    title: str
    commit: str = Field(
        description="the commit of the trunk that brought it: its own, a merge or a squash; the branch's, where it is on a branch alone"
    )
    time: str = Field(description="UTC, ISO 8601, by clocks that only go forward")
    branch: str = Field(description="the branch that has it as long as the trunk does not; else empty")

    @classmethod
    def of(cls, one: Made) -> Self:
        """A step."""
        record = one.record
        return cls(
            id=record.id, number=record.number, phase=record.phase, title=record.title, commit=one.commit, time=_time(one.time), branch=one.branch
        )


class WeekOut(Model):
    """A week of a burn-down."""

    start: str = Field(description="its Monday, UTC")
    done: int = Field(description="the steps that came to the trunk in it")
    total: int = Field(description="those that had come by its end")
    left: int | None = Field(description="of all that are known now, those that had not; null without --open")

    @classmethod
    def all(cls, weeks: Iterable[Week]) -> tuple[Self, ...]:
        """Each week."""
        return tuple(cls(start=week.start.isoformat(), done=week.done, total=week.total, left=week.left) for week in weeks)


class StatusOut(Model):
    """`migrate status --json`."""

    branches: tuple[BranchOut, ...] = Field(description="the branches that this clone's journal knows")
    made: tuple[MadeOut, ...] = Field(
        description="every step that this commit or a branch of ours has a record of, whoever made it, in the order in which they came"
    )
    weeks: tuple[WeekOut, ...]
    unread: tuple[str, ...] = Field(description="files among the records that are none")

    @classmethod
    def of(cls, branches: Sequence[BranchOut], known: Progress, weeks: Iterable[Week]) -> Self:
        """Where branches stand, and what was made."""
        return cls(
            branches=tuple(branches), made=tuple(map(MadeOut.of, (*known.trunk, *known.waiting))), weeks=WeekOut.all(weeks), unread=known.unread
        )


class NeededOut(Model):
    """A step that another one needs and that is not made."""

    id: str
    number: str
    state: str


class ItemOut(Model):
    """A step, made or not."""

    id: str
    number: str
    phase: str
    title: str
    state: Literal["done", "waiting", "ready", "blocked", "aside"] = Field(
        description="on this commit; on a branch alone; can be made; needs a step that is not made; was refused"
    )
    owners: tuple[str, ...] = Field(description="whoever has a fifth of what it is about, most first")
    files: int = Field(description="so many files it would touch; 0 when it is made or cannot be")
    by: tuple[NeededOut, ...] = Field(description="what it needs and is not made")
    findings: tuple[FindingOut, ...] = Field(description="why it was set aside")
    new: bool = Field(description="whether there was no such step a week ago")
    commit: str
    time: str
    branch: str

    @classmethod
    def of(cls, one: Item) -> Self:
        """A step."""
        return cls(
            id=one.id,
            number=one.number,
            phase=one.phase,
            title=one.title,
            state=one.state,
            owners=one.owners,
            files=one.files,
            by=tuple(NeededOut(id=need.id, number=need.number, state=need.state) for need in one.by),
            findings=FindingOut.all(one.findings),
            new=one.new,
            commit=one.commit,
            time=_time(one.time) if one.time else "",
            branch=one.branch,
        )


class CountsOut(Model):
    """How many steps of a phase, or of an owner in it, stand how."""

    phase: str
    owner: str | None = Field(description="null for the whole phase, empty for what nobody owns; a step of two owners counts for each")
    done: int
    waiting: int
    ready: int
    blocked: int
    aside: int
    new: int = Field(description="those of the open ones that were not there a week ago")

    @classmethod
    def of(cls, phase: str, owner: str | None, items: Sequence[Item]) -> Self:
        """Some steps in numbers."""
        counts = Counter[str](one.state for one in items)
        return cls(phase=phase, owner=owner, **{state: counts[state] for state in _STATES}, new=sum(one.new for one in items))


class BacklogOut(Model):
    """`migrate status --open --json`."""

    base: str
    owners: str = Field(
        description="what says who owns what: the CODEOWNERS file that counts, and the history for steps for which it names nobody; or history alone"
    )
    since: str = Field(description="the commit of a week ago, against which `new` is; empty where there was none")
    unsaid: str = Field(description="why it cannot be said what is new; else empty")
    journal: bool = Field(description="whether this clone has a journal: what others set aside is known to theirs alone")
    counts: tuple[CountsOut, ...]
    steps: tuple[ItemOut, ...]
    weeks: tuple[WeekOut, ...]
    unread: tuple[str, ...] = Field(description="files among the records that are none")

    @classmethod
    def of(cls, found: Backlog) -> Self:
        """What a program reads of it."""
        return cls(
            base=found.base,
            owners=found.owners.source,
            since=found.since,
            unsaid=found.unsaid,
            journal=found.journal,
            counts=_counts(found.items),
            steps=tuple(map(ItemOut.of, found.items)),
            weeks=WeekOut.all(found.weeks),
            unread=found.progress.unread,
        )

    def of_owner(self, owner: str) -> BacklogOut:
        """The same of one owner alone; the burn-down stays that of all."""
        mine = tuple(row for row in self.counts if row.owner == owner)
        return self.model_copy(update={"counts": mine, "steps": tuple(one for one in self.steps if owner in one.owners)})


def _counts(items: Sequence[Item]) -> tuple[CountsOut, ...]:
    """Each phase as a whole, then by owner, those of most steps first and nobody last."""
    found = []
    for phase in dict.fromkeys(one.phase for one in sorted(items, key=lambda one: one.number)):
        inside = [one for one in items if one.phase == phase]
        found.append(CountsOut.of(phase, None, inside))
        several = Counter(owner for one in inside for owner in (one.owners or ("",)))
        ranked = sorted(several, key=lambda name: (not name, -several[name], name))
        found.extend(CountsOut.of(phase, owner, [one for one in inside if owner in (one.owners or ("",))]) for owner in ranked)
    return tuple(found)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


# on a terminal ---------------------------------------------------------------------------------------------------------


def progress(screen: Screen, trunk: str, found: StatusOut) -> None:
    """What was made, by phase, and when; nothing where nothing was."""
    _unread(screen, found.unread)
    if not found.made:
        return
    if found.branches:
        screen.line()
    screen.line((f"Made so far    {_places(found.made, trunk)}", "bold"))
    phases = dict.fromkeys(one.phase for one in sorted(found.made, key=lambda one: one.number))
    for phase in phases if len(phases) > 1 else ():
        screen.line("  ", (DONE, STYLES[DONE]), f" {fit(phase, 16)}  ", _places([one for one in found.made if one.phase == phase], trunk))
    _weeks(screen, found.weeks)
    if all(map(over, found.branches)):
        commands(screen, [("migrate status --open", "what is open, by phase and owner")])


def _places(made: Sequence[MadeOut], trunk: str) -> str:
    """How many of some steps are where."""
    on = Counter(one.branch for one in made)
    return " · ".join(f"{number} on {f'{branch} alone' if branch else trunk}" for branch, number in sorted(on.items()))


def backlog(  # noqa: PLR0913  keyword-only from the fifth on
    screen: Screen, title: str, found: BacklogOut, phases: Sequence[Phase], *, owner: str | None = None, verbose: bool = False
) -> None:
    """The table by phase and owner, the open steps, and the burn-down; of one owner his alone."""
    screen.line((title, "bold"))
    by = (
        f"owners by {found.owners}, else by who changed most"
        if found.owners != _HISTORY
        else "no CODEOWNERS: owners are who changed most, by history"
    )
    screen.line((by, "dim"))
    _unread(screen, found.unread)
    shown = [one for one in found.steps if owner is None or owner in one.owners]
    for phase in phases:
        rows = [one for one in found.counts if one.phase == phase.name]
        screen.line()
        whole = [one for one in rows if one.owner is None]
        screen.line((f"Phase {phase.number}  {phase.title}", "bold"), "    ", "".join(map(_numbers, whole)) or "nothing to be done")
        for row in rows:
            if row.owner is not None and owner in {None, row.owner}:
                screen.line(f"  {fit(row.owner or NOBODY, _NAME)}  ", _numbers(row))
        _items(screen, [one for one in shown if one.phase == phase.name and (verbose or one.state != "done")], verbose=verbose)
    unknown = not found.journal and any(one.state in {"done", "waiting"} for one in found.steps)
    if found.unsaid or unknown:
        screen.line()
    if found.unsaid:
        screen.hanging("  ", (STAYS, STYLES[STAYS]), f" new      cannot be told: {found.unsaid}", below=13)
    if unknown:
        text = " aside    this clone has no journal: what was set aside elsewhere, and why, is not known here and counts as ready or blocked"
        screen.hanging("  ", (STAYS, STYLES[STAYS]), text, below=13)
    _weeks(screen, found.weeks)
    screen.line()


def _items(screen: Screen, found: Sequence[ItemOut], *, verbose: bool) -> None:
    """Each step a line; of many that can be made, or that wait for those, the first alone: they are the next ones."""
    most = {} if verbose else {state: number for state, number in _MOST.items() if sum(one.state == state for one in found) > number + 1}
    seen = Counter[str]()
    slugs = min(_SLUG, max((len(one.id.partition("/")[2]) for one in found), default=0))
    for one in found:
        seen[one.state] += 1
        if seen[one.state] <= most.get(one.state, seen[one.state]):
            _item(screen, one, slugs)
    if more := [f"{seen[state] - number} more {_SAID.get(state, state)}" for state, number in most.items()]:
        screen.line((f"    … {', '.join(more)} (-v)", "dim"))


def _item(screen: Screen, one: ItemOut, slugs: int) -> None:
    sign = _SIGNS[one.state]
    slug = one.id.partition("/")[2]
    if one.state == "aside":
        said = f"set aside: {reason(FindingOut.back(one.findings))}"
    elif one.by:
        said = "needs " + listed([f"{need.number}{' (set aside)' if need.state == 'aside' else ''}" for need in one.by])
    elif one.branch:
        said = f"on {one.branch}, not merged"
    elif one.commit:
        said = f"{one.commit[:_ID]}, {one.time[:10]}"
    else:
        said = counted(one.files, "file")
    new = ("new ", "yellow") if one.new else ""
    who = (f" · {listed(list(one.owners), 2) or NOBODY}", "dim")
    screen.hanging("  ", (sign, STYLES[sign]), " ", (f"{one.number:<6}", "bold"), " ", (slug.ljust(slugs), "cyan"), "  ", new, said, who, below=11)


def _numbers(row: CountsOut) -> str:
    numbers = row.model_dump()
    said = [f"{numbers[state]} {_SAID.get(state, state)}" for state in _STATES if numbers[state]]
    return " · ".join([*said, *([f"{row.new} new"] if row.new else [])])


def _unread(screen: Screen, unread: Sequence[str]) -> None:
    if unread:
        text = f" {counted(len(unread), 'file')} among the records of steps cannot be read and counts for nothing: {listed(list(unread), 2)}"
        screen.hanging("  ", (WARN, STYLES[WARN]), text, below=4)


def _weeks(screen: Screen, weeks: Sequence[WeekOut]) -> None:
    """The burn-down, newest last: what was left at the end of each week, or how much was done where nobody planned what is left."""
    if not weeks:
        return
    shown = weeks[-_WEEKS:]
    most = max((week.total if week.left is None else week.left) for week in shown) or 1
    screen.line()
    screen.line(("Week of      done  " + (" left" if shown[-1].left is not None else "so far"), "bold"))
    for week in shown:
        number = week.total if week.left is None else week.left
        bar = "█" * round(number * max(10, min(40, screen.width - 30)) / most)
        screen.line(f"{week.start}  {week.done:>5}  {number:>5}  ", (bar, "green" if week.left is None else "cyan"))
    if len(weeks) > len(shown):
        screen.line((f"{counted(len(weeks) - len(shown), 'earlier week')} (--json)", "dim"))
