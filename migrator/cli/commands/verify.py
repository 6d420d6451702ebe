"""`migrate verify`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.findings import Annotate, Sarif, tell
from migrator.cli.session import Json, Repo, Session
from migrator.errors import GateError

if TYPE_CHECKING:
    from migrator.tree import Tree

__all__ = ["verify"]


def verify(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    rev: Annotated[
        str | None, typer.Option("--rev", metavar="REV", help="A revision. Default: every branch of ours, HEAD where there is none.")
    ] = None,
    docs: Annotated[
        bool, typer.Option("--docs", help="Which generated documents of HEAD, or of --rev, are no longer true; exit code 5 where any.")
    ] = False,
    sarif: Sarif = None,
    annotate: Annotate = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Judge committed steps again. From their commits and records alone, with all static gates."""
    session = Session(ctx, repo, as_json=as_json)
    if docs:
        _documents(session, rev, sarif, annotate=annotate)
        return
    with session.working() as engine:
        from migrator.engine import verification
        from migrator.report import text
        from migrator.report.models.base import short
        from migrator.report.models.verification import VerifyOut
        from migrator.report.teams.findings.located import of_verify

        # What carries a branch or takes steps back makes none of its own.
        ours = [short(status.branch) for status in session.statuses() if any(entry.kind not in {"carry", "back"} for entry in status.steps)]
        found = {revision: verification.verify(engine, revision) for revision in ([rev] if rev else ours or ["HEAD"])}
    result = VerifyOut.of(found)
    tell(session, "verify", lambda: of_verify(found, _tree(session, list(found)[-1])), sarif, annotate=annotate)
    if as_json:
        session.data(result)
    else:
        for revision, steps in found.items():
            text.verified(session.screen, revision, steps)
    if not result.passed:
        raise typer.Exit(GateError.exit_code)


def _tree(session: Session, revision: str) -> Tree:
    return session.repository.tree(session.repository.resolve(revision))


def _refreshing(session: Session, revision: str, command: str, ours: Sequence[str]) -> str:
    """How documents are written anew: a branch of ours is gone on with, what is merged begins one of its own; empty for what is neither."""
    repository = session.repository
    if not command or revision in ours:
        return f"{command} --branch {revision}" if command else ""
    commit = repository.resolve(revision)
    return f"{command} --branch migrate/docs-{commit[:7]}" if commit == repository.resolve("HEAD") else ""


def _documents(session: Session, rev: str | None, sarif: Path | None, *, annotate: bool) -> None:
    """Which generated documents are no longer true."""
    with session.working() as engine:
        from migrator.engine import freshness
        from migrator.report import text
        from migrator.report.models.base import short
        from migrator.report.models.verification import VerifyDocsOut
        from migrator.report.teams.findings.located import of_docs

        ours = [short(status.branch) for status in session.statuses() if status.steps]
        found = {revision: freshness.stale(engine, revision) for revision in [rev or "HEAD"]}
    following = [command for revision, several in found.items() if (command := _refreshing(session, revision, freshness.refreshing(several), ours))]
    result = VerifyDocsOut.of(found, following)
    tell(session, "verify-docs", lambda: of_docs(found, _tree(session, rev or "HEAD")), sarif, annotate=annotate)
    if session.as_json:
        session.data(result)
    else:
        for revision, several in found.items():
            text.stale(session.screen, revision, several)
        text.commands(
            session.screen,
            [(command, "these documents alone, anew") for command in following]
            or ([] if result.fresh else [("migrate plan", "what has to be decided")]),
        )
    if not result.fresh:
        raise typer.Exit(GateError.exit_code)
