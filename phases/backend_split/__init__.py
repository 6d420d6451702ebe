"""Phase 2, Backend Split: a monolith's modules where its routers show that they belong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from migrator.errors import Finding, Problem
from migrator.facts.django import Project, projects
from migrator.paths import RepoPath, is_within
from migrator.phase import Done, Notes, Part, Planning, Steps
from migrator.step import Step
from phases.backend_split import django
from phases.backend_split.backend import Backend, backend_of, below, gateway_of, kernel_of, missing, nameless
from phases.backend_split.backends import ambiguous, clashes, each, labelled, others, placed
from phases.backend_split.extensions import Apart, extensions
from phases.backend_split.frameworks import FRAMEWORKS
from phases.backend_split.options import Options
from phases.backend_split.partition.definitions import split_definitions
from phases.backend_split.partition.explanation import details as explained
from phases.backend_split.partition.explanation import findings
from phases.backend_split.partition.modules import Partition
from phases.backend_split.partition.problems import misnamed, problems
from phases.backend_split.partition.proposal import Proposal
from phases.backend_split.partition.proposal_report import alternatives, impossible, told
from phases.backend_split.partition.sharing import why_shared
from phases.backend_split.sdk import sdk
from phases.backend_split.steps import kernel, rename, service
from phases.backend_split.suites.placement import Testing
from phases.backend_split.tasks import names_of_tasks

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
        wanted = each(options)
        chosen = {name: backend for name, said in wanted.items() if (backend := backend_of(facts, said)) is not None}
        begun = {name: _begun(facts, wanted[name], backend, name) for name, backend in chosen.items()}
        wrong = [placed(one, name) for name, said in wanted.items() for one in _wrong(facts, said, begun.get(name))]
        if wrong := [*clashes(options), *wrong]:
            return Notes(problems=tuple(wrong))
        found = () if chosen else projects(facts)
        notes = [Notes(findings=tuple(others(facts, options, chosen)) if chosen else () if found else (nameless(facts),))]
        if found:
            notes.append((yield from _kept_whole(Planning(facts), found, options)))
        for name, one in begun.items():
            planning = Planning(facts)
            now = one if one.facts is facts else _begun(facts, wanted[name], backend_of(facts, wanted[name]) or chosen[name], name)
            notes.append((yield from _labelled(_split(planning, now), name, wanted[name])))
            facts = planning.facts
        return _together(notes)


phase = BackendSplit()


def _kept_whole(planning: Planning, found: tuple[Project, ...], options: Options) -> Steps:
    """What is to be known of projects of Django, and the step that moves the largest to where backends lie."""
    for project in found:
        planning.findings += django.findings(project, options)
        planning.details += django.details(project)
    largest = max(found, key=lambda one: (one.directory == gateway_of(options), len(one.apps), one.directory))
    if (step := django.rename(planning.facts, largest, options)) is not None:
        yield from planning.offer(step)
    else:
        planning.found("rename-backend", gateway_of(options))
    return planning.notes()


class _Begun(NamedTuple):
    """A backend before it is split: the tree, what leaves the application's module first, and the services that its routers show."""

    facts: Facts
    apart: Apart
    proposal: Proposal


def _begun(facts: Facts, options: Options, backend: Backend, name: str) -> _Begun:
    """One of several backends has its name before those of the services that are proposed."""
    apart = extensions(facts, backend)
    return _Begun(facts, apart, Proposal(Partition(apart.facts, options, backend), 0 if options.propose is True else options.propose, name))


def _wrong(facts: Facts, options: Options, begun: _Begun | None) -> Iterator[Problem]:
    """What has to be put right before a backend is split: none is the one that is asked for, several are, or it cannot be split so."""
    if (unclear := ambiguous(facts, options)) is not None:
        yield unclear
        yield from misnamed(options)
    elif begun is not None:
        wrong = list(problems(begun.proposal.partition))
        if not wrong and (none := impossible(begun.proposal)) is not None:
            wrong.append(none)
        yield from wrong
    elif (options.application or options.project) and (none := missing(facts, options)) is not None:
        yield none
        yield from misnamed(options)


def _labelled(split: Steps, name: str, options: Options) -> Steps:
    """The steps of one of several backends, under slugs of their own."""
    try:
        step = next(split)
        while True:
            step = split.send((yield labelled(step, name, options)))
    except StopIteration as end:
        notes: Notes = end.value
        return replace(notes, done=tuple(Done(f"{name}-{one.slug}" if name else one.slug, one.message) for one in notes.done))


def _together(notes: Iterable[Notes]) -> Notes:
    """What several have to say."""
    notes = tuple(notes)
    return Notes(
        tuple(one for each_ in notes for one in each_.done),
        tuple(dict.fromkeys(one for each_ in notes for one in each_.findings)),
        tuple(one for each_ in notes for one in each_.questions),
        details=tuple(one for each_ in notes for one in each_.details),
        foremost=tuple(one for each_ in notes for one in each_.foremost),
    )


