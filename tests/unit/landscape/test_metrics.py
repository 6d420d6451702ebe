"""What a workload exposes: only what its code really instruments and serves, under the names that its library gives (measured, D3 and D4)."""

from __future__ import annotations

import pytest

from migrator.origin import plain
from tests.unit.infrastructure.measured import MEASURED, edges_of, exposed
from tests.unit.landscape.trees import landscape_of, said, workload_of

FASTAPI = "from fastapi import FastAPI\n{imports}\napp = FastAPI()\n{code}\n\n@app.get('/x')\ndef x():\n    return 1\n"
PYTHON = "FROM python:3.12\nCOPY . .\nCMD uvicorn main:app --port 8000\n"


def service(imports: str, code: str, **more: str) -> dict[str, str]:
    return {
        "compose.yml": "services:\n  api:\n    build: ./api\n",
        "api/Dockerfile": PYTHON,
        "api/requirements.txt": "fastapi==0.165.0\n",
        "api/main.py": FASTAPI.format(imports=imports, code=code),
        **{path.replace("__", "/").replace("_py", ".py"): text for path, text in more.items()},
    }


INSTRUMENTATOR = "from prometheus_fastapi_instrumentator import Instrumentator"
ROWS = [
    (
        INSTRUMENTATOR,
        "Instrumentator().instrument(app).expose(app)",
        ("prometheus-fastapi-instrumentator", "/metrics", 'status="5xx"', "handler", "http_requests_total", "http_request_duration_seconds"),
    ),
    (
        INSTRUMENTATOR,
        "i = Instrumentator(should_group_status_codes=False)\ni.instrument(app)\ni.expose(app, endpoint='/internal/metrics')",
        ("prometheus-fastapi-instrumentator", "/internal/metrics", 'status=~"5.."', "handler", "http_requests_total", "http_request_duration_seconds"),
    ),
    (
        INSTRUMENTATOR,
        "Instrumentator().instrument(app, metric_namespace='x', metric_subsystem='y').expose(app)",
        ("prometheus-fastapi-instrumentator", "/metrics", 'status="5xx"', "handler", "x_y_http_requests_total", "x_y_http_request_duration_seconds"),
    ),
    (
        "from starlette_exporter import PrometheusMiddleware, handle_metrics",
        "app.add_middleware(PrometheusMiddleware)\napp.add_route('/m', handle_metrics)",
        ("starlette-exporter", "/m", 'status_code=~"5.."', "path", "starlette_requests_total", "starlette_request_duration_seconds"),
    ),
    (
        "from starlette_exporter import PrometheusMiddleware, handle_metrics",
        "app.add_middleware(PrometheusMiddleware, app_name='a', prefix='mysvc')\napp.add_route('/metrics', handle_metrics)",
        ("starlette-exporter", "/metrics", 'status_code=~"5.."', "path", "mysvc_requests_total", "mysvc_request_duration_seconds"),
    ),
    (
        "from starlette_prometheus import PrometheusMiddleware, metrics",
        "app.add_middleware(PrometheusMiddleware)\napp.add_route('/metrics/', metrics)",
        ("starlette-prometheus", "/metrics/", 'status_code=~"5.."', "path_template", "starlette_responses_total", "starlette_requests_processing_time_seconds"),
    ),
    (
        "from opentelemetry.exporter.prometheus import PrometheusMetricReader\nfrom prometheus_client import start_http_server",
        "reader = PrometheusMetricReader()\nstart_http_server(9464)",
        ("fastapi", "/metrics", 'http_response_status_code=~"5.."', "http_route", None, "http_server_request_duration_seconds"),
    ),
    (
        "from opentelemetry.exporter.prometheus import PrometheusMetricReader\nfrom prometheus_client import start_http_server\n"  # noqa: ISC004  one text
        "from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor",
        "reader = PrometheusMetricReader()\nstart_http_server(9464)\nFastAPIInstrumentor.instrument_app(app)",
        (
            "opentelemetry-instrumentation-fastapi", "/metrics", 'http_status_code=~"5.."', "http_target",
            None, "http_server_duration_milliseconds",
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize("imports, code, expected", ROWS)
def test_a_library_that_instruments_the_application(imports: str, code: str, expected: tuple[str | None, ...]) -> None:
    metrics = workload_of(service(imports, code), "api").metrics
    assert metrics is not None
    by_role = {one.role: one.name for one in metrics.metrics if one.role}
    assert (
        metrics.library,
        plain(metrics.path),
        metrics.error_matcher,
        metrics.route_label,
        by_role.get("requests"),
        by_role["duration"],
    ) == expected
    assert metrics.path.origins[0].path == "api/main.py"


NONE = [
    ("", "", ""),
    (INSTRUMENTATOR, "i = Instrumentator()", "no application is given to it"),
    (INSTRUMENTATOR, "Instrumentator().instrument(app)", "serves no page of metrics"),
    ("from starlette_exporter import PrometheusMiddleware", "app.add_middleware(PrometheusMiddleware)", "serves no page of metrics"),
    ("from prometheus_client import Counter", "C = Counter('orders', 'Orders')", "no page of it is served"),
    ("from opentelemetry.exporter.prometheus import PrometheusMetricReader", "reader = PrometheusMetricReader()", ""),
]


@pytest.mark.parametrize("imports, code, reason", NONE)
def test_what_only_half_instruments_exposes_nothing(imports: str, code: str, reason: str) -> None:
    files = service(imports, code)
    assert workload_of(files, "api").metrics is None
    assert not reason or said(landscape_of(files), reason)


def under(files: dict[str, str], environment: str) -> dict[str, str]:
    return {**files, "compose.yml": f"services:\n  api:\n    build: ./api\n    environment: {{{environment}}}\n"}


ASKED = "Instrumentator(should_respect_env_var=True{}).instrument(app).expose(app)"


@pytest.mark.parametrize(
    "named, environment, exposes, decision",
    [
        ("", "", False, "dropped api: metrics: prometheus-fastapi-instrumentator serves them only where ENABLE_METRICS is true"),
        (
            "",
            "ENABLE_METRICS: 'false'",
            False,
            "dropped api: metrics: prometheus-fastapi-instrumentator serves them only where ENABLE_METRICS is true",
        ),
        ("", "ENABLE_METRICS: 'true'", True, ""),
        ("", "ENABLE_METRICS: '${ENABLE_METRICS}'", True, "mapped api: metrics: they are served where ENABLE_METRICS is set to true"),
        (", env_var_name='COUNTS'", "ENABLE_METRICS: 'true'", False, "only where COUNTS is true"),
        (", env_var_name='COUNTS'", "COUNTS: '1'", True, ""),
    ],
)
def test_a_page_that_a_variable_switches_on_is_there_where_it_is(named: str, environment: str, exposes: bool, decision: str) -> None:
    files = under(service(INSTRUMENTATOR, ASKED.format(named)), environment)
    assert (workload_of(files, "api").metrics is not None) is exposes
    told = said(landscape_of(files), "metrics")
    assert len(told) == bool(decision)
    assert all(decision in one for one in told)


def test_a_page_may_be_switched_on_by_the_image() -> None:
    files = service(INSTRUMENTATOR, ASKED.format(""))
    assert workload_of({**files, "api/Dockerfile": PYTHON + "ENV ENABLE_METRICS=1\n"}, "api").metrics is not None


@pytest.mark.parametrize(
    "environment, name, matcher",
    [
        ("A: b", "http_server_duration_milliseconds", 'http_status_code=~"5.."'),
        ("OTEL_SEMCONV_STABILITY_OPT_IN: database", "http_server_duration_milliseconds", 'http_status_code=~"5.."'),
        ("OTEL_SEMCONV_STABILITY_OPT_IN: http/dup", "http_server_duration_milliseconds", 'http_status_code=~"5.."'),  # both
        ("OTEL_SEMCONV_STABILITY_OPT_IN: 'database,http'", "http_server_request_duration_seconds", 'http_response_status_code=~"5.."'),
    ],
)
def test_a_variable_gives_other_names_to_what_opentelemetry_counts(environment: str, name: str, matcher: str) -> None:
    found = workload_of(under(service(*ROWS[7][:2]), environment), "api").metrics
    assert found is not None
    assert (found.metrics[0].name, found.error_matcher, found.unit) == (name, matcher, 0.001 if "milli" in name else 1.0)
    assert ("1" in found.buckets) is (found.unit == 1.0)  # spelt as on the wire


MOUNTS = "\nsub = FastAPI()\napp.mount('/sub', sub)"


@pytest.mark.parametrize(
    "code, environment, version, exposes",
    [
        (MOUNTS, "OTEL_SEMCONV_STABILITY_OPT_IN: http", "0.165.0", False),
        (MOUNTS, "OTEL_SEMCONV_STABILITY_OPT_IN: http", "0.115.0", True),  # which counts nothing itself
        (MOUNTS, "A: b", "0.165.0", True),  # whose names differ
        ("\napp.mount('/static', StaticFiles())", "OTEL_SEMCONV_STABILITY_OPT_IN: http", "0.165.0", True),
    ],
)
def test_what_two_count_under_one_name_is_no_ground_for_an_alert(code: str, environment: str, version: str, exposes: bool) -> None:
    files = under(service(ROWS[7][0], ROWS[7][1] + code), environment) | {"api/requirements.txt": f"fastapi=={version}\n"}
    assert (workload_of(files, "api").metrics is not None) is exposes
    assert bool(said(landscape_of(files), "both count what a mounted application answers")) is not exposes


def test_a_fastapi_that_is_too_old_counts_nothing_by_itself() -> None:
    imports, code, _ = ROWS[6]
    old = {**service(imports, code), "api/requirements.txt": "fastapi==0.115.0\n"}
    assert workload_of(old, "api").metrics is None


def test_thresholds_are_spelt_as_on_the_wire() -> None:
    found = workload_of(service(*ROWS[0][:2]), "api").metrics
    assert found is not None
    assert found.buckets == ("0.1", "0.5", "1.0")
    milliseconds = workload_of(service(*ROWS[7][:2]), "api").metrics
    assert milliseconds is not None
    assert (milliseconds.unit, milliseconds.port) == (0.001, 9464)


CONTRIB = ROWS[7][:2]
FLASK = "from flask import Flask\nfrom prometheus_flask_exporter import PrometheusMetrics\napp = Flask(__name__)\nPrometheusMetrics(app)\n"
EXPRESS = "const p = require('express-prom-bundle')\napp.use(p({}))\n"
SERVED = "import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'\nimport '@opentelemetry/instrumentation-http'\nnew PrometheusExporter({ port: 8000 })\n"
SOURCES = {
    "prometheus-fastapi-instrumentator": lambda: workload_of(service(*ROWS[0][:2]), "api"),
    "prometheus-fastapi-instrumentator ungrouped": lambda: workload_of(service(*ROWS[1][:2]), "api"),
    "prometheus-fastapi-instrumentator named": lambda: workload_of(service(*ROWS[2][:2]), "api"),
    "starlette-exporter": lambda: workload_of(service(*ROWS[3][:2]), "api"),
    "starlette-exporter named": lambda: workload_of(service(*ROWS[4][:2]), "api"),
    "starlette-prometheus": lambda: workload_of(service(*ROWS[5][:2]), "api"),
    "fastapi": lambda: workload_of(service(*ROWS[6][:2]), "api"),
    "opentelemetry-instrumentation-fastapi": lambda: workload_of(service(*CONTRIB), "api"),
    "opentelemetry-instrumentation-fastapi stable": lambda: workload_of(under(service(*CONTRIB), "OTEL_SEMCONV_STABILITY_OPT_IN: http"), "api"),
    "prometheus-flask-exporter": lambda: workload_of(service("", "") | {"api/main.py": FLASK}, "api"),
    "django-prometheus": lambda: workload_of(DJANGO, "acme"),
    "flower": lambda: workload_of(FLOWER, "flower"),
    "express-prom-bundle": lambda: workload_of(NODE | {"api/src/server.js": EXPRESS}, "api"),
    "express-prom-bundle labels": lambda: workload_of(
        NODE | {"api/src/server.js": EXPRESS.replace("{}", "{includeMethod: true, includePath: true}")}, "api"
    ),
    "opentelemetry-node": lambda: workload_of(NODE | {"api/src/server.js": SERVED}, "api"),
}


@pytest.mark.parametrize("name", MEASURED)
def test_what_is_read_of_code_is_what_was_measured(name: str) -> None:
    """Names, labels, edges and how failures are told: as the library's page said when somebody asked it."""
    found, wanted = SOURCES[name]().metrics, MEASURED[name]
    assert found is not None
    assert {one.role: (one.name, one.kind, set(one.labels)) for one in found.metrics if one.role} == {
        one.role: (one.name, one.kind, set(one.labels)) for one in wanted.metrics
    }
    assert [getattr(found, field) for field in ("library", "error_matcher", "route_label", "buckets", "unit")] == [
        getattr(wanted, field) for field in ("library", "error_matcher", "route_label", "buckets", "unit")
    ]
    wire = exposed(name)
    for one in (one for one in found.metrics if one.role):
        series = [each for each in wire if each.startswith((f"{one.name}{{", f"{one.name}_count{{"))]
        assert series
        assert all(f'{label}="' in each for each in series for label in one.labels)
        assert one.role != "duration" or edges_of(wire, one.name) == found.buckets


OWN = """
from prometheus_client import Counter, Gauge, Histogram, Info, generate_latest

ORDERS = Counter("orders", "Orders", ["kind", "shop"])
PAID = Counter("paid_total", "Paid", labelnames=("kind",), namespace="shop")
DEPTH = Gauge("queue_depth", "Depth")
TIME = Histogram("render", "Time", unit="seconds")
BUILD = Info("build", "Build")


@app.get("/internal/metrics")
def page():
    return generate_latest()
"""


def test_the_codes_own_metrics_as_they_are_exposed() -> None:
    found = workload_of(service("", OWN), "api").metrics
    assert found is not None
    assert (found.library, plain(found.path), found.port) == ("prometheus-client", "/internal/metrics", 8000)
    assert {(one.name, one.kind, one.labels) for one in found.metrics} == {
        ("orders_total", "counter", ("kind", "shop")),
        ("shop_paid_total", "counter", ("kind",)),
        ("queue_depth", "gauge", ()),
        ("render_seconds", "histogram", ()),
        ("build_info", "gauge", ()),
    }


def test_a_mounted_page_needs_its_slash() -> None:
    code = "from prometheus_client import Gauge, make_asgi_app\nG = Gauge('g', 'G')\napp.mount('/metrics', make_asgi_app())"
    found = workload_of(service("", code), "api").metrics
    assert found is not None
    assert plain(found.path) == "/metrics/"


def test_a_counter_of_the_standard_library_is_none() -> None:
    code = "from collections import Counter\nfrom prometheus_client import generate_latest\nC = Counter('abc')\n@app.get('/metrics')\ndef m():\n    return generate_latest()"
    assert workload_of(service("", code), "api").metrics is None


NODE = {
    "compose.yml": "services:\n  api:\n    build: ./api\n",
    "api/Dockerfile": 'FROM node:22\nCOPY . .\nEXPOSE 3000\nCMD ["node", "src/server.js"]\n',
    "api/package.json": '{"scripts": {"start": "node src/server.js"}, "dependencies": {"express": "5", "prom-client": "15"}}',
}  # fmt: skip


def test_express_prom_bundle_and_prom_client() -> None:
    bundle = {**NODE, "api/src/server.js": "const p = require('express-prom-bundle')\napp.use(p({includeMethod: true, includePath: true}))\n"}
    found = workload_of(bundle, "api").metrics
    assert found is not None
    assert (found.library, found.route_label) == ("express-prom-bundle", "path")
    assert found.metrics[0].labels == ("method", "path", "status_code")
    own = {
        **NODE,
        "api/src/server.js": "import client from 'prom-client'\nnew client.Counter({ name: 'orders', help: 'x', labelNames: ['kind'] })\n"
        "app.get('/metrics', async (req, res) => { res.end(await client.register.metrics()) })\n",
    }
    other = workload_of(own, "api").metrics
    assert other is not None
    assert (other.library, plain(other.path), [(one.name, one.labels) for one in other.metrics]) == (
        "prom-client",
        "/metrics",
        [("orders", ("kind",))],
    )


def test_the_node_exporter_of_opentelemetry_drops_the_unit() -> None:
    code = "import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'\nimport '@opentelemetry/instrumentation-http'\nnew PrometheusExporter({ port: 9500 })\n"
    found = workload_of({**NODE, "api/src/server.js": code}, "api").metrics
    assert found is not None
    assert {one.role: one.name for one in found.metrics}["duration"] == "http_server_request_duration"
    assert found.port == 9500


FLOWER = {"compose.yml": "services:\n  flower:\n    image: acme/app:1\n    command: celery -A app flower\n    ports: ['5555:5555']\n"}
DJANGO = {
    "manage.py": "import django\n",
    "site1/settings.py": "ROOT_URLCONF = 'site1.urls'\nMIDDLEWARE = ['django_prometheus.middleware.PrometheusBeforeMiddleware',\n'django_prometheus.middleware.PrometheusAfterMiddleware']\n",
    "site1/urls.py": "from django.urls import include, path\nurlpatterns = [path('', include('django_prometheus.urls'))]\n",
    "pyproject.toml": "[project]\nname = 'acme'\n",
}


def test_flower_and_django() -> None:
    flower = workload_of(FLOWER, "flower")
    assert flower.metrics is not None
    assert (flower.metrics.library, flower.metrics.port) == ("flower", 5555)
    found = workload_of(DJANGO, "acme").metrics
    assert found is not None
    assert (found.library, plain(found.path)) == ("django-prometheus", "/metrics")
    assert workload_of({path: text for path, text in DJANGO.items() if path != "site1/urls.py"}, "acme").metrics is None
