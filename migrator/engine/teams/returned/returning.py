"""Taking back what was merged: the inverse of a phase or of a step on today's code, as commits on a branch of their own.

The trunk never moves here: people merge the branch as they merged the migration. The newest step goes first, each as one commit that a person
can read, judged by the gates that judged it when it was made. Nothing is written unless all of it holds; then one entry of the journal brings
the branch (L9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from migrator.account import account
from migrator.account.entries import EMPTY, Account
from migrator.afterwards import afterwards
from migrator.engine.branches import branch_ref, statuses
from migrator.engine.commits import commit
from migrator.engine.making import command_gates
from migrator.engine.teams.landed import Landed, changed, landed
from migrator.engine.teams.returned.altogether import left_open
from migrator.engine.teams.returned.beside import beside
from migrator.engine.teams.returned.inverse import BY_PEOPLE
from migrator.engine.teams.returned.message import Message
from migrator.engine.teams.returned.settling import excused, passing, settled
from migrator.engine.teams.returned.stages import stages
from migrator.engine.teams.returned.standing import Standing, standing
from migrator.errors import Finding, GateError, Problem, RepositoryError, UsageError
from migrator.journal import JournalEntry
from migrator.paths import RepoPath
from migrator.plan import GateReport, PlannedStep, failures
from migrator.planfile import Waiting
from migrator.record import FOLDER
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.facts import Facts

__all__ = ["Returned", "ReturnedStep", "take_back_onto"]


@dataclass(frozen=True)
class ReturnedStep:
    """A step that was taken back."""

    landed: Landed
    planned: PlannedStep
    commits: tuple[str, ...]
    findings: tuple[Finding, ...]
    """What only a person can put right (`conflict`), and what stays of the step."""
    gates: tuple[GateReport, ...] = ()


@dataclass(frozen=True)
class Returned:
    """What was taken back, on which branch."""

    branch: str
    onto: str
    base: str
    """The commit that it is for."""
    head: str
    tree: str
    steps: tuple[ReturnedStep, ...]
    """The newest first."""
    account: Account = EMPTY
    """What became of every mention of a place that went, in the end."""
    gates: tuple[GateReport, ...] = ()
    """What the repository's own checks say of the last tree."""
    unjudged: Waiting = field(default_factory=Waiting)


def take_back_onto(  # noqa: PLR0913  keyword-only
    engine: Engine, onto: str, *, phase: int | None = None, step: str | None = None, with_later: bool = False, branch: str | None = None
) -> Returned:
    """Take back the steps of a phase that a revision has, or one step, on a new branch from it.

    `with_later` takes back what stands on them too. Raises UsageError where there is nothing to take back, where later steps stand on it, or the
    branch is there; RepositoryError for records that people changed; PlanError where two files would be in one place; GateError where it would
    not hold. No ref moves then.
    """
    with engine.locked():
        ref = branch_ref(engine, branch or f"migrate/rollback-{phase if phase is not None else (step or '').rpartition('/')[2]}", ())
        short = ref.removeprefix("refs/heads/")
        if engine.repository.read_ref(ref) is not None:
            raise UsageError(f"{short} is there already", f"migrate rollback --all --branch {word(short)}, or another name with --branch NAME")
        base = engine.repository.resolve(onto)
        engine.progress("reading the repository")
        facts = engine.facts(base)
        _check_records(engine, base)
        every = landed(engine, base)
        chosen = _chosen(engine, onto, every, phase, step)
        made, problems, told_of = _taken(engine, facts, every, chosen, onto, with_later=with_later, whole=step is None)
        if problems:
            raise GateError("without these steps something would break", _otherwise(every, made, onto), problems)
        reports, waiting = _commands(engine, facts, made)
        head, steps = base, []
        for at, (planned, findings, one) in enumerate(made):
            commits, history = commit(engine.repository, planned, head, Message(findings, EMPTY if made[at + 1 :] else told_of))
            head = commits[-1]
            told = tuple(replace(finding, path=_in_the_end(finding.path, made[at + 1 :])) for finding in findings)
            steps.append(ReturnedStep(one, planned, commits, told, (*planned.gates, history)))
        last = made[-1][0]
        what = f"phase {phase}" if phase is not None else chosen[-1].record.id
        todos = tuple(f"{one.path}: {one.message}" for step_back in steps for one in step_back.findings if one.kind == "conflict")
        title = f"take {what} back on {onto}"
        said = told_of.counted()
        entry = JournalEntry(
            kind="back", branch=ref, old=None, new=head, base=base, step=what, title=title, tree=last.tree, account=said, todos=todos
        )
        engine.journal.carry_out(engine.journal.append(entry, keep=head))
        return Returned(ref, onto, base, head, last.tree, tuple(steps), told_of, reports, waiting)


