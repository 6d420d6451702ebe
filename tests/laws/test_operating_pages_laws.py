"""The laws of what is derived (L6, L11 to L14) for the pages about what runs: run-books, promises, threats, first days, and what costs time."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from functools import cache

import pytest
import yaml

from migrator.gates.agreement import disagreements
from migrator.generating.provenance import provenances
from migrator.paths import RepoPath
from migrator.plan import Plan
from phases import documentation, infrastructure
from tests.laws.generating import Files, before, contents, edited, facts, planned

WATCHED = '[phases.infrastructure.monitoring]\nrunbooks = "https://git.example.com/acme/acme/blob/main/docs/runbooks/incidents"\n'
PHASES = (infrastructure.phase, documentation.phase)
DOCUMENTATION = (documentation.phase,)
FAMILIES = {"runbooks", "objectives", "threats", "onboarding", "performance"}
MAIN, COMPOSE = "apps/backend/app/main.py", "infra/docker/compose/docker-compose.yml"
INCIDENTS, HOME = "docs/runbooks/incidents", "docs/runbooks"
BACKEND, RULES = f"{INCIDENTS}/backend.md", "infra/monitoring/prometheus/rules/backend.yml"


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> None:
    """What a build leaves behind is compared with what comes from nothing in the other laws."""


@cache
def whole() -> Plan:
    return planned(before(), PHASES, WATCHED, judged=True)


@cache
def finished() -> Files:
    return contents(whole())


def pages(files: Files) -> dict[str, bytes]:
    """What our families wrote, edited or not."""
    mine = {str(path) for one in provenances(facts(finished())) if one.family in FAMILIES for path in one.files}
    return {path: content for path, content in files.items() if path in mine}


def by_hand(changes: Iterable[tuple[str, str, str]], files: Files) -> Files:
    for change in changes:
        files = edited(files, *change)
    return files


def changed(plan: Plan) -> set[str]:
    was, now = pages({str(path): plan.start.read(path) for path in plan.start.tree}), pages(contents(plan))
    return {path for path in {*was, *now} if was.get(path) != now.get(path)}


def test_a_finished_tree_has_no_step() -> None:
    """L6, with the alerts of phase 3 that name pages which phase 5 makes."""
    assert (whole().aside, whole().problems) == ((), ())
    assert {step.step.slug for step in whole().steps} >= FAMILIES
    assert planned(finished(), PHASES, WATCHED).steps == ()


def test_each_alert_leads_to_a_section_and_a_section_that_is_gone_is_told() -> None:
    """L14, by the gate itself: what breaks an anchor does not pass."""
    urls = [rule["annotations"]["runbook_url"] for group in yaml.safe_load(finished()[RULES])["groups"] for rule in group["rules"] if "alert" in rule]
    assert urls
    for url in urls:
        file, _, anchor = url.partition("/blob/main/")[2].partition("#")
        assert anchor in [line.lstrip("# ").lower() for line in finished()[file].decode().split("\n") if line.startswith("## ")]

    def told(files: Files) -> list[str]:
        return [one.message for one in disagreements(facts(files)) if one.check == "runbook"]

    assert told(finished()) == []
    assert told(edited(finished(), BACKEND, "## BackendDown", "## BackendUp"))
    assert told({path: content for path, content in finished().items() if path != BACKEND})


ROWS: list[tuple[str, list[tuple[str, str, str]], set[str]]] = [
    ("a remark", [(MAIN, "", "# more\n")], set()),
    ("a page of somebody's", [("docs/new.md", "", "# New\n")], {"docs/onboarding/resources/README.md"}),
    ("a route", [(MAIN, "", '\n\n@app.get("/offers")\ndef offers() -> list[int]:\n    return []\n')], {"docs/security/threat-model/README.md", "docs/security/threat-model/backend.md"}),
    ("a host port", [(COMPOSE, '"8080:8000"', '"9090:8000"')], {BACKEND, f"{HOME}/scaling/README.md", "docs/security/threat-model/README.md", "docs/onboarding/day-1/README.md"}),
    ("how long an alert waits", [(RULES, "for: 15m", "for: 20m")], {BACKEND, "docs/performance/slos-slis/backend.md"}),
    ("a version of an image", [(COMPOSE, "redis:7.4-alpine", "redis:7.2-alpine")], {f"{INCIDENTS}/cache.md", "docs/onboarding/month-1/README.md"}),
]  # fmt: skip


@pytest.mark.parametrize("changes, expected", [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_a_fact_changes_exactly_what_used_it_and_takes_it_along(changes: list[tuple[str, str, str]], expected: set[str]) -> None:
    """L11, there and back again."""
    there = planned(by_hand(changes, finished()), DOCUMENTATION)
    assert changed(there) == expected
    assert (there.aside, there.questions, there.problems) == ((), (), ())
    kept = {path: finished()[path] for path, _, _ in changes if path in finished()}
    gone = {path for path, _, _ in changes} - kept.keys()
    back = planned({path: content for path, content in {**contents(there), **kept}.items() if path not in gone}, DOCUMENTATION)
    assert pages(contents(back)) == pages(finished())


NOTES = [f"Ask the platform team, note {number}." for number in range(20)]


def noted() -> Files:
    """Twenty edits: behind each of the first headings of the run-books, a paragraph of somebody's."""
    files = dict(finished())
    notes = iter(NOTES)
    for path in sorted(path for path in finished() if path.startswith(f"{HOME}/")):
        lines = files[path].decode().split("\n")
        for place in [number for number, line in enumerate(lines) if line.startswith("#")][1:4][::-1]:
            if (note := next(notes, None)) is not None:
                lines[place + 1 : place + 1] = ["", note]
        files[path] = "\n".join(lines).encode()
    return files


