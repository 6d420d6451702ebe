"""What a repository consists of: its projects, and what their code needs of each other."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.distributions import declared, manifest_of
from migrator.facts.plain import said_at, table, toml
from migrator.facts.projects.model import Command, Need, Project
from migrator.graph import line_of
from migrator.kinds import kind_of
from migrator.origin import Origin
from migrator.paths import RepoPath, ancestors, name

if TYPE_CHECKING:
    from migrator.atlas.node import Package
    from migrator.facts import Facts

__all__ = ["Command", "Need", "Project", "project_of", "projects"]


def projects(facts: Facts) -> Mapping[RepoPath, Project]:
    """The projects of a tree by directory, in order; hidden manifests make none."""
    return facts.derive(_projects)


def project_of(facts: Facts, path: RepoPath) -> Project | None:
    """The project that a file belongs to: the one with the closest directory above it."""
    return _closest(projects(facts), path)


def _closest(known: Mapping[RepoPath, Project], path: RepoPath) -> Project | None:
    return next((known[above] for above in ancestors(path) if above in known), None)


def _projects(facts: Facts) -> Mapping[RepoPath, Project]:
    bare = _bare(facts)
    needs = _needs(facts, bare)
    return {directory: replace(bare[directory], needs=needs.get(directory, ())) for directory in sorted(bare)}


def _bare(facts: Facts) -> Mapping[RepoPath, Project]:
    """The projects without what they need of each other; a directory with manifests of both languages is the one's whose code it has."""
    found: dict[RepoPath, Project] = {}
    for folder in facts.tree.folders:
        if (said := manifest_of(facts, folder)) is not None:
            found[folder] = _of_python(facts, folder, said)
    for folder, package in facts.atlas.node.packages.items():
        manifest = RepoPath(f"{folder}/package.json".lstrip("/"))
        if not facts.scanner.hidden(manifest) and (folder not in found or not facts.atlas.python.is_root(folder)):
            found[folder] = _of_node(facts, package, manifest)
    return found


def _of_python(facts: Facts, folder: RepoPath, manifest: RepoPath) -> Project:
    said = toml(facts, manifest) if manifest.endswith(".toml") else {}
    title = table(said, "project").get("name") or table(said, "tool", "poetry").get("name")
    wanted = declared(facts, folder)
    return _project(facts, folder, str(title or ""), "python", manifest, {**wanted.development, **wanted.runtime})


def _of_node(facts: Facts, package: Package, manifest: RepoPath) -> Project:
    return _project(facts, package.directory, package.name, "node", manifest, package.dependencies)


def _project(  # noqa: PLR0913, PLR0917  the parts of a project
    facts: Facts, folder: RepoPath, title: str, language: str, manifest: RepoPath, requirements: Mapping[str, str]
) -> Project:
    layer, _, below = folder.partition("/")
    return Project(
        folder,
        title or name(folder),
        language,
        said_at(facts, manifest, title),
        layer if below else "",
        requirements=requirements,
        unread=facts.told(manifest, _unread_json if manifest.endswith(".json") else _unread_toml) if manifest.endswith((".json", ".toml")) else "",
    )


def _unread_json(source: bytes) -> str:
    try:
        said = json.loads(source.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return f"line {getattr(error, 'lineno', 1)} is no JSON"
    return "" if isinstance(said, dict) else "it holds no object"


def _unread_toml(source: bytes) -> str:
    try:
        tomllib.loads(source.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        return f"line {line[1] if line else 1} is no TOML"
    return ""


def _needs(facts: Facts, bare: Mapping[RepoPath, Project]) -> Mapping[RepoPath, tuple[Need, ...]]:
    """By project: the others of which its code imports something, at whichever time."""
    found: dict[tuple[RepoPath, RepoPath], list[Origin]] = {}
    for path, references in facts.graph.references.items():
        mine = _closest(bare, path) if kind_of(path) == "code" else None
        for one in references if mine is not None else ():
            there = _closest(bare, one.target.path) if one.target.path is not None and not one.mention.weak else None
            if mine is not None and there is not None and there.directory != mine.directory:
                found.setdefault((mine.directory, there.directory), []).append(Origin(path, line_of(facts.read(path), one.mention.start)))
    needs: dict[RepoPath, list[Need]] = {}
    for (home, target), origins in sorted(found.items()):
        needs.setdefault(home, []).append(Need(target, tuple(sorted(set(origins)))))
    return {directory: tuple(several) for directory, several in needs.items()}
