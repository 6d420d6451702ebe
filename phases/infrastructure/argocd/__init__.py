"""Delivery by Argo CD: a project that may read one repository and write a few namespaces, an application for each environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, Made, yaml_artefact
from migrator.errors import MigrateError
from migrator.origin import Decision, Said, default
from migrator.paths import RepoPath
from phases.infrastructure.argocd.options import Options
from phases.infrastructure.cluster.options import OVERLAYS, Overlay
from phases.infrastructure.cluster.options import Options as ClusterOptions
from phases.infrastructure.cluster.units import cluster
from phases.infrastructure.kubernetes import NOTHING, ROOT, namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from migrator.facts.landscape.model import Landscape

__all__ = ["family"]

_NAME = "argocd"
_FOLDER = "infra/ci-cd/argocd"
_NOWHERE = "https://git.invalid"
_FIRST = "v0.1.0"
_VERSION = "argoproj.io/v1alpha1"
_KINDS = (
    ("", "ConfigMap"), ("", "PersistentVolumeClaim"), ("", "Service"), ("", "ServiceAccount"), ("apps", "Deployment"), ("apps", "StatefulSet"),
    ("autoscaling", "HorizontalPodAutoscaler"), ("batch", "CronJob"), ("batch", "Job"), ("external-secrets.io", "ExternalSecret"),
    ("networking.k8s.io", "Ingress"), ("networking.k8s.io", "NetworkPolicy"), ("policy", "PodDisruptionBudget"),
)  # fmt: skip
"""Groups and kinds of what the overlays hold; nothing else may be brought in."""


@dataclass(frozen=True, slots=True)
class _Family:
    name: str = _NAME
    title: str = "Delivery of the Kubernetes overlays by Argo CD"
    why: str = "What is in the repository is what runs: reviewed as every change, in one place for each environment."
    options: type[BaseModel] = Options

    def artefacts(self, landscape: Landscape, options: BaseModel) -> Made:
        """A project, and how each overlay is delivered."""
        if not isinstance(options, Options):
            raise MigrateError("these are the options of another family")
        if not cluster(landscape, ClusterOptions()).units:
            return Made(absent=NOTHING)
        delivery = _Delivery(landscape.name, options)
        return Made(tuple(delivery.files()), tuple(delivery.decisions()))


family = _Family()


@dataclass(frozen=True, slots=True)
class _Delivery:
    """How one repository comes into its clusters."""

    name: str
    options: Options

    @property
    def repository(self) -> Said[str]:
        """From where it is read."""
        given = self.options.repository
        return default(given, "the plan says so") if given else default(f"{_NOWHERE}/{self.name}.git", "no source says where the repository is kept")

    def revision(self, overlay: Overlay) -> Said[str]:
        """What is run."""
        given = self.options.revisions.get(overlay)
        if given:
            return default(given, "the plan says so")
        return default(_FIRST if overlay == "production" else "HEAD", "the first release in production, what is newest elsewhere")

    def files(self) -> Iterator[Artefact]:
        """All files of the family."""
        yield yaml_artefact(RepoPath(f"{_FOLDER}/project.yaml"), _NAME, self._project())
        for overlay in OVERLAYS:
            servers = self.options.servers(overlay)
            single = len(servers) == 1
            document = self._application(overlay, servers[0]) if single else self._set(overlay, servers)
            yield yaml_artefact(RepoPath(f"{_FOLDER}/{'applications' if single else 'applicationsets'}/{overlay}.yaml"), _NAME, document)

    def decisions(self) -> Iterator[Decision]:
        """What nothing in the repository says."""
        if not self.options.repository:
            why = f"{self.repository}: no source says where the repository is kept; say it as `repository`, nothing is delivered until then"
            yield Decision("repository of Argo CD", "defaulted", why, family=_NAME)
        if "production" not in self.options.revisions:
            why = f"{_FIRST}: production runs what somebody released; say its tag or commit as `revisions.production`"
            yield Decision("revision in production", "defaulted", why, family=_NAME)

    def _project(self) -> object:
        places = [
            {"server": server, "namespace": namespace(self.name, overlay)} for overlay in OVERLAYS for server in self.options.servers(overlay)
        ]  # fmt: skip
        return {
            "apiVersion": _VERSION,
            "kind": "AppProject",
            "metadata": {"name": self.name, "namespace": self.options.namespace},
            "spec": {
                "description": f"What {self.name} runs",
                "sourceRepos": [self.repository],
                "destinations": places,
                "clusterResourceWhitelist": [{"group": "", "kind": "Namespace"}],
                "namespaceResourceWhitelist": [{"group": group, "kind": kind} for group, kind in _KINDS],
                "orphanedResources": {"warn": True},
            },
        }

    def _spec(self, overlay: Overlay, server: str) -> object:
        return {
            "project": self.name,
            "source": {"repoURL": self.repository, "targetRevision": self.revision(overlay), "path": f"{ROOT}/overlays/{overlay}"},
            "destination": {"server": server, "namespace": namespace(self.name, overlay)},
            "syncPolicy": {
                "automated": {
                    "prune": self.options.prune.get(overlay, overlay != "production"),
                    "selfHeal": self.options.self_heal.get(overlay, True),
                },
                "syncOptions": ["ServerSideApply=true", "PruneLast=true"],
                "retry": {"limit": 5, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}},
            },
            "revisionHistoryLimit": 10,
        }

    def _application(self, overlay: Overlay, server: str) -> object:
        metadata = {"name": namespace(self.name, overlay), "namespace": self.options.namespace, "labels": self._labels(overlay)}
        return {"apiVersion": _VERSION, "kind": "Application", "metadata": metadata, "spec": self._spec(overlay, server)}

    def _set(self, overlay: Overlay, servers: tuple[str, ...]) -> object:
        elements = [{"cluster": str(number), "server": server} for number, server in enumerate(servers, start=1)]
        name = namespace(self.name, overlay)
        return {
            "apiVersion": _VERSION,
            "kind": "ApplicationSet",
            "metadata": {"name": name, "namespace": self.options.namespace, "labels": self._labels(overlay)},
            "spec": {
                "goTemplate": True,
                "goTemplateOptions": ["missingkey=error"],
                "generators": [{"list": {"elements": elements}}],
                "template": {
                    "metadata": {"name": f"{name}-{{{{.cluster}}}}", "labels": self._labels(overlay)},
                    "spec": self._spec(overlay, "{{.server}}"),
                },
            },
        }

    def _labels(self, overlay: Overlay) -> dict[str, str]:
        return {"app.kubernetes.io/part-of": self.name, "environment": OVERLAYS[overlay]}
