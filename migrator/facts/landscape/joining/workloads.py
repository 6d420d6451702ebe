"""Workloads, each put together of everything that speaks of it: compose, Dockerfile, code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migrator.facts.landscape import kinds
from migrator.facts.landscape.joining.builds import built, code_of, told
from migrator.facts.landscape.joining.choosing import Ranks, chosen
from migrator.facts.landscape.joining.comparing import compared, environment_for
from migrator.facts.landscape.joining.ports import listening, port_in
from migrator.facts.landscape.joining.probes import watched
from migrator.facts.landscape.joining.settings import settings as own_settings
from migrator.facts.landscape.joining.settings import told_by_variable
from migrator.facts.landscape.model import Build, Kind, Probe, Resources, Setting, Workload
from migrator.facts.landscape.reading import tasks
from migrator.facts.landscape.reading.images import Image, image
from migrator.facts.landscape.reading.metrics import told as exposed
from migrator.facts.landscape.reading.programs import Program, program, started
from migrator.facts.landscape.reading.tracing import tracing
from migrator.facts.landscape.spelling import spoken
from migrator.origin import Decision, Origin, Said, default

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.joining.declarations import Declaration
    from migrator.paths import RepoPath

__all__ = ["Put", "put_together", "unclaimed"]

_SERVES = {Kind.WEB, Kind.API}


@dataclass(frozen=True, slots=True)
class Put:
    """A workload with what is known of it beside itself."""

    workload: Workload
    declared: tuple[Declaration, ...] = ()
    program: Program | None = None
    decisions: tuple[Decision, ...] = ()


def put_together(facts: Facts, name: str, declared: tuple[Declaration, ...], *, awaited: frozenset[str]) -> Put:
    """The workload of some declarations; `awaited` are those whose end others wait for."""
    ranks = Ranks(declared)
    build, dockerfile, decisions = built(facts, name, declared, ranks)
    official = chosen(declared, ranks, lambda one: one.workload.image, _floats)
    entrypoint = chosen(declared, ranks, lambda one: one.workload.entrypoint)
    command = chosen(declared, ranks, lambda one: one.workload.command)
    if command is None and entrypoint is None and dockerfile is not None:
        command, entrypoint = dockerfile.command, dockerfile.entrypoint
    elif dockerfile is not None and entrypoint is None:
        entrypoint = dockerfile.entrypoint
    whole = (*(entrypoint.value if entrypoint is not None else ()), *(command.value if command is not None else ()))
    directory = code_of(facts, build, dockerfile)
    starts = started(facts, directory, whole) if directory is not None else spoken(whole)
    code = program(facts, directory, starts) if directory is not None else None
    if code is not None and dockerfile is not None and not _runs(dockerfile, code):
        code = None
    check = chosen(declared, ranks, _check)
    checks = [check.value] if check is not None else []
    if (
        check is None
        and dockerfile is not None
        and dockerfile.probe is not None
        and not any(one.health is not None and one.health.disabled for one in declared)
    ):
        checks = [dockerfile.probe]
    restart = chosen(declared, ranks, lambda one: one.workload.restart)
    kind = _kind(
        name,
        starts,
        command or entrypoint,
        official=official if build is None else None,
        code=code,
        found=dockerfile,
        awaited=name in awaited,
        restart=restart,
    )
    published = chosen(declared, ranks, lambda one: Said(one.service.ports, one.service.ports[0].written.origins) if one.service.ports else None)
    composed = published.value if published is not None else ()
    mounted = chosen(
        declared, ranks, lambda one: Said(one.workload.volumes, one.workload.volumes[0].target.origins) if one.workload.volumes else None
    )
    rule = next((one.rules for one in declared if one.rules is not None), None)
    settings = own_settings(facts, declared, ranks, dockerfile, code)
    heard = listening(
        name,
        composed,
        dockerfile,
        Said(starts, (command or entrypoint).origins) if starts and (command or entrypoint) is not None else None,  # type: ignore[union-attr]  # one of them is there
        official=official if build is None else dockerfile.base if dockerfile is not None and _of_others(dockerfile) else None,
        framework=code.framework if code is not None else "",
        serves=kind.value in _SERVES,
        speaks=build is not None or kind.value is not Kind.UNKNOWN,
        labelled=rule.port if rule is not None else None,
        settings=settings,
    )
    ports = heard.ports if kind.value not in {Kind.WORKER, Kind.SCHEDULE, Kind.JOB} or composed else ()
    ports = told_by_variable(ports, settings, port_in(starts).variable)
    seen = watched(name, tuple(checks), code if kind.value in _SERVES else None, ports)
    counting = code if kind.value in _SERVES | {Kind.WORKER, Kind.MONITORING} else None
    counted = exposed(facts, counting, starts, ports[0].number.value if ports else None, _given(settings, dockerfile))
    environments = tuple(dict.fromkeys(environment_for(one) for one in declared))
    workload = Workload(
        name=name,
        label=name,
        kind=kind,
        origins=tuple(dict.fromkeys(origin for one in declared for origin in one.service.origins)),
        directory=directory,
        image=official,
        build=build,
        command=command,
        entrypoint=entrypoint,
        working_directory=chosen(declared, ranks, lambda one: one.workload.working_directory)
        or (dockerfile.directory if dockerfile is not None else None),
        user=chosen(declared, ranks, lambda one: one.workload.user) or (dockerfile.user if dockerfile is not None else None),
        ports=ports,
        probes=seen.probes,
        settings=settings,
        volumes=mounted.value if mounted is not None else (),
        resources=Resources(
            chosen(declared, ranks, lambda one: one.workload.resources.cpu_request),
            chosen(declared, ranks, lambda one: one.workload.resources.cpu_limit),
            chosen(declared, ranks, lambda one: one.workload.resources.memory_request),
            chosen(declared, ranks, lambda one: one.workload.resources.memory_limit),
        ),
        replicas=chosen(declared, ranks, lambda one: one.workload.replicas),
        schedule=chosen(declared, ranks, lambda one: one.workload.schedule) or (dockerfile.scheduled if dockerfile is not None else None),
        metrics=counted.metrics,
        tracing=tracing(facts, code.modules) if code is not None else None,
        language=code.language if code is not None else "",
        framework=code.framework if code is not None else "",
        restart=restart,
        stop_seconds=chosen(declared, ranks, lambda one: one.workload.stop_seconds),
        environments=()
        if "" in environments or ranks.shares(one.service.origins for one in declared if not one.workload.profiles)
        else tuple(sorted(environments)),
        profiles=tuple(sorted({profile for one in declared for profile in one.workload.profiles}))
        if all(one.workload.profiles for one in declared)
        else (),
        hosts=tuple(dict.fromkeys(host for one in declared if one.rules is not None for host in one.rules.hosts)),
        routes=code.routes if code is not None and kind.value in _SERVES else (),
        tasks=tasks.declared(facts, code.modules, code.directory) if code is not None else (),
    )
    if kind.value in {Kind.WEB, Kind.API} and code is not None:
        for clock in tasks.clocks(facts, code.modules):
            message = f"starts a {clock.why} inside the process that serves: with two replicas every job of it runs twice"
            decisions.append(Decision(f"{name}: schedule", "defaulted", message, (clock,)))
    workload, more = compared(facts, workload, declared, ranks)
    every = [*decisions, *heard.decisions, *seen.decisions, *more, *(one for each in declared for one in each.decisions)]
    every += [replace(one, subject=f"{name}: {one.subject}") for one in counted.decisions]
    return Put(workload, declared, code, tuple(dict.fromkeys(every)))


def unclaimed(facts: Facts, code: Program, name: str, dockerfile: RepoPath | None) -> Put:
    """The workload of a program, or of a Dockerfile, that no compose file runs."""
    found = image(facts, dockerfile) if dockerfile is not None else None
    command, entrypoint = (found.command, found.entrypoint) if found is not None else (None, None)
    whole = (*(entrypoint.value if entrypoint is not None else ()), *(command.value if command is not None else ()))
    starts = started(facts, code.directory, whole)
    running = (program(facts, code.directory, starts) or code) if starts else code
    kind = _kind(name, starts, command or entrypoint, official=None, code=running, found=found, awaited=False, restart=None)
    said = command or entrypoint
    settings = own_settings(facts, (), Ranks(()), found, running)
    heard = listening(
        name,
        (),
        found,
        Said(starts, said.origins) if said is not None else None,
        official=None,
        framework=running.framework,
        serves=kind.value in _SERVES,
        settings=settings,
    )
    ports = heard.ports if kind.value not in {Kind.WORKER, Kind.SCHEDULE, Kind.JOB} else ()
    ports = told_by_variable(ports, settings, port_in(starts).variable)
    seen = watched(name, (found.probe,) if found is not None and found.probe is not None else (), running, ports)
    counted = exposed(facts, running, starts, ports[0].number.value if ports else None, _given(settings, found))
    origin = Origin(dockerfile, 1) if dockerfile is not None else running.origin
    build = None
    if dockerfile is not None:
        context = Said(code.directory, (Origin(dockerfile, 0, "no file says what it is built from; its own directory is taken"),))
        build = told(Build(context, Said(dockerfile, (Origin(dockerfile, 0),))), found)
    workload = Workload(
        name=name,
        label=name,
        kind=kind,
        origins=(origin,),
        directory=code.directory,
        build=build,
        command=command,
        entrypoint=entrypoint,
        working_directory=found.directory if found is not None else None,
        user=found.user if found is not None else None,
        ports=ports,
        probes=seen.probes,
        settings=settings,
        schedule=found.scheduled if found is not None else None,
        metrics=counted.metrics,
        tracing=tracing(facts, running.modules),
        language=running.language,
        framework=running.framework,
        routes=running.routes,
        tasks=tasks.declared(facts, running.modules, running.directory),
    )
    missing = () if build is not None else (Decision(f"{name}: image", "dropped", "no Dockerfile makes an image of it", (origin,)),)
    more = tuple(replace(one, subject=f"{name}: {one.subject}") for one in counted.decisions)
    return Put(workload, (), running, (*missing, *heard.decisions, *seen.decisions, *more))


def _given(settings: Iterable[Setting], image: Image | None) -> dict[str, str | None]:
    """The variables of a workload with their values, without one where only who runs it knows."""
    baked = {name: said.value for name, said in image.environment.items()} if image is not None else {}
    return {**baked, **{one.name: one.value.value if one.value is not None else None for one in settings}}


# parts -----------------------------------------------------------------------------------------------------------------


def _runs(found: Image, code: Program) -> bool:
    """Whether an image runs the code that lies where it is built: not one that is somebody else's database or the like, nor a stage of another language."""
    return not _of_others(found) and kinds.language_of(found.base.value) in {"", code.language}


