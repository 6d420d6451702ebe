"""Steps of a migration that somebody committed, judged again from their trees and records alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.build import Built, rebuilt
from migrator.engine.commits import NUMBER, PHASE, STEP, step_commits
from migrator.errors import UsageError
from migrator.gates import judge
from migrator.paths import RepoPath
from migrator.planfile import PLAN_FILE
from migrator.record import records
from migrator.shims.standing import bare
from migrator.step import Step
from migrator.tree import Moves

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.facts import Facts
    from migrator.git.commits import Commit
    from migrator.plan import GateReport


def verify(engine: Engine, revision: str) -> tuple[tuple[str, tuple[GateReport, ...]], ...]:
    """Each step on a revision, judged again from its commits and its record alone: (number and title, reports).

    Raises UsageError when the revision holds no step of a migration.
    """
    head = engine.repository.resolve(revision)
    groups = step_commits(engine.repository.log(head, first_parent=True))
    if not groups:
        raise UsageError(f"{revision} has no step of a migration in its history", "migrate status")
    plan_file = engine.rules(engine.repository.tree(head))
    before = engine.facts(groups[0][0], plan_file)
    found = []
    for number, (parent, commit) in enumerate(groups, 1):
        engine.progress(f"verifying {commit.subject}", number - 1, len(groups))
        # Where a step follows a step, its tree before is the one that is known already, graph and all.
        there = engine.repository.tree(parent)
        before = before.at(there) if there.get(PLAN_FILE) == before.tree.get(PLAN_FILE) else engine.facts(parent, plan_file)
        after = before.at(engine.repository.tree(commit.id))
        # A step is planned on the tree without shims, and leaves them again where what they stand for went on.
        found.append((commit.subject, judge(_rebuilt(engine, bare(before), after, commit))))
        before = after
    return tuple(found)


def _rebuilt(engine: Engine, before: Facts, after: Facts, commit: Commit) -> Built:
    """A committed step: what its record says it did, or, without one, the renames that git sees."""
    slug = commit.trailers[STEP]
    # The number tells what a step did from what it did when it was made before, for less.
    said = (f"{commit.trailers.get(PHASE)}/{slug}", commit.trailers.get(NUMBER))
    record = next((record for record in records(after) if (record.id, record.number) == said), None)
    if record is None:
        moves, written, whole = Moves(engine.repository.renames(before.tree.id, after.tree.id)), frozenset[RepoPath](), frozenset[RepoPath]()
    else:
        moves = record.substitution
        whole = frozenset(RepoPath(path) for path in record.generated)
        written = whole | {RepoPath(path) for path, _ in record.edits}
        if record.symbols:
            written |= {path for path, entry in after.tree.items() if before.tree.get(path) != entry}
    return rebuilt(before, after, Step(slug, commit.subject, "", ()), moves=moves, written=written, whole=whole)
