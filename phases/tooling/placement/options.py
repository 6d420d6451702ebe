"""What `[phases.tooling.placement]` in a plan file may say; `plans/v3.toml` holds the defaults."""

from __future__ import annotations

from typing import Annotated

import pydantic

from migrator.facts.purposes import names
from migrator.placing import Placement

__all__ = ["Options"]


def _purpose(word: str) -> str:
    if word not in names():
        raise ValueError(f"{word!r} is no purpose of files; there are {', '.join(sorted(names()))}")
    return word


class Options(Placement):
    """Where scripts go that are there already."""

    elsewhere: frozenset[Annotated[str, pydantic.AfterValidator(_purpose)]] = frozenset()
    """What a file may be for that another phase places."""
