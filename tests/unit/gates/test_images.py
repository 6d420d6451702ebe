"""A build that a step leaves without what it copies is refused; what it never had, or still has, is not."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.facts.builds import builds
from migrator.gates import judge
from migrator.gates.images import images
from migrator.paths import RepoPath
from migrator.step import Edit, Move, Step
from tests.conftest import Becomes, facts_of

FILES = {
    "apps/api/Dockerfile": "FROM python\nCOPY apps/api/requirements.txt apps/api/setup* ./\nCOPY apps/api/src /app\nCOPY dist /dist\nCOPY --from=x /y /z\n",
    "apps/api/requirements.txt": "fastapi\n",
    "apps/api/setup.py": "",
    "apps/api/src/main.py": "X = 1\n",
    "apps/web/Dockerfile": "FROM node\nCOPY package.json ./\nCOPY . .\nADD https://example.com/x /x\nCOPY $WHAT /y\n",
    "apps/web/package.json": "{}",
    "tools/other.txt": "x\n",
}
COMPOSE = "services:\n  api:\n    build:\n      context: .\n      dockerfile: apps/api/Dockerfile\n  web:\n    build: ./apps/web\n"
WORKFLOW = """\
on: push
jobs:
  a:
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: apps/api/Dockerfile
      - run: docker build -t web apps/web
"""


@pytest.mark.parametrize(
    "path, content, found",
    [
        ("docker-compose.yml", COMPOSE, [("api", "apps/api/Dockerfile", ""), ("web", "apps/web/Dockerfile", "apps/web")]),
        (
            ".github/workflows/ci.yml",
            WORKFLOW,
            [("docker build 1", "apps/web/Dockerfile", "apps/web"), ("docker/build-push-action 1", "apps/api/Dockerfile", "")],
        ),
        ("build.sh", "docker build -f apps/api/Dockerfile .\n", [("docker build 1", "apps/api/Dockerfile", "")]),
        ("build.sh", "docker build -t a --no-cache . -f apps/api/Dockerfile\n", [("docker build 1", "apps/api/Dockerfile", "")]),
        ("build.sh", "docker buildx build \\\n  --file=apps/api/Dockerfile \\\n  --push \\\n  .\n", [("docker build 1", "apps/api/Dockerfile", "")]),
        ("build.sh", "cd apps/web && docker build .\n", [("docker build 1", "apps/web/Dockerfile", "apps/web")]),
        ("apps/web/build.sh", "docker build .\n", [("docker build 1", "apps/web/Dockerfile", "apps/web")]),
        ("Makefile", "a:\n\tdocker build apps/web\n", [("docker build 1", "apps/web/Dockerfile", "apps/web")]),
        ("package.json", '{"scripts": {"a": "docker build apps/web", "b": "c"}}', [("docker build 1", "apps/web/Dockerfile", "apps/web")]),
        ("build.ps1", "podman build `\n  -f apps/api/Dockerfile `\n  .\n", [("docker build 1", "apps/api/Dockerfile", "")]),
        # not understood, or nobody's
        ("build.sh", "docker build -f $FILE .\n", []),
        ("build.sh", "docker build https://example.com/x.git\n", []),
        ("build.sh", "docker build -f nowhere/Dockerfile .\n", []),
        ("build.sh", "docker builder prune\ndocker compose build api\n", []),
        ("build.sh", "docker build - < x\n", []),
        ("README.md", "docker build apps/web\n", []),
    ],
)
def test_who_builds_what(path, content, found):
    assert [one[1:4] for one in builds(facts_of({**FILES, path: content}))] == found


def said(files, *actions):
    return [str(finding) for finding in images(build(facts_of({**FILES, **files}), Step("s", "t", "w", actions)))]


@pytest.mark.parametrize(
    "files, change, message",
    [
        (
            {"docker-compose.yml": COMPOSE},
            ("apps/api/Dockerfile", "FROM python\nCOPY apps/api/requirements.txt apps/api/setup* ./\nCOPY services/api/src /app\nCOPY dist /dist\n"),
            "copies services/api/src from the root, where docker-compose.yml builds it",
        ),
        (
            {"docker-compose.yml": COMPOSE},
            ("apps/web/Dockerfile", "FROM node\nCOPY apps/web/package.json ./\nCOPY . .\nADD https://example.com/x /x\nCOPY $WHAT /y\n"),
            "copies apps/web/package.json from apps/web",
        ),
        (
            {"build.sh": "docker build -f apps/api/Dockerfile .\n"},
            ("apps/api/Dockerfile", "FROM python\nCOPY apps/api/requirements.txt apps/api/up* ./\nCOPY apps/api/src /app\nCOPY dist /dist\n"),
            "copies apps/api/up* from the root, where build.sh builds it",
        ),
    ],
)
def test_a_source_that_is_no_longer_there_is_refused(files, change, message):
    found = said(files, Edit(RepoPath(change[0]), Becomes(change[1])))
    assert len(found) == 1
    assert message in found[0]


def test_a_context_that_loses_a_source_is_refused():
    files = {
        "docker-compose.yml": COMPOSE.replace("context: .\n      dockerfile: apps/api/Dockerfile", "context: apps/api"),
        "apps/api/Dockerfile": "FROM a\nCOPY src/main.py /a\n",
    }
    found = said(files, Move(RepoPath("apps/api/src/main.py"), RepoPath("tools/main.py")))
    assert found == ["apps/api/Dockerfile: copies ../../tools/main.py from apps/api, where docker-compose.yml builds it, and that is no longer there"]


@pytest.mark.parametrize(
    "files",
    [
        {"docker-compose.yml": COMPOSE},
        {".github/workflows/ci.yml": WORKFLOW},
        {"build.sh": "docker build -f apps/api/Dockerfile .\ncd apps/web && docker build .\n"},
        {"Makefile": "a:\n\tdocker build -f apps/api/Dockerfile .\n"},
        {},
    ],
)
@pytest.mark.parametrize(
    "moves",
    [("apps/api", "services/api"), ("apps/web", "apps/site"), ("apps", "all"), ("tools", "scripts"), ("tools/other.txt", "apps/api/other.txt")],
)
def test_moves_that_are_followed_pass(files, moves):
    old, new = map(RepoPath, moves)
    built = build(facts_of({**FILES, **files}), Step("s", "t", "w", (Move(old, new),)))
    assert list(images(built)) == []
    assert all(report.passed for report in judge(built))


def test_what_was_never_there_is_not_missed():
    files = {"docker-compose.yml": "services:\n  web:\n    build: ./apps/web\n", "apps/web/Dockerfile": "FROM a\nCOPY gone.txt dist ./\n"}
    assert said(files, Move(RepoPath("apps/web"), RepoPath("apps/site"))) == []


@pytest.mark.parametrize(
    "path, content",
    [
        ("build.sh", "echo é\ndocker build -f apps/api/Dockerfile -t a.b .\n"),
        (
            ".github/workflows/cd.yml",
            "jobs:\n  push:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          file: apps/api/Dockerfile\n",
        ),
    ],
)
def test_where_a_context_is_said(path, content):
    (one,) = builds(facts_of({**FILES, path: content}))
    assert (one.said, content[one.at : one.at + 1], content[one.at - 1]) == (".", ".", " ")
