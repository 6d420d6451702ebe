"""What a command found, each with its place in the repository: the one list that SARIF and annotations are made of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from migrator.paths import RepoPath, printable
from migrator.planfile import PLAN_FILE
from migrator.secrets import redact

if TYPE_CHECKING:
    from migrator.account.entries import Entry
    from migrator.engine.freshness import Stale
    from migrator.engine.running import Run
    from migrator.errors import Finding, Severity
    from migrator.plan import Aside, GateReport, Plan
    from migrator.proving import Proof
    from migrator.report.teams.reviewed.review import ChangeOut, ReviewOut
    from migrator.report.teams.weekly.staged import StagedOut
    from migrator.tree import Tree

__all__ = ["Located", "Rule", "of_docs", "of_formats", "of_plan", "of_review", "of_run", "of_staged", "of_verify", "rule"]

_ORDER = {"error": 0, "warning": 1, "info": 2}
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)\S* @@.*\n((?: .*\n)*)", re.MULTILINE)
"""Where a diff begins in what was committed, with the lines that both sides have before anything differs."""
_FIRST = ("set-aside", "open-mention", "question")
"""Of what is equally grave, what needs a person comes before what is only worth knowing."""


@dataclass(frozen=True, slots=True)
class Located:
    """A finding: the rule that it breaks, how grave it is, where, and what is said. Without a place it is about the plan file."""

    rule: str
    severity: Severity
    path: str
    line: int
    """0 when it is about the whole file."""
    message: str


class Rule(NamedTuple):
    """What a kind of finding is, and what to do about it."""

    title: str
    help: str


def rule(kind: str) -> Rule:
    """The rule behind a kind of finding."""
    known = _rules()
    return known.get(kind) or known["*"]._replace(title=known["*"].title.format(kind=kind))


@cache
def _rules() -> Mapping[str, Rule]:
    text = (resources.files(__package__) / "rules.toml").read_text(encoding="utf-8")
    return {kind: Rule(**row) for kind, row in tomllib.loads(text).items()}


def of_plan(plan: Plan) -> tuple[Located, ...]:
    """The findings of a plan, in the tree that it starts from: what a step says of a file that moved is said where the file is today."""
    found: list[Located] = []
    home: dict[RepoPath, RepoPath] = {}

    def back(path: str) -> str:
        return home.get(RepoPath(path), path)

    for notes in plan.notes.values():
        found += map(_of_finding, (*notes.foremost, *notes.findings))
    found += map(_of_finding, plan.unasked)
    for step in plan.steps:
        found += (replace(one, path=back(one.path)) for one in map(_of_finding, step.findings))
        home = {**home, **{new: home.get(old, old) for old, new in step.built.files.items()}}
        found += (_today(plan.start.tree, plan, entry, back(entry.path)) for entry in step.account.open)
    found += _of_aside(plan.aside)
    for question in plan.questions:
        path, line = _place(question.where)
        found.append(Located("question", "warning", back(path), line, f"{question.id}: {question.text}"))
    return _ready(found, plan.start.tree)


def _today(tree: Tree, plan: Plan, entry: Entry, path: str) -> Located:
    """A mention that is open in a result, with its line in the tree before, which edits above it may have shifted."""
    one = _of_entry(entry)
    if path not in tree:
        return replace(one, path=path, line=0)
    lines = plan.start.read(RepoPath(path)).decode("utf-8", "replace").splitlines()
    at = [number for number, line in enumerate(lines, start=1) if entry.text.strip() in line]
    line = min(at, key=lambda number: abs(number - entry.line), default=0)
    return replace(one, path=path, line=line)


def of_run(run: Run, tree: Tree) -> tuple[Located, ...]:
    """The findings of the steps that a run made, and why others were set aside, in the tree that it ends in."""
    found = [_of_finding(finding) for step in run.steps for report in step.gates for finding in report.findings]
    found += (_of_entry(entry) for step in run.steps for entry in step.account.open)
    return _ready([*found, *_of_aside(run.aside)], tree)


def of_verify(found: Mapping[str, Iterable[tuple[str, tuple[GateReport, ...]]]], tree: Tree) -> tuple[Located, ...]:
    """What gates say of committed steps, by revision."""
    return _ready(
        [_of_finding(one, title) for judged in found.values() for title, reports in judged for report in reports for one in report.findings], tree
    )


def of_docs(found: Mapping[str, Sequence[Stale]], tree: Tree) -> tuple[Located, ...]:
    """Documents that are no longer true."""
    whats = {"changed": "says something else now", "new": "would be new", "gone": "nothing asks for it any more", "asks": "needs a decision"}
    rows = (one for several in found.values() for one in several)
    return _ready(
        [
            Located("stale-document", "error", one.path, 0, whats.get(one.what, one.what) + (f": {', '.join(one.sections)}" if one.sections else ""))
            for one in rows
        ],
        tree,
    )


def of_formats(added: Iterable[Proof], tree: Tree) -> tuple[Located, ...]:
    """Rows that people added and that do not hold."""
    rows = ((one, problem) for one in added for problem in one.problems)
    return _ready(
        [Located("unproven-row", "error", *_place(one.where), f"{one.format.name}, {one.row.at}: {problem}") for one, problem in rows], tree
    )


def of_staged(found: StagedOut) -> tuple[Located, ...]:
    """New files at old places."""
    return tuple(
        Located("old-place", "warning", one.path, 1, f"belongs to {one.belongs}: {one.place} was moved by {one.number} {one.step}")
        for one in found.misplaced
    )


def of_review(found: ReviewOut, tree: Tree) -> tuple[Located, ...]:
    """What people changed on top of what steps make, and why steps could not be made again, in the tree of the last commit."""
    rows: list[Located] = []
    for one in found.commits:
        named = f"{one.commits[-1][:7]} {one.subject}"
        rows += (Located("on-top", "error", change.at or change.path, _begun(change), f"{named}: {change.told()}") for change in one.changes)
        rows += (
            Located("unproven", "error", why.where, 0, f"{named}: {why.message}" + (f" ({why.hint})" if why.hint else "")) for why in one.problems
        )
    return _ready(rows, tree)


def _begun(change: ChangeOut) -> int:
    """The line from which on a committed file is another."""
    at = _HUNK.search(change.diff)
    return int(at[1]) + at[2].count("\n") if at is not None and change.what == "edited" else 0


def _place(where: str) -> tuple[str, int]:
    """The path and the line of a place; 0 where it names none."""
    path, _, line = where.rpartition(":")
    return (path, int(line)) if line.isdigit() else (where, 0)


def _of_finding(finding: Finding, prefix: str = "") -> Located:
    said = f"{prefix}: {finding.message}" if prefix else finding.message
    return Located(finding.kind, finding.severity, finding.path, finding.line, said)


def _of_entry(entry: Entry) -> Located:
    return Located("open-mention", "warning" if entry.runs else "info", entry.path, entry.line, f"`{entry.text.strip()}`: {entry.reason}")


def _of_aside(aside: Iterable[Aside]) -> Iterator[Located]:
    for one in aside:
        for finding in one.findings:
            said = f"{one.number} {one.step.title} was set aside: {finding.message}"
            yield Located("set-aside", "error", finding.path, finding.line, said)


def _ready(found: Iterable[Located], tree: Tree) -> tuple[Located, ...]:
    """Findings as whoever reads along gets them: each once, the gravest first, no secret, and none at a place that is not there."""
    there: Callable[[str], bool] = lambda path: path in tree or tree.is_dir(path)  # noqa: E731
    placed = (one if one.path and there(one.path) else _nowhere(one) for one in found)
    told = {replace(one, path=printable(one.path), message=redact(one.message)): None for one in placed}
    return tuple(sorted(told, key=lambda one: (_ORDER[one.severity], one.rule not in _FIRST, one.path, one.line, one.rule, one.message)))


def _nowhere(one: Located) -> Located:
    """What is about no file of the tree is said of the plan file, with what it is about in the message."""
    return replace(one, path=PLAN_FILE, line=0, message=f"{one.path}: {one.message}" if one.path and one.path != PLAN_FILE else one.message)
