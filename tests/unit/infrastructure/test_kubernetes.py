"""What becomes of each fact in a cluster, and what is said of those that become nothing."""

from __future__ import annotations

from dataclasses import replace

import pydantic
import pytest
import yaml

from migrator.artefact import Made
from migrator.errors import PlanError
from migrator.facts.landscape.model import Build, Difference, Existing, Kind, Landscape, Link, MountedFile, Port, Probe, Setting, Volume, Workload
from migrator.origin import Origin, Said, plain
from migrator.paths import RepoPath
from phases.infrastructure.cluster.knowledge import tagged
from phases.infrastructure.cluster.options import Options
from phases.infrastructure.kubernetes import family
from tests.unit.infrastructure.landscapes import API, BEAT, DB, LANDSCAPE, MIGRATE, WEB, at, said, setting
from tests.unit.infrastructure.variants import VARIANTS, changed


def made(landscape: Landscape = LANDSCAPE, **options: object) -> Made:
    return family.artefacts(landscape, Options(**options))


def read(one: Made, path: str) -> list[dict]:
    file = next(artefact for artefact in one.artefacts if artefact.path == f"infra/kubernetes/{path}")
    return list(yaml.safe_load_all(file.content))


def has(one: Made, path: str) -> bool:
    return any(artefact.path == f"infra/kubernetes/{path}" for artefact in one.artefacts)


def pod(one: Made, path: str, number: int = 1) -> dict:
    return read(one, path)[number]["spec"]["template"]["spec"]


def decided(one: Made, subject: str) -> list[tuple[str, str]]:
    return [(decision.outcome, decision.message) for decision in one.decisions if decision.subject == subject]


def of(name: str, **new: object) -> Landscape:
    return changed(name, lambda one: replace(one, **new))


# workloads --------------------------------------------------------------------------------------------------------------


def test_commands_of_compose_are_arguments_and_entry_points_are_commands() -> None:
    container = pod(made(of("api", entrypoint=said(("/entry",), 1))), "base/deployments/api.yaml")["containers"][0]
    assert (container["command"], container["args"][0]) == (["/entry"], "uvicorn")


def test_a_worker_has_no_service_and_nobody_may_reach_it() -> None:
    assert not has(made(), "base/services/worker.yaml")
    assert not has(made(), "base/network/worker.yaml")


def test_a_clock_that_runs_all_the_time_is_alone() -> None:
    one = made(of("nightly_report", schedule=None))
    spec = read(one, "base/deployments/nightly-report.yaml")[1]["spec"]
    assert spec["strategy"] == {"type": "Recreate"}
    assert not has(one, "overlays/production/scaling/nightly-report.yaml")
    assert decided(one, "pods of nightly_report")[0][0] == "defaulted"


def test_a_disk_is_one_pods_at_a_time() -> None:
    uploads = Volume("named", said("My_Uploads", 1), said("/srv", 1))
    one = made(of("api", volumes=(uploads,)), volumes={"My_Uploads": "5Gi"})
    assert read(one, "base/volumes/api.yaml")[0]["spec"]["resources"] == {"requests": {"storage": "5Gi"}}
    assert read(one, "base/volumes/api.yaml")[0]["metadata"]["name"] == "my-uploads"
    assert read(one, "base/deployments/api.yaml")[1]["spec"]["strategy"] == {"type": "Recreate"}
    assert not has(one, "overlays/production/scaling/api.yaml")
    assert decided(one, "size of volume My_Uploads") == []
    assert decided(made(of("api", volumes=(uploads,))), "size of volume My_Uploads")[0][0] == "defaulted"


@pytest.mark.parametrize(
    "value, line, there, told",
    [
        # Only the code says it: the code has it without being told.
        ("localhost", 7, False, True),
        ("info", 7, False, False),
        ("cache", 3, True, False),
    ],
)
def test_what_only_the_code_says_is_left_to_the_code(value: str, line: int, there: bool, told: bool) -> None:
    one = made(of("api", settings=(Setting("CACHE_HOST", said(value, line), False, False, (at(7),), (at(3),)),)))
    text = b"".join(artefact.content for artefact in one.artefacts).decode()
    assert (f"CACHE_HOST={value}" in text) is there
    assert bool(decided(one, "CACHE_HOST of api")) is told


