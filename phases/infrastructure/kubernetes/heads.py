"""What all objects have in common: labels, and the order in which they are brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phases.infrastructure.cluster.model import Fragment, Unit


__all__ = ["head", "labels", "selector", "wave"]

_WAVES = {
    "ServiceAccount": -2, "Service": -2, "ExternalSecret": -2, "PersistentVolumeClaim": -2, "NetworkPolicy": -2, "StatefulSet": -1, "Job": 0, "Deployment": 1,
    "CronJob": 1, "HorizontalPodAutoscaler": 2, "PodDisruptionBudget": 2, "Ingress": 2,
}  # fmt: skip
"""What Argo CD waits for before it goes on: what pods need comes before them."""
_VERSIONS = {
    "ServiceAccount": "v1", "Service": "v1", "PersistentVolumeClaim": "v1", "NetworkPolicy": "networking.k8s.io/v1", "Ingress": "networking.k8s.io/v1",
    "Deployment": "apps/v1", "StatefulSet": "apps/v1", "Job": "batch/v1", "CronJob": "batch/v1", "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1", "ExternalSecret": "external-secrets.io/v1",
}  # fmt: skip


def head(kind: str, name: object, shown: Fragment, annotations: Fragment | None = None, **rest: object) -> dict[str, object]:
    """An object with its recommended labels and its wave."""
    notes = {**wave(_WAVES[kind]), **(annotations or {})}
    metadata = {"name": name, **({"labels": dict(shown)} if shown else {}), "annotations": notes}
    return {"apiVersion": _VERSIONS[kind], "kind": kind, "metadata": metadata, **rest}


def wave(number: int) -> dict[str, str]:
    """The annotation by which Argo CD knows the wave of an object."""
    return {"argocd.argoproj.io/sync-wave": str(number)}


def labels(unit: Unit) -> dict[str, object]:
    """The labels of what belongs to a unit."""
    return {**selector(unit), "app.kubernetes.io/component": unit.workload.kind.then(str)}


def selector(unit: Unit) -> dict[str, object]:
    """The label by which its pods are found: it never changes."""
    return {"app.kubernetes.io/name": unit.called}
