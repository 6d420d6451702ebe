"""`migrate shims`: who still needs what steps left at old places, and away with the rest."""

from __future__ import annotations

from typing import Annotated

import typer

from migrator.cli.session import Json, Repo, Session
from migrator.errors import GateError, UsageError


def shims(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Remove those that nobody uses, as a commit on a branch of its own.")] = False,
    expired: Annotated[bool, typer.Option("--expired", help="With --remove: only those whose time is over.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit code 5 where one that expired is still used.")] = False,
    branch: Annotated[str | None, typer.Option("--branch", metavar="NAME", help="The branch of --remove. Default: migrate/shims.")] = None,
    base: Annotated[str | None, typer.Option("--base", metavar="REV", help="The commit whose shims are meant. Default: HEAD.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Everybody who uses one, without a cap.")] = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Who still uses what steps left at old places. In this commit and in local branches that are not merged; removes what nobody needs."""
    from migrator.paths import printable
    from migrator.report.models.base import short
    from migrator.report.teams.shims import ShimsOut
    from migrator.report.teams.shims import shims as shown

    if (expired or branch) and not remove:
        raise UsageError(f"{'--expired' if expired else '--branch'} says what --remove does", "migrate shims --remove")
    if check and remove:
        raise UsageError("--check only looks, --remove removes", "give one of them")
    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        from migrator.engine.teams import shims as operation

        revision = session.repository.resolve(base or "HEAD")
        found = operation.standings(engine, revision)
        made = operation.remove(engine, expired=expired, branch=branch, base=base) if remove and found else None
    free = {one.known.key for one in operation.removable(found)}
    out = ShimsOut.of(revision, operation.today(), found, free)
    if made is not None:
        out = out.model_copy(update={"removed": tuple(map(printable, operation.removed(made))), "branch": short(made.branch), "head": made.head})
    if as_json:
        session.data(out)
    else:
        shown(session.screen, out, verbose=verbose)
        if remove and made is None and found:
            session.screen.note("nothing was removed: " + ("none that expired is unused" if expired else "each is used, or was edited since"))
    late = [one for one in found if one.expired and one.used]
    if check and late:
        if not as_json:
            first = late[0]
            where = f"{first.uses[0].branch}: " * bool(first.uses[0].branch) + f"{first.uses[0].path}:{first.uses[0].line}"
            session.screen.note(
                f"{first.known.key} expired on {first.known.shim.expires} and {where} still needs it: import {first.known.target} there"
            )
        raise typer.Exit(GateError.exit_code)
