"""`migrate rollback`."""

from __future__ import annotations

from typing import Annotated

import typer

from migrator.cli.commands.options import Verbose
from migrator.cli.session import Json, Repo, Session
from migrator.errors import UsageError

__all__ = ["rollback"]


def rollback(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    to: Annotated[str | None, typer.Option("--to", metavar="ID", help="Back to just after this step.")] = None,
    phase: Annotated[int | None, typer.Option("--phase", "-p", metavar="N", help="Back to just before this phase; with --onto, this phase.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Back to before the first step, on every branch of ours.")] = False,
    branch: Annotated[
        str | None, typer.Option("--branch", metavar="NAME", help="Only this branch; with --onto, the new one. Default: migrate/rollback-N.")
    ] = None,
    discard: Annotated[bool, typer.Option("--discard", help="Even when commits of your own on top would leave the branch.")] = False,
    onto: Annotated[
        str | None, typer.Option("--onto", metavar="REV", help="What was merged into this, on today's code: commits on a branch of their own.")
    ] = None,
    step: Annotated[str | None, typer.Option("--step", metavar="ID", help="With --onto: one step instead of a phase.")] = None,
    with_later: Annotated[
        bool, typer.Option("--with-later", help="With --onto: the later phases too, with --step the later steps that stand on it.")
    ] = False,
    verbose: Verbose = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Take steps back. The branch moves back, the journal keeps everything, nothing is lost; what was merged goes back by commits (--onto)."""
    if onto is not None:
        from migrator.cli.teams import returning

        if to is not None or everything or discard:
            raise UsageError("--onto goes with --phase or --step, and makes a branch", "leave out --to, --all and --discard")
        session = Session(ctx, repo, as_json=as_json)
        returning.take_back(session, onto, phase=phase, step=step, with_later=with_later, branch=branch, verbose=verbose)
        return
    if step is not None or with_later:
        raise UsageError("--step and --with-later say what to take back of what was merged", "migrate rollback --step ID --onto main")
    from migrator.engine import branches
    from migrator.engine.rollback import take_back
    from migrator.report import text
    from migrator.report.models.base import short
    from migrator.report.models.runs import RollbackOut, RolledBackOut

    if (to is not None) + (phase is not None) + everything != 1:
        raise UsageError("say how far back: --to ID, --phase N or --all", "migrate status shows the steps")
    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        statuses = session.statuses()
        every = everything and branch is None
        chosen = [status for status in statuses if status.steps] if every else [session.pick(branch, statuses, "this")]
        taken = []
        for status in chosen:
            entry = take_back(engine, status.branch, to=to, phase=phase, discard=discard)
            if entry is not None:
                kept = {step.new for step in branches.status_of(engine, status.branch).steps}
                gone = tuple(step.step for step in reversed(status.steps) if step.new not in kept)
                taken.append(RolledBackOut(branch=short(status.branch), old=entry.old, new=entry.new, steps=gone))
    if as_json:
        session.data(RollbackOut(branches=tuple(taken)))
    else:
        text.rolled_back(session.screen, taken)
        text.commands(session.screen, [("migrate log", "everything that happened"), ("migrate status", "where things stand")])
