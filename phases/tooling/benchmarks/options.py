"""What `[phases.tooling.benchmarks]` in a plan file may say."""

from __future__ import annotations

import re
from typing import Annotated

import pydantic

from migrator.generating.objectives import Objective
from migrator.paths import RepoPath
from migrator.phase import BelowRoot, Pattern

__all__ = ["Budget", "Options"]

Duration = Annotated[str, pydantic.Field(pattern=r"^(?:\d+(?:h|m|s|ms))+$")]
"""As k6 reads it; what it cannot read it refuses only when it runs."""


def _address(text: str) -> str:
    if re.match(r"https?://[^/?#\s]", text) is None:
        raise ValueError("an address begins with https:// or http:// and a host")
    return text.rstrip("/")


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Budget(_Table):
    """What a page may cost; the defaults are what Lighthouse calls good."""

    performance: float = pydantic.Field(default=0.9, gt=0, le=1)
    """The least score of a page for its speed."""
    accessibility: float = pydantic.Field(default=0.9, gt=0, le=1)
    """The least score of a page for being usable by everybody."""
    largest_contentful_paint: int = pydantic.Field(default=2500, gt=0)
    """Milliseconds."""
    total_blocking_time: int = pydantic.Field(default=200, gt=0)
    """Milliseconds."""
    cumulative_layout_shift: float = pydantic.Field(default=0.1, gt=0)
    """How far a page may jump while it loads."""
    script_bytes: int = pydantic.Field(default=500_000, gt=0)
    """All scripts of a page, as they are transferred."""


class Options(_Table):
    """Where benchmarks go, and what they hold the repository to."""

    directory: BelowRoot = RepoPath("tools/benchmarks")
    """Where the benchmarks go."""
    objective: Objective = Objective()
    """Of every workload that has none of its own."""
    objectives: dict[str, Objective] = {}
    """By a workload's name."""
    rate: int = pydantic.Field(default=10, ge=1)
    """Requests a second."""
    duration: Duration = "1m"
    """How long a load test takes."""
    targets: dict[str, Annotated[str, pydantic.AfterValidator(_address)]] = {}
    """By a workload's name, the address at which it is asked; otherwise where compose publishes it."""
    parameters: dict[str, str] = {}
    """By the name of a parameter in paths, what stands for it."""
    budget: Budget = Budget()
    runs: int = pydantic.Field(default=3, ge=1)
    """How often Lighthouse looks at each page; the median counts."""
    rows: int = pydantic.Field(default=50, ge=1)
    """How many rows a page of a list has."""
    stays: tuple[Pattern, ...] = ()
    """Load tests that do not move."""