# what is meant -----------------------------------------------------------------------------------------------------------


def _check_records(engine: Engine, base: str) -> None:
    """Raises RepositoryError where people changed a record: what the step did cannot be told by it."""
    for path, came, _ in changed(engine, base):
        raise RepositoryError(
            f"{path} was changed since {came[:7]} brought it, and says by what its step can be taken back",
            f"git checkout {came[:7]} -- {word(path)}, and commit it",
        )


def _chosen(engine: Engine, onto: str, every: Sequence[Landed], phase: int | None, step: str | None) -> tuple[Landed, ...]:
    if step is not None:
        found = tuple(one for one in every if step in {one.record.number, one.record.id, one.record.slug})
        if len({one.record.id for one in found}) > 1:
            raise UsageError(
                f"{step} could mean {' or '.join(one.record.id for one in found)}",
                f"migrate rollback --step {word(found[0].record.id)} --onto {word(onto)}",
            )
        if not found:
            raise UsageError(f"{onto} has no step {step!r}", _known(every, onto))
        return found
    named = engine.chosen([] if phase is None else [phase])
    name = named[0].name
    found = tuple(one for one in every if one.record.phase == name)
    if not found:
        gone = engine.repository.added(onto, FOLDER, gone=True)
        back = next((commit_id for path, commit_id in reversed(gone.items()) if path.rpartition("/")[2].startswith(f"{phase}.")), None)
        if back is not None:
            raise UsageError(f"phase {phase} was taken back from {onto} already, by {back[:7]}", f"migrate plan --phase {phase}, to make it again")
        branches = [status.branch for status in statuses(engine) if any(entry.phase == name for entry in status.steps)]
        if branches:
            short = branches[0].removeprefix("refs/heads/")
            raise UsageError(
                f"phase {phase} is on {short}, which is not merged into {onto}",
                f"migrate rollback --phase {phase} --branch {word(short)}, without --onto",
            )
        raise UsageError(f"{onto} has no step of phase {phase}", _known(every, onto))
    return found


def _known(every: Sequence[Landed], onto: str) -> str:
    """The next command, where what was asked for is not there."""
    there = next((one.record for one in reversed(every)), None)
    return "migrate status" if there is None else f"the last one there is {there.number}: migrate rollback --step {there.id} --onto {onto}"


def _with_later(  # noqa: PLR0913  keyword-only from the fifth on
    facts: Facts,
    every: Sequence[Landed],
    chosen: tuple[Landed, ...],
    onto: str,
    *,
    with_later: bool,
    whole: bool,
    beside: Sequence[Standing] = (),
) -> tuple[Landed, ...]:
    """What is to be taken back with all that stands on it, for a `whole` phase the later phases. Raises UsageError for what was not asked for."""
    found: list[Standing] = list(beside)
    wanted = {one.record.id for one in chosen}
    if with_later and whole:
        since = every[min(at for at, one in enumerate(every) if one.record.id in wanted) :]
        phases = {one.record.phase for one in since if one.record.number[:1].isdigit()}
        wanted |= {one.record.id for one in every if one.record.phase in phases}
    while True:
        wanted |= {one.step.record.id for one in found}
        if not (more := standing(facts, every, [one for one in every if one.record.id in wanted])):
            break
        found += more
    if found and not with_later:
        later = sorted({one.step.record.phase: one.step.record for one in found}.values(), key=lambda record: record.number)
        last = later[-1]
        other = last.number[:1].isdigit() and all(one.record.phase != last.phase for one in chosen)
        asked = f"--phase {last.number.partition('.')[0]}" if other else f"--step {word(found[-1].step.record.id)}"
        raise UsageError(
            f"{len(found)} later {'step stands' if len(found) == 1 else 'steps stand'} on this",
            f"migrate rollback {asked} --onto {word(onto)} first, or --with-later to take them back too",
            [Problem(f"{one.step.record.number} {one.step.record.slug}", one.why) for one in found],
        )
    return tuple(one for one in every if one.record.id in wanted)


