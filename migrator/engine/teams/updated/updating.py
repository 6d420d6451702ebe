"""An unmerged branch on a base that moved on: its steps are made again there, and what people committed between them is merged into what they give.

Nothing is rebased as text: a step is a function of a tree, so what is new on the trunk goes where the rest of its directory went. All commits are
written first; the branch moves once, to the last of them, journal first (L9). The old tip stays reachable from the journal (L8).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from migrator.engine import planning
from migrator.engine.branches import branch_ref
from migrator.engine.commits import MOVES, SHIMS, UNOFFERED
from migrator.engine.making import DoneStep, Making, aside_entry, make, step_entry
from migrator.engine.teams import merging
from migrator.engine.teams.landed import landed
from migrator.engine.teams.replay import replay
from migrator.engine.teams.shims import again
from migrator.engine.teams.updated.differing import Difference, Made, differing
from migrator.engine.teams.updated.unmerged import OldStep, Own, groups, identity, unmerged
from migrator.errors import Finding, PlanError, Problem, RepositoryError, UsageError
from migrator.journal import JournalEntry
from migrator.plan import Aside, Plan, PlannedStep, failures, unbuilt
from migrator.planfile import Waiting
from migrator.step import Step
from migrator.tree import Tree
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.git.commits import Commit
    from migrator.paths import RepoPath
    from migrator.record import Record

__all__ = ["Carried", "Update", "update"]


@dataclass(frozen=True, slots=True)
class Carried:
    """A commit of people's own, and what it is now; None where the base has all of it, or where it was left out."""

    commit: Commit
    new: str | None
    left: bool = False


@dataclass(frozen=True)
class Update:
    """What an update came to."""

    branch: str
    onto: str
    old: str
    head: str
    """The branch's new tip; the old one where nothing was to be done."""
    tree: str
    steps: tuple[DoneStep, ...] = ()
    differences: Mapping[str, Difference] = field(default_factory=dict)
    """By step: what it does otherwise than before."""
    there: tuple[Record, ...] = ()
    """The steps that the base has already."""
    aside: tuple[Aside, ...] = ()
    own: tuple[Carried, ...] = ()
    unjudged: Waiting = field(default_factory=Waiting)
    behind: int = 0
    """How many commits the base went on."""


def update(  # noqa: PLR0913  keyword-only
    engine: Engine,
    ref: str,
    onto: str,
    *,
    leave: Collection[str] = (),
    dry: bool = False,
    gate_every: int = 1,
    on_step: Callable[[DoneStep | Aside], None] = lambda _: None,
) -> Update:
    """Bring a branch to a base that moved on. Dry, no command gate runs and the branch stays.

    `leave` are commits of people's own that do not go along. Raises RepositoryError where the branch has nothing that the base has not, where the
    two have no common past, and where a commit of people's own meets another change.
    """
    if dry:
        return _updated(engine, ref, onto, leave, on_step, None)
    with engine.locked():
        return _updated(engine, branch_ref(engine, ref, ()), onto, leave, on_step, gate_every)


