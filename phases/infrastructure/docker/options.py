"""What `[phases.infrastructure.docker]` in a plan file may say."""

from __future__ import annotations

from typing import Annotated

import pydantic

from migrator.paths import RepoPath
from migrator.phase import BelowRoot

__all__ = ["Options"]

Digest = Annotated[str, pydantic.Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class Options(pydantic.BaseModel):
    """Where shared bases of images go, and what they begin with to the byte."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("infra/docker")
    """Where what several images share goes."""
    digests: dict[str, Digest] = {}
    """By image as Dockerfiles write it (`python:3.12-slim`), the digest that it has to have."""
    user: int = pydantic.Field(10001, ge=1000, le=65533)
    """The number of the user that images run as; numbers are what Kubernetes can see not to be root."""