def test_the_disk_of_a_database_is_its_own() -> None:
    one = made(of("worker", volumes=(Volume("named", said("pgdata", 1), said("/backup", 1)),)))
    assert not has(one, "base/volumes/worker.yaml")
    assert decided(one, "volume /backup of worker")[0][0] == "dropped"


VOLUMES = [
    (
        Volume("bind", said("apps/api", 1), said("/app", 1), left="in a cluster the image holds the code"),
        "apps/api is not mounted: in a cluster the image",
    ),
    (Volume("bind", None, said("/var/run/docker.sock", 1)), "the repository is not mounted"),
    (Volume("bind", said("conf/app.ini", 1), said("/etc/app.ini", 1), file=True, left="conf/app.ini:3 looks like a secret"), "app.ini:3 looks like"),
    (Volume("bind", said("certs", 1), said("/certs", 1), read_only=True, absent=True), "nothing of the repository lies in certs"),
    (Volume("bind", said("keys/tls.pem", 1), said("/tls.pem", 1), absent=True), "nothing of the repository lies in keys/tls.pem"),
    (Volume("bind", said("apps/api/node_modules", 1), said("/app/node_modules", 1), absent=True), "is made when the image is built"),
    (Volume("secret", said("token", 1), said("/run/secrets/token", 1)), "the secret token is a file there"),
]


@pytest.mark.parametrize("volume, says", VOLUMES, ids=[str(volume.target) for volume, _ in VOLUMES])
def test_what_cannot_be_mounted_is_said(volume, says) -> None:
    one = made(of("api", volumes=(volume,)))
    assert says in decided(one, f"volume {volume.target} of api")[0][1]
    assert [mount["name"] for mount in pod(one, "base/deployments/api.yaml")["containers"][0]["volumeMounts"]] == ["tmp"]


def test_a_folder_of_the_host_that_holds_data_is_a_claim() -> None:
    data = Volume("bind", said(".data/mysql", 1), said("/var/lib/mysql", 1), absent=True)
    one = made(of("db", image=said("mariadb:10.11", 1), volumes=(data,)), volumes={"data-mysql": "50Gi"})
    claim = read(one, "components/db/statefulset.yaml")[1]["spec"]["volumeClaimTemplates"][0]
    assert (claim["metadata"]["name"], claim["spec"]["resources"]["requests"]["storage"]) == ("data-mysql", "50Gi")
    assert decided(made(of("db", volumes=(data,))), "size of volume data-mysql")[0][0] == "defaulted"
    # what two mount is one claim of both
    uploads = Volume("bind", said("./uploads", 1), said("/srv/uploads", 1), absent=True)
    both = changed("worker", lambda one: replace(one, volumes=(uploads,)), of("api", volumes=(uploads,)))
    assert read(made(both), "base/volumes/api.yaml")[0]["spec"]["accessModes"] == ["ReadWriteMany"]


CONF = MountedFile("redis.conf", RepoPath("conf/redis.conf"), ("maxmemory 64mb", "", "appendonly yes"))
PROBING = (
    MountedFile("ready.sh", RepoPath("probes/ready.sh"), ("#!/bin/sh", "redis-cli ping"), executable=True),
    MountedFile("more/ready.sh", RepoPath("probes/more/ready.sh"), ("#!/bin/sh",)),
)


def test_files_of_the_repository_are_mounted_where_they_were() -> None:
    volumes = (
        Volume("bind", said("conf/redis.conf", 1), said("/usr/local/etc/redis.conf", 1), file=True, files=(CONF,)),
        Volume("bind", said("probes", 2), said("/probes", 2), files=PROBING),
    )
    one = made(of("cache", volumes=volumes))
    container = pod(one, "components/cache/statefulset.yaml")["containers"][0]
    mounted = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
    assert (mounted["/usr/local/etc/redis.conf"]["subPath"], mounted["/usr/local/etc/redis.conf"]["readOnly"]) == ("redis.conf", True)
    assert mounted["/probes"] == {"name": "files-cache-2", "mountPath": "/probes", "readOnly": True}
    assert pod(one, "components/cache/statefulset.yaml")["volumes"][1:3] == [
        {"name": "files-cache-1", "configMap": {"name": "cache-files", "items": [{"key": "redis.conf", "path": "redis.conf"}]}},
        {"name": "files-cache-2", "configMap": {"name": "cache-files", "defaultMode": 0o555, "items": [
            {"key": "ready.sh", "path": "ready.sh"}, {"key": "more-ready.sh", "path": "more/ready.sh"},
        ]}},
    ]  # fmt: skip
    written = {artefact.path: artefact for artefact in one.artefacts}
    conf = written[RepoPath("infra/kubernetes/components/cache/files/redis.conf")]
    assert conf.content == b"maxmemory 64mb\n\nappendonly yes\n"
    assert conf.origins[3] == (Origin(RepoPath("conf/redis.conf"), 3),)
    assert decided(one, "volume /probes of cache")[0][0] == "mapped"


