"""What the process for proposals may be told."""

from __future__ import annotations

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """`[phases.documentation.rfcs]`."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("docs/architecture/rfcs")
    """Where proposals go."""
    deciders: tuple[str, ...] = ()
    """Who decides on a proposal, as people of the repository call them: a team, a role, a handle."""
