"""What a repository consists of."""

import pytest

from migrator.facts.projects import project_of, projects
from migrator.paths import RepoPath
from tests.conftest import facts_of

FILES = {
    "package.json": '{"name": "acme", "workspaces": ["apps/*", "packages/*"]}',
    "apps/web/package.json": '{"name": "@acme/web", "dependencies": {"@acme/ui": "*", "next": "15"}}',
    "apps/web/src/page.ts": 'import { Button } from "@acme/ui";\nimport { Card } from "@acme/ui";\nimport { local } from "./local";\n',
    "apps/web/src/local.ts": "export const local = 1;\n",
    "packages/ui/package.json": '{"name": "@acme/ui", "main": "index.ts"}',
    "packages/ui/index.ts": "export const Button = 1;\nexport const Card = 2;\n",
    "services/api/pyproject.toml": '[project]\nname = "acme-api"\ndependencies = ["fastapi>=0.1"]\n',
    "services/api/src/api/__init__.py": "",
    "services/api/src/api/main.py": "from shared import tables\n",
    "shared/setup.py": "from setuptools import setup\nsetup()\n",
    "shared/shared/__init__.py": "",
    "shared/shared/tables.py": "",
    "node_modules/left/package.json": '{"name": "left"}',
}


def test_projects_by_directory_with_what_they_need() -> None:
    found = projects(facts_of(FILES))
    assert {one.directory: (one.name, one.language, one.layer) for one in found.values()} == {
        "": ("acme", "node", ""),
        "apps/web": ("@acme/web", "node", "apps"),
        "packages/ui": ("@acme/ui", "node", "packages"),
        "services/api": ("acme-api", "python", "services"),
        "shared": ("shared", "python", ""),
    }
    assert list(found) == sorted(found)
    web = found[RepoPath("apps/web")]
    assert [(one.target, [str(origin) for origin in one.origins]) for one in web.needs] == [
        ("packages/ui", ["apps/web/src/page.ts:1", "apps/web/src/page.ts:2"])
    ]
    assert found[RepoPath("packages/ui")].needs == ()
    assert set(web.requirements) == {"@acme/ui", "next"}
    assert found[RepoPath("services/api")].requirements == {"fastapi": "fastapi>=0.1"}
    assert str(found[RepoPath("services/api")].manifest) == "services/api/pyproject.toml:2"


@pytest.mark.parametrize(
    "path, owner",
    [
        ("apps/web/src/page.ts", "apps/web"),
        ("apps/other.ts", ""),
        ("services/api/src/api/main.py", "services/api"),
        ("README.md", ""),
        ("node_modules/left/index.js", ""),
    ],
)
def test_a_file_belongs_to_the_closest_project(path: str, owner: str) -> None:
    found = project_of(facts_of(FILES), RepoPath(path))
    assert found is not None
    assert found.directory == owner


def test_a_repository_without_manifests_has_none() -> None:
    facts = facts_of({"a.py": "import b\n", "b.py": ""})
    assert projects(facts) == {}
    assert project_of(facts, RepoPath("a.py")) is None
