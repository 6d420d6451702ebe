"""What `[phases.infrastructure.security]` in a plan file may say."""

from __future__ import annotations

from typing import Literal

import pydantic

__all__ = ["Options", "Severity"]

Severity = Literal["UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"]


class Options(pydantic.BaseModel):
    """What is scanned how strictly."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    severities: tuple[Severity, ...] = ("HIGH", "CRITICAL")
    """Of findings in dependencies and images that fail a scan."""
    ignore_unfixed: bool = True
    """Whether what nobody has repaired yet is left out."""
    targets: dict[str, pydantic.HttpUrl] = {}
    """By workload, the address at which it may be attacked: a staging system, never production."""

    @pydantic.field_validator("severities")
    @classmethod
    def _some(cls, value: tuple[Severity, ...]) -> tuple[Severity, ...]:
        if not value:
            raise ValueError("without a severity nothing would ever fail")
        return value
