"""What taking steps back makes of the commit before, found out again: whether a commit that takes their records away is that and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from migrator.engine.teams.landed import landed
from migrator.engine.teams.returned.inverse import undone
from migrator.engine.teams.returned.settling import settled
from migrator.engine.teams.returned.stages import stages

if TYPE_CHECKING:
    from migrator.engine.context import Engine
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["taken_back"]


def taken_back(engine: Engine, before: str, gone: Collection[RepoPath]) -> Facts:
    """A commit without the steps of some of its records, the newest first. Raises MigrateError where they cannot be taken back there."""
    every = landed(engine, before)
    wanted = {one.record.id for one in every if one.record.place in gone}
    commits = {one.commit.id for one in every if one.record.id in wanted}
    facts = engine.facts(before)
    for stage in reversed(stages(engine, [one for one in every if one.commit.id in commits], facts)):
        if stage.landed.record.id in wanted:
            made = undone(stage, facts)
            facts = (settled(stage, facts)[0] if made.late else made).built.after
    return facts
