"""What `[phases.automation.forms]` in a plan file may say."""

from __future__ import annotations

from typing import Annotated

import pydantic

__all__ = ["Options"]


class Options(pydantic.BaseModel):
    """What people who report something are asked."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    blank_issues: bool = True
    """Whether an issue may be opened without a form."""
    areas: list[Annotated[str, pydantic.Field(pattern=r"\S")]] = []
    """What people choose from where they say what it is about, instead of the repository's own parts."""
