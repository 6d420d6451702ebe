"""The command that tells other people what a migration does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.session import Json, Repo, Session
from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.report.teams.requests import RequestOut
    from migrator.report.teams.told import PageOut

__all__ = ["report"]

PAGE = Path("migration.html")
"""What a page is called where nobody says."""


def report(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    pr: Annotated[bool, typer.Option("--pr", help="Markdown for the description of a pull request: what a branch of ours brings, and how to review it.")] = False,
    html: Annotated[bool, typer.Option("--html", help="One file for a browser: what a plan does, as pictures, changes side by side, and what needs you.")] = False,
    branch: Annotated[str | None, typer.Option("--branch", metavar="NAME", help="With --pr: the branch. Default: the one of ours that there is.")] = None,
    phase: Annotated[
        list[int] | None, typer.Option("--phase", "-p", metavar="N", help="A phase; may be given several times. Default: all. With --pr: of its branch.")
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", metavar="REV", help="The commit that is planned on (default: HEAD), or with --pr what the branch is to be merged into.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write it. Default: migration.html, and --pr to standard output.")] = None,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Tell others what a migration does: --pr for a pull request, --html as a page. Nothing in the repository changes, not even a ref."""
    if pr == html:
        raise UsageError("say what to write: --pr or --html", "migrate report --html")
    if html and branch:
        raise UsageError("--html shows a plan, --branch is for --pr", "leave out --branch, or say --pr")
    session = Session(ctx, repo, as_json=as_json)
    if pr:
        _request(session, branch, phase or (), base, out)
    else:
        _page(session, phase or (), base, out or PAGE)


def _page(session: Session, numbers: list[int] | tuple[()], base: str | None, out: Path) -> None:
    from migrator.report import text
    from migrator.report.teams.page import page
    from migrator.report.teams.told import PageOut, told
    from migrator.wording import counted

    with session.working() as engine:
        given = _given(session, engine, numbers, base)
        session.screen.progress("laying changes side by side")
        data = told(given)
        content = page(data)
    size = _write(out, content)
    written = PageOut.of(data, str(out), size)
    if session.as_json:
        session.data(written)
        return
    session.screen.line(f"wrote {out}, {size / 1e6:.1f} MB")
    graph = f"{counted(written.nodes, 'file')} and {counted(written.references, 'reference')} drawn"
    session.screen.line((f"{counted(written.steps, 'step')} · {graph} · {counted(written.questions, 'question')} · {counted(written.open, 'open mention')}", "dim"))
    text.commands(session.screen, [("migrate report --pr", "the same for a pull request, once the steps are made")] if written.steps else [])
