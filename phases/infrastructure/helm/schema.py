"""The schema of the chart's values: a misspelt key or workload is an error before anything is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.origin import Said

if TYPE_CHECKING:
    from phases.infrastructure.cluster.model import Cluster, Fragment

__all__ = ["schema"]

_TEXT = {"type": "string"}
_NAME = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 63}
_HOST = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", "maxLength": 253}
_PORT = {"type": "integer", "minimum": 1, "maximum": 65535}
_YES = {"type": "boolean"}
_CPU = {"type": "string", "pattern": "^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$"}
_BYTES = {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(k|Ki|M|Mi|G|Gi|T|Ti)?$"}


def _list(items: Fragment, **rest: object) -> Fragment:
    return {"type": "array", "items": items, **rest}


def _table(properties: Fragment, *required: str) -> Fragment:
    return {"type": "object", "properties": properties, "additionalProperties": False, **({"required": list(required)} if required else {})}


_PROTOCOL = {"enum": ["TCP", "UDP", "SCTP"]}
_AMOUNTS = _table({"cpu": _CPU, "memory": _BYTES}, "cpu", "memory")
_WORKLOAD = _table(
    {
        "enabled": _YES,
        "kind": {"enum": ["CronJob", "Deployment", "Job", "StatefulSet"]},
        "component": _TEXT,
        # `latest` says nothing about what runs
        "image": _table({"repository": {"type": "string", "minLength": 1}, "tag": {"type": "string", "minLength": 1, "not": {"const": "latest"}}}, "repository", "tag"),
        "user": _table({"id": {"type": "integer", "minimum": 1}, "group": {"type": "integer", "minimum": 1}}, "id", "group"),
        "resources": _table({"requests": _AMOUNTS, "limits": _AMOUNTS}, "requests", "limits"),
        "volumes": _list({"type": "object"}),
        "volumeMounts": _list({"type": "object"}),
        "command": _list(_TEXT),
        "args": _list(_TEXT),
        "workingDir": _TEXT,
        "ports": _list(_table({"name": {**_NAME, "maxLength": 15}, "port": _PORT, "protocol": _PROTOCOL}, "name", "port", "protocol")),
        "probes": _table({name: {"type": "object"} for name in ("startupProbe", "livenessProbe", "readinessProbe")}),
        "config": {"type": "object", "additionalProperties": _TEXT},
        "secrets": _list(_TEXT, uniqueItems=True),
        "claims": _list(
            _table({"name": _NAME, "size": _BYTES, "accessMode": {"enum": ["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"]}, "owned": _YES, "storageClass": _TEXT}, "name", "size", "accessMode", "owned")
        ),
        "waits": _list(_table({"name": {"$ref": "#/$defs/unit"}, "port": _PORT}, "name", "port")),
        "before": _list({"$ref": "#/$defs/unit"}),
        "allows": _list(
            _table({"callers": _list(_NAME, minItems=1), "ports": _list(_table({"protocol": _PROTOCOL, "port": _PORT}, "protocol", "port"), minItems=1)}, "callers", "ports")
        ),
        "ingress": _table({"host": _HOST, "path": {"type": "string", "pattern": "^/"}, "port": _NAME}, "host", "path", "port"),
        "metrics": _table({"port": _PORT}, "port"),
        "egress": _list(_PORT),
        "gracePeriod": {"type": "integer", "minimum": 1},
        "schedule": _TEXT,
        "single": _YES,
        "replicas": {"type": "integer", "minimum": 1},
        "autoscaling": _table({"enabled": _YES, "max": {"type": "integer", "minimum": 1}}, "enabled", "max"),
    },
    "enabled", "kind", "component", "image", "user", "resources", "volumes", "volumeMounts",
)  # fmt: skip
_EXTERNAL = _table(
    {"enabled": _YES, "host": _HOST, "ports": _list(_PORT, minItems=1), "callers": _list(_NAME, minItems=1)}, "enabled", "ports", "callers"
)


def schema(cluster: Cluster) -> Fragment:
    """A schema (2020-12) in which each workload has its name."""
    names = {unit.name: Said(unit.name, unit.workload.origins) for unit in cluster.units}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {"unit": {"enum": list(names.values())}, "workload": _WORKLOAD, "external": _EXTERNAL},
        # Helm gives each chart a table of what all charts of a release share
        "properties": {
            "global": {"type": "object"},
            "partOf": _NAME,
            "environment": {"enum": ["development", "staging", "production"]},
            "waitImage": _TEXT,
            "monitoringNamespace": _NAME,
            "ingress": _table({"className": _NAME, "namespace": _NAME, "issuer": _TEXT}, "className", "namespace", "issuer"),
            "secretStore": _table({"kind": {"enum": ["SecretStore", "ClusterSecretStore"]}, "name": _NAME}, "kind", "name"),
            "externalNetworks": _list(_TEXT),
            "workloads": _table({name: {"$ref": "#/$defs/workload"} for name in names}, *names),
            "externals": _table({one.name: {"$ref": "#/$defs/external"} for one in cluster.externals}),
        },
        "required": ["partOf", "environment", "waitImage", "monitoringNamespace", "ingress", "secretStore", "workloads"],
        "type": "object",
        "additionalProperties": False,
    }
