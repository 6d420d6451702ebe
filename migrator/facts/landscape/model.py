"""The nouns of the landscape: what runs, what it needs, who talks to whom; every value with its origin.

Nothing here holds a secret: a variable whose value looks like one is marked, and its value is never read into the landscape (L13).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.facts.areas.model import Area, Linter
    from migrator.facts.conventions.model import Conventions
    from migrator.facts.decided.model import Decided
    from migrator.facts.delivery.model import Check, Delivery, Suite, Toolchain
    from migrator.facts.interfaces import Interfaces
    from migrator.facts.operating.model import Operating
    from migrator.facts.pipelines.model import Pipeline
    from migrator.facts.projects.model import Command, Measure, Project, Stored
    from migrator.facts.upkeep.model import Upkeep
    from migrator.origin import Decision, Origin, Said
    from migrator.paths import RepoPath

__all__ = [
    "Build",
    "Difference",
    "Environment",
    "Existing",
    "Kind",
    "Landscape",
    "Link",
    "Metric",
    "Metrics",
    "MountedFile",
    "Parameter",
    "Port",
    "Probe",
    "Resources",
    "Route",
    "Setting",
    "Volume",
    "Workload",
]


class Kind(StrEnum):
    """What a workload is for those who run it."""

    WEB = "web"
    """Serves pages to people."""
    API = "api"
    """Answers requests of programs."""
    WORKER = "worker"
    """Takes work from a queue; nobody connects to it."""
    SCHEDULE = "schedule"
    """Starts work by the clock."""
    JOB = "job"
    """Runs once and has to complete: a migration, a seed."""
    DATABASE = "database"
    CACHE = "cache"
    BROKER = "broker"
    PROXY = "proxy"
    STORAGE = "storage"
    """Keeps objects or files."""
    MONITORING = "monitoring"
    TOOL = "tool"
    """For developers only: an admin page, a mail catcher."""
    EXTERNAL = "external"
    """Somebody else's, reached over the network."""
    UNKNOWN = "unknown"


class Environment(StrEnum):
    """Where a repository is run; what has no file of its own is what all share."""

    DEVELOPMENT = "development"
    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Build:
    """How an image is made of this repository."""

    context: Said[RepoPath]
    dockerfile: Said[RepoPath] | None
    """None where it is written inline or is not there."""
    target: Said[str] | None = None
    arguments: Mapping[str, Said[str] | None] = field(default_factory=dict)
    base: Said[str] | None = None
    """What the first stage that it is made of starts from, with the defaults of its arguments: `python:3.12-slim`."""
    packages: tuple[Said[str], ...] = ()
    """The packages of the system (apt, apk) that are installed into it, its stages included."""
    stages: tuple[str, ...] = ()
    """The stages of its Dockerfile by name, an empty one where a stage has none."""
    contexts: Mapping[str, Said[str]] = field(default_factory=dict)
    """Further contexts that it copies from, by name: a path of the repository, an URL, `service:NAME`."""


@dataclass(frozen=True, slots=True)
class Port:
    """A port on which a workload listens."""

    number: Said[int]
    """The port in its container."""
    name: str = "http"
    """At most 15 characters, unique in its workload."""
    protocol: str = "TCP"
    published: Said[str] | None = None
    """The port of the host as it is written, a range or a variable included."""
    variable: str = ""
    """The environment variable by which the code is told the port."""
    address: str = ""
    """The address of the host at which it is published; empty for all that it has."""


@dataclass(frozen=True, slots=True)
class Probe:
    """How one sees whether a workload lives, is ready or has started: by a route that its code serves, or a command."""

    purpose: str
    """`live`, `ready` or `start`."""
    path: Said[str] | None = None
    """Of an HTTP request; the route exists in the code or the source's own health check asks it."""
    port: int | None = None
    command: Said[tuple[str, ...]] | None = None
    """One text behind `CMD-SHELL` is `("sh", "-c", text)`; a secret in it is read from the workload's own environment."""
    interval: Said[float] | None = None
    """Seconds."""
    timeout: Said[float] | None = None
    """Seconds."""
    retries: Said[int] | None = None
    start_period: Said[float] | None = None
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable of a workload."""

    name: str
    value: Said[str] | None
    """As the first source gives it, or the code's default; None where nothing does, and always None for a secret."""
    secret: bool
    """Its name or its value looks like a secret, or a URL with a password."""
    required: bool
    """The code does not go on without it: it has no default, and what is missing is an error."""
    readers: tuple[Origin, ...] = ()
    """Where code reads it."""
    givers: tuple[Origin, ...] = ()
    """Where sources set it."""
    type: str = "string"
    """`string`, `integer`, `number`, `boolean`, `url`, `list` where a settings class says so."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class MountedFile:
    """A text of the repository that a workload finds where it is mounted."""

    name: str
    """Below the source of the mount; of a mount of one file, what it is called."""
    path: RepoPath
    lines: tuple[str, ...]
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Volume:
    """Something mounted into a workload."""

    kind: str
    """`named`, `bind`, `tmpfs`, `anonymous`, `secret` or `config`."""
    source: Said[str] | None
    """The volume's, secret's or config's name, or a path of the repository for a bind mount that lies in it."""
    target: Said[str]
    read_only: bool = False
    file: bool = False
    """A bind mount of one file."""
    files: tuple[MountedFile, ...] = ()
    """Of a bind mount: what lies there, where it is a little text, without secrets, that is not the workload's own code."""
    left: str = ""
    """Of a bind mount: why what lies there is not told."""
    absent: bool = False
    """Of a bind mount: nothing of the repository lies there."""


