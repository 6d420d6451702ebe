"""The landscape of a real repository with eleven compose files: each workload once, and no secret of its files in what is printed (L13)."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from migrator.engine.context import Engine
from migrator.facts import Facts
from migrator.facts.landscape import landscape
from migrator.git import Repository
from migrator.report.landscape_models import LandscapeOut
from migrator.report.landscapes import mermaid
from migrator.report.models.base import dumps

pytestmark = pytest.mark.real

_REPOSITORIES = Path(os.environ.get("MIGRATE_REAL_REPOS", ""))
_VALUE = re.compile(
    r"""(?im)(?:passw(?:or)?d|secret|token|api_?key|_key|requirepass|-a)["']?\s*[,:= ]+\s*["']?(?:\$\{\w+:-)?([A-Za-z0-9!@_+/.-]{5,})["'}]?\s*,?\s*(?:\#.*)?$"""
)
_IN_URL = re.compile(r"://[^\s/:@]*:([^\s/@${}]+)@")
_WORDS = {"latest", "string", "password", "postgres", "lokifi", "backend", "frontend", "redis"}
"""What stands behind such names and is no secret: it occurs everywhere."""


@pytest.fixture(scope="module")
def facts() -> Facts:
    path = _REPOSITORIES / "lokifi"
    if not os.environ.get("MIGRATE_REAL_REPOS") or not path.is_dir():
        pytest.skip("MIGRATE_REAL_REPOS names no directory with lokifi in it")
    engine = Engine(Repository.open(path), ())
    tree = engine.repository.tree("HEAD")
    return engine.facts(engine.repository.resolve("HEAD"), engine.plan_file(tree)[0])


def test_every_workload_of_its_compose_files_is_named_once(facts: Facts) -> None:
    own = [one.name for one in landscape(facts).workloads if one.kind.value != "external"]
    assert own == [
        *("backend", "frontend", "grafana", "loki", "mailhog", "nginx", "postgres", "prometheus", "promtail"),
        *("redis", "redis-commander", "redis-primary", "redis-replica", "redis-sentinel", "traefik"),
    ]


def test_development_production_and_swarm_differ(facts: Facts) -> None:
    found = landscape(facts)
    assert {"development", "production", "swarm"} <= found.environments.keys()
    assert {"development", "production", "swarm"} <= {one.environment for workload in found.workloads for one in workload.differences}


def test_no_secret_of_its_files_is_printed(facts: Facts) -> None:
    found = landscape(facts)
    shown = dumps(LandscapeOut.of(found, "x")) + mermaid(found) + repr(found)
    secrets: set[str] = set()
    for path in facts.tree:
        if re.search(r"compose[^/]*\.ya?ml$|(?:^|/)\.env|(?:^|/)config\.py$", path) and not facts.scanner.hidden(path):
            text = facts.read(path).decode("utf-8", "replace")
            secrets |= {match[1] for pattern in (_VALUE, _IN_URL) for match in pattern.finditer(text)}
    secrets = {one for one in secrets if one.lower() not in _WORDS and "/" not in one and not one.isupper()}
    assert {"23233", "lokifi2025", "lokifi_dev_password"} <= secrets
    assert not {one for one in secrets if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", shown)}


def test_it_takes_less_than_a_second(facts: Facts) -> None:
    again = facts.at(facts.tree.replace({}), facts.atlas, facts.graph)
    assert again.graph is facts.graph
    started = time.process_time()
    landscape(again)
    assert time.process_time() - started < 1
