"""Open branches carried over a migration: cut before it, they go on after it, commit by commit.

What a branch changed is looked at as the migration leaves it (`replay`), and merged with main as it is now (`transplanting`). The branch itself
stays as it is; what comes of it is a branch of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migrator.engine.branches import branch_ref, named
from migrator.engine.teams.carried.transplanting import Change, Version, left_behind, transplanted
from migrator.engine.teams.carried.versions import Versions, missing_of
from migrator.engine.teams.landed import edited, landed
from migrator.errors import RepositoryError, UsageError
from migrator.journal import JournalEntry
from migrator.wording import word

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.engine.teams.landed import Landed
    from migrator.engine.teams.merging import Conflict
    from migrator.generating.merging import Side as Preferred
    from migrator.git.commits import Author, Commit
    from migrator.paths import RepoPath
    from migrator.record import Record
    from migrator.tree import Tree

__all__ = ["TRAILER", "CarriedCommit", "Carry", "Met", "carry"]

TRAILER = "Migrate-Carried"
"""Names the commit that a carried one was."""


@dataclass(frozen=True, slots=True)
class Met:
    """A conflict, with the commit of main that changed the file last."""

    conflict: Conflict
    main: Commit | None


@dataclass(frozen=True, slots=True)
class CarriedCommit:
    """A commit of the branch, and what became of it."""

    source: Commit
    change: Change
    conflicts: tuple[Met, ...]
    empty: bool = False
    """Whether main has all of it already."""
    new: str = ""
    """Its commit on the new branch; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Carry:
    """What came of carrying a branch over."""

    branch: str
    """What was carried, as it was called."""
    source: str
    onto: str
    fork: str
    """The commit of main from which the branch goes off."""
    target: str
    """The full name of the ref of the new branch."""
    head: str | None
    """Where that is; None where it was not made."""
    steps: tuple[Record, ...]
    """What the migration did meanwhile."""
    commits: tuple[CarriedCommit, ...]
    left: tuple[RepoPath, ...] = ()
    """New files that are still in old places."""
    known: bool = False
    """Whether it was carried before, and nothing changed since."""
    marked: bool = False
    """Whether a last commit has both sides of each conflict between marks."""

    @property
    def conflicts(self) -> tuple[Met, ...]:
        """What both sides changed, each otherwise."""
        return tuple(met for commit in self.commits for met in commit.conflicts)


def carry(  # noqa: PLR0913  keyword-only from the third on
    engine: Engine, branch: str, *, onto: str = "HEAD", to: str | None = None, squash: bool = False, markers: bool = False
) -> Carry:
    """Carry a branch over the steps that another one has and it has not; the branch itself is not touched.

    With conflicts no branch is made, unless `markers` asks for one whose last commit has both sides of each. Raises UsageError where there is
    nothing to carry, RepositoryError where the new branch cannot be made, PlanError where a step cannot be made on one of its commits.
    """
    with engine.locked():
        branch, source, short = _resolved(engine, branch)
        at = engine.repository.resolve(onto)
        ref = branch_ref(engine, to or f"carried/{short}", ())
        commits = _commits(engine, branch, source, onto, at)
        fork = commits[0].parents[0]
        steps = landed(engine, at)
        for path, good in edited(engine, at):
            raise RepositoryError(
                f"{path} says no more what its step moved, people changed it, and a branch is carried by that",
                f"git checkout {good[:7]} -- {word(path)}, and commit it",
            )
        there = engine.repository.tree(fork)
        missing = missing_of(steps, there, there)
        if not missing:
            raise UsageError(f"{branch} was cut after every step that {onto} has", f"git rebase {word(onto)} {word(branch)}")
        old = engine.repository.read_ref(ref)
        title = f"{branch} onto {onto}" + (", squashed" if squash else "")
        made = Carry(branch, source, at, fork, ref, old, missing, ())
        last = _last(engine, ref, old)
        if last is not None and (last.source, last.base, last.title) == (source, at, title):
            return replace(made, known=True)
        work = _Work(engine, at, commits, steps)
        found = tuple(work.squashed() if squash else work.each())
        left = left_behind(found[-1].change.tree, work.versions.onto, work.versions.base.before)
        made = replace(made, head=None, commits=found, left=left)
        if made.conflicts and not markers:
            return made
        head, found = work.written(found, squash=squash)
        if made.conflicts:
            head = work.marked(head, _to_resolve(branch, onto, made.conflicts))
        if head == at:
            return replace(made, commits=found)
        entry = JournalEntry(
            kind="carry",
            branch=ref,
            old=old,
            new=head,
            base=at,
            source=source,
            step=f"carry/{branch}",
            title=title,
            tree=engine.repository.commit(head).tree,
        )
        engine.journal.carry_out(engine.journal.append(entry, keep=head))
        return replace(made, head=head, commits=found, marked=bool(made.conflicts))


# what is asked for -------------------------------------------------------------------------------------------------------


def _resolved(engine: Engine, branch: str) -> tuple[str, str, str]:
    """What a branch is called here, the commit that it is at, and what it is called without the remote that it is from."""
    found = named(engine, branch)
    if found is None:
        return branch, (commit := engine.repository.resolve(branch)), commit[:12]
    if any(entry.branch == found.ref and entry.kind in {"step", "move"} for entry in engine.journal):
        raise UsageError(f"{branch} is a migration, not a branch cut before one", f"migrate update --branch {word(branch)}")
    return found.said, found.commit, found.short


