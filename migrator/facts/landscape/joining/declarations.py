"""What compose projects declare, as parts of workloads: each service of each project, with the environment that its project is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.facts.landscape import compose
from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.landscape.compose import keys
from migrator.facts.landscape.discretion import Discreet, discreet, holds_secret, shelled, told_by
from migrator.facts.landscape.model import Build, Kind, Link, Probe, Resources, Setting, Volume, Workload
from migrator.facts.landscape.reading.proxies import Labelled, labelled
from migrator.facts.landscape.reading.variables import type_of
from migrator.origin import Decision, Origin, Said, default
from migrator.paths import RepoPath
from migrator.secrets import HIDDEN

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Declaration", "declarations", "environment_of", "found_decisions", "literals"]

_CONDITIONS = {"service_started": "started", "service_healthy": "healthy", "service_completed_successfully": "completed"}
_SCHEDULE = "swarm.cronjob.schedule"
"""The label by which swarm-cronjob starts a service; it may have a field of seconds before the five."""
_WITH_SECONDS = 6
_OUTCOMES = {"unset": "defaulted", "image": "defaulted", "secret": "dropped"}


@dataclass(frozen=True, slots=True)
class Declaration:
    """A service as one project has it."""

    project: compose.Project
    environment: str
    """Empty for what all share."""
    service: compose.Service
    workload: Workload
    """What the service says; its kind is not known yet."""
    waits: tuple[Link, ...]
    health: compose.Health | None
    rules: Labelled | None
    """Of Traefik's labels."""
    decisions: tuple[Decision, ...]


def environment_of(project: compose.Project) -> str:
    """What a project is for: one of the known environments, `swarm`, or nothing where all share it."""
    if project.swarm is not None and project.swarm.value:
        return "swarm"
    return project.environment.value.value if project.environment is not None else ""


def declarations(facts: Facts) -> tuple[Declaration, ...]:
    """Every service of every project, in the order of the projects."""
    return facts.derive(_declarations)


def _declarations(facts: Facts) -> tuple[Declaration, ...]:
    known = literals(facts)
    return tuple(_declared(project, service, known) for project in compose.projects(facts) for service in project.services.values())


def literals(facts: Facts) -> Mapping[str, str]:
    """The secrets that compose files write down, each with the name of a variable for it."""
    return facts.derive(_literals)


def _literals(facts: Facts) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for project in compose.projects(facts):
        for service in project.services.values():
            for name, secret in _secrets(service):
                found.setdefault(secret, name)
    return found


def _secrets(service: compose.Service) -> Iterator[tuple[str, str]]:
    """The secret variables of a service that are written down, with what they hold."""
    for name, value in (service.values.get("environment").pairs if service.values.get("environment") is not None else {}).items():  # type: ignore[union-attr]
        if value.text and name.isidentifier() and looks_secret(name, value.text) and "://" not in value.text and "$" not in value.text:
            yield name, value.text
    for keys_of in (("command",), ("entrypoint",), ("healthcheck", "test")):
        said = service.values.get(*keys_of)
        for secret, name in told_by(tuple(one.text for one in said.items)).items() if said is not None else ():
            yield name, secret


def _declared(project: compose.Project, service: compose.Service, literals: Mapping[str, str]) -> Declaration:
    own: dict[str, str] = {}
    for name, secret in _secrets(service):
        own.setdefault(secret, name)  # a variable that it is given already counts before one that is made up
    known = {**literals, **own}
    decisions: list[Decision] = []
    settings = {one.name: one for one in _settings(service, known)}
    command, more = _words(service, "command", service.command, known)
    entrypoint, others = _words(service, "entrypoint", service.entrypoint, known)
    probe, rest = _probe(service, known)
    for name, origins in {**more, **others, **rest}.items():
        if name not in settings:
            settings[name] = Setting(name, None, True, False, (), origins)  # noqa: FBT003  a secret that no code needs to read
        decisions.append(
            Decision(f"{service.name}: {name}", "mapped", f"a secret stands in a command line; the variable {name} takes its place", origins)
        )
    volumes, left = _volumes(service)
    schedule, clocks = _schedule(service)
    workload = Workload(
        name=service.name,
        label=service.name,
        kind=default(Kind.UNKNOWN, "compose does not say it"),
        origins=service.origins,
        image=service.image,
        build=_build(service),
        command=command,
        entrypoint=entrypoint,
        working_directory=service.working_directory,
        user=service.user,
        probes=(probe,) if probe is not None else (),
        settings=tuple(settings[name] for name in sorted(settings)),
        volumes=volumes,
        resources=Resources(_cores(service.cpu_request), _cores(service.cpu_limit), _bytes(service.memory_request), _bytes(service.memory_limit)),
        replicas=service.replicas,
        restart=service.restart,
        stop_seconds=service.stop_seconds,
        profiles=service.profiles.value if service.profiles is not None else (),
        schedule=schedule,
    )
    waits = tuple(
        Link(service.name, one.name, "depends_on", one.origins, None, _CONDITIONS.get(one.condition, "started"))
        for one in service.depends_on.values()
    )
    decisions += [*left, *clocks, *keys.decisions(service)]
    return Declaration(project, environment_of(project), service, workload, waits, service.health, labelled(service.labels), tuple(decisions))