def _split(planning: Planning, begun: _Begun) -> Steps:
    """The steps that split a backend."""
    proposal = begun.proposal
    partition, options = proposal.partition, proposal.partition.options
    if options.propose:
        partition, options = proposal.outcome, proposal.options
    backend = partition.backend
    planning.findings += begun.apart.findings
    _tell(planning, partition, proposal)
    splitting = _Splitting(planning, options, partition, partition)
    if not partition.owned and options.gateway == "import" and backend.directory == gateway_of(options):
        planning.found("rename-backend", backend.directory)
    makers: list[Callable[[], Step | None]] = []
    if partition.owned:
        makers += [
            lambda: begun.apart.step,
            splitting.renamed,
            splitting.task_names,
            splitting.definitions,
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


def _tell(planning: Planning, partition: Partition, proposal: Proposal) -> None:
    """What is to be known of a partition before anything moves, and every module with its place where none goes to a service."""
    planning.findings += (*findings(partition), *told(proposal), *FRAMEWORKS[partition.backend.framework].remarks(partition))
    planning.details += alternatives(proposal)
    if not partition.owned:
        planning.details += explained(partition)


def _tell_tests(planning: Planning, start: Partition, now: Partition) -> None:
    """Every module and test with its place. Where tests go is asked of the tree that they leave: with definitions, what a test exercises has moved."""

    def was(path: str) -> RepoPath:
        there = is_within(path, now.backend.directory)
        return RepoPath(f"{start.backend.directory}/{below(RepoPath(path), now.backend.directory)}".strip("/") if there else path)

    def then(one: Finding) -> Finding:
        here, there = (f"{part.backend.directory}/".lstrip("/") for part in (now, start))
        return replace(one, path=was(one.path), message=one.message.replace(here, there) if here else one.message)

    testing = Testing(now)
    gone = {was(path) for path in testing.places}
    planning.findings += map(then, testing.findings())
    planning.details += (one for one in explained(start) if one.path not in gone)
    planning.details += map(then, testing.explained())


@dataclass
class _Splitting:
    """The steps of a split, each made of the partition of the tree that the step before it leads to."""

    planning: Planning
    options: Options
    partition: Partition | None
    start: Partition

    def offer(self, step: Step) -> Part:
        """Go on from the tree that a step leads to."""
        yield from self.planning.offer(step)
        if step.slug == "rename-backend" and step.slug not in self.planning.landed:
            # A backend that stays in the root has no directory from which anything else could be said.
            self.partition = self.partition if self.partition and self.partition.backend.directory else None
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

    def definitions(self) -> Step | None:
        """What only one service uses of shared modules goes to modules of its own."""
        if self.partition is None or self.options.definitions == "whole":
            return None
        made = split_definitions(self.partition, self.planning.needs("extensions", "rename-backend", "task-names"))
        if isinstance(made, Step):
            return made
        self.planning.findings += made
        return None

    @property
    def _split(self) -> tuple[str, ...]:
        """Where shared modules were not taken apart, they go as they are."""
        return tuple({"split-definitions"} & self.planning.landed)

    def shared(self) -> Step | None:
        """What several services need becomes a package."""
        _tell_tests(self.planning, self.start, self.partition if self._split and self.partition is not None else self.start)
        if self.partition is None:
            return None
        self.planning.foremost += why_shared(self.partition)
        step = kernel(self.partition, self.options, self.planning.needs("extensions", "rename-backend", "task-names", *self._split))
        if step is None:
            self.planning.done.append(Done("kernel", f"{kernel_of(self.options).directory} is there, or nothing is shared"))
        return step

    def shown(self) -> Step | None:
        """What all applications show lies where each of them finds it."""
        if self.partition is None:
            return None
        framework = FRAMEWORKS[self.partition.backend.framework]
        return self._made(framework.shown(self.partition, self.options, self.planning.needs("extensions", "kernel")))

    def service(self, title: str) -> Step | None:
        """What only one service needs becomes that service."""
        if self.partition is None or title not in self.partition.owned:
            return None
        return self._made(
            service(
                self.partition,
                self.options,
                title,
                self.planning.needs("extensions", "rename-backend", "task-names", *self._split, "kernel", "templates"),
            )
        )

    def forwarded(self) -> Step | None:
        """The gateway asks the services over the network."""
        if self.partition is None:
            return None
        framework = FRAMEWORKS[self.partition.backend.framework]
        return self._made(framework.proxy(self.partition, self.options, tuple(sorted(self.planning.offered))))

    def client(self, start: Backend) -> Step | None:
        """Applications get a client of the API."""
        return sdk(self.planning, start, start if self.partition is None else self.partition.backend, self.options)

    def _made(self, made: Step | Finding | None) -> Step | None:
        """A step; why there is none is noted."""
        if isinstance(made, Finding):
            self.planning.findings.append(made)
            return None
        return made
