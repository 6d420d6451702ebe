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
from migrator.paths import name

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.pipelines import Pipeline, Step
    from migrator.paths import RepoPath

__all__ = ["Check", "Delivery", "Suite", "Toolchain", "called_today", "with_delivery"]


def with_delivery(facts: Facts, phase: str = "") -> Landscape:
    """The landscape with its projects, how its parts look, and how it is checked and delivered; what the families of `phase` made is no source (L6)."""
    found = with_conventions(facts, phase)
    there = tuple(_today(found, one) for one in pipelines(facts, phase))
    return replace(
        found,
        toolchains=toolchains(facts, found.workloads, there),
        suites=suites(facts),
        checks=checks(facts, there),
        pipelines=there,
        deliveries=deliveries(facts),
    )


def _today(found: Landscape, pipeline: Pipeline) -> Pipeline:
    """A pipeline whose directories are called as they are today."""
    jobs = tuple(replace(job, steps=tuple(_step(found, step) for step in job.steps)) for job in pipeline.jobs)
    return replace(pipeline, jobs=jobs)


def _step(found: Landscape, step: Step) -> Step:
    return replace(step, lines=tuple(replace(one, directory=called_today(found, one.directory)) for one in step.lines))


def called_today(found: Landscape, directory: RepoPath | None) -> RepoPath | None:
    """A directory; of one that is gone, the directory of the workload or of the one project that has its name."""
    known = [one.directory for one in found.projects]
    if not directory or any(one == directory or one.startswith(f"{directory}/") for one in known):
        return directory
    workloads = [one.directory for one in found.workloads if one.name == name(directory) and one.directory is not None]
    alike = [one for one in known if name(one) == name(directory)]
    return workloads[0] if workloads else alike[0] if len(alike) == 1 else directory
