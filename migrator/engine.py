"""Runs plans: candidate commits, gates, journal, branch. The one place where the user's repository is written to.

Laws that live here: L7 (the tree shown is the tree committed), L8 (rollback appends), L9 (journal first, branch second, both by
compare-and-swap, then settle), L10 (nothing of the user's is touched but our own refs and objects).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, partial

import pydantic
from filelock import FileLock, Timeout

from migrator.account import EMPTY, Account, account
from migrator.afterwards import afterwards
from migrator.build import Built, build, rebuilt
from migrator.cache import Cache, cache_directory
from migrator.companions import accompanied
from migrator.documents import Documents
from migrator.errors import DriftError, Finding, PlanError, Problem, RepositoryError, UsageError
from migrator.facts import Contents, Facts
from migrator.gates import judge
from migrator.gates.commands import CommandGates
from migrator.git import Commit, Repository
from migrator.graph import Scanner
from migrator.journal import Journal, JournalEntry, Todo, todos
from migrator.languages.text.catalogue import Catalogue, Entry, added, said_by
from migrator.paths import RepoPath, ancestors, is_within, repo_path
from migrator.phase import Phase
from migrator.plan import PLAN_FILE, Aside, GateReport, Plan, PlanFile, PlannedStep, fold, load_plan_file, read_toml
from migrator.record import FOLDER, records
from migrator.registry import formats as installed
from migrator.step import Step
from migrator.tree import SUBMODULE, Moves, Tree

Progress = Callable[[str], None]

_PHASE, _STEP, _NUMBER, _PART = "Migrate-Phase", "Migrate-Step", "Migrate-Number", "Migrate-Part"


class SavedStep(pydantic.BaseModel):
    """What a saved plan remembers of a step: its result, and a fingerprint that does not depend on files the step leaves alone."""

    id: str
    number: str
    title: str
    tree: str
    fingerprint: str


class SavedPlan(pydantic.BaseModel):
    """The contract that `run --saved` keeps (L7)."""

    format: int = 1
    base: str
    base_tree: str
    phases: tuple[int, ...]
    steps: tuple[SavedStep, ...]
    tree: str


@dataclass(frozen=True)
class DoneStep:
    """A step that is on a branch."""

    id: str
    number: str
    title: str
    commits: tuple[str, ...]
    tree: str
    gates: tuple[GateReport, ...] = ()
    account: Account = EMPTY


@dataclass(frozen=True)
class Run:
    """What a run did."""

    branch: str
    base: str
    head: str
    tree: str
    steps: tuple[DoneStep, ...]
    aside: tuple[Aside, ...]
    plan: Plan


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


class Engine:
    """One repository with what migrations need of it."""

    def __init__(self, repository: Repository, phases: Sequence[Phase], progress: Progress = lambda _: None) -> None:
        self.repository = repository
        self.phases = tuple(sorted(phases, key=lambda phase: phase.number))
        self.progress = progress
        self.journal = Journal(repository)

    # facts and plans -----------------------------------------------------------------------------------------------

    def plan_file(self, tree: Tree) -> tuple[PlanFile, dict[str, pydantic.BaseModel]]:
        """The repository's plan file on top of the shipped one. The work tree's `migrate.toml` counts before the committed one."""
        local = self.repository.path / PLAN_FILE
        text: str | None = None
        try:
            if local.is_file():
                text = local.read_text(encoding="utf-8")
            elif PLAN_FILE in tree:
                text = self.repository.read(tree[PLAN_FILE].blob).decode("utf-8")
        except UnicodeDecodeError as error:
            raise PlanError(f"{PLAN_FILE} is not UTF-8", f"save {PLAN_FILE} as UTF-8") from error
        return load_plan_file(text, self.phases)

    def added(self, tree: Tree, plan_file: PlanFile | None = None) -> tuple[tuple[str, Entry], ...]:
        """The formats that a plan file adds and those of installed packages, each with where it is from; the first counts before the rest.

        Without a plan file they are those of the one in the tree: what a file names depends on the tree alone, whatever the work tree says by now (L4).
        """
        own = self._committed(tree) if plan_file is None else plan_file.format
        return (*((str(PLAN_FILE), entry) for entry in own), *self._installed)

    @cached_property
    def _installed(self) -> tuple[tuple[str, Entry], ...]:
        return installed()

    def _committed(self, tree: Tree) -> tuple[Entry, ...]:
        if PLAN_FILE not in tree:
            return ()
        text = self.repository.read(tree[PLAN_FILE].blob).decode("utf-8", "replace")
        entries, problems = said_by(read_toml(text, PLAN_FILE), text, PLAN_FILE)
        if problems:
            raise PlanError(f"{PLAN_FILE} has problems as it is committed", f"correct {PLAN_FILE} and commit it", problems)
        return entries

    def uncommitted(self, tree: Tree, plan_file: PlanFile) -> bool:
        """Whether a plan file adds other formats than the one in the tree, which count."""
        try:
            return plan_file.format != self._committed(tree)
        except PlanError:
            return True

    def formats(self, tree: Tree) -> Catalogue:
        """The formats by which the files of a tree are read."""
        return added(tuple(entry for _, entry in self.added(tree)))

    def facts(self, revision: str, plan_file: PlanFile, formats: Catalogue | None = None) -> Facts:
        """The facts of a revision, read by its own formats or by others."""
        store = self.repository.store()
        tree = self.repository.tree(revision)
        scanner = Scanner(store, self._cache, plan_file.hidden(), formats or self.formats(tree))
        history = partial(self.repository.history, revision)
        documents = partial(self._document, plan_file, revision)
        return Facts(tree, store, scanner, history=history, documents=documents, answers=plan_file.answers)

    def _document(self, plan_file: PlanFile, revision: str, name: str) -> Contents | None:
        """A declared document; None when none has this name.

        It is taken from the newest tree that people made: steps of ours change where things are, not what they say, and a run that goes on
        after some of them has to see what it saw at first. What the plan file names only there is taken from the revision's own tree.
        """
        document = plan_file.documents.get(name)
        if document is None:
            return None
        trees = (commit.tree for commit in self.repository.log(revision, first_parent=True) if _STEP not in commit.trailers)
        made = self.repository.tree(next(trees, revision))
        directory = repo_path(document.directory)
        return self._documents.take(name, document, made if made.is_dir(directory) else self.repository.tree(revision), self.repository.store())

    @cached_property
    def _documents(self) -> Documents:
        return Documents(self.repository, self._cache, self.progress)

    @cached_property
    def _cache(self) -> Cache:
        return Cache(cache_directory())

    def chosen(self, numbers: Collection[int]) -> tuple[Phase, ...]:
        """The phases with these numbers, all when none is given. Raises UsageError for an unknown number."""
        if unknown := set(numbers) - {phase.number for phase in self.phases}:
            raise UsageError(f"there is no phase {', '.join(map(str, sorted(unknown)))}", "migrate phases")
        return tuple(phase for phase in self.phases if not numbers or phase.number in numbers)

    def plan(
        self,
        base: str,
        phases: Sequence[Phase],
        *,
        aside: Mapping[str, tuple[Finding, ...]] | None = None,
        numbers: Mapping[str, str] | None = None,
        wanted: Callable[[str, Step, str], bool] = lambda _phase, _step, _number: True,
    ) -> Plan:
        """The plan for some phases on a commit. Raises PlanError when a phase finds itself impossible."""
        self.progress("reading the repository")
        tree = self.repository.tree(base)
        plan_file, options = self.plan_file(tree)
        facts = self.facts(base, plan_file)
        plan = fold(base, facts, phases=phases, options=options, aside=aside, numbers=numbers, judge=judge, wanted=wanted, progress=self.progress)
        if plan.problems:
            raise PlanError("these phases cannot be planned", f"correct {PLAN_FILE}", plan.problems)
        return plan

    # running -------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the repository's lock, with whatever a dead process left carried out first.

        Raises RepositoryError when another `migrate` is at work.
        """
        folder = self.repository.common_dir / "migrate"
        lock = FileLock(folder / "lock", timeout=0)
        try:
            folder.mkdir(exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise RepositoryError("another `migrate` is at work in this repository", "wait for it, then `migrate status`") from error
        except OSError as error:
            raise RepositoryError(
                f"{folder} cannot be written: {error}", f"check the permissions of .git, and that nothing else uses {folder}"
            ) from error
        try:
            self.journal.settle()
            yield
        finally:
            lock.release()

    def branch_ref(self, name: str | None, phases: Sequence[Phase]) -> str:
        """The full ref of a branch. Raises UsageError for a name that is none, RepositoryError when it is checked out."""
        short = name or "migrate/phase-" + "-".join(str(phase.number) for phase in phases)
        ref = f"refs/heads/{short.removeprefix('refs/heads/')}"
        if not self.repository.is_ref_name(ref):
            raise UsageError(f"{short!r} is not a name for a branch", "migrate run --branch migrate/phase-1")
        if ref in self.repository.checked_out():
            raise RepositoryError(f"{short} is checked out, moving it would change your work tree", "git switch another branch first")
        if others := {*self.repository.refs(ref), *(above for above in ancestors(ref)[:-2] if self.repository.read_ref(above))} - {ref}:
            raise RepositoryError(f"{short} cannot exist beside the branch {min(others)}", "choose another name with --branch NAME")
        return ref

    def start(self, ref: str, base: str | None) -> tuple[str, str | None]:
        """The commit from which a run goes on and the branch's tip (None when it does not exist yet).

        Raises RepositoryError when a branch of that name exists and is not ours.
        """
        tip = self.repository.read_ref(ref)
        if tip is None:
            return self.repository.resolve(base or "HEAD"), None
        if not any(entry.branch == ref for entry in self.journal):
            raise RepositoryError(f"{ref.removeprefix('refs/heads/')} exists and was not made by migrate", "choose another name with --branch NAME")
        if base is not None and not self.repository.is_ancestor(self.repository.resolve(base), tip):
            raise UsageError(
                f"{ref.removeprefix('refs/heads/')} does not start from {base}", "migrate rollback --all, or another branch with --branch NAME"
            )
        return tip, tip

    def run(  # noqa: PLR0913  keyword-only
        self,
        phases: Sequence[Phase],
        *,
        branch: str | None = None,
        base: str | None = None,
        until: str | None = None,
        only: Sequence[str] = (),
        saved: SavedPlan | None = None,
        retry: bool = False,
        gate_every: int = 1,
        on_step: Callable[[DoneStep | Aside], None] = lambda _: None,
    ) -> Run:
        """Make the steps of some phases, one after the other, on a branch; goes on where an earlier run stopped.

        With `gate_every` above 1 the command gates judge that many steps at once, and bisect to the culprit when they fail.
        Raises DriftError when a saved plan is no longer what would happen, RaceError when somebody moves our branch meanwhile.
        """
        with self.locked():
            ref = self.branch_ref(branch, phases)
            at, tip = self.start(ref, base)
            first = self._first_base(ref, at, tip)
            aside = {} if retry else self._aside(ref)
            numbers = {entry.step: entry.number for entry in self.status_of(ref).aside}
            whole = self.plan(at, phases, aside=aside, numbers=numbers) if saved is not None or only else None
            if saved is not None and whole is not None:
                self._check_saved(saved, whole, at)
            if only and whole is not None:
                only = self._named(whole, only)
            plan = (
                whole
                if whole is not None and not (until or only)
                else self.plan(at, phases, aside=aside, numbers=numbers, wanted=_Wanted(until, tuple(only)))
            )
            self._check_names(plan, until, only)
            # What a person read in the plan stays the name of a step, however many are set aside before it.
            announced: tuple[PlannedStep | Aside, ...] = (*(whole or plan).steps, *(whole or plan).aside)
            numbers |= {item.id: item.number for item in announced}
            branch_run = _BranchRun(self, ref, first, at, tip, on_step)
            for item in plan.aside:
                branch_run.set_aside(item, None, known=item.id in aside)
            total = len(plan.steps)

            def saying(what: str) -> None:
                self.progress(f"{min(len(branch_run.done) + len(branch_run.aside) + 1, total)} of {total}: {what}")

            gates = self._command_gates(plan, saying)
            branch_run.saying = saying
            queue = plan.steps
            while queue:
                batch = queue[: max(1, gate_every)]
                good, reports = self._judged(gates, batch, branch_run.moves)
                for step in batch[:good]:
                    branch_run.land(step, reports)
                queue = queue[good:]
                if good < len(batch):
                    culprit = batch[good]
                    findings = tuple(f for report in reports for f in report.findings if f.severity == "error" and not report.passed)
                    item = Aside(culprit.phase, culprit.step, culprit.number, findings)
                    branch_run.set_aside(item, self.commit(culprit, branch_run.head)[0][-1])
                    aside = {**aside, **{gone.id: gone.findings for gone in branch_run.aside}}
                    again = self.plan(branch_run.head, phases, aside=aside, numbers=numbers, wanted=_Wanted(until, tuple(only)))
                    for item in again.aside:
                        if item.id not in {gone.id for gone in branch_run.aside}:
                            branch_run.set_aside(item, None)
                    queue = again.steps
            return Run(
                ref, first, branch_run.head, self.repository.commit(branch_run.head).tree, tuple(branch_run.done), tuple(branch_run.aside), plan
            )

    def _command_gates(self, plan: Plan, saying: Progress) -> CommandGates:
        """The declared gates with their baseline taken on the plan's first tree, if there is anything to judge."""
        plan_file, _ = self.plan_file(plan.start.tree)
        gates = CommandGates(self.repository, plan_file.gates, self._cache, saying)
        if plan.steps:
            gates.take_baseline(plan.start.tree, plan.start.store)
        return gates

    @staticmethod
    def _judged(gates: CommandGates, batch: Sequence[PlannedStep], landed: Sequence[Moves]) -> tuple[int, tuple[GateReport, ...]]:
        """How many steps of a batch the command gates let pass, and what they said last: of the whole batch, or of the culprit."""

        def judge_up_to(count: int) -> tuple[GateReport, ...]:
            after = batch[count - 1].built.after
            return gates.judge(after.tree, after.store, (*landed, *(step.built.moves for step in batch[:count])))

        reports = judge_up_to(len(batch))
        if all(report.passed for report in reports):
            return len(batch), reports
        good, bad = 0, len(batch)
        while bad - good > 1:
            middle = (good + bad) // 2
            tried = judge_up_to(middle)
            if all(report.passed for report in tried):
                good = middle
            else:
                bad, reports = middle, tried
        return good, reports

    def _first_base(self, ref: str, at: str, tip: str | None) -> str:
        if tip is None:
            return at
        return next((entry.base for entry in self.journal if entry.branch == ref and entry.base), at)

    def _aside(self, ref: str) -> dict[str, tuple[Finding, ...]]:
        """The steps that earlier runs set aside on this branch and nobody retried."""
        found: dict[str, tuple[Finding, ...]] = {}
        for entry in self.status_of(ref).aside:
            found[entry.step] = tuple(Finding(**finding) for finding in entry.findings)
        return found

    def _check_names(self, plan: Plan, until: str | None, only: Sequence[str]) -> None:
        everything: tuple[PlannedStep | Aside, ...] = (*plan.steps, *plan.aside)
        for name in (*([until] if until else []), *only):
            if not any(item.answers_to(name) for item in everything):
                raise UsageError(f"there is no step {name!r} to be done", "migrate plan")

    @staticmethod
    def _named(whole: Plan, only: Sequence[str]) -> tuple[str, ...]:
        """The ids of the steps that a person names as the whole plan numbers them: left to themselves they would be numbered anew.

        Raises UsageError for a step that the plan does not have, and for one that needs others which are not asked for.
        """
        steps: tuple[PlannedStep | Aside, ...] = (*whole.steps, *whole.aside)
        named: list[PlannedStep | Aside] = []
        for name in only:
            found = [item for item in steps if item.answers_to(name)]
            if not found:
                raise UsageError(f"there is no step {name!r} to be done", "migrate plan")
            named += found
        ids = {item.id for item in named}
        missing = {
            other.number
            for item in named
            for need in item.step.needs
            for other in whole.steps
            if other.phase == item.phase and other.step.slug == need and other.id not in ids
        }
        if missing:
            needs = ", ".join(sorted(missing))
            raise UsageError(f"{', '.join(only)} cannot be made without {needs}", f"--step {' --step '.join(sorted(missing))} as well, or --until")
        return tuple(item.id for item in named)

    def _check_saved(self, saved: SavedPlan, plan: Plan, at: str) -> None:
        now = saved_plan(plan, ())
        fresh = {step.id: step for step in now.steps}
        old = {step.id: step for step in saved.steps}
        done = {record.id for record in plan.start.derive(records)}
        drift = [Problem(s.number, f"{s.title}: would no longer be done") for s in saved.steps if s.id not in fresh and s.id not in done]
        drift += [Problem(s.number, f"{s.title}: was not in the saved plan") for s in now.steps if s.id not in old]
        for step in now.steps:
            if step.id in old and step.fingerprint != old[step.id].fingerprint:
                drift.append(Problem(step.number, f"{step.title}: {self._why_drifted(saved, at, plan, step.id)}"))
        if drift:
            raise DriftError(
                f"the base moved since this plan was saved ({saved.base[:7]} → {at[:7]}), and {len(drift)} steps would change",
                "migrate plan --out FILE to look again, or run without --saved",
                drift,
            )

    def _why_drifted(self, saved: SavedPlan, at: str, plan: Plan, step_id: str) -> str:
        """Which files that the step touches changed since the plan was saved."""
        step = next(step for step in plan.steps if step.id == step_id)
        try:
            old = self.repository.tree(self.repository.resolve(saved.base))
        except RepositoryError:
            return "its result is different, and the commit it was planned on is gone"
        new = self.repository.tree(at)
        changed = sorted(path for path in {*step.built.files, *step.built.edited} if old.get(path) != new.get(path))
        if not changed:
            return "its result is different"
        return f"{changed[0]} was edited since" + (f", and {len(changed) - 1} more" if len(changed) > 1 else "")

    def commit(self, step: PlannedStep, parent: str) -> tuple[tuple[str, ...], GateReport]:
        """The candidate commits of a step: one, or moves first where git could not follow a file otherwise; no ref moves."""
        started = time.perf_counter()
        built = step.built
        tree = self.repository.write(built.after.tree, built.after.store)
        single = (self.repository.write_commit(tree, (parent,), _message(step)),)
        if not _unfollowed(self.repository, built, parent, single[0]):
            return single, GateReport("history", passed=True, seconds=time.perf_counter() - started)
        self.repository.write(built.moved, built.after.store)
        moves = self.repository.write_commit(built.moved.id, (parent,), _message(step, "moves"))
        rest = self.repository.write_commit(tree, (moves,), _message(step))
        findings = tuple(
            Finding("history", new, f"git cannot follow it from {old}: another file takes its place")
            for old, new in _unfollowed(self.repository, built, parent, moves)
        )
        return (moves, rest), GateReport("history", passed=True, seconds=time.perf_counter() - started, findings=findings)

    # looking back ----------------------------------------------------------------------------------------------------

    def branches(self) -> tuple[str, ...]:
        """Every branch the journal knows, in the order in which they first appeared."""
        return tuple(dict.fromkeys(entry.branch for entry in self.journal.entries() if entry.branch))

    def status_of(self, ref: str) -> BranchStatus:
        """Where a branch stands, replayed from the journal; true at any instant, settled or not (L9)."""
        steps: list[JournalEntry] = []
        aside: dict[str, JournalEntry] = {}
        base = ""
        pending = self.journal.pending()
        for entry in self.journal.entries():
            # What is announced and not carried out yet has not happened to the branch.
            if entry.branch != ref or entry == pending:
                continue
            base = base or entry.base
            if entry.kind == "aside":
                aside[entry.step] = entry
            elif entry.kind in {"step", "move"}:
                aside.pop(entry.step, None)
                if entry.old is None:
                    steps, base = [], entry.base
                steps.append(entry)
            elif entry.kind == "rollback":
                while steps and steps[-1].new != entry.new:
                    steps.pop()
                aside.clear()
        head = self.repository.read_ref(ref)
        foreign: tuple[Commit, ...] = ()
        if head is None:
            steps, aside = [], {}
        elif steps and head != steps[-1].new:
            if self.repository.is_ancestor(steps[-1].new or "", head):
                foreign = tuple(self.repository.log(f"{steps[-1].new}..{head}"))
            else:
                steps = [step for step in steps if step.new and self.repository.is_ancestor(step.new, head)]
        there = {step.id for step in steps}
        left = tuple(todo for todo in todos(self.journal.entries()) if todo.branch == ref and not todo.done and not there.isdisjoint(todo.entries))
        return BranchStatus(ref, base, head, tuple(steps), tuple(aside.values()), foreign, left)

    def rollback(self, ref: str, *, to: str | None = None, phase: int | None = None, discard: bool = False) -> JournalEntry | None:
        """Bring a branch back to after a step, to before a phase, or (with neither) to before its first step; None when it is there.

        Appends to the journal; what is taken back stays reachable from it (L8). Raises UsageError for an unknown step and
        RepositoryError where people's own commits on top would leave the branch, unless `discard`.
        """
        with self.locked():
            short = ref.removeprefix("refs/heads/")
            status = self.status_of(ref)
            if status.head is None:
                return None
            if ref in self.repository.checked_out():
                raise RepositoryError(f"{short} is checked out, moving it would change your work tree", "git switch another branch first")
            new = self._rollback_target(status, to, phase)
            if new == status.head:
                return None
            if status.foreign and not discard:
                raise RepositoryError(
                    f"{short} has commits of your own on top ({len(status.foreign)}), the last is {status.foreign[0].id[:7]} {status.foreign[0].subject}",
                    f"git branch keep {short}, then `migrate rollback --discard`",
                )
            entry = JournalEntry(
                kind="rollback",
                branch=ref,
                old=status.head,
                new=new,
                base=status.base,
                title=f"to {to or (f'before phase {phase}' if phase else 'the start')}",
            )
            appended = self.journal.append(entry, keep=status.head)
            self.journal.carry_out(appended)
            return appended

    def _rollback_target(self, status: BranchStatus, to: str | None, phase: int | None) -> str | None:
        if to is not None:
            for entry in status.steps:
                if to in {entry.number, entry.step, entry.step.partition("/")[2]}:
                    return entry.new
            raise UsageError(f"{to!r} is no step of {status.branch.removeprefix('refs/heads/')}", "migrate log")
        if phase is not None:
            name = next((p.name for p in self.phases if p.number == phase), None)
            first = next((entry for entry in status.steps if entry.phase == name), None)
            if first is None:
                raise UsageError(f"phase {phase} has no steps on {status.branch.removeprefix('refs/heads/')}", "migrate status")
            return first.old
        return status.steps[0].old if status.steps else status.head

    # moves by themselves ---------------------------------------------------------------------------------------------

    def build_moves(self, step: Step, revision: str) -> PlannedStep:
        """What a step of moves makes of a commit, judged by the static gates, with its account.

        Raises PlanError when the moves cannot be made or a gate refuses them.
        """
        tree = self.repository.tree(revision)
        plan_file, _ = self.plan_file(tree)
        self.progress("reading the repository")
        facts = self.facts(revision, plan_file)
        self.progress("moving")
        built = build(facts, accompanied(facts, step))
        reports = judge(built)
        failed = [finding for report in reports if not report.passed for finding in report.findings if finding.severity == "error"]
        if failed:
            raise PlanError(
                "these moves would break something", "move what is needed in the same batch, or less", [Problem(f.path, f.message) for f in failed]
            )
        self.progress("looking for what names the old places")
        return PlannedStep("mv", "mv", built, reports, account(built), afterwards(built))

    def commit_moves(self, step: Step, branch: str | None, base: str | None) -> Run:
        """Make moves as a commit on a branch (`migrate/mv` by default); starts a new branch where there is none."""
        with self.locked():
            ref = self.branch_ref(branch or "migrate/mv", ())
            at, tip = self.start(ref, base)
            planned = self.build_moves(step, at)
            if not planned.built.changed:
                raise UsageError("these moves change nothing: everything is where it should go", "migrate status")
            plan = Plan(at, planned.built.before, (planned,), (), {})
            commits, report = self.commit(planned, at)
            first = self._first_base(ref, at, tip)
            entry = JournalEntry(
                kind="move",
                branch=ref,
                old=tip,
                new=commits[-1],
                base=first,
                step=planned.id,
                title=step.title,
                tree=planned.tree,
                account=planned.account.counted(),
                todos=planned.todos,
            )
            self.journal.carry_out(self.journal.append(entry, keep=commits[-1]))
            made = DoneStep(planned.id, "mv", step.title, commits, planned.tree, (*planned.gates, report), planned.account)
            return Run(ref, first, commits[-1], planned.tree, (made,), (), plan)

    def move_in_place(self, step: Step) -> PlannedStep:
        """Make moves in index and work tree, as `git mv` would; no commit. Raises RepositoryError where an affected file is dirty."""
        with self.locked():
            planned = self.build_moves(step, self.repository.resolve("HEAD"))
            built = planned.built
            if module := next((old for old in built.files if built.before.tree[old].mode == SUBMODULE), None):
                raise RepositoryError(f"{module} is a submodule, its checkout would stay behind", f"git mv {module}, or leave out --in-place")
            self.repository.write(built.after.tree, built.after.store)
            self.repository.switch_in_place("HEAD", built.after.tree.id)
            return planned

    def finish(self, number: int) -> Todo:
        """Note that something that was to be done by hand is done. Raises UsageError for a number of nothing that is to be done."""
        with self.locked():
            found = next((todo for ref in self.branches() for todo in self.status_of(ref).todos if todo.number == number), None)
            if found is None:
                raise UsageError(f"there is nothing to be done by hand under {number}", "migrate status")
            entry = JournalEntry(kind="done", number=str(number), title=found.text, todos=(found.text,))
            self.journal.carry_out(self.journal.append(entry))
            return found

    # verifying -------------------------------------------------------------------------------------------------------

    def verify(self, revision: str) -> tuple[tuple[str, tuple[GateReport, ...]], ...]:
        """Each step on a revision, judged again from its commits and its record alone: (number and title, reports).

        Raises UsageError when the revision holds no step of a migration.
        """
        head = self.repository.resolve(revision)
        groups = _step_commits(self.repository.log(head, first_parent=True))
        if not groups:
            raise UsageError(f"{revision} has no step of a migration in its history", "migrate status")
        plan_file, _ = self.plan_file(self.repository.tree(head))
        before = self.facts(groups[0][0], plan_file)
        found = []
        for number, (parent, commit) in enumerate(groups, 1):
            self.progress(f"{number} of {len(groups)}: verifying {commit.subject}")
            # Where a step follows a step, its tree before is the one that is known already, graph and all.
            there = self.repository.tree(parent)
            before = before.at(there) if there.get(PLAN_FILE) == before.tree.get(PLAN_FILE) else self.facts(parent, plan_file)
            after = before.at(self.repository.tree(commit.id))
            found.append((commit.subject, judge(self._rebuilt(before, after, commit))))
            before = after
        return tuple(found)

    def _rebuilt(self, before: Facts, after: Facts, commit: Commit) -> Built:
        """A committed step: what its record says it did, or, without one, the renames that git sees."""
        slug = commit.trailers[_STEP]
        # The number tells what a step did from what it did when it was made before, for less.
        said = (f"{commit.trailers.get(_PHASE)}/{slug}", commit.trailers.get(_NUMBER))
        record = next((record for record in records(after) if (record.id, record.number) == said), None)
        if record is None:
            moves, written, whole = Moves(self.repository.renames(before.tree.id, after.tree.id)), frozenset[RepoPath](), frozenset[RepoPath]()
        else:
            moves = Moves((RepoPath(old), RepoPath(new)) for old, new in record.moves)
            whole = frozenset(RepoPath(path) for path in record.generated)
            written = whole | {RepoPath(path) for path, _ in record.edits}
            if record.symbols:
                written |= {path for path, entry in after.tree.items() if before.tree.get(path) != entry}
        return rebuilt(before, after, Step(slug, commit.subject, "", ()), moves=moves, written=written, whole=whole)


class _BranchRun:
    """One run on one branch: what landed, what was set aside, where the branch is."""

    def __init__(  # noqa: PLR0913, PLR0917  one place constructs it
        self, engine: Engine, ref: str, base: str, head: str, tip: str | None, on_step: Callable[[DoneStep | Aside], None]
    ) -> None:
        self.engine = engine
        self.ref = ref
        self.base = base
        self.head = head
        self.tip = tip
        self.on_step = on_step
        self.done: list[DoneStep] = []
        self.aside: list[Aside] = []
        self.moves: list[Moves] = []
        self.saying = engine.progress

    def land(self, step: PlannedStep, reports: tuple[GateReport, ...]) -> None:
        """Commit a step and move the branch to it: journal first, branch second (L9)."""
        self.saying(f"{step.number} {step.step.slug}: committing")
        commits, history = self.engine.commit(step, self.head)
        made = DoneStep(step.id, step.number, step.step.title, commits, step.tree, (*step.gates, history, *reports), step.account)
        entry = JournalEntry(
            kind="step",
            branch=self.ref,
            old=self.tip,
            new=commits[-1],
            base=self.base,
            phase=step.phase,
            number=step.number,
            step=step.id,
            title=step.step.title,
            tree=step.tree,
            gates=tuple({"gate": gate.gate, "passed": gate.passed, "seconds": round(gate.seconds, 3)} for gate in made.gates),
            account=step.account.counted(),
            todos=step.todos,
        )
        self.engine.journal.carry_out(self.engine.journal.append(entry, keep=commits[-1]))
        self.head = self.tip = commits[-1]
        self.moves.append(step.built.moves)
        self.done.append(made)
        self.on_step(made)

    def set_aside(self, item: Aside, candidate: str | None, *, known: bool = False) -> None:
        """Remember that a step was not made, with its reasons and the candidate that failed; an old decision is not written again."""
        if not known:
            entry = JournalEntry(
                kind="aside",
                branch=self.ref,
                old=self.tip,
                new=self.tip,
                base=self.base,
                phase=item.phase,
                number=item.number,
                step=item.id,
                title=item.step.title,
                findings=tuple(asdict(finding) for finding in item.findings),
            )
            self.engine.journal.append(entry, keep=candidate)
        self.aside.append(item)
        self.on_step(item)


@dataclass(frozen=True)
class _Wanted:
    """Which steps a run was asked for; with `only`, what those need comes along when it is named too."""

    until: str | None
    only: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_past", [False])

    def __call__(self, phase: str, step: Step, number: str) -> bool:
        names = {number, f"{phase}/{step.slug}", step.slug}
        if self.only:
            return not names.isdisjoint(self.only)
        past: list[bool] = self._past  # type: ignore[attr-defined]
        if past[0]:
            return False
        past[0] = self.until in names
        return True


def saved_plan(plan: Plan, phases: Sequence[Phase]) -> SavedPlan:
    """The contract of a plan."""
    steps = tuple(SavedStep(id=s.id, number=s.number, title=s.step.title, tree=s.tree, fingerprint=fingerprint(s.built)) for s in plan.steps)
    return SavedPlan(base=plan.base, base_tree=plan.start.tree.id, phases=tuple(p.number for p in phases), steps=steps, tree=plan.tree)


def fingerprint(built: Built) -> str:
    """What a step does to the files it touches, whatever else is in the tree: the same on a moved base when nothing relevant changed.

    Its record is not part of that: it quotes lines of files that the step leaves alone.
    """
    after = built.after.tree
    origin = {new: old for old, new in built.files.items()}
    rows = [
        [path, origin.get(path, ""), after[path].blob if path in after else ""]
        for path in sorted({*built.files.values(), *built.edited, *built.created, *built.deleted})
        if not is_within(path, FOLDER)
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def _message(step: PlannedStep, part: str = "") -> str:
    subject = f"{step.step.title} (moves only)" if part else step.step.title
    why = "Files move unchanged, so that git can follow them; the references follow in the next commit." if part else step.step.why
    trailers = [f"{_PHASE}: {step.phase}", f"{_STEP}: {step.step.slug}", f"{_NUMBER}: {step.number}"]
    if part:
        trailers.append(f"{_PART}: {part}")
    told = "" if part else "".join(f"{line}\n" for line in (*step.account.counted().lines(), *(f"Then by hand: {todo}" for todo in step.todos)))
    return f"{step.number} {subject}\n\n{why}\n\n" + (f"{told}\n" if told else "") + "\n".join(trailers) + "\n"


def _unfollowed(repository: Repository, built: Built, old: str, new: str) -> list[tuple[RepoPath, RepoPath]]:
    """Moved files that git's default rename detection does not pair; empty files and copies of one content have no history to lose."""
    if not built.files:
        return []
    paired = repository.renames(old, new)
    before = built.before
    empty = before.store.add(b"")
    blobs: dict[str, int] = {}
    for path in built.files:
        blobs[before.tree[path].blob] = blobs.get(before.tree[path].blob, 0) + 1
    return [
        (source, target)
        for source, target in sorted(built.files.items())
        if paired.get(source) != target and before.tree[source].blob != empty and blobs[before.tree[source].blob] == 1
    ]


def _step_commits(commits: Iterator[Commit]) -> list[tuple[str, Commit]]:
    """The steps in a history, oldest first: the commit before each and its last commit."""
    found: list[tuple[str, Commit]] = []
    history = list(commits)
    for position, commit in enumerate(history):
        if _STEP in commit.trailers and _PART not in commit.trailers and commit.parents:
            first = history[position + 1] if position + 1 < len(history) else None
            moves_only = first is not None and first.trailers.get(_PART) == "moves" and first.parents
            found.append((first.parents[0] if first is not None and moves_only else commit.parents[0], commit))
    return found[::-1]
