"""What `[phases.automation.actions]` in a plan file may say."""

from __future__ import annotations

import pydantic

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """Nothing but whether they are made."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)
