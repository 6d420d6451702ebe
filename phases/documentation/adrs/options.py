"""What records of decisions may be told."""

from __future__ import annotations

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """`[phases.documentation.adrs]`."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("docs/architecture/decisions")
    """Where people keep a log of their own in another folder, that one is continued."""