def test_what_an_image_writes_is_not_made_read_only() -> None:
    one = made(of("cache", volumes=(Volume("bind", said("redis", 1), said("/data", 1), files=(CONF,)),)))
    assert "cannot be written" in decided(one, "volume /data of cache")[0][1]
    assert not has(one, "components/cache/files/redis.conf")


@pytest.mark.parametrize(
    "command, there",
    [
        (("chown", "-R", "1001:1001", "/var/uploads"), False),
        (("sh", "-c", "mkdir -p /data && chown -R 1000 /data"), False),
        (("sh", "-c", "chown -R 1000 /data && ./seed.sh"), True),
        (("alembic", "upgrade", "head"), True),
    ],
)
def test_a_cluster_gives_volumes_to_their_users_by_itself(command: tuple[str, ...], there: bool) -> None:
    one = made(of("migrate", build=None, image=said("alpine:3.20", 1), command=said(command, 2)))
    assert has(one, "base/jobs/migrate.yaml") is there
    assert bool([message for _, message in decided(one, "migrate") if "fsGroup" in message]) is not there


@pytest.mark.parametrize(
    "name, says", [("db", "a `healthcheck` of its compose service would"), ("cache", "a `healthcheck` of"), ("api", "a route that answers 200")]
)
def test_what_would_make_it_ready_is_what_its_kind_has(name: str, says: str) -> None:
    assert says in decided(made(of(name, probes=())), f"readiness of {name}")[0][1]


def test_what_is_held_in_memory_stays_there() -> None:
    one = pod(
        made(of("api", volumes=(Volume("tmpfs", None, said("/cache", 1)), Volume("anonymous", None, said("/scratch", 2))))),
        "base/deployments/api.yaml",
    )
    assert one["volumes"][1:] == [{"name": "scratch-1", "emptyDir": {"medium": "Memory"}}, {"name": "scratch-2", "emptyDir": {}}]


def test_migrations_that_no_workload_runs_are_a_job() -> None:
    landscape = replace(LANDSCAPE, workloads=tuple(one for one in LANDSCAPE.workloads if one.name != "migrate"), links=LANDSCAPE.links[:2])
    one = made(landscape)
    job = read(one, "base/jobs/migrate.yaml")[1]
    container = job["spec"]["template"]["spec"]["containers"][0]
    assert (container["args"], container["image"]) == (["alembic", "upgrade", "head"], "acme/api")
    assert "ports" not in container
    assert not has(made(replace(landscape, migrations=None)), "base/jobs/migrate.yaml")


OTHER = replace(API, name="admin", label="admin", directory=RepoPath("services"), build=Build(said(RepoPath("services"), 1), None))


@pytest.mark.parametrize(
    "command, where, workloads, image",
    [
        (("alembic", "upgrade", "head"), "alembic.ini", (replace(API, directory=RepoPath("")),), "acme/api"),  # at the root
        (("alembic", "upgrade", "head"), "services/api-gateway/alembic.ini", (OTHER, API), "acme/api"),  # the nearest
        (("alembic", "upgrade", "head"), "services/alembic.ini", (OTHER, API), "acme/admin"),
        (("python", "manage.py", "migrate"), "manage.py", (replace(API, directory=RepoPath(""), kind=said(Kind.WEB, 1)),), "acme/api"),
        (("npx", "prisma", "migrate", "deploy"), "prisma/schema.prisma", (replace(API, directory=RepoPath(""), language="node"),), "acme/api"),
        (("npx", "prisma", "migrate", "deploy"), "prisma/schema.prisma", (replace(API, directory=RepoPath("")),), None),
        (("alembic", "upgrade", "head"), "other/alembic.ini", (API,), None),
        (("sh", "-c", "cd db && alembic upgrade head"), "db/alembic.ini", (replace(API, directory=RepoPath("")), replace(MIGRATE, command=said(("sh", "-c", "./seed.sh"), 1), name="seed", label="seed")), "acme/api"),
        (("sh", "-c", "cd db && alembic upgrade head"), "db/alembic.ini", (replace(API, directory=RepoPath("")), replace(MIGRATE, name="schema", label="schema")), None),
    ],
)  # fmt: skip
def test_a_job_migrates_with_the_image_whose_code_it_is(
    command: tuple[str, ...], where: str, workloads: tuple[Workload, ...], image: str | None
) -> None:
    landscape = replace(LANDSCAPE, workloads=workloads, links=(), migrations=Said(command, (Origin(RepoPath(where), 1),)))
    one = made(landscape)
    assert has(one, "base/jobs/migrate.yaml") is (image is not None)
    if image is not None:
        container = read(one, "base/jobs/migrate.yaml")[1]["spec"]["template"]["spec"]["containers"][0]
        assert container["image"] == image
        assert [*container.get("command", ()), *container["args"]] == list(command)


