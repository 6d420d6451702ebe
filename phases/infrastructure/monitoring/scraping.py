"""The configuration of Prometheus: whom it asks, how often, and which rules it applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.artefact import yaml_artefact
from migrator.origin import Said, default
from migrator.paths import RepoPath
from phases.infrastructure.monitoring.library import library
from phases.infrastructure.monitoring.rules import FOLDER

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from phases.infrastructure.monitoring.options import Options
    from phases.infrastructure.monitoring.watched import Watched

__all__ = ["scraping"]


def scraping(several: tuple[Watched, ...], alertmanager: Said[str], options: Options) -> Artefact:
    """`prometheus.yml`; its rule files are named one by one, so that a stray file beside them does nothing."""
    every = default(f"{options.scrape_interval}s", "option scrape_interval")
    model: dict[str, object] = {
        "global": {"scrape_interval": every, "scrape_timeout": default(f"{min(10, options.scrape_interval)}s", "option scrape_interval"), "evaluation_interval": every},
        "rule_files": [Said(f"rules/{one.workload.label}.yml", one.workload.origins) for one in several],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
        "scrape_configs": [_job(one, options) for one in several],
    }  # fmt: skip
    return yaml_artefact(RepoPath(f"{FOLDER}/prometheus.yml"), "monitoring", model)


def _job(one: Watched, options: Options) -> dict[str, object]:
    found: dict[str, object] = {"job_name": one.job, "metrics_path": one.path}
    found |= _pods(one) if options.discovery == "kubernetes" else _services(one)
    drops = library(one.workload.metrics.library).drops if one.workload.metrics else ()
    if drops:
        found["metric_relabel_configs"] = [
            {"source_labels": ["__name__"], "regex": Said("|".join(drops), one.path.origins), "action": "drop"},
        ]
    return found


def _services(one: Watched) -> dict[str, object]:
    """One container is one target; of several behind one name each answer would come from another, so each is looked up."""
    name, port = one.workload.name, one.port
    several = one.workload.replicas is not None and one.workload.replicas.value > 1
    if several or any(difference.field == "replicas" for difference in one.workload.differences):
        origins = one.workload.replicas.origins if one.workload.replicas else ()
        return {"dns_sd_configs": [{"names": [Said(name, (*one.workload.origins, *origins))], "type": "A", "port": port, "refresh_interval": "15s"}]}
    return {"static_configs": [{"targets": [Said(f"{name}:{port}", (*one.workload.origins, *port.origins))]}]}


def _pods(one: Watched) -> dict[str, object]:
    """The pods that have the workload's recommended label; each is asked at its port of metrics, whichever it declares."""
    return {
        "kubernetes_sd_configs": [{"role": "pod"}],
        "relabel_configs": [
            {"source_labels": ["__meta_kubernetes_pod_label_app_kubernetes_io_name"], "regex": one.job, "action": "keep"},
            {"source_labels": ["__meta_kubernetes_pod_phase"], "regex": "Running", "action": "keep"},
            {
                "source_labels": ["__meta_kubernetes_pod_ip"],
                "regex": "(.+)",
                "target_label": "__address__",
                "replacement": Said(f"$1:{one.port}", one.port.origins),
            },
            {"source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"},
            {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
        ],
    }
