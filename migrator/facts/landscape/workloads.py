"""Workloads, each put together of everything that speaks of it: compose, Dockerfile, code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from migrator.facts.landscape import kinds, tasks
from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.landscape.choosing import Ranks, chosen, differences, disagreements, shown
from migrator.facts.landscape.images import Image, image
from migrator.facts.landscape.metrics import told
from migrator.facts.landscape.model import Build, Kind, Port, Probe, Resources, Setting, Workload
from migrator.facts.landscape.ports import listening, port_in
from migrator.facts.landscape.probes import watched
from migrator.facts.landscape.programs import Program, directory_of, program, started
from migrator.facts.landscape.spelling import spoken
from migrator.facts.landscape.variables import readings, type_of
from migrator.origin import Decision, Origin, Said, default
from migrator.paths import RepoPath
from migrator.paths import name as base_name

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.declarations import Declaration

__all__ = ["Put", "put_together", "unclaimed"]

_QUIET = frozenset({"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "LANG", "LC_ALL", "DEBIAN_FRONTEND"})
"""What images set for the sake of their tools."""
_SERVES = {Kind.WEB, Kind.API}
_PROFILES = {
    "dev": "development",
    "development": "development",
    "local": "development",
    "debug": "development",
    "test": "test",
    "tests": "test",
    "ci": "test",
    "staging": "staging",
    "prod": "production",
    "production": "production",
}


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
    build, dockerfile, decisions = _build(facts, name, declared, ranks)
    official = chosen(declared, ranks, lambda one: one.workload.image, _floats)
    entrypoint = chosen(declared, ranks, lambda one: one.workload.entrypoint)
    command = chosen(declared, ranks, lambda one: one.workload.command)
    if command is None and entrypoint is None and dockerfile is not None:
        command, entrypoint = dockerfile.command, dockerfile.entrypoint
    elif dockerfile is not None and entrypoint is None:
        entrypoint = dockerfile.entrypoint
    whole = (*(entrypoint.value if entrypoint is not None else ()), *(command.value if command is not None else ()))
    directory = _directory(facts, build, dockerfile)
    starts = started(facts, directory, whole) if directory is not None else spoken(whole)
    code = program(facts, directory, starts) if directory is not None else None
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
    settings = _settings(facts, declared, ranks, dockerfile, code)
    heard = listening(
        name,
        composed,
        dockerfile,
        Said(starts, (command or entrypoint).origins) if starts and (command or entrypoint) is not None else None,  # type: ignore[union-attr]  # one of them is there
        official=official if build is None else None,
        framework=code.framework if code is not None else "",
        serves=kind.value in _SERVES,
        speaks=build is not None or kind.value is not Kind.UNKNOWN,
        labelled=rule.port if rule is not None else None,
        settings=settings,
    )
    ports = heard.ports if kind.value not in {Kind.WORKER, Kind.SCHEDULE, Kind.JOB} or composed else ()
    ports = _told_by_variable(ports, settings, port_in(starts).variable)
    seen = watched(name, tuple(checks), code if kind.value in _SERVES else None, ports)
    counted = told(facts, code if kind.value in _SERVES | {Kind.WORKER, Kind.MONITORING} else None, starts, ports[0].number.value if ports else None)
    environments = tuple(dict.fromkeys(_environment(one) for one in declared))
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
    workload, more = _compared(facts, workload, declared, ranks)
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
    settings = _settings(facts, (), Ranks(()), found, running)
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
    ports = heard.ports if kind.value in _SERVES else ()
    ports = _told_by_variable(ports, settings, port_in(starts).variable)
    seen = watched(name, (found.probe,) if found is not None and found.probe is not None else (), running, ports)
    counted = told(facts, running, starts, ports[0].number.value if ports else None)
    origin = Origin(dockerfile, 1) if dockerfile is not None else running.origin
    build = None
    if dockerfile is not None:
        context = Said(code.directory, (Origin(dockerfile, 0, "no file says what it is built from; its own directory is taken"),))
        build = _told(Build(context, Said(dockerfile, (Origin(dockerfile, 0),))), found)
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
        language=running.language,
        framework=running.framework,
        routes=running.routes,
        tasks=tasks.declared(facts, running.modules, running.directory),
    )
    missing = () if build is not None else (Decision(f"{name}: image", "dropped", "no Dockerfile makes an image of it", (origin,)),)
    more = tuple(replace(one, subject=f"{name}: {one.subject}") for one in counted.decisions)
    return Put(workload, (), running, (*missing, *heard.decisions, *seen.decisions, *more))


# parts -----------------------------------------------------------------------------------------------------------------


def _environment(declaration: Declaration) -> str:
    """The environment of a declaration: its project's, else what its profiles are called after."""
    if declaration.environment or not declaration.workload.profiles:
        return declaration.environment
    known = {_PROFILES.get(profile.lower(), "") for profile in declaration.workload.profiles}
    return known.pop() if len(known) == 1 else ""


