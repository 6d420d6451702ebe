"""`migrate plan`."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrator.cli.commands.options import Base, MaxFiles, MaxSteps, OnlyGlobs, OwnerName, PhaseNumbers, Verbose
from migrator.cli.findings import Annotate, Sarif, tell
from migrator.cli.outputs import write
from migrator.cli.session import Json, Repo, Session, Trust
from migrator.errors import UsageError

if TYPE_CHECKING:
    from migrator.engine.teams.weekly.slices import Cut
    from migrator.plan import Plan

__all__ = ["plan"]


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
        from migrator.report import text
        from migrator.report.models.base import dumps
        from migrator.report.models.plans import PlanOut
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
        write(out, dumps(planning.saved_plan(made, chosen)) + "\n", "--out")
    if as_json:
        session.data(PlanOut.of(made, diff=diff, lens=lens))
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
    from migrator.cli.manual import by_hand, to_approve
    from migrator.wording import for_phases, word

    options = for_phases(numbers) + (f" {cut.slice}" if cut is not None else "")
    if not made.steps:
        return by_hand(made) or [("migrate status", "what has been done so far")]
    if cut is not None and not cut.steps:
        return [("migrate status --open", "what is open, by phase and owner")]
    what = "this slice" if cut is not None else "all of it"
    first = (
        (f"migrate run --saved {word(str(out))}", "exactly this plan, or nothing")
        if out
        else (f"migrate run{options}", f"{what}, on a branch of its own")
    )
    more = [(f"migrate plan{options} --diff", "every change, as a diff"), (f"migrate plan{options} -v", "why, moves and files of every step")]
    return [*to_approve(made), first, *more]
