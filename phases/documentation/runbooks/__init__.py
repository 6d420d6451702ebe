"""Run-books: what to do when an alert fires, how each workload is watched and scaled, and how everything is brought back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Made
from phases.documentation.handling import exists, runs_for_people
from phases.documentation.runbooks.alerts import placed
from phases.documentation.runbooks.incidents import incidents
from phases.documentation.runbooks.options import Options
from phases.documentation.runbooks.recovery import recovery, unsaved
from phases.documentation.runbooks.scaling import scaling
from phases.documentation.runbooks.watching import watching

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["Runbooks", "family"]


@dataclass(frozen=True, slots=True)
class Runbooks:
    """The family of `docs/runbooks`."""

    name: str = "runbooks"
    title: str = "What to do when something that runs does not"
    why: str = "Whoever is woken needs the commands, the suspects and the order that are true today: alerts lead to a section each."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A page of incidents for each workload that people rely on, and one each on watching, scaling and bringing back."""
        several = tuple(one for one in landscape.workloads if runs_for_people(one))
        alerts, decisions = placed(landscape, options)
        if not several and not alerts:
            return Made((), decisions, "nothing runs that anybody relies on: a compose file, a Dockerfile or a Deployment would bring run-books")
        pages = incidents(landscape, several, alerts, options)
        more = (watching(landscape, several, options), scaling(landscape, several, options), *recovery(landscape, several, options))
        lost = (unsaved(one, exists(landscape).operations) for one in several if one.keeps_state)
        return Made((*pages, *(one for one in more if one is not None)), (*decisions, *(one for one in lost if one is not None)))


family = Runbooks()