def _schedule(service: compose.Service) -> tuple[Said[str] | None, list[Decision]]:
    """When a service runs by the clock, in the five fields that clusters read, and what becomes of clocks that start something beside it."""
    decisions = [
        Decision(
            f"{service.name}: {key}", "dropped", "the clock of another container starts something by it: make that a service of its own", said.origins
        )
        for key, said in service.labels.items()
        if key.endswith(".schedule") and key != _SCHEDULE
    ]
    said = service.labels.get(_SCHEDULE)
    fields = said.value.split() if said is not None else []
    if said is None or len(fields) != _WITH_SECONDS:
        return said, decisions
    if fields[0] != "0":
        message = f"its first field counts seconds (`{said}`), and a cluster starts at full minutes"
        decisions.append(Decision(f"{service.name}: {_SCHEDULE}", "mapped", message, said.origins))
    return said.then(lambda _: " ".join(fields[1:])), decisions


def _words(
    service: compose.Service, key: str, said: Said[tuple[str, ...]] | None, known: Mapping[str, str]
) -> tuple[Said[tuple[str, ...]] | None, dict[str, tuple[Origin, ...]]]:
    """A command line without its secrets, and the variables that hold them."""
    if said is None:
        return None, {}
    written = _written(service.values.get(key), said)
    found = _kept(written, said.value, lambda words: discreet(words, known))
    return Said(found.words, said.origins), dict.fromkeys(found.names, said.origins)


def _written(value: compose.Value | None, said: Said[tuple[str, ...]]) -> tuple[str, ...]:
    """The words of a command as the engine sees them; as they are written where only the caller knows a variable."""
    items = value.items if value is not None else ()
    if len(items) != len(said.value) or any(variable.default is None and variable.giver is None for variable in (value.variables if value else ())):
        return said.value
    known = (item.text if all(one.default is not None or one.giver is not None for one in item.variables) else None for item in items)
    return tuple(word if text is None else text for word, text in zip(said.value, known, strict=True))


def _kept(words: tuple[str, ...], shown: tuple[str, ...], how: Callable[[tuple[str, ...]], Discreet]) -> Discreet:
    """A command without secrets: those that are found here, and those that the reader of compose files has hidden."""
    found = how(words)
    hidden = [_hidden(one, word) for one, word in zip(shown, words, strict=True)] if len(shown) == len(words) else []
    if any(one and any(one in word for word in found.words) for one in hidden):
        return how(tuple(one if told and told in word else word for one, word, told in zip(shown, words, hidden, strict=True)))
    return found


def _hidden(shown: str, word: str) -> str:
    """What was hidden of a word; what a shell looks up in its place is no secret."""
    if HIDDEN not in shown or HIDDEN in word:
        return ""
    before, _, after = shown.partition(HIDDEN)
    after = after.rpartition(HIDDEN)[2]
    told = word[len(before) : len(word) - len(after)]
    return "" if re.match(r"[\"']?\$", told) else told


