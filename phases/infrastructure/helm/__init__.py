"""A Helm chart of the same objects as the kustomize overlays: what is true of the repository stands in values, the templates are the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, Made, json_artefact, template_artefact, yaml_artefact
from migrator.errors import MigrateError
from migrator.origin import Decision
from migrator.paths import RepoPath
from phases.infrastructure.cluster.options import Options
from phases.infrastructure.cluster.units import cluster
from phases.infrastructure.helm import values
from phases.infrastructure.helm.schema import schema
from phases.infrastructure.kubernetes import NOTHING, ROOT, mounted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from migrator.facts.landscape.model import Landscape
    from phases.infrastructure.cluster.model import Cluster

__all__ = ["family"]

_NAME = "helm"
_TEMPLATES = (
    "NOTES.txt", "_helpers.tpl", "controllers.yaml", "ingress.yaml", "network.yaml", "scaling.yaml", "services.yaml", "settings.yaml",
    "tests/connection.yaml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Family:
    name: str = _NAME
    title: str = "A Helm chart of what the repository runs"
    why: str = "Who installs with Helm gets the same objects as the overlays, with a schema that refuses what is misspelt."
    options: type[BaseModel] = Options
    like: str = "kubernetes"
    """One table says what both are told; what stands in helm's own goes before it."""

    def artefacts(self, landscape: Landscape, options: BaseModel) -> Made:
        """One chart, with values for each environment."""
        if not isinstance(options, Options):
            raise MigrateError("these are the options of another family")
        made = cluster(landscape, options)
        if not made.units:
            return Made(decisions=made.decisions, absent=NOTHING)
        one_shot = [unit for unit in made.units if unit.kind == "Job"]
        hooks = tuple(
            Decision(f"job {unit.name}", "mapped", "a hook of the chart: after the first install, before each upgrade", unit.workload.origins, _NAME)
            for unit in one_shot
        )
        return Made(tuple(_files(made, options)), (*made.decisions, *hooks))


family = _Family()


def _files(made: Cluster, options: Options) -> Iterator[Artefact]:
    folder = f"{ROOT}/helm/{made.name}"
    chart = {
        "apiVersion": "v2",
        "name": made.name,
        "description": f"What {made.name} runs",
        "type": "application",
        "version": "0.1.0",
        "kubeVersion": ">=1.30.0-0",
    }
    yield yaml_artefact(RepoPath(f"{folder}/Chart.yaml"), _NAME, chart)
    yield yaml_artefact(RepoPath(f"{folder}/values.yaml"), _NAME, values.common(made, options))
    for overlay in made.overlays:
        yield yaml_artefact(RepoPath(f"{folder}/values-{overlay}.yaml"), _NAME, values.special(made, overlay))
    yield json_artefact(RepoPath(f"{folder}/values.schema.json"), _NAME, schema(made))
    for unit in made.units:
        yield from mounted(unit, f"{folder}/files/{unit.name}", _NAME)
    for name in _TEMPLATES:
        yield template_artefact(RepoPath(f"{folder}/templates/{name}"), _NAME, __name__, name)
