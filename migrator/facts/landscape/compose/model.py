"""The nouns of compose: what a project of one or more files says once it is read as the engine reads it, every value with its origin.

Nothing here holds a secret: where a value looks like one, what is written takes its place if that holds none (`${DB_PASSWORD}`), else a mask,
and `Service.secrets` says where it stands (L13). `Service.values` is what the engine itself would see and is never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.values import Value, Variable
    from migrator.facts.landscape.model import Environment
    from migrator.origin import Origin, Said
    from migrator.paths import RepoPath

__all__ = ["Build", "Dependency", "EnvironmentFile", "EnvironmentVariable", "Finding", "Health", "Mount", "Port", "Project", "Resource", "Service"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about compose files that a reader of what is made of them must know."""

    kind: str
    """`unread`, `unknown`, `invalid`, `missing`, `conflict`, `required`; of what the engine takes: `unset`, `secret`, `image`, `command`."""
    message: str
    origin: Origin
    stops: bool = False
    """The engine refuses the project for it; here the rest is read all the same."""


@dataclass(frozen=True, slots=True)
class Build:
    """How a service's image is made."""

    context: Said[RepoPath] | None
    """A directory of the repository; None where it lies elsewhere or is an URL (`where`)."""
    where: Said[str]
    """The context as it is written."""
    dockerfile: Said[RepoPath] | None
    """In the repository; it need not be there. None where it is written inline or lies elsewhere."""
    inline: Said[str] | None = None
    """The text of a Dockerfile that stands in the compose file."""
    target: Said[str] | None = None
    arguments: Mapping[str, Said[str] | None] = field(default_factory=dict)
    """None where the caller's environment gives the value, and for a secret."""
    contexts: Mapping[str, Said[str]] = field(default_factory=dict)
    """Additional contexts: a path of the repository, an URL, `service:NAME`."""


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a service; a range is several of them."""

    written: Said[str]
    """As the file has it, the range and the variables included."""
    number: Said[int] | None
    """In the container; None where it is a variable that nothing sets, or no port."""
    published: Said[str] | None = None
    """Of the host: a number, a range; None where the engine chooses."""
    address: Said[str] | None = None
    """Of the host."""
    protocol: str = "tcp"
    name: str = ""
    application: str = ""
    """`app_protocol`."""
    mode: str = "ingress"
    exposed: bool = False
    """Said by `expose`: for other services only."""


@dataclass(frozen=True, slots=True)
class Mount:
    """Something mounted into a service."""

    kind: str
    """`volume`, `bind`, `tmpfs`, `npipe`, `cluster`, `image`."""
    target: Said[str]
    source: Said[str] | None = None
    """A volume's name; of a bind mount what it is on the host."""
    path: Said[RepoPath] | None = None
    """Of a bind mount that lies in the repository."""
    file: bool = False
    """The path is a file of the repository."""
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """A variable that a service's containers get."""

    name: str
    value: Said[str] | None
    """None where the caller's environment has to give it, and always for a secret."""
    origins: tuple[Origin, ...]
    secret: bool = False
    inherited: bool = False
    """The file only names it: the caller's environment gives the value."""
    file: RepoPath | None = None
    """The environment file that sets it."""
    variables: tuple[Variable, ...] = ()
    """What its value is put together of."""


