"""What `[phases.automation.dependabot]` in a plan file may say."""

from __future__ import annotations

from typing import Literal

import pydantic

from migrator.phase import Pattern
from phases.automation.keeping import KEEP

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """How often updates are looked for, and where."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    interval: Literal["daily", "weekly", "monthly", "quarterly", "semiannually", "yearly"] = "weekly"
    """How often it looks for updates."""
    cooldown_days: int = pydantic.Field(default=7, ge=0, le=90)
    """How old a version has to be before it is proposed; 0 waits for nothing."""
    without: list[str] = []
    """Ecosystems that are left out, as Dependabot calls them."""
    keep: list[Pattern] = KEEP
    """Directories that stay as they are."""
