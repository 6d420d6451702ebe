"""Where our branches stand, replayed from the journal: true at any instant, settled or not (L9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.engine.teams.landed import taken_back
from migrator.errors import Finding, RepositoryError, UsageError
from migrator.journal import JournalEntry, Ledger, Todo, todos
from migrator.paths import ancestors, printable
from migrator.record import FOLDER
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.git.commits import Commit
    from migrator.phase import Phase

_FAR = "refs/remotes/"


@dataclass(frozen=True)
class BranchStatus:
    """Where one of our branches stands: its steps in order, and those set aside since."""

    branch: str
    base: str
    head: str | None
    steps: tuple[JournalEntry, ...]
    aside: tuple[JournalEntry, ...]
    foreign: tuple[Commit, ...]
    """Commits that people made on top of the last step."""
    todos: tuple[Todo, ...] = ()
    """What its steps leave to be done by hand, and is not done."""


@dataclass(frozen=True, slots=True)
class Named:
    """A branch that somebody named."""

    ref: str
    """Its full name, here or at a remote."""
    commit: str

    @property
    def here(self) -> bool:
        """Whether it is a branch of this repository, which can move."""
        return not self.ref.startswith(_FAR)

    @property
    def short(self) -> str:
        """As it is called wherever it is: without the remote."""
        return self.ref.split("/", 2 if self.here else 3)[-1]

    @property
    def said(self) -> str:
        """As git takes it here: with the remote."""
        return self.ref.removeprefix("refs/heads/").removeprefix(_FAR)


def named(ledger: Ledger, name: str) -> Named | None:
    """The branch that people mean: the one that is here, else that of the one remote that has it; None where there is none.

    Raises UsageError where several remotes have one of that name.
    """
    found = ledger.repository.called(name)
    if len(found) > 1:
        several = [ref.removeprefix(_FAR) for ref in found]
        raise UsageError(f"{name} is not here, and could be {' or '.join(several)}", f"say which, as in {word(several[0])}")
    return next((Named(ref, commit) for ref, commit in found.items()), None)


def movable(ledger: Ledger, name: str) -> str:
    """The full ref of a branch that is here and can move. Raises UsageError with the next command where it is at a remote alone, or nowhere."""
    found = named(ledger, name)
    if found is None:
        raise UsageError(f"there is no branch {name.removeprefix('refs/heads/')}", "migrate status")
    if not found.here:
        raise UsageError(f"{found.short} is not here yet", f"git branch {word(found.short)} {word(found.said)}")
    return found.ref


def names(ledger: Ledger) -> tuple[str, ...]:
    """Every branch the journal knows, in the order in which they first appeared."""
    return tuple(dict.fromkeys(entry.branch for entry in ledger.journal.entries() if entry.branch))


def statuses(ledger: Ledger) -> list[BranchStatus]:
    """Where every branch of ours stands that exists."""
    return [status for ref in names(ledger) if (status := status_of(ledger, ref)).head is not None]


def status_of(ledger: Ledger, ref: str) -> BranchStatus:
    """Where a branch stands, replayed from the journal; true at any instant, settled or not (L9)."""
    steps: list[JournalEntry] = []
    aside: dict[str, JournalEntry] = {}
    base = ""
    before: dict[str | None, tuple[list[JournalEntry], str]] = {}
    entries, pending = ledger.journal.entries(), ledger.journal.pending()
    for entry in entries:
        # What is announced and not carried out yet has not happened to the branch.
        if entry.branch != ref or entry == pending:
            continue
        base = base or entry.base
        if entry.kind == "aside":
            aside[entry.step] = entry
        elif entry.kind in {"step", "move", "back", "carry"}:
            aside.pop(entry.step, None)
            if entry.old is None or entry.base != base:
                steps, base = [], entry.base
            steps.append(entry)
        elif entry.kind == "update":
            before[entry.old] = steps, base
            steps, base = [one for one in entry.entries if one.kind != "aside"], entry.base
            left = {one.step: one for one in entry.entries if one.kind == "aside"}
            aside = {step: one for step, one in (aside | left).items() if step not in {made.step for made in steps}}
        elif entry.kind == "rollback":
            steps, base = before.get(entry.new, (steps, base))
            while steps and steps[-1].new != entry.new and entry.new not in before:
                steps.pop()
            aside.clear()
    head = ledger.repository.read_ref(ref)
    foreign: tuple[Commit, ...] = ()
    if head is None:
        steps, aside = [], {}
    elif steps and head != steps[-1].new:
        if ledger.repository.is_ancestor(steps[-1].new or "", head):
            foreign = tuple(ledger.repository.log(f"{steps[-1].new}..{head}"))
        else:
            steps = [step for step in steps if step.new and ledger.repository.is_ancestor(step.new, head)]
    there = {step.id for step in steps}
    open_todos = tuple(todo for todo in todos(entries) if todo.branch == ref and not todo.done and not there.isdisjoint(todo.entries))
    return BranchStatus(ref, base, head, tuple(steps), tuple(aside.values()), foreign, open_todos)


def usual(numbers: Iterable[int]) -> str:
    """The branch of some phases, where nobody names another."""
    return "migrate/phase-" + "-".join(map(str, numbers))


def branch_ref(engine: Engine, name: str | None, phases: Sequence[Phase], option: str = "--branch") -> str:
    """The full ref of a branch. Raises UsageError for a name that is none, RepositoryError when it is checked out."""
    short = name or usual(phase.number for phase in phases)
    plain = short.removeprefix("refs/heads/")
    ref = f"refs/heads/{plain}"
    # Git takes these as refs and no command of it takes them as branches: an option, the commit that is checked out, another ref. Nor does the
    # journal hold what is no UTF-8.
    if plain in {"@", "HEAD"} or plain.startswith(("-", "refs/")) or printable(plain) != plain or not engine.repository.is_ref_name(ref):
        raise UsageError(f"{printable(short)!r} is not a name for a branch", f"choose another name with {option} NAME, such as migrate/phase-1")
    free(engine, ref)
    if others := {*engine.repository.refs(ref), *(above for above in ancestors(ref)[:-2] if engine.repository.read_ref(above))} - {ref}:
        raise RepositoryError(f"{plain} cannot exist beside the branch {min(others)}", f"choose another name with {option} NAME")
    return ref


def free(engine: Engine, ref: str) -> None:
    """Raises RepositoryError where a branch is checked out in any worktree, or being rebased: moving it would change what somebody works on."""
    short = ref.removeprefix("refs/heads/")
    if (place := engine.repository.checked_out().get(ref)) is not None:
        here = Path(place) == engine.repository.path
        away = "git switch --detach" if here else f"git -C {word(place)} switch --detach" if Path(place).is_dir() else "git worktree prune"
        said = f"{short} is checked out{'' if here else f' in {place}'}, moving it would change your work tree"
        raise RepositoryError(said, f"{away}, and the same again")
    if ref in engine.repository.rebased():
        raise RepositoryError(f"{short} is being rebased, and would move twice", "git rebase --continue or --abort, and the same again")


def start(engine: Engine, ref: str, base: str | None) -> tuple[str, str | None]:
    """The commit from which a run goes on and the branch's tip (None when it does not exist yet); a branch that is merged goes on from HEAD.

    Raises RepositoryError when a branch of that name exists and is not ours.
    """
    tip = engine.repository.read_ref(ref)
    if tip is None:
        return engine.repository.resolve(base or "HEAD"), None
    if not any(entry.branch == ref for entry in engine.journal):
        raise RepositoryError(f"{ref.removeprefix('refs/heads/')} exists and was not made by migrate", "choose another name with --branch NAME")
    if base is not None and not engine.repository.is_ancestor(engine.repository.resolve(base), tip):
        raise UsageError(
            f"{ref.removeprefix('refs/heads/')} does not start from {base}", "migrate rollback --all, or another branch with --branch NAME"
        )
    if base is None and is_merged(engine, tip):
        if status_of(engine, ref).foreign:
            raise RepositoryError(
                f"every step of {ref.removeprefix('refs/heads/')} is in HEAD, and it has commits of your own on top",
                "merge HEAD into it first, or choose another name with --branch NAME",
            )
        # What is new starts from where it was merged: the branch is made anew there.
        return engine.repository.resolve("HEAD"), tip
    return tip, tip


def is_merged(ledger: Ledger, tip: str) -> bool:
    """Whether HEAD has every step of a branch, however it was merged, or had it and took it back, and more than the branch."""
    repository = ledger.repository
    steps = repository.tree(tip).below(FOLDER)
    if not steps or repository.is_ancestor(repository.resolve("HEAD"), tip):
        return False
    there = repository.tree("HEAD")
    missing = [path for path in steps if path not in there]
    return not missing or taken_back(ledger, "HEAD", tip).issuperset(missing)


def has_landed(ledger: Ledger, status: BranchStatus) -> bool:
    """Whether HEAD has all that a branch brought, in its history or, squashed or rebased, by the records of its steps: then nothing is left to be merged.

    Commits that people made on top leave no records, nor do carried ones: of those only the history tells.
    """
    repository, head = ledger.repository, ledger.repository.resolve("HEAD")
    if status.head is None or not status.steps:
        return False
    if status.head == head and repository.head_branch() in {None, status.branch.removeprefix("refs/heads/")}:
        return False  # somebody looks at the branch itself
    if repository.is_ancestor(status.head, head):
        return True
    if status.foreign or any(one.kind == "carry" for one in status.steps):
        return False
    begun, tip, there = ({*repository.tree(one).below(FOLDER)} for one in (status.base, status.head, head))
    brought, took = tip - begun, begun - tip
    if not (brought or took) or not took.isdisjoint(there):
        return False
    return brought <= there or brought - there <= taken_back(ledger, head, status.head)


def first_base(engine: Engine, ref: str, at: str, tip: str | None) -> str:
    """The commit from which a branch once began, or begins now."""
    if tip is None or at != tip:
        return at
    return next((entry.base for entry in engine.journal if entry.branch == ref and entry.base), at)


def left_aside(engine: Engine, ref: str) -> dict[str, tuple[Finding, ...]]:
    """The steps that earlier runs set aside on this branch and nobody retried."""
    found: dict[str, tuple[Finding, ...]] = {}
    for entry in status_of(engine, ref).aside:
        found[entry.step] = tuple(Finding(**finding) for finding in entry.findings)
    return found


def finish(engine: Engine, number: int) -> Todo:
    """Note that something that was to be done by hand is done. Raises UsageError for a number of nothing that is to be done."""
    with engine.locked():
        found = next((todo for status in statuses(engine) for todo in status.todos if todo.number == number), None)
        if found is None:
            raise UsageError(f"there is nothing to be done by hand under {number}", "migrate status")
        entry = JournalEntry(kind="done", number=str(number), title=found.text, todos=(found.text,))
        engine.journal.carry_out(engine.journal.append(entry))
        return found
