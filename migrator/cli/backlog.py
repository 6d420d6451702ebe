"""`migrate status --open`: what is done and what is open, by phase and owner, and the burn-down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrator.wording import for_phases

if TYPE_CHECKING:
    from migrator.cli.session import Session
    from migrator.engine.teams.weekly.backlog import Backlog

__all__ = ["shown"]

_MOST = 5
"""So many steps are a slice to begin with."""


def shown(session: Session, base: str | None, numbers: Sequence[int], owner: str | None, *, verbose: bool) -> None:
    """Find it out and print it. Raises UsageError for an owner that nobody is."""
    with session.working() as engine:
        from migrator.engine.teams.weekly.backlog import backlog
        from migrator.git.commits import now
        from migrator.report import text
        from migrator.report.teams.weekly import progress

        chosen = engine.chosen(numbers)
        found = backlog(engine, session.repository.resolve(base or "HEAD"), chosen, int(now().timestamp()))
        named = found.owners.meant(owner) if owner is not None else None
    out = progress.BacklogOut.of(found)
    if session.as_json:
        session.data(out if named is None else out.of_owner(named))
        return
    title = f"{session.repository.path.name} · {base or session.trunk()} at {found.base[:7]}"
    progress.backlog(session.screen, title, out, chosen, owner=named, verbose=verbose)
    text.commands(session.screen, _following(found, numbers, named))


def _following(found: Backlog, numbers: Sequence[int], owner: str | None) -> list[tuple[str, str]]:
    from migrator.engine.teams.weekly.slices import Slice

    ready = [one for one in found.items if one.state == "ready" and (owner is None or owner in one.owners)]
    if not ready:
        return [("migrate status", "where each branch stands")]
    part = Slice(max_steps=_MOST, owner=owner or next((name for one in ready for name in one.owners), None))
    options = f"{for_phases(numbers)} {part}"
    return [(f"migrate plan{options}", "a slice of it"), (f"migrate run{options}", "on a branch")]
