"""What the repository runs, said once: the one model of workloads that phases 3 to 6 share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.facts.landscape.joining import joined
from migrator.facts.landscape.model import Landscape

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Landscape", "landscape"]


def landscape(facts: Facts) -> Landscape:
    """What a tree says that it runs; computed once for each tree."""
    return facts.derive(joined)