def test_a_workload_runs_where_the_sources_run_it() -> None:
    one = made(of("worker", environments=("production",)))
    where = {overlay: read(one, f"overlays/{overlay}/kustomization.yaml")[0].get("components", []) for overlay in ("dev", "staging", "production")}
    assert {overlay: "../../components/worker" in several for overlay, several in where.items()} == {
        "dev": False,
        "staging": True,
        "production": True,
    }
    assert decided(made(of("worker", environments=("test",))), "worker")[0][0] == "dropped"


ELSEWHERE = [
    (of("web", build=None, image=said("prom/prometheus:v3", 1), kind=said(Kind.MONITORING, 1)), "web", "beside it"),
    (of("web", build=None, image=said("mailhog:1", 1), kind=said(Kind.TOOL, 1)), "web", "for developers"),
    (of("worker", build=None, image=said("x:1", 1), kind=said(Kind.UNKNOWN, 1)), "worker", "nothing that runs here asks for it"),
    (of("worker", build=None, image=said("acme/worker", 1)), "worker", "no tag"),
    (of("worker", build=None, image=said("acme/worker:latest", 1)), "worker", "no tag"),
    (of("worker", build=None, image=said("acme/worker:${TAG}", 1)), "worker", "no tag"),
    (of("worker", build=None, image=None), "worker", "no image"),
    (of("cache", image=said("redis", 1)), "cache", "say one as `images.cache`"),
    (replace(LANDSCAPE, existing=(Existing("Deployment", "worker", at(1)),)), "worker", "a Deployment for it already"),
]  # fmt: skip


@pytest.mark.parametrize("landscape, name, says", ELSEWHERE)
def test_what_is_not_run_is_said(landscape, name, says) -> None:
    one = made(landscape)
    assert not any(artefact.path.endswith((f"deployments/{name}.yaml", f"components/{name}/statefulset.yaml")) for artefact in one.artefacts)
    assert [message for outcome, message in decided(one, name) if outcome == "dropped" and says in message]


def test_an_image_without_a_tag_is_run_when_somebody_says_which() -> None:
    assert (
        pod(made(of("cache", image=said("redis", 1)), images={"cache": "redis:7.4"}), "components/cache/statefulset.yaml")["containers"][0]["image"]
        == "redis:7.4"
    )


def test_nothing_to_run_is_said() -> None:
    for landscape in (Landscape("empty", (), ()), replace(LANDSCAPE, workloads=())):
        one = made(landscape)
        assert (one.artefacts, one.absent != "") == ((), True)


IMAGES = [
    ("postgres", False),
    ("postgres:latest", False),
    ("postgres:16", True),
    ("r:5000/x", False),
    ("r:5000/x:1", True),
    ("x@sha256:abc", True),
    ("x:$T", False),
]


@pytest.mark.parametrize("image, expected", IMAGES)
def test_an_image_says_which_it_is(image, expected) -> None:
    assert tagged(image) is expected


# pods -------------------------------------------------------------------------------------------------------------------

USERS = [
    ("1000", 1000, 1000), ("1000:2000", 1000, 2000), ("node", 1000, 1000), ("www-data", 33, 33), ("root", 10001, 10001), ("0:0", 10001, 10001),
    ("app", 10001, 10001), ("${UID}:${GID}", 10001, 10001), ("1000660000:0", 1000660000, 1000660000),
]  # fmt: skip


