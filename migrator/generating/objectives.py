"""What workloads promise, as plan files say it: alerts, load tests and the pages about both are held to the same."""

from __future__ import annotations

from typing import Annotated

import pydantic

__all__ = ["Latency", "Objective"]

Share = Annotated[float, pydantic.Field(gt=50, lt=100)]
"""Percent; at 100 there would be no budget to burn."""


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Latency(_Table):
    """So many percent of the requests take at most so long."""

    seconds: float = pydantic.Field(default=0.5, gt=0)
    """Where metrics are asked, taken at the nearest edge of the histogram that the library has."""
    share: Share = 95.0
    """So many of a hundred requests are answered in that time."""


class Objective(_Table):
    """What a workload promises."""

    availability: Share = 99.9
    """Percent of requests, or tasks, that do not fail."""
    latency: Latency | None = Latency()
    """How fast answers come; none where nothing is promised."""
