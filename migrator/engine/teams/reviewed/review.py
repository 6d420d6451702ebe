"""Whether commits are what their steps make of the tree before: proven by making it again, or shown where they differ (L4).

No code of the repository runs, and nothing is taken from the work tree: what a commit is said to be depends on the objects in git alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from migrator import __version__
from migrator.engine.branches import named, names, statuses
from migrator.engine.commits import BACK, VERSION
from migrator.engine.teams.landed import landed
from migrator.engine.teams.returned.taken import taken_back
from migrator.engine.teams.reviewed.claims import Unit, units
from migrator.engine.teams.reviewed.differences import Change, differences, place
from migrator.engine.teams.reviewed.recomputing import Made, recomputed, recomputed_with
from migrator.errors import MigrateError, Problem, UsageError
from migrator.paths import RepoPath, is_within, name
from migrator.planfile import PLAN_FILE
from migrator.record import FOLDER, Counted, Record, record_in
from migrator.tree import Store, Tree
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.engine.context import Engine

__all__ = ["Review", "Reviewed", "Verdict", "review"]

_VERSION = re.compile(r"[\w.+!-]{1,40}", re.ASCII)
Verdict = Literal["identical", "differs", "unproven", "people"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was found out about a commit, or the two of a step whose files moved first."""

    unit: Unit
    verdict: Verdict
    """`unproven` where its steps could not be made again here; `people` for what is no step, which is for people to read."""
    changes: tuple[Change, ...] = ()
    """What a person changed on top of what its steps make, by path."""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    moved: int = 0
    edited: int = 0
    created: int = 0
    account: Counted = field(default_factory=Counted)
    """Of the steps as they were made again."""
    made: str = ""
    """The tree that its steps make."""
    touched: int = 0
    """Files of a commit that is no step."""


@dataclass(frozen=True, slots=True)
class Review:
    """The commits that were looked at, oldest first, and where their contents are."""

    revisions: str
    commits: tuple[Reviewed, ...]
    tree: Tree
    """That of the last one."""
    store: Store

    @property
    def passed(self) -> bool:
        """Whether every step is what it makes, and nothing that steps wrote down was changed by anybody."""
        return all(one.verdict in {"identical", "people"} for one in self.commits)


def review(engine: Engine, revisions: str | None, branch: str | None = None) -> Review:
    """What a commit or a range (`A..B`) is, or the commits of a branch of ours; by default those of the only one, and HEAD where there is none.

    Raises UsageError for a commit that is no step, RepositoryError for a revision that is not there.
    """
    start, head, named = _span(engine, revisions, branch)
    engine = engine.as_committed()
    engine.progress("reading what the commits say they are")
    found = units(engine, start, head)
    if start is None and not (found[0].claims or found[0].problems or BACK in found[0].commit.trailers):
        raise UsageError(f"{named} is no step of a migration", _where(engine, head))
    store = engine.repository.store()
    done: list[Reviewed] = []
    for run in _runs(found):
        if run[0].claims:
            done += [_judged(engine, unit, made, store) for unit, made in recomputed(engine, run)]
        else:
            done += [_taking_back(engine, unit, store) or _of_people(engine, unit) for unit in run]
    return Review(named, tuple(done), engine.repository.tree(head), store)


def _span(engine: Engine, revisions: str | None, branch: str | None) -> tuple[str | None, str, str]:
    """The commit before the first (None for one commit alone), the last, and what people call them."""
    repository = engine.repository
    if revisions is not None and branch is not None:
        raise UsageError("a revision and --branch exclude each other", "leave out one of them")
    if revisions is not None:
        first, dots, last = revisions.partition("..")
        if dots:
            return repository.resolve(first or "HEAD"), repository.resolve(last.lstrip(".") or "HEAD"), revisions
        # Who names a branch of ours means all of it, not its last commit.
        if f"refs/heads/{revisions.removeprefix('refs/heads/')}" not in names(engine):
            return _brought(engine, revisions) or (None, repository.resolve(revisions), revisions)
        branch = revisions
    ours = [status for status in statuses(engine) if status.steps]
    wanted = [status for status in ours if branch is None or status.branch == f"refs/heads/{branch.removeprefix('refs/heads/')}"]
    if branch is not None and not wanted and (there := _brought(engine, branch)) is not None:
        return there
    if branch is not None and not wanted:
        raise UsageError(f"{branch} is not a branch of ours here", f"migrate review {word(f'BASE..{branch}')}, with the commit from which it began")
    if len(wanted) > 1:
        several = ", ".join(status.branch.removeprefix("refs/heads/") for status in wanted)
        raise UsageError(f"several branches could be meant: {several}", "say which with --branch NAME")
    if not wanted:
        return None, repository.resolve("HEAD"), "HEAD"
    return wanted[0].base, wanted[0].head or "", wanted[0].branch.removeprefix("refs/heads/")