@dataclass(frozen=True, slots=True)
class Link:
    """Who asks whom, and how that is known."""

    source: str
    """A workload's name."""
    target: str
    """A workload's name."""
    evidence: str
    """`depends_on`, `environment`, `proxy`, `client` or `code`."""
    origins: tuple[Origin, ...]
    port: int | None = None
    condition: str = ""
    """For `depends_on`: `started`, `healthy` or `completed`."""
    path: str = ""
    """For `proxy`: the path below which requests are passed on."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of a route's path that each request gives."""

    name: str
    type: str
    """`integer`, `number`, `boolean`, `uuid`, `date`, `date-time`; `string` where nothing says it."""
    origin: Origin
    example: str = ""
    """One that a declared document gives."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route that the code of a workload serves."""

    method: str
    """`GET`, `POST` …, `ANY` where the code does not say it."""
    path: str
    """As the code's framework writes it, below the prefixes that are known."""
    origin: Origin
    health: str = ""
    """`live`, `ready` or `start` for a route that tells how the workload is; empty for all others."""
    parameters: tuple[Parameter, ...] = ()
    """Read only where a phase's families ask for them (`with_projects`); the path is then written as OpenAPI does."""


@dataclass(frozen=True, slots=True)
class Existing:
    """Something that infrastructure files of the repository define already."""

    kind: str
    """`Deployment`, `aws_db_instance`, `scrape job`, `alert` … as its format calls it."""
    name: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Resources:
    """What a workload asks for and may use at most."""

    cpu_request: Said[str] | None = None
    """Cores, as Kubernetes writes them (`500m`)."""
    cpu_limit: Said[str] | None = None
    memory_request: Said[str] | None = None
    """As Kubernetes writes it (`256Mi`)."""
    memory_limit: Said[str] | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that a workload really exposes."""

    name: str
    kind: str
    """`counter`, `histogram`, `gauge` or `summary`."""
    labels: tuple[str, ...]
    origin: Origin
    role: str = ""
    """`requests`, `duration` for those by which a service is judged; empty for its own."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Where and how a workload tells what it counts."""

    library: str
    """The distribution or package that exposes them, as GENERATING measured it."""
    path: Said[str]
    port: int | None
    metrics: tuple[Metric, ...]
    error_matcher: str = ""
    """The PromQL matcher of failed requests on the metric of role `requests`: `status="5xx"`."""
    route_label: str = ""
    buckets: tuple[str, ...] = ()
    """The edges of the duration histogram as they are spelt on the wire."""
    unit: float = 1.0
    """Seconds in one unit of the duration."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a workload that an environment gives another value."""

    environment: str
    field: str
    """`image`, `command`, `environment.DEBUG`, `ports`, `replicas` …"""
    value: Said[str] | None
    """Its value there as text; None where the environment takes it away, and for a secret."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that runs: named once, however many files speak of it."""

    name: str
    """As the sources call it."""
    label: str
    """The same as a DNS label of at most 63 characters that begins with a letter; unique in the landscape."""
    kind: Said[Kind]
    origins: tuple[Origin, ...]
    """Each place that declares it."""
    directory: RepoPath | None = None
    """Where its code lies, where it is built from this repository."""
    image: Said[str] | None = None
    build: Build | None = None
    command: Said[tuple[str, ...]] | None = None
    """Where a source writes a secret into it, `$(NAME)` stands there for the secret setting of that name, as Kubernetes reads it."""
    entrypoint: Said[tuple[str, ...]] | None = None
    working_directory: Said[str] | None = None
    user: Said[str] | None = None
    ports: tuple[Port, ...] = ()
    probes: tuple[Probe, ...] = ()
    settings: tuple[Setting, ...] = ()
    volumes: tuple[Volume, ...] = ()
    resources: Resources = Resources()
    replicas: Said[int] | None = None
    schedule: Said[str] | None = None
    """A cron expression."""
    metrics: Metrics | None = None
    tracing: Said[str] | None = None
    """How its code sends traces: `otlp-grpc`, `otlp-http`, `jaeger`, `zipkin`."""
    language: str = ""
    """`python`, `node` or empty."""
    framework: str = ""
    """`fastapi`, `flask`, `django`, `next`, `vite` … or empty."""
    restart: Said[str] | None = None
    stop_seconds: Said[float] | None = None
    environments: tuple[str, ...] = ()
    """Where it runs; empty for everywhere."""
    profiles: tuple[str, ...] = ()
    """Those of compose by which it is started; empty for always."""
    hosts: tuple[Said[str], ...] = ()
    """The names under which the outside reaches it, as proxy rules say; of somebody else's, its own."""
    routes: tuple[Route, ...] = ()
    """What its code serves, where it is read."""
    tasks: tuple[Said[str], ...] = ()
    """The tasks that its code declares for a queue or a clock."""
    differences: tuple[Difference, ...] = ()

    @property
    def built(self) -> bool:
        """Whether its image is made of this repository."""
        return self.build is not None

    @property
    def keeps_state(self) -> bool:
        """Whether what it holds would be lost with its container."""
        return self.kind.value in {Kind.DATABASE, Kind.BROKER, Kind.STORAGE} or any(volume.kind == "named" for volume in self.volumes)


