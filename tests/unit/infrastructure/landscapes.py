"""A landscape in which every kind of workload occurs, as the facts of a small repository would give it; tests change it by `replace`."""

from __future__ import annotations

from migrator.facts.landscape.model import (
    Build,
    Difference,
    Kind,
    Landscape,
    Link,
    Metric,
    Metrics,
    Port,
    Probe,
    Resources,
    Setting,
    Volume,
    Workload,
)
from migrator.origin import Origin, Said
from migrator.paths import RepoPath

COMPOSE = RepoPath("infra/docker/compose/docker-compose.yml")
MAIN = RepoPath("services/api-gateway/app/main.py")


def at(line: int, path: RepoPath = COMPOSE) -> Origin:
    return Origin(path, line)


def said(value, line: int, path: RepoPath = COMPOSE):
    return Said(value, (Origin(path, line),))


def setting(  # noqa: PLR0913  a row
    name: str,
    value: str | None,
    line: int,
    *,
    secret: bool = False,
    required: bool = False,
    type: str = "string",  # noqa: A002
) -> Setting:
    return Setting(name, None if value is None else said(value, line), secret, required, (at(line + 100, MAIN),), (at(line),), type)


API = Workload(
    name="api",
    label="api",
    kind=said(Kind.API, 10),
    origins=(at(10),),
    directory=RepoPath("services/api-gateway"),
    build=Build(said(RepoPath("services/api-gateway"), 12), said(RepoPath("services/api-gateway/Dockerfile"), 13)),
    command=said(("uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"), 14),  # noqa: S104
    user=said("1000", 9, RepoPath("services/api-gateway/Dockerfile")),
    ports=(Port(said(8000, 15), published=said("8080", 15)),),
    probes=(
        Probe(
            "live",
            said("/health/live", 40, MAIN),
            8000,
            interval=said(30.0, 18),
            timeout=said(5.0, 19),
            retries=said(3, 20),
            start_period=said(20.0, 21),
        ),
        Probe("ready", said("/health/ready", 45, MAIN), 8000),
    ),
    settings=(
        setting("DATABASE_URL", None, 24, secret=True, required=True, type="url"),
        setting("REDIS_URL", "redis://cache:6379/0", 25, type="url"),
        setting("LOG_LEVEL", "info", 26),
        setting("WORKERS", "2", 27, type="integer"),
        setting("JWT_SECRET", None, 28, secret=True, required=True),
    ),
    resources=Resources(said("250m", 30), said("1", 31), said("256Mi", 32), said("512Mi", 33)),
    metrics=Metrics(
        "prometheus-fastapi-instrumentator",
        said("/metrics", 50, MAIN),
        8000,
        (
            Metric("http_requests_total", "counter", ("handler", "method", "status"), at(50, MAIN), "requests"),
            Metric("http_request_duration_seconds", "histogram", ("handler", "method"), at(50, MAIN), "duration"),
            Metric("orders_placed_total", "counter", ("kind",), at(7, RepoPath("services/api-gateway/app/orders.py"))),
        ),
        error_matcher='status="5xx"',
        route_label="handler",
        buckets=("0.1", "0.5", "1.0"),
    ),
    language="python",
    framework="fastapi",
    restart=said("unless-stopped", 34),
    differences=(Difference("development", "environment.LOG_LEVEL", said("debug", 8, RepoPath("infra/docker/compose/docker-compose.dev.yml"))),),
)
WEB = Workload(
    name="web",
    label="web",
    kind=said(Kind.WEB, 50),
    origins=(at(50),),
    directory=RepoPath("apps/web"),
    build=Build(said(RepoPath("."), 52), said(RepoPath("apps/web/Dockerfile"), 53), said("runner", 54)),
    ports=(Port(said(3000, 55), published=said("3000", 55)),),
    settings=(setting("NEXT_PUBLIC_API_URL", "http://api:8000", 57, type="url"),),
    language="node",
    framework="next",
)
WORKER = Workload(
    name="worker",
    label="worker",
    kind=said(Kind.WORKER, 60),
    origins=(at(60),),
    directory=RepoPath("services/api-gateway"),
    build=API.build,
    command=said(("celery", "-A", "app.tasks", "worker"), 63),
    settings=API.settings[:2],
    language="python",
)
BEAT = Workload(
    name="nightly_report",
    label="nightly-report",
    kind=said(Kind.SCHEDULE, 70),
    origins=(at(70),),
    directory=RepoPath("services/api-gateway"),
    build=API.build,
    command=said(("python", "-m", "app.report"), 72),
    schedule=said("0 3 * * *", 73),
    settings=API.settings[:1],
    language="python",
)
MIGRATE = Workload(
    name="migrate",
    label="migrate",
    kind=said(Kind.JOB, 80),
    origins=(at(80),),
    directory=RepoPath("services/api-gateway"),
    build=API.build,
    command=said(("alembic", "upgrade", "head"), 82),
    settings=API.settings[:1],
    language="python",
)
DB = Workload(
    name="db",
    label="db",
    kind=said(Kind.DATABASE, 90),
    origins=(at(90),),
    image=said("postgres:16.4-alpine", 91),
    ports=(Port(said(5432, 92), "postgres"),),
    probes=(Probe("ready", command=said(("pg_isready", "-U", "app"), 94), interval=said(10.0, 95)),),
    settings=(setting("POSTGRES_PASSWORD", None, 97, secret=True), setting("POSTGRES_DB", "app", 98)),
    volumes=(Volume("named", said("pgdata", 99), said("/var/lib/postgresql/data", 99)),),
)
CACHE = Workload(
    name="cache",
    label="cache",
    kind=said(Kind.CACHE, 110),
    origins=(at(110),),
    image=said("redis:7.4-alpine", 111),
    ports=(Port(said(6379, 112), "redis"),),
)
PROXY = Workload(
    name="nginx",
    label="nginx",
    kind=said(Kind.PROXY, 120),
    origins=(at(120),),
    image=said("nginx:1.27-alpine", 121),
    ports=(Port(said(80, 122), published=said("80", 122)),),
    volumes=(Volume("bind", said("infra/networking/nginx/nginx.conf", 124), said("/etc/nginx/nginx.conf", 124), read_only=True, file=True),),
)

