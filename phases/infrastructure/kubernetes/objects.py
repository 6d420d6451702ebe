"""The objects of Kubernetes that a unit is."""

from __future__ import annotations

from collections.abc import Iterable

from migrator.origin import Said
from phases.infrastructure.cluster.model import Allow, Claim, Cluster, External, Fragment, Scale, Unit
from phases.infrastructure.cluster.options import Overlay

__all__ = [
    "CONTAINER", "PAUSE", "WAIT_IMAGE", "access", "account", "autoscaler", "budget", "claims", "controller", "default_policies", "egress", "external", "ingress", "policies", "ports", "secret",
    "service", "waiting", "wave",
]  # fmt: skip

WAIT_IMAGE = "busybox:1.37.0"
"""What has `nc`: the images that wait need not."""
PAUSE = 5
"""Seconds before a pod is told to end, in which proxies learn that it does."""
CONTAINER = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
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


def object_(kind: str, name: object, labels: Fragment, annotations: Fragment | None = None, **rest: object) -> dict[str, object]:
    """An object with its recommended labels and its wave."""
    notes = {**wave(_WAVES[kind]), **(annotations or {})}
    metadata = {"name": name, **({"labels": dict(labels)} if labels else {}), "annotations": notes}
    return {"apiVersion": _VERSIONS[kind], "kind": kind, "metadata": metadata, **rest}


def wave(number: int) -> dict[str, str]:
    """The annotation by which Argo CD knows the wave of an object."""
    return {"argocd.argoproj.io/sync-wave": str(number)}


def _labels(unit: Unit) -> dict[str, object]:
    return {**_selector(unit), "app.kubernetes.io/component": unit.workload.kind.then(str)}


def _selector(unit: Unit) -> dict[str, object]:
    return {"app.kubernetes.io/name": unit.name}


def account(unit: Unit) -> Fragment:
    """Its service account, which has no token."""
    return object_("ServiceAccount", unit.name, _labels(unit), automountServiceAccountToken=False)


def service(unit: Unit) -> Fragment:
    """Its Service, on the ports that it listens on itself; that of a StatefulSet has no address of its own."""
    ports = [{"name": port.name, "port": port.number, "targetPort": port.name, "protocol": port.protocol} for port in unit.workload.ports]
    head = {"clusterIP": "None"} if unit.kind == "StatefulSet" else {}
    return object_("Service", unit.name, _labels(unit), spec={**head, "selector": _selector(unit), "ports": ports})


# pods -----------------------------------------------------------------------------------------------------------------


