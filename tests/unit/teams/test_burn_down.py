"""What was made and when: clocks that go wrong, and weeks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from migrator.engine.teams.weekly.progress import forward, weeks

NOW = 100


@pytest.mark.parametrize(
    "times, expected",
    [
        ([], []),
        ([5], [5]),
        ([5, 5, 6, 90], [5, 5, 6, 90]),
        # One that goes back is taken for the one before it.
        ([10, 20, 1, 30], [10, 20, 20, 30]),
        ([10, 20, 30, 1], [10, 20, 30, 30]),
        # One that runs ahead does not drag the later ones along.
        ([10, 80, 20, 30], [10, 10, 20, 30]),
        # The future has not happened.
        ([10, 500, 20], [10, 10, 20]),
        ([500, 600], [NOW, NOW]),
        ([500, 10], [10, 10]),
        ([100, 101], [100, 100]),
        # At first there is nothing to be after.
        ([90, 10, 20, 30], [10, 10, 20, 30]),
        ([0, 10], [0, 10]),
        ([3, 2, 1], [1, 1, 1]),
    ],
)
def test_times_go_forward(times: list[int], expected: list[int]) -> None:
    assert forward(times, NOW) == expected


def at(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp())


MONDAY, SUNDAY, NEXT, LATER = "2026-11-02", "2026-11-08", "2026-11-09", "2026-11-23"


@pytest.mark.parametrize(
    "days, now, still, expected",
    [
        ([], LATER, 4, []),
        ([MONDAY], MONDAY, None, [(MONDAY, 1, 1, None)]),
        ([MONDAY, SUNDAY], SUNDAY, 3, [(MONDAY, 2, 2, 3)]),
        # A week in which nothing came is one too.
        ([SUNDAY, NEXT, LATER], LATER, 2, [(MONDAY, 1, 1, 4), (NEXT, 1, 2, 3), ("2026-11-16", 0, 2, 3), (LATER, 1, 3, 2)]),
        ([MONDAY], NEXT, 0, [(MONDAY, 1, 1, 0), (NEXT, 0, 1, 0)]),
    ],
)
def test_weeks(days: list[str], now: str, still: int | None, expected: list[tuple[str, int, int, int | None]]) -> None:
    found = weeks(map(at, days), at(now), still)
    assert [(week.start.isoformat(), week.done, week.total, week.left) for week in found] == expected