LANDSCAPE = Landscape(
    name="acme",
    workloads=(API, CACHE, DB, MIGRATE, PROXY, BEAT, WEB, WORKER),
    links=(
        Link("api", "db", "depends_on", (at(36),), 5432, "healthy"),
        Link("api", "cache", "environment", (at(25),), 6379),
        Link("api", "migrate", "depends_on", (at(37),), None, "completed"),
        Link("worker", "db", "depends_on", (at(64),), 5432, "started"),
        Link("worker", "cache", "environment", (at(66),), 6379),
        Link("nightly_report", "db", "depends_on", (at(74),), 5432, "started"),
        Link("migrate", "db", "depends_on", (at(84),), 5432, "healthy"),
        Link("web", "api", "environment", (at(57),), 8000),
        Link("nginx", "web", "proxy", (Origin(RepoPath("infra/networking/nginx/nginx.conf"), 12),), 3000),
        Link("nginx", "api", "proxy", (Origin(RepoPath("infra/networking/nginx/nginx.conf"), 18),), 8000),
    ),
    environments={
        "development": (RepoPath("infra/docker/compose/docker-compose.dev.yml"),),
        "production": (COMPOSE,),
    },
    languages=("node", "python"),
    manifests=(RepoPath("apps/web/package.json"), RepoPath("services/api-gateway/requirements.txt")),
    migrations=Said(("alembic", "upgrade", "head"), (Origin(RepoPath("services/api-gateway/alembic.ini"), 1),)),
)