def controller(unit: Unit, cluster: Cluster) -> Fragment:
    """What makes its pods. A Deployment names no number of replicas: overlays and autoscalers do."""
    template = {"metadata": {"labels": _labels(unit)}, "spec": _pod(unit, cluster)}
    labels, selector = _labels(unit), {"matchLabels": _selector(unit)}
    match unit.kind:
        case "Deployment":
            strategy: Fragment = {"type": "Recreate"} if unit.single else {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}}
            return object_("Deployment", unit.name, labels, spec={"strategy": strategy, "selector": selector, "template": template})
        case "StatefulSet":
            spec = {"serviceName": unit.name, "replicas": 1, "selector": selector, "template": template}
            if unit.claims:
                spec["volumeClaimTemplates"] = [{"metadata": {"name": one["name"]}, "spec": one["spec"]} for one in _claims(unit)]
            return object_("StatefulSet", unit.name, labels, spec=spec)
        case "CronJob":
            job = {"backoffLimit": 1, "template": template}
            spec = {"schedule": unit.schedule, "concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 600, "jobTemplate": {"spec": job}}
            return object_("CronJob", unit.name, labels, spec=spec)
        case _:
            # A Job's pods cannot be changed: each sync deletes the one before
            hook = {"argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation"}
            return object_("Job", unit.name, labels, hook, spec={"backoffLimit": 3, "ttlSecondsAfterFinished": 86400, "template": template})


def _pod(unit: Unit, cluster: Cluster) -> Fragment:
    pod: dict[str, object] = {
        "serviceAccountName": unit.name,
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
            {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": _selector(unit)}}
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ]
    first = [*waiting(unit, cluster, inside=True), *(_container(cluster.unit(name)) for name in unit.before)]
    if first:
        pod["initContainers"] = first
    pod["containers"] = [{**_container(unit), **_serving(unit)}]
    pod["volumes"] = [*unit.volumes, *_claimed(unit)]
    return pod


def _claimed(unit: Unit) -> Iterable[Fragment]:
    return [{"name": one.name, "persistentVolumeClaim": {"claimName": one.name}} for one in unit.claims if unit.kind != "StatefulSet"]


def _container(unit: Unit) -> Fragment:
    workload = unit.workload
    made: dict[str, object] = {"name": unit.name, "image": unit.image.name}
    # What compose calls the command are the arguments of the entry point here
    if workload.entrypoint:
        made["command"] = workload.entrypoint.then(list)
    if workload.command:
        made["args"] = workload.command.then(list)
    if workload.working_directory:
        made["workingDir"] = workload.working_directory
    sources = [{"configMapRef": {"name": unit.name}}] if any(unit.config.values()) else []
    sources += [{"secretRef": {"name": unit.name}}] if unit.secrets else []
    if sources:
        made["envFrom"] = sources
    return {**made, "resources": unit.resources, "securityContext": CONTAINER, "volumeMounts": list(unit.mounts)}


def _serving(unit: Unit) -> Fragment:
    """What only the container of the unit itself has."""
    made: dict[str, object] = {}
    if unit.workload.ports:
        made["ports"] = [{"name": port.name, "containerPort": port.number, "protocol": port.protocol} for port in unit.workload.ports]
    made |= unit.probes
    if unit.kind == "Deployment" and unit.served:
        made["lifecycle"] = {"preStop": {"sleep": {"seconds": PAUSE}}}
    return made


def waiting(unit: Unit, cluster: Cluster, *, inside: bool) -> list[Fragment]:
    """Init containers that wait for units which run wherever this one does (`inside`), or for the others."""
    return [
        {
            "name": f"wait-for-{wait.name}"[:63].rstrip("-"),
            "image": WAIT_IMAGE,
            "command": ["sh", "-c", wait_command(wait.name)],
            "env": [{"name": "WAIT_PORT", "value": wait.port.then(str)}],
            "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "100m", "memory": "32Mi"}},
            "securityContext": CONTAINER,
        }
        for wait in unit.waits
        if (set(unit.overlays) <= set(cluster.unit(wait.name).overlays)) is inside
    ]


def wait_command(name: str) -> str:
    """A shell line that ends when a Service answers."""
    return f'until nc -z -w 2 {name} "$WAIT_PORT"; do sleep 2; done'


# what a unit needs ----------------------------------------------------------------------------------------------------


def _claims(unit: Unit) -> list[dict[str, object]]:
    return [
        {
            "name": one.name,
            "spec": {
                "accessModes": [access(one)],
                **({"storageClassName": one.storage_class} if one.storage_class else {}),
                "resources": {"requests": {"storage": one.size}},
            },
        }
        for one in unit.claims
    ]


def access(claim: Claim) -> str:
    """How a claim may be mounted."""
    return "ReadWriteMany" if claim.many else "ReadWriteOnce"


def claims(unit: Unit) -> list[Fragment]:
    """Its claims to storage; a StatefulSet makes its own."""
    if unit.kind == "StatefulSet":
        return []
    return [object_("PersistentVolumeClaim", one["name"], _labels(unit), spec=one["spec"]) for one in _claims(unit)]


def secret(unit: Unit, cluster: Cluster) -> Fragment:
    """Where its secrets come from, never what they are. Its target is named plainly: kustomize gives what is generated a suffix, but not here."""
    data = [
        {"secretKey": said, "remoteRef": {"key": said.then(lambda key: f"{cluster.name}/environment/{key}")}} for said in unit.secrets
    ]  # fmt: skip
    target = {"name": unit.name, "creationPolicy": "Owner"}
    return object_(
        "ExternalSecret",
        unit.name,
        _labels(unit),
        spec={"refreshInterval": "1h0m0s", "secretStoreRef": cluster.store, "target": target, "data": data},
    )


def ingress(unit: Unit, cluster: Cluster, issuer: str) -> Fragment:
    """How the outside reaches it, with TLS; its host is each overlay's own."""
    assert unit.ingress is not None, "asked for what the outside reaches only"  # noqa: S101
    host = unit.ingress.hosts["production"] if "production" in unit.ingress.hosts else next(iter(unit.ingress.hosts.values()))
    backend = {"service": {"name": unit.name, "port": {"name": unit.ingress.port}}}
    rule = {"host": host, "http": {"paths": [{"path": unit.ingress.path, "pathType": "Prefix", "backend": backend}]}}
    notes = {"cert-manager.io/cluster-issuer": issuer} if issuer else {}
    spec = {"ingressClassName": cluster.ingress_class, "tls": [{"hosts": [host], "secretName": f"{unit.name}-tls"}], "rules": [rule]}
    return object_("Ingress", unit.name, _labels(unit), notes, spec=spec)


def autoscaler(unit: Unit, scale: Scale) -> Fragment:
    """As many pods as the load asks for."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": unit.name}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 75}}}]
    spec = {"scaleTargetRef": target, "minReplicas": scale.least, "maxReplicas": scale.most, "metrics": metrics}
    return object_("HorizontalPodAutoscaler", unit.name, _labels(unit), spec=spec)


def budget(unit: Unit) -> Fragment:
    """One pod at a time may be taken away."""
    spec = {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow", "selector": {"matchLabels": _selector(unit)}}
    return object_("PodDisruptionBudget", unit.name, _labels(unit), spec=spec)


# who may talk to whom -------------------------------------------------------------------------------------------------


def default_policies() -> list[Fragment]:
    """Nothing is allowed but to ask for names."""
    kinds = ["Ingress", "Egress"]
    names = {"to": [_namespace("kube-system")], "ports": [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]}
    return [
        object_("NetworkPolicy", "default-deny", {}, spec={"podSelector": {}, "policyTypes": kinds}),
        object_("NetworkPolicy", "allow-dns", {}, spec={"podSelector": {}, "policyTypes": ["Egress"], "egress": [names]}),
    ]


def _namespace(name: object) -> Fragment:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def ports(numbers: Iterable[Said[int]], unit: Unit | None = None) -> list[Fragment]:
    known = {port.number.value: port.protocol for port in unit.workload.ports} if unit else {}
    return [{"protocol": known.get(port.value, "TCP"), "port": port} for port in numbers]


def _callers(callers: Iterable[Said[str]]) -> Fragment:
    return {"matchExpressions": [{"key": "app.kubernetes.io/name", "operator": "In", "values": list(callers)}]}


def policies(unit: Unit, cluster: Cluster, monitoring: str) -> list[Fragment]:
    """Who may reach it, and that those may go there."""
    rules: list[Fragment] = [{"from": [{"podSelector": _callers(one.callers)}], "ports": ports(one.ports, unit)} for one in unit.allows]
    if unit.ingress:
        port = next(port.number for port in unit.workload.ports if port.name == unit.ingress.port)
        rules.append({"from": [_namespace(cluster.ingress_namespace)], "ports": ports([port], unit)})
    if unit.scraped:
        rules.append({"from": [_namespace(monitoring)], "ports": ports([unit.scraped])})
    made: list[Fragment] = []
    if rules:
        spec = {"podSelector": {"matchLabels": _selector(unit)}, "policyTypes": ["Ingress"], "ingress": rules}
        made.append(object_("NetworkPolicy", unit.name, _labels(unit), spec=spec))
    return [*made, *(_towards(unit.name, number, one, unit) for number, one in enumerate(unit.allows, start=1))]


def _towards(name: str, number: int, allow: Allow, unit: Unit | None = None, networks: Iterable[str] | None = None) -> Fragment:
    to: list[Fragment] = [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": name}}}]
    if networks is not None:
        to = [{"ipBlock": {"cidr": one}} for one in networks]
    rule = {**({"to": to} if to else {}), "ports": ports(allow.ports, unit)}
    spec = {"podSelector": _callers(allow.callers), "policyTypes": ["Egress"], "egress": [rule]}
    return object_("NetworkPolicy", f"to-{name}" + (f"-{number}" if number > 1 else ""), {"app.kubernetes.io/name": name}, spec=spec)


def egress(unit: Unit) -> Fragment:
    """Ports of the internet that the plan gives it."""
    spec = {
        "podSelector": {"matchLabels": _selector(unit)},
        "policyTypes": ["Egress"],
        "egress": [{"ports": [{"protocol": "TCP", "port": port} for port in unit.egress]}],
    }
    return object_("NetworkPolicy", f"{unit.name}-egress", _labels(unit), spec=spec)


def external(one: External, overlay: Overlay, networks: Iterable[str]) -> list[Fragment]:
    """What lies outside the cluster there: its name, where settings call it by the one it has here, and the way to it."""
    made: list[Fragment] = []
    if overlay in one.hosts:
        spec = {"type": "ExternalName", "externalName": one.hosts[overlay]}
        made.append(object_("Service", one.name, {"app.kubernetes.io/name": one.name}, spec=spec))
    return [*made, _towards(one.name, 1, Allow(one.callers, one.ports), networks=networks)]
