"""The landscape as people and programs see it: eighty columns, JSON by its schema, mermaid without what it trips over (D14)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from migrator.facts.landscape.model import Kind, Landscape, Link, Workload
from migrator.origin import Origin, Said
from migrator.paths import RepoPath
from migrator.report.landscape_models import LandscapeOut
from migrator.report.landscapes import mermaid
from tests.cli.conftest import Runner
from tests.cli.test_narrow import lines, over  # noqa: F401  a fixture
from tests.conftest import git
from tests.unit.landscape.trees import COMPOSE, tree

HERE = Origin(RepoPath("compose.yml"), 1)


def workload(name: str, kind: Kind = Kind.API) -> Workload:
    return Workload(name, name, Said(kind, (HERE,)), (HERE,))


def landscape(names: list[str], pairs: list[tuple[str, str]] | None = None) -> Landscape:
    return Landscape("x", tuple(map(workload, names)), tuple(Link(a, b, "depends_on", (HERE,)) for a, b in pairs or ()))


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "acme"
    for path, text in tree(COMPOSE).items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    git(directory, "init", "-q", "-b", "main")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "start")
    monkeypatch.chdir(directory)
    return directory


def test_people_read_it_in_eighty_columns(acme: Path, lines) -> None:  # noqa: F811  the fixture
    shown = lines("graph", "--landscape")
    assert not over(shown)
    text = "\n".join(shown)
    assert "api · api, fastapi" in text
    assert re.search(r"asks +cache \(environment\), db \(depends_on, environment\)", text)
    assert "hunter2" not in text
    assert "s3cr3t" not in text


def test_programs_read_it_as_its_schema_says(acme: Path, migrate: Runner) -> None:
    found = migrate("graph", "--landscape", "--repo", acme, "--json").json
    assert {one["name"] for one in found["workloads"]} == {"api", "migrate", "worker", "beat", "db", "cache"}
    LandscapeOut.model_validate(found)
    schema = json.loads((Path(__file__).parents[2] / "docs" / "landscape.schema.json").read_text(encoding="utf-8"))
    assert found.keys() == schema["properties"].keys()
    port = next(one for one in found["workloads"] if one["name"] == "api")["ports"][0]
    assert port["number"]["value"] == 8000
    assert port["number"]["origins"][0]["path"] == "docker-compose.yml"


def test_a_focus_or_dot_is_for_the_graph_of_files(acme: Path, migrate: Runner) -> None:
    for wrong in (("--focus", "api"), ("--format", "dot")):
        assert migrate("graph", "--landscape", "--repo", acme, *wrong, code=2).code == 2


TRAPS = ["end", "graph", "class", "style", "subgraph", "click", "@acme/ui", "a (b)", "a[b]", '"x"', "a;b", "#x", "web---ops", "a|b", "`x`"]


@pytest.mark.parametrize("name", TRAPS)
def test_no_name_is_an_id_of_mermaid_and_every_label_is_quoted(name: str) -> None:
    text = mermaid(landscape([name, "other"], [(name, "other"), ("other", name)]))
    head, *rest = text.split("\n")
    assert head == "flowchart LR"
    for line in rest:
        assert re.fullmatch(r'  w\d+(?:(?:\[\(|\[\[|\(\[|\[)"[^"]*"(?:\)\]|\]\]|\]\)|\])| -->\|"[^"]*"\| w\d+)', line), line
        inside = "".join(re.findall(r'"([^"]*)"', line)).replace("<br/>", "")
        assert not re.search(r"[<>&`\\]|(?<!#\d\d)(?<!#\d\d\d);", inside), line


def test_mermaid_draws_no_more_than_it_can() -> None:
    names = [f"w{number}" for number in range(40)]
    text = mermaid(landscape(names, [(a, b) for a in names for b in names if a != b]))
    assert text.count("-->") <= 500
    assert len(text) < 50_000
    assert "more links are left out" in text
    assert "left out" not in mermaid(landscape(names[:3], [("w0", "w1")]))
