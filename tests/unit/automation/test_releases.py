"""Releases: projects with a version, the tool that knows most of them, and nothing where something makes releases already."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import yaml

from phases.automation.releases import family
from tests.unit.automation.upkeeping import after, decided, made, plan, texts

WEB = {
    "package.json": '{"private": true, "workspaces": ["apps/*"]}',
    "apps/web/package.json": '{"name": "@acme/web", "version": "1.2.3", "private": true}',
}
API = {"services/api/pyproject.toml": '[project]\nname = "api"\nversion = "0.4.0"\n'}
JOBS = {"services/jobs/pyproject.toml": '[tool.poetry]\nname = "jobs"\nversion = "2.0.0"\n'}
CONFIG, MANIFEST = "release-please-config.json", ".release-please-manifest.json"


def versions(files: Mapping[str, str], **options: object) -> dict[str, str]:
    return dict(json.loads(texts(family, files, **options).get(MANIFEST, "{}")))


@pytest.mark.parametrize(
    "files, options, expected",
    [
        (WEB, {}, {".changeset/config.json", ".changeset/README.md", "CHANGELOG.md"}),
        ({**WEB, **API}, {}, {CONFIG, MANIFEST, "CHANGELOG.md"}),
        (
            {**WEB, **API, "apps/admin/package.json": '{"name": "admin", "version": "1.0.0"}'},
            {},
            {".changeset/config.json", ".changeset/README.md", "CHANGELOG.md"},
        ),
        (API, {}, {CONFIG, MANIFEST, "CHANGELOG.md"}),
        (WEB, {"tool": "release-please"}, {CONFIG, MANIFEST, "CHANGELOG.md"}),
        ({**WEB, **API}, {"tool": "changesets"}, {".changeset/config.json", ".changeset/README.md", "CHANGELOG.md"}),
        (API, {"tool": "changesets"}, set()),
        ({**API, "CHANGELOG.md": "# Mine\n"}, {}, {CONFIG, MANIFEST}),
        ({**API, "docs/CHANGELOG.md": "# Mine\n"}, {}, {CONFIG, MANIFEST, "CHANGELOG.md"}),
        ({**API, "HISTORY.rst": "Mine\n"}, {}, {CONFIG, MANIFEST}),
        ({"main.py": "x = 1\n"}, {}, set()),
    ],
)
def test_which_tool_makes_what(files: dict[str, str], options: dict[str, object], expected: set[str]) -> None:
    assert set(texts(family, files, **options)) == expected


@pytest.mark.parametrize(
    "files, expected",
    [
        ({**WEB, **API, **JOBS}, {"apps/web": "1.2.3", "services/api": "0.4.0", "services/jobs": "2.0.0"}),
        ({"pyproject.toml": '[project]\nname = "a"\nversion = "1.0.0"\n'}, {".": "1.0.0"}),
        ({"pyproject.toml": '[project]\nname = "a"\nversion = "1.0.0"\n', "package.json": "{}"}, {".": "1.0.0"}),
        ({"pyproject.toml": "[tool.ruff]\n", "package.json": '{"version": "2.0.0"}'}, {".": "2.0.0"}),
        ({**API, "examples/a/package.json": '{"name": "a", "version": "1.0.0"}'}, {"services/api": "0.4.0"}),
        ({**API, "b/pyproject.toml": '[project]\nname = "b"\n'}, {"services/api": "0.4.0"}),
        ({**API, "b/pyproject.toml": '[project]\nname = "b"\nversion = "26.08.0"\n'}, {"services/api": "0.4.0"}),
        ({**API, "b/pyproject.toml": '[project]\nname = "b"\nversion = "1.0.0rc1"\n'}, {"services/api": "0.4.0"}),
        ({**API, "b/pyproject.toml": '[project]\nname = "b"\ndynamic = ["version"]\n[tool.setuptools_scm]\n'}, {"services/api": "0.4.0"}),
    ],
)
def test_real_versions_of_real_projects(files: dict[str, str], expected: dict[str, str]) -> None:
    assert versions(files) == expected
    assert set(json.loads(texts(family, files)[CONFIG])["packages"]) == set(expected)


def test_components_are_paths() -> None:
    """D13: for Python release-please has none, and for Node it drops the scope."""
    files = {
        **API,
        "packages/ui/package.json": '{"name": "@acme/ui", "version": "1.0.0"}',
        "web/ui/package.json": '{"name": "@web/ui", "version": "1.0.0"}',
    }
    said = json.loads(texts(family, {**files, "pyproject.toml": '[project]\nname = "all"\nversion = "1.0.0"\n'})[CONFIG])
    assert {path: (one["release-type"], one.get("component")) for path, one in said["packages"].items()} == {
        ".": ("python", None),
        "packages/ui": ("node", "packages-ui"),
        "services/api": ("python", "services-api"),
        "web/ui": ("node", "web-ui"),
    }
    assert said["packages"]["."]["include-component-in-tag"] is False


@pytest.mark.parametrize("lock, run", [("package-lock.json", "npx"), ("pnpm-lock.yaml", "pnpm dlx"), ("yarn.lock", "yarn dlx"), ("bun.lock", "bunx")])
def test_how_changesets_is_run(lock: str, run: str) -> None:
    assert f"`{run} @changesets/cli@2.31.1 add`" in texts(family, {**WEB, lock: "{}"})[".changeset/README.md"]
    assert f"`{run} @changesets/cli@2.30.0 add`" in texts(family, {**WEB, lock: "{}"}, changesets="2.30.0")[".changeset/README.md"]


def test_private_packages_get_versions_and_tags() -> None:
    said = json.loads(texts(family, WEB, branch="trunk")[".changeset/config.json"])
    assert (said["privatePackages"], said["baseBranch"], said["access"]) == ({"version": True, "tag": True}, "trunk", "restricted")


@pytest.mark.parametrize(
    "file, text, tool",
    [
        (".releaserc.json", "{}", "semantic-release"),
        ("package.json", '{"release": {"branches": ["main"]}}', "semantic-release"),
        ("lerna.json", "{}", "lerna"),
        (".bumpversion.cfg", "[bumpversion]\n", "bump2version"),
        ("setup.cfg", "[bumpversion]\ncurrent_version = 1\n", "bump2version"),
        ("pyproject.toml", '[project]\nname = "x"\n[tool.semantic_release]\n', "python-semantic-release"),
        ("pyproject.toml", '[project]\nname = "x"\n[tool.commitizen]\n', "commitizen"),
        ("clients/.changeset/config.json", "{}", "changesets"),
        ("release-please-config.json", "{}", "release-please"),
    ],
)
def test_where_releases_are_made_nothing_is_made(file: str, text: str, tool: str) -> None:
    said = made(family, {**API, "setup.py": "", file: text})
    assert (said.artefacts, said.absent.partition(" (")[0]) == ((), f"releases are made by {tool}")


@pytest.mark.parametrize(
    "file, text", [("package.json", '{"release": "yes"}'), ("docs/lerna.json", "{}"), ("setup.cfg", "[metadata]\n"), ("b/.releaserc", "{}")]
)
def test_what_makes_no_release(file: str, text: str) -> None:
    assert CONFIG in texts(family, {**API, "setup.py": "", file: text})


def test_what_is_left_out_is_told() -> None:
    said = decided(made(family, {**WEB, **API}, tool="changesets"))
    assert "release-please" in said["release of services/api"]
    assert said["tags"].startswith("`@acme/web@1.0.0`")
    told = decided(made(family, {**API, "b/pyproject.toml": '[project]\nname = "b"\nversion = "26.08.0"\n'}))
    assert "26.08.0 is no Semantic Version" in told["release of b"]
    assert "`services-api-v1.0.0`" in told["tags"]


@pytest.mark.parametrize("files", [WEB, {**WEB, **API}])
def test_planning_again_gives_nothing_and_a_release_is_in_nobodys_way(files: dict[str, str]) -> None:
    """A release writes changelogs, versions and its own manifest."""
    first = after(plan(files))
    assert plan(first).steps == ()
    released = {path: text.replace("1.2.3", "1.3.0") if path in {"apps/web/package.json", MANIFEST} else text for path, text in first.items()}
    released |= {"apps/web/CHANGELOG.md": "# 1.3.0\n"}
    assert {path: text for path, text in after(plan(released)).items() if not path.startswith(".migrate/")} == {
        path: text for path, text in released.items() if not path.startswith(".migrate/")
    }


OFF = "[phases.automation.releases]\nenabled = false\n"
TESTED = {**WEB, "apps/web/package.json": WEB["apps/web/package.json"].replace('"private"', '"scripts": {"test": "node --test"}, "private"')}


@pytest.mark.parametrize(
    "files, told, jobs, said",
    [
        (TESTED, "", ["release"], "@changesets/cli@2.31.1 version"),
        (TESTED, '[phases.automation.releases]\nchangesets = "2.30.0"\n', ["release"], "@changesets/cli@2.30.0 version"),
        (TESTED, '[phases.automation.releases]\ntool = "release-please"\n', ["propose", "release"], "release-please@17.9.0"),
        (TESTED, OFF, ["release"], ""),
        # who makes releases already goes on
        ({**TESTED, "lerna.json": '{"version": "1.0.0"}'}, "", ["release"], ""),
    ],
)
def test_the_workflow_of_releases_runs_what_counts_versions(files: Mapping[str, str], told: str, jobs: list[str], said: str) -> None:
    text = after(plan(files, options=told))[".github/workflows/release.yml"]
    document = yaml.safe_load(text)
    assert sorted(document["jobs"]) == jobs
    assert said in text
    assert [tool for tool in ("changesets", "release-please") if tool in text] == [tool for tool in ("changesets", "release-please") if tool in said]
    assert ("push" in document[True]) == ("propose" in jobs)
