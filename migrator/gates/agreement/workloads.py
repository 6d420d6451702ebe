"""Within a workload: its selector and its labels, its probes and its ports, its mounts and its volumes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.gates.agreement.world import Disagreement, opaque

if TYPE_CHECKING:
    from migrator.gates.agreement.reading import Noted
    from migrator.gates.agreement.world import Scope

__all__ = ["mounts", "probes", "selectors"]

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def selectors(scope: Scope) -> Iterator[Disagreement]:
    """The selector of a workload is on the pods of its own template; without that the API refuses it."""
    for one in scope.workloads:
        for key, value in one.body.get("spec", "selector", "matchLabels").pairs.items():
            found = one.labels.get(key)
            if one.kind != "Job" and found != value.text and not opaque(value.text):
                said = "have no such label" if found is None else f"have {key}={found}"
                labels = one.template.get("metadata", "labels")
                at = labels.get(key) if found is not None else labels
                yield Disagreement("selector", one.at(value), f"{one} {key}", f"{one} selects {key}={value.text}, and its pods {said}", one.at(at))


def probes(scope: Scope) -> Iterator[Disagreement]:
    """A probe asks a port that its container declares."""
    for one in scope.workloads:
        for container in one.containers:
            ports = container.get("ports").items
            for probe in _PROBES:
                for handler in ("httpGet", "tcpSocket", "grpc"):
                    port = container.get(probe, handler, "port")
                    if not port or opaque(port.text) or (port.number is not None and not ports):
                        continue
                    if port.text not in {word for known in ports for word in (known.get("containerPort").text, known.get("name").text)}:
                        named = container.get("name").text
                        yield Disagreement(
                            "probe-port",
                            one.at(port),
                            f"{one} {named} {probe}",
                            f"the {probe} of {named} in {one} asks port {port.text}, and the container declares {_ports(ports)}",
                            one.at(container.get("ports") or container),
                        )


def mounts(scope: Scope) -> Iterator[Disagreement]:
    """What is mounted is a volume of the pod, and what is a volume is mounted."""
    for one in scope.workloads:
        spec = one.template.get("spec")
        claims = [claim.get("metadata", "name") for claim in one.body.get("spec", "volumeClaimTemplates").items]
        volumes = {part.text: part for part in (*(volume.get("name") for volume in spec.get("volumes").items), *claims)}
        mounted = [
            mount.get("name") for container in one.containers for key in ("volumeMounts", "volumeDevices") for mount in container.get(key).items
        ]
        for mount in mounted:
            if mount.text not in volumes and not opaque(mount.text):
                said = f"the pods of {one} mount {mount.text}, and have {', '.join(sorted(volumes)) or 'no volumes'}"
                yield Disagreement("volume", one.at(mount), f"{one} {mount.text}", said, one.at(spec.get("volumes") or spec))
        used = {mount.text for mount in mounted}
        for volume, part in volumes.items():
            if volume not in used and one.containers:
                said = f"the volume {volume} of {one} is mounted by none of its containers"
                yield Disagreement("volume", one.at(part), f"{one} unmounted {volume}", said, one.at(spec.get("containers")))


def _ports(ports: list[Noted]) -> str:
    return ", ".join(f"{port.get('containerPort').text} {port.get('name').text}".rstrip() for port in ports) or "none"
