"""A Django application that gets another last name loses its tables unless it says its label."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.build import build
from migrator.gates.labels import labels
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

BLOG = {
    "apps/__init__.py": "",
    "apps/blog/__init__.py": "",
    "apps/blog/models.py": "",
    "apps/blog/migrations/__init__.py": "",
    "apps/blog/migrations/0001_initial.py": "",
}
CONFIG = 'from django.apps import AppConfig\n\n\nclass BlogConfig(AppConfig):\n    name = "apps.blog"\n'


def said(files: Mapping[str, str], moves: Mapping[str, str]) -> list[str]:
    step = Step("move", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in moves.items()))
    return [f"{finding.severity} {finding.path} {finding.message}" for finding in labels(build(facts_of(files), step))]


@pytest.mark.parametrize(
    "more, moves, path",
    [
        ({}, {"apps/blog": "apps/articles"}, "apps/articles"),
        ({}, {"apps/blog": "services/articles"}, "services/articles"),
        ({"apps/blog/apps.py": CONFIG}, {"apps/blog": "apps/articles"}, "apps/articles"),
        ({"apps/blog/apps.py": CONFIG + "    verbose_label = 'x'\n"}, {"apps/blog": "apps/articles"}, "apps/articles"),
        ({"apps/blog/apps.py": "# label = 'blog'\n" + CONFIG}, {"apps/blog": "news"}, "news"),
    ],
)
def test_a_label_that_would_change_is_an_error(more: Mapping[str, str], moves: Mapping[str, str], path: str) -> None:
    (finding,) = said({**BLOG, **more}, moves)
    assert finding.startswith(f"error {path} ")
    assert 'label = "blog"' in finding


@pytest.mark.parametrize(
    "files, moves",
    [
        (BLOG, {"apps/blog": "services/blog"}),
        (BLOG, {"apps": "services"}),
        ({**BLOG, "apps/blog/apps.py": CONFIG + '    label = "blog"\n'}, {"apps/blog": "apps/articles"}),
        ({**BLOG, "apps/blog/apps.py": CONFIG + '    label: str = "blog"\n'}, {"apps/blog": "apps/articles"}),
        ({"db/migrations/0001_a.py": "", "db/env.py": ""}, {"db": "database"}),
        (BLOG, {"apps/blog/models.py": "apps/blog/tables.py"}),
        ({**BLOG, "apps/other/__init__.py": "x = 1\n"}, {"apps/other": "apps/another"}),
    ],
)
def test_what_keeps_its_label_is_nothing_to_speak_of(files: Mapping[str, str], moves: Mapping[str, str]) -> None:
    assert said(files, moves) == []
