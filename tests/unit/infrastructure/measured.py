"""What libraries of metrics were measured to expose (`expositions/`, measured by tests/validators/exposing.py; those of Node by an express application), and the same as the landscape says it.

Each exposition is of four requests, or tasks: two go well, two do not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from migrator.facts.landscape.model import Landscape, Metric, Metrics
from migrator.paths import RepoPath
from tests.unit.infrastructure.landscapes import API, at, said

EXPOSITIONS = Path(__file__).parent / "expositions"
MAIN = RepoPath("services/api-gateway/app/main.py")
CLIENT = ("0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5", "5.0", "7.5", "10.0")
"""The edges of prometheus_client and of OpenTelemetry, as prometheus_client spells them."""
NODE = tuple(edge.removesuffix(".0") for edge in CLIENT)
MILLISECONDS = ("0.0", "5.0", "10.0", "25.0", "50.0", "75.0", "100.0", "250.0", "500.0", "750.0", "1000.0", "2500.0", "5000.0", "7500.0", "10000.0")
DJANGO = ("0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5", "5.0", "7.5", "10.0", "25.0", "50.0", "75.0")


def metrics(library, requests, duration, matcher, *, labels, timed=None, route="", buckets=CLIENT, unit=1.0):  # noqa: PLR0913
    found = [Metric(requests, "counter", labels, at(50, MAIN), "requests")] if requests else []
    found.append(Metric(duration, "histogram", labels if timed is None else timed, at(51, MAIN), "duration"))
    return Metrics(library, said("/metrics", 50, MAIN), 8000, tuple(found), matcher, route, buckets, unit)


_GROUPED = ("handler", "method", "status")
_STARLETTE = ("app_name", "method", "path", "status_code")
_OTEL = ("error_type", "http_request_method", "http_response_status_code", "http_route")
_OLD = ("http_flavor", "http_host", "http_method", "http_status_code", "http_target")

MEASURED = {
    "prometheus-fastapi-instrumentator": metrics(
        "prometheus-fastapi-instrumentator", "http_requests_total", "http_request_duration_seconds", 'status="5xx"',
        labels=_GROUPED, timed=("handler", "method"), route="handler", buckets=("0.1", "0.5", "1.0"),
    ),
    "prometheus-fastapi-instrumentator ungrouped": metrics(
        "prometheus-fastapi-instrumentator", "http_requests_total", "http_request_duration_seconds", 'status=~"5.."',
        labels=_GROUPED, timed=("handler", "method"), route="handler", buckets=("0.1", "0.5", "1.0"),
    ),
    "prometheus-fastapi-instrumentator named": metrics(
        "prometheus-fastapi-instrumentator", "x_y_http_requests_total", "x_y_http_request_duration_seconds", 'status="5xx"',
        labels=_GROUPED, timed=("handler", "method"), route="handler", buckets=("0.1", "0.5", "1.0"),
    ),
    "starlette-exporter": metrics(
        "starlette-exporter", "starlette_requests_total", "starlette_request_duration_seconds", 'status_code=~"5.."', labels=_STARLETTE, route="path",
    ),
    "starlette-exporter named": metrics(
        "starlette-exporter", "mysvc_requests_total", "mysvc_request_duration_seconds", 'status_code=~"5.."', labels=_STARLETTE, route="path",
    ),
    "starlette-prometheus": metrics(
        "starlette-prometheus", "starlette_responses_total", "starlette_requests_processing_time_seconds", 'status_code=~"5.."',
        labels=("method", "path_template", "status_code"), timed=("method", "path_template"), route="path_template",
    ),
    "fastapi": metrics(
        "fastapi", None, "http_server_request_duration_seconds", 'http_response_status_code=~"5.."', labels=_OTEL, route="http_route",
    ),
    "opentelemetry-instrumentation-fastapi": metrics(
        "opentelemetry-instrumentation-fastapi", None, "http_server_duration_milliseconds", 'http_status_code=~"5.."',
        labels=_OLD, route="http_target", buckets=MILLISECONDS, unit=0.001,
    ),
    "opentelemetry-instrumentation-fastapi stable": metrics(
        "opentelemetry-instrumentation-fastapi", None, "http_server_request_duration_seconds", 'http_response_status_code=~"5.."',
        labels=_OTEL, route="http_route", buckets=NODE,
    ),
    "prometheus-flask-exporter": metrics(
        "prometheus-flask-exporter", "flask_http_request_total", "flask_http_request_duration_seconds", 'status=~"5.."',
        labels=("method", "status"), timed=("method", "path", "status"), route="path",
    ),
    "django-prometheus": metrics(
        "django-prometheus", "django_http_responses_total_by_status_view_method_total", "django_http_requests_latency_seconds_by_view_method",
        'status=~"5.."', labels=("method", "status", "view"), timed=("method", "view"), route="view", buckets=DJANGO,
    ),
    "flower": metrics(
        "flower", "flower_events_total", "flower_task_runtime_seconds", 'type="task-failed"',
        labels=("task", "type", "worker"), timed=("task", "worker"), route="task",
    ),
    "express-prom-bundle": metrics(
        "express-prom-bundle", None, "http_request_duration_seconds", 'status_code=~"5.."',
        labels=("status_code",), buckets=("0.003", "0.03", "0.1", "0.3", "1.5", "10"),
    ),
    "express-prom-bundle labels": metrics(
        "express-prom-bundle", None, "http_request_duration_seconds", 'status_code=~"5.."',
        labels=("method", "path", "status_code"), route="path", buckets=("0.003", "0.03", "0.1", "0.3", "1.5", "10"),
    ),
    "opentelemetry-node": metrics(
        "@opentelemetry/exporter-prometheus", None, "http_server_request_duration", 'http_response_status_code=~"5.."',
        labels=("http_request_method", "http_response_status_code", "url_scheme"), buckets=NODE,
    ),
}  # fmt: skip


def exposed(name: str) -> dict[str, float]:
    """By series as it is spelt, its value after the four requests."""
    text = (EXPOSITIONS / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return {series: float(value) for series, value in lines}


def edges_of(series: dict[str, float], metric: str) -> tuple[str, ...]:
    found = {match[1] for one in series if one.startswith(f"{metric}_bucket{{") and (match := re.search(r'[{,]le="([^"]+)"', one))}
    return tuple(sorted(found - {"+Inf"}, key=float))


def alone(metrics: Metrics | None) -> Landscape:
    """A landscape of one workload with these metrics."""
    return Landscape(name="acme", workloads=(replace(API, metrics=metrics),), links=(), languages=("python",))
