"""Phase 2, Backend Split: a monolith's modules where its routers show that they belong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from migrator.errors import Finding
from migrator.facts import Facts
from migrator.facts.tables import foreign_keys
from migrator.paths import RepoPath
from migrator.phase import Done, Notes, Steps
from migrator.step import Step
from phases.backend_split.moving import gateway_of, kernel, rename, service
from phases.backend_split.options import Options
from phases.backend_split.partition import Partition, backend_of, service_name
from phases.backend_split.picture import picture
from phases.backend_split.proxy import proxy

__all__ = ["Options", "phase"]


@dataclass
class _Ledger:
    """Which steps were offered, and what is to be said besides."""

    offered: set[str] = field(default_factory=set)
    done: list[Done] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

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
            message = "there is no FastAPI application in a package of a Python project" if options.application is None else _unknown(options)
            return Notes(findings=(Finding("absent", "", message, severity="info"),))
        partition = Partition(facts, options, backend)
        if problems := tuple(partition.problems()):
            return Notes(problems=problems)
        notes = tuple(_explained(partition))
        ledger = _Ledger()
        if not partition.owned and options.gateway == "import":
            ledger.done += [Done("rename-backend", f"{backend.directory} is there")] if backend.directory == gateway_of(options) else []
            return Notes(done=tuple(ledger.done), findings=notes)
        makers: list[Callable[[Facts, Options, _Ledger], Step | None]] = [_renamed, _shared] if partition.owned else []
        makers += [partial(_service, title=title) for title in partition.owned]
        makers += [_forwarded] if options.gateway == "proxy" else []
        for make in makers:
            step = make(facts, options, ledger)
            if step is not None:
                ledger.offered.add(step.slug)
                facts = yield step
        return Notes(done=tuple(ledger.done), findings=(*notes, *ledger.findings))


phase = BackendSplit()


def _unknown(options: Options) -> str:
    return f"`{options.application}` is no application of this repository"


def _partition(facts: Facts, options: Options) -> Partition | None:
    backend = backend_of(facts, options)
    return None if backend is None else Partition(facts, options, backend)


def _renamed(facts: Facts, options: Options, ledger: _Ledger) -> Step | None:
    partition = _partition(facts, options)
    step = None if partition is None else rename(partition, options)
    if step is None:
        ledger.done.append(Done("rename-backend", f"{gateway_of(options)} is there"))
    return step


def _shared(facts: Facts, options: Options, ledger: _Ledger) -> Step | None:
    partition = _partition(facts, options)
    step = None if partition is None else kernel(partition, options, ledger.needs("rename-backend"))
    if step is None:
        ledger.done.append(Done("kernel", f"{options.packages}/{options.kernel} is there, or nothing is shared"))
    return step


def _service(facts: Facts, options: Options, ledger: _Ledger, title: str) -> Step | None:
    partition = _partition(facts, options)
    if partition is None or title not in partition.owned:
        return None
    made = service(partition, options, title, ledger.needs("rename-backend", "kernel"))
    if isinstance(made, Step):
        return made
    ledger.findings.append(made)
    return None


def _forwarded(facts: Facts, options: Options, ledger: _Ledger) -> Step | None:
    partition = _partition(facts, options)
    made = None if partition is None else proxy(partition, options, tuple(ledger.offered))
    if isinstance(made, Finding):
        ledger.findings.append(made)
        return None
    return made


# what the plan says ----------------------------------------------------------------------------------------------------


def _explained(partition: Partition) -> Iterator[Finding]:
    """Every module of the monolith with its place and the reason."""

    def said(kind: str, path: str, message: str, *, warning: bool = False) -> Finding:
        return Finding(kind, path, message, severity="warning" if warning else "info")

    directory = partition.backend.directory
    numbers = ", ".join(f"{title} {len(mine)}" for title, mine in partition.owned.items())
    summary = (
        f"{len(partition.modules)} modules, {len(partition.routes)} routes: owned by services {numbers or 'none'}; "
        f"shared {len(partition.kernel)}; gateway {len(partition.gateway)}; unreached {len(partition.unreached)}; "
        f"package markers {len(partition.packages)}"
    )
    yield said("partition", directory, summary)
    yield said("picture", directory, picture(partition))
    for title, mine in partition.owned.items():
        for module in mine:
            yield said("owned", module, f"is reached by {title} alone: goes to {service_name(title)}")
    for module in partition.kernel:
        users = ", ".join(title or partition.options.api_gateway for title in sorted(partition.reach[module]))
        yield said("shared", module, f"is reached by {users}")
    for module, reason in sorted(partition.gateway.items()):
        yield said("gateway", module, reason)
    for module in partition.unreached:
        yield said("unreached", module, "nothing that the application loads imports it: it stays")
    for module in sorted(partition.packages):
        yield said("package", module, "marks a directory: it goes or stays with what lies there")
    for title, seeds in partition.seeds.items():
        if not seeds and partition.facts.tree.is_dir(RepoPath(f"{partition.options.directory}/{service_name(title)}")):
            continue
        if not seeds:
            yield said("absent", "", f"no router of the application is one of {title}'s: no service is made of it")
        elif title not in partition.owned:
            yield said("absent", "", f"every router of {title} stays: no service is made of it")
    for module, (claimed, title) in sorted(partition.foreign.items()):
        yield said("cross-service", module, f"needs {claimed}, which {title} claims: it stays in the gateway", warning=True)
    rest = partition.options.kernel
    places = dict.fromkeys(partition.kernel, rest) | dict.fromkeys(partition.gateway, partition.options.api_gateway)
    places |= {module: service_name(title) for title, mine in partition.owned.items() for module in mine}
    homes: dict[tuple[RepoPath, str, str], set[str]] = {}
    for key in foreign_keys(partition.facts, partition.graph):
        homes.setdefault((key.source, key.table, key.to), set()).add(places.get(key.target, ""))
    for (source, table, to), there in sorted(homes.items()):
        if source in places and places[source] not in there and (other := sorted(there - {"", rest})):
            yield said("foreign-key", source, f"{table} refers to {to} of {' and '.join(other)}", warning=True)
