"""`migrate run`."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.commands.options import Branch, MaxFiles, MaxSteps, OnlyGlobs, OwnerName, PhaseNumbers
from migrator.cli.findings import Annotate, Sarif, tell
from migrator.cli.session import GateEvery, Json, Repo, Session, Trust
from migrator.errors import DriftError, GateError, MigrateError, RepositoryError, UsageError

if TYPE_CHECKING:
    from migrator.engine.branches import BranchStatus
    from migrator.engine.running import Run
    from migrator.engine.teams.weekly.slices import Slice
    from migrator.phase import Phase

__all__ = ["run"]


def run(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    phase: PhaseNumbers = None,
    until: Annotated[str | None, typer.Option("--until", metavar="ID", help="Stop after this step (1.03, a slug, or PHASE/SLUG).")] = None,
    step: Annotated[list[str] | None, typer.Option("--step", metavar="ID", help="Only this step; may be given several times.")] = None,
    saved: Annotated[
        Path | None, typer.Option("--saved", metavar="FILE", help="Make exactly the plan in FILE, or refuse and say what drifted.")
    ] = None,
    branch: Branch = None,
    max_files: MaxFiles = None,
    max_steps: MaxSteps = None,
    owner: OwnerName = None,
    only: OnlyGlobs = None,
    retry: Annotated[bool, typer.Option("--retry", help="Take the steps that were set aside again.")] = False,
    gate_every: GateEvery = 1,
    trust: Trust = None,
    sarif: Sarif = None,
    annotate: Annotate = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Make the steps, each a commit on a branch. Goes on where it stopped; a second run does nothing. A step whose gates fail is set aside."""
    from migrator.engine.teams.weekly.slices import Slice

    if until and step:
        raise UsageError("--until and --step exclude each other", "give one of them")
    part = Slice(max_files, max_steps, owner, tuple(only or ()))
    if part and (step or saved):
        raise UsageError(f"{'--step' if step else '--saved'} says which steps are made, and so does {part}", "give one of them")
    from migrator.cli import inputs

    contract = inputs.saved(saved) if saved else None
    session = Session(ctx, repo, as_json=as_json, trust=trust or ())
    with session.working() as engine:
        from migrator.engine import branches, running
        from migrator.report import text
        from migrator.report.models.accounts import TodoOut
        from migrator.report.models.runs import RunOut
        from migrator.report.teams.findings.located import of_run

        if contract is not None:
            _belongs(session, contract.base, saved)
            if phase and sorted(set(phase)) != sorted(contract.phases):
                raise UsageError("--phase and the saved plan differ", f"leave out --phase: the plan is for phase {_numbers(contract.phases)}")
        chosen = engine.chosen(contract.phases if contract is not None else phase or ())
        session.remind(session.repository.resolve("HEAD"), made=True)
        try:
            made = running.run(
                engine,
                chosen,
                branch=branch,
                until=until,
                only=tuple(step or ()),
                saved=contract,
                retry=retry,
                gate_every=gate_every,
                part=part,
                on_step=lambda item: None if as_json else text.step(session.screen, item),
            )
        except KeyboardInterrupt:
            if not as_json:
                _say_where(session, branch, chosen, part)
            raise
    status = branches.status_of(session.engine, made.branch)
    tell(session, "run", lambda: of_run(made, session.repository.tree(made.head)), sarif, annotate=annotate)
    if as_json:
        session.data(RunOut.of(made, status.todos))
    else:
        following = _after_run(session, made, status, part=bool(until or step or part))
        text.run(session.screen, made, todos=TodoOut.all(status.todos), following=following)
    if made.aside or made.unjudged:
        raise typer.Exit(GateError.exit_code)


def _belongs(session: Session, base: str, file: Path | None) -> None:
    """A saved plan starts from a commit of this repository, or it is somebody else's."""
    try:
        session.repository.resolve(base)
    except RepositoryError as error:
        raise DriftError(
            f"{file} was saved for another repository, or its base {base[:7]} is gone", "migrate plan --out FILE saves one for this repository"
        ) from error


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _after_run(session: Session, made: Run, status: BranchStatus, *, part: bool) -> list[tuple[str, str]]:
    from migrator.cli.manual import by_hand, to_approve

    purposes = {
        "git diff": "everything that changed",
        "migrate run": "the steps that were set aside again" if made.aside else "the rest",
        "migrate rollback": "take it all back",
    }
    commands = session.stand(status).next if status.head else ("migrate plan",)
    if made.plan.hopeless and made.head == made.base:
        return by_hand(made.plan)
    if made.unjudged:
        purposes["migrate rollback"] = "take it back, and run again so that the gates judge it"
    if made.cut is not None and made.cut.later:
        purposes["migrate run"] = "the next slice"
        commands = tuple(f"{command} {made.cut.slice}" if command.startswith("migrate run") else command for command in commands)
    return (to_approve(made.plan) if made.unjudged else []) + [
        (command, next((why for start, why in purposes.items() if command.startswith(start)), ""))
        for command in commands
        if not command.startswith("migrate run") or made.aside or part
    ]


def _say_where(session: Session, branch: str | None, phases: Sequence[Phase], part: Slice) -> None:
    """After Ctrl-C: where things stand."""
    from migrator.engine import branches, running
    from migrator.report.models.base import short
    from migrator.wording import counted

    with contextlib.suppress(MigrateError):
        status = branches.status_of(session.engine, running.ref_of(session.engine, branch, phases, part))
        if status.steps:
            last = status.steps[-1]
            where = f"{short(status.branch)} has {counted(len(status.steps), 'step')}, the last is {last.number} {last.title}"
        else:
            where = "no branch was touched"
        session.screen.note(f"stopped: {where}; nothing is half done")