def _updated(  # noqa: PLR0913, PLR0917  one place calls it
    engine: Engine, ref: str, onto: str, leave: Collection[str], on_step: Callable[[DoneStep | Aside], None], gate_every: int | None
) -> Update:
    short, repository = ref.removeprefix("refs/heads/"), engine.repository
    tip = repository.read_ref(ref)
    if tip is None:
        raise UsageError(f"there is no branch {short}", "migrate status")
    if repository.merge_base(tip, onto) is None:
        raise RepositoryError(f"{short} and {onto[:7]} have no common past", "give another base with --onto REV")
    if tip == onto:
        raise UsageError(f"{short} is where it would go", "give another base with --onto REV")
    if repository.is_ancestor(tip, onto):
        if repository.is_ancestor(tip, repository.resolve("HEAD")):
            raise RepositoryError(f"{onto[:7]} has all of {short}, it is merged", f"git branch -d {word(short)}")
        # Somebody else went on with it: theirs is ours and more.
        raise RepositoryError(f"{onto[:7]} has all of {short} and more", f"git branch -f {word(short)} {onto[:7]}")
    left_out = {repository.resolve(commit) for commit in leave}
    if repository.is_ancestor(onto, tip):
        return Update(ref, onto, tip, tip, repository.commit(tip).tree)
    items = unmerged(engine, ref, tip, onto)
    if not any(isinstance(item, OldStep) for item in items):
        raise RepositoryError(f"{short} has no steps that {onto[:7]} has not", "migrate status")
    work = _Work(engine, onto, on_step, gate_every, left_out)
    if unknown := work.leave - {item.commit.id for item in items if isinstance(item, Own)}:
        raise UsageError(f"{min(unknown)[:7]} is no commit of people's own on {short}", "migrate status")
    work.go(items)
    if not work.done:
        _nothing(short, work)
    head, aside = work.head, tuple(sorted(work.aside, key=lambda item: item.number))
    if gate_every is not None:
        first = work.entries[0]
        # A branch that began with a step goes when that is taken back.
        began = first.model_copy(update={"old": None}) if first.old == onto else first
        entries = tuple(entry.model_copy(update={"branch": ref}) for entry in (began, *work.entries[1:]))
        left = tuple(aside_entry(item, ref, head, onto) for item in aside)
        entry = JournalEntry(
            kind="update", branch=ref, old=tip, new=head, base=onto, title=f"onto {onto[:7]}", tree=work.tree.id, entries=(*entries, *left)
        )
        engine.journal.carry_out(engine.journal.append(entry, tip, head, *work.candidates))
    behind = sum(1 for _ in repository.log(f"{tip}..{onto}"))
    unjudged = work.waiting if gate_every is not None else Waiting()
    return Update(
        ref,
        onto,
        tip,
        head,
        work.tree.id,
        tuple(work.done),
        work.differences,
        tuple(work.there),
        aside,
        tuple(work.own),
        unjudged,
        behind,
    )


def _nothing(short: str, work: _Work) -> None:
    """Raises what there is to say of a branch of which no step is left."""
    if work.aside:
        problems = [Problem(item.number, f"{item.step.title}: {item.findings[0].message if item.findings else ''}") for item in work.aside]
        raise RepositoryError(f"no step of {short} can be made on {work.onto[:7]}, it stays as it was", "migrate plan", problems)
    rest = [one.commit.id[:7] for one in work.own if one.new is not None]
    if not rest:
        raise RepositoryError(
            f"{work.onto[:7]} has all of {short}, it is merged", f"git branch -D {word(short)}, or `migrate rollback --all --branch {word(short)}`"
        )
    raise RepositoryError(
        f"{work.onto[:7]} has every step of {short}, what is left are commits of your own",
        f"git switch -c NAME {work.onto[:7]}, then git cherry-pick {' '.join(rest)}",
    )