def _of_others(found: Image) -> bool:
    """Whether an image is somebody else's database or the like with something of ours in it."""
    row = kinds.by_image(found.base.value)
    return row is not None and row.kind in {Kind.DATABASE, Kind.CACHE, Kind.BROKER, Kind.STORAGE}


def _floats(reference: str) -> bool:
    """Whether an image has no version that stays."""
    parts = kinds.reference(reference)
    return not parts.digest and parts.tag in {"", "latest"}


def _check(declaration: Declaration) -> Said[Probe] | None:
    """The health check of a declaration."""
    probe = next((one for one in declaration.workload.probes if one.command is not None), None)
    return Said(probe, probe.command.origins) if probe is not None and probe.command is not None else None


def _kind(  # noqa: PLR0913  everything that shows it
    name: str,
    starts: tuple[str, ...],
    command: Said[tuple[str, ...]] | None,
    *,
    official: Said[str] | None,
    code: Program | None,
    found: Image | None,
    awaited: bool,
    restart: Said[str] | None,
) -> Said[Kind]:
    if awaited:
        return default(Kind.JOB, "others wait until it has completed")
    row = kinds.by_image(official.value) if official is not None else None
    made = kinds.by_framework(code.framework) if code is not None else None
    by_command = kinds.by_command(starts) if starts else None
    if by_command is Kind.PROXY and found is not None and found.pages:
        by_command = Kind.WEB  # a server of files that has pages in it shows them
    if by_command is not None and command is not None and (row is None or by_command in {Kind.JOB, Kind.SCHEDULE, Kind.WORKER}):
        return Said(by_command, command.origins)
    if official is not None and row is not None:
        return Said(row.kind, official.origins)
    by_script = kinds.by_name(starts[-1].rpartition("/")[2]) if starts and starts[-1].startswith(("/", "./")) else None
    if by_script in {Kind.WORKER, Kind.SCHEDULE} and command is not None:
        return Said(by_script, command.origins)
    if restart is not None and restart.value == "no" and code is not None and kinds.by_name(name) is Kind.JOB:
        return Said(Kind.JOB, restart.origins)
    if found is not None and found.scheduled is not None:
        return Said(Kind.SCHEDULE, found.scheduled.origins)
    by_name = kinds.by_name(name)
    if code is not None and by_name in {Kind.WORKER, Kind.SCHEDULE, Kind.JOB} and not code.routes:
        return default(by_name, "it is called so")
    if made is not None and code is not None:
        return Said(made, (code.origin,))
    base = kinds.by_image(found.base.value) if found is not None else None
    if base is not None and found is not None:
        return Said(Kind.WEB if base.kind is Kind.PROXY and found.pages else base.kind, found.base.origins)
    if by_name is not None:
        return default(by_name, "it is called so")
    return default(Kind.UNKNOWN, "nothing says what it is")
