"""Pipelines that are there, as facts: what is typed where, by which system, and what cannot be read."""

from __future__ import annotations

import pytest

from migrator.facts.pipelines import Pipeline, pipelines
from migrator.facts.pipelines.shell import typed
from migrator.paths import ROOT, RepoPath
from tests.conftest import facts_of
from tests.unit.automation.pipelining import FILES, landscape_of


def only(path: str, text: str) -> Pipeline:
    (found,) = pipelines(facts_of({path: text}))
    return found


def lines(found: Pipeline) -> list[tuple[str, str, str | None, int]]:
    return [(job.name, line.text, line.directory, line.origin.line) for job in found.jobs for step in job.steps for line in step.lines]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("pytest -q", [("pytest -q", "", False)]),
        ("cd apps/web && npm ci", [("npm ci", "apps/web", False)]),
        ("cd apps\ncd web\nnpm ci", [("npm ci", "apps/web", False)]),
        ("cd $HOME\nnpm ci", [("npm ci", None, False)]),
        ("ruff check . || echo 'later'", [("ruff check .", "", True)]),
        ("mypy app || true\npytest", [("mypy app", "", True), ("pytest", "", False)]),
        ("black . || (echo no; exit 0)", [("black .", "", True)]),
        ("python -m pytest tests", [("pytest tests", "", False)]),
        ("CI=1 uv run pytest", [("pytest", "", False)]),
        ("npx vitest run", [("vitest run", "", False)]),
        ("sudo apt-get install -y libpq-dev", [("apt-get install -y libpq-dev", "", False)]),
        ("if [ -f a.txt ]; then\n  pip install -r a.txt\nfi", [("[ -f a.txt ]", "", False), ("pip install -r a.txt", "", False)]),
        ("pytest \\\n  -q", [("pytest -q", "", False)]),
        ("cat > .env << 'EOF'\npytest\nEOF\nruff check", [("cat > .env << EOF", "", False), ("ruff check", "", False)]),
        ('python -c "\nimport app\n"\npytest', [("python -c  import app ", "", False), ("pytest", "", False)]),
        # no command
        ("# pytest", []),
        ("", []),
    ],
)
def test_what_a_step_types(text: str, expected: list[tuple[str, str | None, bool]]) -> None:
    assert [(" ".join(one.words), one.directory, one.tolerant) for one in typed(text, ROOT)] == expected


def test_a_secret_is_hidden() -> None:
    (one,) = typed("deploy --token hunter2hunter2hunter2 --password=swordfish-and-more", ROOT)
    assert one.words == ("deploy", "--token", "•••", "--password=•••")


WORKFLOW = """name: Checks
on:
  push: {branches: [master, "release/*"]}
  schedule: [{cron: 1 2 * * 3}]
defaults: {run: {working-directory: apps}}
jobs:
  test:
    runs-on: ubuntu-latest
    environment: {name: staging}
    strategy: {matrix: {python: ["3.12"]}}
    env: {LEVEL: info}
    services:
      db: {image: "postgres:16"}
    steps:
      - uses: docker/build-push-action@v6
        with: {context: api, token: "${{ secrets.DEPLOY_TOKEN }}"}
      - name: Tests
        working-directory: apps/api
        continue-on-error: true
        env: {MODE: all}
        run: |
          pip install -e .
          pytest
  call:
    uses: ./.github/workflows/other.yml
"""


def test_a_workflow() -> None:
    found = only(".github/workflows/ci.yml", WORKFLOW)
    assert (found.system, found.title, found.triggers, found.secrets, found.problem) == (
        "github",
        "Checks",
        ("push", "schedule"),
        ("DEPLOY_TOKEN",),
        "",
    )
    assert [(one.value, str(one.origins[0])) for one in found.branches] == [("master", ".github/workflows/ci.yml:3")]
    test, call = found.jobs
    assert (test.environment, test.matrix, [str(one.origins[0]) for one in test.services]) == ("staging", True, [".github/workflows/ci.yml:13"])
    assert call.uses == "./.github/workflows/other.yml"
    assert [step.variables for step in test.steps] == [("LEVEL",), ("LEVEL", "MODE")]
    assert lines(found) == [("test", "pip install -e .", "apps/api", 22), ("test", "pytest", "apps/api", 23)]
    assert all(line.tolerant for line in test.steps[1].lines)


