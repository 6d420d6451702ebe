"""What the repository runs, said once: the one model of workloads that phases 3 to 6 share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Landscape

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Landscape", "landscape"]


def landscape(facts: Facts) -> Landscape:
    """What a tree says that it runs."""
    return facts.derive(_landscape)


def _landscape(facts: Facts) -> Landscape:
    del facts
    return Landscape("repository", (), ())