def _otherwise(every: Sequence[Landed], made: Sequence[_Made], onto: str) -> str:
    """The next command, where steps cannot be taken back: for a part of a phase, the whole of it."""
    last = made[-1][2].record
    correct = "correct what is named, commit it, and again; nothing was written"
    more = {one.record.id for one in every if one.record.phase == last.phase} - {one.record.id for _, _, one in made}
    number = last.number.partition(".")[0]
    return f"{correct}; or the whole phase: migrate rollback --phase {number} --onto {word(onto)}" if more and number.isdigit() else correct


# what comes of it --------------------------------------------------------------------------------------------------------

_Made = tuple[PlannedStep, tuple[Finding, ...], Landed]
_Outcome = tuple[list[_Made], list[Problem], list[Standing], Account]


def _taken(  # noqa: PLR0913  keyword-only from the sixth on
    engine: Engine, facts: Facts, every: Sequence[Landed], chosen: tuple[Landed, ...], onto: str, *, with_later: bool, whole: bool
) -> tuple[list[_Made], list[Problem], Account]:
    """What is meant without these steps, why it would not hold, and what still names what went."""
    chosen = _with_later(facts, every, chosen, onto, with_later=with_later, whole=whole)
    while True:
        made, problems, met, open_still = _undo(engine, facts, every, chosen)
        if not (with_later and met):
            return made, problems, open_still
        chosen = _with_later(facts, every, chosen, onto, with_later=True, whole=whole, beside=met)


def _undo(engine: Engine, facts: Facts, every: Sequence[Landed], chosen: Sequence[Landed]) -> _Outcome:
    """The steps taken back, why that would not hold, which later ones changed what these had changed, and what still names what went."""
    commits = {one.commit.id for one in chosen}
    wanted = {one.record.id for one in chosen}
    queue = [one for one in stages(engine, [one for one in every if one.commit.id in commits], facts) if one.landed.record.id in wanted]
    made: list[_Made] = []
    problems: list[Problem] = []
    now, kept = facts, set[RepoPath]()
    for position, stage in enumerate(reversed(queue)):
        record = stage.landed.record
        engine.progress(f"taking back {record.number} {record.slug}", position, len(queue))
        found, gates = settled(stage, now)
        kept = {found.built.files.get(path, path) for path in kept} | found.edited
        gates, broken = excused(gates, kept)
        # What is as it was before the step is not told of: what it names, it named then.
        told = Account(tuple(entry for entry in account(found.built).entries if entry.path not in found.restored))
        made.append(
            (PlannedStep(record.phase, record.number, found.built, gates, told, afterwards(found.built)), (*found.findings, *broken), stage.landed)
        )
        now = found.built.after
    judged = passing([(planned.built, planned.gates) for planned, _, _ in made], queue[0])
    made = [(replace(planned, gates=gates), told, landed) for (planned, told, landed), gates in zip(made, judged, strict=True)]
    for planned, _, one in made:
        problems += [Problem(f"{one.record.number} {one.record.slug}", str(finding)) for finding in failures(planned.gates)]
    met = beside(engine, facts, every, queue, [(stage, one) for stage, (_, told, _) in zip(reversed(queue), made, strict=True) for one in told])
    made = [
        (planned, tuple(replace(one, message=_whose(one, met.get((landed.record.id, one.path)))) for one in told), landed)
        for planned, told, landed in made
    ]
    return made, problems, list(met.values()), left_open([planned.built for planned, _, _ in made], queue[0].before.tree)


def _in_the_end(path: str, since: Sequence[_Made]) -> str:
    """Where what a step told of is after those that are taken back since."""
    for planned, _, _ in since:
        path = planned.built.files.get(RepoPath(path), RepoPath(path))
    return path


def _whose(finding: Finding, later: Standing | None) -> str:
    """What a conflict says, where a later step and not people changed the same."""
    if later is None or finding.kind != "conflict":
        return finding.message
    number = later.step.record.number
    return f"{finding.message.replace(BY_PEOPLE, f'what {number} changed since')} (--with-later takes {number} back too)"


def _commands(engine: Engine, start: Facts, made: Sequence[_Made]) -> tuple[tuple[GateReport, ...], Waiting]:
    """What the approved checks of the repository say of the last tree, against the first; and those that nobody approved."""
    gates, waiting = command_gates(engine, start, engine.progress)
    gates.take_baseline(start.tree, start.store)
    last = made[-1][0].built.after
    reports = gates.judge(last.tree, last.store, tuple(planned.built.moves for planned, _, _ in made))
    if failed := failures(reports):
        raise GateError(
            "the repository's own checks fail without these steps",
            "correct what is named, commit it, and again; nothing was written",
            [Problem(finding.path, finding.message) for finding in failed],
        )
    return reports, waiting
