"""What `migrate staged` says of files that are added to old places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import Field

from migrator.paths import printable
from migrator.report.models.base import Model
from migrator.report.screen import DONE, WARN, single
from migrator.wording import counted

if TYPE_CHECKING:
    from migrator.engine.teams.places import Misplaced
    from migrator.report.screen import Screen

__all__ = ["MisplacedOut", "StagedOut", "staged"]


class MisplacedOut(Model):
    """A file that is added where nothing lives any more."""

    path: str
    place: str = Field(description="the file or directory that a step moved away")
    belongs: str = Field(description="where the file belongs by now")
    step: str = Field(description="the step that moved the place: PHASE/SLUG")
    number: str
    commit: str = Field(description="the commit that brought the step")


class StagedOut(Model):
    """`migrate staged --json`."""

    added: int = Field(description="how many files are new")
    misplaced: tuple[MisplacedOut, ...]

    @classmethod
    def of(cls, added: int, found: Iterable[Misplaced]) -> StagedOut:
        """What was found among so many new files."""
        rows = (
            MisplacedOut(
                path=printable(one.path),
                place=printable(one.place),
                belongs=printable(one.belongs),
                step=one.step.record.id,
                number=one.step.record.number,
                commit=one.step.commit.id,
            )
            for one in found
        )
        return cls(added=added, misplaced=tuple(rows))


def staged(screen: Screen, found: StagedOut) -> None:
    """The files with where they belong; one line where there are none."""
    if not found.misplaced:
        screen.line(f"{DONE} {counted(found.added, 'new file')}, none at an old place")
        return
    screen.line((f"{WARN} ", "yellow"), f"{len(found.misplaced)} of {counted(found.added, 'new file')} at a place that moved")
    for one in found.misplaced:
        screen.whole(f"  {one.path}", ("  belongs to  ", "dim"), one.belongs)
        screen.hanging("    ", (f"{single(one.place)} was moved by {one.number} {one.step} ({one.commit[:7]})", "dim"))
