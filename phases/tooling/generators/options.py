"""What `[phases.tooling.generators]` in a plan file may say."""

from __future__ import annotations

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """Where the generators go, and which kinds there are."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("tools/generators")
    """Where the templates go."""
    without: tuple[str, ...] = ()
    """Kinds that are left out: `app-mobile`."""
