"""`migrate init`, `doctor`, `phases`, `trust` and `demo`: what a repository and this machine come with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.commands.options import Verbose
from migrator.cli.findings import Annotate, Sarif, tell
from migrator.cli.session import Json, Repo, Session
from migrator.errors import GateError, PlanError, UsageError

if TYPE_CHECKING:
    from migrator.cli.session import Given
    from migrator.phase import Phase

__all__ = ["demo", "doctor", "init", "phases", "trust"]


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
    from migrator.report import text
    from migrator.report.models.setup import InitOut
    from migrator.report.schemas import schema

    session = Session(ctx, repo, as_json=as_json)
    with session.working() as engine:
        content = starting.plan_file(engine)
    path = session.repository.path / starting.PLAN_FILE
    if not print_only:
        starting.write(path, content, schema("migrate-toml", lambda: session.phases), force=force)
    if as_json:
        session.data(InitOut(path=str(path), written=not print_only, text=content))
    elif print_only:
        session.screen.data(content.rstrip("\n"))
    else:
        session.screen.line(f"wrote {path}")
        session.screen.line(f"wrote {path.parent / starting.SCHEMA_FILE}", ("   for editors: commit it too", "dim"))
        text.commands(session.screen, [("migrate plan", "what would happen with it")])


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
        from migrator.report import text
        from migrator.report.models.setup import DoctorOut

        revision = session.repository.resolve("HEAD")
        plan_file, _ = engine.plan_file(session.repository.tree(revision))
        session.screen.progress("asking tools for their versions")
        there = tools()
        session.screen.progress("reading the repository")
        found = DoctorOut.of(there, proposals(engine.facts(revision, plan_file), session.repository.path), plan_file.gates)
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
        from migrator.report.models.formats import FormatsOut
        from migrator.report.teams.findings.located import of_formats

        revision = session.repository.resolve("HEAD")
        tree = session.repository.tree(revision)
        plan_file, _ = engine.plan_file(tree)
        given = engine.added(tree, plan_file)
        session.screen.progress("proving rows, and looking for what nobody reads")
        facts = engine.facts(revision, plan_file, added(tuple(entry for _, entry in given)))
        proofs = proving.proofs(facts.scanner.formats, given)
        found = FormatsOut.of(
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


def phases(ctx: typer.Context, *, repo: Repo = None, as_json: Json = False) -> None:
    """The installed phases."""
    from migrator.report import text
    from migrator.report.models.setup import PhaseOut, PhasesOut

    session = Session(ctx, repo, as_json=as_json)
    installed: tuple[Phase, ...] = tuple(sorted(session.phases, key=lambda phase: phase.number))
    if as_json:
        session.data(PhasesOut(phases=tuple(PhaseOut.of(phase) for phase in installed)))
    else:
        text.phases(session.screen, installed)


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