@pytest.mark.parametrize(
    "path, text, expected",
    [
        (".gitlab-ci.yml", "stages: [test]\ntest:\n  script:\n    - cd api\n    - pytest\n", ("gitlab", [("test", "pytest", "api", 5)])),
        (
            ".circleci/config.yml",
            "jobs:\n  test:\n    working_directory: api\n    steps:\n      - checkout\n      - run: {name: T, command: pytest}\n      - run: ruff check\n",
            ("circleci", [("test", "pytest", "api", 6), ("test", "ruff check", "api", 7)]),
        ),
        (
            "azure-pipelines.yml",
            "jobs:\n  - job: A\n    steps:\n      - task: UsePython@0\n      - bash: pytest\n        workingDirectory: api\n",
            ("azure", [("A", "pytest", "api", 5)]),
        ),
        ("Jenkinsfile", "pipeline {\n  stages {\n    sh 'cd api && pytest'\n    sh '''\n      ruff check\n    '''\n  }\n}\n", ("jenkins", [("Jenkinsfile", "pytest", "api", 3), ("Jenkinsfile", "ruff check", "", 5)])),
    ],
)  # fmt: skip
def test_other_systems(path: str, text: str, expected: tuple[str, list[tuple[str, str, str, int]]]) -> None:
    found = only(path, text)
    assert (found.system, lines(found)) == expected


ANCHORED = "on: push\njobs:\n  one:\n    runs-on: x\n    steps: &steps\n      - run: pytest\n  two:\n    runs-on: x\n    steps: *steps\n"
MERGED = (
    ".base: &base\n  image: x\n  script: [pytest]\n.more: &more\n  <<: *base\n  script: [ruff check]\none:\n  <<: *base\ntwo:\n  <<: [*more, *base]\n"
)
ITSELF = ".a: &a\n  <<: *a\n  b: &b\n    <<: *a\n  script: [pytest]\none:\n  <<: *b\n"


@pytest.mark.parametrize(
    "path, text, expected",
    [
        (".github/workflows/ci.yml", ANCHORED, [("one", "pytest", "", 6), ("two", "pytest", "", 6)]),
        (
            ".gitlab-ci.yml",
            MERGED,
            [(".base", "pytest", "", 3), (".more", "ruff check", "", 6), ("one", "pytest", "", 3), ("two", "ruff check", "", 6)],
        ),
        (".gitlab-ci.yml", ITSELF, [(".a", "pytest", "", 5), ("one", "pytest", "", 5)]),
        (
            ".gitlab-ci.yml",
            "one:\n  script: !reference [.base, script]\ntwo:\n  script:\n    - !reference [.base, script]\n    - pytest\n",
            [("two", "pytest", "", 6)],
        ),
    ],
    ids=["anchors", "merges", "what takes itself", "references"],
)
def test_what_stands_elsewhere_in_a_file_is_read_where_it_is_taken(path: str, text: str, expected: list[tuple[str, str, str, int]]) -> None:
    """D10: GitHub reads aliases and no merges, other systems both."""
    assert lines(only(path, text)) == expected


@pytest.mark.parametrize(
    "text, problem",
    [("jobs: [\n", "line 2 cannot be read as YAML"), ("name: a\n", "has no jobs"), ("", "has no jobs"), ("- a\n", "has no jobs")],
)
def test_what_cannot_be_read_is_told(text: str, problem: str) -> None:
    assert only(".github/workflows/ci.yml", text).problem == problem


@pytest.mark.parametrize("path", [".github/workflows/sub/ci.yml", "docs/ci.yml", ".github/workflows/README.md", "ci/Jenkinsfile.md"])
def test_what_is_no_pipeline(path: str) -> None:
    assert pipelines(facts_of({path: WORKFLOW})) == ()


def test_directories_are_called_as_they_are_today() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: cd {} && pytest\n"
    for said, expected in {"orders": "services/orders", "services/stock": "services/stock", "web": "apps/web", "nothing": "nothing"}.items():
        found = landscape_of({**FILES, ".github/workflows/old.yml": text.format(said)})
        (line,) = found.pipelines[0].jobs[0].steps[0].lines
        assert line.directory == RepoPath(expected)
