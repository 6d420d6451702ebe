"""The interpreter itself: it says what GitHub says, and stops at what it does not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.expressions import WorkflowError, evaluated
from tests.workflows.running import Event, Machine, starts

CONTEXTS: Mapping[str, Any] = {
    "github": {"event_name": "push", "ref": "refs/heads/main"},
    "needs": {"changes": {"outputs": {"web": "true", "list": '["a","b"]'}, "result": "success"}},
    "matrix": {"name": "web", "port": 3000.0},
}
VALUES = {
    "${{ github.event_name }}": "push",
    "on ${{ github.event_name }} of ${{ matrix.port }}": "on push of 3000",
    "${{ github.nothing.at.all }}": None,
    "${{ needs.changes.outputs.web == 'true' }}": True,
    "${{ needs.changes.outputs.web == true }}": False,
    "${{ 'A' == 'a' }}": True,
    "${{ '1' == 1 }}": True,
    "${{ contains(fromJSON(needs.changes.outputs.list), matrix.name) }}": False,
    "${{ contains(fromJSON(needs.changes.outputs.list), 'b') }}": True,
    "${{ !contains('abc', 'd') && 'yes' || 'no' }}": "yes",
    "${{ (1 < 2 || 1 > 2) && !false }}": True,
    "${{ format('{0}-{1}', 'a', 2) }}": "a-2",
    "${{ startsWith(github.ref, 'refs/heads/') }}": True,
    "${{ needs['changes'].result }}": "success",
    "${{ needs.*.result }}": ["success"],
    "${{ 'it''s' }}": "it's",
    "no expression": "no expression",
}


@pytest.mark.parametrize("said", VALUES)
def test_an_expression_has_the_value_that_github_gives_it(said: str) -> None:
    assert evaluated(said, CONTEXTS) == VALUES[said]


@pytest.mark.parametrize("said", ["${{ secret.X }}", "${{ nofunction(1) }}", "${{ 1 + 1 }}", "${{ (1 }}", '${{ "text" }}', "${{ fromJSON('{') }}"])
def test_what_github_refuses_stops(said: str) -> None:
    with pytest.raises(WorkflowError):
        evaluated(said, CONTEXTS)


WORKFLOW = """\
name: CI
on:
  push:
    branches: [main]
    paths: ["apps/**", "!apps/docs/**"]
env: {GREETING: hello}
jobs:
  changes:
    runs-on: ubuntu-latest
    outputs: {parts: "${{ steps.look.outputs.parts }}"}
    steps:
      - uses: actions/checkout@0000000000000000000000000000000000000000
      - id: look
        run: |
          test -f README.md
          echo 'parts=["one","two"]' >> "$GITHUB_OUTPUT"
          echo "MOOD=fine" >> "$GITHUB_ENV"
      - run: test "$MOOD" = fine && test "$GREETING" = hello
  build:
    needs: changes
    if: needs.changes.outputs.parts != '[]'
    runs-on: ubuntu-latest
    strategy: {matrix: {part: "${{ fromJSON(needs.changes.outputs.parts) }}"}}
    steps:
      - uses: actions/checkout@0000000000000000000000000000000000000000
      - uses: ./.github/actions/greet
        with: {who: "${{ matrix.part }}"}
      - name: test ${{ matrix.part }}
        working-directory: ${{ matrix.part }}
        run: test "$(cat it)" = good
      - if: failure()
        name: tell
        run: echo it failed
  never:
    needs: changes
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    steps: [{run: exit 1}]
  after:
    needs: [build]
    runs-on: ubuntu-latest
    steps: [{run: "true"}]
"""
ACTION = """\
name: Greet
description: Says hello
inputs: {who: {description: whom, required: true}}
runs:
  using: composite
  steps:
    - {shell: bash, run: "echo hello $WHO", env: {WHO: "${{ inputs.who }}"}}
"""


@pytest.fixture
def machine(make_repository: Callable[[Mapping[str, str]], Path], tmp_path: Path) -> Callable[..., Machine]:
    def made(two: str = "good", workflow: str = WORKFLOW) -> Machine:
        files = {
            "README.md": "x\n",
            "one/it": "good",
            "two/it": two,
            ".github/workflows/ci.yml": workflow,
            ".github/actions/greet/action.yml": ACTION,
        }
        return Machine(make_repository(files), tmp_path / "scratch")

    return made


def test_jobs_run_with_what_they_need_and_what_they_are_given(machine: Callable[..., Machine]) -> None:
    done = machine().run("ci.yml", Event("push"))
    assert {name: [run.result for run in runs] for name, runs in done.items()} == {
        "changes": ["success"],
        "build": ["success", "success"],
        "never": ["skipped"],
        "after": ["success"],
    }
    assert done["build"][0].steps == ["echo hello $WHO", "test one"]
    assert "hello one" in "".join(done["build"][0].log)


def test_a_step_that_fails_fails_its_job_and_leaves_out_what_needs_it(machine: Callable[..., Machine]) -> None:
    done = machine(two="bad").run("ci.yml", Event("push"))
    assert [run.result for run in done["build"]] == ["success", "failure"]
    assert done["build"][1].steps[-1] == "tell"
    assert done["after"][0].result == "skipped"


@pytest.mark.parametrize(
    "old, new",
    [
        ("needs: changes\n    if: needs", "needs: nobody\n    if: needs"),
        ("uses: ./.github/actions/greet", "uses: ./.github/actions/gone"),
        ("with: {who:", "with: {whom:"),
        ("uses: actions/checkout@", "uses: somebody/something@"),
    ],
)
def test_what_cannot_run_is_no_success(machine: Callable[..., Machine], old: str, new: str) -> None:
    assert old in WORKFLOW
    with pytest.raises(WorkflowError):
        machine(workflow=WORKFLOW.replace(old, new)).run("ci.yml", Event("push"))


@pytest.mark.parametrize(
    "event, changed, expected",
    [
        (Event("push"), ["apps/web/x.ts"], True),
        (Event("push"), ["apps/docs/x.md"], False),
        (Event("push"), ["apps/docs/x.md", "apps/web/x.ts"], True),
        (Event("push"), ["README.md"], False),
        (Event("push", ref="refs/heads/other"), ["apps/web/x.ts"], False),
        (Event("pull_request"), ["apps/web/x.ts"], False),
    ],
)
def test_what_starts_a_workflow(event: Event, changed: list[str], *, expected: bool) -> None:
    workflow = {"on": {"push": {"branches": ["main"], "paths": ["apps/**", "!apps/docs/**"]}}}
    assert starts(workflow, event, changed) is expected


def test_a_checkout_is_a_clone_of_what_is_committed(machine: Callable[..., Machine]) -> None:
    workflow = WORKFLOW.replace("test -f README.md", 'test -f README.md && test "$(git rev-list --count HEAD)" = 1')
    assert machine(workflow=workflow).run("ci.yml", Event("push"), only=frozenset({"changes"}))["changes"][0].result == "success"
