"""`migrate rollback --onto`: what was merged is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.errors import UsageError
from migrator.wording import for_phases, word

if TYPE_CHECKING:
    from migrator.cli.session import Session


def take_back(session: Session, onto: str, *, phase: int | None, step: str | None, with_later: bool, branch: str | None, verbose: bool) -> None:  # noqa: PLR0913  keyword-only
    """Take a phase or a step back that a revision has, on a branch of its own."""
    from migrator.engine import branches
    from migrator.report.models.accounts import TodoOut

    if (phase is None) == (step is None):
        raise UsageError("say what to take back: --phase N or --step ID", f"migrate rollback --phase 1 --onto {word(onto)}")
    with session.working() as engine:
        from migrator.engine.teams.returned.returning import take_back_onto
        from migrator.report.teams.branches import returning

        made = take_back_onto(engine, onto, phase=phase, step=step, with_later=with_later, branch=branch)
    todos = branches.status_of(session.ledger, made.branch).todos
    if session.as_json:
        session.data(returning.ReturnedOut.of(made, todos))
    else:
        numbers = sorted({one.landed.record.number.partition(".")[0] for one in made.steps})
        phases = for_phases(number for number in numbers if number.isdigit())
        # A move that somebody asked for, or shims that went, are no phase's: no plan has them.
        again = f"migrate plan{phases}" if phases else ""
        returning.returned(session.screen, made, TodoOut.all(todos), again, verbose=verbose)
