"""Landscapes and options that differ from the example in one respect each, for what is derived for clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from migrator.facts.landscape.model import Difference, Kind, Landscape, MountedFile, Port, Volume, Workload
from migrator.paths import RepoPath
from phases.infrastructure.cluster.options import Options
from tests.unit.infrastructure.landscapes import API, BEAT, LANDSCAPE, said, setting


@dataclass(frozen=True)
class Variant:
    """A landscape with the options under which it is looked at."""

    name: str
    landscape: Landscape = LANDSCAPE
    options: Options = field(default_factory=Options)


def changed(name: str, change: Callable[[Workload], Workload], landscape: Landscape = LANDSCAPE) -> Landscape:
    """The landscape in which one workload is another."""
    assert landscape.workload(name), name
    return replace(landscape, workloads=tuple(change(one) if one.name == name else one for one in landscape.workloads))


UPLOADS = Volume("named", said("uploads", 99), said("/srv/uploads", 99))
MOUNTED = (
    Volume("bind", said("conf/app.conf", 1), said("/etc/app.conf", 1), file=True, files=(
        MountedFile("app.conf", RepoPath("conf/app.conf"), ("key = {{ .x }} ${Y}", "", "  more: [a, b]  # why")),
    )),
    Volume("bind", said("probes", 2), said("/probes", 2), files=(
        MountedFile("ready.sh", RepoPath("probes/ready.sh"), ("#!/bin/sh", "exit 0"), executable=True), MountedFile("in/b.txt", RepoPath("probes/in/b.txt"), ()),
    )),
    Volume("bind", said(".data/own", 3), said("/srv/own", 3), absent=True),
)  # fmt: skip
VARIANTS = [
    Variant("as it is"),
    Variant("databases everywhere inside", options=Options(databases={"staging": "statefulset", "production": "statefulset"})),
    Variant("databases everywhere outside", options=Options(databases={"dev": "external"}, external_networks=("10.0.0.0/8",))),
    Variant("one-shot units in pods", options=Options(one_shot="init")),
    Variant("a volume of an API", changed("api", lambda one: replace(one, volumes=(UPLOADS,)))),
    Variant("files of the repository", changed("cache", lambda one: replace(one, volumes=MOUNTED), changed("api", lambda one: replace(one, volumes=MOUNTED)))),
    Variant("files of what runs in pods", changed("migrate", lambda one: replace(one, volumes=(*MOUNTED, UPLOADS))), Options(one_shot="init")),
    Variant("a volume of two", changed("worker", lambda one: replace(one, volumes=(UPLOADS,)), changed("api", lambda one: replace(one, volumes=(UPLOADS,))))),
    Variant("a clock of its own", changed("nightly_report", lambda one: replace(one, schedule=None))),
    Variant("a workload of production only", changed("worker", lambda one: replace(one, environments=("production",)))),
    Variant("a workload of development only", changed("worker", lambda one: replace(one, environments=("development",)))),
    Variant("ports of two protocols", changed("api", lambda one: replace(one, ports=(*one.ports, Port(said(8125, 16), "statsd", "UDP"))))),
    Variant("a port that the code reads", changed("api", lambda one: replace(one, ports=(Port(said(8000, 15), variable="PORT"),)))),
    Variant("a user of a large number", changed("api", lambda one: replace(one, user=said("1000660000:0", 9)))),
    Variant("a user of a name", changed("web", lambda one: replace(one, user=said("node", 9)))),
    Variant("a time to stop", changed("worker", lambda one: replace(one, stop_seconds=said(90.0, 65)))),
    Variant("odd values", changed("api", lambda one: replace(one, settings=(
        setting("QUOTED", '"x"', 1), setting("SPACES", " a # b ", 2), setting("YES", "yes", 3), setting("NUMBER", "0123", 4), setting("EMPTY", "", 5),
        setting("BRACES", "{{ .x }} ${Y} $(Z)", 6), setting("JSON", '{"a": ["b"]}', 7), setting("BACK", "a\\nb", 8),
    )))),
    Variant("many waits", replace(LANDSCAPE, links=tuple(replace(link, evidence="depends_on", condition="healthy") for link in LANDSCAPE.links))),
    Variant("a setting of one place only", changed("worker", lambda one: replace(one, settings=(), differences=(
        Difference("production", "environment.QUEUES", said("high,low", 3)),
    )))),
    Variant("a digest", changed("cache", lambda one: replace(one, image=said("redis@sha256:" + "a" * 64, 111)))),
    Variant("a registry with a port", changed("cache", lambda one: replace(one, image=said("registry:5000/redis:7.4", 111)))),
    Variant("no proxy", replace(LANDSCAPE, workloads=tuple(one for one in LANDSCAPE.workloads if one.kind.value != Kind.PROXY))),
    Variant("no databases", replace(LANDSCAPE, workloads=(API, BEAT), links=())),
    Variant("every answer", options=Options(
        registry="ghcr.io/acme", tags={"production": "1.4.2"}, domain="acme.example", hosts={"dev": {"web": "dev.acme.example"}}, issuer="letsencrypt",
        ingress_class="traefik", ingress_namespace="edge", secret_store="vault", secret_store_kind="ClusterSecretStore", storage_class="fast",
        externals={"production": {"cache": "cache.internal.example"}}, volumes={"pgdata": "50Gi"}, replicas={"dev": 2, "production": 3}, max_replicas=9,
        egress={"api": (443,), "worker": (443, 587)}, monitoring_namespace="observability",
    )),
]  # fmt: skip
CLUSTERS = {"production": ("https://a.example", "https://b.example"), "dev": ("https://d.example",)}
"""Where delivery goes when there are several."""
