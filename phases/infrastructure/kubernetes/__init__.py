"""Kustomize: what runs everywhere in a base, what runs somewhere in components, what differs in overlays for development, staging and production."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, Made, text_artefact, yaml_artefact
from migrator.errors import MigrateError
from migrator.origin import Origin, Said
from migrator.paths import RepoPath
from phases.infrastructure.cluster.options import OVERLAYS, Options, Overlay
from phases.infrastructure.cluster.units import cluster
from phases.infrastructure.kubernetes import objects, pods, policies
from phases.infrastructure.kubernetes.heads import wave

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

    from migrator.facts.landscape.model import Landscape
    from phases.infrastructure.cluster.model import Cluster, Fragment, Unit

__all__ = ["NOTHING", "ROOT", "family", "mounted", "namespace"]

ROOT = RepoPath("infra/kubernetes")
NOTHING = "no source says what is built and run here; a compose file or a Dockerfile would"
_NAME = "kubernetes"
_BEFORE_PODS = {"annotations": wave(-2)}
"""What is generated is there before the pods that read it: else a wave waits for pods that wait for the next one."""


def namespace(name: str, overlay: Overlay) -> str:
    """The namespace of an overlay."""
    return f"{name}-{overlay}"


@dataclass(frozen=True, slots=True)
class _Family:
    name: str = _NAME
    title: str = "Kubernetes manifests of what the repository runs"
    why: str = "What runs, who talks to whom and what each needs stands in compose files and code; a cluster can be told the same."
    options: type[BaseModel] = Options

    def artefacts(self, landscape: Landscape, options: BaseModel) -> Made:
        """Base, components and overlays."""
        if not isinstance(options, Options):
            raise MigrateError("these are the options of another family")
        made = cluster(landscape, options)
        if not made.units:
            return Made(decisions=made.decisions, absent=NOTHING)
        return Made(tuple(_Layout(made, options).files()), made.decisions)


family = _Family()


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the objects of a cluster are written."""

    cluster: Cluster
    options: Options

    def files(self) -> Iterator[Artefact]:
        """All files of the family."""
        yield from self._base()
        for unit in self.cluster.somewhere:
            yield from self._component(unit)
        for overlay in self.cluster.overlays:
            yield from self._overlay(overlay)

    @property
    def _labels(self) -> list[Fragment]:
        return [{"pairs": {"app.kubernetes.io/part-of": self.cluster.name}, "includeSelectors": False, "includeTemplates": True}]

    # base and components ------------------------------------------------------------------------------------------------

    def _base(self) -> Iterator[Artefact]:
        folder, rules = f"{ROOT}/base", yaml(f"{ROOT}/base/network/default.yaml", *policies.defaults())
        yield rules
        resources = [Said(_below(rules, folder), ())]
        for unit in self.cluster.everywhere:
            several = self._objects(unit, lambda group, unit=unit: f"{folder}/{group}/{unit.name}.yaml")  # type: ignore[misc]
            yield from several
            resources += [Said(_below(one, folder), unit.workload.origins) for one in several]
        generated: list[Fragment] = []
        for unit in self.cluster.everywhere:
            if unit.common:
                yield _properties(f"{folder}/configmaps/{unit.name}.properties", unit.common)
                generated.append({"name": unit.name, "envs": [f"configmaps/{unit.name}.properties"]})
            elif any(unit.config.values()):
                generated.append({"name": unit.name, "literals": []})
            if unit.files:
                yield from mounted(unit, f"{folder}/files/{unit.name}", _NAME)
                generated.append(_generated(unit, f"files/{unit.name}"))
        yield _kustomization(
            folder, "Kustomization",
            resources=sorted(resources, key=str), configMapGenerator=generated, generatorOptions=_BEFORE_PODS if generated else {},
        )  # fmt: skip

    def _component(self, unit: Unit) -> Iterator[Artefact]:
        """A unit that runs in some overlays only, and what others do about it there."""
        folder = f"{ROOT}/components/{unit.name}"
        resources = self._objects(unit, lambda group: f"{folder}/{group.removesuffix('s')}.yaml")
        yield from resources
        generated: list[Fragment] = []
        if any(unit.config.values()):
            settings = unit.common
            if settings:
                yield _properties(f"{folder}/config.properties", settings)
            generated.append({"name": unit.name, **({"envs": ["config.properties"]} if settings else {"literals": []})})
        if unit.files:
            yield from mounted(unit, f"{folder}/files", _NAME)
            generated.append(_generated(unit, "files"))
        patches = []
        for other in self.cluster.units:
            for wait in other.waits:
                if wait.name == unit.name and not self.cluster.beside(other, wait):
                    patch = yaml(f"{folder}/waits/{other.name}.yaml", _waiting(other, [pods.waiting(wait)]))
                    yield patch
                    patches.append({"path": Said(_below(patch, folder), wait.port.origins), "target": {"kind": other.kind, "name": other.called}})
        yield _kustomization(
            folder, "Component", resources=sorted(_below(one, folder) for one in resources), configMapGenerator=generated,
            generatorOptions=_BEFORE_PODS if generated else {}, patches=patches,
        )  # fmt: skip

    def _objects(self, unit: Unit, place: Callable[[str], str]) -> list[Artefact]:
        """The files of a unit, by the groups that they belong to."""
        group = {"Deployment": "deployments", "StatefulSet": "statefulsets"}.get(unit.kind, "jobs")
        runs = [] if any(unit.name in other.before for other in self.cluster.units) else [pods.controller(unit, self.cluster)]
        groups: dict[str, list[Fragment]] = {
            group: [objects.account(unit), *runs] if runs else [],
            "services": [objects.service(unit)] if unit.served and unit.kind in {"Deployment", "StatefulSet"} else [],
            "ingress": [objects.ingress(unit, self.cluster, self.options.issuer)] if unit.ingress else [],
            "secrets": [objects.secret(unit, self.cluster)] if unit.secrets else [],
            "volumes": objects.claims(unit),
            "network": policies.policies(unit, self.cluster, self.options.monitoring_namespace) + ([policies.egress(unit)] if unit.egress else []),
        }
        return [yaml(place(group), *several) for group, several in groups.items() if several]

    # overlays -----------------------------------------------------------------------------------------------------------

    def _overlay(self, overlay: Overlay) -> Iterator[Artefact]:
        cluster, folder = self.cluster, f"{ROOT}/overlays/{overlay}"
        units = [unit for unit in cluster.units if overlay in unit.overlays]
        space = namespace(cluster.name, overlay)
        resources = [yaml(f"{folder}/namespace.yaml", _namespace(space, overlay))]
        resources += [
            yaml(f"{folder}/external/{one.name}.yaml", *objects.external(one, overlay), policies.outwards(one, self.options.external_networks))
            for one in cluster.externals
            if overlay in one.overlays
        ]
        counts = []
        for unit in units:
            scale = unit.scales.get(overlay)
            several = [objects.autoscaler(unit, scale)] if scale and scale.most else []
            if scale and scale.least.value > 1:
                several.append(objects.budget(unit))
                counts += [] if scale.most else [{"name": unit.name, "count": scale.least}]
            if several:
                resources.append(yaml(f"{folder}/scaling/{unit.name}.yaml", *several))
        yield from resources
        patches, generated = [], []
        for unit in units:
            if unit.ingress:
                host = unit.ingress.hosts[overlay]
                places = ("/spec/rules/0/host", "/spec/tls/0/hosts/0")
                patch = yaml(f"{folder}/ingress/{unit.name}.yaml", [{"op": "replace", "path": place, "value": host} for place in places])
                yield patch
                patches.append({"path": _below(patch, folder), "target": {"kind": "Ingress", "name": unit.name}})
            if special := unit.special(overlay):
                yield _properties(f"{folder}/configmaps/{unit.name}.properties", special)
                generated.append({"name": unit.name, "behavior": "merge", "envs": [f"configmaps/{unit.name}.properties"]})
        images = [
            {"name": image.name, "newName": image.repository, "newTag": image.tags[overlay]}
            for image in cluster.images if any(unit.image.name.value == image.name.value for unit in units)
        ]  # fmt: skip
        yield _kustomization(
            folder, "Kustomization", namespace=space, labels=self._labels, resources=["../../base", *sorted(_below(one, folder) for one in resources)],
            components=[f"../../components/{unit.name}" for unit in cluster.somewhere if overlay in unit.overlays],
            configMapGenerator=generated, images=images, replicas=counts, patches=patches,
            replacements=[_environment(space)] if any(unit.secrets for unit in units) else [],
        )  # fmt: skip