def _commits(engine: Engine, branch: str, source: str, onto: str, at: str) -> list[Commit]:
    """The commits of a branch along its first parents, oldest first: a merge is one change, as its own tree has it."""
    commits = list(engine.repository.log(f"{at}..{source}", first_parent=True))[::-1]
    if not commits:
        raise UsageError(f"{branch} has no commit that {onto} lacks", "git branch --contains " + source[:12])
    if not commits[0].parents:
        raise RepositoryError(f"{branch} and {onto} have no commit in common", f"git log --oneline --graph {word(branch)} {word(onto)}")
    return commits


def _last(engine: Engine, ref: str, head: str | None) -> JournalEntry | None:
    """What we last carried to a branch. Raises RepositoryError where it is not ours, or went on since."""
    if head is None:
        return None
    short = ref.removeprefix("refs/heads/")
    last = next((entry for entry in engine.journal if entry.branch == ref), None)
    if last is None or not any(entry.branch == ref and entry.kind == "carry" for entry in engine.journal):
        raise RepositoryError(f"{short} exists and was not carried here", "choose another name with --branch NAME")
    if last.new != head:
        ours = last.new is not None and engine.repository.is_ancestor(last.new, head)
        why = "has commits of your own on top, they would be lost" if ours else f"was moved to {head[:7]} since, which would be lost"
        raise RepositoryError(f"{short} {why}", "choose another name with --branch NAME")
    return last


# the work ----------------------------------------------------------------------------------------------------------------


class _Work:
    """One branch carried onto one commit."""

    def __init__(self, engine: Engine, at: str, commits: Sequence[Commit], steps: Sequence[Landed]) -> None:
        self.repository = engine.repository
        self.at = at
        self.commits = commits
        self.fork = commits[0].parents[0]
        self.versions = Versions(engine, at, self.fork, commits[-1].id, steps)

    def each(self) -> Iterator[CarriedCommit]:
        """The commits, one by one."""
        versions = (self.versions.of(commit, number, len(self.commits)) for number, commit in enumerate(self.commits))
        yield from self._told(self.commits, self._changes(versions))

    def squashed(self) -> Iterator[CarriedCommit]:
        """All commits as one change."""
        yield from self._told(self.commits[-1:], self._changes([self.versions.whole(self.commits[-1])]))

    def both(self) -> Change:
        """All commits as one change, with both sides of whatever is in conflict at last."""
        return next(self._changes([self.versions.whole(self.commits[-1])], "both"))

    def _changes(self, versions: Iterable[Version], prefer: Preferred = "theirs") -> Iterator[Change]:
        start = self.versions
        return transplanted(start.store, start.base, versions, start.onto, start.places, prefer)

    def _told(self, commits: Iterable[Commit], changes: Iterable[Change]) -> Iterator[CarriedCommit]:
        since, before = f"{self.fork}..{self.at}", self.versions.onto.id
        for commit, change in zip(commits, changes, strict=True):
            met = tuple(Met(one, next(self.repository.log(since, limit=1, path=one.path), None)) for one in change.conflicts)
            yield CarriedCommit(commit, change, met, empty=change.tree.id == before and bool(change.files))
            before = change.tree.id

    def written(self, found: Sequence[CarriedCommit], *, squash: bool) -> tuple[str, tuple[CarriedCommit, ...]]:
        """The commits, by their authors; those that change nothing here are left out, unless they never did."""
        head = self.at
        written: list[CarriedCommit] = []
        for one in found:
            if one.empty:
                written.append(one)
                continue
            message = _squashed(self.commits) if squash and len(self.commits) > 1 else _message(one.source)
            head = self._commit(one.change.tree, head, message, self.repository.author(one.source.id))
            written.append(replace(one, new=head))
        return head, tuple(written)

    def marked(self, head: str, message: str) -> str:
        """A commit in which both sides of each conflict stand, on top of the others."""
        return self._commit(self.both().tree, head, message, None)

    def _commit(self, tree: Tree, parent: str, message: str, author: Author | None) -> str:
        return self.repository.write_commit(self.repository.write(tree, self.versions.store), (parent,), message, author)


# what is written ---------------------------------------------------------------------------------------------------------


def _message(commit: Commit) -> str:
    """The message of a commit, with a trailer that names it."""
    message = commit.message.rstrip("\n")
    body, _, last = message.rpartition("\n\n")
    rows = [line.partition(": ") for line in last.splitlines()]
    trailers = bool(body) and all(sep and " " not in key for key, sep, _ in rows)
    return f"{message}\n{'' if trailers else chr(10)}{TRAILER}: {commit.id}\n"


def _squashed(commits: Sequence[Commit]) -> str:
    listed = "".join(f"* {commit.subject}\n" for commit in commits)
    return f"{commits[-1].subject}\n\n{listed}\n{TRAILER}: {commits[-1].id}\n"


def _to_resolve(branch: str, onto: str, conflicts: Sequence[Met]) -> str:
    rows = "".join(f"* {met.conflict.path}: {met.conflict.message}\n" for met in dict.fromkeys(conflicts))
    return f"Conflicts of {branch} with {onto}, to be resolved\n\nOurs is {onto}, theirs is {branch}.\n\n{rows}"
