"""`migrate staged`: what a hook asks before a commit."""

from __future__ import annotations

from typing import Annotated

import typer

from migrator.cli.findings import Annotate, Sarif, tell
from migrator.cli.session import Json, Repo, Session
from migrator.errors import GateError

__all__ = ["staged"]


def staged(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    since: Annotated[
        str | None, typer.Option("--since", metavar="REV", help="Instead of what is staged: what HEAD adds since it left this revision.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 5 where any file is at an old place.")] = False,
    sarif: Sarif = None,
    annotate: Annotate = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Warn of new files at places that recorded steps moved away. Reads the index and records alone; made for a hook before each commit."""
    from migrator.engine.teams.places import misplaced
    from migrator.report.teams.findings.located import of_staged
    from migrator.report.teams.weekly.staged import StagedOut
    from migrator.report.teams.weekly.staged import staged as shown

    session = Session(ctx, repo, as_json=as_json)
    repository = session.repository
    if since is None:
        head = repository.read_ref("HEAD")
        new = repository.new_files(None, head)
    else:
        head = repository.resolve("HEAD")
        new = repository.new_files(repository.merge_base(repository.resolve(since), head) or repository.resolve(since), head)
    found = StagedOut.of(len(new), misplaced(session.ledger, new, head) if head else ())
    tell(session, "staged", lambda: of_staged(found), sarif, annotate=annotate)
    if as_json:
        session.data(found)
    else:
        shown(session.screen, found)
        if found.misplaced and since is None:
            from migrator.report.text import commands
            from migrator.wording import word

            first = found.misplaced[0]
            commands(session.screen, [(f"git mv {word(first.path)} {word(first.belongs)}", "for each; then commit again")])
    if strict and found.misplaced:
        raise typer.Exit(GateError.exit_code)
