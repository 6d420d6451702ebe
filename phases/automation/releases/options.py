"""What `[phases.automation.releases]` in a plan file may say."""

from __future__ import annotations

from typing import Literal

import pydantic

from migrator.phase import Pattern
from phases.automation.keeping import KEEP

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """What makes releases, and from where."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    tool: Literal["auto", "changesets", "release-please"] = "auto"
    """Changesets where most projects with a version are packages of a workspace of Node."""
    branch: str = pydantic.Field(default="main", pattern=r"^\w[\w./-]*$")
    """What changes are compared with."""
    changesets: str = pydantic.Field(default="2.31.1", pattern=r"^\d+\.\d+\.\d+$")
    """The version that people run."""
    keep: list[Pattern] = KEEP
    """Directories whose projects are not released."""
