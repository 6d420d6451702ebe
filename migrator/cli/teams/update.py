"""`migrate update`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.session import GateEvery, Json, Repo, Session, Trust
from migrator.errors import GateError, UsageError
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.engine.branches import BranchStatus
    from migrator.engine.teams.updated.updating import Update


def update(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    branch: Annotated[str | None, typer.Option("--branch", metavar="NAME", help="The branch. Default: the one that is not merged.")] = None,
    onto: Annotated[str | None, typer.Option("--onto", metavar="REV", help="The new base. Default: HEAD.")] = None,
    leave: Annotated[
        list[str] | None, typer.Option("--leave", metavar="COMMIT", help="A commit of your own that does not go along; may be given several times.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Show what the steps would do otherwise; no declared gate runs and the branch stays.")
    ] = False,
    gate_every: GateEvery = 1,
    trust: Trust = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Every file that a step touches otherwise.")] = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Bring a branch to a base that moved on. Its steps are made again there, your own commits go along, and what differs is shown."""
    from migrator.engine import branches
    from migrator.report import text
    from migrator.report.teams.branches.updated import UpdateOut, updated

    session = Session(ctx, repo, as_json=as_json, trust=trust or ())
    with session.working() as engine:
        from migrator.engine.teams.updated import updating

        trunk = onto or session.trunk()
        base = session.repository.resolve(onto or "HEAD")
        ref = branches.movable(session.ledger, branch) if branch is not None else _only(session, base)
        made = updating.update(engine, ref, base, leave=leave or (), dry=dry_run, gate_every=gate_every)
    status = branches.status_of(session.engine, ref)
    again = ([f"--onto {word(onto)}"] if onto else []) + [f"--leave {word(commit)}" for commit in leave or ()]
    following = _following(session, made, status, again if dry_run else None)
    found = UpdateOut.of(made, trunk=trunk, dry=dry_run, todos=() if dry_run else status.todos, following=[command for command, _ in following])
    if as_json:
        session.data(found)
    else:
        updated(session.screen, found, verbose=verbose)
        text.commands(session.screen, following)
    if made.aside or made.unjudged:
        raise typer.Exit(GateError.exit_code)


def _only(session: Session, base: str) -> str:
    """The full ref of the branch that is meant where nobody says: the one of ours, or one that came here with a clone and has steps of a migration.

    Raises UsageError when none or several could be.
    """
    from migrator.engine import branches
    from migrator.report.models.base import short

    repository = session.repository
    # What was carried has no steps: it is carried again.
    carried = {entry.branch for entry in session.ledger.journal.entries() if entry.kind == "carry"}
    known = dict.fromkeys((*branches.names(session.ledger), *repository.refs("refs/heads/migrate")))
    ours = [ref for ref in known if ref not in carried and repository.read_ref(ref)]
    if not ours:
        far = {ref.split("/", 3)[-1] for ref in repository.refs("refs/remotes") if ref.split("/", 3)[-1].startswith("migrate/")}
        if len(far) == 1:
            return branches.movable(session.ledger, far.pop())
        raise UsageError("there is no branch of a migration here", "migrate run" if not far else f"--branch NAME: {', '.join(sorted(far))}")
    current = repository.head_branch()
    if f"refs/heads/{current}" in ours and len(ours) == 1:
        return ours[0]
    unmerged = [ref for ref in ours if not repository.is_ancestor(repository.resolve(ref), base)] or ours
    if len(unmerged) > 1:
        raise UsageError(f"this could mean several branches: {', '.join(map(short, unmerged))}", "say which with --branch NAME")
    return unmerged[0]


def _following(session: Session, made: Update, status: BranchStatus, again: list[str] | None) -> list[tuple[str, str]]:
    from migrator.report.models.base import short

    branch = short(made.branch)
    if again is not None and made.old != made.head:
        return [(" ".join((f"migrate update --branch {word(branch)}", *again)), "to do it")]
    left = [one.commit.id[:7] for one in made.own if one.left]
    shown = [(f"git show {' '.join(left)}", "what was left out, to be made again")] if left else []
    purposes = {"git diff": "everything that changed", "migrate run": "the steps that were set aside again", "migrate rollback": "take it all back"}
    return shown + [
        (command, next((why for start, why in purposes.items() if command.startswith(start)), ""))
        for command in session.stand(status).next
        if made.aside or not command.startswith("migrate run")
    ]