def _brought(engine: Engine, name: str) -> tuple[str, str, str] | None:
    """The same of a branch that no journal here knows: all that it has and the trunk has not. None where it brings no step, or is no branch."""
    repository = engine.repository
    if (found := named(engine, name)) is None:
        return None
    records = repository.tree(found.commit).below(FOLDER)
    for trunk in ("HEAD", *(ref for ref in repository.refs("refs/remotes") if ref.endswith("/HEAD"))):
        base = repository.merge_base(repository.resolve(trunk), found.commit)
        if base is not None and base != found.commit and repository.tree(base).below(FOLDER) != records:
            return base, found.commit, found.said
    return None


def _where(engine: Engine, head: str) -> str:
    """The next command for somebody who asked for a commit that is no step."""
    found = landed(engine, head)
    return (
        f"migrate review {found[-1].commit.id[:7]} is the last one before it, or migrate review A..B"
        if found
        else "migrate log, or migrate review A..B"
    )


def _runs(found: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Commits in a row that are steps, or that are none."""
    run: list[Unit] = []
    for unit in found:
        kind = bool(unit.claims)
        if run and bool(run[0].claims) != kind:
            yield run
            run = []
        run.append(unit)
    if run:
        yield run


# one commit ------------------------------------------------------------------------------------------------------------


def _of_people(engine: Engine, unit: Unit) -> Reviewed:
    """A commit that is no step: it is not made again, but what steps wrote down is not for people to change."""
    tree = engine.repository.tree
    before, after = tree(unit.before) if unit.before else Tree(), tree(unit.commit.id)
    alone, unlike = before.unlike(after)
    records = sorted(path for path in alone | unlike if is_within(path, FOLDER))
    problems = list(unit.problems)
    if not problems:
        problems += [Problem(path, _done_to(path, before, after), f"git show {unit.commit.id[:7]} -- {word(path)}") for path in records]
    changes = tuple(differences(engine.repository.store(), before.only(set(records).__contains__), after.only(set(records).__contains__)))
    verdict: Verdict = "unproven" if unit.problems else "differs" if problems else "people"
    return Reviewed(unit, verdict, changes, tuple(problems), unit.notes, touched=len(alone | unlike))


def _taking_back(engine: Engine, unit: Unit, store: Store) -> Reviewed | None:
    """A commit that takes steps back, made again; None for any other. By its tree alone, also as a squash or a merge of several."""
    if not unit.before or unit.problems:
        return None
    before, after = engine.repository.tree(unit.before), engine.repository.tree(unit.commit.id)
    gone = [path for path in before.below(FOLDER) if path not in after]
    said = BACK in unit.commit.trailers
    if not gone and not said:
        return None
    note = f"takes back {', '.join(name(path).removesuffix('.json') for path in gone) or 'what its message says'}"
    try:
        made = taken_back(engine, unit.before, gone)
    except MigrateError as error:
        return Reviewed(unit, "unproven", (), error.as_problems, (note,)) if said else None
    if made.tree.id != after.id and not said:
        return None
    store.added.update(made.store.added)
    changes = tuple(differences(store, made.tree, after)) if made.tree.id != after.id else ()
    alone, unlike = before.unlike(after)
    return Reviewed(unit, "differs" if changes else "identical", changes, (), (note,), made=made.tree.id, touched=len(alone | unlike))


def _done_to(path: RepoPath, before: Tree, after: Tree) -> str:
    what = "was added by" if path not in before else "was taken away by" if path not in after else "was edited by"
    return f"the record of a step {what} a commit that is no step"


def _judged(engine: Engine, unit: Unit, made: Made, store: Store) -> Reviewed:
    """What a commit of steps is, seen from what they make."""
    if made.facts is not None and made.facts.tree.id == unit.commit.tree and not (unit.problems or made.problems):
        return _compared(unit, made, made.facts.tree, store)
    committed, before = engine.repository.tree(unit.commit.id), engine.repository.tree(unit.before)
    notes, plan = list(unit.notes), RepoPath(PLAN_FILE)
    found = _compared(unit, made, committed, store)
    if before.get(plan) != committed.get(plan):
        other = _compared(unit, recomputed_with(engine, unit, committed), committed, store)
        if len(other.changes) + len(other.problems) < len(found.changes) + len(found.problems):
            change = Change(
                plan,
                "edited" if plan in before and plan in committed else "added" if plan in committed else "missing",
                before.get(plan),
                committed.get(plan),
            )
            found = replace(other, verdict="unproven" if other.problems else "differs", changes=tuple(sorted((change, *other.changes), key=place)))
            notes.append(f"made again with the {PLAN_FILE} that the commit itself brings: read that first")
    why = tuple(_circumstances(engine, unit, before))
    silent = any(problem.where == "documents" for problem in why)
    return replace(found, verdict="unproven" if silent else found.verdict, problems=(*found.problems, *why), notes=tuple(notes))


def _compared(unit: Unit, made: Made, committed: Tree, store: Store) -> Reviewed:
    problems = (*unit.problems, *made.problems)
    if made.facts is None:
        return Reviewed(unit, "unproven", (), problems)
    store.added.update(made.facts.store.added)
    changes = tuple(differences(store, made.facts.tree, committed)) if made.facts.tree.id != unit.commit.tree else ()
    verdict: Verdict = "unproven" if problems else "differs" if changes else "identical"
    return Reviewed(
        unit,
        verdict,
        changes,
        problems,
        unit.notes,
        sum(len(built.files) for built in made.built),
        sum(len(built.edited) for built in made.built),
        sum(len(built.created) for built in made.built),
        _account(made),
        made.facts.tree.id,
    )


def _account(made: Made) -> Counted:
    """The accounts of steps together, as their records have them."""

    def fresh(built: Built) -> Iterator[Record]:
        tree = built.after.tree
        paths = (path for path in tree.below(FOLDER) if tree[path] != built.before.tree.get(path))
        return filter(None, (record_in(built.after.read(path)) for path in paths))

    return Counted.together(record.account for built in made.built for record in fresh(built))


def _circumstances(engine: Engine, unit: Unit, before: Tree) -> Iterator[Problem]:
    """What may be the reason that something else was made here."""
    try:
        plan_file, _ = engine.plan_file(before)
        waiting = engine.door.approval(plan_file).waiting.of("document")
    except MigrateError:
        waiting = None
    if waiting:
        which = ", ".join(one.name for one in waiting.commands)
        yield Problem(
            "documents",
            f"not reproducible here: what follows from {which} needs commands, and none is run for a review unless it is said here",
            "read what they would run (migrate trust --base REV), then --trust FINGERPRINT",
        )
    version = unit.commit.trailers.get(VERSION, __version__)
    if version != __version__ and _VERSION.fullmatch(version):
        said = f"migrate {version} made it, and this is {__version__}: what it has otherwise may follow from that alone"
        yield Problem("", said, f"pip install migrate-monorepo=={version}, then the same again")
    local = engine.repository.path / PLAN_FILE
    there = engine.repository.read(before[RepoPath(PLAN_FILE)].blob) if PLAN_FILE in before else b""
    try:
        here = local.read_bytes() if local.is_file() else None
    except OSError:
        return
    # Git may have written it with other line ends.
    if here is not None and here.splitlines() != there.splitlines() and unit.problems == ():
        yield Problem(
            str(PLAN_FILE),
            f"the work tree's says something else than that of {unit.before[:7]}, which alone counts here",
            f"commit {PLAN_FILE} before the steps",
        )
