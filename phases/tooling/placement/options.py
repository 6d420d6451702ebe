"""What `[phases.tooling.placement]` in a plan file may say; `plans/v3.toml` holds the defaults."""

from __future__ import annotations

from migrator.placing import Placement

__all__ = ["Options"]


class Options(Placement):
    """Where scripts go that are there already."""

    elsewhere: frozenset[str] = frozenset()
    """What a file may be for that another phase places."""