def _probe(service: compose.Service, known: Mapping[str, str]) -> tuple[Probe | None, dict[str, tuple[Origin, ...]]]:
    """The health check as a command; what it asks is looked at where the routes are known."""
    health = service.health
    if health is None or health.disabled:
        return None, {}
    timing = {
        "interval": health.interval,
        "timeout": health.timeout,
        "retries": health.retries,
        "start_period": health.start_period,
    }
    if health.test is None:
        return Probe("live", **timing), {}  # type: ignore[arg-type]  # the fields of a probe
    head, *rest = _written(service.values.get("healthcheck", "test"), health.test) or ("NONE",)
    if head == "NONE" or not rest:
        return None, {}
    shell = ("sh", "-c") if head == "CMD-SHELL" else ()
    found = _kept((*shell, *rest), (*shell, *health.test.value[1:]), lambda words: shelled(words, known))
    command = Said(found.words, health.test.origins)
    return Probe("live", command=command, **timing), dict.fromkeys(found.names, health.test.origins)  # type: ignore[arg-type]  # the fields of a probe


def _settings(service: compose.Service, known: Mapping[str, str]) -> Iterator[Setting]:
    for name, one in service.environment.items():
        value = one.value.value if one.value is not None else None
        asked = any(variable.giver is None and variable.default is None and variable.operator not in {":+", "+"} for variable in one.variables)
        secret = one.secret or (value is not None and (HIDDEN in value or holds_secret(value, known)))
        kept = None if secret or asked or one.inherited else one.value
        yield Setting(name, kept, secret, False, (), one.origins, type_of(name, value if kept is not None else None))  # noqa: FBT003  no code asks yet


def _build(service: compose.Service) -> Build | None:
    build = service.build
    if build is None:
        return None
    context = build.context if build.context is not None else Said(RepoPath(""), build.where.origins)
    return Build(context, build.dockerfile if build.inline is None else None, build.target, build.arguments, contexts=build.contexts)


def _volumes(service: compose.Service) -> tuple[tuple[Volume, ...], list[Decision]]:
    found: list[Volume] = []
    decisions: list[Decision] = []
    for mount in service.mounts:
        if mount.kind == "bind" and mount.path is None:
            source = mount.source.value if mount.source is not None else "a path"
            message = f"binds {source} of the host to {mount.target.value}: outside this machine there is none"
            decisions.append(Decision(f"{service.name}: volumes", "dropped", message, mount.target.origins))
        elif mount.kind == "bind" and mount.path is not None:
            found.append(Volume("bind", mount.path.then(str), mount.target, mount.read_only, mount.file))
        elif mount.kind == "tmpfs":
            found.append(Volume("tmpfs", None, mount.target, mount.read_only))
        elif mount.kind in {"volume", "cluster"}:
            found.append(Volume("named" if mount.source is not None else "anonymous", mount.source, mount.target, mount.read_only))
        else:
            message = f"a mount of the kind {mount.kind} has no counterpart"
            decisions.append(Decision(f"{service.name}: volumes", "dropped", message, mount.target.origins))
    for kind, named in (("secret", service.secrets), ("config", service.configs)):
        where = "/run/secrets/" if kind == "secret" else "/"
        found += [Volume(kind, Said(name, origins), Said(where + name, origins), read_only=True, file=True) for name, origins in named.items()]
    return tuple(found), decisions


def _cores(said: Said[str] | None) -> Said[str] | None:
    """Cores as Kubernetes writes them."""

    def spelt(value: str) -> str:
        try:
            thousandths = round(float(value) * 1000)
        except (ValueError, OverflowError):
            return value
        return str(thousandths // 1000) if thousandths % 1000 == 0 else f"{thousandths}m"

    return said.then(spelt) if said is not None else None


def _bytes(said: Said[int] | None) -> Said[str] | None:
    """Bytes as Kubernetes writes them."""

    def spelt(value: int) -> str:
        for power, unit in ((30, "Gi"), (20, "Mi"), (10, "Ki")):
            if value and value % (1 << power) == 0:
                return f"{value >> power}{unit}"
        return str(value)

    return said.then(spelt) if said is not None else None


def found_decisions(project: compose.Project) -> tuple[Decision, ...]:
    """What the reader of compose files found, as decisions."""
    return tuple(
        Decision(f"compose: {finding.kind}", _OUTCOMES.get(finding.kind, "dropped"), finding.message, (finding.origin,))
        for finding in project.findings
    )
