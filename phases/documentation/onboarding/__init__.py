"""Onboarding: the first day, week and month of somebody new, by commands, projects and pages that exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from migrator.artefact import Made
from migrator.paths import RepoPath
from migrator.phase import BelowRoot
from phases.documentation.onboarding.day import day
from phases.documentation.onboarding.month import month
from phases.documentation.onboarding.resources import resources
from phases.documentation.onboarding.week import week

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["Onboarding", "Options", "family"]

_NAME = "onboarding"


class Options(pydantic.BaseModel):
    """Where the pages go."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("docs/onboarding")
    """Where the pages go."""


@dataclass(frozen=True, slots=True)
class Onboarding:
    """The family of `docs/onboarding`."""

    name: str = _NAME
    title: str = "The first day, week and month of somebody new"
    why: str = "What people type on their first day has to work: it is what the files of this repository define."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A page each for the day, the week, the month, and for what there is to read."""
        if not landscape.projects and not landscape.commands:
            return Made((), (), "no manifest and no command is here: a package.json, a pyproject.toml or a Makefile would bring a first day")
        pages = (day, week, month, resources)
        made = [page.artefact(_NAME) for each in pages if (page := each(landscape, options.directory)) is not None]
        return Made(tuple(made))


family = Onboarding()
