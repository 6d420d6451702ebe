"""Every key of a compose service has a row that says what becomes of it, and the decision says so."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from migrator.facts.landscape.compose import projects
from migrator.facts.landscape.compose import types as compose_types
from migrator.facts.landscape.compose.keys import OUTCOMES, decisions, keys, page
from tests.conftest import facts_of

ROOT = Path(__file__).parents[3]
TYPES = tomllib.loads(Path(compose_types.__file__).with_name("types.toml").read_text(encoding="utf-8"))["types"]
PARTED = ("build", "deploy", "healthcheck")
"""Keys of which each part has a decision of its own."""


def _of_service() -> set[str]:
    names = {pattern.split(".")[2] for pattern in TYPES if pattern.startswith("services.*.")}
    parts = {".".join(pattern.split(".")[2:4]) for pattern in TYPES if pattern.startswith("services.*.") and pattern.split(".")[2] in PARTED}
    return names | parts


def test_each_key_has_a_row_and_each_row_is_a_key() -> None:
    rows = set(keys())
    assert _of_service() <= rows
    deeper = {row for row in rows if row.count(".") > 1}
    assert rows - _of_service() == deeper
    assert all(any(pattern.startswith(f"services.*.{row}") for pattern in TYPES) for row in deeper)


def test_each_row_says_something() -> None:
    assert {key.outcome for key in keys().values()} == set(OUTCOMES)
    assert all(len(key.says) > 5 and not key.says.endswith(".") for key in keys().values())


VALUES = {
    "list": "[x]",
    "list of ports": "['80']",
    "texts": "[x]",
    "printed": "['1']",
    "text": "x",
    "text?": "x",
    "number": "1",
    "integer": "1",
    "size": "1m",
    "span": "1s",
    "truth": "true",
    "command": "x",
    "test": "x",
    "pairs": "{x: y}",
    "environment": "{x: y}",
    "options": "{x: y}",
    "hosts": "{x: 1.1.1.1}",
    "ssh": "{x: y}",
    "mapping": "{x-y: z}",
    "mapping?": "{x-y: z}",
    "list or mapping": "{b: {x-y: z}}",
    "text or mapping": "b",
}
OWN = {
    "deploy": "{x-y: z}",
    "ulimits": "{nofile: 1}",
    "gpus": "all",
    "devices": "[/dev/x]",
    "logging": "{driver: x}",
    "build.context": "./api",
    "healthcheck.retries": "1",
    "build.ulimits": "{nofile: 1}",
    "deploy.resources": "{x-y: z}",
    "depends_on": "[b]",
    "models": "[m]",
    "networks": "[n]",
}


@pytest.mark.parametrize("key", sorted(keys()))
def test_a_key_that_is_there_has_its_decision(key: str) -> None:
    names = key.split(".")
    value = OWN.get(key, VALUES[TYPES[f"services.*.{key}"].partition(":")[0]])
    if ":" in TYPES[f"services.*.{key}"]:
        value = TYPES[f"services.*.{key}"].partition(":")[2].split()[0]
    for name in reversed(names):
        value = f"{{{name}: {value}}}"
    text = f"services:\n  a: {value}\n  b: {{image: b}}\nnetworks: {{n: }}\n"
    (one,) = projects(facts_of({"compose.yml": text}))
    assert [finding for finding in one.findings if finding.kind in {"unknown", "unread"}] == []
    found = {decision.subject: decision for decision in decisions(one.services["a"])}
    decision = found["compose: a.build.context" if key == "build" else f"compose: a.{key}"]  # there is no build without one
    assert decision.outcome == keys()[key].outcome
    assert decision.message == keys()[key].says or key == "build"
    assert [str(origin) for origin in decision.origins] == ["compose.yml:2"]


def test_what_is_not_there_has_none() -> None:
    (one,) = projects(facts_of({"compose.yml": "services: {a: {image: a, links: [b]}, b: {image: b}}\n"}))
    assert [decision.subject for decision in decisions(one.services["a"])] == ["compose: a.image", "compose: a.links"]


@pytest.mark.parametrize("key", ["prots", "x-mine"])
def test_a_key_that_nobody_knows_is_dropped_with_a_word(key: str) -> None:
    (one,) = projects(facts_of({"compose.yml": f"services:\n  a:\n    image: a\n    {key}: b\n"}))
    (decision,) = [decision for decision in decisions(one.services["a"]) if decision.subject == f"compose: a.{key}"]
    assert (decision.outcome, str(decision.origins[0])) == ("dropped", "compose.yml:4")


def test_the_page_is_what_the_table_says() -> None:
    assert (ROOT / "docs/compose-keys.md").read_text(encoding="utf-8") == page(), "make schemas"
