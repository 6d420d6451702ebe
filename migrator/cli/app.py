"""The commands: read what was given, let the engine work, print what came of it.

Each imports what it works with when it runs: help, the version and a mistake on the command line load nothing of it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator import __version__
from migrator.cli.findings import Annotate, Sarif, tell
from migrator.cli.outputs import write
from migrator.cli.session import GateEvery, Json, Repo, Session, Trust
from migrator.cli.teams import COMMANDS
from migrator.errors import DriftError, GateError, MigrateError, PlanError, RepositoryError, UsageError

if TYPE_CHECKING:
    from migrator.cli.session import Given
    from migrator.engine.branches import BranchStatus
    from migrator.engine.running import Run
    from migrator.engine.teams.weekly.slices import Cut, Slice
    from migrator.paths import RepoPath
    from migrator.phase import Phase
    from migrator.plan import Plan
    from migrator.tree import Tree

app = typer.Typer(
    name="migrate",
    help="Takes a monorepo to a new structure, one proven and reversible commit at a time. Your work tree, index and HEAD are never touched.",
    epilog="Exit codes: 0 done, 2 usage, 3 repository, 4 plan, 5 gate failed, steps set aside, a document no longer true or a commit not what its step makes, 6 drift, 7 race, 70 bug, 130 interrupted.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

PhaseNumbers = Annotated[list[int] | None, typer.Option("--phase", "-p", metavar="N", help="A phase; may be given several times. Default: all.")]
Branch = Annotated[
    str | None, typer.Option("--branch", metavar="NAME", help="The branch. Default: migrate/phase-N, of a slice migrate/owner-TEAM or only-GLOB.")
]
Base = Annotated[str | None, typer.Option("--base", metavar="REV", help="The commit to start from. Default: HEAD.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Everything, without caps: why, moves and files of each step, every finding.")]
MaxFiles = Annotated[int | None, typer.Option("--max-files", metavar="K", min=1, help="No more files than these, as steps touch them.")]
MaxSteps = Annotated[int | None, typer.Option("--max-steps", metavar="N", min=1, help="No more steps than these.")]
OwnerName = Annotated[str | None, typer.Option("--owner", metavar="TEAM", help="Only what TEAM owns, by CODEOWNERS, else by the history.")]
OnlyGlobs = Annotated[
    list[str] | None, typer.Option("--only", metavar="GLOB", help="Only steps about these files (a pattern as in .gitignore); repeatable.")
]

MOVES = "migrate/mv"
"""The branch of moves that were asked for one by one."""


class Format(StrEnum):
    """How the graph is written."""

    json = "json"
    dot = "dot"
    mermaid = "mermaid"
    text = "text"


def _version(value: bool) -> None:
    if value:
        typer.echo(f"migrate {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    ctx: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something goes wrong: migrate --debug COMMAND ...")] = False,
) -> None:
    del version, debug  # `--debug` is read in `main`, which has to know before anything can go wrong
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@app.command()
def init(
    ctx: typer.Context,
    *,
    print_only: Annotated[bool, typer.Option("--print", help="Print it instead of writing it.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing migrate.toml.")] = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Write a commented migrate.toml. It holds what was detected; `plan` and `run` work without one."""
    from migrator.cli import starting
    from migrator.report import models, text
    from migrator.report.schemas import schema

    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        content = starting.plan_file(engine)
    path = session.repository.path / starting.PLAN_FILE
    if not print_only:
        starting.write(path, content, schema("migrate-toml", lambda: session.phases), force=force)
    if as_json:
        session.data(models.InitOut(path=str(path), written=not print_only, text=content))
    elif print_only:
        session.screen.data(content.rstrip("\n"))
    else:
        session.screen.line(f"wrote {path}")
        session.screen.line(f"wrote {path.parent / starting.SCHEMA_FILE}", ("   for editors: commit it too", "dim"))
        text.commands(session.screen, [("migrate plan", "what would happen with it")])


