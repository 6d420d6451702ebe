"""What `[phases.tooling.cli]` in a plan file may say."""

from __future__ import annotations

from typing import Literal

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["GROUPS", "Group", "Options"]

Group = Literal["dev", "test", "deploy", "monitor", "security"]

GROUPS: dict[Group, tuple[str, tuple[str, ...]]] = {
    "dev": ("run, build, format, and keep data", ("develop", "build", "format", "data")),
    "test": ("tests, linters, types", ("test", "lint", "type-check")),
    "deploy": ("bring it to where it runs", ("deploy",)),
    "monitor": ("see how it is", ("monitor",)),
    "security": ("look for weaknesses", ("secure",)),
}
"""By group: what it is about, and the purposes of the commands in it."""


class Options(pydantic.BaseModel):
    """Where the command line goes, in which language it is written, and what it has besides what shows."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("tools/cli")
    """Where the command line goes."""
    language: Literal["auto", "python", "node"] = "auto"
    """`auto`: Python where the repository has any. Either needs nothing but the interpreter."""
    groups: dict[str, Group | Literal["none"]] = {}
    """By a command's name here (`web:dev`), its group, or `none` to leave it out."""
