"""`migrate mv`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.commands.options import Verbose
from migrator.cli.session import Json, Repo, Session
from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.engine.running import Run

__all__ = ["mv"]

MOVES = "migrate/mv"
"""The branch of moves that were asked for one by one."""


def mv(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    paths: Annotated[list[str] | None, typer.Argument(metavar="SRC DST ...", help="Pairs; FILE::NAME moves a symbol. Seen from the root.")] = None,
    *,
    moves: Annotated[Path | None, typer.Option("--moves", metavar="FILE", help="A JSON list of pairs instead.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Print the diff that the same words would make, and change nothing.")] = False,
    in_place: Annotated[bool, typer.Option("--in-place", help="Move in index and work tree, as `git mv` would.")] = False,
    shims: Annotated[
        str | None, typer.Option("--shims", metavar="DATE", help="Leave re-exports at the old places, promised until a date such as 2027-02-01.")
    ] = None,
    branch: Annotated[
        str | None, typer.Option("--branch", metavar="NAME", help="The branch. Default: migrate/mv. Where it exists, the moves go on top of it.")
    ] = None,
    base: Annotated[str | None, typer.Option("--base", metavar="REV", help="Where a new branch starts. Default: HEAD.")] = None,
    verbose: Verbose = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Move things; what names them follows. Files, directories, modules or symbols (FILE::NAME), in one simultaneous batch."""
    if dry_run and in_place:
        raise UsageError("--dry-run and --in-place exclude each other", "give one of them")
    if in_place and (branch or base):
        raise UsageError("--in-place changes the work tree, --branch and --base do not go with it", "leave out one of them")
    if paths and moves:
        raise UsageError("give moves as words or as a file, not both", "leave out --moves or the paths")
    from migrator.cli import inputs

    pairs = inputs.move_file(moves) if moves else inputs.move_words(paths or [])
    left = inputs.until(shims)
    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        from migrator.engine import branches
        from migrator.engine.moves import build_moves, commit_moves, move_in_place
        from migrator.report import accounts, text
        from migrator.report.diff import diff_of
        from migrator.report.models.accounts import TodoOut
        from migrator.report.models.base import short
        from migrator.report.models.runs import MovesOut, RunOut

        start = "HEAD"
        if dry_run:
            start = base or _tip(session, branch or MOVES, [old.partition("::")[0] for old, _ in pairs])
        elif not in_place:
            start, _ = branches.start(engine, branches.branch_ref(engine, branch or MOVES, ()), base)
        revision = session.repository.resolve(start)
        session.remind(revision)
        step = inputs.moves_step(pairs, session.repository.tree(revision))
        if dry_run or in_place:
            planned = move_in_place(engine, step, left) if in_place else build_moves(engine, step, session.repository.resolve(start), left)
            made = None
        else:
            made = commit_moves(engine, step, branch, base, left)
            planned = made.plan.steps[0]
    todos = branches.status_of(engine, made.branch).todos if made is not None else ()
    if made is not None and as_json:
        session.data(RunOut.of(made, todos))
    elif as_json:
        session.data(MovesOut.of(planned, diff=dry_run))
    elif dry_run:
        if start == short(branch or MOVES):
            session.screen.note(f"on top of {start}, as the move would be; `--base HEAD` shows it without what is there")
        session.screen.raw(diff_of(planned.built))
    else:
        text.moves(session.screen, planned, verbose=verbose)
        accounts.by_hand(session.screen, TodoOut.all(todos) if made is not None else planned.todos)
        if made is not None and made.plan.base != made.base:
            session.screen.line((f"on top of what was on {short(made.branch)} already", "dim"))
        text.commands(session.screen, _after_moves(session, made))


def _tip(session: Session, branch: str, sources: Sequence[str]) -> str:
    """The branch where it exists and still has what is to move, as moves go on top of it, else HEAD."""
    from migrator.paths import repo_path
    from migrator.report.models.base import short

    name = short(branch)
    if not session.repository.read_ref(f"refs/heads/{name}"):
        return "HEAD"
    tree = session.repository.tree(session.repository.resolve(name))
    there = all((path := repo_path(source)) in tree or tree.is_dir(path) for source in sources)
    return name if there else "HEAD"


def _after_moves(session: Session, made: Run | None) -> list[tuple[str, str]]:
    from migrator.report.models.base import short
    from migrator.wording import word

    if made is None:
        return [("git diff --cached -M", "what changed in your work tree"), ("git commit", "")]
    branch = short(made.branch)
    return [
        (f"git diff -M {word(f'{session.trunk()}...{branch}')}", f"what is on {branch}"),
        ("migrate status", "keeps what is open and to be done by hand"),
        (f"migrate rollback --all --branch {word(branch)}", "take it back"),
    ]
