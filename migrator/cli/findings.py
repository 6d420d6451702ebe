"""Where findings are shown besides on the screen: a SARIF log for code scanning, annotations at the files of a pull request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.outputs import write

if TYPE_CHECKING:
    from migrator.cli.session import Session
    from migrator.report.teams.findings.located import Located

__all__ = ["Annotate", "Sarif", "tell"]

Sarif = Annotated[Path | None, typer.Option("--sarif", metavar="FILE", help="Write the findings there too, as SARIF 2.1.0 for code scanning.")]
Annotate = Annotated[bool, typer.Option("--annotate", help="Print the gravest findings to standard error too, as annotations of GitHub.")]


def tell(session: Session, command: str, found: Callable[[], Iterable[Located]], sarif: Path | None, *, annotate: bool) -> None:
    """Show findings where it was asked for; without that they are not gathered. Raises UsageError where the log cannot be written."""
    if sarif is None and not annotate:
        return
    from migrator.report.teams.findings.annotations import lines
    from migrator.report.teams.findings.sarif import sarif as log

    several = tuple(found())
    if annotate:
        for line in lines(command, several):
            session.screen.note(line)
    if sarif is not None:
        write(sarif, log(command, several), "--sarif")