@pytest.mark.parametrize("user, number, group", USERS)
def test_nobody_is_root(user, number, group) -> None:
    one = made(of("api", user=said(user, 9)))
    context = pod(one, "base/deployments/api.yaml")["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"]) == (number, group)
    assert bool(decided(one, "user of api")) is (number == 10001)


def test_a_database_owns_the_folder_of_its_data() -> None:
    one = made()
    file = next(artefact for artefact in one.artefacts if artefact.path.endswith("components/db/config.properties"))
    assert b"PGDATA=/var/lib/postgresql/data/own\n" in file.content
    assert pod(one, "components/db/statefulset.yaml")["securityContext"]["runAsUser"] == 70
    debian = made(of("db", image=said("postgres:16.4", 91)))
    assert pod(debian, "components/db/statefulset.yaml")["securityContext"]["runAsUser"] == 999


def test_a_start_period_is_a_probe_of_its_own_unless_there_is_one() -> None:
    container = pod(made(), "base/deployments/api.yaml")["containers"][0]
    assert container["startupProbe"] == {"httpGet": {"path": "/health/live", "port": "http"}, "periodSeconds": 5, "failureThreshold": 4}
    start = Probe("start", said("/started", 1), 8000)
    own = pod(made(of("api", probes=(*API.probes, start))), "base/deployments/api.yaml")["containers"][0]["startupProbe"]
    assert own == {"httpGet": {"path": "/started", "port": "http"}}


def test_probes_are_only_those_that_exist() -> None:
    container = pod(made(), "base/deployments/web.yaml")["containers"][0]
    assert not [key for key in container if key.endswith("Probe")]
    assert decided(made(), "readiness of web")[0][0] == "dropped"


def test_intervals_are_whole_seconds() -> None:
    probe = Probe("live", command=said(("true",), 1), interval=said(0.5, 1), timeout=said(2.5, 1), retries=said(0, 1))
    assert pod(made(of("api", probes=(probe,))), "base/deployments/api.yaml")["containers"][0]["livenessProbe"] == {
        "exec": {"command": ["true"]}, "periodSeconds": 1, "timeoutSeconds": 3, "failureThreshold": 1,
    }  # fmt: skip


# settings ---------------------------------------------------------------------------------------------------------------


def config(one: Made, name: str = "api", place: str = "base/configmaps") -> dict[str, str]:
    file = next(artefact for artefact in one.artefacts if artefact.path == f"infra/kubernetes/{place}/{name}.properties")
    return dict(line.split("=", 1) for line in file.content.decode().splitlines())


def test_the_port_that_code_reads_is_the_containers() -> None:
    ports = (Port(said(8000, 15), variable="PORT", published=said("80", 15)),)
    assert config(made(of("api", ports=ports, settings=(setting("PORT", "80", 1),))))["PORT"] == "8000"


def test_what_the_code_has_itself_is_not_said_again() -> None:
    own = replace(setting("TIMEOUT", "3", 1), givers=())
    assert "TIMEOUT" not in config(made(of("api", settings=(own, setting("LOG_LEVEL", "info", 2)))))


def test_secrets_are_references_and_optional_ones_are_left_out() -> None:
    own = replace(setting("SENTRY_KEY", None, 1, secret=True), givers=())
    one = made(of("api", settings=(*API.settings, own)))
    assert [entry["secretKey"] for entry in read(one, "base/secrets/api.yaml")[0]["spec"]["data"]] == ["DATABASE_URL", "JWT_SECRET"]
    assert decided(one, "SENTRY_KEY of api")[0][0] == "dropped"
    assert b"JWT_SECRET" not in b"".join(artefact.content for artefact in one.artefacts if artefact.path.endswith(".properties"))


def test_what_nobody_sets_is_said() -> None:
    own = replace(setting("REGION", None, 1, required=True), givers=())
    assert decided(made(of("api", settings=(own,))), "REGION of api")[0][0] == "dropped"


def test_a_value_of_several_lines_is_said() -> None:
    assert decided(made(of("api", settings=(setting("PEM", "a\nb", 1),))), "PEM of api")[0][0] == "dropped"


ADDRESSES = [
    ("redis://my_cache:6379/0", "redis://my-cache:6379/0"), ("my_cache:6379", "my-cache:6379"), ("my_cache", "my-cache"),
    ("redis://user@my_cache/0", "redis://user@my-cache/0"), ("my_cache_prefix", "my_cache_prefix"), ("see my_cache", "see my_cache"),
]  # fmt: skip


