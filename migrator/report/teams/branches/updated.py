"""What `migrate update` came to: step by step, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from pydantic import Field

from migrator.paths import printable
from migrator.report import accounts
from migrator.report.models.accounts import TodoOut
from migrator.report.models.base import Model, short
from migrator.report.models.findings import FindingOut
from migrator.report.models.plans import AsideOut
from migrator.report.models.trust import WaitingOut
from migrator.report.screen import DONE, FAILED, STAYS, STYLES, WARN, Screen, fit
from migrator.report.text import reason, waiting
from migrator.wording import counted, word

if TYPE_CHECKING:
    from migrator.engine.teams.updated.differing import Difference
    from migrator.engine.teams.updated.updating import Update
    from migrator.journal import Todo

_FEW = 5
_ID = 7
_SLUG = 24


class UpdatedStepOut(Model):
    """A step as it is on the new base."""

    id: str
    number: str
    title: str
    commits: tuple[str, ...]
    tree: str
    more: tuple[str, ...] = Field(description="files that it touches now, and did not")
    fewer: tuple[str, ...] = Field(description="files that it touched, and does not any more")
    edits: tuple[str, ...] = Field(description="files that it touches as before and changes otherwise, or puts somewhere else")
    unjudged: tuple[str, ...] = Field(description="declared gates that did not judge it, because nobody had approved them")

    @property
    def same(self) -> bool:
        """Whether it does what it did."""
        return not (self.more or self.fewer or self.edits)


class ThereOut(Model):
    """A step that the new base has already."""

    id: str
    number: str
    title: str


class CarriedOut(Model):
    """A commit of people's own."""

    commit: str
    new: str | None = Field(description="what it is now; null when the new base has all of it, or when it was left out")
    subject: str
    left: bool = Field(description="left out, as --leave asked for")


class UpdateOut(Model):
    """`migrate update --json`."""

    branch: str
    onto: str
    trunk: str = Field(description="how the new base was named")
    behind: int = Field(description="how many commits the new base has that the branch had not; 0 when the branch is up to date")
    dry: bool = Field(description="true with --dry-run: the branch is where it was")
    old: str
    head: str = Field(description="the branch's tip; with --dry-run the commit that it would be at")
    tree: str
    steps: tuple[UpdatedStepOut, ...]
    there: tuple[ThereOut, ...]
    set_aside: tuple[AsideOut, ...]
    own: tuple[CarriedOut, ...]
    waiting: WaitingOut
    todos: tuple[TodoOut, ...]
    next: tuple[str, ...] = Field(description="the next commands")

    @classmethod
    def of(cls, made: Update, *, trunk: str, dry: bool, todos: Sequence[Todo], following: Sequence[str]) -> Self:
        """An update."""
        return cls(
            branch=short(made.branch),
            onto=made.onto,
            trunk=trunk,
            behind=made.behind,
            dry=dry,
            old=made.old,
            head=made.head,
            tree=made.tree,
            steps=tuple(
                UpdatedStepOut(
                    id=step.id,
                    number=step.number,
                    title=step.title,
                    commits=step.commits,
                    tree=step.tree,
                    unjudged=tuple(gate.gate for gate in step.gates if not gate.ran),
                    **_paths(made.differences.get(step.id)),
                )
                for step in made.steps
            ),
            there=tuple(ThereOut(id=record.id, number=record.number, title=record.title) for record in made.there),
            set_aside=AsideOut.all(made.aside),
            own=tuple(CarriedOut(commit=one.commit.id, new=one.new, subject=one.commit.subject, left=one.left) for one in made.own),
            waiting=WaitingOut.of(made.unjudged),
            todos=TodoOut.all(todos),
            next=tuple(following),
        )


def _paths(found: Difference | None) -> dict[str, tuple[str, ...]]:
    return {name: tuple(map(printable, getattr(found, name))) if found is not None else () for name in ("more", "fewer", "edits")}