@app.command()
def plan(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    phase: PhaseNumbers = None,
    step: Annotated[
        list[str] | None, typer.Option("--step", metavar="ID", help="Show this step only (1.03, a slug, or PHASE/SLUG); repeatable.")
    ] = None,
    path: Annotated[
        list[str] | None, typer.Option("--path", metavar="GLOB", help="Show only what touches these files (a pattern as in .gitignore); repeatable.")
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Every change of every step, by kind of file, as a diff that `git apply` takes.")] = False,
    max_files: MaxFiles = None,
    max_steps: MaxSteps = None,
    owner: OwnerName = None,
    only: OnlyGlobs = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Save the plan for `migrate run --saved FILE`.")] = None,
    base: Base = None,
    trust: Trust = None,
    sarif: Sarif = None,
    annotate: Annotate = False,
    verbose: Verbose = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Show what would happen, step by step. Nothing in the repository changes, not even a ref."""
    from migrator.engine.teams.weekly import slices
    from migrator.report.lens import Lens
    from migrator.report.teams.weekly import slices as told
    from migrator.wording import counted

    lens, part = Lens(tuple(step or ()), tuple(path or ())), slices.Slice(max_files, max_steps, owner, tuple(only or ()))
    if (lens or part) and out is not None:
        raise UsageError("--out saves a whole plan, and what else was given shows a part of it", "leave out --out, or all but --phase")
    session = Session(ctx, repo, as_json=as_json, trust=trust or ())
    started = time.perf_counter()
    with session.working() as engine:
        from migrator.engine import planning
        from migrator.report import models, text
        from migrator.report.teams.findings.located import of_plan

        chosen = engine.chosen(phase or ())
        revision = session.repository.resolve(base or "HEAD")
        made = planning.plan(engine, revision, chosen)
        if part:
            lens = replace(lens, cut=slices.cut(made, part))
        session.remind(revision)
        session.screen.progress("counting references")
        references = sum(1 for _ in made.start.graph)
    tell(session, "plan", lambda: of_plan(made), sarif, annotate=annotate)
    if out is not None:
        write(out, models.dumps(planning.saved_plan(made, chosen)) + "\n", "--out")
    if as_json:
        session.data(models.PlanOut.of(made, diff=diff, lens=lens))
    elif diff:
        text.diffs(session.screen, made, lens)
    else:
        where = f"base {made.base[:7]}" + (f" ({base or session.trunk()})" if made.base not in {base, ""} else "")
        size = f"{counted(len(made.start.tree), 'file')}, {counted(references, 'reference')}"
        title = f"{session.repository.path.name} · {where} · {size} · {time.perf_counter() - started:.1f} s"
        text.plan(session.screen, made, chosen, title=title, verbose=verbose, lens=lens)
        if lens.cut is not None:
            told.told(session.screen, lens.cut)
        text.commands(session.screen, _after_plan(phase or (), out, made, lens.cut))


def _after_plan(numbers: list[int] | tuple[()], out: Path | None, made: Plan, cut: Cut | None) -> list[tuple[str, str]]:
    from migrator.cli.manual import by_hand
    from migrator.wording import for_phases

    options = for_phases(numbers) + (f" {cut.slice}" if cut is not None else "")
    if not made.steps:
        return by_hand(made) or [("migrate status", "what has been done so far")]
    if cut is not None and not cut.steps:
        return [("migrate status --open", "what is open, by phase and owner")]
    what = "this slice" if cut is not None else "all of it"
    first = (f"migrate run --saved {out}", "exactly this plan, or nothing") if out else (f"migrate run{options}", f"{what}, on a branch of its own")
    more = [(f"migrate plan{options} --diff", "every change, as a diff"), (f"migrate plan{options} -v", "why, moves and files of every step")]
    return [*_to_approve(made), first, *more]


def _to_approve(made: Plan) -> list[tuple[str, str]]:
    return [("migrate trust", "what this repository would run, and approve it")] if made.waiting else []


@app.command()
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
        from migrator.report import models, text
        from migrator.report.teams.findings.located import of_run

        if contract is not None:
            _belongs(session, contract.base, saved)
            if phase and sorted(set(phase)) != sorted(contract.phases):
                raise UsageError("--phase and the saved plan differ", f"leave out --phase: the plan is for phase {_numbers(contract.phases)}")
        chosen = engine.chosen(contract.phases if contract is not None else phase or ())
        session.remind(session.repository.resolve("HEAD"))
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
        session.data(models.RunOut.of(made, status.todos))
    else:
        following = _after_run(session, made, status, part=bool(until or step or part))
        text.run(session.screen, made, todos=models.TodoOut.all(status.todos), following=following)
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
    from migrator.cli.manual import by_hand

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
    return (_to_approve(made.plan) if made.unjudged else []) + [
        (command, next((why for start, why in purposes.items() if command.startswith(start)), ""))
        for command in commands
        if not command.startswith("migrate run") or made.aside or part
    ]


def _say_where(session: Session, branch: str | None, phases: Sequence[Phase], part: Slice) -> None:
    """After Ctrl-C: where things stand."""
    from migrator.engine import branches, running
    from migrator.report import models
    from migrator.wording import counted

    with contextlib.suppress(MigrateError):
        status = branches.status_of(session.engine, running.ref_of(session.engine, branch, phases, part))
        if status.steps:
            last = status.steps[-1]
            where = f"{models.short(status.branch)} has {counted(len(status.steps), 'step')}, the last is {last.number} {last.title}"
        else:
            where = "no branch was touched"
        session.screen.note(f"stopped: {where}; nothing is half done")


@app.command()
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
    from migrator.git import now
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
        from migrator.report import models, targets

        revision = session.repository.resolve(base or "HEAD")
        chosen = engine.chosen(())
        made = planning.plan(engine, revision, chosen)
        options = engine.plan_file(made.start.tree)[1]
        off = {f"{phase}.{family}" for phase, table in options.items() for family in switched_off(table)}
        found = places(made, wanted(), off)
    out = models.TargetOut.of(made.base, found)
    if session.as_json:
        session.data(out)
    else:
        targets.target(session.screen, f"{session.repository.path.name} · base {made.base[:7]}", out.places, verbose=verbose)


@app.command()
def done(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="The number under which `migrate status` lists it.")],
    *,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Say that something that was to be done by hand is done. `status` stops listing it."""
    from migrator.engine import branches
    from migrator.report import accounts, models
    from migrator.report.screen import DONE

    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        finished = branches.finish(engine, number)
        left = tuple(todo for status in session.statuses() for todo in status.todos)
    if as_json:
        session.data(models.DoneOutcome(done=models.TodoOut.all([finished])[0], left=models.TodoOut.all(left)))
    else:
        session.screen.line(f"{DONE} {finished.text}")
        accounts.by_hand(session.screen, models.TodoOut.all(left))


@app.command()
def log(ctx: typer.Context, *, repo: Repo = None, as_json: Json = False) -> None:
    """Everything that happened, newest first. Nothing is ever removed from it."""
    from migrator.report import models, text

    session = Session(ctx, repo, as_json=as_json)
    entries = [entry for entry in session.ledger.journal if entry.kind != "open"]
    if as_json:
        session.data(models.LogOut(entries=tuple(models.EntryOut.of(entry) for entry in entries)))
    else:
        text.log(session.screen, entries)


@app.command()
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
    with_later: Annotated[bool, typer.Option("--with-later", help="With --onto: the later steps that stand on it too.")] = False,
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
    from migrator.report import models, text

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
                taken.append(models.RolledBackOut(branch=models.short(status.branch), old=entry.old, new=entry.new, steps=gone))
    if as_json:
        session.data(models.RollbackOut(branches=tuple(taken)))
    else:
        text.rolled_back(session.screen, taken)
        text.commands(session.screen, [("migrate log", "everything that happened"), ("migrate status", "where things stand")])


@app.command()
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
        from migrator.report import models, text
        from migrator.report.teams.findings.located import of_verify

        # What carries a branch or takes steps back makes none of its own.
        ours = [models.short(status.branch) for status in session.statuses() if any(entry.kind not in {"carry", "back"} for entry in status.steps)]
        found = {revision: verification.verify(engine, revision) for revision in ([rev] if rev else ours or ["HEAD"])}
    result = models.VerifyOut.of(found)
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
        from migrator.report import models, text
        from migrator.report.teams.findings.located import of_docs

        ours = [models.short(status.branch) for status in session.statuses() if status.steps]
        found = {revision: freshness.stale(engine, revision) for revision in [rev or "HEAD"]}
    following = [command for revision, several in found.items() if (command := _refreshing(session, revision, freshness.refreshing(several), ours))]
    result = models.VerifyDocsOut.of(found, following)
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


@app.command()
def explain(
    ctx: typer.Context,
    place: Annotated[str, typer.Argument(metavar="PATH[:LINE]", help="A file, seen from the root, or one line of it.")],
    *,
    base: Annotated[str | None, typer.Option("--base", metavar="REV", help="The revision. Default: HEAD, or the branch of ours that has it.")] = None,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Where a line of a generated file comes from. The values in it, what was decided, and the steps that wrote or moved it."""
    from migrator.engine import explanation
    from migrator.report import explained, models

    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        revision, (path, line) = _explained(session, place, base)
        found = models.ExplainOut.of(explanation.explain(engine, revision, path, line))
    if as_json:
        session.data(found)
    else:
        explained.explained(session.screen, found)


def _explained(session: Session, place: str, base: str | None) -> tuple[str, tuple[RepoPath, int]]:
    """The revision that is meant, and the place in it: what only a branch of ours has is looked for there."""
    from migrator.engine.explanation import place_of

    revision = session.repository.resolve(base or "HEAD")
    tree = session.repository.tree(revision)
    try:
        return revision, place_of(place, revision, tree)
    except UsageError:
        for status in session.statuses() if base is None else ():
            head = status.head or revision
            with contextlib.suppress(UsageError):
                return head, place_of(place, head, session.repository.tree(head))
        raise


@app.command()
def graph(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    form: Annotated[
        Format | None, typer.Option("--format", help="json has every file; dot and mermaid draw directories, or the focus. Default: text.")
    ] = None,
    landscape: Annotated[
        bool, typer.Option("--landscape", help="Instead: what the repository runs, who asks whom, and what differs between environments.")
    ] = False,
    focus: Annotated[str | None, typer.Option("--focus", metavar="PATH", help="Only a file or directory with its neighbours.")] = None,
    base: Base = None,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """The files and what names what. In numbers, or for programs and pictures with --json or --format."""
    if landscape:
        _landscape(Session(ctx, repo, as_json=as_json), form, focus, base)
        return
    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        from migrator.facts.cycles import import_cycles
        from migrator.paths import repo_path
        from migrator.report import pictures, summary, text

        revision = session.repository.resolve(base or "HEAD")
        tree = session.repository.tree(revision)
        place = None if focus is None else repo_path(focus)
        if place is not None and place not in tree and not tree.is_dir(place):
            raise UsageError(f"there is no {place} in {revision[:7]}", "give a path relative to the repository's root")
        session.screen.progress("reading the repository")
        facts = engine.facts(revision, engine.rules(tree))
        found = pictures.graph_out(facts.graph, revision, place or None)
        cycles = import_cycles(facts) if form in {None, Format.text} and not as_json else []
    if as_json or form is Format.json:
        session.data(found)
    elif form in {None, Format.text}:
        summary.graph(session.screen, found, cycles, facts.scanner.dialect)
        text.commands(session.screen, summary.following(found, place or None))
    else:
        session.screen.data((pictures.dot if form is Format.dot else pictures.mermaid)(found, place or None))


def _landscape(session: Session, form: Format | None, focus: str | None, base: str | None) -> None:
    if focus is not None or form is Format.dot:
        wrong = "--focus" if focus is not None else "--format dot"
        raise UsageError(f"{wrong} is for the graph of files, not for the landscape", "leave it out, or leave --landscape out")
    with session.working() as engine:
        from migrator.facts.landscape import landscape
        from migrator.report import landscape_models, landscapes, text

        revision = session.repository.resolve(base or "HEAD")
        session.screen.progress("reading the repository")
        plan_file, _ = engine.plan_file(session.repository.tree(revision))
        found = landscape(engine.facts(revision, plan_file))
    if session.as_json or form is Format.json:
        session.data(landscape_models.LandscapeOut.of(found, revision))
    elif form is Format.mermaid:
        session.screen.data(landscapes.mermaid(found))
    else:
        landscapes.landscape(session.screen, found)
        more = [("migrate graph --landscape --format mermaid", "a picture"), ("migrate graph --landscape --json", "every value with its origin")]
        text.commands(session.screen, more)


@app.command()
def doctor(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    formats: Annotated[
        bool,
        typer.Option(
            "--formats", help="Instead: prove the rows that migrate.toml and packages add, and list the formats read here and the files nobody reads."
        ),
    ] = False,
    sarif: Sarif = None,
    annotate: Annotate = False,
    verbose: Verbose = False,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Which checks and tools can run here. Asks tools for their version, and proposes [gates] from the repository's own manifests."""
    if (sarif or annotate) and not formats:
        raise UsageError("--sarif and --annotate go with --formats here", "migrate doctor --formats")
    session = Session(ctx, repo, as_json=as_json)
    if formats:
        _formats(session, sarif, verbose=verbose, annotate=annotate)
        return
    with session.working() as engine:
        from migrator.doctor import proposals, tools
        from migrator.report import models, text

        revision = session.repository.resolve("HEAD")
        plan_file, _ = engine.plan_file(session.repository.tree(revision))
        session.screen.progress("asking tools for their versions")
        there = tools()
        session.screen.progress("reading the repository")
        found = models.DoctorOut.of(there, proposals(engine.facts(revision, plan_file), session.repository.path), plan_file.gates)
    if as_json:
        session.data(found)
    else:
        text.doctor(session.screen, found)


def _formats(session: Session, sarif: Path | None, *, verbose: bool, annotate: bool) -> None:
    """Rows proven, formats in use, files that nobody reads: as the work tree's plan file has it, so that a row can be proven before it is committed."""
    with session.working() as engine:
        from migrator import proving
        from migrator.languages.text.catalogue import added
        from migrator.report import formats as formatted
        from migrator.report import models
        from migrator.report.teams.findings.located import of_formats

        revision = session.repository.resolve("HEAD")
        tree = session.repository.tree(revision)
        plan_file, _ = engine.plan_file(tree)
        given = engine.added(tree, plan_file)
        session.screen.progress("proving rows, and looking for what nobody reads")
        facts = engine.facts(revision, plan_file, added(tuple(entry for _, entry in given)))
        proofs = proving.proofs(facts.scanner.formats, given)
        found = models.FormatsOut.of(
            proofs,
            proving.uses(facts),
            proving.unread(facts),
            uncommitted=engine.uncommitted(tree, plan_file),
        )
    tell(session, "doctor", lambda: of_formats(proofs, tree), sarif, annotate=annotate)
    if session.as_json:
        session.data(found)
    else:
        formatted.formats(session.screen, found, verbose=verbose)
    if not all(row.proven for row in found.added):
        raise typer.Exit(PlanError.exit_code)


@app.command()
def phases(ctx: typer.Context, *, repo: Repo = None, as_json: Json = False) -> None:
    """The installed phases."""
    from migrator.report import models, text

    session = Session(ctx, repo, as_json=as_json)
    installed: tuple[Phase, ...] = tuple(sorted(session.phases, key=lambda phase: phase.number))
    if as_json:
        session.data(models.PhasesOut(phases=tuple(models.PhaseOut.of(phase) for phase in installed)))
    else:
        text.phases(session.screen, installed)


@app.command()
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
        from migrator.report import accounts, models, text
        from migrator.report.diff import diff_of

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
        session.data(models.RunOut.of(made, todos))
    elif as_json:
        session.data(models.MovesOut.of(planned, diff=dry_run))
    elif dry_run:
        if start == models.short(branch or MOVES):
            session.screen.note(f"on top of {start}, as the move would be; `--base HEAD` shows it without what is there")
        session.screen.raw(diff_of(planned.built))
    else:
        text.moves(session.screen, planned, verbose=verbose)
        accounts.by_hand(session.screen, models.TodoOut.all(todos) if made is not None else planned.todos)
        if made is not None and made.plan.base != made.base:
            session.screen.line((f"on top of what was on {models.short(made.branch)} already", "dim"))
        text.commands(session.screen, _after_moves(session, made))


def _tip(session: Session, branch: str, sources: Sequence[str]) -> str:
    """The branch where it exists and still has what is to move, as moves go on top of it, else HEAD."""
    from migrator.paths import repo_path
    from migrator.report import models

    short = models.short(branch)
    if not session.repository.read_ref(f"refs/heads/{short}"):
        return "HEAD"
    tree = session.repository.tree(session.repository.resolve(short))
    there = all((path := repo_path(source)) in tree or tree.is_dir(path) for source in sources)
    return short if there else "HEAD"


def _after_moves(session: Session, made: Run | None) -> list[tuple[str, str]]:
    from migrator.report import models
    from migrator.wording import word

    if made is None:
        return [("git diff --cached -M", "what changed in your work tree"), ("git commit", "")]
    branch = models.short(made.branch)
    return [
        (f"git diff -M {word(f'{session.trunk()}...{branch}')}", f"what is on {branch}"),
        ("migrate status", "keeps what is open and to be done by hand"),
        (f"migrate rollback --all --branch {word(branch)}", "take it back"),
    ]


@app.command()
def trust(  # noqa: PLR0913  the options of a command
    ctx: typer.Context,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Approve what is shown, without asking.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Forget what was approved in this repository.")] = False,
    base: Annotated[str | None, typer.Option("--base", metavar="REV", help="The commit whose plan file is meant. Default: HEAD.")] = None,
    repo: Repo = None,
    as_json: Json = False,
) -> None:
    """Show what this repository would run, and approve exactly that. Remembered outside the repository, until one of the texts changes."""
    from migrator.cli import trusting
    from migrator.report import trusted

    if yes and forget:
        raise UsageError("--yes and --forget exclude each other", "give one of them")
    session = Session(ctx, repo, as_json=as_json)
    tree = session.repository.tree(session.repository.resolve(base or "HEAD"))
    plan_file = session.engine.plan_file(tree)[0]
    if forget:
        session.memory.forget()
    found = trusting.shown(session, tree, plan_file)
    if not as_json:
        trusted.commands(session.screen, found)
    if found.commands and (yes or (not found.approved and not forget and trusting.agreed(session))):
        session.memory.approve(plan_file)
        found = trusting.shown(session, tree, plan_file)
    if as_json:
        session.data(found)
    else:
        trusted.verdict(session.screen, found)


@app.command()
def demo(
    ctx: typer.Context,
    *,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="DIR", help="Leave the migrated sample in a new directory.")] = None,
    as_json: Json = False,
) -> None:
    """Run phase 1 on a copy of a sample. Shows the plan, the run, and what became of the directories."""
    from migrator.cli import demonstration

    given: Given = ctx.obj
    failed = demonstration.demonstrate(given.screen, given.phases(), keep, as_json=as_json)
    if failed:
        raise typer.Exit(GateError.exit_code)


for command in COMMANDS:
    app.command()(command)