def _namespace(space: str, overlay: Overlay) -> Fragment:
    labels = {"environment": OVERLAYS[overlay], "pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space, "labels": labels, "annotations": wave(-3)}}


def _environment(space: str) -> Fragment:
    """The second part of the name under which a secret is kept is the environment, as the namespace says it."""
    source = {"kind": "Namespace", "name": space, "fieldPath": "metadata.labels.environment"}
    target = {"select": {"kind": "ExternalSecret"}, "fieldPaths": ["spec.data.*.remoteRef.key"], "options": {"delimiter": "/", "index": 1}}
    return {"source": source, "targets": [target]}


def _waiting(unit: Unit, waits: list[Fragment]) -> Fragment:
    """A patch by which a unit waits for another that runs beside it here."""
    template: Fragment = {"template": {"spec": {"initContainers": waits}}}
    spec = {"jobTemplate": {"spec": template}} if unit.kind == "CronJob" else template
    version = "batch/v1" if unit.kind in {"Job", "CronJob"} else "apps/v1"
    return {"apiVersion": version, "kind": unit.kind, "metadata": {"name": unit.name}, "spec": spec}


def mounted(unit: Unit, folder: str, family: str) -> Iterator[Artefact]:
    """The files that its pods find mounted, as the repository has them."""
    for one in unit.files:
        lines = [(line, (Origin(one.file.path, number),)) for number, line in enumerate(one.file.lines, start=1)]
        yield text_artefact(RepoPath(f"{folder}/{one.key}"), family, lines)


def _generated(unit: Unit, folder: str) -> Fragment:
    """The generator of the ConfigMap that holds them."""
    return {"name": f"{unit.name}-files", "files": [Said(f"{folder}/{one.key}", (Origin(one.file.path),)) for one in unit.files]}


def _properties(path: str, settings: object) -> Artefact:
    assert isinstance(settings, dict), "settings are a table"  # noqa: S101
    lines = [(f"{name}={said.value if isinstance(said, Said) else said}", said.origins) for name, said in settings.items()]
    return text_artefact(RepoPath(path), _NAME, lines)


def _kustomization(folder: str, kind: str, **fields: object) -> Artefact:
    version = "v1beta1" if kind == "Kustomization" else "v1alpha1"
    head = {"apiVersion": f"kustomize.config.k8s.io/{version}", "kind": kind}
    return yaml(f"{folder}/kustomization.yaml", {**head, **{key: value for key, value in fields.items() if value}})


def _below(artefact: Artefact, folder: str) -> str:
    return artefact.path.removeprefix(f"{folder}/")


def yaml(path: str, *documents: object) -> Artefact:
    """A file of this family."""
    return yaml_artefact(RepoPath(path), _NAME, *documents)