@dataclass(frozen=True, slots=True)
class Landscape:
    """What a repository runs."""

    name: str
    """The repository's name as a DNS label: its compose project's or root manifest's name."""
    workloads: tuple[Workload, ...]
    """By name."""
    links: tuple[Link, ...]
    environments: Mapping[str, tuple[RepoPath, ...]] = field(default_factory=dict)
    """By environment, the files that say what runs there."""
    languages: tuple[str, ...] = ()
    """`python`, `node` … that the repository has code in."""
    manifests: tuple[RepoPath, ...] = ()
    """Files that name dependencies: package.json, pyproject.toml, requirements files, Dockerfiles, workflows."""
    migrations: Said[tuple[str, ...]] | None = None
    """The command that brings the database's schema up to date, where there is one: alembic, Django, Prisma."""
    decisions: tuple[Decision, ...] = ()
    """What its sources say that it does not hold, where they disagree, and what was taken then."""
    existing: tuple[Existing, ...] = ()
    """What Kubernetes, Terraform and monitoring files define already."""
    projects: tuple[Project, ...] = ()
    """What the repository consists of, by directory; read only where a phase's families ask for it (`with_projects`)."""
    commands: tuple[Command, ...] = ()
    """What people run, by directory, those included that lie in no project; as above."""
    measures: tuple[Measure, ...] = ()
    """Load tests and budgets of pages that are there, by path; as above."""
    tables: tuple[Stored, ...] = ()
    """What the code keeps in a database, by name; as above."""
    conventions: Conventions | None = None
    """How its services, routes, components and packages look; read only where it is asked for (`with_conventions`)."""
    areas: tuple[Area, ...] = ()
    """The parts of its layout, and what their code imports of each other; by directory, read as `projects` are."""
    linters: tuple[Linter, ...] = ()
    """What people wrote of boundaries between them."""
    decided: Decided | None = None
    """What was decided by steps and by people; read only where it is asked for (`with_decided`)."""
    interfaces: Interfaces | None = None
    """What files say of its interfaces; read only where it is asked for (`with_interfaces`)."""
    operating: Operating | None = None
    """How what runs is looked after; read only where it is asked for (`with_operating`)."""
    upkeep: Upkeep | None = None
    """Who changes what, how it is updated and released; read only where it is asked for (`with_upkeep`)."""
    toolchains: tuple[Toolchain, ...] = ()
    """What installs its projects, by directory; this and what follows is read only where it is asked for (`with_delivery`)."""
    suites: tuple[Suite, ...] = ()
    """Its tests, by who runs them and by kind."""
    checks: tuple[Check, ...] = ()
    """What judges its code without running it."""
    pipelines: tuple[Pipeline, ...] = ()
    """What systems of continuous integration are told, by path."""
    deliveries: tuple[Delivery, ...] = ()
    """Where it is delivered, by environment."""

    def workload(self, name: str) -> Workload | None:
        """The workload of a name."""
        return next((one for one in self.workloads if one.name == name), None)

    def asked_by(self, name: str) -> tuple[Link, ...]:
        """The links that lead away from a workload."""
        return tuple(link for link in self.links if link.source == name)

    def asking(self, name: str) -> tuple[Link, ...]:
        """The links that lead to a workload."""
        return tuple(link for link in self.links if link.target == name)
