"""What `[phases.automation.owners]` in a plan file may say."""

from __future__ import annotations

from typing import Annotated

import pydantic

__all__ = ["Handle", "Options"]

Handle = Annotated[str, pydantic.Field(pattern=r"^@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:/[A-Za-z0-9_.-]+)?$")]
"""An account or a team of the code platform: `@octocat`, `@acme/web`."""


class Options(pydantic.BaseModel):
    """Who is called what, and from which part of the changes on somebody is asked."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    handles: dict[str, Handle] = {}
    """By a name or mail address of the history."""
    teams: dict[str, list[Handle]] = {}
    """By a path, who owns it instead of those who changed it; `*` is what nobody else owns."""
    half_life: int = pydantic.Field(default=180, ge=1)
    """Days after which a change counts half."""
    share: float = pydantic.Field(default=0.2, gt=0, le=1)
    """The part of the changes that makes an owner."""
    most: int = pydantic.Field(default=3, ge=1)
    """How many are asked at most."""
    github_addresses: bool = False
    """Whether an address such as `1+octocat@users.noreply.github.com` says the handle as well."""
