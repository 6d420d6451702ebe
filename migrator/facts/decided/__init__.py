"""What was decided: by the steps that were taken, as their records tell, and by people, as their papers do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.codeowners import PLACES
from migrator.facts.decided.model import Decided, Moved, Paper, Taken
from migrator.facts.decided.papers import papers
from migrator.facts.decided.steps import known, reports, steps
from migrator.facts.sources import sources
from migrator.origin import Origin

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.model import Landscape

__all__ = ["Decided", "Moved", "Paper", "Taken", "with_decided"]


def with_decided(facts: Facts, landscape: Landscape, phase: str, number: int, family: str) -> Landscape:
    """A landscape with what was decided before a phase, as its family asks that makes pages of it; what families made is no paper of people."""
    written = sources(facts)
    owners = next((Origin(path) for path in PLACES if path in written), None)
    told = {one: report for one, report in reports(facts).items() if one != phase}
    found = Decided(steps(facts, phase, number), papers(facts, written), known(facts, phase, family), told, owners)
    return replace(landscape, decided=found)
