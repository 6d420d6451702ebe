"""`migrate review`."""

from __future__ import annotations

from typing import Annotated

import typer

from migrator.cli.findings import Annotate, Sarif, tell
from migrator.cli.session import Json, Repo, Session
from migrator.errors import GateError, UsageError

__all__ = ["review"]


def review(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    revisions: Annotated[
        str | None,
        typer.Argument(metavar="[REV | A..B]", help="A commit, the commits of a range, or a branch of ours. Default: our only branch, else HEAD."),
    ] = None,
    *,
    branch: Annotated[str | None, typer.Option("--branch", metavar="NAME", help="All commits of a branch of ours since its base.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, for the summary of a job or a comment on a pull request.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Every file and every line that differs, without caps.")] = False,
    trust: Annotated[
        list[str] | None,
        typer.Option(
            "--trust",
            metavar="FINGERPRINT",
            help="Let declared documents with this fingerprint be made. What was approved before does not count here.",
        ),
    ] = None,
    sarif: Sarif = None,
    annotate: Annotate = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Prove commits of steps without reading them. Makes each again on its parent: identical, or what a person changed on top (exit code 5)."""
    from migrator.report.teams.findings.located import of_review
    from migrator.report.teams.reviewed.review import ReviewOut, shown
    from migrator.report.teams.reviewed.review import markdown as as_markdown
    from migrator.trust import Door

    if markdown and as_json:
        raise UsageError("--markdown and --json exclude each other", "give one of them")
    session = Session(ctx, repo, as_json=as_json, trust=trust or ())
    with session.working() as engine:
        from migrator.engine.teams.reviewed.review import review as reviewed

        # What was approved before was so for one's own code, and a pull request is somebody else's: only what is said here counts.
        engine.door = Door(trust or ())
        result = ReviewOut.of(found := reviewed(engine, revisions, branch))
    tell(session, "review", lambda: of_review(result, found.tree), sarif, annotate=annotate)
    if as_json:
        session.data(result)
    elif markdown:
        session.screen.raw(as_markdown(result).encode())
    else:
        shown(session.screen, result, verbose=verbose)
    if not result.passed:
        raise typer.Exit(GateError.exit_code)