@pytest.mark.parametrize("value, expected", ADDRESSES)
def test_hosts_are_called_as_the_cluster_calls_them(value, expected) -> None:
    landscape = changed("cache", lambda one: replace(one, name="my_cache", label="my-cache"))
    landscape = changed("api", lambda one: replace(one, settings=(setting("CACHE", value, 1),)), landscape)
    assert config(made(landscape))["CACHE"] == expected


def test_environments_have_what_is_theirs() -> None:
    several = (
        Difference("development", "environment.DEBUG", said("1", 1)),
        Difference("production", "environment.LOG_LEVEL", None),
        Difference("development", "command", said("x", 2)),
    )
    one = made(of("api", differences=several))
    assert config(one, place="overlays/dev/configmaps")["DEBUG"] == "1"
    assert "LOG_LEVEL" not in config(one)
    assert config(one, place="overlays/dev/configmaps")["LOG_LEVEL"] == "info"
    apart = replace(of("api", differences=several), environments={**LANDSCAPE.environments, "staging": ()})
    assert config(made(apart), place="overlays/staging/configmaps")["LOG_LEVEL"] == "info"  # a staging of its own is told nothing of production's
    assert decided(one, "LOG_LEVEL of api")[0][0] == decided(one, "command of api")[0][0] == "dropped"


# the network ------------------------------------------------------------------------------------------------------------


def test_what_was_not_seen_is_not_allowed() -> None:
    def allowed(one: Made) -> set[str]:
        rules = read(one, "components/db/network.yaml")[0]["spec"]["ingress"]
        return {name for rule in rules for name in rule["from"][0]["podSelector"]["matchExpressions"][0]["values"]}

    assert allowed(made()) == {"api", "migrate", "nightly-report", "worker"}
    assert allowed(made(replace(LANDSCAPE, links=tuple(link for link in LANDSCAPE.links if link.source != "worker")))) == {
        "api",
        "migrate",
        "nightly-report",
    }


def test_somebody_elses_service_is_reached_by_those_that_ask_it() -> None:
    stripe = replace(WEB, name="stripe", label="stripe", kind=said(Kind.EXTERNAL, 1), build=None, ports=(), settings=())
    landscape = replace(LANDSCAPE, workloads=(*LANDSCAPE.workloads, stripe), links=(*LANDSCAPE.links, Link("api", "stripe", "client", (at(1),))))
    rule = read(made(landscape), "overlays/production/external/stripe.yaml")[0]
    assert rule["spec"]["egress"] == [{"ports": [{"protocol": "TCP", "port": 443}]}]


def test_somebody_elses_service_keeps_the_name_of_its_certificate() -> None:
    stripe = replace(WEB, name="api.stripe.com", label="api-stripe-com", kind=said(Kind.EXTERNAL, 1), build=None, ports=(), settings=())
    landscape = of("api", settings=(setting("PAY", "https://api.stripe.com/v1", 1),))
    assert config(made(replace(landscape, workloads=(*landscape.workloads, stripe))))["PAY"] == "https://api.stripe.com/v1"


def test_names_of_what_lies_outside_are_made_only_where_settings_need_them() -> None:
    one = made()
    assert [doc["kind"] for doc in read(one, "overlays/production/external/cache.yaml")] == ["Service", "NetworkPolicy"]
    assert [doc["kind"] for doc in read(one, "overlays/production/external/db.yaml")] == ["NetworkPolicy"]
    assert decided(one, "host of cache in production")[0][0] == "defaulted"
    given = made(externals={"production": {"cache": "cache.example.com"}}, external_networks=("10.0.0.0/8",))
    service, policy = read(given, "overlays/production/external/cache.yaml")
    assert service["spec"]["externalName"] == "cache.example.com"
    assert policy["spec"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "10.0.0.0/8"}}]


def test_the_way_outside_is_for_those_that_run_there() -> None:
    """A replica that runs beside its database in development asks nothing in production."""
    links = (*LANDSCAPE.links, Link("cache", "db", "environment", (at(1),), 5432))
    policy = read(made(replace(LANDSCAPE, links=links)), "overlays/production/external/db.yaml")[0]
    assert policy["spec"]["podSelector"]["matchExpressions"][0]["values"] == ["api", "migrate", "nightly-report", "worker"]
    only = replace(LANDSCAPE, links=(links[-1],))
    assert not has(made(only), "overlays/production/external/db.yaml")


