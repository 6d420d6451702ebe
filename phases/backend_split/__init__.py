"""Phase 2, Backend Split: a monolith's modules where its routers show that they belong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from migrator.errors import Finding, Problem
from migrator.phase import Done, Notes, Steps
from migrator.step import Step
from phases.backend_split.application.gateway import proxy
from phases.backend_split.backend import Backend, absent, backend_of, gateway_of, kernel_of
from phases.backend_split.options import Options
from phases.backend_split.partition.explanation import details as explained
from phases.backend_split.partition.explanation import findings
from phases.backend_split.partition.modules import Partition
from phases.backend_split.partition.problems import problems
from phases.backend_split.sdk import sdk
from phases.backend_split.steps import kernel, rename, service
from phases.backend_split.suites.placement import Testing
from phases.backend_split.tasks import named

if TYPE_CHECKING:
    from migrator.facts import Facts

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
        partition = Partition(facts, options, backend)
        if wrong := tuple(problems(partition)):
            return Notes(problems=wrong)
        said, details = _told_of(partition)
        planning = _Planning(facts, options, partition)
        if not partition.owned and options.gateway == "import" and backend.directory == gateway_of(options):
            planning.done.append(Done("rename-backend", f"{backend.directory} is there"))
        makers: list[Callable[[], Step | None]] = []
        if partition.owned:
            makers += [planning.renamed, planning.task_names, planning.shared, *(partial(planning.service, title) for title in partition.owned)]
        if options.gateway == "proxy":
            makers.append(planning.forwarded)
        makers.append(partial(planning.client, backend))
        for make in makers:
            if (step := make()) is not None:
                planning.reach((yield step), step)
        return Notes(done=tuple(planning.done), findings=(*said, *planning.findings), details=(*details, *planning.details))


phase = BackendSplit()


def _told_of(partition: Partition) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What is to be known of a partition before anything moves, and every module and test with its place."""
    if not partition.owned:
        return tuple(findings(partition)), tuple(explained(partition))
    testing = Testing(partition)
    modules = (one for one in explained(partition) if one.path not in testing.places)
    return (*findings(partition), *testing.findings()), (*modules, *testing.explained())


@dataclass
class _Planning:
    """Where planning stands: the tree that the last step leads to, which steps were offered, and what is to be said besides."""

    facts: Facts
    options: Options
    partition: Partition | None
    offered: list[str] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    details: list[Finding] = field(default_factory=list)

    def reach(self, facts: Facts, step: Step) -> None:
        """Go on from the tree that a step led to."""
        self.offered.append(step.slug)
        if facts is not self.facts:
            backend = backend_of(facts, self.options)
            self.facts, self.partition = facts, None if backend is None else Partition(facts, self.options, backend)

    def _needs(self, *slugs: str) -> tuple[str, ...]:
        """Those of some steps that are steps of this plan."""
        return tuple(slug for slug in slugs if slug in self.offered)

    def renamed(self) -> Step | None:
        """The monolith goes to where the gateway will be."""
        step = None if self.partition is None else rename(self.partition, self.options)
        if step is None:
            self.done.append(Done("rename-backend", f"{gateway_of(self.options)} is there"))
        return step

    def task_names(self) -> Step | None:
        """Tasks keep the names by which workers know them."""
        return None if self.partition is None else named(self.partition, self.options, self._needs("rename-backend"))

    def shared(self) -> Step | None:
        """What several services need becomes a package."""
        step = None if self.partition is None else kernel(self.partition, self.options, self._needs("rename-backend", "task-names"))
        if step is None:
            self.done.append(Done("kernel", f"{kernel_of(self.options).directory} is there, or nothing is shared"))
        return step

    def service(self, title: str) -> Step | None:
        """What only one service needs becomes that service."""
        if self.partition is None or title not in self.partition.owned:
            return None
        return self._made(service(self.partition, self.options, title, self._needs("rename-backend", "task-names", "kernel")))

    def forwarded(self) -> Step | None:
        """The gateway asks the services over the network."""
        return None if self.partition is None else self._made(proxy(self.partition, self.options, tuple(sorted(self.offered))))

    def client(self, start: Backend) -> Step | None:
        """Applications get a client of the API."""
        made = sdk(self.facts, start, start if self.partition is None else self.partition.backend, self.options)
        if isinstance(made, Step):
            return made
        self.done += made.done
        self.findings += made.findings
        self.details += made.details
        return None

    def _made(self, made: Step | Finding | None) -> Step | None:
        """A step; why there is none is noted."""
        if isinstance(made, Finding):
            self.findings.append(made)
            return None
        return made
