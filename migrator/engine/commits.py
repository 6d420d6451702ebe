"""What is written for a step: candidate commits that git can follow, and how they are found again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from migrator import __version__
from migrator.errors import Finding
from migrator.plan import GateReport, PlannedStep

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.git import Repository
    from migrator.git.commits import Commit
    from migrator.paths import RepoPath

PHASE, STEP, NUMBER, PART, VERSION = "Migrate-Phase", "Migrate-Step", "Migrate-Number", "Migrate-Part", "Migrate-Version"
"""The trailers of a step's commits."""
MOVES, SHIMS = "mv", "shims"
UNOFFERED = (MOVES, SHIMS)
"""The phases of steps that no phase offers: moves that were asked for one by one, and shims that were removed. Their numbers begin with their names."""
BACK = "Migrate-Rollback"
"""The trailer of a commit that takes a step back: its id."""


def commit(
    repository: Repository, step: PlannedStep, parent: str, message: Callable[[PlannedStep, str], str] | None = None
) -> tuple[tuple[str, ...], GateReport]:
    """The candidate commits of a step: one, or moves first where git could not follow a file otherwise; no ref moves.

    `message` says what a commit's message is, of the step and of its part; by default that of a step.
    """
    said = message or _message
    started = time.perf_counter()
    built = step.built
    tree = repository.write(built.after.tree, built.after.store)
    single = (repository.write_commit(tree, (parent,), said(step, "")),)
    if not _unfollowed(repository, built, parent, single[0]):
        return single, GateReport("history", passed=True, seconds=time.perf_counter() - started)
    repository.write(built.moved, built.after.store)
    moves = repository.write_commit(built.moved.id, (parent,), said(step, "moves"))
    rest = repository.write_commit(tree, (moves,), said(step, ""))
    findings = tuple(
        Finding("history", new, f"git cannot follow it from {old}: another file takes its place")
        for old, new in _unfollowed(repository, built, parent, moves)
    )
    return (moves, rest), GateReport("history", passed=True, seconds=time.perf_counter() - started, findings=findings)


def step_commits(commits: Iterator[Commit]) -> list[tuple[str, Commit]]:
    """The steps in a history, oldest first: the commit before each and its last commit."""
    found: list[tuple[str, Commit]] = []
    history = list(commits)
    for position, commit in enumerate(history):
        if STEP in commit.trailers and PART not in commit.trailers and commit.parents:
            first = history[position + 1] if position + 1 < len(history) else None
            moves_only = first is not None and first.trailers.get(PART) == "moves" and first.parents
            found.append((first.parents[0] if first is not None and moves_only else commit.parents[0], commit))
    return found[::-1]


def _message(step: PlannedStep, part: str = "") -> str:
    subject = f"{step.step.title} (moves only)" if part else step.step.title
    why = "Files move unchanged, so that git can follow them; the references follow in the next commit." if part else step.step.why
    trailers = [f"{PHASE}: {step.phase}", f"{STEP}: {step.step.slug}", f"{VERSION}: {__version__}", f"{NUMBER}: {step.number}"]
    if part:
        trailers.append(f"{PART}: {part}")
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
