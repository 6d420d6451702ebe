"""What is found by its place alone is said when it leaves it."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.gates import judge
from migrator.gates.fixed import fixed, neighbours, rows
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

FILES = {
    ".github/workflows/ci.yml": "on: push\n",
    ".github/workflows/docs.yml": "on: push\n",
    ".github/CODEOWNERS": "* @team\n",
    ".vscode/settings.json": "{}\n",
    "bin/post_compile": "true\n",
    "bin/other": "true\n",
    "apps/web/.vscode/settings.json": "{}\n",
    "apps/web/.gitlab-ci.yml": "{}\n",
    "docs/guide.md": "",
}


def said(moves: dict[str, str], **more: str) -> list[str]:
    step = Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))
    return [str(finding) for finding in fixed(build(facts_of({**FILES, **more}), step))]


@pytest.mark.parametrize(
    ("moves", "message"),
    [
        ({".github/workflows/ci.yml": "ci/ci.yml"}, "ci/ci.yml: GitHub Actions looks for .github/workflows/ci.yml there alone: it no longer runs"),
        ({".github/workflows": "ci"}, "ci/ci.yml: GitHub Actions looks for .github/workflows/ci.yml and 1 more there alone: it no longer runs"),
        ({".github/CODEOWNERS": "meta/CODEOWNERS"}, "meta/CODEOWNERS: GitHub or GitLab looks for .github/CODEOWNERS there alone"),
        ({".vscode": "tools/vscode"}, "tools/vscode/settings.json: VS Code looks for .vscode/settings.json there alone"),
        ({"bin": "tools/bin"}, "tools/bin/post_compile: Heroku looks for bin/post_compile there alone"),
    ],
)
def test_what_left_its_place_is_said(moves: dict[str, str], message: str) -> None:
    (found,) = said(moves, Procfile="web: x\n")
    assert found.startswith(message)


@pytest.mark.parametrize(
    "moves",
    [
        {"docs": "documentation"},
        {".github/CODEOWNERS": "docs/CODEOWNERS"},
        {".github/workflows/ci.yml": ".github/workflows/test.yml"},
        {"apps/web": "apps/site"},
        {"bin/other": "tools/other"},
    ],
)
def test_what_is_found_where_it_goes_is_not(moves: dict[str, str]) -> None:
    assert said(moves, Procfile="web: x\n") == []


def test_hooks_of_a_platform_count_where_it_is_used() -> None:
    assert said({"bin": "tools/bin"}) == []


def test_the_gates_say_it() -> None:
    step = Step("move", "Move", "why", (Move(RepoPath(".github/workflows"), RepoPath("ci")),))
    assert "found" in {finding.kind for report in judge(build(facts_of(FILES), step)) for finding in report.findings}


def test_every_place_says_who_looks_and_where_that_is_known_from() -> None:
    assert all(row.by and row.stale and row.source and all(at.startswith("/") for at in row.at) for row, _ in rows())
    assert all(row.by and row.stale and row.source for row in neighbours())


APP = {
    "web/__init__.py": "from flask import Flask\napp = Flask(__name__)\n",
    "web/views.py": "",
    "web/templates/mail/a.html": "",
    "web/static/a.css": "",
    "shop/apps.py": "from django.apps import AppConfig\nclass Shop(AppConfig): ...\n",
    "shop/models.py": "",
    "shop/templatetags/__init__.py": "",
    "shop/migrations/0001.py": "",
}


@pytest.mark.parametrize(
    ("moves", "message"),
    [
        ({"web/templates": "pages"}, "web/__init__.py: Flask looks for templates/ beside it, which is pages now: TemplateNotFound"),
        ({"web/static": "public/static"}, "web/__init__.py: Flask looks for static/ beside it, which is public/static now"),
        ({"web/__init__.py": "server/__init__.py", "web/static": "server/static"}, "server/__init__.py: Flask looks for templates/ beside it"),
        ({"shop/templatetags": "common/templatetags"}, "shop/apps.py: Django looks for templatetags/ beside it, which is common/templatetags now"),
        ({"shop/migrations": "db/shop"}, "shop/apps.py: Django looks for migrations/ beside it, which is db/shop now"),
    ],
)
def test_a_folder_that_no_longer_lies_beside_what_looks_for_it_is_said(moves: dict[str, str], message: str) -> None:
    (found,) = said(moves, **APP)
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("moves", "more"),
    [
        ({"web": "server", "shop": "apps/shop"}, {}),
        ({"web/views.py": "web/pages.py"}, {}),
        ({"web/templates/mail": "web/templates/post"}, {}),
        ({"web/templates": "pages"}, {"web/__init__.py": "app = Flask(__name__, template_folder='../pages')\n"}),
        ({"web/templates": "pages"}, {"web/__init__.py": "app = FastAPI()\n"}),
        ({"web/templates": "pages"}, {"web/__init__.py": "# like Flask()\n"}),
        ({"shop/models.py": "shop/tables.py"}, {}),
        ({"shop/migrations": "db/shop"}, {"shop/apps.py": ""}),
    ],
)
def test_one_that_does_is_not(moves: dict[str, str], more: dict[str, str]) -> None:
    assert said(moves, **{**APP, **more}) == []