def _floats(reference: str) -> bool:
    """Whether an image has no version that stays."""
    parts = kinds.reference(reference)
    return not parts.digest and parts.tag in {"", "latest"}


def _check(declaration: Declaration) -> Said[Probe] | None:
    """The health check of a declaration."""
    probe = next((one for one in declaration.workload.probes if one.command is not None), None)
    return Said(probe, probe.command.origins) if probe is not None and probe.command is not None else None


def _ranked(declared: Sequence[Declaration], ranks: Ranks) -> list[Declaration]:
    listed = sorted(enumerate(declared), key=lambda one: (ranks.of(one[1].environment), one[0]))
    return [one for _, one in listed]


def _build(facts: Facts, name: str, declared: Sequence[Declaration], ranks: Ranks) -> tuple[Build | None, Image | None, list[Decision]]:
    """How the image is made: the first build that leads somewhere, with what its Dockerfile says."""
    decisions: list[Decision] = []
    listed = [(ranks.key(one.service.build.where.origins, at), one) for at, one in enumerate(declared) if one.service.build is not None]
    ordered = [one for _, one in sorted(listed, key=lambda one: one[0])]
    contexts = [one.workload.build.context.value for one in ordered if one.workload.build is not None and _is_there(facts, one)]
    first: Build | None = None
    for one in ordered:
        build, said = one.workload.build, one.service.build
        if build is None or said is None:
            continue
        if not _is_there(facts, one):
            other = _elsewhere(facts, build, contexts)
            if other is None:
                decisions.append(Decision(f"{name}: build", "dropped", f"is built from {said.where.value}, which is not there", said.where.origins))
                continue
            message = f"is built from {said.where.value}, which is not there; {other.context.value}, from which another file builds it, is taken"
            decisions.append(Decision(f"{name}: build", "defaulted", message, said.where.origins))
            build = other
        if build.dockerfile is None or build.dockerfile.value not in facts.tree:
            if said.inline is None:
                what = build.dockerfile.value if build.dockerfile is not None else "a Dockerfile"
                decisions.append(Decision(f"{name}: build", "dropped", f"is built with {what}, which is not there", said.where.origins))
            first = first or replace(build, dockerfile=None)
            continue
        file, target = build.dockerfile.value, build.target.value if build.target is not None else ""
        found = image(facts, file, target)
        if found is None and build.target is not None:
            message = f"{target} is no stage of {file}; its last stage is taken"
            decisions.append(Decision(f"{name}: build.target", "dropped", message, build.target.origins))
            found, build = image(facts, file), replace(build, target=None)
        elif found is not None and not target and len(found.stages) > 1:
            last = found.stages[-1] or "the last one"
            message = f"{file} has {len(found.stages)} stages and no target is named: {last} is built, as the engine does"
            decisions.append(Decision(f"{name}: build.target", "defaulted", message, (Origin(file), *said.where.origins)))
        return _told(build, found), found, list(dict.fromkeys(decisions))
    return first, None, list(dict.fromkeys(decisions))


def _is_there(facts: Facts, declaration: Declaration) -> bool:
    """Whether a build's context is in the tree."""
    context = declaration.service.build.context if declaration.service.build is not None else None
    return context is not None and (not context.value or facts.tree.is_dir(context.value))


def _elsewhere(facts: Facts, build: Build, contexts: Sequence[RepoPath]) -> Build | None:
    """A build whose context is not there, from one of the same name that is, where that has the Dockerfile."""
    for context in contexts:
        if base_name(context) == base_name(build.context.value):
            file = RepoPath(f"{context}/{base_name(build.dockerfile.value) if build.dockerfile is not None else 'Dockerfile'}".lstrip("/"))
            if file in facts.tree:
                origins = build.dockerfile.origins if build.dockerfile is not None else build.context.origins
                return replace(build, context=Said(context, build.context.origins), dockerfile=Said(file, origins))
    return None


def _told(build: Build, found: Image | None) -> Build:
    """A build with what its Dockerfile says."""
    if found is None:
        return build
    arguments = {**{name: said for name, said in found.arguments.items() if said is None or not looks_secret(name, said.value)}, **build.arguments}
    return replace(build, base=found.base, packages=found.packages, stages=found.stages, arguments=arguments)


def _directory(facts: Facts, build: Build | None, found: Image | None) -> RepoPath | None:
    if build is None:
        return None
    return directory_of(facts, found.file if found is not None else None, build.context.value, found.copied if found is not None else ())


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
    if by_command is Kind.PROXY and made is Kind.WEB and official is None:
        by_command = None  # a server of files that has an application's build in it shows pages
    if by_command is not None and command is not None and (row is None or by_command in {Kind.JOB, Kind.SCHEDULE, Kind.WORKER}):
        return Said(by_command, command.origins)
    if official is not None and row is not None:
        return Said(row.kind, official.origins)
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
        return Said(Kind.WEB if base.kind is Kind.PROXY and code is not None and code.language == "node" else base.kind, found.base.origins)
    if by_name is not None:
        return default(by_name, "it is called so")
    return default(Kind.UNKNOWN, "nothing says what it is")


