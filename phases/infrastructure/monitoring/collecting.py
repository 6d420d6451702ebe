"""Loki and its collector for the logs of what runs, Tempo where code says that it traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.artefact import template_artefact, yaml_artefact
from migrator.facts.landscape.model import Kind
from migrator.origin import Origin, Said, default
from migrator.paths import RepoPath
from phases.infrastructure.monitoring.watched import runs_for_people

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload
    from phases.infrastructure.monitoring.options import Options

__all__ = ["logs", "speaking", "traced", "traces"]

_SILENT = {Kind.EXTERNAL, Kind.MONITORING, Kind.TOOL}
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_SERVICE = "__meta_docker_container_label_com_docker_compose_service"
_NAME = "__meta_kubernetes_pod_label_app_kubernetes_io_name"


def speaking(landscape: Landscape) -> tuple[Workload, ...]:
    """The workloads whose logs somebody wants to read."""
    return tuple(one for one in landscape.workloads if one.kind.value not in _SILENT and runs_for_people(one))


def traced(landscape: Landscape) -> dict[str, tuple[Origin, ...]]:
    """By name, the workloads that are told where to send traces, and where they are told."""
    return {
        one.name: tuple(origin for setting in one.settings if setting.name in _ENDPOINTS for origin in (*setting.givers, *setting.readers))
        for one in landscape.workloads
        if any(setting.name in _ENDPOINTS for setting in one.settings)
    }


def logs(several: tuple[Workload, ...], loki: Said[str], options: Options) -> tuple[Artefact, ...]:
    """Loki's configuration and its collector's."""
    kept = default(f"{options.retention_days * 24}h", "option retention_days")
    model = {
        "auth_enabled": False,
        "server": {"http_listen_port": 3100},
        "common": {
            "path_prefix": "/loki",
            "replication_factor": 1,
            "ring": {"kvstore": {"store": "inmemory"}},
            "storage": {"filesystem": {"chunks_directory": "/loki/chunks", "rules_directory": "/loki/rules"}},
        },
        "schema_config": {
            "configs": [
                {"from": "2024-01-01", "store": "tsdb", "object_store": "filesystem", "schema": "v13", "index": {"prefix": "index_", "period": "24h"}}
            ],
        },
        "limits_config": {"retention_period": kept},
        "compactor": {"working_directory": "/loki/compactor", "retention_enabled": True, "delete_request_store": "filesystem"},
    }
    return yaml_artefact(RepoPath("infra/monitoring/loki/loki.yml"), "monitoring", model), _collector(several, loki, options)


def _collector(several: tuple[Workload, ...], loki: Said[str], options: Options) -> Artefact:
    pods = options.discovery == "kubernetes"
    names = sorted(one.label if pods else one.name for one in several)
    kept = Said("|".join(names), tuple(origin for one in several for origin in one.origins))
    if options.logs == "alloy":
        return template_artefact(
            RepoPath("infra/monitoring/loki/config.alloy"), "monitoring", __package__ or "", f"alloy-{options.discovery}.j2", kept=kept, loki=loki
        )
    label = _NAME if pods else _SERVICE
    relabelling: list[object] = [
        {"source_labels": [label], "regex": kept, "action": "keep"},
        {"source_labels": [label], "target_label": "workload"},
    ]
    if pods:
        path = {"source_labels": ["__meta_kubernetes_pod_uid", "__meta_kubernetes_pod_container_name"], "separator": "/", "target_label": "__path__"}
        relabelling += [
            {**path, "replacement": "/var/log/pods/*$1/*.log"},
            {"source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"},
        ]
    discovery = (
        {"kubernetes_sd_configs": [{"role": "pod"}]}
        if pods
        else {"docker_sd_configs": [{"host": "unix:///var/run/docker.sock", "refresh_interval": "15s"}]}
    )
    model = {
        "server": {"http_listen_port": 9080, "grpc_listen_port": 0},
        "positions": {"filename": "/var/lib/promtail/positions.yml"},
        "clients": [{"url": loki.then(lambda text: f"http://{text}/loki/api/v1/push")}],
        "scrape_configs": [{"job_name": "containers", **discovery, "relabel_configs": relabelling}],
    }
    return yaml_artefact(RepoPath("infra/monitoring/loki/promtail.yml"), "monitoring", model)


def traces(who: dict[str, tuple[Origin, ...]], options: Options) -> Artefact:
    """Tempo's configuration."""
    names = ", ".join(sorted(who))
    model = {
        "server": {"http_listen_port": 3200},
        "distributor": {
            "receivers": Said({"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}, "http": {"endpoint": "0.0.0.0:4318"}}}}, tuple(origin for several in who.values() for origin in several)),
        },
        "compactor": {"compaction": {"block_retention": default(f"{options.retention_days * 24}h", "option retention_days")}},
        "storage": {"trace": {"backend": "local", "wal": {"path": "/var/tempo/wal"}, "local": {"path": "/var/tempo/blocks"}}},
    }  # fmt: skip
    return yaml_artefact(RepoPath("infra/monitoring/tempo/tempo.yml"), "monitoring", model, header=f"Traces of {names}.")
