"""`migrate status`, `done` and `log`: where things stand."""

from __future__ import annotations

from typing import Annotated

import typer

from migrator.cli.commands.options import Base, OwnerName, PhaseNumbers, Verbose
from migrator.cli.session import Json, Repo, Session
from migrator.errors import UsageError

__all__ = ["done", "log", "status"]


def status(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    target: Annotated[
        bool,
        typer.Option("--target", help="How far this commit is from the v3.0 structure, directory by directory, and what would bring the rest about."),
    ] = False,
    still_open: Annotated[
        bool, typer.Option("--open", help="What is done, ready, blocked, set aside and new since last week, by phase and owner. Makes a plan first.")
    ] = False,
    phase: PhaseNumbers = None,
    owner: OwnerName = None,
    base: Base = None,
    verbose: Verbose = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Where each branch stands, and what was made week by week. Steps done and set aside, commits of your own on top, and the next command."""
    from migrator.engine.teams.weekly.progress import progress, weeks
    from migrator.git.commits import now
    from migrator.report import text
    from migrator.report.teams.weekly import progress as told

    if target and still_open:
        raise UsageError("--target and --open are two tables", "give one of them")
    if (phase or owner) and not still_open:
        raise UsageError("--phase and --owner say what --open looks at", "migrate status --open --phase 1 --owner TEAM")
    if base is not None and not (target or still_open):
        raise UsageError("--base says which commit --target and --open look at", "migrate status --target --base REVISION")
    session = Session(ctx, repo, as_json=as_json)
    if target:
        _target(session, base, verbose=verbose)
        return
    if still_open:
        from migrator.cli import backlog

        backlog.shown(session, base, phase or (), owner, verbose=verbose)
        return
    with session.screen.working():
        branches = tuple(session.stand(status) for status in session.statuses())
        seconds = int(now().timestamp())
        known = progress(session.ledger, session.repository.read_ref("HEAD"), seconds)
        found = told.StatusOut.of(branches, known, weeks([one.time for one in known.trunk], seconds))
    if as_json:
        session.data(found)
    else:
        if branches or not found.made:
            text.status(session.screen, branches, verbose=verbose)
        told.progress(session.screen, session.trunk(), found)


def _target(session: Session, base: str | None, *, verbose: bool) -> None:
    with session.working() as engine:
        from migrator.engine import planning
        from migrator.engine.target import places, wanted
        from migrator.generating import switched_off
        from migrator.report import targets
        from migrator.report.models.inspection import TargetOut

        revision = session.repository.resolve(base or "HEAD")
        chosen = engine.chosen(())
        made = planning.plan(engine, revision, chosen)
        options = engine.plan_file(made.start.tree)[1]
        off = {f"{phase}.{family}" for phase, table in options.items() for family in switched_off(table)}
        found = places(made, wanted(), off)
    out = TargetOut.of(made.base, found)
    if session.as_json:
        session.data(out)
    else:
        targets.target(session.screen, f"{session.repository.path.name} · base {made.base[:7]}", out.places, verbose=verbose)


def done(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="The number under which `migrate status` lists it.")],
    *,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Say that something that was to be done by hand is done. `status` stops listing it."""
    from migrator.engine import branches
    from migrator.report import accounts
    from migrator.report.models.accounts import DoneOutcome, TodoOut
    from migrator.report.screen import DONE

    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        finished = branches.finish(engine, number)
        left = tuple(todo for status in session.statuses() for todo in status.todos)
    if as_json:
        session.data(DoneOutcome(done=TodoOut.all([finished])[0], left=TodoOut.all(left)))
    else:
        session.screen.line(f"{DONE} {finished.text}")
        accounts.by_hand(session.screen, TodoOut.all(left))


def log(ctx: typer.Context, *, repo: Repo = None, as_json: Json = False) -> None:
    """Everything that happened, newest first. Nothing is ever removed from it."""
    from migrator.report import text
    from migrator.report.models.branches import EntryOut, LogOut

    session = Session(ctx, repo, as_json=as_json)
    entries = [entry for entry in session.ledger.journal if entry.kind != "open"]
    if as_json:
        session.data(LogOut(entries=tuple(EntryOut.of(entry) for entry in entries)))
    else:
        text.log(session.screen, entries)
