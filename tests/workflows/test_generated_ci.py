"""The workflow of pull requests that phase 6 makes of the split monolith, run: green as it is, red where a test breaks, and only what a change affects."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import git
from tests.golden.test_samples import contents, plan
from tests.workflows.running import Event, Job, Machine

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.skipif(sys.platform == "win32", reason="its steps are bash")]

SOCIAL = "services/social-service"
AFFECTED = ("services-api-gateway", "services-social-service")
"""The jobs of what changes there: the gateway imports its routers."""
_OFFLINE = re.compile(r"error sending request|Failed to fetch|dns error|Could not connect", re.IGNORECASE)


@pytest.fixture
def repository(make_repository: Callable[[Mapping[str, str]], Path]) -> Path:
    """The sample after all phases, as a repository."""
    files = {path: content.decode() for path, content in contents(plan("monolith-automation")).items()}
    assert ".github/workflows/ci-pr.yml" in files
    return make_repository(files)


def checked(
    repository: Path, scratch: Path, change: Mapping[str, Callable[[str], str]], *, only: frozenset[str] = frozenset()
) -> dict[str, list[Job]]:
    """The jobs of a pull request that changes some files."""
    uv = pytest.importorskip("uv", reason="uv is in the dev extra").find_uv_bin()
    base = git(repository, "rev-parse", "HEAD").strip()
    for path, edit in change.items():
        (repository / path).write_text(edit((repository / path).read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    git(repository, "commit", "-qam", "A change")
    kept = {"PATH": os.pathsep.join((str(Path(uv).parent), os.environ["PATH"])), "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    event = Event("pull_request", {"pull_request": {"base": {"sha": base}}}, ref="refs/pull/1/merge", base_ref="main")
    done = Machine(repository, scratch, env=kept).run("ci-pr.yml", event, only=only)
    if offline := next((run for runs in done.values() for run in runs if run.result == "failure" and _OFFLINE.search("".join(run.log))), None):
        pytest.skip(f"no package index can be reached: {offline.log[-1][-200:]}")
    return done


def results(done: Mapping[str, list[Job]]) -> dict[str, str]:
    return {name: runs[0].result for name, runs in done.items() if runs[0].result != "skipped"}


def a_test_of(repository: Path, project: str) -> str:
    return next(path.relative_to(repository).as_posix() for path in sorted((repository / project).rglob("test_*.py")))


def test_a_change_of_one_service_runs_its_job_and_the_gateways_alone(repository: Path, tmp_path: Path) -> None:
    done = checked(
        repository, tmp_path / "scratch", {a_test_of(repository, SOCIAL): lambda text: text + "\n\ndef test_one_more() -> None:\n    assert True\n"}
    )
    assert results(done) == dict.fromkeys(("changes", *AFFECTED, "passed"), "success"), "\n".join(done["services-social-service"][0].log)
    assert "passed" in done["services-social-service"][0].log[-1]


def test_a_test_that_breaks_turns_the_pull_request_red(repository: Path, tmp_path: Path) -> None:
    done = checked(
        repository, tmp_path / "scratch", {a_test_of(repository, SOCIAL): lambda text: text + "\n\ndef test_broken() -> None:\n    assert False\n"}
    )
    assert results(done) == {"changes": "success", **dict(zip(AFFECTED, ("success", "failure"), strict=True)), "passed": "failure"}
    assert "test_broken" in done["services-social-service"][0].log[-1]


def test_what_others_need_runs_their_jobs_too(repository: Path, tmp_path: Path) -> None:
    kernel = next(
        path.relative_to(repository).as_posix() for path in sorted((repository / "packages/backend-core").rglob("*.py")) if path.stat().st_size
    )
    done = checked(repository, tmp_path / "scratch", {kernel: lambda text: text + "\n"}, only=frozenset({"changes"}))
    assert {name for name, value in done["changes"][0].outputs.items() if value == "true"} >= {"services-social-service", "services-api-gateway"}


def test_every_job_passes_as_it_is(repository: Path, tmp_path: Path) -> None:
    done = checked(repository, tmp_path / "scratch", {".github/workflows/ci-pr.yml": lambda text: text + "\n"})
    assert all(runs[0].result == "success" for runs in done.values()), {
        name: runs[0].log[-1][-1500:] for name, runs in done.items() if runs[0].result != "success"
    }


def test_a_change_of_documents_alone_runs_nothing(repository: Path, tmp_path: Path) -> None:
    done = checked(repository, tmp_path / "scratch", {"README.md": lambda text: text + "\nMore.\n"})
    assert results(done) == {"changes": "success", "passed": "success"}
    assert subprocess.run(["git", "status", "--porcelain"], cwd=repository, check=True, capture_output=True, encoding="utf-8").stdout == ""
