"""What the plan file may say of the linters of boundaries."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from migrator.paths import RepoPath
from migrator.phase import Directory

__all__ = ["Options"]


class Options(BaseModel):
    """`[phases.tooling.linters]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    directory: Directory = RepoPath("tools/linters")
    import_linter: str = "2.17"
    """The version that is installed; so are those below."""
    dependency_cruiser: str = "17.4.3"
    """18 needs Node 22."""
    typescript: str = "5.9.3"
    """What reads TypeScript for dependency-cruiser, whatever the applications compile with: it passes over all of it with 7 and above."""
    vue: str = "3.5.45"
    """What reads components of Vue for it."""
