"""Phase 2 on random projects of Django: the ties that are told are those that are there, and what is renamed is what it was."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings

from migrator.facts.django import projects
from migrator.plan import Plan
from migrator.wording import listed
from phases.backend_split import phase
from tests.laws.django_projects import KINDS, Shop, django_projects
from tests.laws.test_backend_split_laws import GATEWAY, after, slugs, split, written

FEW = max(1, settings.default.max_examples // 10)
SAYING = """
import importlib, json, os, sys
from io import StringIO
import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template
from django.test import Client
from django.urls import get_resolver

os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[1]
django.setup()
call_command("check", stdout=StringIO())

def every(patterns, above=""):
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from every(one.url_patterns, above + str(one.pattern))
        else:
            yield above + str(one.pattern)

def written(command):
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()

rows = [model for model in apps.get_models() if model.__name__.endswith("Row")]
answers = {path: Client().get("/" + path) for path in every(get_resolver().url_patterns)}
importlib.import_module(settings.WSGI_APPLICATION.rpartition(".")[0])
print(json.dumps({
    "tables": {model._meta.label: sorted(f"{one.name} {one.related_model._meta.label if one.related_model else ''}" for one in model._meta.get_fields()) for model in rows},
    "apps": [one.name for one in apps.get_app_configs()],
    "answers": {path: [one.status_code, one.content.decode(), sorted(one.headers)] for path, one in answers.items()},
    "said": [written("say_" + model._meta.app_label) for model in rows],
    "page": get_template("page.html").render(),
    "places": [os.path.relpath(settings.DATABASES["default"]["NAME"])],
}, sort_keys=True))
"""


def told(plan: Plan, kind: str) -> list[str]:
    notes = plan.notes[phase.name]
    return [one.message for one in (*notes.findings, *notes.details) if one.kind == kind]


def known(shop: Shop, _: Path | None = None) -> None:
    plan = split(shop.files)
    (found,) = projects(plan.start)
    assert (found.directory, tuple(found.apps)) == (shop.directory, shop.apps)
    planted = {pair: tuple(counts[kind] for kind in KINDS) for pair, counts in shop.ties.items()}
    assert {(tie.source, tie.target): tuple(getattr(tie, kind) for kind in KINDS) for tie in found.ties} == planted
    graph: nx.DiGraph[str] = nx.DiGraph([*shop.ties])
    graph.add_nodes_from(shop.apps)
    knots = {listed(sorted(one)) for one in nx.strongly_connected_components(graph) if len(one) > 1}
    assert {line.partition(": ")[2].partition("; ")[0] for line in told(plan, "knot")} == knots
    free = [app for app in shop.apps if not graph.out_degree(app)]
    moves = [found[1] for line in told(plan, "free") if (found := re.search(r"`migrate mv (\S+) ", line))]
    base = f"{shop.directory}/" if shop.directory else ""
    assert moves == [f"{base}{app.replace('.', '/')}" for app in free]
    assert len(told(plan, "app")) == len(shop.apps)
    (summary,) = told(plan, "partition")
    assert summary.startswith(f"Django: {len(shop.apps)} apps, ")
    assert "no service is made" in told(plan, "absent")[0]


@given(django_projects())
@settings(max_examples=FEW * 3)
def test_the_ties_that_are_told_are_those_that_are_there(shop: Shop):
    known(shop)


def said(directory: Path, settings_module: str) -> object:
    """What a project says of itself when it runs."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "."}
    done = subprocess.run(
        [sys.executable, "-c", SAYING, settings_module], cwd=directory, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def stand(shop: Shop, root: Path) -> None:
    plan = split(shop.files)
    assert (slugs(plan), plan.aside, plan.problems) == (["rename-backend"], (), ())
    texts = after(plan)
    again = split(texts)
    assert (slugs(again), again.aside, again.problems) == ([], (), ())  # L6
    base = f"{shop.directory}/" if shop.directory else ""
    around = {"compose.yml", "README.md", "Makefile"}
    assert {path for path in texts if not path.startswith(".migrate/")} >= {f"{GATEWAY}/{path[len(base) :]}" for path in {*shop.files} - around}
    assert not [path for path in texts if base and path.startswith(base)]
    for name in {"README.md", "Makefile"} & {*texts}:
        for path in re.findall(r"[\w./-]*(?:manage|settings)\.py", texts[name]):
            where = GATEWAY if f"cd {GATEWAY}" in texts[name] else ""
            assert f"{where}/{path}".lstrip("/") in texts, (name, path)
    if "compose.yml" in texts:
        assert f"build: ./{GATEWAY}\n" in texts["compose.yml"]
    old, new = written(shop.files, root / "old"), written(texts, root / "new")
    assert said(new / GATEWAY, shop.settings) == said(old / shop.directory, shop.settings)


@given(shop=django_projects())
@settings(max_examples=FEW)
def test_a_project_that_gets_the_place_of_a_backend_is_what_it_was(shop: Shop, tmp_path_factory: pytest.TempPathFactory):
    pytest.importorskip("django", reason="Django is in the dev extra")
    stand(shop, tmp_path_factory.mktemp("django"))
