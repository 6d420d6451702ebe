"""What makes a unit's pods, and the pods themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.origin import plain
from phases.infrastructure.kubernetes.heads import head, labels, selector
from phases.infrastructure.kubernetes.objects import claim_templates

if TYPE_CHECKING:
    from collections.abc import Iterable

    from phases.infrastructure.cluster.model import Cluster, Fragment, Unit, Wait


__all__ = ["WAIT_IMAGE", "controller", "waiting"]

WAIT_IMAGE = "busybox:1.37.0"
"""What has `nc`: the images that wait need not."""
_PAUSE = 5
"""Seconds before a pod is told to end, in which proxies learn that it does."""
_CONTAINER = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def controller(unit: Unit, cluster: Cluster) -> Fragment:
    """What makes its pods. A Deployment names no number of replicas: overlays and autoscalers do."""
    template = {"metadata": {"labels": labels(unit)}, "spec": _pod(unit, cluster)}
    shown, chosen = labels(unit), {"matchLabels": selector(unit)}
    match unit.kind:
        case "Deployment":
            strategy: Fragment = {"type": "Recreate"} if unit.single else {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}}
            return head("Deployment", unit.called, shown, spec={"strategy": strategy, "selector": chosen, "template": template})
        case "StatefulSet":
            spec = {"serviceName": unit.called, "replicas": 1, "selector": chosen, "template": template}
            if unit.claims:
                spec["volumeClaimTemplates"] = [{"metadata": {"name": one["name"]}, "spec": one["spec"]} for one in claim_templates(unit)]
            return head("StatefulSet", unit.called, shown, spec=spec)
        case "CronJob":
            job = {"backoffLimit": 1, "template": template}
            spec = {
                "schedule": unit.schedule,
                "concurrencyPolicy": "Forbid",
                "startingDeadlineSeconds": 600,
                "jobTemplate": {"metadata": {"labels": shown}, "spec": job},
            }
            return head("CronJob", unit.called, shown, spec=spec)
        case _:
            # A Job's pods cannot be changed: each sync deletes the one before
            hook = {"argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation"}
            return head("Job", unit.called, shown, hook, spec={"backoffLimit": 3, "ttlSecondsAfterFinished": 86400, "template": template})


def _pod(unit: Unit, cluster: Cluster) -> Fragment:
    pod: dict[str, object] = {
        "serviceAccountName": unit.called,
        "automountServiceAccountToken": False,
        # Else a Service called x makes X_PORT=tcp://… in each pod, which programs take for their own
        "enableServiceLinks": False,
        "securityContext": unit.security,
    }
    if unit.grace is not None:
        pod["terminationGracePeriodSeconds"] = unit.grace
    if unit.kind in {"Job", "CronJob"}:
        pod["restartPolicy"] = "Never" if unit.kind == "Job" else "OnFailure"
    if unit.scales:
        pod["topologySpreadConstraints"] = [
            {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": selector(unit)}}
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ]
    first = [*(waiting(wait) for wait in unit.waits if cluster.beside(unit, wait)), *(_container(cluster.unit(name)) for name in unit.before)]
    if first:
        pod["initContainers"] = first
    pod["containers"] = [{**_container(unit), **_serving(unit)}]
    together = [unit, *(cluster.unit(name) for name in unit.before)]
    # What runs in the pods of another brings its volumes along; what both have is one.
    pod["volumes"] = list({str(plain(one["name"])): one for each in together for one in (*each.volumes, *_claimed(each))}.values())
    return pod


def _claimed(unit: Unit) -> Iterable[Fragment]:
    return [{"name": one.name, "persistentVolumeClaim": {"claimName": one.name}} for one in unit.claims if unit.kind != "StatefulSet"]


def _container(unit: Unit) -> Fragment:
    workload = unit.workload
    made: dict[str, object] = {"name": unit.called, "image": unit.image.name}
    # What compose calls the command are the arguments of the entry point here
    if workload.entrypoint:
        made["command"] = workload.entrypoint.then(list)
    if workload.command:
        made["args"] = workload.command.then(list)
    if workload.working_directory:
        made["workingDir"] = workload.working_directory
    sources = [{"configMapRef": {"name": unit.called}}] if any(unit.config.values()) else []
    sources += [{"secretRef": {"name": unit.called}}] if unit.secrets else []
    if sources:
        made["envFrom"] = sources
    return {**made, "resources": unit.resources, "securityContext": _CONTAINER, "volumeMounts": list(unit.mounts)}


def _serving(unit: Unit) -> Fragment:
    """What only the container of the unit itself has."""
    made: dict[str, object] = {}
    if unit.workload.ports:
        made["ports"] = [{"name": port.name, "containerPort": port.number, "protocol": port.protocol} for port in unit.workload.ports]
    made |= unit.probes
    if unit.kind == "Deployment" and unit.served:
        made["lifecycle"] = {"preStop": {"sleep": {"seconds": _PAUSE}}}
    return made


def waiting(wait: Wait) -> Fragment:
    """An init container that waits for a unit."""
    return {
        "name": f"wait-for-{wait.name}"[:63].rstrip("-"),
        "image": WAIT_IMAGE,
        "command": ["sh", "-c", f'until nc -z -w 2 {wait.name} "$WAIT_PORT"; do sleep 2; done'],
        "env": [{"name": "WAIT_PORT", "value": wait.port.then(str)}],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "100m", "memory": "32Mi"}},
        "securityContext": _CONTAINER,
    }
