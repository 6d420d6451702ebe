"""What `[phases.infrastructure.configuration]` in a plan file may say."""

from __future__ import annotations

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """Where settings are told, and which of them are flags."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("config")
    """Where the settings go."""
    flags: tuple[str, ...] = ("FEATURE_*", "ENABLE_*", "FF_*")
    """Patterns of the names of settings that turn something on or off."""
    store: str = "the store of secrets"
    """What people call the place where secrets are kept."""
    store_url: str = pydantic.Field("", pattern=r"^(https://\S+)?$")
    """Where that is."""
