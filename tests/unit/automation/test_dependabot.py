"""Dependabot: what is there to be updated, and what people tell it already."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import yaml

from phases.automation.dependabot import family
from tests.unit.automation.upkeeping import after, decided, made, plan, texts

PATH = ".github/dependabot.yml"
NODE = '{"name": "a", "dependencies": {"react": "^18"}}'
UV = '[project]\nname = "a"\ndependencies = ["httpx"]\n'


def looked_at(files: Mapping[str, str], **options: object) -> dict[str, list[str]]:
    text = texts(family, files, **options).get(PATH, "updates: []")
    found = {one["package-ecosystem"]: one["directories"] for one in yaml.safe_load(text)["updates"]}
    found.pop("github-actions", None)
    return found


@pytest.mark.parametrize(
    "files, expected",
    [
        ({"package.json": NODE}, {"npm": ["/"]}),
        ({"package.json": '{"name": "a"}'}, {}),
        ({"package.json": '{"workspaces": ["apps/*"]}', "apps/web/package.json": NODE, "apps/api/package.json": NODE, "lone/package.json": NODE}, {"npm": ["/", "/lone"]}),
        ({"pnpm-workspace.yaml": "packages: ['apps/*']\n", "package.json": "{}", "apps/web/package.json": NODE}, {"npm": ["/"]}),
        ({"package.json": NODE, "bun.lock": "{}"}, {"bun": ["/"]}),
        ({"api/pyproject.toml": UV}, {"pip": ["/api"]}),
        ({"api/pyproject.toml": UV, "api/uv.lock": ""}, {"uv": ["/api"]}),
        ({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["api"]\n', "uv.lock": "", "api/pyproject.toml": UV}, {"uv": ["/"]}),
        ({"api/pyproject.toml": '[project]\nname = "a"\n'}, {}),
        ({"api/requirements.txt": "# none\nhttpx==1\n"}, {"pip": ["/api"]}),
        ({"api/requirements.txt": "# none\n-r other.txt\n"}, {}),
        ({"api/requirements/dev.txt": "httpx==1\n"}, {"pip": ["/api/requirements"]}),
        ({"api/Dockerfile": "FROM python:3.12\n", "web/prod.Dockerfile": "FROM node:22\n"}, {"docker": ["/api", "/web"]}),
        ({"api/Dockerfile": "FROM scratch\n"}, {}),
        ({"api/Dockerfile": "FROM --platform=linux/amd64 python:3.12\n"}, {"docker": ["/api"]}),
        ({"compose.yaml": "services:\n  db:\n    image: postgres:16\n"}, {"docker-compose": ["/"]}),
        ({"compose.yaml": "services:\n  api:\n    build: .\n"}, {}),
        ({"infra/main.tf": 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n'}, {"terraform": ["/infra"]}),
        ({"infra/outputs.tf": 'output "x" {\n  value = 1\n}\n'}, {}),
        ({"chart/Chart.yaml": "name: a\nversion: 1.0.0\ndependencies:\n  - name: redis\n    version: 1.0.0\n    repository: x\n"}, {"helm": ["/chart"]}),
        ({"chart/Chart.yaml": "name: a\nversion: 1.0.0\n"}, {}),
        ({"Cargo.toml": "[workspace]\n", "Cargo.lock": "", "core/Cargo.toml": "[package]\n"}, {"cargo": ["/"]}),
        ({"core/Cargo.toml": "[package]\n"}, {"cargo": ["/core"]}),
        ({"go.mod": "module a\n\nrequire (\n\tgithub.com/x/y v1.0.0\n)\n"}, {"gomod": ["/"]}),
        ({"go.mod": "module a\n"}, {}),
        ({".pre-commit-config.yaml": "repos:\n  - repo: x\n    rev: v1\n", "a/.pre-commit-config.yaml": "repos:\n  - rev: v1\n"}, {"pre-commit": ["/"]}),
        ({"archive/web/package.json": NODE, "tools/templates/x/Dockerfile": "FROM a:1\n"}, {}),
        ({"README.md": "hello\n"}, {}),
    ],
)  # fmt: skip
def test_what_is_there_to_be_updated(files: dict[str, str], expected: dict[str, list[str]]) -> None:
    assert looked_at(files) == expected


def test_an_entry() -> None:
    said = yaml.safe_load(
        texts(family, {"package.json": NODE, ".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n"})[PATH]
    )
    assert said == {
        "version": 2,
        "updates": [
            {
                "package-ecosystem": "github-actions",
                "directories": ["/", "/.github/actions/*"],
                "schedule": {"interval": "weekly"},
                "groups": {"github-actions-all": {"patterns": ["*"]}},
                "cooldown": {"default-days": 7},
            },
            {
                "package-ecosystem": "npm",
                "directories": ["/"],
                "schedule": {"interval": "weekly"},
                "groups": {"npm-minor-and-patch": {"patterns": ["*"], "update-types": ["minor", "patch"]}},
                "cooldown": {"default-days": 7},
            },
        ],
    }


@pytest.mark.parametrize(
    "options, old, new",
    [
        ({"interval": "monthly"}, "interval: weekly", "interval: monthly"),
        ({"cooldown_days": 3}, "default-days: 7", "default-days: 3"),
        ({"cooldown_days": 0}, "cooldown", ""),
        ({"without": ["npm"]}, "ecosystem: npm", ""),
        ({"keep": ["/web/"]}, "- /web", ""),
    ],
)
def test_options(options: dict[str, object], old: str, new: str) -> None:
    files = {"web/package.json": NODE, "Dockerfile": "FROM a:1\n"}
    assert old in texts(family, files)[PATH]
    assert old not in texts(family, files, **options)[PATH]
    assert new in texts(family, files, **options)[PATH]


@pytest.mark.parametrize(
    "file, text",
    [
        ("renovate.json", "{}"),
        (".github/renovate.json5", "{}"),
        (".renovaterc", "{}"),
        ("package.json", '{"renovate": {}, "dependencies": {"a": "1"}}'),
    ],
)
def test_where_renovate_is_nothing_is_made(file: str, text: str) -> None:
    files = {"web/package.json": NODE, file: text, PATH: "version: 2\nupdates:\n  - package-ecosystem: docker\n    directory: /\n"}
    said = made(family, files)
    assert (said.artefacts, said.absent.partition(" (")[0]) == ((), "Renovate updates this repository")
    assert "merge-dependabot" not in [one.step.slug for one in plan(files).steps]


# files of people's own -------------------------------------------------------------------------------------------------

THEIRS = """version: 2
updates:
  # The web.
  - package-ecosystem: "npm"
    directory: "/web"
    schedule: {interval: "daily"}
    reviewers: ["ann"]
