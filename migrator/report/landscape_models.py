"""What a repository runs as programs read it: `migrate graph --landscape --json`. No secret's value is in it (L13)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from migrator.report.models.base import Model

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape, Probe, Workload
    from migrator.origin import Decision, Origin, Said

__all__ = ["LandscapeOut"]


class OriginOut(Model):
    """Where a value comes from."""

    path: str = Field(description="empty for a default")
    line: int = Field(description="counted from 1; 0 for a whole file or a default")
    why: str = Field(description="why a default was taken, or by what evidence a place says it")

    @classmethod
    def all(cls, origins: Iterable[Origin]) -> tuple[Self, ...]:
        """Each origin."""
        return tuple(cls(path=one.path, line=one.line, why=one.why) for one in origins)


class ValueOut(Model):
    """A value with its origins."""

    value: str | int | float | tuple[str, ...]
    origins: tuple[OriginOut, ...]

    @classmethod
    def of(cls, said: Said[Any] | None) -> Self | None:
        """A value; None where nothing says it."""
        if said is None:
            return None
        value = said.value if isinstance(said.value, (int, float)) else tuple(said.value) if isinstance(said.value, tuple) else str(said.value)
        return cls(value=value, origins=OriginOut.all(said.origins))


class ImageOut(Model):
    """How an image is made of the repository."""

    context: ValueOut | None
    dockerfile: ValueOut | None
    target: ValueOut | None
    base: ValueOut | None
    stages: tuple[str, ...]
    arguments: dict[str, ValueOut | None]
    packages: tuple[str, ...]


class PortOut(Model):
    """A port on which a workload listens."""

    number: ValueOut | None
    name: str
    protocol: str
    published: ValueOut | None
    address: str = Field(description="of the host at which it is published; empty for all that it has")
    variable: str = Field(description="the environment variable by which the code is told the port")


class ProbeOut(Model):
    """How one sees that a workload lives, is ready or has started."""

    purpose: str = Field(description="live, ready or start")
    path: ValueOut | None
    port: int | None
    command: ValueOut | None
    interval: ValueOut | None
    timeout: ValueOut | None
    retries: ValueOut | None
    start_period: ValueOut | None


class SettingOut(Model):
    """An environment variable of a workload; a secret has no value here."""

    name: str
    value: ValueOut | None
    secret: bool
    required: bool
    type: str = Field(description="string, integer, number, boolean, url or list")
    description: str
    readers: tuple[OriginOut, ...] = Field(description="where code reads it")
    givers: tuple[OriginOut, ...] = Field(description="where sources set it")


class VolumeOut(Model):
    """Something mounted into a workload."""

    kind: str = Field(description="named, bind, tmpfs, anonymous, secret or config")
    source: ValueOut | None
    target: ValueOut | None
    read_only: bool
    file: bool
    files: tuple[str, ...] = Field(description="of a bind mount, the texts of the repository that are mounted")


class MetricOut(Model):
    """A metric that a workload exposes."""

    name: str
    kind: str
    labels: tuple[str, ...]
    role: str
    origin: OriginOut


class MetricsOut(Model):
    """Where a workload tells what it counts."""

    library: str
    path: ValueOut | None
    port: int | None
    metrics: tuple[MetricOut, ...]
    error_matcher: str
    route_label: str
    buckets: tuple[str, ...]
    unit: float = Field(description="seconds in one unit of the duration")


class RouteOut(Model):
    """A route that code serves."""

    method: str
    path: str
    health: str = Field(description="live, ready, start or health for a route that tells how the workload is")
    origin: OriginOut


class DifferenceOut(Model):
    """A field that an environment gives another value; none where it takes it away."""

    environment: str
    field: str
    value: ValueOut | None


class WorkloadOut(Model):
    """Something that runs."""

    name: str
    label: str = Field(description="the name as a DNS label, unique in the landscape")
    kind: ValueOut | None
    origins: tuple[OriginOut, ...]
    directory: str | None
    image: ValueOut | None
    build: ImageOut | None
    command: ValueOut | None
    entrypoint: ValueOut | None
    working_directory: ValueOut | None
    user: ValueOut | None
    ports: tuple[PortOut, ...]
    probes: tuple[ProbeOut, ...]
    settings: tuple[SettingOut, ...]
    volumes: tuple[VolumeOut, ...]
    resources: dict[str, ValueOut | None]
    replicas: ValueOut | None
    schedule: ValueOut | None
    metrics: MetricsOut | None
    tracing: ValueOut | None
    language: str
    framework: str
    restart: ValueOut | None
    stop_seconds: ValueOut | None
    environments: tuple[str, ...] = Field(description="where it runs; empty for everywhere")
    profiles: tuple[str, ...]
    hosts: tuple[ValueOut | None, ...]
    routes: tuple[RouteOut, ...]
    tasks: tuple[ValueOut | None, ...]
    differences: tuple[DifferenceOut, ...]

    @classmethod
    def of(cls, one: Workload) -> Self:
        """A workload."""
        build, metrics, value = one.build, one.metrics, ValueOut.of
        return cls(
            name=one.name,
            label=one.label,
            kind=value(one.kind),
            origins=OriginOut.all(one.origins),
            directory=one.directory,
            image=value(one.image),
            build=None
            if build is None
            else ImageOut(
                context=value(build.context),
                dockerfile=value(build.dockerfile),
                target=value(build.target),
                base=value(build.base),
                stages=build.stages,
                arguments={name: value(said) for name, said in build.arguments.items()},
                packages=tuple(said.value for said in build.packages),
            ),
            command=value(one.command),
            entrypoint=value(one.entrypoint),
            working_directory=value(one.working_directory),
            user=value(one.user),
            ports=tuple(
                PortOut(
                    number=value(p.number), name=p.name, protocol=p.protocol, published=value(p.published), address=p.address, variable=p.variable
                )
                for p in one.ports
            ),
            probes=tuple(_probe(probe) for probe in one.probes),
            settings=tuple(
                SettingOut(
                    name=setting.name,
                    value=None if setting.secret else value(setting.value),
                    secret=setting.secret,
                    required=setting.required,
                    type=setting.type,
                    description=setting.description,
                    readers=OriginOut.all(setting.readers),
                    givers=OriginOut.all(setting.givers),
                )
                for setting in one.settings
            ),
            volumes=tuple(
                VolumeOut(
                    kind=v.kind,
                    source=value(v.source),
                    target=value(v.target),
                    read_only=v.read_only,
                    file=v.file,
                    files=tuple(one.path for one in v.files),
                )
                for v in one.volumes
            ),
            resources={
                "cpu_request": value(one.resources.cpu_request),
                "cpu_limit": value(one.resources.cpu_limit),
                "memory_request": value(one.resources.memory_request),
                "memory_limit": value(one.resources.memory_limit),
            },
            replicas=value(one.replicas),
            schedule=value(one.schedule),
            metrics=None
            if metrics is None
            else MetricsOut(
                library=metrics.library,
                path=value(metrics.path),
                port=metrics.port,
                metrics=tuple(
                    MetricOut(name=m.name, kind=m.kind, labels=m.labels, role=m.role, origin=OriginOut.all((m.origin,))[0]) for m in metrics.metrics
                ),
                error_matcher=metrics.error_matcher,
                route_label=metrics.route_label,
                buckets=metrics.buckets,
                unit=metrics.unit,
            ),
            tracing=value(one.tracing),
            language=one.language,
            framework=one.framework,
            restart=value(one.restart),
            stop_seconds=value(one.stop_seconds),
            environments=one.environments,
            profiles=one.profiles,
            hosts=tuple(value(host) for host in one.hosts),
            routes=tuple(RouteOut(method=r.method, path=r.path, health=r.health, origin=OriginOut.all((r.origin,))[0]) for r in one.routes),
            tasks=tuple(value(task) for task in one.tasks),
            differences=tuple(DifferenceOut(environment=d.environment, field=d.field, value=value(d.value)) for d in one.differences),
        )


def _probe(one: Probe) -> ProbeOut:
    value = ValueOut.of
    return ProbeOut(
        purpose=one.purpose,
        path=value(one.path),
        port=one.port,
        command=value(one.command),
        interval=value(one.interval),
        timeout=value(one.timeout),
        retries=value(one.retries),
        start_period=value(one.start_period),
    )


class LinkOut(Model):
    """Who asks whom."""

    source: str
    target: str
    evidence: str = Field(description="depends_on, environment, proxy, client or code")
    port: int | None
    condition: str
    path: str
    origins: tuple[OriginOut, ...]


class DecisionOut(Model):
    """What became of something that a source says."""

    subject: str
    outcome: str = Field(description="mapped, defaulted or dropped")
    message: str
    origins: tuple[OriginOut, ...]

    @classmethod
    def of(cls, one: Decision) -> Self:
        """A decision."""
        return cls(subject=one.subject, outcome=one.outcome, message=one.message, origins=OriginOut.all(one.origins))


class ExistingOut(Model):
    """Something that infrastructure files define already."""

    kind: str
    name: str
    origin: OriginOut


class LandscapeOut(Model):
    """What a repository runs, what it needs, who talks to whom: `migrate graph --landscape --json`."""

    base: str = Field(description="the commit that was read")
    name: str
    workloads: tuple[WorkloadOut, ...]
    links: tuple[LinkOut, ...]
    environments: dict[str, tuple[str, ...]] = Field(description="by environment, the files that say what runs there")
    languages: tuple[str, ...]
    manifests: tuple[str, ...]
    migrations: ValueOut | None
    decisions: tuple[DecisionOut, ...]
    existing: tuple[ExistingOut, ...]

    @classmethod
    def of(cls, found: Landscape, base: str) -> Self:
        """A landscape."""
        return cls(
            base=base,
            name=found.name,
            workloads=tuple(WorkloadOut.of(one) for one in found.workloads),
            links=tuple(
                LinkOut(
                    source=one.source,
                    target=one.target,
                    evidence=one.evidence,
                    port=one.port,
                    condition=one.condition,
                    path=one.path,
                    origins=OriginOut.all(one.origins),
                )
                for one in found.links
            ),
            environments={name: tuple(files) for name, files in found.environments.items()},
            languages=found.languages,
            manifests=found.manifests,
            migrations=ValueOut.of(found.migrations),
            decisions=tuple(DecisionOut.of(one) for one in found.decisions),
            existing=tuple(ExistingOut(kind=one.kind, name=one.name, origin=OriginOut.all((one.origin,))[0]) for one in found.existing),
        )
