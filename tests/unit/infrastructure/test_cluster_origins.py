"""L11 for Kubernetes, Helm and Argo CD: a fact that changes changes the files that used it, and those know where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace

import pytest

from migrator.artefact import Artefact
from migrator.facts.landscape.model import Difference, Kind, Landscape, MountedFile, Port, Volume
from migrator.origin import Origin, Said
from migrator.paths import RepoPath
from phases.infrastructure.argocd import family as argocd
from phases.infrastructure.helm import family as helm
from phases.infrastructure.kubernetes import family as kubernetes
from tests.unit.infrastructure.landscapes import API, LANDSCAPE, MAIN, WEB, said
from tests.unit.infrastructure.variants import changed

Files = dict[RepoPath, Artefact]


def files(landscape: Landscape) -> Files:
    made = [family.artefacts(landscape, family.options()) for family in (kubernetes, helm, argocd)]
    return {artefact.path: artefact for one in made for artefact in one.artefacts}


BEFORE = files(LANDSCAPE)


def differing(landscape: Landscape) -> set[str]:
    now = files(landscape)
    return {path for path in {*BEFORE, *now} if path not in now or path not in BEFORE or now[path].content != BEFORE[path].content}


def of(name: str, **new: object) -> Landscape:
    return changed(name, lambda one: replace(one, **new))


def probe(number: int, **new: object) -> Landscape:
    return of("api", probes=tuple(replace(one, **new) if index == number else one for index, one in enumerate(API.probes)))


def value(name: str, key: str, text: str, line: int) -> Landscape:
    return changed(
        name, lambda one: replace(one, settings=tuple(replace(each, value=said(text, line)) if each.name == key else each for each in one.settings))
    )


def links(keep: Callable[[object], bool]) -> Landscape:
    return replace(LANDSCAPE, links=tuple(link for link in LANDSCAPE.links if keep(link)))


def without(name: str) -> Landscape:
    return replace(
        LANDSCAPE, workloads=tuple(one for one in LANDSCAPE.workloads if one.name != name),
        links=tuple(link for link in LANDSCAPE.links if name not in {link.source, link.target}),
    )  # fmt: skip


VALUES = "helm/acme/values.yaml"
API_PODS, WEB_INGRESS = {"base/deployments/api.yaml", VALUES}, {f"overlays/{one}/ingress/web.yaml" for one in ("dev", "staging", "production")}
ENVIRONMENTS = {f"helm/acme/values-{one}.yaml" for one in ("dev", "staging", "production")}
ROWS = [
    ("a port", of("api", ports=(Port(said(9000, 15), published=said("8080", 15)),)), {"base/services/api.yaml", "base/network/api.yaml", *API_PODS}),
    ("a host port", of("api", ports=(Port(said(8000, 15), published=said("9090", 15)),)), set()),
    ("a port's variable", of("api", ports=(Port(said(8000, 15), variable="PORT"),)), {"base/configmaps/api.properties", VALUES}),
    ("a live path", probe(0, path=said("/livez", 40, MAIN)), API_PODS),
    ("a ready path", probe(1, path=said("/readyz", 45, MAIN)), API_PODS),
    ("an interval", probe(0, interval=said(60.0, 18)), API_PODS),
    ("a timeout", probe(0, timeout=said(2.0, 19)), API_PODS),
    ("retries", probe(0, retries=said(9, 20)), API_PODS),
    ("a start period", probe(0, start_period=said(60.0, 21)), API_PODS),
    ("no probes", of("api", probes=()), API_PODS),
    ("a setting", value("api", "LOG_LEVEL", "warning", 26), {"base/configmaps/api.properties", VALUES}),
    ("a setting of another", value("web", "NEXT_PUBLIC_API_URL", "http://api:8000/v2", 57), {"base/configmaps/web.properties", VALUES}),
    ("a setting in development", of("api", differences=(Difference("development", "environment.LOG_LEVEL", said("trace", 8)),)),
     {"overlays/dev/configmaps/api.properties", "helm/acme/values-dev.yaml"}),
    ("a setting in production", of("api", differences=(Difference("production", "environment.WORKERS", said("8", 8)),)),
     {"base/configmaps/api.properties", VALUES, "overlays/dev/configmaps/api.properties", "helm/acme/values-dev.yaml"}),
    ("a secret less", of("api", settings=API.settings[:-1]), {"base/secrets/api.yaml", VALUES}),
    ("a limit", of("api", resources=replace(API.resources, cpu_limit=said("2", 31))), API_PODS),
    ("a request", of("api", resources=replace(API.resources, memory_request=said("300Mi", 32))), API_PODS),
    ("a user", of("api", user=said("1001", 9)), API_PODS),
    ("a command", of("api", command=said(("gunicorn", "app.main:app"), 14)), API_PODS),
    ("an entry point", of("api", entrypoint=said(("/entry",), 14)), API_PODS),
    ("a time to stop", of("api", stop_seconds=said(40.0, 35)), API_PODS),
    ("a migration", of("migrate", command=said(("alembic", "upgrade", "heads"), 82)), {"base/jobs/migrate.yaml", VALUES}),
    ("a schedule", of("nightly_report", schedule=said("0 4 * * *", 73)), {"base/jobs/nightly-report.yaml", VALUES}),
    ("an image", of("db", image=said("postgres:17.1-alpine", 91)), {"components/db/statefulset.yaml", VALUES}),
    ("another image", of("cache", image=said("redis:8.0-alpine", 111)), {"components/cache/statefulset.yaml", VALUES}),
    ("a volume", of("db", volumes=(Volume("named", said("data", 99), said("/var/lib/postgresql/data", 99)),)), {"components/db/statefulset.yaml", VALUES}),
    ("where a volume lies", of("db", volumes=(Volume("named", said("pgdata", 99), said("/var/lib/postgresql", 99)),)),
     {"components/db/statefulset.yaml", "components/db/config.properties", VALUES}),
    ("a database's probe", of("db", probes=()), {"components/db/statefulset.yaml", VALUES}),
    ("replicas", of("api", replicas=said(4, 35)), {"overlays/production/scaling/api.yaml", "helm/acme/values-production.yaml"}),
    ("a host", of("web", hosts=(said("acme.example", 12),)), {"base/ingress/web.yaml", VALUES, *WEB_INGRESS, *ENVIRONMENTS}),
    ("no metrics", of("api", metrics=None), {"base/network/api.yaml", VALUES}),
    ("the path of metrics", of("api", metrics=replace(API.metrics, path=said("/stats", 50, MAIN))), set()),
    ("a link less", links(lambda link: link.source != "web"), {"base/network/api.yaml", VALUES}),
    ("a link to a database less", links(lambda link: (link.source, link.target) != ("worker", "db")),
     {"components/db/network.yaml", "overlays/staging/external/db.yaml", "overlays/production/external/db.yaml", VALUES}),
    ("a condition", replace(LANDSCAPE, links=(replace(LANDSCAPE.links[0], condition="started"), *LANDSCAPE.links[1:])),
     {"components/db/kustomization.yaml", "components/db/waits/api.yaml", VALUES}),
    ("another proxy", of("nginx", image=said("traefik:3.1", 121)),
     {"base/ingress/api.yaml", "base/ingress/web.yaml", "base/network/api.yaml", "base/network/web.yaml", VALUES}),
    ("no worker", without("worker"), {
        "base/configmaps/worker.properties", "base/deployments/worker.yaml", "base/secrets/worker.yaml", "base/kustomization.yaml",
        "components/cache/network.yaml", "components/db/network.yaml", "helm/acme/values.schema.json", VALUES, *ENVIRONMENTS,
        *(f"overlays/{one}/{name}" for one in ("staging", "production")
          for name in ("external/cache.yaml", "external/db.yaml", "kustomization.yaml", "scaling/worker.yaml")),
    }),
    ("another Dockerfile", of("web", build=replace(WEB.build, dockerfile=said(RepoPath("apps/web/Dockerfile.prod"), 53))), set()),
    ("manifests", replace(LANDSCAPE, manifests=()), set()),
    ("nothing", LANDSCAPE, set()),
]  # fmt: skip


@pytest.mark.parametrize("landscape, expected", [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_a_fact_changes_the_files_that_used_it(landscape, expected) -> None:
    assert differing(landscape) == {f"infra/kubernetes/{path}" for path in expected}


def mounting(*lines: str, target: str = "/x.conf") -> Files:
    """The files where a cache finds one of the repository mounted."""
    one = Volume("bind", said("x.conf", 1), said(target, 1), file=True, files=(MountedFile("x.conf", RepoPath("x.conf"), lines),))
    return files(of("cache", volumes=(one,)))


def test_a_line_of_a_mounted_file_changes_what_is_made_of_it() -> None:
    before = mounting("a", "b")

    def changed_by(after: Files) -> set[str]:
        return {path.removeprefix("infra/kubernetes/") for path in before if after[path].content != before[path].content}

    assert changed_by(mounting("a", "c")) == {"components/cache/files/x.conf", "helm/acme/files/cache/x.conf"}
    assert changed_by(mounting("a", "b", target="/y.conf")) == {"components/cache/statefulset.yaml", VALUES}
    assert changed_by(mounting("a", "b")) == set()


def values(thing: object, path: tuple = ()) -> Iterator[tuple[tuple, Said]]:
    """Each value of the landscape with the way to it."""
    if isinstance(thing, Said):
        yield path, thing
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from values(getattr(thing, one.name), (*path, one.name))
    elif isinstance(thing, tuple):
        for number, one in enumerate(thing):
            yield from values(one, (*path, number))


def put(thing: object, path: tuple, new: object) -> object:
    """The thing with another value at the end of the way."""
    if not path:
        return new
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        return (*thing[:first], put(thing[first], rest, new), *thing[first + 1 :])
    return replace(thing, **{first: put(getattr(thing, first), rest, new)})


def other(value: object) -> object:
    match value:
        case tuple():
            return (*value, "more")
        case int() | float():
            return value + 1
        case _:
            return type(value)(f"{value}1")


WAYS = [(path, one) for path, one in values(LANDSCAPE) if not isinstance(one.value, Kind) and one.value != "unless-stopped"]


@pytest.mark.parametrize("path, one", WAYS, ids=[".".join(map(str, path)) for path, _ in WAYS])
def test_a_file_that_changes_knows_where_the_fact_stands(path, one) -> None:
    """Each value of the landscape in turn: whatever changes had the value's origin."""
    marked = (Origin(RepoPath("marked.yml"), 7),)
    before, after = (files(put(LANDSCAPE, path, Said(text, marked))) for text in (one.value, other(one.value)))
    for file in before.keys() & after.keys():
        if before[file].content != after[file].content:
            assert {*marked} <= before[file].sources, f"{file} changed and does not know why"
