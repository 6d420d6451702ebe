"""What the plan file may say of definitions that stand in several places."""

from __future__ import annotations

from typing import Annotated

import pydantic

from migrator.paths import RepoPath
from migrator.phase import Directory, Pattern

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """`[phases.tooling.duplication]`."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    """Whether what is said several times is looked for."""
    merge: bool = True
    """With False everything is told and nothing merged."""
    create: bool = True
    """Whether packages are made for what stands in several packages that do not depend on each other."""
    minimum: int = pydantic.Field(default=6, ge=2)
    """So many names and literals a definition has at least: less says nothing of its own."""
    similar: int = pydantic.Field(default=20, ge=2)
    """The same for those that differ, and for those that are the same under other names."""
    packages: Directory = RepoPath("packages")
    """What stands below it is what stays."""
    shared: tuple[Annotated[str, pydantic.Field(pattern="^[^/]+$")], ...] = ()
    """Names of folders and modules that are there to be shared: others may be made to import from them."""
    keep: tuple[Pattern, ...] = ()
    """What is not looked at."""
