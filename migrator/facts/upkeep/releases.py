"""How releases are made already, and what could be released: projects with their versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.distributions import manifest_of
from migrator.facts.plain import ini, said_at, table, toml
from migrator.facts.projects import projects
from migrator.facts.upkeep.model import Released, Releaser
from migrator.origin import Origin, Said
from migrator.paths import RepoPath, name

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.projects import Project

__all__ = ["released", "releasers"]

_FILES = {
    ".releaserc": "semantic-release", ".releaserc.json": "semantic-release", ".releaserc.yml": "semantic-release", ".releaserc.yaml": "semantic-release",
    ".releaserc.js": "semantic-release", ".releaserc.cjs": "semantic-release", "release.config.js": "semantic-release", "release.config.cjs": "semantic-release",
    "release.config.mjs": "semantic-release", "lerna.json": "lerna", ".bumpversion.cfg": "bump2version", ".bumpversion.toml": "bump-my-version",
    ".release-it.json": "release-it", ".release-it.js": "release-it", ".release-it.yml": "release-it", ".versionrc": "standard-version",
    ".versionrc.json": "standard-version", ".autorc": "auto", "cog.toml": "cocogitto", "knope.toml": "knope", ".goreleaser.yml": "goreleaser",
    ".goreleaser.yaml": "goreleaser", "beachball.config.js": "beachball", "towncrier.toml": "towncrier", ".cz.toml": "commitizen",
    "release-please-config.json": "release-please", ".release-please-manifest.json": "release-please",
}  # fmt: skip
_TABLES = {
    "semantic_release": "python-semantic-release",
    "bumpversion": "bump-my-version",
    "commitizen": "commitizen",
    "towncrier": "towncrier",
    "tbump": "tbump",
}
_KEYS = {"release": "semantic-release", "release-it": "release-it", "standard-version": "standard-version", "auto": "auto"}
_DYNAMIC = {
    "setuptools_scm": "setuptools-scm",
    "setuptools-git-versioning": "setuptools-git-versioning",
    "poetry-dynamic-versioning": "poetry-dynamic-versioning",
}


def releasers(facts: Facts, own: frozenset[RepoPath]) -> Iterator[Releaser]:
    """The files that people wrote for a tool of releases; a lerna.json that only lists packages makes none."""
    for path in facts.tree:
        if path in own or facts.scanner.hidden(path):
            continue
        if f"/{path}".endswith("/.changeset/config.json"):
            yield Releaser("changesets", Origin(path))
        elif "/" not in path and path in _FILES:
            yield Releaser(_FILES[path], Origin(path))
    for directory, one in projects(facts).items():
        pyproject = RepoPath(f"{directory}/pyproject.toml".lstrip("/"))
        for key in table(toml(facts, pyproject), "tool"):
            if key in _TABLES and pyproject not in own:
                yield Releaser(_TABLES[key], said_at(facts, pyproject, f"[tool.{key}"))
        config = RepoPath(f"{directory}/setup.cfg".lstrip("/"))
        if config in facts.tree and "bumpversion" in ini(facts, config).sections():
            yield Releaser("bump2version", said_at(facts, config, "[bumpversion]"))
        package = facts.atlas.node.packages.get(directory)
        for key in package.manifest if package is not None and not directory and one.manifest.path not in own else ():
            if key in _KEYS and package is not None and isinstance(package.manifest[key], dict):
                yield Releaser(_KEYS[key], said_at(facts, RepoPath("package.json"), f'"{key}"'))


def released(facts: Facts, own: frozenset[RepoPath]) -> tuple[Released, ...]:
    """The projects that people wrote, with what their manifests say of a version."""
    workspace = next((one for one in facts.atlas.node.workspaces if not one.root), None)
    members = frozenset(workspace.members) if workspace is not None else frozenset()
    found = (one for one in projects(facts).values() if one.manifest.path not in own)
    return tuple(_released(facts, one, member=one.directory in members) for one in found)


def _released(facts: Facts, one: Project, *, member: bool) -> Released:
    """A project by its own manifest; where that says no version, by that of the other language, where it has one."""
    ways = [_of_python(facts, one)] if manifest_of(facts, one.directory) is not None else []
    ways += [_of_node(facts, one, member=member)] if one.directory in facts.atlas.node.packages else []
    ways.sort(key=lambda way: way.language != one.language)
    return next((way for way in ways if way.version is not None or way.derived), ways[0])


def _of_node(facts: Facts, one: Project, *, member: bool) -> Released:
    said = facts.atlas.node.packages[one.directory].manifest
    version = said.get("version")
    at = Said(version, (said_at(facts, one.manifest.path, '"version"'),)) if isinstance(version, str) else None
    return Released(one.directory, one.name, "node", one.manifest.path, at, private=said.get("private") is True, member=member)


def _of_python(facts: Facts, one: Project) -> Released:
    manifest = manifest_of(facts, one.directory) or one.manifest.path
    said = toml(facts, manifest) if name(manifest) == "pyproject.toml" else {}
    version = table(said, "project").get("version") or table(said, "tool", "poetry").get("version")
    at = Said(version, (said_at(facts, manifest, "\nversion"),)) if isinstance(version, str) else None
    derived = next((tool for key, tool in _DYNAMIC.items() if key in table(said, "tool")), "")
    dynamic = table(said, "project").get("dynamic")
    if not derived and at is None and isinstance(dynamic, list) and "version" in dynamic:
        derived = "its build backend"
    return Released(one.directory, one.name, "python", manifest, at, private=True, derived=derived)
