#!/usr/bin/env bash
# django-prometheus 2.5.0 on Django 5.2.8: one request each to a view that answers, one that raises, and one that answers 503.
# Guess: the histogram of latencies by view counts each request once, so its `_count` can stand for a rate of requests.
# Seen: a view that raises is observed twice (once where the exception passes, once with the answer made of it); the counters of requests and responses have it once.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv; bin=$work/venv/bin; [ -d "$bin" ] || bin=$work/venv/Scripts
"$bin/python" -m pip install -q "django==5.2.8" "django-prometheus==2.5.0" "prometheus_client==0.26.0"
cat >app.py <<'PYTHON'
import django
from django.conf import settings

around = [f"django_prometheus.middleware.Prometheus{one}Middleware" for one in ("Before", "After")]
settings.configure(SECRET_KEY="x", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], INSTALLED_APPS=["django_prometheus"], MIDDLEWARE=around)
django.setup()

from django.http import HttpResponse
from django.test import Client
from django.urls import path
from prometheus_client import REGISTRY


def crash(request):
    raise RuntimeError


views = {"ok": lambda request: HttpResponse("ok"), "crash": crash, "refused": lambda request: HttpResponse(status=503)}
urlpatterns = [path(name, view, name=name) for name, view in views.items()]
for name in views:
    Client(raise_request_exception=False).get(f"/{name}")

seen = {}
for name in views:
    labels = {"view": name, "method": "GET"}
    observed = REGISTRY.get_sample_value("django_http_requests_latency_seconds_by_view_method_count", labels)
    counted = REGISTRY.get_sample_value("django_http_requests_total_by_view_transport_method_total", {**labels, "transport": "http"})
    seen[name] = (observed, counted)
print(seen)
assert seen == {"ok": (1, 1), "crash": (2, 1), "refused": (1, 1)}
PYTHON
"$bin/python" app.py 2>/dev/null
