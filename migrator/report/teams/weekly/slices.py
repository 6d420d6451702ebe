"""What a slice leaves out and brings along, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.report.screen import STAYS, STYLES, WARN, Screen
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.engine.teams.weekly.slices import Cut

__all__ = ["nothing", "told"]


def told(screen: Screen, cut: Cut) -> None:
    """The size of a slice, what came along since others need it, and what comes later."""
    if not cut.steps:
        screen.hanging("", (nothing(cut), "bold"))
        return
    screen.hanging("", (f"A slice of {counted(len(cut.steps), 'step')}, {counted(cut.files, 'file')} touched", "bold"), f"   {cut.slice}")
    for step in cut.steps:
        if (needing := cut.along.get(step.id)) is not None:
            screen.hanging(
                "  ", (STAYS, STYLES[STAYS]), f" {step.number} {step.step.slug} comes along: {needing.number} {needing.step.slug} needs it", below=4
            )
    for step in cut.large:
        screen.hanging(
            "  ",
            (WARN, STYLES[WARN]),
            f" {step.number} {step.step.slug} is larger than --max-files {cut.slice.max_files}, and a step is made whole",
            below=4,
        )
    if cut.later:
        names = listed([f"{step.number} {step.step.slug}" for step in cut.later])
        screen.hanging("  ", (STAYS, STYLES[STAYS]), f" {counted(len(cut.later), 'step')} for later: {names}", below=4)


def nothing(cut: Cut) -> str:
    """Why a slice is empty."""
    return f"no step that is still open is what {cut.slice} asks for"
