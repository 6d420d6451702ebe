"""The laws of what is derived (L6, L11 to L14) for decisions, diagrams, interfaces and proposals, through the engine's own plan."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable
from functools import cache

import pytest

from migrator.generating.provenance import provenances
from migrator.plan import Plan
from migrator.record import FOLDER
from phases import documentation, infrastructure
from tests.laws.generating import Files, before, contents, edited, facts, planned

PHASES = (infrastructure.phase, documentation.phase)
DOCUMENTATION = (documentation.phase,)
FAMILIES = {"adrs", "diagrams", "rfcs", "api"}
MAIN, COMPOSE = "apps/backend/app/main.py", "infra/docker/compose/docker-compose.yml"
DECISIONS, DIAGRAMS, API = "docs/architecture/decisions", "docs/architecture/diagrams", "docs/api"
INDEX, DRAWN = f"{DECISIONS}/README.md", f"{DIAGRAMS}/README.md"


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> None:
    """What a build leaves behind is compared with what comes from nothing in the other laws."""


@cache
def whole() -> Plan:
    return planned(before(), PHASES, judged=True)


@cache
def finished() -> Files:
    return contents(whole())


def pages(files: Files) -> dict[str, bytes]:
    """What our families wrote, edited or not."""
    mine = {str(path) for one in provenances(facts(files)) if one.family in FAMILIES for path in one.files}
    return {path: content for path, content in files.items() if path in mine}


def by_hand(changes: Iterable[tuple[str, str, str]], files: Files) -> Files:
    for change in changes:
        files = edited(files, *change)
    return files


def changed(plan: Plan) -> set[str]:
    was, now = pages({str(path): plan.start.read(path) for path in plan.start.tree}), pages(contents(plan))
    return {path for path in {*was, *now} if was.get(path) != now.get(path)}


# L6 --------------------------------------------------------------------------------------------------------------------


def taken(number: str, phase: str, slug: str, **more: object) -> Files:
    """A step that was taken since, by its record."""
    said = {"phase": phase, "number": number, "slug": slug, "title": f"Do {slug}", "why": "For this.", **more}
    return {f"{FOLDER}/{number}-{slug.replace('/', '-')}.json": json.dumps(said).encode()}


def test_a_finished_tree_has_no_step() -> None:
    assert (whole().aside, whole().questions, whole().problems) == ((), (), ())
    assert {step.step.slug for step in whole().steps} >= FAMILIES
    assert planned(finished(), PHASES).steps == ()


LATER = [
    ("6.01", "automation", "workflows", {}, set()),
    ("5.99", "documentation", "api", {"generated": {".migrate/generated/documentation/api.json": "0"}}, set()),
    ("4.01", "tooling", "decisions", {"generated": {".migrate/generated/tooling/decisions.json": "0"}}, set()),
    ("4.01", "tooling", "cli", {}, {INDEX, f"{DECISIONS}/010-command-line.md"}),
    ("1.99", "foundation", "ui/card", {}, {f"{DECISIONS}/002-shared-packages.md"}),
    ("3.99", "infrastructure", "helm", {"generated": {".migrate/generated/infrastructure/helm.json": "0"}}, set()),  # its files were written anew
]


@pytest.mark.parametrize("number, phase, slug, more, expected", LATER)
def test_a_step_that_came_later_is_told_once(number: str, phase: str, slug: str, more: dict[str, object], expected: set[str]) -> None:
    """Those of later phases never, or a run of all phases would leave something to do."""
    there = planned({**finished(), **taken(number, phase, slug, **more)}, DOCUMENTATION)
    assert changed(there) == expected
    assert planned(contents(there), DOCUMENTATION).steps == ()


# L11 -------------------------------------------------------------------------------------------------------------------

OFFERS = '\n\n@app.get("/offers")\ndef offers() -> list[int]:\n    return []\n'
OPENAPI = 'openapi: 3.1.0\ninfo: {title: Shop, version: "1"}\npaths:\n  /health:\n    get: {responses: {}}\n'
ROWS: list[tuple[str, list[tuple[str, str, str]], set[str]]] = [
    ("a remark", [(MAIN, "", "# more\n")], set()),
    ("a page of somebody's", [("docs/new.md", "", "# New\n")], set()),
    ("a route", [(MAIN, "", OFFERS)], {f"{API}/backend.md", f"{API}/README.md", f"{DIAGRAMS}/data-flow.mmd", DRAWN}),
    ("a host port", [(COMPOSE, '"8080:8000"', '"9090:8000"')], {f"{DIAGRAMS}/deployment.mmd", DRAWN}),
    ("a version of an image", [(COMPOSE, "redis:7.4-alpine", "redis:7.2-alpine")], {f"{DIAGRAMS}/deployment.mmd", DRAWN}),
    ("a decision of somebody's", [(f"{DECISIONS}/020-pg.md", "", "# Pg\n")], {INDEX}),
    ("a document", [("openapi.yaml", "", OPENAPI)], {f"{API}/backend.md", f"{API}/README.md", f"{API}/openapi/README.md"}),
    ("a document that is invalid", [("openapi.yaml", "", OPENAPI.replace("/health", "health"))], set()),
]  # fmt: skip


@pytest.mark.parametrize("changes, expected", [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_a_fact_changes_exactly_what_used_it_and_takes_it_along(changes: list[tuple[str, str, str]], expected: set[str]) -> None:
    """L11, there and back again."""
    there = planned(by_hand(changes, finished()), DOCUMENTATION)
    assert changed(there) == expected
    assert (there.aside, there.questions, there.problems) == ((), (), ())
    assert planned(contents(there), DOCUMENTATION).steps == ()
    kept = {path: finished()[path] for path, _, _ in changes if path in finished()}
    gone = {path for path, _, _ in changes} - kept.keys()
    back = planned({path: content for path, content in {**contents(there), **kept}.items() if path not in gone}, DOCUMENTATION)
    assert pages(contents(back)) == pages(finished())


# L12 -------------------------------------------------------------------------------------------------------------------

EDITS = [
    (INDEX, "", "\nAsk the platform team.\n"),
    (f"{DECISIONS}/001-monorepo.md", "## Considered Options\n", "We talked about it twice.\n\n## Considered Options\n"),
    (f"{DIAGRAMS}/deployment.mmd", "flowchart TB\n", "flowchart TB\n  %% ours\n"),
    (f"{API}/backend.md", "", "\nAsk first.\n"),
    ("docs/architecture/rfcs/README.md", "## Who decides\n", "## Who decides, and when\n"),
]


def test_edits_survive_what_changed_meanwhile() -> None:
    changes = [change for name, several, _ in ROWS if name in {"a route", "a host port", "a decision of somebody's"} for change in several]
    alone, both = (planned(by_hand(changes, files), DOCUMENTATION) for files in (finished(), by_hand(EDITS, finished())))
    assert (both.questions, both.aside) == ((), ())
    assert pages(contents(both)) == pages(by_hand(EDITS, contents(alone)))
    assert planned(contents(both), DOCUMENTATION).steps == ()


def test_an_index_of_somebodys_is_left() -> None:
    files = dict(before().items())
    mine = {**files, INDEX: b"# Ours\n", f"{DECISIONS}/007-pg.md": b"# Pg\n"}
    found = contents(planned(mine, PHASES))
    assert found[INDEX] == b"# Ours\n"
    assert f"{DECISIONS}/008-monorepo.md" in found


# L13 -------------------------------------------------------------------------------------------------------------------


def test_nothing_that_is_written_or_told_holds_a_secret() -> None:
    mark = "ZQXWV9K"
    files = {
        **edited(finished(), COMPOSE, "redis:7.4-alpine", "redis:7.2-alpine\n    environment:\n      STRIPE_API_KEY: ZQXWV9K1"),
        **taken("1.99", "foundation", "ui/card", title="Set api_key=ZQXWV9K2", why="For password=ZQXWV9K3. And https://a:ZQXWV9K4@b.example.", todos=["token=ZQXWV9K5"]),
        "openapi.yaml": OPENAPI.replace("{responses", "{summary: 'api_key=ZQXWV9K6', responses").replace("title: Shop", "title: token=ZQXWV9K7").encode(),
        f"{DECISIONS}/020-pg.md": b"# Use postgres://a:ZQXWV9K8@db.example/x\n\n- Status: password=ZQXWV9K9\n",
    }  # fmt: skip
    plan = planned(files, DOCUMENTATION)
    assert changed(plan) >= {INDEX, f"{DECISIONS}/002-shared-packages.md", f"{API}/backend.md", f"{DIAGRAMS}/deployment.mmd"}
    assert [path for path, content in contents(plan).items() if mark.encode() in content and content != files.get(path)] == []
    said = [finding for notes in plan.notes.values() for finding in (*notes.findings, *notes.details)]
    assert mark not in repr([*said, *((step.step.title, step.step.why) for step in plan.steps)])


# L14 -------------------------------------------------------------------------------------------------------------------


def dead(files: Files) -> set[tuple[str, str]]:
    """The links of our pages that lead nowhere."""
    there = {".", *files, *(above for path in files for above in _above(path))}
    links = ((path, link) for path, content in pages(files).items() for link in re.findall(r"\]\(([^)#]+)", content.decode()))
    return {(path, link) for path, link in links if posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) not in there}


def _above(path: str) -> Iterable[str]:
    while path := posixpath.dirname(path):
        yield path


def test_every_link_leads_somewhere() -> None:
    assert sum(content.count(b"](") for content in pages(finished()).values()) > 50
    assert dead(finished()) == set()


@pytest.mark.parametrize("path", [f"{DIAGRAMS}/data-flow.mmd", f"{DECISIONS}/001-monorepo.md", f"{FOLDER}/1.01-rename-web.json", MAIN])
def test_a_link_to_what_is_gone_is_seen(path: str) -> None:
    """The law above sees it: what cannot fail says nothing."""
    assert path in finished()
    assert dead({name: content for name, content in finished().items() if name != path}) != set()


def test_the_index_is_complete() -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", finished()[INDEX].decode()))
    assert listed == {posixpath.basename(path) for path in finished() if path.startswith(f"{DECISIONS}/") and path != INDEX}
    numbered = {
        path
        for path in finished()
        if path.startswith(FOLDER) and not path.endswith("-decisions.json") and ("/5." not in path or "-documents-" in path)
    }
    named = {
        found
        for path, text in pages(finished()).items()
        if path.startswith(DECISIONS)
        for found in re.findall(r"\.migrate/steps/[\w.-]+", text.decode())
    }
    assert named == numbered
