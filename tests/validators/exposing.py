"""Prints what a library really exposes: an application of its own framework answers a few requests in this process.

`python exposing.py LIBRARY`; two good requests and two bad ones (a 503 and an unhandled exception), then what its metrics route says.
"""

# ruff: noqa: PLC0415  each application needs its own library only

from __future__ import annotations

import asyncio
import os
import sys

ASKED = ("/items/1", "/items/2", "/refuses", "/breaks")


class BreaksError(Exception):
    pass


def asgi(app, metrics="/metrics", asked=ASKED):
    import httpx

    async def ask():
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://app", follow_redirects=True) as client:
            for path in asked:
                await client.get(path)
            return (await client.get(metrics)).text if metrics else ""

    return asyncio.run(ask())


def fastapi():
    from fastapi import FastAPI, HTTPException

    app = FastAPI()

    @app.get("/items/{number}")
    def item(number: int):
        return number

    @app.get("/refuses")
    def refuses():
        raise HTTPException(503)

    @app.get("/breaks")
    def breaks():
        raise BreaksError

    return app


def instrumentator(**options):
    from prometheus_fastapi_instrumentator import Instrumentator

    app = fastapi()
    made = options.pop("made", {})
    Instrumentator(**options).instrument(app, **made).expose(app)
    return asgi(app)


def starlette_exporter(**options):
    from starlette_exporter import PrometheusMiddleware, handle_metrics

    app = fastapi()
    app.add_middleware(PrometheusMiddleware, **options)
    app.add_route("/metrics", handle_metrics)
    return asgi(app)


def starlette_prometheus():
    from starlette_prometheus import PrometheusMiddleware, metrics

    app = fastapi()
    app.add_middleware(PrometheusMiddleware)
    app.add_route("/metrics", metrics)
    return asgi(app)


def otel(contrib=False, stable=False):
    if stable:
        os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "http"
    from opentelemetry import metrics
    from opentelemetry.exporter.prometheus import PrometheusMetricReader
    from opentelemetry.sdk.metrics import MeterProvider
    from prometheus_client import generate_latest

    metrics.set_meter_provider(MeterProvider(metric_readers=[PrometheusMetricReader()]))
    app = fastapi()
    if contrib:
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

        FastAPIInstrumentor.instrument_app(app)
    asgi(app, metrics=None)
    return generate_latest().decode()


def flask():
    from flask import Flask
    from prometheus_flask_exporter import PrometheusMetrics

    app = Flask("app")
    PrometheusMetrics(app)
    app.add_url_rule("/items/<int:number>", view_func=lambda number: f"{number}", endpoint="item")
    app.add_url_rule("/refuses", view_func=lambda: ("", 503), endpoint="refuses")

    @app.route("/breaks")
    def breaks():
        raise BreaksError

    client = app.test_client()
    for path in ASKED:
        client.get(path)
    return client.get("/metrics").text


def django():
    import django
    from django.conf import settings
    from django.http import HttpResponse
    from django.urls import include, path

    def breaks(_):
        raise BreaksError

    urls = [
        path("", include("django_prometheus.urls")),
        path("items/<int:number>", lambda _, number: HttpResponse(number), name="item"),
        path("refuses", lambda _: HttpResponse(status=503), name="refuses"),
        path("breaks", breaks, name="breaks"),
    ]
    around = "django_prometheus.middleware.Prometheus{}Middleware"
    settings.configure(
        ROOT_URLCONF=type("Urls", (), {"urlpatterns": urls}),
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=["django_prometheus"],
        MIDDLEWARE=[around.format("Before"), around.format("After")],
        LOGGING_CONFIG=None,
    )
    django.setup()
    from django.test import Client

    client = Client(raise_request_exception=False)
    for one in ASKED:
        client.get(one)
    return client.get("/metrics").content.decode()


def flower():
    from flower.events import EventsState, get_prometheus_metrics
    from prometheus_client import generate_latest

    state = EventsState()
    get_prometheus_metrics()
    for number, end in enumerate(("task-succeeded", "task-succeeded", "task-failed", "task-failed")):
        about = {"uuid": str(number), "hostname": "worker@a", "clock": 1, "local_received": 1.0, "timestamp": 1.0 + number, "pid": 1}
        for kind, more in (("task-received", {"name": "app.mail"}), ("task-started", {}), (end, {"runtime": 0.2, "exception": "x", "result": "y"})):
            state.event({"type": kind, **about, **more})
    return generate_latest().decode()


LIBRARIES = {
    "prometheus-fastapi-instrumentator": instrumentator,
    "prometheus-fastapi-instrumentator ungrouped": lambda: instrumentator(should_group_status_codes=False),
    "prometheus-fastapi-instrumentator named": lambda: instrumentator(made={"metric_namespace": "x", "metric_subsystem": "y"}),
    "starlette-exporter": starlette_exporter,
    "starlette-exporter named": lambda: starlette_exporter(app_name="mysvc", prefix="mysvc"),
    "starlette-prometheus": starlette_prometheus,
    "fastapi": otel,
    "opentelemetry-instrumentation-fastapi": lambda: otel(contrib=True),
    "opentelemetry-instrumentation-fastapi stable": lambda: otel(contrib=True, stable=True),
    "prometheus-flask-exporter": flask,
    "django-prometheus": django,
    "flower": flower,
}

if __name__ == "__main__":
    sys.stdout.write(LIBRARIES[sys.argv[1]]())