@dataclass(frozen=True, slots=True)
class EnvironmentFile:
    """A file of variables that a service is given."""

    path: Said[str]
    """In the repository where it lies there, else as it is written."""
    there: bool
    required: bool = True
    format: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A service that has to be there first."""

    name: str
    condition: str
    """`service_started`, `service_healthy` or `service_completed_successfully`."""
    required: bool
    restart: bool
    origins: tuple[Origin, ...]
    evidence: str = "depends_on"
    """`links`, `volumes_from`, `network_mode` … where that brings it."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the engine sees whether a service is well."""

    test: Said[tuple[str, ...]] | None
    """`CMD` or `CMD-SHELL` first; None where the image's own is meant."""
    disabled: bool = False
    """By `disable: true` or `NONE`."""
    interval: Said[float] | None = None
    """Seconds, as the others."""
    timeout: Said[float] | None = None
    start_period: Said[float] | None = None
    start_interval: Said[float] | None = None
    retries: Said[int] | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service of a project, as all its files together say."""

    name: str
    origins: tuple[Origin, ...]
    """Each place that declares it, the last to speak last; those it extends first."""
    values: Value = field(repr=False)
    """All of it as the engine sees it, by key; may hold secrets."""
    extends: tuple[Said[str], ...] = ()
    """What it extends: a service, or `FILE: SERVICE`; it is read into it."""
    image: Said[str] | None = None
    build: Build | None = None
    command: Said[tuple[str, ...]] | None = None
    """An empty one takes the image's away."""
    entrypoint: Said[tuple[str, ...]] | None = None
    working_directory: Said[str] | None = None
    user: Said[str] | None = None
    ports: tuple[Port, ...] = ()
    mounts: tuple[Mount, ...] = ()
    environment: Mapping[str, EnvironmentVariable] = field(default_factory=dict)
    environment_files: tuple[EnvironmentFile, ...] = ()
    depends_on: Mapping[str, Dependency] = field(default_factory=dict)
    health: Health | None = None
    profiles: Said[tuple[str, ...]] | None = None
    """It runs only where one of them is asked for; None for always."""
    restart: Said[str] | None = None
    replicas: Said[int] | None = None
    mode: Said[str] | None = None
    """`deploy.mode`: `global`, `replicated` …"""
    cpu_limit: Said[str] | None = None
    """Cores."""
    cpu_request: Said[str] | None = None
    memory_limit: Said[int] | None = None
    """Bytes."""
    memory_request: Said[int] | None = None
    """Bytes."""
    constraints: tuple[Said[str], ...] = ()
    """`deploy.placement.constraints`."""
    stop_seconds: Said[float] | None = None
    stop_signal: Said[str] | None = None
    labels: Mapping[str, Said[str]] = field(default_factory=dict)
    networks: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    aliases: Mapping[str, Said[str]] = field(default_factory=dict)
    """Other names by which services reach it: its aliases, host name and container name."""
    secrets: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    """Secrets of the project that it is given, by name."""
    configs: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    read_only: Said[bool] | None = None
    privileged: Said[bool] | None = None
    variables: tuple[Variable, ...] = ()
    """Everything that its values ask for by interpolation."""
    literals: tuple[Origin, ...] = ()
    """Where a value stands in it that looks like a secret."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A volume, network, secret or config of a project."""

    name: str
    origins: tuple[Origin, ...]
    values: Value | None = field(repr=False)
    external: bool = False
    file: Said[RepoPath] | None = None
    """Of a secret or config that is a file of the repository."""
    environment: Said[str] | None = None
    """The variable that holds a secret or config."""


@dataclass(frozen=True, slots=True)
class Project:
    """Compose files that are run together, read as one."""

    files: tuple[RepoPath, ...]
    """In the order of `-f`."""
    evidence: tuple[Origin, ...]
    """Why they go together: a command, or their names."""
    directory: RepoPath
    """Where the first file lies: what relative paths count from."""
    name: Said[str]
    environment: Said[Environment] | None
    """What it is for; None for what all share."""
    swarm: Said[bool] | None
    """Whether it is written for a swarm, with the evidence."""
    archived: Origin | None
    """Why it is a copy that is kept, and nothing that is run."""
    services: Mapping[str, Service]
    """By name; those of profiles included."""
    volumes: Mapping[str, Resource] = field(default_factory=dict)
    networks: Mapping[str, Resource] = field(default_factory=dict)
    secrets: Mapping[str, Resource] = field(default_factory=dict)
    configs: Mapping[str, Resource] = field(default_factory=dict)
    included: tuple[RepoPath, ...] = ()
    """Further compose files that it includes or extends."""
    variables: tuple[Variable, ...] = ()
    """Everything asked for by interpolation, by name; those that nothing sets among them."""
    findings: tuple[Finding, ...] = ()
    values: Value | None = field(default=None, repr=False)
    """All of it as the engine sees it; may hold secrets."""

    @property
    def base(self) -> RepoPath:
        """The first file."""
        return self.files[0]

    @property
    def stands(self) -> bool:
        """Whether the engine would take it."""
        return not any(finding.stops for finding in self.findings)
