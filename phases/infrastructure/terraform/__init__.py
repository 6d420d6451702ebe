"""Terraform: the network, the cluster, and what the cloud runs in the place of databases and caches that the repository has as images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Made, template_artefact, text_artefact
from migrator.facts.landscape.model import Kind
from migrator.origin import Decision
from migrator.paths import RepoPath
from phases.infrastructure.environments import ENVIRONMENTS, likenesses, runs, secret_key
from phases.infrastructure.terraform.engines import Managed, managed
from phases.infrastructure.terraform.modules import cache, compute, database, monitoring, networking
from phases.infrastructure.terraform.options import Options
from phases.infrastructure.terraform.roots import Root, database_name

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape

__all__ = ["family"]

_RUNS = frozenset({Kind.WEB, Kind.API, Kind.WORKER, Kind.SCHEDULE, Kind.JOB})
_IGNORED = (".terraform/", "*.tfplan", "*.tfstate", "*.tfstate.*", "crash.log")


@dataclass(frozen=True, slots=True)
class Terraform:
    """The family of Terraform's files."""

    name: str = "terraform"
    title: str = "The cloud that the workloads need, in Terraform"
    why: str = (
        "A network, a cluster and the services in the place of databases and caches are made, reviewed and remade as code, an environment a folder."
    )
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """Modules that the landscape has facts for, and three environments that use them."""
        if not any(workload.kind.value in _RUNS for workload in landscape.workloads):
            return Made(
                absent="no application, worker, schedule or job was found: a compose file or a Dockerfile would say what the cloud has to run"
            )
        held, decisions = list[Managed](), [*likenesses(landscape)]
        for workload in landscape.workloads:
            one, several = managed(landscape, workload, options)
            held += [one] if one else []
            decisions += several
        roots = [Root(landscape, options, environment, tuple(_here(held, environment))) for environment in ENVIRONMENTS]
        modules = [
            networking.MODULE,
            compute.MODULE,
            *(one for one in (database.MODULE, cache.MODULE) if any(one.name == other.engine.module for other in held)),
        ]
        files = [artefact for module in (*modules, monitoring.MODULE) for artefact in module.files(options)]
        files += [artefact for root in roots for artefact in root.files()]
        shown = {
            "options": options,
            "environments": tuple(ENVIRONMENTS),
            "modules": [(module.name, _SUMMARIES[module.name]) for module in (*modules, monitoring.MODULE)],
            "held": held,
            "secrets": [
                (secret_key(landscape, ENVIRONMENTS[root.environment], name), origins) for root in roots for name, origins in root.secrets().items()
            ],
        }
        files.append(template_artefact(RepoPath(f"{options.directory}/README.md"), self.name, __name__, "README.md", **shown))
        files.append(text_artefact(RepoPath(f"{options.directory}/.gitignore"), self.name, ((line, ()) for line in _IGNORED)))
        return Made(tuple(files), (*decisions, *_defaults(landscape, options, roots, held)))


_SUMMARIES = {
    "networking": "public and private subnets in several zones, logged",
    "compute": "a Kubernetes cluster, registries of images, who may read which secret",
    "database": "a relational database whose password the cloud makes and keeps",
    "cache": "a cache that is encrypted on disk and on its way",
    "monitoring": "alarms of the parts that the cloud runs, and a place for metrics",
}


def _here(held: list[Managed], environment: str) -> Iterator[Managed]:
    return (one for one in held if environment in one.versions)


def _defaults(landscape: Landscape, options: Options, roots: list[Root], held: list[Managed]) -> Iterator[Decision]:
    """What was taken because nothing says it."""
    family = "terraform"
    for root in roots:
        said = "machines, disks and days of backups are those of sizes.toml; sizes of the plan file can say others"
        yield Decision(f"sizes of {root.environment}", "defaulted", said, family=family)
    if any(workload.built for workload in landscape.workloads):
        said = f"images are built once and kept by {options.registries}, from where all environments take them; registries of the plan file can say another"
        yield Decision("registries", "defaulted", said, family=family)
    if not options.state.bucket:
        said = "no bucket is named: terraform init takes it by -backend-config=bucket=NAME; state.bucket of the plan file can say it"
        yield Decision("state", "defaulted", said, family=family)
    for module in ("database", "cache"):
        if not any(one.engine.module == module for one in held):
            yield Decision(f"module {module}", "dropped", "the landscape has no workload that it would take the place of", family=family)
    for one in held:
        for volume in one.workload.volumes:
            if volume.kind == "named" and volume.source:
                said = "what it holds is not taken along: dump it and load it, and say how big the disk has to be (sizes.*.database_gigabytes)"
                yield Decision(f"volume {volume.source} of {one.workload.name}", "dropped", said, volume.source.origins, family)
        if one.engine.module == "database" and (name := database_name(landscape, one, "production")).origins[0].path == "":
            yield Decision(f"database of {one.workload.name}", "defaulted", f"{name}: {name.origins[0].why}", one.workload.origins, family)
    for workload in landscape.workloads:
        if not any(runs(landscape, workload, long) for long in ENVIRONMENTS.values()):
            yield Decision(f"workload {workload.name}", "dropped", f"it runs in {', '.join(workload.environments)} only", workload.origins, family)


family = Terraform()
