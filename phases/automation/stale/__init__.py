"""`.github/stale.yml`, which nothing reads any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from migrator.artefact import Made
from migrator.facts.upkeep import Upkeep
from migrator.origin import Decision, Origin

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["family"]


class Options(pydantic.BaseModel):
    """`[phases.automation.stale]`."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Stale:
    """Says why there is no such file: it was the settings of an app that is no longer maintained, and `actions/stale` takes its settings from its workflow."""

    name: str = "stale"
    title: str = "Nothing is configured that nobody reads"
    why: str = "The app that read .github/stale.yml is no longer maintained."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:  # noqa: ARG002  it has none
        """Nothing, and why."""
        there = (landscape.upkeep or Upkeep()).existing.get("stale")
        said = (
            ()
            if there is None
            else (
                Decision(
                    f"{there}",
                    "dropped",
                    "nobody reads it: the app that did is no longer maintained; the workflow stale-pr.yml says when something is stale",
                    (Origin(there),),
                    self.name,
                ),
            )
        )
        return Made(
            (),
            said,
            "nothing would read .github/stale.yml: the Stale app that did is no longer maintained, and actions/stale is told in its workflow, stale-pr.yml",
        )


family = Stale()
