"""The laws of what is derived (L6, L12 to L14) for workflows and actions, on a sample after the phases before."""

from __future__ import annotations

from functools import cache

import pytest

from migrator.gates.agreement import disagreements
from migrator.plan import Plan
from phases import automation, tooling
from tests.laws.generating import Files, contents, edited, facts, finished, planned

AUTOMATION = (automation.phase,)
OLD, KEPT = ".github/workflows/ci.yml", "infra/ci-cd/github-actions/ci.yml"
CI, PAGE, SETUP = ".github/workflows/ci-pr.yml", ".github/workflows/README.md", ".github/actions/setup-monorepo/action.yml"
REPLACE = f'[phases.automation.workflows]\nreplace = ["{OLD}"]\n'


@pytest.fixture(scope="module", autouse=True)
def _as_from_nothing() -> None:
    """What a build leaves behind is compared with what comes from nothing in the other laws."""


@cache
def start() -> Files:
    return contents(planned(finished(), (tooling.phase,)))


@cache
def whole() -> Plan:
    return planned(start(), AUTOMATION, judged=True)


@cache
def done() -> Files:
    return contents(whole())


def made(files: Files) -> Files:
    return {path: content for path, content in files.items() if path.startswith(".github/")}


def test_a_finished_tree_has_no_step() -> None:
    """L6."""
    assert (whole().aside, whole().questions, whole().problems) == ((), (), ())
    assert {step.step.slug for step in whole().steps} >= {"actions", "workflows", "decisions"}
    assert len(made(done())) >= 15
    again = planned(done(), AUTOMATION)
    assert (again.steps, again.questions, again.problems) == ((), (), ())


def test_the_phases_before_find_nothing_new_in_what_was_made() -> None:
    again = planned(done(), (tooling.phase,))
    assert [step.step.slug for step in again.steps] == []


def test_an_old_workflow_stays_until_somebody_says_that_it_goes() -> None:
    assert done()[OLD] == start()[OLD]
    replaced = planned(start(), AUTOMATION, REPLACE, judged=True)
    assert (replaced.aside, replaced.problems) == ((), ())
    files = contents(replaced)
    assert (OLD in files, files[KEPT]) == (False, start()[OLD])
    assert files[CI] == done()[CI]
    assert planned(files, AUTOMATION, REPLACE).steps == ()


def test_what_is_to_be_replaced_has_to_be_there() -> None:
    (problem,) = planned(start(), AUTOMATION, REPLACE.replace("ci.yml", "gone.yml")).problems
    assert problem.message == "there is no .github/workflows/gone.yml"


def test_edits_survive() -> None:
    """L12."""
    files = edited(edited(done(), CI, "timeout-minutes: 10", "timeout-minutes: 12"), PAGE, "# Workflows\n", "# Workflows\n\nAsk the platform team.\n")
    again = contents(planned(edited(files, "apps/backend/Dockerfile", "python:3.12", "python:3.13"), AUTOMATION))
    assert b"timeout-minutes: 12" in again[CI]
    assert b'python: "3.13"' in again[CI]
    assert b"Ask the platform team." in again[PAGE]


def test_a_file_of_one_of_our_names_that_is_not_ours_stays() -> None:
    files = {**start(), CI: b"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make test\n"}
    plan = planned(files, AUTOMATION, judged=True)
    assert plan.aside == ()
    assert contents(plan)[CI] == files[CI]
    assert ".github/workflows/ci-main.yml" not in contents(plan)
    assert planned(contents(plan), AUTOMATION).steps == ()


def test_no_secret_of_the_tree_is_in_what_is_made() -> None:
    """L13."""
    word = "ZQ7XW9Vsecret"
    files = edited(start(), OLD, "      - run: npm ci\n", f"      - run: deploy --token {word}1\n        env:\n          API_KEY: {word}2\n")
    plan = planned(files, AUTOMATION, judged=True)
    assert plan.aside == ()
    assert [path for path, text in contents(plan).items() if word.encode() in text] == [OLD]
    assert word not in repr([notes.findings for notes in plan.notes.values()])


@pytest.mark.parametrize(
    "path, old, new",
    [
        (CI, "uses: $/.github/actions/setup-monorepo", "uses: $/.github/actions/setup"),
        (CI, "needs: changes", "needs: change"),
        (CI, "working-directory: apps/backend", "working-directory: apps/back"),
        (".github/workflows/ci-main.yml", "uses: $/.github/workflows/ci-pr.yml", "uses: $/.github/workflows/ci.yaml"),
    ],
)
def test_what_is_named_is_there_and_a_name_of_nothing_is_seen(path: str, old: str, new: str) -> None:
    """L14."""
    assert [one for one in disagreements(facts(done())) if one.at.path.startswith(".github/")] == []
    assert {one.at.path for one in disagreements(facts(edited(done(), path, old, new)))} >= {path}
