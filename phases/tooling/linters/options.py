"""What the plan file may say of the linters of boundaries."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]

_UNREAD = 7
"""The first TypeScript whose compiler dependency-cruiser cannot ask (18.7.2)."""
_Version = Annotated[str, Field(pattern=r"^\d+(\.\d+)*[\w.-]*$")]


def _read(version: str) -> str:
    if int(version.partition(".")[0]) >= _UNREAD:
        raise ValueError(f"dependency-cruiser passes over all TypeScript with {_UNREAD} and above, and says that all is well: name one below")
    return version


class Options(BaseModel):
    """`[phases.tooling.linters]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("tools/linters")
    """Where the rules go."""
    import_linter: _Version = "2.17"
    """The version that is installed; so are those below."""
    dependency_cruiser: _Version = "17.4.3"
    """18 needs Node 22."""
    typescript: Annotated[_Version, AfterValidator(_read)] = "5.9.3"
    """What reads TypeScript for dependency-cruiser, whatever the applications compile with."""
    vue: _Version = "3.5.45"
    """What reads components of Vue for it."""
