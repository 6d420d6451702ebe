"""Who may talk to whom: nothing is allowed but what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phases.infrastructure.cluster.model import Allow
from phases.infrastructure.kubernetes.heads import head, labels, selector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.origin import Said
    from phases.infrastructure.cluster.model import Cluster, External, Fragment, Unit


__all__ = ["defaults", "egress", "outwards", "policies", "ports"]


def defaults() -> list[Fragment]:
    """Nothing is allowed but to ask for names."""
    kinds = ["Ingress", "Egress"]
    names = {"to": [_namespace("kube-system")], "ports": [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]}
    return [
        head("NetworkPolicy", "default-deny", {}, spec={"podSelector": {}, "policyTypes": kinds}),
        head("NetworkPolicy", "allow-dns", {}, spec={"podSelector": {}, "policyTypes": ["Egress"], "egress": [names]}),
    ]


def _namespace(name: object) -> Fragment:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def ports(numbers: Iterable[Said[int]], unit: Unit | None = None) -> list[Fragment]:
    """Ports of a unit as policies write them, TCP where nothing says otherwise."""
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
        spec = {"podSelector": {"matchLabels": selector(unit)}, "policyTypes": ["Ingress"], "ingress": rules}
        made.append(head("NetworkPolicy", unit.called, labels(unit), spec=spec))
    return [*made, *(_towards(unit.called, number, one, unit) for number, one in enumerate(unit.allows, start=1))]


def _towards(name: Said[str], number: int, allow: Allow, unit: Unit | None = None, networks: Iterable[str] | None = None) -> Fragment:
    to: list[Fragment] = [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": name}}}]
    if networks is not None:
        to = [{"ipBlock": {"cidr": one}} for one in networks]
    rule = {**({"to": to} if to else {}), "ports": ports(allow.ports, unit)}
    spec = {"podSelector": _callers(allow.callers), "policyTypes": ["Egress"], "egress": [rule]}
    called = name.then(lambda text: f"to-{text}" + (f"-{number}" if number > 1 else ""))
    return head("NetworkPolicy", called, {"app.kubernetes.io/name": name}, spec=spec)


def egress(unit: Unit) -> Fragment:
    """Ports of the internet that the plan gives it."""
    spec = {
        "podSelector": {"matchLabels": selector(unit)},
        "policyTypes": ["Egress"],
        "egress": [{"ports": [{"protocol": "TCP", "port": port} for port in unit.egress]}],
    }
    return head("NetworkPolicy", unit.called.then(lambda name: f"{name}-egress"), labels(unit), spec=spec)


def outwards(one: External, networks: Iterable[str]) -> Fragment:
    """The way to what lies outside the cluster."""
    return _towards(one.called, 1, Allow(one.callers, one.ports), networks=networks)
