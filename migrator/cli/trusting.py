"""`migrate trust`: what a plan file would run, as whoever approves it reads it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from migrator.mistakes import line_of_keys
from migrator.planfile import PLAN_FILE, PlanFile
from migrator.report.models.trust import TrustedOut, TrustOut

if TYPE_CHECKING:
    from migrator.cli.session import Session
    from migrator.tree import Tree


def shown(session: Session, tree: Tree, plan_file: PlanFile) -> TrustOut:
    """Everything that a plan file declares, and whether it may run."""
    engine, memory = session.engine, session.memory
    approval = engine.door.approval(plan_file)
    text = engine.plan_text(tree)
    local = (session.repository.path / PLAN_FILE).is_file()
    return TrustOut(
        approved=bool(approval.fingerprint) and not approval.waiting,
        why=approval.waiting.why,
        fingerprint=approval.fingerprint,
        source="" if text is None else f"{PLAN_FILE} of {'your work tree' if local else 'the commit'}",
        file=None if memory.file is None else str(memory.file),
        commands=tuple(TrustedOut.of(one, memory.state(one), line_of_keys(text or "", (f"{one.kind}s", one.name))) for one in plan_file.declared),
    )


def agreed(session: Session) -> bool:
    """Whether somebody says yes, where there is somebody to be asked."""
    if session.as_json or not (sys.stdin.isatty() and session.screen.out.is_terminal):
        return False
    session.screen.line(("Approve all of this? [y/N] ", "bold"))
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
