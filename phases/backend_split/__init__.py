"""Phase 2, Backend Split: a monolith's modules where its routers show that they belong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from migrator.errors import Finding, Problem
from migrator.phase import Done, Notes, Part, Planning, Steps
from phases.backend_split.backend import Backend, absent, backend_of, gateway_of, kernel_of
from phases.backend_split.extensions import extensions
from phases.backend_split.frameworks import FRAMEWORKS
from phases.backend_split.options import Options
from phases.backend_split.partition.explanation import details as explained
from phases.backend_split.partition.explanation import findings
from phases.backend_split.partition.modules import Partition
from phases.backend_split.partition.problems import problems
from phases.backend_split.sdk import sdk
from phases.backend_split.steps import kernel, rename, service
from phases.backend_split.suites.placement import Testing
from phases.backend_split.tasks import names_of_tasks

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.step import Step

__all__ = ["Options", "phase"]


@dataclass(frozen=True, slots=True)
class BackendSplit:
    """The phase."""

    name: str = "backend_split"
    number: int = 2
    title: str = "Backend Split"
    summary: str = "services/* along the lines that the backend's imports have, packages/backend-core for what they share"
    options: type[Options] = Options

    def steps(self, facts: Facts, options: Options) -> Steps:
        """The steps that are still to be done, in order; none on a finished tree (L6)."""
        backend = backend_of(facts, options)
        if backend is None:
            why = absent(facts, options)
            return Notes(problems=(why,)) if isinstance(why, Problem) else Notes(findings=(why,))
        apart = extensions(facts, backend)
        partition = Partition(apart.facts, options, backend)
        if wrong := tuple(problems(partition)):
            return Notes(problems=wrong)
        planning = Planning(facts)
        planning.findings += apart.findings
        _tell(planning, partition)
        splitting = _Splitting(planning, options, partition)
        if not partition.owned and options.gateway == "import" and backend.directory == gateway_of(options):
            planning.found("rename-backend", backend.directory)
        makers: list[Callable[[], Step | None]] = []
        if partition.owned:
            makers += [
                lambda: apart.step,
                splitting.renamed,
                splitting.task_names,
                splitting.shared,
                splitting.shown,
                *(partial(splitting.service, title) for title in partition.owned),
            ]
        if options.gateway == "proxy":
            makers.append(splitting.forwarded)
        makers.append(partial(splitting.client, backend))
        for make in makers:
            if (step := make()) is not None:
                yield from splitting.offer(step)
        return planning.notes()


phase = BackendSplit()


def _tell(planning: Planning, partition: Partition) -> None:
    """What is to be known of a partition before anything moves, and every module and test with its place."""
    planning.findings += findings(partition)
    planning.findings += FRAMEWORKS[partition.backend.framework].remarks(partition)
    if not partition.owned:
        planning.details += explained(partition)
        return
    testing = Testing(partition)
    planning.findings += testing.findings()
    planning.details += (one for one in explained(partition) if one.path not in testing.places)
    planning.details += testing.explained()


@dataclass
class _Splitting:
    """The steps of a split, each made of the partition of the tree that the step before it leads to."""

    planning: Planning
    options: Options
    partition: Partition | None

    def offer(self, step: Step) -> Part:
        """Go on from the tree that a step leads to."""
        yield from self.planning.offer(step)
        if step.slug in self.planning.landed:
            backend = backend_of(self.planning.facts, self.options)
            self.partition = None if backend is None else Partition(self.planning.facts, self.options, backend)

    def renamed(self) -> Step | None:
        """The monolith goes to where the gateway will be."""
        step = None if self.partition is None else rename(self.partition, self.options)
        if step is None:
            self.planning.found("rename-backend", gateway_of(self.options))
        return step

    def task_names(self) -> Step | None:
        """Tasks keep the names by which workers know them."""
        return None if self.partition is None else names_of_tasks(self.partition, self.planning.needs("extensions", "rename-backend"))

    def shared(self) -> Step | None:
        """What several services need becomes a package."""
        step = (
            None
            if self.partition is None
            else kernel(self.partition, self.options, self.planning.needs("extensions", "rename-backend", "task-names"))
        )
        if step is None:
            self.planning.done.append(Done("kernel", f"{kernel_of(self.options).directory} is there, or nothing is shared"))
        return step

    def shown(self) -> Step | None:
        """What all applications show lies where each of them finds it."""
        if self.partition is None:
            return None
        return self._made(
            FRAMEWORKS[self.partition.backend.framework].shown(self.partition, self.options, self.planning.needs("extensions", "kernel"))
        )

    def service(self, title: str) -> Step | None:
        """What only one service needs becomes that service."""
        if self.partition is None or title not in self.partition.owned:
            return None
        return self._made(
            service(self.partition, self.options, title, self.planning.needs("extensions", "rename-backend", "task-names", "kernel", "templates"))
        )

    def forwarded(self) -> Step | None:
        """The gateway asks the services over the network."""
        return (
            None
            if self.partition is None
            else self._made(FRAMEWORKS[self.partition.backend.framework].proxy(self.partition, self.options, tuple(sorted(self.planning.offered))))
        )

    def client(self, start: Backend) -> Step | None:
        """Applications get a client of the API."""
        return sdk(self.planning, start, start if self.partition is None else self.partition.backend, self.options)

    def _made(self, made: Step | Finding | None) -> Step | None:
        """A step; why there is none is noted."""
        if isinstance(made, Finding):
            self.planning.findings.append(made)
            return None
        return made
