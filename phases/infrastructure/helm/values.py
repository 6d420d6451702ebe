"""The values of the chart: what is common, and what each environment has of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phases.infrastructure.cluster.options import OVERLAYS, Options, Overlay
from phases.infrastructure.kubernetes import objects, pods, policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.origin import Said
    from phases.infrastructure.cluster.model import Cluster, Image, Unit

__all__ = ["common", "special"]


def common(cluster: Cluster, options: Options) -> Mapping[str, object]:
    """`values.yaml`: everything, as it is where nothing else is said."""
    return {
        "partOf": cluster.name,
        "environment": OVERLAYS[cluster.overlays[-1]],
        "waitImage": pods.WAIT_IMAGE,
        "monitoringNamespace": options.monitoring_namespace,
        "ingress": {"className": cluster.ingress_class, "namespace": cluster.ingress_namespace, "issuer": options.issuer},
        "secretStore": cluster.store,
        "externalNetworks": list(options.external_networks),
        "workloads": {unit.name: _unit(unit, cluster, everywhere=unit in cluster.everywhere) for unit in cluster.units},
        "externals": {
            one.name: {"enabled": one.overlays == cluster.overlays, "ports": list(one.ports), "callers": list(one.callers)}
            for one in cluster.externals
        },
    }


def _unit(unit: Unit, cluster: Cluster, *, everywhere: bool) -> Mapping[str, object]:
    workload, last = unit.workload, unit.overlays[-1]
    made: dict[str, object] = {
        "enabled": everywhere,
        "kind": unit.kind,
        "component": workload.kind.then(str),
        "image": _image(unit.image, last),
        "user": {"id": unit.security["runAsUser"], "group": unit.security["runAsGroup"]},
        "resources": unit.resources,
        "volumes": list(unit.volumes),
        "volumeMounts": list(unit.mounts),
    }
    optional: dict[str, object] = {
        "command": workload.entrypoint and workload.entrypoint.then(list),
        "args": workload.command and workload.command.then(list),
        "workingDir": workload.working_directory,
        "ports": [{"name": port.name, "port": port.number, "protocol": port.protocol} for port in workload.ports],
        "probes": unit.probes,
        "secrets": list(unit.secrets),
        "claims": [
            {
                "name": one.name,
                "size": one.size,
                "accessMode": objects.access(one),
                "owned": one.owned,
                **({"storageClass": one.storage_class} if one.storage_class else {}),
            }
            for one in unit.claims
        ],
        "waits": [{"name": one.name, "port": one.port} for one in sorted(unit.waits, key=lambda wait: cluster.beside(unit, wait))],
        "before": list(unit.before),
        "allows": [{"callers": list(one.callers), "ports": policies.ports(one.ports, unit)} for one in unit.allows],
        "metrics": {"port": unit.scraped} if unit.scraped else None,
        "egress": list(unit.egress),
        "gracePeriod": unit.grace,
        "schedule": unit.schedule,
    }
    if unit.kind == "Deployment":
        made |= {"single": unit.single, "replicas": 1, "autoscaling": {"enabled": False, "max": 1}}
    if unit.ingress:
        made["ingress"] = {"host": unit.ingress.hosts[last], "path": unit.ingress.path, "port": unit.ingress.port}
    if any(unit.config.values()):
        made["config"] = unit.common  # perhaps empty: an environment may have settings that no other has
    return {**made, **{key: value for key, value in optional.items() if value}}


def _image(image: Image, overlay: Overlay) -> Mapping[str, object]:
    if image.repository is not None:
        return {"repository": image.repository, "tag": image.tags[overlay]}
    # A port of the registry stands before the last slash, and a digest has a colon of its own
    return {
        "repository": image.name.then(lambda text: text[: text.rindex(":")]),
        "tag": image.name.then(lambda text: text[text.rindex(":") + 1 :]),
    }


def special(cluster: Cluster, overlay: Overlay) -> Mapping[str, object]:
    """`values-ENVIRONMENT.yaml`: what differs there."""
    units = {unit.name: made for unit in cluster.units if (made := _special(cluster, unit, overlay))}
    externals = {}
    for one in cluster.externals:
        host = {"host": one.hosts[overlay]} if overlay in one.hosts else {}
        externals[one.name] = {"enabled": overlay in one.overlays, **host}
    return {"environment": OVERLAYS[overlay], "workloads": units, **({"externals": externals} if externals else {})}


def _special(cluster: Cluster, unit: Unit, overlay: Overlay) -> Mapping[str, object]:
    if overlay not in unit.overlays:
        return {"enabled": False}
    made: dict[str, object] = {"enabled": True} if unit in cluster.somewhere else {}
    if unit.image.repository is not None:
        made["image"] = {"tag": unit.image.tags[overlay]}
    if scale := unit.scales.get(overlay):
        made["replicas"] = scale.least
        if scale.most:
            made["autoscaling"] = {"enabled": True, "max": scale.most}
    if unit.ingress:
        made["ingress"] = {"host": unit.ingress.hosts[overlay]}
    settings: Mapping[str, Said[str]] = unit.special(overlay)
    return {**made, "config": dict(settings)} if settings else made
