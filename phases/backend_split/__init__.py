"""Phase 2, Backend Split: a monolith's modules where its routers show that they belong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from migrator.errors import Finding, Problem
from migrator.facts import Facts
from migrator.phase import Done, Notes, Steps
from migrator.step import Step
from phases.backend_split.backend import Backend, absent, backend_of, gateway_of
from phases.backend_split.explained import details as explained
from phases.backend_split.explained import findings
from phases.backend_split.moving import kernel, rename, service
from phases.backend_split.options import Options
from phases.backend_split.partition import Partition
from phases.backend_split.problems import problems
from phases.backend_split.proxy import proxy
from phases.backend_split.sdk import sdk
from phases.backend_split.tasks import named
from phases.backend_split.testing import Testing

__all__ = ["Options", "phase"]


@dataclass
class _Ledger:
    """Which steps were offered, and what is to be said besides."""

    offered: set[str] = field(default_factory=set)
    done: list[Done] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    details: list[Finding] = field(default_factory=list)

    def needs(self, *slugs: str) -> tuple[str, ...]:
        """Those of some steps that are steps of this plan."""
        return tuple(slug for slug in slugs if slug in self.offered)


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
        testing = Testing(partition)
        said = (*findings(partition), *(testing.findings() if partition.owned else ()))
        places = testing.places if partition.owned else {}
        details = (*(one for one in explained(partition) if one.path not in places), *(testing.explained() if partition.owned else ()))
        ledger = _Ledger()
        if not partition.owned and options.gateway == "import" and backend.directory == gateway_of(options):
            ledger.done.append(Done("rename-backend", f"{backend.directory} is there"))
        makers: list[Callable[[Facts, Options, _Ledger], Step | None]] = [_renamed, _told, _shared] if partition.owned else []
        makers += [partial(_service, title=title) for title in partition.owned]
        makers += [_forwarded] if options.gateway == "proxy" else []
        makers.append(partial(_client, start=backend))
        for make in makers:
            step = make(facts, options, ledger)
            if step is not None:
                ledger.offered.add(step.slug)
                facts = yield step
        return Notes(done=tuple(ledger.done), findings=(*said, *ledger.findings), details=(*details, *ledger.details))


phase = BackendSplit()


def _partition(facts: Facts, options: Options) -> Partition | None:
    backend = backend_of(facts, options)
    return None if backend is None else Partition(facts, options, backend)


def _renamed(facts: Facts, options: Options, ledger: _Ledger) -> Step | None:
    partition = _partition(facts, options)
    step = None if partition is None else rename(partition, options)
    if step is None:
        ledger.done.append(Done("rename-backend", f"{gateway_of(options)} is there"))
    return step


def _told(facts: Facts, options: Options, ledger: _Ledger) -> Step | None:
    partition = _partition(facts, options)
    return None if partition is None else named(partition, options, ledger.needs("rename-backend"))


def _shared(facts: Facts, options: Options, ledger: _Ledger) -> Step | None:
    partition = _partition(facts, options)
    step = None if partition is None else kernel(partition, options, ledger.needs("rename-backend", "task-names"))
    if step is None:
        ledger.done.append(Done("kernel", f"{options.packages}/{options.kernel} is there, or nothing is shared"))
    return step


def _service(facts: Facts, options: Options, ledger: _Ledger, title: str) -> Step | None:
    partition = _partition(facts, options)
    if partition is None or title not in partition.owned:
        return None
    made = service(partition, options, title, ledger.needs("rename-backend", "task-names", "kernel"))
    if isinstance(made, Step):
        return made
    ledger.findings.append(made)
    return None


def _forwarded(facts: Facts, options: Options, ledger: _Ledger) -> Step | None:
    partition = _partition(facts, options)
    made = None if partition is None else proxy(partition, options, tuple(sorted(ledger.offered)))
    if isinstance(made, Finding):
        ledger.findings.append(made)
        return None
    return made


def _client(facts: Facts, options: Options, ledger: _Ledger, start: Backend) -> Step | None:
    made = sdk(facts, start, backend_of(facts, options) or start, options)
    if isinstance(made, Step):
        return made
    ledger.done += made.done
    ledger.findings += made.findings
    ledger.details += made.details
    return None
