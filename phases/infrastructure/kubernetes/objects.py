"""What a unit needs beside its pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phases.infrastructure.kubernetes.heads import head, labels, selector

if TYPE_CHECKING:
    from phases.infrastructure.cluster.model import Claim, Cluster, External, Fragment, Scale, Unit
    from phases.infrastructure.cluster.options import Overlay


__all__ = ["access", "account", "autoscaler", "budget", "claim_templates", "claims", "external", "ingress", "secret", "service"]


def account(unit: Unit) -> Fragment:
    """Its service account, which has no token."""
    return head("ServiceAccount", unit.called, labels(unit), automountServiceAccountToken=False)


def service(unit: Unit) -> Fragment:
    """Its Service, on the ports that it listens on itself; that of a StatefulSet has no address of its own."""
    ports = [{"name": port.name, "port": port.number, "targetPort": port.name, "protocol": port.protocol} for port in unit.workload.ports]
    none = {"clusterIP": "None"} if unit.kind == "StatefulSet" else {}
    return head("Service", unit.called, labels(unit), spec={**none, "selector": selector(unit), "ports": ports})


def claim_templates(unit: Unit) -> list[dict[str, object]]:
    """The names and specifications of its claims."""
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
    return [
        head("PersistentVolumeClaim", one.name, labels(unit), spec=spec["spec"])
        for one, spec in zip(unit.claims, claim_templates(unit), strict=True)
        if one.owned
    ]


def secret(unit: Unit, cluster: Cluster) -> Fragment:
    """Where its secrets come from, never what they are. Its target is named plainly: kustomize gives what is generated a suffix, but not here."""
    data = [
        {"secretKey": said, "remoteRef": {"key": said.then(lambda key: f"{cluster.name}/environment/{key}")}} for said in unit.secrets
    ]  # fmt: skip
    target = {"name": unit.called, "creationPolicy": "Owner"}
    return head(
        "ExternalSecret",
        unit.called,
        labels(unit),
        spec={"refreshInterval": "1h0m0s", "secretStoreRef": cluster.store, "target": target, "data": data},
    )


def ingress(unit: Unit, cluster: Cluster, issuer: str) -> Fragment:
    """How the outside reaches it, with TLS; its host is each overlay's own."""
    assert unit.ingress is not None, "asked for what the outside reaches only"  # noqa: S101
    host = unit.ingress.hosts["production"] if "production" in unit.ingress.hosts else next(iter(unit.ingress.hosts.values()))
    backend = {"service": {"name": unit.called, "port": {"name": unit.ingress.port}}}
    rule = {"host": host, "http": {"paths": [{"path": unit.ingress.path, "pathType": "Prefix", "backend": backend}]}}
    notes = {"cert-manager.io/cluster-issuer": issuer} if issuer else {}
    spec = {
        "ingressClassName": cluster.ingress_class,
        "tls": [{"hosts": [host], "secretName": unit.called.then(lambda name: f"{name}-tls")}],
        "rules": [rule],
    }
    return head("Ingress", unit.called, labels(unit), notes, spec=spec)


def autoscaler(unit: Unit, scale: Scale) -> Fragment:
    """As many pods as the load asks for."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": unit.called}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 75}}}]
    spec = {"scaleTargetRef": target, "minReplicas": scale.least, "maxReplicas": scale.most, "metrics": metrics}
    return head("HorizontalPodAutoscaler", unit.called, labels(unit), spec=spec)


def budget(unit: Unit) -> Fragment:
    """One pod at a time may be taken away."""
    spec = {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow", "selector": {"matchLabels": selector(unit)}}
    return head("PodDisruptionBudget", unit.called, labels(unit), spec=spec)


def external(one: External, overlay: Overlay) -> list[Fragment]:
    """The name of what lies outside the cluster there, where settings call it by the one it has here."""
    if overlay not in one.hosts:
        return []
    spec = {"type": "ExternalName", "externalName": one.hosts[overlay]}
    return [head("Service", one.called, {"app.kubernetes.io/name": one.called}, spec=spec)]
