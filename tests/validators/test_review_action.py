"""The action by which pull requests are reviewed is what GitHub reads, and does what it says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, git
from tests.validators.tools import program, ran

ACTION = ROOT / "actions" / "review" / "action.yml"
WORKFLOW = """name: review
on: pull_request
permissions:
  contents: read
concurrency:
  group: ${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: true
jobs:
  review:
    name: review
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 0
          persist-credentials: false
      - uses: ./actions/review
        with:
          revisions: main..HEAD
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository that uses the action."""
    (tmp_path / "actions/review").mkdir(parents=True)
    shutil.copy(ACTION, tmp_path / "actions/review/action.yml")
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/review.yml").write_text(WORKFLOW, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def schema(folder: Path) -> str:
    done = ran("check-jsonschema", "--builtin-schema", "vendor.github-actions", folder / "actions/review/action.yml")
    return done.stdout + done.stderr if done.returncode else ""


def expressions(folder: Path) -> str:
    done = ran("actionlint", "-shellcheck", program("shellcheck"), "-no-color", cwd=folder)
    return done.stdout + done.stderr if done.returncode else ""


def security(folder: Path) -> str:
    done = ran("zizmor", "--offline", "--strict-collection", "--no-progress", "--format=plain", "actions/review/action.yml", cwd=folder)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.validators
def test_it_is_accepted(folder: Path) -> None:
    assert (schema(folder), expressions(folder), security(folder)) == ("", "", "")


@pytest.mark.validators
@pytest.mark.parametrize(
    ("judge", "file", "change", "said"),
    [
        (schema, "actions/review/action.yml", ("using: composite", "using: compose"), "compose"),
        (expressions, ".github/workflows/review.yml", ("revisions:", "revision:"), "revision"),
        (security, "actions/review/action.yml", ('"$REVISIONS" >>', '"${{ inputs.revisions }}" >>'), "template-injection"),
    ],
)
def test_the_judges_would_refuse_another(folder: Path, judge: Callable[[Path], str], file: str, change: tuple[str, str], said: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert change[0] in text
    (folder / file).write_text(text.replace(*change), encoding="utf-8")
    assert said in judge(folder)


def _steps() -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]
    return found


def test_its_pin_is_one_that_was_read() -> None:
    pin = tomllib.loads((ROOT / "phases/automation/actions.toml").read_text(encoding="utf-8"))["setup-python"]
    assert _steps()[0]["uses"] == f"{pin['action']}@{pin['sha']}"
    assert f"# {pin['tag']}" in ACTION.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="the runner's bash is not there")
@pytest.mark.parametrize(("planted", "code", "word"), [(False, 0, "identical"), (True, 5, "lies elsewhere")])
def test_its_script_reviews_a_pull_request(make_repository: Callable[..., Path], tmp_path: Path, planted: bool, code: int, word: str) -> None:
    directory = make_repository({"pkg/__init__.py": "", "pkg/a.py": "VALUE = 1\n", "main.py": "import pkg.a\n\nprint(pkg.a.VALUE)\n"})
    migrate = [str(Path(sys.executable).with_name("migrate")), "mv", "pkg/a.py", "pkg/b.py"]
    subprocess.run(migrate, cwd=directory, check=True, capture_output=True)
    git(directory, "switch", "-q", "migrate/mv")
    if planted:
        git(directory, "mv", "pkg/b.py", "pkg/c.py")
        git(directory, "commit", "-q", "--amend", "--no-edit")
    (tmp_path / "migrate-review").symlink_to(sys.prefix)
    summary = tmp_path / "summary.md"
    surroundings = {**os.environ, "RUNNER_TEMP": str(tmp_path), "REVISIONS": "main..HEAD", "GITHUB_STEP_SUMMARY": str(summary)}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", _steps()[-1]["run"]],
        cwd=directory,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, word in summary.read_text(encoding="utf-8")) == (code, True), done
    assert (done.stdout, "::error file=pkg/c.py,title=Not what the step makes::" in done.stderr) == ("", planted)
