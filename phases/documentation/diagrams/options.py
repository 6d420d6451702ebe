"""What diagrams may be told."""

from __future__ import annotations

from typing import Annotated

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """`[phases.documentation.diagrams]`."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("docs/architecture/diagrams")
    """Where the diagrams go."""
    nodes: Annotated[int, pydantic.Field(ge=5, le=200)] = 40
    """Above so many, what is alike stands together."""
