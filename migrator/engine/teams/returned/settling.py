"""A step taken back so that the gates hold: a new file that may not be in the likeliest place goes to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.build import rebuilt
from migrator.engine.teams.returned.inverse import Undone, undone
from migrator.gates import judge
from migrator.plan import GateReport, failures
from migrator.tree import Moves

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.engine.teams.returned.stages import Stage
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["settled"]


def settled(stage: Stage, now: Facts) -> tuple[Undone, tuple[GateReport, ...]]:
    """A tree with a step taken back, and what the static gates say of it: where no place of its new files will do, that of the likeliest.

    Raises PlanError where two files would be in one place, or the moves back cannot be made.
    """
    refused: frozenset[tuple[RepoPath, RepoPath]] = frozenset()
    first = found = _judged(undone(stage, now), stage)
    while failed := {finding.path for finding in failures(found[1])}:
        made = found[0]
        more = {(path, place) for place, path in made.late.items() if place in failed} - refused
        if not more:
            return first
        refused |= more
        found = _judged(undone(stage, now, refused), stage)
    return found


def _judged(made: Undone, stage: Stage) -> tuple[Undone, tuple[GateReport, ...]]:
    """With what the static gates say; what was so before the step as well is no reason against going back to it."""
    built: Built = made.built
    reports = judge(built)
    if all(report.passed for report in reports):
        return made, reports
    after = built.after.tree
    changed = frozenset(path for path, entry in after.items() if stage.before.tree.get(path) != entry)
    before = judge(rebuilt(stage.before, built.after, built.step, moves=Moves(), written=changed, whole=changed))
    errors = {(report.gate, finding) for report in before for finding in report.findings}
    judged = []
    for report in reports:
        held = report.gate == "references"
        findings = tuple(
            f if held or f.severity != "error" or (report.gate, f) in errors else replace(f, severity="warning") for f in report.findings
        )
        judged.append(replace(report, findings=findings, passed=not any(finding.severity == "error" for finding in findings)))
    return made, tuple(judged)
