"""The laws of phase 2 on random monoliths of Flask: no service needs another, the URL map stays, everything runs and answers as the monolith."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.facts.serving import routes
from migrator.facts.serving.flask import applications
from tests.laws.flask_monoliths import BACKEND, flask_monoliths
from tests.laws.monoliths import Files
from tests.laws.test_backend_split_laws import FEW, GATEWAY, PROXY, after, slugs, split, trespasses, written

ASK = """
import importlib, json, sys

def asked(module, paths):
    before, kept = set(sys.modules), sys.path[:]
    sys.path[:0] = paths
    importlib.invalidate_caches()
    try:
        app = importlib.import_module(module).app
        client, found = app.test_client(), []
        for rule in app.url_map.iter_rules():
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}) if rule.endpoint not in ("static", "service_health") else ():
                path = rule.rule.replace("<int:number>", "7")
                answer = client.open(path, method=method)
                marks = sorted(key for key in answer.headers.keys() if key.startswith("X-"))
                found.append([method, rule.rule, rule.endpoint, answer.text, marks])
    except Exception as error:
        found = f"{module}: {type(error).__name__}: {error}"
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in OURS:
            del sys.modules[name]
    sys.path[:] = kept
    return sorted(found) if isinstance(found, list) else found

jobs = json.load(sys.stdin)
OURS = {"app", "wsgi", "backend_core", *(module.partition(".")[0] for module, _ in jobs)}
print(json.dumps([asked(*job) for job in jobs]))
"""


@given(flask_monoliths(), st.sampled_from(["", PROXY]))
@settings(max_examples=FEW)
def test_no_service_of_flask_needs_another_and_nothing_more_is_to_be_done(files: Files, text: str):
    plan = split(files, text)
    assert plan.aside == ()
    assert trespasses(plan.end) == []
    assert any(slug.endswith("-service") for slug in slugs(plan)) or all(f"/{one}" not in "".join(files) for one in ("auth", "portfolio", "social"))
    again = split(after(plan), text)
    assert (slugs(again), again.aside, again.problems) == ([], (), ())  # L6
    assert split(dict(reversed(files.items())), text).tree == plan.tree  # L4


@given(files=flask_monoliths())
@settings(max_examples=FEW)
def test_gateway_and_services_of_flask_run_and_answer_as_the_monolith(files: Files, tmp_path_factory: pytest.TempPathFactory):
    plan = split(files)
    root = tmp_path_factory.mktemp("split")
    old, new = written(files, root / "old"), written(after(plan), root / "new")
    core = [str(path) for path in sorted(new.glob("packages/*/src"))]
    sources = [*core, *(str(path) for path in sorted(new.glob("services/*/src")))]
    services = [slug for slug in slugs(plan) if slug.endswith("-service")]
    jobs = [("wsgi", [str(old / BACKEND)]), ("wsgi", [str(new / (GATEWAY if plan.steps else BACKEND)), *sources])]
    # Each service has the kernel and itself, nothing else.
    jobs += [(f"{slug.replace('-', '_')}.wsgi", [*core, str(new / f"services/{slug}/src")]) for slug in services]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""}
    done = subprocess.run([sys.executable, "-c", ASK], input=json.dumps(jobs), env=environment, check=True, capture_output=True, text=True, cwd=root)
    monolith, gateway, *others = json.loads(done.stdout)
    assert isinstance(monolith, list), monolith
    assert gateway == monolith
    # What was read is what runs.
    (name,) = (one for one in applications(plan.start) if one.module.startswith(BACKEND))
    assert sorted((route.method, route.path) for route in routes(plan.start, name)) == sorted((method, path) for method, path, *_ in monolith)
    for answered, slug in zip(others, services, strict=True):
        assert isinstance(answered, list), (slug, answered)
        assert answered, slug
        assert [one for one in answered if one not in monolith] == [], slug
