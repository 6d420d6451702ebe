"""What the plan file may say of the linters of boundaries."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]

_Version = Annotated[str, Field(pattern=r"^\d+(\.\d+)*[\w.-]*$")]


class Options(BaseModel):
    """`[phases.tooling.linters]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("tools/linters")
    import_linter: _Version = "2.17"
    """The version that is installed; so are those below."""
    dependency_cruiser: _Version = "17.4.3"
    """18 needs Node 22."""
    typescript: _Version = "5.9.3"
    """What reads TypeScript for dependency-cruiser, whatever the applications compile with: it passes over all of it with 7 and above."""
    vue: _Version = "3.5.45"
    """What reads components of Vue for it."""