HOSTS = [
    ((said("acme.example", 1),), {}, "acme.example", "staging.acme.example"),
    ((said("localhost", 1), said("_", 2), said("~^api", 3), said("*.acme.example", 4)), {}, "web.acme.invalid", "staging.web.acme.invalid"),
    ((), {"domain": "acme.example"}, "web.acme.example", "staging.web.acme.example"),
    ((), {"hosts": {"production": {"web": "www.acme.example"}}}, "www.acme.example", "staging.web.acme.invalid"),
]


@pytest.mark.parametrize("hosts, options, production, staging", HOSTS)
def test_hosts(hosts, options, production, staging) -> None:
    one = made(of("web", hosts=hosts), **options)
    assert [read(one, f"overlays/{overlay}/ingress/web.yaml")[0][0]["value"] for overlay in ("production", "staging")] == [production, staging]


def test_paths_of_a_proxy_share_a_host() -> None:
    links = tuple(replace(link, path="/api/") if (link.source, link.target) == ("nginx", "api") else link for link in LANDSCAPE.links)
    rule = read(made(replace(LANDSCAPE, links=links)), "base/ingress/api.yaml")[0]["spec"]["rules"][0]
    assert (rule["host"], rule["http"]["paths"][0]["path"]) == ("acme.invalid", "/api")


def test_without_a_proxy_what_is_published_is_reached() -> None:
    landscape = replace(LANDSCAPE, workloads=tuple(one for one in LANDSCAPE.workloads if one.name != "nginx"), links=())
    assert has(made(landscape), "base/ingress/web.yaml")
    hidden = changed("web", lambda one: replace(one, ports=(Port(said(3000, 55)),)), landscape)
    assert not has(made(hidden), "base/ingress/web.yaml")


# conditions -------------------------------------------------------------------------------------------------------------


def test_healthy_is_a_wait_completed_an_earlier_wave_started_is_said() -> None:
    one = made()
    wait = read(one, "components/db/waits/api.yaml")[0]["spec"]["template"]["spec"]["initContainers"][0]
    assert (wait["name"], wait["env"][0]["value"]) == ("wait-for-db", "5432")
    outcomes = {decision.subject: decision.outcome for decision in one.decisions if "depends on" in decision.subject}
    assert outcomes["api depends on db (healthy)"] == outcomes["api depends on migrate (completed)"] == "mapped"
    assert outcomes["worker depends on db (started)"] == "dropped"
    honest = made(changed("db", lambda workload: replace(workload, probes=())))
    assert "not yet health" in decided(honest, "api depends on db (healthy)")[0][1]


def test_one_shot_units_may_run_in_pods() -> None:
    one = made(one_shot="init")
    assert [container["args"][0] for container in pod(one, "base/deployments/api.yaml")["initContainers"]] == ["alembic"]
    assert not has(one, "base/jobs/migrate.yaml")
    assert has(one, "base/secrets/migrate.yaml")


def test_who_runs_another_in_its_pods_asks_and_waits_in_its_place() -> None:
    landscape = replace(LANDSCAPE, links=tuple(link for link in LANDSCAPE.links if (link.source, link.target) != ("api", "db")))
    assert not has(made(landscape), "components/db/waits/api.yaml")
    one = made(landscape, one_shot="init")
    assert has(one, "components/db/waits/api.yaml")
    assert read(one, "components/db/network.yaml")[0]["spec"]["ingress"][0]["from"][0]["podSelector"]["matchExpressions"][0]["values"] == [
        "api",
        "nightly-report",
        "worker",
    ]


# kustomize --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_all_that_kustomizations_name_is_there(variant) -> None:
    """A patch, an image and a component that match nothing are no error of kustomize's."""
    assert unmatched(family.artefacts(variant.landscape, variant.options)) == []


def test_what_matches_nothing_is_seen() -> None:
    one = made()
    for old, new in (("name: acme/web", "name: acme/wep"), ("name: web\n", "name: wep\n"), ("components/db", "components/dp")):
        broken = tuple(
            replace(artefact, content=artefact.content.replace(old.encode(), new.encode())) if "overlays/dev/kustom" in artefact.path else artefact
            for artefact in one.artefacts
        )
        assert unmatched(replace(one, artefacts=broken)), old