class _Work(Making):
    """An update at work: the new commits, and where each file of the old branch is on them."""

    def __init__(
        self, engine: Engine, onto: str, on_step: Callable[[DoneStep | Aside], None], gate_every: int | None, leave: Collection[str]
    ) -> None:
        super().__init__(engine, onto, on_step)
        self.onto = onto
        self.gate_every = gate_every
        self.leave = frozenset(leave)
        self.tree = engine.repository.tree(onto)
        self.waiting = Waiting()
        self.entries: list[JournalEntry] = []
        self.candidates: list[str] = []
        self.planned: dict[str, PlannedStep] = {}
        self.differences: dict[str, Difference] = {}
        self.there: list[Record] = []
        self.own: list[Carried] = []
        self.where: dict[RepoPath, RepoPath] = {}
        """Where the files of the old branch's tree are in the new one."""

    def go(self, items: Sequence[OldStep | Own]) -> None:
        """Do again what is on a branch, in its order."""
        repository = self.engine.repository
        self.total = sum(isinstance(item, OldStep) for item in items)
        began = next(item.before if isinstance(item, OldStep) else item.base for item in items)
        renamed = repository.renames(began, self.onto)
        self.where = {path: renamed.get(path, path) for path in repository.tree(began)}
        here = {identity(one.record) for one in landed(self.engine, self.onto)}
        for group in groups(items, {phase.name: phase.number for phase in self.engine.phases}):
            if isinstance(group, Own):
                self.carry(group)
                continue
            self.there += [step.record for step in group if identity(step.record) in here]
            again = [step for step in group if identity(step.record) not in here]
            if again:
                self.make(again)
            for step in group:
                self.follow(step)

    # steps -----------------------------------------------------------------------------------------------------------

    def make(self, steps: Sequence[OldStep]) -> None:
        """Make steps of one kind again: those that phases offer, moves that were asked for, or removals of shims."""
        records = {step.record.id: step.record for step in steps}

        def planned(gone: Mapping[str, tuple[Finding, ...]]) -> Plan:
            wanted = {name: record for name, record in records.items() if name not in {done.id for done in self.done}}
            made = {MOVES: self.moved, SHIMS: self.unshimmed}.get(steps[0].record.phase, self.offered)
            return made(wanted, gone)

        plan = planned({item.id: item.findings for item in self.aside})
        for item in plan.aside:
            self.set_aside(item, None)
        if self.gate_every is None:
            for step in plan.steps:
                self.land(step, ())
        else:
            self.waiting = make(self, plan, planned, self.gate_every)
        made = {step.id for step in self.done} | {item.id for item in self.aside}
        for record in (record for name, record in records.items() if name not in made):
            if _has(self.tree, record):
                self.there.append(record)
            else:
                gone = Step(record.slug, record.title, record.why, ())
                self.set_aside(Aside(record.phase, gone, record.number, (_missing(record, plan, self.aside),)), None)

    def offered(self, records: Mapping[str, Record], gone: Mapping[str, tuple[Finding, ...]]) -> Plan:
        """The steps of these names that the phases offer where we are."""
        names = {record.phase for record in records.values()}
        phases = [phase for phase in self.engine.phases if phase.name in names]
        numbers = {name: record.number for name, record in records.items()}
        return planning.plan(
            self.engine, self.head, phases, aside=gone, numbers=numbers, wanted=lambda phase, step, _: f"{phase}/{step.slug}" in records
        )

    def moved(self, records: Mapping[str, Record], gone: Mapping[str, tuple[Finding, ...]]) -> Plan:
        """The moves of records, as far as gates let them pass."""
        left = [record for name, record in records.items() if name not in gone]
        made = replay(self.engine, self.head, left, self.engine.plan_file(self.tree))
        for step in made.steps:
            if refused := failures(step.gates):
                # What comes after it was made with it, and is made anew without.
                rest = self.moved(records, {**gone, step.id: refused})
                return replace(rest, aside=(Aside(step.phase, step.step, step.number, refused), *rest.aside))
        return Plan(self.head, made.start, made.steps, made.aside, {})

    def unshimmed(self, records: Mapping[str, Record], gone: Mapping[str, tuple[Finding, ...]]) -> Plan:
        """The removals of shims that records tell of, where nobody on the new base needs these."""
        start = facts = self.engine.facts(self.head, self.engine.plan_file(self.tree)[0])
        steps: list[PlannedStep] = []
        aside: list[Aside] = []
        for record in (record for name, record in records.items() if name not in gone):
            try:
                step = again(facts, record)
            except PlanError as error:
                aside.append(unbuilt(record.phase, Step(record.slug, record.title, record.why, ()), record.number, error))
                continue
            if step is not None:
                steps.append(step)
                facts = step.built.after
        return Plan(self.head, start, tuple(steps), tuple(aside), {})

    def landed(self, step: PlannedStep, made: DoneStep) -> None:
        entry = step_entry(step, made, "", self.head, self.onto)
        if step.phase in UNOFFERED:
            entry = entry.model_copy(update={"kind": "move", "phase": "", "number": ""})
        self.entries.append(entry)
        self.planned[step.id] = step
        self.tree = step.built.after.tree

    def left(self, item: Aside, candidate: str | None) -> None:
        del item  # what is set aside is told with the update
        self.candidates += [candidate] if candidate is not None else []

    def follow(self, step: OldStep) -> None:
        """Note where files are after a step, on both sides, and what it did otherwise."""
        repository = self.engine.repository
        before = repository.tree(step.before)
        files = step.record.substitution.files(before)
        made = self.planned.get(step.record.id)
        if made is not None:
            new = Made(made.built.before.tree, made.built.after.tree, made.built.files)
            self.differences[made.id] = differing(made.built.after.store, Made(before, repository.tree(step.tree), files), new, self.where)
        moved = made.built.files if made is not None else {}
        found = {}
        for path, place in self.where.items():
            goes, now = files.get(path, path), moved.get(place, place)
            found[goes] = now if made is not None or now in self.tree or goes not in self.tree else goes
        self.where = found

    # commits of people -----------------------------------------------------------------------------------------------

    def carry(self, own: Own) -> None:
        """Make a commit of people's own where we are. Raises RepositoryError where it meets another change."""
        repository, commit = self.engine.repository, own.commit
        self.saying(f"carrying {commit.id[:7]} {commit.subject}")
        base, store = repository.tree(own.base), repository.store()
        renamed = repository.renames(own.base, commit.tree)
        theirs = repository.tree(commit.tree)
        if commit.id in self.leave:
            self.where = {renamed.get(path, path): place for path, place in self.where.items()}
            self.own.append(Carried(commit, None, left=True))
            return
        places = {path: place for path, place in self.where.items() if path != place}
        # What a commit leaves alone is no part of the merge: whatever became of it, it is as the steps have it.
        touched = {path for path, entry in base.items() if renamed.get(path, path) != path or theirs.get(path) != entry}
        kept = {path for path in base if path not in touched}
        was, now = (Tree((path, entry) for path, entry in tree.items() if path not in kept) for tree in (base, theirs))
        made = merging.merged(store, was, merging.Side(self.tree, places), merging.Side(now, renamed))
        if made.conflicts:
            raise RepositoryError(
                f"{commit.id[:7]} {commit.subject!r} and the new base changed the same, nothing was moved",
                f"`migrate update --leave {commit.id[:7]}` goes without it, and you make that change again on top; `git show {commit.id[:7]}` has it",
                [
                    Problem(f"{conflict.path}:{conflict.lines[0]}" if conflict.lines else str(conflict.path), conflict.message)
                    for conflict in made.conflicts
                ],
            )
        self.where = {path: self.where.get(path, path) if path in kept else made.places.get(path, path) for path in theirs}
        others = [parent for parent in commit.parents[1:] if not repository.is_ancestor(parent, self.onto)]
        if made.tree.id == self.tree.id and not others:
            self.own.append(Carried(commit, None))
            return
        repository.write(made.tree, store)
        self.head = repository.copy_commit(commit.id, made.tree.id, (self.head, *others), own.message)
        self.tree = made.tree
        self.own.append(Carried(commit, self.head))


def _has(tree: Tree, record: Record) -> bool:
    """Whether a tree has what a step did."""
    there = all((new in tree or tree.is_dir(new)) and not (old in tree or tree.is_dir(old)) for old, new in record.moves)
    gone = record.phase == SHIMS and not any(path in tree for path in record.removed)
    return gone or (there and all(path in tree for path in record.generated) and bool(record.moves or record.generated))


def _missing(record: Record, plan: Plan, aside: Sequence[Aside]) -> Finding:
    """Why a step is offered no more: by what its phase says of what it moved, or because one before it is missing."""
    notes = plan.notes.get(record.phase)
    old = {path for path, _ in record.moves}
    said = next((note for note in notes.findings if note.path in old), None) if notes is not None else None
    without = ", ".join(item.number for item in aside if item.phase == record.phase and item.step.actions)
    if said is not None:
        why = f"is offered no more: {said.path} {said.message}"
    elif without:
        why = f"is not offered without {without}"
    else:
        why = "is offered no more, there is nothing left for it to do"
    return Finding("problem", "", why, severity="error")
