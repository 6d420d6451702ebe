"""Grafana: a dashboard for each workload that is watched, with rate, errors and duration, or utilisation, saturation and errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import json_artefact, yaml_artefact
from migrator.origin import Origin, Said
from migrator.paths import RepoPath
from phases.infrastructure.monitoring.indicators import requests_of, spelt
from phases.infrastructure.monitoring.library import library
from phases.infrastructure.monitoring.rules import RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Metric, Metrics
    from phases.infrastructure.monitoring.indicators import Indicator
    from phases.infrastructure.monitoring.watched import Watched

__all__ = ["dashboard", "provisioning"]

FOLDER = "infra/monitoring/grafana"
_SOURCE = {"type": "prometheus", "uid": "prometheus"}
_RANGE = "$__rate_interval"


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    queries: tuple[tuple[str, str], ...]
    """What is asked, and how its lines are called."""
    unit: str
    origins: tuple[Origin, ...]
    description: str = ""
    kind: str = "timeseries"


def dashboard(watched: Watched, indicators: tuple[Indicator, ...], landscape: Landscape) -> Artefact:
    """The dashboard of a workload."""
    workload = watched.workload
    panels = [_instances(watched), *(_budget(one) for one in indicators)]
    if workload.metrics is not None:
        panels += _measured(watched, workload.metrics)
    for row in watched.exporter.panel if watched.exporter else ():
        panels.append(_Panel(row.title, ((row.expr.replace("JOB", watched.matcher), row.legend),), row.unit, workload.origins))
    model = {
        "uid": f"{landscape.name}-{workload.label}"[:40],
        "title": watched.job.then(lambda label: f"{landscape.name}: {label}"),
        "tags": [landscape.name, watched.job],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": [_drawn(number, panel) for number, panel in enumerate(panels)],
    }
    return json_artefact(RepoPath(f"{FOLDER}/dashboards/{workload.label}.json"), "monitoring", model)


def _drawn(number: int, panel: _Panel) -> dict[str, object]:
    targets = [
        {"refId": chr(ord("A") + place), "datasource": _SOURCE, "expr": Said(expr, panel.origins), "legendFormat": Said(legend, panel.origins)}
        for place, (expr, legend) in enumerate(panel.queries)
    ]
    return {
        "id": number + 1,
        "type": panel.kind,
        "title": Said(panel.title, panel.origins),
        **({"description": Said(panel.description, panel.origins)} if panel.description else {}),
        "datasource": _SOURCE,
        "gridPos": {"h": 8, "w": 12, "x": 12 * (number % 2), "y": 8 * (number // 2)},
        "fieldConfig": {"defaults": {"unit": Said(panel.unit, panel.origins)}, "overrides": []},
        "targets": targets,
    }


def _instances(watched: Watched) -> _Panel:
    return _Panel("Instances that answer", ((f"sum(up{{{watched.matcher}}})", "instances"),), "short", watched.workload.origins)


def _budget(one: Indicator) -> _Panel:
    label = one.watched.workload.label
    queries = tuple((f'{RECORD}{span}{{workload="{label}",sli="{one.name}"}} / {one.budget}', f"in {span}") for span in ("1h", "6h", "3d"))
    said = f"How many times too fast the budget of {one.budget} is used; at 1 it lasts just as long as it must."
    return _Panel(f"Burn rate: {one.name}", queries, "short", (*one.origins, *one.objective.origins), said)


def _measured(watched: Watched, metrics: Metrics) -> Iterator[_Panel]:
    asked = library(metrics.library)
    counted = requests_of(metrics)
    if counted is not None:
        metric, name = counted
        matcher = ",".join(filter(None, (watched.matcher, asked.total)))
        by = metrics.route_label if metrics.route_label in metric.labels else ""
        total = f"rate({name}{{{matcher}}}[{_RANGE}])"
        yield _Panel(
            f"{asked.asked.capitalize()} (rate)", ((f"sum by ({by}) ({total})", f"{{{{{by}}}}}") if by else (f"sum({total})", asked.asked),), "reqps",
            (metric.origin, *watched.workload.origins),
        )  # fmt: skip
        label = metrics.error_matcher.partition("=")[0]
        if label and label in metric.labels:
            failed = f"rate({name}{{{watched.matcher},{metrics.error_matcher}}}[{_RANGE}])"
            several = f"sum by ({by}) ({failed})" if by else f"sum({failed})"
            yield _Panel(
                "Failures (errors)", ((several, f"{{{{{by}}}}}" if by else "failures"),), "reqps", (metric.origin, *watched.workload.origins)
            )
    for metric in metrics.metrics:
        if metric.role == "duration" and metric.kind == "histogram" and spelt(metric.name):
            yield _duration(watched, metrics, metric)
    yield from (_own(watched, metric) for metric in metrics.metrics if not metric.role and spelt(metric.name))


def _duration(watched: Watched, metrics: Metrics, metric: Metric) -> _Panel:
    unit = {1.0: "s", 0.001: "ms"}.get(metrics.unit, "short")
    spread = f"sum by (le) (rate({metric.name}_bucket{{{watched.matcher}}}[{_RANGE}]))"
    queries = tuple((f"histogram_quantile({share}, {spread})", f"p{share * 100:.0f}") for share in (0.5, 0.95, 0.99))
    last = [edge for edge in metrics.buckets if edge != "+Inf"][-1:]
    said = f"No line goes above {last[0]}: the histogram has no edge beyond it." if last else ""
    return _Panel("Duration", queries, unit, (metric.origin, *watched.workload.origins), said)


def _own(watched: Watched, metric: Metric) -> _Panel:
    """A metric of the workload's own."""
    by = next((label for label in metric.labels if label != "le"), "")
    around = f"sum by ({by}) (%s)" if by else "sum(%s)"
    legend = f"{{{{{by}}}}}" if by else metric.name
    selected = f"{{{watched.matcher}}}"
    match metric.kind:
        case "counter":
            query, unit = around % f"rate({metric.name}{selected}[{_RANGE}])", "ops"
        case "histogram":
            query, unit, legend = f"histogram_quantile(0.95, sum by (le) (rate({metric.name}_bucket{selected}[{_RANGE}])))", "short", "p95"
        case "summary":
            query, unit = around % f"rate({metric.name}_count{selected}[{_RANGE}])", "ops"
        case _:
            query, unit = around % f"{metric.name}{selected}", "short"
    return _Panel(metric.name, ((query, legend),), unit, (metric.origin, *watched.workload.origins))


def provisioning(sources: dict[str, Said[str]]) -> tuple[Artefact, Artefact]:
    """What Grafana loads when it starts: where it asks, by the kind of source, and where the dashboards lie."""
    known = [
        {
            "name": kind.capitalize(),
            "uid": kind,
            "type": kind,
            "access": "proxy",
            "url": address.then(lambda text: f"http://{text}"),
            "isDefault": kind == "prometheus",
            "editable": False,
            **({"jsonData": {"implementation": "prometheus"}} if kind == "alertmanager" else {}),
        }
        for kind, address in sources.items()
    ]
    files = {"name": "dashboards", "type": "file", "disableDeletion": True, "options": {"path": "/var/lib/grafana/dashboards"}}
    return (
        yaml_artefact(RepoPath(f"{FOLDER}/provisioning/datasources/datasources.yml"), "monitoring", {"apiVersion": 1, "datasources": known}),
        yaml_artefact(
            RepoPath(f"{FOLDER}/provisioning/dashboards/dashboards.yml"), "monitoring", {"apiVersion": 1, "providers": [files]},
            header=f"Mount {FOLDER}/dashboards at this path.",
        ),
    )  # fmt: skip