def unmatched(one: Made) -> list[str]:
    files = {str(artefact.path): artefact.content for artefact in one.artefacts}
    found = []
    for overlay in ("dev", "staging", "production"):
        pending, seen, objects, entries = [f"infra/kubernetes/overlays/{overlay}"], [], [], []
        while pending:
            folder = pending.pop()
            if f"{folder}/kustomization.yaml" not in files:
                found.append(f"{folder} is not there")
                continue
            kustomization = yaml.safe_load(files[f"{folder}/kustomization.yaml"])
            entries.append(kustomization)
            for name in [*kustomization.get("resources", []), *kustomization.get("components", [])]:
                if name.startswith("../../"):
                    pending.append(f"infra/kubernetes/{name.removeprefix('../../')}")
                elif f"{folder}/{name}" in files:
                    seen.append(f"{folder}/{name}")
                    objects += list(yaml.safe_load_all(files[f"{folder}/{name}"]))
                else:
                    found.append(f"{folder}/{name} is not there")
        names = {(thing["kind"], thing["metadata"]["name"]) for thing in objects}
        text = yaml.safe_dump(objects)
        for entry in entries:
            found += [f"{overlay}: {patch['target']}" for patch in entry.get("patches", []) if tuple(patch["target"].values()) not in names]
            found += [f"{overlay}: image {image['name']}" for image in entry.get("images", []) if f"image: {image['name']}\n" not in text]
            found += [f"{overlay}: replicas {count['name']}" for count in entry.get("replicas", []) if ("Deployment", count["name"]) not in names]
    return found


# options ----------------------------------------------------------------------------------------------------------------


def test_options_that_name_nothing_are_all_told() -> None:
    with pytest.raises(PlanError) as caught:
        made(
            hosts={"dev": {"wep": "x.example"}},
            externals={"production": {"cash": "x.example"}},
            volumes={"pg": "1Gi"},
            egress={"apy": (1,)},
            images={"kash": "x:1"},
        )
    assert {problem.where for problem in caught.value.problems} == {
        "hosts.dev.wep",
        "externals.production.cash",
        "volumes.pg",
        "egress.apy",
        "images.kash",
    }


WRONG = [
    {"tags": {"production": "latest"}}, {"images": {"cache": "redis"}}, {"images": {"cache": "redis:latest"}}, {"domain": "Acme.example"}, {"hosts": {"prod": {}}},
    {"databases": {"dev": "inside"}}, {"volumes": {"pgdata": "10GB"}}, {"external_networks": ("10.0.0.1/8",)}, {"egress": {"api": (0,)}}, {"replicas": {"dev": 0}},
    {"ingress_class": "Nginx"}, {"nope": 1},
]  # fmt: skip


@pytest.mark.parametrize("options", WRONG, ids=str)
def test_a_wrong_option_is_refused(options) -> None:
    with pytest.raises(pydantic.ValidationError):
        Options(**options)


def test_all_wrong_options_are_told_at_once() -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        Options(tags={"production": "latest"}, domain="-", volumes={"x": "big"})
    assert caught.value.error_count() == 3


# laws -------------------------------------------------------------------------------------------------------------------


def test_the_same_landscape_makes_the_same_files() -> None:
    assert made() == made()
    turned = replace(LANDSCAPE, workloads=LANDSCAPE.workloads[::-1], links=LANDSCAPE.links[::-1])
    assert {artefact.path: artefact.content for artefact in made(turned).artefacts} == {
        artefact.path: artefact.content for artefact in made().artefacts
    }


def test_nothing_says_latest_or_a_secret() -> None:
    for variant in VARIANTS:
        text = b"".join(artefact.content for artefact in family.artefacts(variant.landscape, variant.options).artefacts)
        assert b":latest" not in text


def test_every_path_is_where_the_structure_wants_it() -> None:
    folders = {artefact.path.split("/")[2] for artefact in made().artefacts}
    assert folders == {"base", "components", "overlays"}
    assert {"deployments", "services", "ingress", "configmaps"} <= {artefact.path.split("/")[3] for artefact in made().artefacts}


def test_the_example_is_what_it_was_thought_to_be() -> None:
    """What rows rest on."""
    assert (DB.ports[0].number.value, BEAT.label, plain(Said(RepoPath("x"), ()))) == (5432, "nightly-report", "x")
