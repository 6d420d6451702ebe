"""What `[phases.documentation.runbooks]` in a plan file may say."""

from __future__ import annotations

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """Where run-books are, and whom people ask."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("docs/runbooks")
    """What `runbooks` of `[phases.infrastructure.monitoring]` names has to be its folder `incidents`."""
    contact: str = ""
    """Whom people ask when a page does not help: "#incidents"; nothing in a repository says it."""
