"""The laws of what is derived (L6, L11 to L13) for owners, updates, forms and releases of phase 6, on the sample after the phases before."""

from __future__ import annotations

from functools import cache

import pytest

from migrator.paths import RepoPath
from migrator.plan import Plan, fold
from migrator.planfile import load_plan_file
from phases import automation
from tests.laws.generating import Files, before, contents, edited, facts
from tests.unit.automation.upkeeping import history

FAMILIES = {"owners", "dependabot", "forms", "releases"}
OWNERS, UPDATES, CHANGES = ".github/CODEOWNERS", ".github/dependabot.yml", ".changeset/README.md"
ISSUES, REQUESTS = ".github/ISSUE_TEMPLATE/", ".github/PULL_REQUEST_TEMPLATE/"
OURS = (OWNERS, UPDATES, ISSUES, REQUESTS, ".changeset/", "CHANGELOG.md")
COMPOSE, WEB, UI, MAKEFILE, DOCKERFILE = (
    "apps/docker-compose.yml",
    "apps/web/package.json",
    "packages/ui/package.json",
    "Makefile",
    "apps/web/Dockerfile",
)
PLAN = '[phases.automation.owners.handles]\n"ann" = "@ann"\n"bob@example.com" = "@bob"\n'
ROWS = (
    ("Ann <ann@example.com>", 0, ["apps/frontend/app/page.tsx"]),
    ("Ann <ann@example.com>", 3, ["docs/ARCHITECTURE.md", "Makefile"]),
    ("Bob <bob@example.com>", 1, ["apps/backend/app/main.py"]),
)


def planned(files: Files) -> Plan:
    plan_file, options = load_plan_file(PLAN, (automation.phase,))
    given = facts(files, plan_file.answers)
    given._changes = lambda: history(*ROWS)
    return fold("base", given, phases=(automation.phase,), options=options)


@cache
def finished() -> Files:
    plan = planned(before())
    assert (plan.aside, plan.problems, plan.questions) == ((), (), ())
    return contents(plan)


def generated(files: Files) -> Files:
    return {path: content for path, content in files.items() if path.startswith(OURS)}


def test_a_finished_tree_has_no_step() -> None:
    """L6."""
    assert {path.rpartition("/")[2].removesuffix(".json") for path in finished() if path.startswith(".migrate/generated/automation/")} >= FAMILIES
    assert [step.step.slug for step in planned(finished()).steps] == []


def test_owners_are_followed_through_what_the_phases_before_moved() -> None:
    """`apps/frontend` is called `apps/web` since phase 1."""
    assert [line for line in finished()[OWNERS].decode().splitlines() if line.startswith(("*", "/"))] == [
        "* @ann @bob",
        "/apps/backend/ @bob",
        "/apps/web/ @ann",
        "/docs/ @ann",
    ]


_FORMS = {f"{ISSUES}{one}.yml" for one in ("bug_report", "feature_request")}
_REQUESTS = {f"{REQUESTS}{one}.md" for one in ("default", "feature")}
_CHANGES: list[tuple[str, list[tuple[str, str, str]], set[str]]] = [
    ("a workload", [(COMPOSE, "  worker:\n", "  runner:\n")], _FORMS),
    ("a package", [(UI, '"@acme/ui"', '"@acme/kit"')], set()),
    ("a command", [(MAKEFILE, "test:", "tests:")], {*_REQUESTS, f"{REQUESTS}hotfix.md"}),
    ("what a command does", [(MAKEFILE, "--port 8000", "--port 8001")], set()),
    ("an image of its own", [(DOCKERFILE, "FROM", "# FROM"), (DOCKERFILE, "FROM", "# FROM")], {UPDATES}),
    ("a remark", [("README.md", "", "\nMore.\n")], set()),
]


@pytest.mark.parametrize("changes, expected", [pytest.param(*row[1:], id=row[0]) for row in _CHANGES])
def test_a_fact_changes_exactly_what_used_it_and_takes_it_along(changes: list[tuple[str, str, str]], expected: set[str]) -> None:
    """L11, there and back again."""
    files = finished()
    for change in changes:
        files = edited(files, *change)
    there = contents(planned(files))
    was, now = generated(finished()), generated(there)
    assert {path for path in {*was, *now} if was.get(path) != now.get(path)} == expected
    back = contents(planned({**there, **{path: finished()[path] for path, _, _ in changes}}))
    assert generated(back) == was


@pytest.mark.parametrize(
    "path, text",
    [(OWNERS, "/docs/ @acme/writers\n"), (UPDATES, "# Ours.\n"), (f"{ISSUES}bug_report.yml", "# Ours.\n"), ("CHANGELOG.md", "\n- Ours.\n")],
)
def test_edits_stay_when_something_else_changes(path: str, text: str) -> None:
    """L12."""
    files = edited(edited(finished(), path, "", text), COMPOSE, "  worker:\n", "  runner:\n")
    plan = planned(files)
    assert (plan.questions, plan.aside) == ((), ())
    assert contents(plan)[path].decode().endswith(text)


def test_every_origin_is_there() -> None:
    """What a line follows from is a file of the tree, and has that line."""
    from migrator.generating.provenance import provenances  # noqa: PLC0415  the one place that needs it

    end = facts(finished())
    origins = {
        origin
        for book in provenances(end)
        if book.family in FAMILIES
        for one in book.files.values()
        for several in one.origins.values()
        for origin in several
    }
    assert [one for one in origins if one.path and (one.path not in end.tree or end.read(RepoPath(one.path)).count(b"\n") + 1 < one.line)] == []
    assert {one.path for one in origins} > {COMPOSE, WEB, MAKEFILE, DOCKERFILE}
