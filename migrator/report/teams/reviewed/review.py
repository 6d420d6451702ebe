"""What was found out about commits of steps: for programs, for a terminal, and as Markdown for where pull requests are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.paths import printable
from migrator.record import Counted
from migrator.report.diff import between
from migrator.report.models.base import Model
from migrator.report.models.findings import ProblemOut
from migrator.report.screen import DONE, FAILED, STAYS, STYLES, WARN, Screen, fit, harmless, single
from migrator.secrets import veiled
from migrator.tree import SUBMODULE
from migrator.wording import counted, ticks

if TYPE_CHECKING:
    from migrator.engine.teams.reviewed.differences import Change
    from migrator.engine.teams.reviewed.review import Review, Reviewed
    from migrator.tree import Store

_LARGE = 1 << 18
"""Files of more bytes are not compared line by line."""
_MOST = 200
"""So many files of a commit are: where more differ, it is another commit altogether."""
_LINES, _FILES = 24, 20
"""So much of a file, and so many files of a commit, are shown to people who do not ask for all."""
_ID = 7
_SLUG = 28
_SYMBOLS = {"identical": DONE, "differs": FAILED, "unproven": WARN, "people": STAYS}


class StepNamed(Model):
    """A step that a commit is."""

    id: str
    number: str
    title: str


class ChangeOut(Model):
    """A file that a commit has otherwise than its steps make it."""

    path: str
    what: str = Field(description="edited, mode, added, missing (the steps make it, the commit has it not) or elsewhere")
    how: str = Field(description="line ends, white space, order of lines, text, binary, or what else can be said in a word")
    at: str = Field(description="where it lies instead; empty otherwise")
    diff: str = Field(
        description="from what the steps make to what was committed; empty for files that are too large to show, and after the first 200"
    )

    @classmethod
    def of(cls, change: Change, store: Store | None) -> Self:
        """A change; without a store no diff of it."""
        return cls(
            path=printable(change.path),
            what=change.what,
            how=change.how,
            at=printable(change.at or ""),
            diff="" if store is None else _diff(change, store),
        )

    def told(self) -> str:
        """What a person did, in a line."""
        where = f" → {self.at}" if self.at else ""
        said = {"elsewhere": "lies elsewhere", "missing": "is missing", "added": "was added", "mode": "has another mode", "edited": "was edited"}
        return f"{self.path}{where}  {said[self.what]}" + (f": {self.how}" if self.how else "")


class ReviewedOut(Model):
    """A commit, or the two of a step whose files moved first."""

    commits: tuple[str, ...]
    subject: str
    verdict: str = Field(description="identical, differs, unproven (its steps could not be made again here), or people (no step: read it)")
    steps: tuple[StepNamed, ...]
    moved: int
    edited: int
    created: int
    touched: int = Field(description="files of a commit that is no step; 0 otherwise")
    account: tuple[str, ...] = Field(description="what became of the mentions of old places, as the steps say when they are made again")
    changes: tuple[ChangeOut, ...]
    problems: tuple[ProblemOut, ...]
    notes: tuple[str, ...]
    made: str = Field(description="the tree that its steps make; empty where there is none")
    tree: str = Field(description="the tree that was committed")

    @classmethod
    def of(cls, one: Reviewed, store: Store) -> Self:
        """A commit."""
        return cls(
            commits=tuple(commit.id for commit in one.unit.commits),
            subject=veiled(one.unit.commit.subject),
            verdict=one.verdict,
            steps=tuple(StepNamed(id=claim.id, number=claim.number, title=claim.title) for claim in one.unit.claims),
            moved=one.moved,
            edited=one.edited,
            created=one.created,
            touched=one.touched,
            account=tuple(map(veiled, one.account.lines())),
            changes=tuple(ChangeOut.of(change, store if at < _MOST else None) for at, change in enumerate(one.changes)),
            problems=ProblemOut.all(one.problems),
            notes=one.notes,
            made=one.made,
            tree=one.unit.commit.tree,
        )


class ReviewOut(Model):
    """`migrate review --json`."""

    revisions: str
    passed: bool = Field(description="whether every step is what it makes; then the exit code is 0, otherwise 5")
    commits: tuple[ReviewedOut, ...]
    account: tuple[str, ...] = Field(description="the accounts of all steps together")

    @classmethod
    def of(cls, found: Review) -> Self:
        """What was found."""
        commits = tuple(ReviewedOut.of(one, found.store) for one in found.commits)
        return cls(
            revisions=found.revisions, passed=found.passed, commits=commits, account=Counted.together(one.account for one in found.commits).lines()
        )

    def ending(self) -> str:
        """All of it in one line."""
        steps = [one for one in self.commits if one.verdict != "people"]
        if not steps:
            return f"nothing to prove: {self.revisions} has no step of a migration"
        words = {"identical": "identical", "differs": "not what their steps make", "unproven": "not proven"}
        numbers = [(sum(one.verdict == verdict for one in steps), said) for verdict, said in words.items()]
        people = len(self.commits) - len(steps)
        said = [f"{number} of {counted(len(steps), 'commit')} {what}" for number, what in numbers if number]
        return " · ".join([*said, *([f"{counted(people, 'commit')} of people's to read"] if people else [])])


def _diff(change: Change, store: Store) -> str:
    """What a person did to a file, with what looks like a secret hidden."""
    old = None if change.made is None else (change.path, change.made)
    new = None if change.committed is None else (change.at or change.path, change.committed)
    sides = [side[1] for side in (old, new) if side is not None]
    if change.how.endswith("is not in this clone") or any(entry.mode != SUBMODULE and len(store.read(entry.blob)) > _LARGE for entry in sides):
        return ""
    return veiled(between(store, old, new).decode("utf-8", "replace"))


# for people ------------------------------------------------------------------------------------------------------------


def shown(screen: Screen, found: ReviewOut, *, verbose: bool) -> None:
    """A line for each commit, and below it what a person changed on top."""
    for one in found.commits:
        symbol = _SYMBOLS[one.verdict]
        screen.hanging(
            "", (symbol, STYLES[symbol]), f" {fit(_named(one), _SLUG + 5)} ", (fit(_verdict(one), 11), STYLES[symbol]), (_size(one), "dim"), below=4
        )
        for problem in one.problems:
            screen.hanging("    ", single((f"{problem.where}: " if problem.where else "") + problem.message))
            if problem.hint:
                screen.hanging("      ", (problem.hint, "dim"))
        for note in one.notes:
            screen.hanging("    ", (note, "dim"))
        few = one.changes if verbose else one.changes[:_FILES]
        for change in few:
            screen.hanging("    ", (single(change.told()), "bold"))
        for change in few:
            if change.diff:
                screen.raw(_clipped(change.diff, None if verbose else _LINES).encode())
        if len(few) < len(one.changes):
            screen.line(f"    … and {counted(len(one.changes) - len(few), 'file')} more (-v)")
        if one.changes:
            for line in one.account:
                screen.hanging("    ", (line, "dim"))
    screen.line()
    for line in found.account[:1]:
        screen.hanging("", (line, "dim"))
    screen.hanging("", (found.ending(), "bold"))


def _named(one: ReviewedOut) -> str:
    if not one.steps:
        return f"{one.commits[-1][:_ID]} {one.subject}"
    first = one.steps[0]
    more = f" and {len(one.steps) - 1} more" if len(one.steps) > 1 else ""
    return f"{first.number} {first.id.partition('/')[2]}{more}"


def _verdict(one: ReviewedOut) -> str:
    return {"people": "by people"}.get(one.verdict, one.verdict)


def _size(one: ReviewedOut) -> str:
    if one.verdict == "people" or not one.steps:
        return f"{counted(one.touched, 'file')} · git show {one.commits[-1][:_ID]}"
    parts = [(one.moved, "moved"), (one.edited, "edited"), (one.created, "new")]
    differing = [f"{counted(len(one.changes), 'file')} otherwise"] if one.changes else []
    return " · ".join([*differing, *(f"{number:,} {what}" for number, what in parts if number), one.commits[-1][:_ID]])


def _clipped(diff: str, most: int | None) -> str:
    lines = diff.splitlines(keepends=True)
    return diff if most is None or len(lines) <= most else "".join(lines[:most]) + f"… and {len(lines) - most} more lines (-v)\n"


# Markdown --------------------------------------------------------------------------------------------------------------


def markdown(found: ReviewOut) -> str:
    """The same for the summary of a job or a comment on a pull request."""
    symbols = {"identical": "✅", "differs": "❌", "unproven": "⚠️", "people": "👤"}
    rows = [f"| {symbols[one.verdict]} {_verdict(one)} | {_cell(_named(one))} | {_cell(_size(one))} |" for one in found.commits]
    table = ["| | commit | what it does |", "|---|---|---|", *rows] if rows else []
    parts = ["### migrate review", "", f"**{_cell(found.ending())}**", "", *table]
    for one in found.commits:
        said = [f"- {_cell((f'{problem.where}: ' if problem.where else '') + problem.message)}" for problem in one.problems]
        said += [f"- {_cell(note)}" for note in one.notes]
        changes = one.changes[:_FILES]
        said += [f"- {_cell(change.told())}" for change in changes]
        said += [f"- … and {counted(len(one.changes) - len(changes), 'file')} more" for _ in range(len(one.changes) > len(changes))]
        if not said:
            continue
        parts += ["", f"#### {_cell(_named(one))}", "", *said]
        if diffs := "".join(_clipped(change.diff, _LINES) for change in changes):
            fence = ticks(diffs, 3)
            parts += [
                "",
                "<details><summary>from what the steps make to what was committed</summary>",
                "",
                f"{fence}diff",
                harmless(diffs).rstrip("\n"),
                fence,
                "",
                "</details>",
            ]
    if found.account:
        parts += ["", _cell(found.account[0])]
    return "\n".join(parts) + "\n"


def _cell(text: str) -> str:
    """A text that Markdown shows as it is: whoever wrote the commits wrote it too."""
    plain = harmless(text).replace("\n", " ")
    return "".join(f"&#{ord(char)};" if char in "<>&|`*_[]#@\\" else char for char in plain)
