"""What several commands are given."""

from __future__ import annotations

from typing import Annotated

import typer

PhaseNumbers = Annotated[list[int] | None, typer.Option("--phase", "-p", metavar="N", help="A phase; may be given several times. Default: all.")]
Branch = Annotated[
    str | None, typer.Option("--branch", metavar="NAME", help="The branch. Default: migrate/phase-N, of a slice migrate/owner-TEAM or only-GLOB.")
]
Base = Annotated[str | None, typer.Option("--base", metavar="REV", help="The commit to start from. Default: HEAD.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Everything, without caps: why, moves and files of each step, every finding.")]
MaxFiles = Annotated[int | None, typer.Option("--max-files", metavar="K", min=1, help="No more files than these, as steps touch them.")]
MaxSteps = Annotated[int | None, typer.Option("--max-steps", metavar="N", min=1, help="No more steps than these.")]
OwnerName = Annotated[str | None, typer.Option("--owner", metavar="TEAM", help="Only what TEAM owns, by CODEOWNERS, else by the history.")]
OnlyGlobs = Annotated[
    list[str] | None, typer.Option("--only", metavar="GLOB", help="Only steps about these files (a pattern as in .gitignore); repeatable.")
]
