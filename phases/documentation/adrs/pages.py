"""A record of a decision, in the form of MADR 4, and the index of all of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.generating.prose import code, link, marked, table_row
from migrator.paths import RepoPath, parent
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.facts.decided import Moved, Paper, Taken
    from migrator.origin import Origin
    from phases.documentation.adrs.topics import Decision

__all__ = ["index", "page"]

Line = tuple[str, tuple["Origin", ...]]
Reports = Mapping[str, "tuple[RepoPath, Origin]"]

_SHOWN = 12
_LONG = 240
_SOURCES = re.compile(r"\s*Its values come from .*$", re.DOTALL)
"""What a step adds of where its values come from; the lines of what it made say it better."""


def page(decision: Decision, path: RepoPath, reports: Reports) -> Iterator[Line]:
    """The record of one decision, as seen from where it lies."""
    here = parent(path)
    records = tuple(step.origin for step in decision.steps)
    yield from _plain("---", "status: accepted", "---", "", f"# {marked(decision.title)}", "", "## Context and Problem Statement", "")
    if decision.question:
        yield from _plain(marked(decision.question), "")
    yield from _shown(decision.steps)
    yield from _plain("## Considered Options", "", f"- {marked(decision.chosen)}", *(f"- {marked(one.title)}" for one in decision.others), "")
    yield from _plain("## Decision Outcome", "", f'Chosen option: "{marked(decision.chosen)}", because:', "")
    for reason, origins in _reasons(decision.steps).items():
        yield f"- {marked(reason)}", origins
    yield from _plain("", *(f'- Not "{marked(one.title)}": {marked(one.why)}.' for one in decision.others), *([""] if decision.others else []))
    yield from _steps(decision.steps, here)
    yield from _plain("### Consequences", "")
    yield from _consequences(decision.steps, here, reports)
    yield from _moves([(move, step.origin) for step in decision.steps for move in step.moves], here)
    numbers = "|".join(re.escape(step.number) for step in decision.steps)
    yield from _plain("## More Information", "", "The commits, by the numbers of the steps:", "")
    yield from ((line, records) for line in ("```sh", f'git log -E --grep "^Migrate-Number: ({numbers})$"', "```"))


def _plain(*lines: str) -> Iterator[Line]:
    for line in lines:
        yield line, ()


def _shown(steps: Sequence[Taken]) -> Iterator[Line]:
    """What the repository showed, by step: what its reason adds to the first sentence, where that is no list of files."""
    told = [(step, rest) for step in steps if (rest := _SOURCES.sub("", step.why).partition(". ")[2].strip()) and len(rest) < _LONG]
    for step, rest in told:
        yield f"- {marked(step.title)}: {marked(rest.rstrip('.'))}.", (step.origin,)
    if told:
        yield "", ()


def _reasons(steps: Sequence[Taken]) -> dict[str, tuple[Origin, ...]]:
    """Why, each reason once."""
    found: dict[str, list[Origin]] = {}
    for step in steps:
        reason = _SOURCES.sub("", step.why).partition(". ")[0].strip().rstrip(".")
        found.setdefault(f"{reason}." if reason else step.title, []).append(step.origin)
    return {reason: tuple(origins) for reason, origins in found.items()}


def _steps(steps: Sequence[Taken], here: RepoPath) -> Iterator[Line]:
    yield from _plain(
        table_row("step", "what it did", "moved", "mentions that followed", "files made", "files changed", "open"), "|---|---|---|---|---|---|---|"
    )
    for step in steps:
        numbers = (len(step.moves), sum(step.rewritten.values()), step.written, step.edited, sum(step.open.values()))
        title = link(step.number, step.origin.path, here)
        yield table_row(title, marked(step.title), *(f"{number:,}" if number else "" for number in numbers)), (step.origin,)
    yield "", ()


def _consequences(steps: Sequence[Taken], here: RepoPath, reports: Reports) -> Iterator[Line]:
    records = tuple(step.origin for step in steps)
    followed, left = _sum(step.rewritten for step in steps), _sum(step.open for step in steps)
    moved = any(step.moves for step in steps)
    if followed:
        yield f"- Good, because what names the new places was rewritten along with them: {_counts(followed)}.", records
    if moved and not left:
        yield "- Good, because no mention of an old place is open.", records
    if left:
        yield (
            f"- Bad, because {counted(sum(left.values()), 'mention')} of old places could not be judged, and somebody has to look: {_counts(left)}.",
            records,
        )
    running = dict.fromkeys(path for step in steps for path in step.urgent)
    if running:
        yield f"- Bad, because some of them are in files that run: {listed([link(code(path), path, here) for path in running], _SHOWN)}.", records
    for todo in dict.fromkeys(todo for step in steps for todo in step.todos):
        yield f"- Then by hand: {marked(todo)}.", tuple(step.origin for step in steps if todo in step.todos)
    for phase in dict.fromkeys(step.phase for step in steps if step.family):
        if phase in reports:
            path, book = reports[phase]
            yield f"- What was taken over, chosen or left out of each source stands in {link(code(path), path, here)}.", (book,)
    if not (followed or moved or left):
        yield f"- Neutral, because nothing that was there moved: {counted(sum(step.written for step in steps), 'file')} are new.", records
    yield "", ()


def _sum(several: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in several:
        total.update(one)
    return total


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{kind} {number:,}" for kind, number in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _moves(moves: Sequence[tuple[Moved, Origin]], here: RepoPath) -> Iterator[Line]:
    if not moves:
        return
    yield from _plain("## Where It Is Now", "")
    for move, record in moves[:_SHOWN]:
        old = f"{code(move.symbol)} of {code(move.old)}" if move.symbol else code(move.old)
        now = link(code(move.now), move.now, here) if move.now is not None else "no longer there"
        yield f"- {old} → {now}", (record,)
    if len(moves) > _SHOWN:
        yield f"- … and {len(moves) - _SHOWN} more, in the records of the steps", tuple(dict.fromkeys(record for _, record in moves[_SHOWN:]))
    yield "", ()


def index(path: RepoPath, made: Sequence[tuple[RepoPath, Decision]], papers: Sequence[Paper]) -> Iterator[Line]:
    """All decisions, those of people too, by number."""
    here = parent(path)
    yield from _plain(
        "# Architecture decisions",
        "",
        "What was decided about how this repository is built, and why. A decision that no longer holds stays, and says which one took its place.",
        "",
    )
    yield from _plain(table_row("number", "decision", "status"), "|---|---|---|")
    rows = [(_number(place), place, one.title, "accepted", tuple(step.origin for step in one.steps)) for place, one in made]
    for paper in papers:
        origins = (*paper.title.origins, *(paper.status.origins if paper.status is not None else ()))
        digits = f"{paper.number:0{paper.width}}" if paper.number is not None else ""
        rows.append((digits, paper.path, paper.title.value, paper.status.value if paper.status is not None else "", origins))
    for digits, place, title, status, origins in sorted(rows, key=lambda row: (not row[0], int(row[0] or 0), row[1])):
        yield table_row(digits, link(marked(title), place, here), marked(status)), origins
    # What people add at the end is not beside the next row.
    yield from _plain(
        "", "## A further one", "", "It begins as a copy of one of these, `NNN-short-name.md`; `NNN` is the next free number and never changes."
    )


def _number(path: RepoPath) -> str:
    return path.rpartition("/")[2].partition("-")[0]
