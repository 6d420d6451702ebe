"""How a repository is checked and delivered: what installs it, who runs which tests, what its pipelines do, where it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.conventions import with_conventions
from migrator.facts.delivery.deliveries import deliveries
from migrator.facts.delivery.model import Check, Delivery, Suite, Toolchain
from migrator.facts.delivery.suites import checks, suites
from migrator.facts.delivery.toolchains import toolchains
from migrator.facts.pipelines import pipelines

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.model import Landscape

__all__ = ["Check", "Delivery", "Suite", "Toolchain", "with_delivery"]


def with_delivery(facts: Facts, phase: str = "") -> Landscape:
    """The landscape with its projects, how its parts look, and how it is checked and delivered; what the families of `phase` made is no source (L6)."""
    found, there = with_conventions(facts, phase), pipelines(facts, phase)
    return replace(
        found,
        toolchains=toolchains(facts, found.workloads),
        suites=suites(facts),
        checks=checks(facts, there),
        pipelines=there,
        deliveries=deliveries(facts),
    )