MEANWHILE = [change for name, changes, _ in ROWS if name in {"a host port", "how long an alert waits", "a version of an image"} for change in changes]


def test_twenty_edits_survive_what_changed_meanwhile() -> None:
    """L12: each paragraph of somebody's stays where it was put, and what follows from the repository is said anew around it."""
    mine = noted()
    assert sum(content.decode().count("Ask the platform team") for content in pages(mine).values()) == len(NOTES)
    assert planned(mine, DOCUMENTATION).steps == ()
    alone, both = (planned(by_hand(MEANWHILE, files), DOCUMENTATION) for files in (finished(), mine))
    assert (both.questions, both.aside) == ((), ())
    was, now = pages(contents(alone)), pages(contents(both))
    for path, content in now.items():
        lines = content.decode().split("\n")
        places = [number for number, line in enumerate(lines) if line in NOTES]
        for place in reversed(places):
            assert lines[place - 2].startswith("#"), path
            del lines[place - 1 : place + 1]
        assert "\n".join(lines).encode() == was[path], path
    assert sorted(line for content in now.values() for line in content.decode().split("\n") if line in NOTES) == sorted(NOTES)
    assert planned(contents(both), DOCUMENTATION).steps == ()


def test_an_edit_of_the_very_line_asks_and_the_rest_is_written() -> None:
    line = "- It listens on 8000 (http), on the host at `8080`."
    both = planned(by_hand([(BACKEND, line, "- It listens where we told it to."), *MEANWHILE], finished()), DOCUMENTATION)
    assert [question.where.partition(":")[0] for question in both.questions] == [BACKEND]
    assert changed(both) == {f"{HOME}/scaling/README.md", f"{INCIDENTS}/cache.md", "docs/security/threat-model/README.md", "docs/onboarding/day-1/README.md",
                             "docs/onboarding/month-1/README.md", "docs/performance/slos-slis/backend.md"}  # fmt: skip


def test_every_file_that_is_named_exists() -> None:
    """L14: links lead to files, and commands name files and directories that are there."""
    there = set(finished()) | {str(above) for path in finished() for above in _above(path)}
    for path, content in pages(finished()).items():
        for link in re.findall(r"\]\(([^)#]+)", content.decode()):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) in there, (path, link)
        for named in re.findall(r"(?:-f |cd |apply -k |pip install -e |pip install -r |bash )([\w./-]+)", content.decode()):
            assert named in there or any(one.endswith(f"/{named}") for one in there), (path, named)


def _above(path: str) -> Iterable[RepoPath]:
    while path:
        path = path.rpartition("/")[0]
        yield RepoPath(path)