"""


@pytest.mark.parametrize(
    "files, added",
    [
        ({"web/package.json": NODE}, ["github-actions"]),
        ({"web/package.json": NODE, "api/requirements.txt": "httpx==1\n"}, ["github-actions", "pip"]),
        ({"web/package.json": NODE, "lone/package.json": NODE}, ["github-actions", "npm"]),
    ],
)
def test_what_they_leave_out_is_added(files: dict[str, str], added: list[str]) -> None:
    planned = plan({**files, PATH: THEIRS})
    assert (planned.aside, planned.problems) == ((), ())
    text = after(planned)[PATH]
    assert text.startswith(THEIRS)
    assert [one["package-ecosystem"] for one in yaml.safe_load(text)["updates"][1:]] == added
    assert plan(after(planned)).steps == ()


@pytest.mark.parametrize(
    "directories, lacking",
    [('["/*"]', []), ('["/web", "/api"]', []), ('["/w*"]', ["/api"]), ('["/other"]', ["/api", "/web"]), ('["web/", "./api"]', [])],
)
def test_patterns_of_directories_are_read(directories: str, lacking: list[str]) -> None:
    said = f"version: 2\nupdates:\n  - package-ecosystem: npm\n    directories: {directories}\n    schedule: {{interval: daily}}\n"
    text = after(plan({"web/package.json": NODE, "api/package.json": NODE, PATH: said}))[PATH]
    updates = yaml.safe_load(text)["updates"][1:]
    assert [place for one in updates if one["package-ecosystem"] == "npm" for place in one["directories"]] == lacking


def test_a_pattern_is_none_in_directory() -> None:
    """D12: the schema lets it pass, and Dependabot takes it for a path."""
    files = {
        "apps/web/package.json": NODE,
        PATH: "version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /apps/*\n    schedule: {interval: daily}\n",
    }
    assert "is taken for a path" in decided(made(family, files))["dependabot: npm.directory"]
    assert "- /apps/web\n" in after(plan(files))[PATH]


def test_what_comes_of_nothing_is_told() -> None:
    said = decided(made(family, {"README.md": "", PATH: THEIRS}))
    assert said == {
        "dependabot: npm": "nothing in /web can be updated, so Dependabot reports an error instead",
        "dependabot: npm.reviewers": "GitHub no longer reads it; CODEOWNERS says who reviews",
    }


@pytest.mark.parametrize(
    "theirs",
    ["updates: [\n", "- a\n", "version: 2\nupdates: [{package-ecosystem: docker, directory: /x}]\n", "version: 2\nupdates: []\n", "version: 2\n"],
)
def test_a_file_that_cannot_be_added_to_stays(theirs: str) -> None:
    planned = plan({"web/package.json": NODE, PATH: theirs})
    assert (planned.aside, planned.problems) == ((), ())
    assert after(planned)[PATH].startswith(theirs)
    told = [*(one.message for notes in planned.notes.values() for one in notes.findings)]
    assert [one for one in told if "cannot be" in one] or yaml.safe_load(after(planned)[PATH])["updates"]
