"""What `[phases.documentation.placement]` in a plan file may say; `plans/v3.toml` holds the defaults."""

from __future__ import annotations

from migrator.placing import Placement

__all__ = ["Options"]


class Options(Placement):
    """Where documents go that are there already."""

    shelves: frozenset[str] = frozenset()
    """What folders are called that documents are kept in; elsewhere they lie beside what they are about."""
