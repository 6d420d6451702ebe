"""What generated workflows and actions run, run: in a repository of git's own, by bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from phases.automation import actions, workflows
from tests.unit.automation.pipelining import FILES, texts_of, workflow

pytestmark = pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="there is no bash here")
WHO = {f"GIT_{role}_{what}": f"{what.lower()}@acme.dev" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def ran(folder: Path, text: str, **given: str) -> tuple[int, str, dict[str, str]]:
    """How a step ended as GitHub starts it, what it said, and what it put out."""
    output = folder.parent / "output"
    output.write_text("", encoding="utf-8")
    surroundings = {**os.environ, **WHO, "GITHUB_OUTPUT": str(output), "RUNNER_TEMP": str(folder.parent), **given}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )
    said = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
    return done.returncode, done.stdout + done.stderr, said


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **WHO}, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(folder))
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=First")
    return folder


def changed(folder: Path, path: str, text: str = "more\n") -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message=Change {path}")


def affected(folder: Path, base: str) -> set[str]:
    """The jobs that would run; the names are those that later jobs ask for."""
    jobs = workflow("ci-pr", workflows.family)["jobs"]
    (step,) = [one for one in jobs["changes"]["steps"] if "run" in one]
    code, said, out = ran(folder, step["run"], BASE=base)
    assert code == 0, said
    assert {f"${{{{ steps.affected.outputs.{name} }}}}" for name in out} == set(jobs["changes"]["outputs"].values())
    assert all(jobs[name]["if"] == f"needs.changes.outputs.{name} == 'true'" for name in out)
    return {name for name, value in out.items() if value == "true"}


ALL = {"workspace", "services-orders", "services-stock"}


@pytest.mark.parametrize(
    "path, expected",
    [
        ("services/stock/src/stock/a.py", {"services-stock"}),
        ("services/orders/src/orders/a.py", {"services-orders"}),
        ("packages/kernel/src/kernel/a.py", {"services-orders"}),
        ("packages/ui/src/a.ts", {"workspace"}),
        ("package-lock.json", {"workspace"}),
        (".github/workflows/ci-pr.yml", ALL),
        (".github/actions/setup-monorepo/action.yml", ALL),
        # no project has it
        ("README.md", set()),
        ("services/stockroom/a.py", set()),
        ("docs/services/stock/a.md", set()),
    ],
)
def test_only_what_is_affected_runs(repository: Path, path: str, expected: set[str]) -> None:
    base = git(repository, "rev-parse", "HEAD")
    changed(repository, path)
    assert affected(repository, base) == expected


@pytest.mark.parametrize("base", ["", "0" * 40, "f" * 40])
def test_what_cannot_be_compared_runs_all(repository: Path, base: str) -> None:
    assert affected(repository, base) == ALL


@pytest.mark.parametrize("results, code", [("success skipped success", 0), ("success failure", 1), ("cancelled", 1), ("skipped", 0)])
def test_one_check_says_whether_all_passed(tmp_path: Path, results: str, code: int) -> None:
    (step,) = workflow("ci-pr", workflows.family)["jobs"]["passed"]["steps"]
    (tmp_path / "here").mkdir()
    assert ran(tmp_path / "here", step["run"], RESULTS=results)[0] == code


@pytest.mark.parametrize(
    "title, kind",
    [
        ("Bump next from 15.1.0 to 15.1.4", "patch"),
        ("Bump next from 15.1.0 to 15.2.0 in /apps/web", "minor"),
        ("Bump actions/checkout from 4 to 5", "major"),
        ("build(deps): bump x from v1.9.9 to v2.0.0", "major"),
        ("Bump the group with 3 updates", ""),
    ],
)
def test_what_kind_of_update_it_is(tmp_path: Path, title: str, kind: str) -> None:
    (step,) = workflow("dependency-update", workflows.family)["jobs"]["update"]["steps"]
    (tmp_path / "here").mkdir()
    code, said, _ = ran(tmp_path / "here", step["run"], TITLE=title, MERGED="", PULL_REQUEST="x")
    assert (code, said.strip()) == (0, f"{title} is a {kind} update" if kind else "not one update from a version to another")


def step_of(action: str, title: str) -> Mapping[str, Any]:
    document = yaml.safe_load(texts_of(actions.family)[f".github/actions/{action}/action.yml"])
    found: Mapping[str, Any] = next(one for one in document["runs"]["steps"] if one["name"] == title)
    return found


def test_the_changelog_has_what_came_since_the_last_tag(repository: Path) -> None:
    git(repository, "tag", "v1.0.0")
    changed(repository, "services/stock/a.py")
    changed(repository, "README.md")
    code, said, out = ran(repository, step_of("update-changelog", "Collect it")["run"], TAG="v1.1.0", DIRECTORY="")
    assert code == 0, said
    first = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert first.startswith("# Changelog\n\n## v1.1.0 (")
    assert [line[2:].rpartition(" (")[0] for line in first.splitlines() if line.startswith("- ")] == [
        "Change README.md",
        "Change services/stock/a.py",
    ]
    assert Path(out["notes"]).read_text(encoding="utf-8").startswith("## v1.1.0 (")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=Release v1.1.0")
    git(repository, "tag", "v1.1.0")
    changed(repository, "services/orders/a.py")
    ran(repository, step_of("update-changelog", "Collect it")["run"], TAG="v1.2.0-services-stock", DIRECTORY="services/stock")
    second = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [line.split(" (")[0] for line in second.splitlines() if line.startswith("## ")] == ["## v1.2.0-services-stock", "## v1.1.0"]
    assert second.count("# Changelog\n") == 1
    assert "services/orders" not in second
    assert "Change services/stock/a.py" in second.partition("## v1.1.0")[0]


@pytest.mark.parametrize(
    "version, component, tag",
    [("v1.2.3", "everything", "v1.2.3"), ("v1.2.3", "services-stock", "v1.2.3-services-stock"), ("1.2", "everything", None)],
)
def test_what_a_release_is_called(tmp_path: Path, version: str, component: str, tag: str | None) -> None:
    step = next(one for one in workflow("release", workflows.family)["jobs"]["release"]["steps"] if one.get("id") == "names")
    (tmp_path / "here").mkdir()
    code, _, out = ran(tmp_path / "here", step["run"], VERSION=version, COMPONENT=component)
    assert (code, out.get("tag")) == (0 if tag else 1, tag)