def _settings(facts: Facts, declared: Sequence[Declaration], ranks: Ranks, found: Image | None, code: Program | None) -> tuple[Setting, ...]:
    """The variables of a workload: what sources give it, and what its code reads."""
    given: dict[str, list[Setting]] = {}
    for one in _ranked(declared, ranks):
        for setting in one.workload.settings:
            given.setdefault(setting.name, []).append(setting)
    for name, origins in (found.secrets if found is not None else {}).items():
        given.setdefault(name, []).append(Setting(name, None, True, False, (), origins))  # noqa: FBT003  a secret that no code needs to read
    read: dict[str, list] = {}  # type: ignore[type-arg]  # readings by name
    for reading in readings(facts, code.modules) if code is not None else ():
        read.setdefault(reading.name, []).append(reading)
    baked = {
        name: said
        for name, said in (found.environment if found is not None else {}).items()
        if name not in _QUIET and (name in read or name in given)
    }
    listed: list[Setting] = []
    for name in sorted({*given, *read}):
        gives, reads = given.get(name, []), read.get(name, [])
        baked_in = baked.get(name)
        secret = any(one.secret for one in (*gives, *reads)) or (baked_in is not None and looks_secret(name, baked_in.value))
        value = (
            _value(gives, ranks)
            or (baked_in if baked_in is not None and baked_in.value else None)
            or next((one.default for one in reads if one.default), None)
        )
        said = next((one.type for one in reads if one.type != "string"), "") or next((one.type for one in gives), "string")
        listed.append(
            Setting(
                name,
                None if secret else value,
                secret,
                any(one.required for one in reads) and not any(one.default is not None for one in reads),
                tuple(dict.fromkeys(one.origin for one in reads)),
                tuple(dict.fromkeys((*(origin for one in gives for origin in one.givers), *(baked_in.origins if baked_in is not None else ())))),
                said or type_of(name, value.value if value is not None else None),
                next((one.description for one in reads if one.description), ""),
            )
        )
    return tuple(listed)


def _value(gives: Iterable[Setting], ranks: Ranks) -> Said[str] | None:
    listed = [
        (ranks.key(one.value.origins, at), one.value) for at, one in enumerate(gives) if one.value is not None and ranks.base(one.value.origins)
    ]
    return min(listed, key=lambda one: one[0])[1] if listed else None


def _told_by_variable(ports: tuple[Port, ...], settings: tuple[Setting, ...], named: str) -> tuple[Port, ...]:
    """The ports with the variable by which the code is told the first: the one in its command, or a PORT that it reads."""
    known = {one.name for one in settings if one.readers or one.givers}
    if not ports or ports[0].variable:
        return ports
    variable = named or ("PORT" if "PORT" in known and re.search(r"\d", str(ports[0].number.value)) else "")
    return (replace(ports[0], variable=variable), *ports[1:]) if variable else ports


def _compared(facts: Facts, workload: Workload, declared: Sequence[Declaration], ranks: Ranks) -> tuple[Workload, list[Decision]]:
    """A workload with what differs between environments, and where the projects for one environment disagree."""
    by_environment: dict[str, list[Mapping[str, Said[str]]]] = {}
    for one in declared:
        by_environment.setdefault(_environment(one), []).append(_said_by(facts, one))
    base = {**shown(workload)}
    for field in ("ports", "health", "volumes"):
        base.pop(field, None)
        said = chosen(declared, ranks, lambda one, field=field: _said_by(facts, one).get(field))  # type: ignore[misc]  # mypy knows no defaults of lambdas
        if said is not None:
            base[field] = said
    files = frozenset(origin.path for one in declared for origin in one.service.origins)
    # A secret comes from a store in every environment, even where one of them writes down something harmless.
    secrets = {f"environment.{one.name}" for one in workload.settings if one.secret}
    told = {environment: [_without(each, secrets) for each in listed] for environment, listed in by_environment.items()}
    found = differences(base, {environment: listed for environment, listed in told.items() if environment}, files)
    return replace(workload, differences=found), list(disagreements(workload.name, base, told))


def _without(said: Mapping[str, Said[str]], fields: set[str]) -> Mapping[str, Said[str]]:
    return {field: value for field, value in said.items() if field not in fields}


def _said_by(facts: Facts, one: Declaration) -> Mapping[str, Said[str]]:
    """What a declaration says as text; a build that leads nowhere says nothing."""
    ports = tuple(Port(port.number, "", port.protocol.upper(), port.published) for port in one.service.ports if port.number is not None)
    found = shown(replace(one.workload, ports=ports))
    return found if _is_there(facts, one) else {field: said for field, said in found.items() if not field.startswith("build.")}
