"""Commands that a plan file declares, and whether somebody approved them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from migrator.report.models.base import Model
from migrator.secrets import HIDDEN, approvable, telling

if TYPE_CHECKING:
    from migrator.planfile import Declared, Waiting

__all__ = ["TrustOut", "TrustedOut", "WaitingOut"]


class WaitingOut(Model):
    """Declared commands that did not run, or would not."""

    commands: tuple[str, ...] = Field(description="`gate NAME` and `document NAME`; empty when everything that is declared is approved")
    why: str = Field(description="empty when everything is approved")

    @classmethod
    def of(cls, waiting: Waiting) -> Self:
        """What waits for somebody who approves it."""
        return cls(commands=tuple(map(str, waiting.commands)), why=waiting.why if waiting else "")


class TrustedOut(Model):
    """A command that the plan file declares. What looks like a secret is hidden, and `hidden` says so."""

    kind: str = Field(description="gate or document")
    name: str
    line: int = Field(description="where it stands in the plan file")
    state: str = Field(description="approved, changed (another text was approved under its name) or new")
    command: tuple[str, ...] = Field(description="the program and what it is given; no shell reads it")
    setup: tuple[str, ...] = Field(description="what runs before it, in the same place; empty when nothing does")
    directory: str = Field(description="where it runs in a checkout")
    environment: dict[str, str]
    links: tuple[str, ...] = Field(description="paths of the work tree that it can read and write")
    further: dict[str, Any] = Field(description="what else is said of it")
    hidden: bool = Field(description="whether a secret is hidden here: read it in the plan file before you approve it")

    @classmethod
    def of(cls, one: Declared, state: str, line: int) -> Self:
        """A declared command, as whoever approves it may read it."""
        from migrator.planfile import words_of  # noqa: PLC0415  whoever declares commands has loaded it

        said = one.command
        shown = {
            "command": tuple(map(approvable, words_of(said.command))),
            "setup": tuple(map(approvable, words_of(said.setup or ()))),
            "environment": {name: HIDDEN if value and telling(name) else approvable(value) for name, value in said.env.items()},
        }
        further = said.model_dump(mode="json", exclude_unset=True, exclude={"command", "setup", "directory", "env", "links"})
        further |= {key: approvable(value) for key, value in further.items() if isinstance(value, str)}
        given = {"command": tuple(words_of(said.command)), "setup": tuple(words_of(said.setup or ())), "environment": said.env}
        return cls(
            kind=one.kind,
            name=one.name,
            line=line,
            state=state,
            directory=said.directory,
            links=said.links,
            further=further,
            hidden=shown != given,
            **shown,
        )


class TrustOut(Model):
    """`migrate trust --json`."""

    approved: bool = Field(description="whether all of it may run here")
    why: str = Field(description="why it may not; empty when it may, and when nothing is declared")
    fingerprint: str = Field(description="of all that is declared, for --trust and MIGRATE_TRUST; empty when nothing is")
    source: str = Field(description="where the plan file was read; empty when there is none")
    file: str | None = Field(description="where approvals are remembered; null when nothing is")
    commands: tuple[TrustedOut, ...]
