"""Which later steps changed lines beside those that earlier ones changed: without them there is no conflict, so they stand on the earlier ones.

No record says so, since references are rewritten wherever they are. It is found out where there is a conflict: by taking the earlier steps back from
the tree before a later one and from the tree after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from migrator.engine.teams.returned.inverse import undone
from migrator.engine.teams.returned.stages import stages
from migrator.engine.teams.returned.standing import Standing
from migrator.errors import Finding, PlanError
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.engine.teams.landed import Landed
    from migrator.engine.teams.returned.stages import Stage
    from migrator.facts import Facts

__all__ = ["beside"]


def beside(
    engine: Engine, facts: Facts, every: Sequence[Landed], taken: Sequence[Stage], told: Iterable[tuple[Stage, Finding]]
) -> dict[tuple[str, str], Standing]:
    """By step taken back and place of its conflict: the first later step without which there is none. What people alone changed is not among them.

    `taken` are the steps that are taken back, in the order in which they came, `told` what each of them tells.
    """
    order = {one.record.id: at for at, one in enumerate(every)}
    wanted = {stage.landed.record.id for stage in taken}
    seen: dict[tuple[str, str], frozenset[str]] = {}

    def met(last: Stage, there: Facts, at: Landed) -> frozenset[str]:
        """The conflicts of one step, taken back with those between it and another from a tree beside that."""
        key = last.landed.record.id, there.tree.id
        if key not in seen:
            queue = [one for one in taken if order[last.landed.record.id] <= order[one.landed.record.id] < order[at.record.id]]
            seen[key] = _conflicts(queue[::-1], there)
        return seen[key]

    found: dict[tuple[str, str], Standing] = {}
    conflicts = {(stage.landed.record.id, finding.path): stage for stage, finding in told if finding.kind == "conflict"}
    for (name, path), stage in conflicts.items():
        for later in _changing(engine, facts, every, stage, RepoPath(path)):
            one = later.landed
            if one.record.id not in wanted and path in met(stage, later.after, one) - met(stage, later.before, one):
                found[name, path] = Standing(one, f"changes {path} beside what {stage.landed.record.number} changed")
                break
    return found


def _conflicts(queue: Sequence[Stage], facts: Facts) -> frozenset[str]:
    """The conflicts of the last of some steps that are taken back one after the other."""
    found = frozenset[str]()
    for stage in queue:
        try:
            made = undone(stage, facts)
        except PlanError:
            return frozenset()
        facts = made.built.after
        found = frozenset(finding.path for finding in made.findings if finding.kind == "conflict")
    return found


def _changing(engine: Engine, facts: Facts, every: Sequence[Landed], stage: Stage, place: RepoPath) -> Iterator[Stage]:
    """The steps after one that changed the text of a file, which lies at `place` without that one; oldest first."""
    at: RepoPath | None = None
    for commit, several in groupby(every, lambda one: one.commit.id):
        group = tuple(several)
        own = commit == stage.landed.commit.id
        if at is None and not own:
            continue
        if at is not None:
            start = at
            for one in group:
                at = one.record.substitution(at)
            before, after = engine.repository.tree(group[0].before), engine.repository.tree(commit)
            if start in before and before[start] == after.get(at):
                continue
            at = start
        for later in stages(engine, group, facts):
            if at is None:
                at = stage.files.get(place, place) if later.landed.record.id == stage.landed.record.id else None
                continue
            new = later.files.get(at, at)
            if later.before.tree.get(at) != later.after.tree.get(new):
                yield later
            at = new
