"""Diagrams: what each shows of a landscape, how a large one becomes readable, and what is not drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migrator.artefact import Made
from migrator.facts.landscape.model import Kind, Landscape, Link, Workload
from migrator.facts.projects.model import Need, Project
from migrator.origin import Origin, Said
from migrator.paths import RepoPath
from phases.documentation.diagrams import family
from phases.documentation.diagrams.options import Options
from tests.unit.infrastructure.landscapes import API, LANDSCAPE, at, said

HOME = "docs/architecture/diagrams"
KINDS = ("system-architecture", "data-flow", "deployment", "dependency")


def project(directory: str, layer: str, *needs: str, name: str = "") -> Project:
    manifest = Origin(RepoPath(f"{directory}/package.json".lstrip("/")), 2)
    used = tuple(Need(RepoPath(one), (Origin(RepoPath(f"{directory}/a.ts"), 1), Origin(RepoPath(f"{directory}/b.ts"), 4))) for one in needs)
    return Project(RepoPath(directory), name, "node", manifest, layer, used)


PROJECTS = (
    project("", "", name="acme"),
    project("apps/web", "apps", "packages/ui", name="@acme/web-app"),
    project("packages/ui", "packages", name="ui"),
)
WHOLE = replace(LANDSCAPE, projects=PROJECTS)


def made(landscape: Landscape = WHOLE, **options: object) -> Made:
    return family.artefacts(landscape, Options.model_validate(options))


def texts(landscape: Landscape = WHOLE, **options: object) -> dict[str, str]:
    return {one.path.removeprefix(f"{HOME}/").removesuffix(".mmd"): one.content.decode() for one in made(landscape, **options).artefacts}


def drawn(text: str) -> list[str]:
    """A picture with the names of nodes in place of their ids."""
    lines = [line.strip() for line in text.split("\n")]
    names = {
        line.partition("[")[0].partition("(")[0]: line.split('"')[1].partition("<br/>")[0] for line in lines if line[:1] == "n" and "-->" not in line
    }
    return [" ".join(names.get(word, word) for word in line.replace("|", " ").split()) for line in lines if "-->" in line]


def test_all_of_them_and_a_page_that_shows_them() -> None:
    found = texts()
    assert set(found) == {*KINDS, "README.md"}
    for kind in KINDS:
        assert f"```mermaid\n{found[kind]}```" in found["README.md"]
        assert f"({kind}.mmd)" in found["README.md"]


def test_the_system_shows_who_asks_whom() -> None:
    text = texts()["system-architecture"]
    assert drawn(text) == [
        'api --> ":5432" db', 'api --> ":6379" cache', "api --> migrate", 'worker --> ":5432" db', 'worker --> ":6379" cache',
        'nightly_report --> ":5432" db', 'migrate --> ":5432" db', 'web --> ":8000" api', 'nginx --> ":3000" web', 'nginx --> ":8000" api',
    ]  # fmt: skip
    assert 'subgraph frame0["built from this repository"]' in text
    assert '[("db<br/>database")]' in text


def test_the_flow_of_data_begins_outside_and_ends_where_it_is_kept() -> None:
    text = texts()["data-flow"]
    assert [line for line in drawn(text) if line.startswith("outside")] == ["outside --> nginx"]
    assert "db<br/>database<br/>keeps pgdata" in text
    assert "api --> migrate" not in drawn(text)


def test_a_deployment_shows_images_environments_and_ports() -> None:
    text = texts()["deployment"]
    assert 'ports of the host --> "8080" api' in drawn(text)
    assert '"api<br/>built by services/api-gateway/Dockerfile"' in text
    assert 'subgraph frame1["every environment"]' in text
    only = replace(
        WHOLE, workloads=tuple(replace(one, environments=("development", "test")) if one.name == "cache" else one for one in WHOLE.workloads)
    )
    assert '["development, test"]' in texts(only)["deployment"]


def test_dependencies_are_those_of_projects() -> None:
    text = texts()["dependency"]
    assert drawn(text) == ['apps/web --> "2 imports" packages/ui']
    assert '"apps/web<br/>#64;acme/web-app"' in text or '"apps/web<br/>@acme/web-app"' in text
    assert '"packages/ui"' in text


def many(number: int, kind: Kind = Kind.EXTERNAL) -> Landscape:
    others = tuple(Workload(f"h{one}.example.com", f"h{one}", said(kind, one), (at(one),)) for one in range(1, number + 1))
    links = tuple(Link("api", one.name, "client", one.origins, 443) for one in others)
    return replace(WHOLE, workloads=(*WHOLE.workloads, *others), links=(*WHOLE.links, *links))


@pytest.mark.parametrize("number, joint", [(1, False), (20, False), (31, True), (400, True)])
def test_a_picture_that_nobody_could_read_is_grouped(number: int, joint: bool) -> None:
    text = texts(many(number))["system-architecture"]
    nodes = [line for line in text.split("\n") if line.strip().startswith("n") and "-->" not in line]
    assert len(nodes) <= 40
    assert (f"{number} of kind external<br/>h1.example.com, h2.example.com, h3.example.com, and {number - 3} more" in text) is joint
    assert text.count("h1.example.com") == 1


def test_as_many_as_the_option_says() -> None:
    assert "of kind" not in texts(many(60), nodes=100)["system-architecture"]
    assert "of kind" in texts(many(10), nodes=12)["system-architecture"]


ABSENT = [
    ("nothing asks", replace(WHOLE, links=(), workloads=(replace(API, kind=said(Kind.WORKER, 1), hosts=(), ports=()),)), {"data-flow"}),
    ("nothing needs", replace(WHOLE, projects=PROJECTS[:1]), {"dependency"}),
    ("nothing runs", Landscape("acme", (), (), projects=PROJECTS), {"system-architecture", "data-flow", "deployment"}),
]


@pytest.mark.parametrize("landscape, absent", [pytest.param(*row[1:], id=row[0]) for row in ABSENT])
def test_what_has_nothing_to_show_is_told_and_not_drawn(landscape: Landscape, absent: set[str]) -> None:
    assert set(texts(landscape)) == {*KINDS, "README.md"} - absent
    assert {one.subject for one in made(landscape).decisions} == {f"diagram: {one}" for one in absent}


def test_nothing_at_all() -> None:
    found = made(Landscape("acme", (), ()))
    assert found.artefacts == ()
    assert "a compose file" in found.absent


def test_each_line_of_a_value_has_its_origin() -> None:
    """L11, in the files and on the page alike."""
    for one in made().artefacts:
        lines = one.content.decode().split("\n")
        unsaid = [line for number, line in enumerate(lines, start=1) if ("-->" in line or "<br/>" in line) and number not in one.origins]
        assert [line for line in unsaid if "outside" not in line and "ports of the host" not in line] == []


def test_a_host_of_its_own_is_a_door() -> None:
    api = replace(API, hosts=(Said("api.acme.example", (at(7),)),))
    alone = replace(WHOLE, workloads=(api, *(one for one in WHOLE.workloads if one.name not in {"api", "nginx"})), links=LANDSCAPE.links[:8])
    assert 'outside --> "api.acme.example" api' in drawn(texts(alone)["data-flow"])
