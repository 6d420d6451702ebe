"""`migrate carry`: an open branch, taken over a migration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.session import Json, Repo, Session
from migrator.errors import GateError, UsageError

if TYPE_CHECKING:
    from migrator.engine.teams.carried.carrying import Carry


def carry(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    branch: Annotated[str, typer.Argument(metavar="BRANCH", help="A branch that was cut before the migration, here or of a remote.")],
    *,
    onto: Annotated[str | None, typer.Option("--onto", metavar="REV", help="Where it goes on. Default: the branch that is checked out.")] = None,
    new: Annotated[str | None, typer.Option("--branch", metavar="NAME", help="The new branch. Default: carried/BRANCH.")] = None,
    squash: Annotated[bool, typer.Option("--squash", help="All of it as one commit.")] = False,
    markers: Annotated[
        bool, typer.Option("--markers", help="With conflicts too: a last commit has both sides of each, between marks, for you to resolve.")
    ] = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Take an open branch over a migration. What it changed goes where things are by now, commit by commit, onto a branch of its own."""
    from migrator.engine import branches
    from migrator.report import text
    from migrator.report.teams.branches.carried import CarryOut, carried

    session = Session(ctx, repo, as_json=as_json)
    place = onto or session.trunk()
    source = branches.named(session.ledger, branch)
    if session.repository.resolve(place) == (source.commit if source is not None else session.repository.resolve(branch)):
        raise UsageError(f"{branch} is where it would go", "say with --onto where the migration is")
    with session.working() as engine:
        from migrator.engine.teams.carried import carrying

        made = carrying.carry(engine, branch, onto=place, to=new, squash=squash, markers=markers)
    following = _following(made, place, here=source is not None and source.here)
    if as_json:
        session.data(CarryOut.of(made, following))
    else:
        carried(session.screen, made, place)
        text.commands(session.screen, following)
    if made.conflicts:
        raise typer.Exit(GateError.exit_code)


def _following(made: Carry, onto: str, *, here: bool) -> list[tuple[str, str]]:
    from migrator.report.models.base import short
    from migrator.wording import word

    target = short(made.target)
    if made.conflicts and made.head is None:
        same = f"migrate carry {word(made.branch)} --onto {word(onto)}"
        return [
            (f"{same} --markers", "the branch, and both sides of each conflict in a last commit"),
            (f"git log -p {word(f'{made.fork[:7]}..{onto}')} -- {word(made.conflicts[0].conflict.path)}", f"what {onto} did there"),
        ]
    if made.head is None:
        # Git itself knows nothing of a branch that was squashed; one of a remote is no branch here.
        return [(f"git branch -D {word(made.branch)}", "it is not needed any more")] if here else []
    resolve = [(f"git switch {word(target)}", "resolve what stands between the marks, then `git commit --amend -a`")] if made.marked else []
    return [
        *resolve,
        (f"git diff {word(f'{onto}...{target}')}", "what it changes, where things are now"),
        (f"git range-diff {word(f'{made.fork[:7]}..{made.branch}')} {word(f'{onto}..{target}')}", "commit by commit, beside the old ones"),
        (f"migrate plan --base {word(target)}", "whether further steps are possible with what it brings"),
        (f"migrate rollback --all --branch {word(target)}", "take it back"),
    ]
