"""What pages about interfaces may be told."""

from __future__ import annotations

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """`[phases.documentation.api]`."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("docs/api")
    """Where the pages go."""
