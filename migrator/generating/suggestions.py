"""Which lines would bring metrics to what runs: what phases say of a workload that nobody can judge."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import pydantic

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Workload

__all__ = ["suggestion"]


class _Lines(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    lines: tuple[str, ...]


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    framework: dict[str, _Lines]
    language: dict[str, _Lines]


@lru_cache(maxsize=1)
def _table() -> _Table:
    text = resources.files(__package__).joinpath("suggestions.toml").read_text(encoding="utf-8")
    return _Table.model_validate(tomllib.loads(text))


def suggestion(workload: Workload) -> tuple[str, ...]:
    """The lines that would bring metrics to a workload; empty where we know none."""
    words = " ".join(workload.command.value) if workload.command else ""
    framework = "celery" if "celery" in words else workload.framework
    found = _table().framework.get(framework) or _table().language.get(workload.language)
    return found.lines if found else ()
