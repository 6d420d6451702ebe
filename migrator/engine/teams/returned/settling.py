"""A step taken back so that the gates hold: a new file that may not be in the likeliest place goes to the next.

Between two steps that are both taken back there may be no place at all: a file that names what the one wrote and the other moved crosses a boundary
there, and nowhere in the end. What holds before and after is judged, and what does not hold in between is told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.build import rebuilt
from migrator.engine.teams.returned.altogether import altogether
from migrator.engine.teams.returned.inverse import Undone, undone
from migrator.errors import Finding
from migrator.gates import judge
from migrator.plan import GateReport, failures
from migrator.tree import Moves

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.engine.teams.returned.stages import Stage
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["excused", "passing", "settled"]

_BETWEEN = frozenset({"boundaries", "cycles"})
"""What may not hold between two steps: everything names what it named there too, and a later commit of the same branch puts it right."""


def settled(stage: Stage, now: Facts) -> tuple[Undone, tuple[GateReport, ...]]:
    """A tree with a step taken back, and what the static gates say of it: where no place of its new files will do, that of the likeliest.

    Raises PlanError where two files would be in one place, or the moves back cannot be made.
    """
    refused: frozenset[tuple[RepoPath, RepoPath]] = frozenset()
    first = found = _tried(stage, now, refused)
    while failed := {finding.path for finding in failures(found[1])}:
        made = found[0]
        more = {(path, place) for place, path in made.late.items() if place in failed} - refused
        if not more:
            return first
        refused |= more
        found = _tried(stage, now, refused)
    return found


def passing(made: Sequence[tuple[Built, tuple[GateReport, ...]]], oldest: Stage) -> tuple[tuple[GateReport, ...], ...]:
    """What the gates say of steps taken back one after the other, of which `oldest` is the last: what only does not hold between two is told.

    It is judged anew over all of them, and what does not hold then either is said of the last one.
    """
    several = [reports for _, reports in made]
    if all(report.passed or report.gate not in _BETWEEN for reports in several[:-1] for report in reports):
        return tuple(several)
    whole = _tolerant(altogether([built for built, _ in made]), oldest)
    in_the_end = {report.gate: report for report in whole}
    between = [tuple(_until_then(report) for report in reports) for reports in several[:-1]]
    return (*between, tuple(report if report.gate not in _BETWEEN else in_the_end[report.gate] for report in several[-1]))


def excused(reports: Sequence[GateReport], kept: Collection[RepoPath]) -> tuple[tuple[GateReport, ...], tuple[Finding, ...]]:
    """The same where what steps made stays only because people edited it: that it does not work without the steps is told, and no reason against it."""
    told = tuple(dict.fromkeys(one for report in reports for one in report.findings if one.severity == "error" and one.path in kept))
    judged = []
    for report in reports:
        findings = tuple(replace(one, severity="warning") if one in told else one for one in report.findings)
        judged.append(replace(report, findings=findings, passed=not any(one.severity == "error" for one in findings)))
    return tuple(judged), tuple(Finding("kept", one.path, one.message, one.line) for one in told)


def _until_then(report: GateReport) -> GateReport:
    """The same, where it says what may not hold between two steps."""
    if report.gate not in _BETWEEN or report.passed:
        return report
    why = ", until the steps before are taken back too, on the same branch"
    findings = tuple(replace(one, severity="warning", message=one.message + why) if one.severity == "error" else one for one in report.findings)
    return replace(report, findings=findings, passed=True)


def _tried(stage: Stage, now: Facts, refused: frozenset[tuple[RepoPath, RepoPath]]) -> tuple[Undone, tuple[GateReport, ...]]:
    made = undone(stage, now, refused)
    return made, _tolerant(made.built, stage)


def _tolerant(built: Built, stage: Stage) -> tuple[GateReport, ...]:
    """What the static gates say; what was so before the step as well is no reason against going back to it."""
    reports = judge(built)
    if all(report.passed for report in reports):
        return reports
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
    return tuple(judged)
