"""Workflows and actions are what GitHub reads, their expressions and scripts hold, and nobody can abuse them, as real tools judge."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from phases.automation import actions, workflows
from tests.unit.automation.pipelining import FILES, changed, texts_of
from tests.validators.tools import program, ran

Judge = Callable[[Path], str]
BENCH = {"tools/benchmarks/api/orders.js": "import http from 'k6/http';\nexport default function () { http.get(__ENV.BASE_URL); }\n"}
CI, SETUP, MAIN = ".github/workflows/ci-pr.yml", ".github/actions/setup-monorepo/action.yml", ".github/workflows/ci-main.yml"


def repository(folder: Path, **options: object) -> Path:
    """The files that are made, in a repository of git's, with those that they name."""
    files = changed(**BENCH)
    made = {**texts_of(workflows.family, files, **options), **texts_of(actions.family, files)}
    for path, text in {**{path: text for path, text in FILES.items() if not path.startswith(".github")}, **made}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    return folder


def schema(folder: Path) -> str:
    flows = ran("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *sorted(folder.glob(".github/workflows/*.yml")))
    parts = ran("check-jsonschema", "--builtin-schema", "vendor.github-actions", *sorted(folder.glob(".github/actions/*/action.yml")))
    return "".join(one.stdout + one.stderr for one in (flows, parts) if one.returncode)


def expressions(folder: Path) -> str:
    done = ran("actionlint", "-shellcheck", program("shellcheck"), "-no-color", cwd=folder)
    return done.stdout + done.stderr if done.returncode else ""


def security(folder: Path) -> str:
    done = ran("zizmor", "--offline", "--strict-collection", "--no-progress", "--format=plain", ".", cwd=folder)
    return (done.stdout + done.stderr) if done.returncode else ""


@pytest.mark.parametrize(
    "options", [{}, {"weekly": True, "remote_cache": True, "auto_merge": ["patch", "minor"], "registry": "registry.acme.dev/shop"}]
)
def test_all_that_is_made_is_accepted(tmp_path: Path, options: dict[str, object]) -> None:
    folder = repository(tmp_path, **options)
    assert len(list(folder.glob(".github/workflows/*.yml"))) >= 9
    assert (schema(folder), expressions(folder), security(folder)) == ("", "", "")


@pytest.mark.parametrize(
    "judge, path, old, new, said",
    [
        (schema, CI, "runs-on: ubuntu-24.04", "run-on: ubuntu-24.04", "run-on"),
        (schema, SETUP, "using: composite", "using: compose", "compose"),
        (expressions, CI, "needs.changes.outputs.workspace", "needs.changes.outputs.workspaces", "workspaces"),
        (expressions, CI, 'echo "$RESULTS"', "echo $RESULTS", "SC2086"),
        (expressions, MAIN, "with:\n      version", "with:\n      versions", "versions"),
        (security, CI, "        with:\n          persist-credentials: false\n", "", "artipacked"),
        (security, CI, "permissions:\n      contents: read\n    outputs", "permissions: write-all\n    outputs", "excessive-permissions"),
        (security, CI, 'echo "$RESULTS"', "echo '${{ github.event.pull_request.title }}'", "template-injection"),
        (security, MAIN, "uses: $/.github/workflows/ci-pr.yml", "uses: ./.github/workflows/ci-pr.yml", "self-repository"),
        # It passes over what it cannot read, and says 0, unless it is told to be strict.
        (security, CI, "jobs:\n", "jobs: [\n", "ci-pr.yml"),
        (security, SETUP, "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020", "actions/setup-node@v7", "unpinned-uses"),
    ],
)
def test_what_is_broken_is_seen(tmp_path: Path, judge: Judge, path: str, old: str, new: str, said: str) -> None:  # noqa: PLR0913, PLR0917  the parts of a row
    folder = repository(tmp_path)
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), encoding="utf-8")
    assert said in judge(folder)
