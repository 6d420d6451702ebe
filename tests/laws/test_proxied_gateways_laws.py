"""Gateways of random monoliths that forward: with the services on loopback they answer as the monolith did, and import none of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.plan import Plan
from tests.laws.flask_monoliths import flask_monoliths
from tests.laws.monoliths import BACKEND, Files, monoliths
from tests.laws.test_backend_split_laws import APPLICATIONS, GATEWAY, PROXY, after, part_of, slugs, split, trespasses, written
from tests.laws.traits import several

FEW = max(2, settings.default.max_examples // 30)
SERVE = """
import importlib, json, logging, socket, sys, threading

logging.getLogger("werkzeug").setLevel(logging.ERROR)

def serve(app, listening):
    if hasattr(app, "url_map"):
        from werkzeug.serving import make_server
        make_server("127.0.0.1", 0, app, fd=listening.fileno(), threaded=True).serve_forever()
    else:
        import uvicorn
        uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on")).run(sockets=[listening])

app = importlib.import_module(sys.argv[1]).app
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
threading.Thread(target=serve, args=(app, listening), daemon=True).start()
sys.stdin.read()
"""
ASK = """
import importlib, json, sys

def flask(app):
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}) if rule.endpoint != "static" else ():
            answer = client.open(rule.rule.replace("<int:number>", "7"), method=method)
            yield [method, rule.rule, rule.endpoint, answer.text, sorted(key.lower() for key in answer.headers.keys() if key.lower().startswith("x-"))]

def fastapi(app):
    from fastapi.testclient import TestClient
    with TestClient(app) as client:
        for above, one in applications(app):
            document = client.get(above + one.openapi_url).json()
            yield ["document", above, document]
            for path, methods in document["paths"].items():
                for method in methods:
                    answer = client.request(method, above + path)
                    yield [method, above + path, answer.status_code, answer.text, answer.headers.get("x-seen", "")]

app = importlib.import_module(sys.argv[1]).app
print(json.dumps(sorted((flask if hasattr(app, "url_map") else fastapi)(app), key=lambda row: row[:2])))
"""


@contextmanager
def serving(modules: Mapping[str, list[str]], root: Path) -> Iterator[dict[str, str]]:
    """The variables that say where services are while all of them run, each with its own places alone."""
    with ExitStack() as stack:
        every = {}
        for module, paths in modules.items():
            environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(paths)}
            every[module] = stack.enter_context(
                subprocess.Popen([sys.executable, "-c", SERVE, module], env=environment, cwd=root, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)
            )
        try:
            ports = {module: one.stdout.readline() for module, one in every.items() if one.stdout is not None}
            assert all(ports.values()), [one.communicate()[1] for module, one in every.items() if not ports[module]]
            yield {
                f"SERVICE_{module.partition('.')[0].removesuffix('_service').upper()}_URL": f"http://127.0.0.1:{int(said)}"
                for module, said in ports.items()
            }
        finally:
            for one in every.values():
                one.kill()


def said(module: str, paths: list[str], root: Path, **variables: str) -> list[list[Any]]:
    """What an application says of itself and answers, started with these places alone."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(paths), **variables}
    done = subprocess.run([sys.executable, "-c", APPLICATIONS + ASK, module], env=environment, check=False, capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr[-2000:]
    rows: list[list[Any]] = json.loads(done.stdout)
    return rows


def forward(files: Files, root: Path, module: str = "main") -> None:
    """Split it, start everything, and ask the gateway what the monolith was asked."""
    plan = split(files, PROXY)
    assert plan.aside == ()
    assert trespasses(plan.end) == []
    old, new = written(files, root / "old"), written(after(plan), root / "new")
    # What the gateway goes on importing it has; nothing else of a service is there for it.
    loaded = [one for one in plan.end.graph if one.source.startswith(f"{GATEWAY}/app/") and one.source.endswith(".py") and not one.mention.weak]
    kept = {part_of(one.target.path or "") for one in loaded}
    there = [str(new / (GATEWAY if plan.steps else BACKEND)), *(str(new / one / "src") for one in sorted(kept - {GATEWAY, ""}))]
    main = "app.main" if module == "main" else module
    core = [str(one) for one in sorted(new.glob("packages/*/src"))]
    services = [slug for slug in slugs(plan) if slug.endswith("-service")]
    with serving({f"{slug.replace('-', '_')}.{module}": [*core, str(new / "services" / slug / "src")] for slug in services}, root) as variables:
        now = said(main, there, root, **variables)
    assert told(now, plan) == told(said(main, [str(old / BACKEND)], root), plan)


def told(rows: list[list[Any]], plan: Plan) -> list[list[Any]]:
    """What an application said, without what the plan says that the gateway goes without."""
    step = next((one.step for one in plan.steps if one.step.slug == "gateway-proxy"), None)
    findings = step.findings if step is not None else ()
    lost = {f"x-{name}" for one in findings if one.kind == "hook" for name in re.findall(r"`mark_(\w+)`", one.message)}
    mounted = any(one.kind == "document" for one in findings)
    own = {slug.removesuffix("-service").replace("-", "_") for slug in slugs(plan)}
    kept = []
    for row in rows:
        if row[0] == "document":
            kept.append(row[:2] if row[1] and mounted else row)
        else:
            forwarded = not lost or row[2].partition(".")[0] in own
            kept.append(row if forwarded else [*row[:4], [one for one in row[4] if one not in lost]])
    return kept


@st.composite
def fastapi_monoliths(draw: st.DrawFn) -> Files:
    return draw(monoliths(*draw(several())))


@given(files=fastapi_monoliths())
@settings(max_examples=FEW // 2)
def test_a_gateway_that_forwards_answers_as_the_monolith(files: Files, tmp_path_factory: pytest.TempPathFactory):
    forward(files, tmp_path_factory.mktemp("proxy"))


def forward_flask(files: Files, root: Path) -> None:
    forward(files, root, "wsgi")


@given(files=flask_monoliths())
@settings(max_examples=FEW)
def test_a_gateway_of_flask_that_forwards_answers_as_the_monolith(files: Files, tmp_path_factory: pytest.TempPathFactory):
    forward_flask(files, tmp_path_factory.mktemp("proxy"))
