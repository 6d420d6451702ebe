"""How far a migration has come, week by week: read from records and commits alone, without a plan, and so at once.

A step counts from when its record came to the trunk. Merges, squash merges and rebases are alike, a fresh clone says the same, and nothing is written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from migrator.engine import branches
from migrator.engine.teams.landed import landed, taken_back
from migrator.record import FOLDER, record_in

if TYPE_CHECKING:
    from migrator.journal import Ledger
    from migrator.paths import RepoPath
    from migrator.record import Record

__all__ = ["Made", "Progress", "Week", "forward", "progress", "weeks", "when"]

_OURS = ("refs/heads/migrate/", "refs/remotes/")
"""Where branches of ours are that no journal of this clone knows."""


@dataclass(frozen=True, slots=True)
class Made:
    """A step that was made."""

    record: Record
    commit: str
    """The commit of the trunk that brought it, or the branch's, where it is on a branch alone."""
    time: int
    """When, in seconds since the epoch, by clocks that only go forward."""
    branch: str = ""
    """The branch that has it, as long as the trunk does not."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a burn-down."""

    start: date
    """Its Monday, UTC."""
    done: int
    """The steps that came to the trunk in it."""
    total: int
    """Those that had come by its end."""
    left: int | None = None
    """Of all that are known now those that had not; None where nobody planned what is open."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The steps that were made, as far as a revision and the branches tell."""

    trunk: tuple[Made, ...]
    """In the order in which they came to it."""
    waiting: tuple[Made, ...]
    """Those that are on a branch of ours and not on the trunk yet."""
    unread: tuple[RepoPath, ...]
    """Files among the records that are none: somebody edited them."""


def progress(ledger: Ledger, revision: str | None, now: int) -> Progress:
    """How far a revision has come (None where nobody has committed yet), and what waits on branches; `now` is a time in seconds since the epoch."""
    if revision is None:
        return Progress((), (), ())
    trunk = _made(ledger, revision, now)
    tree = ledger.repository.tree(revision)
    unread = tuple(path for path in sorted(tree.below(FOLDER)) if record_in(ledger.repository.read(tree[path].blob)) is None)
    there = {(one.record.id, one.record.number) for one in trunk}
    waiting: dict[tuple[str, str], Made] = {}
    for name, commit in _branches(ledger):
        missing = [one for one in _made(ledger, commit, now, name) if (one.record.id, one.record.number) not in there]
        # What was merged and taken back since waits for nothing.
        back = taken_back(ledger, revision, commit) if missing else ()
        for one in missing:
            if one.record.place not in back:
                waiting.setdefault((one.record.id, one.record.number), one)
    return Progress(trunk, tuple(waiting.values()), unread)


def _made(ledger: Ledger, revision: str, now: int, branch: str = "") -> tuple[Made, ...]:
    known = landed(ledger, revision)
    times = when(ledger, revision, now) if known else {}
    return tuple(Made(one.record, one.commit.id, times[one.commit.id], branch) for one in known)


def when(ledger: Ledger, revision: str, now: int) -> dict[str, int]:
    """When each commit of a first-parent history was made, oldest first: all of them together show which clock was wrong."""
    history = ledger.repository.times(revision)
    return dict(zip(history, forward(tuple(history.values()), now), strict=True))


def _branches(ledger: Ledger) -> tuple[tuple[str, str], ...]:
    """Our branches by their short names: those of this clone's journal, then those that their name tells, here and where we cloned from; a commit once."""
    refs = {ref: head for prefix in _OURS for ref, head in ledger.repository.refs(prefix).items()}
    named = {ref: head for ref in branches.names(ledger) if (head := ledger.repository.read_ref(ref)) is not None}
    found: dict[str, str] = {}
    for ref, head in (named | refs).items():
        local = ref.removeprefix("refs/heads/")
        short = local if local != ref else ref.split("/", 3)[-1]
        if ref in named or short.startswith("migrate/"):
            found.setdefault(head, short)
    return tuple((short, head) for head, short in sorted(found.items(), key=lambda pair: pair[1]))


def forward(times: Sequence[int], now: int) -> list[int]:
    """The times of what came one after the other, made to go forward and not beyond now.

    Clocks go wrong: as many as fit together are believed, and any other is taken for the one before it.
    """
    lasts: list[int] = []
    at: list[int] = []
    before: list[int | None] = []
    for place, time in enumerate(times):
        length = bisect_right(lasts, time)
        before.append(at[length - 1] if length and time <= now else None)
        if time <= now:
            lasts[length : length + 1], at[length : length + 1] = [time], [place]
    believed: set[int] = set()
    place_of: int | None = at[-1] if at else None
    while place_of is not None:
        believed.add(place_of)
        place_of = before[place_of]
    last = next((times[place] for place in sorted(believed)), now)
    found = []
    for place, time in enumerate(times):
        last = time if place in believed else last
        found.append(last)
    return found


def weeks(times: Iterable[int], now: int, still: int | None = None) -> tuple[Week, ...]:
    """A burn-down from the first step that came to the trunk on to this week; `still` is how many are open now."""
    mondays = [_monday(time) for time in times]
    found: list[Week] = []
    start, total = min(mondays, default=None), 0
    while start is not None and start <= _monday(now):
        done = mondays.count(start)
        total += done
        found.append(Week(start, done, total, None if still is None else still + len(mondays) - total))
        start += timedelta(days=7)
    return tuple(found)


def _monday(time: int) -> date:
    day = datetime.fromtimestamp(time, UTC).date()
    return day - timedelta(days=day.weekday())
