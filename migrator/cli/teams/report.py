"""The command that tells other people what a migration does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.outputs import write
from migrator.cli.session import Json, Repo, Session
from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.report.teams.pages.told import Told

__all__ = ["report"]

PAGE = Path("migration.html")
"""What a page is called where nobody says."""
_OURS = b'content="migrate report --html"'
_HEAD = 400
"""Bytes of a page in which that stands."""


def report(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    pr: Annotated[
        bool, typer.Option("--pr", help="Markdown for the description of a pull request: what a branch of ours brings, and how to review it.")
    ] = False,
    html: Annotated[
        bool, typer.Option("--html", help="One file for a browser: what a plan does, as pictures, changes side by side, and what needs you.")
    ] = False,
    branch: Annotated[
        str | None, typer.Option("--branch", metavar="NAME", help="With --pr: the branch. Default: the one of ours that there is.")
    ] = None,
    phase: Annotated[
        list[int] | None,
        typer.Option("--phase", "-p", metavar="N", help="A phase; may be given several times. Default: all. With --pr: of its branch."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="REV", help="The commit that is planned on (default: HEAD), or with --pr what the branch is to be merged into."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write it. Default: migration.html, and --pr to standard output.")
    ] = None,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Tell others what a migration does. --pr for a pull request, --html as a page; nothing in the repository changes, not even a ref."""
    if pr == html:
        raise UsageError("say what to write: --pr or --html", "migrate report --html")
    if html and branch:
        raise UsageError("--html shows a plan, --branch is for --pr", "leave out --branch, or say --pr")
    session = Session(ctx, repo, as_json=as_json)
    if pr:
        _request(session, branch, phase or (), base, out)
    else:
        _page(session, phase or (), base, out or _free(PAGE))


def _page(session: Session, numbers: list[int] | tuple[()], base: str | None, out: Path) -> None:
    from migrator.report import text
    from migrator.wording import counted, for_phases

    _writable(out)
    with session.working() as engine:
        from migrator.report.teams.pages.page import page
        from migrator.report.teams.pages.told import PageOut, told

        given = _given(session, engine, numbers, base)
        session.screen.progress("laying changes side by side")
        data = told(given)
        content = page(data)
    size = write(out, content, "--out")
    written = PageOut.of(data, str(out), size)
    if session.as_json:
        session.data(written)
        return
    drawn = f"{counted(written.nodes, 'file')} and {counted(written.references, 'reference')} drawn"
    session.screen.line(f"wrote {out}, {size / 1e6:.1f} MB")
    session.screen.line((f"{counted(written.steps, 'step')} · {drawn} · {counted(written.questions, 'question')} · {written.open:,} open", "dim"))
    text.commands(
        session.screen,
        [(f"migrate run{for_phases(numbers)}", "make the steps"), ("migrate report --pr", "what a pull request says of them")]
        if written.steps
        else [],
    )


def _given(session: Session, engine: Engine, numbers: list[int] | tuple[()], base: str | None) -> Told:
    """What a page is made of: the plan, what is merged of it and what is on branches, who owns what, and what runs."""
    from migrator.engine import planning
    from migrator.engine.teams.weekly.owners import owners
    from migrator.engine.teams.weekly.progress import progress, weeks
    from migrator.facts.landscape import landscape
    from migrator.report.teams.pages.told import Told

    chosen = engine.chosen(numbers)
    revision = session.repository.resolve(base or "HEAD")
    made = planning.plan(engine, revision, chosen)
    names = {phase.name for phase in chosen}
    everybody = owners(made.start)
    # A page is of a commit, and the same whenever it is made.
    seconds = session.repository.commit(revision).time
    known = progress(engine, revision, seconds)
    came = tuple(one for one in known.trunk if one.record.phase in names)
    return Told(
        title=session.repository.path.name,
        base=base or session.trunk(),
        plan=made,
        phases=chosen,
        landed=came,
        branches={one.record.id: one.branch for one in known.waiting},
        owners={path: who for path in made.start.tree if (who := everybody.of(path))},
        weeks=weeks([one.time for one in came], seconds, len(made.steps)),
        landscape=landscape(made.start),
    )


def _request(session: Session, branch: str | None, numbers: list[int] | tuple[()], base: str | None, out: Path | None) -> None:
    if out is not None:
        _writable(out)
    with session.working() as engine:
        from migrator.engine.teams.requested import requested
        from migrator.report.teams.reviewed.requests import RequestOut

        found = RequestOut.of(requested(engine, _branch(session, branch, numbers), base or session.trunk()), "" if out is None else str(out))
    if out is not None:
        write(out, found.markdown, "--out")
    if session.as_json:
        session.data(found)
    elif out is None:
        session.screen.data(found.markdown.rstrip("\n"))
    else:
        session.screen.line(f"wrote {out}, {len(found.markdown):,} characters")


def _branch(session: Session, name: str | None, numbers: list[int] | tuple[()]) -> str:
    """The branch that is meant: as it is named, by its phases, or the one of ours that there is. In a fresh clone any revision may be named."""
    from migrator.engine import branches
    from migrator.report.models.base import short

    if name is not None:
        return _said(session, short(name))
    if numbers:
        return _said(session, branches.usual(sorted(set(numbers))))
    known = [status for status in session.statuses() if status.steps]
    if not known:
        raise UsageError("no branch with steps is known in this repository", "migrate run, or --branch NAME for one that was made elsewhere")
    return short(session.pick(None, known, "--pr").branch)


def _said(session: Session, name: str) -> str:
    """A branch as git takes it here, with the remote that has it where it is not here; any other revision as it is."""
    from migrator.engine import branches

    found = branches.named(session.ledger, name)
    return found.said if found is not None else name


def _free(page: Path) -> Path:
    """The place where a page goes that nobody named one for. Raises UsageError where something lies that is no page of ours, or leads elsewhere."""
    if page.is_symlink() or (page.exists() and not (page.is_file() and _OURS in page.read_bytes()[:_HEAD])):
        raise UsageError(f"{page} is there and is no page of ours", "say where to write it with --out FILE")
    return page


def _writable(out: Path) -> None:
    """Raises UsageError at once for a place where nothing can be written: a plan may take a minute."""
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise UsageError(
            f"{out} cannot be written: " + ("it is a directory" if out.is_dir() else f"there is no {out.absolute().parent}"),
            "choose another place for --out",
        )