def updated(screen: Screen, made: UpdateOut, *, verbose: bool = False) -> None:
    """What an update came to, or would."""
    if made.old == made.head:
        screen.line((f"{made.branch} is up to date: it has {_base(made)}", "bold"))
        return
    would = "would be on" if made.dry else "is on"
    screen.hanging("", (made.branch, "bold"), f" {would} {_base(made)}, {counted(made.behind, 'commit')} further")
    screen.line()
    for step in made.steps:
        _step(screen, step, dry=made.dry, verbose=verbose)
    for item in made.set_aside:
        findings = FindingOut.back(item.findings)
        screen.hanging(
            fit(item.number, 6), (fit(_slug(item.id), _SLUG), "cyan"), " ", (FAILED, STYLES[FAILED]), f" set aside: {reason(findings)}", below=8
        )
        for finding in findings[1:] if verbose else findings[1:_FEW]:
            screen.hanging("        ", (str(finding), "dim"))
    for record in made.there:
        screen.line(
            fit(record.number, 6), (fit(_slug(record.id), _SLUG), "cyan"), " ", (STAYS, STYLES[STAYS]), (f" {made.trunk} has it already", "dim")
        )
    for commit in made.own:
        _own(screen, commit, made.trunk)
    screen.line()
    parts = [counted(len(made.steps), "step")]
    parts += [f"{same} the same" if (same := sum(step.same for step in made.steps)) < len(made.steps) else "all the same"]
    parts += [f"{len(made.set_aside)} set aside"] if made.set_aside else []
    screen.hanging(
        "", (" · ".join([*parts, f"tree {made.tree[:_ID]}", "nothing was moved" if made.dry else "your work tree is as you left it"]), "bold")
    )
    waiting(screen, made.waiting, "judged none of these steps")
    if not made.dry:
        back = f"migrate rollback --to {made.old[:_ID]} --branch {word(made.branch)}"
        screen.hanging("  ", (f"nothing is lost: {back} brings back what was", "dim"))
    accounts.by_hand(screen, made.todos)


def _base(made: UpdateOut) -> str:
    """The new base as people called it, and which commit that is."""
    return made.trunk if made.onto.startswith(made.trunk) else f"{made.trunk} {made.onto[:_ID]}"


def _slug(step: str) -> str:
    return step.partition("/")[2]


def _said(step: UpdatedStepOut) -> str:
    """How a step differs, in numbers: `2 files more, 1 otherwise`."""
    numbers = ((len(step.more), "more"), (len(step.fewer), "fewer"), (len(step.edits), "otherwise"))
    there = [(number, word) for number, word in numbers if number]
    return ", ".join(f"{number if at else counted(number, 'file')} {word}" for at, (number, word) in enumerate(there)) or "the same"


def _step(screen: Screen, step: UpdatedStepOut, *, dry: bool, verbose: bool) -> None:
    said = _said(step)
    end = "" if dry else f"  {step.commits[-1][:_ID]}"
    room = screen.width - 6 - _SLUG - 3 - len(end)
    screen.line(
        fit(step.number, 6),
        (fit(_slug(step.id), _SLUG), "cyan"),
        " ",
        (DONE, STYLES[DONE]),
        f" {fit(said, min(max(len(said), 32), room))}",
        (end, "dim"),
    )
    for sign, paths in (("+", step.more), ("-", step.fewer), ("~", step.edits)):
        shown = paths if verbose else paths[:_FEW]
        for path in shown:
            screen.line((f"        {sign} {path}", "dim"))
        if len(paths) > len(shown):
            screen.line((f"        {sign} … and {len(paths) - len(shown):,} more (-v)", "dim"))


def _own(screen: Screen, own: CarriedOut, trunk: str) -> None:
    became = "left out" if own.left else f"{trunk} has it" if own.new is None else f"carried, now {own.new[:_ID]}"
    symbol = WARN if own.left else STAYS if own.new is None else DONE
    screen.hanging(fit("yours", 6), f"{own.commit[:_ID]} ", (symbol, STYLES[symbol]), f" {became}  ", (own.subject, "dim"), below=8)
