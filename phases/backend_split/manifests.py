"""The manifests of a split: a `pyproject.toml` for each distribution, and the workspace that makes them one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from migrator.edits.toml import AddTomlItem, SetTomlValue
from migrator.facts import Facts
from migrator.facts.distributions import needed, normalized, requirements
from migrator.paths import RepoPath, name
from migrator.step import Action, Edit, Write
from migrator.template import render
from phases.backend_split.partition import Distribution, Partition

__all__ = ["SERVERS", "depends", "members", "pyproject", "python_of"]

SERVERS = ("fastapi", "uvicorn", "starlette")
"""What every application needs to be served."""
_ROOT = RepoPath("pyproject.toml")


def pyproject(partition: Partition, place: Distribution, description: str, lines: Iterable[str], uses: tuple[str, ...]) -> bytes:
    """The manifest of a distribution; `uses` are the distributions of the workspace that it needs."""
    return render(
        "phases.backend_split",
        "pyproject.toml.j2",
        name=place.title,
        module=place.package,
        description=description,
        python=python_of(partition),
        dependencies=[line.replace("\\", "\\\\").replace('"', '\\"') for line in (*uses, *lines)],
        members=uses,
    )


def python_of(partition: Partition) -> str:
    """The Python versions that the monolith runs on, by what it says."""
    project = _manifest(partition).get("project", {})
    said = project.get("requires-python") if isinstance(project, dict) else None
    if isinstance(said, str):
        return said
    path = RepoPath(f"{partition.backend.directory}/.python-version")
    if path in partition.facts.tree and (found := re.match(rb"\s*(3\.\d+)", partition.facts.read(path))):
        return f">={found[1].decode()}"
    return ">=3.11"


def _manifest(partition: Partition) -> dict[str, Any]:
    path = RepoPath(f"{partition.backend.directory}/pyproject.toml")
    if path not in partition.facts.tree:
        return {}
    try:
        return tomlkit.parse(partition.facts.read(path).decode("utf-8-sig", "replace")).unwrap()
    except TOMLKitError:
        return {}


def members(facts: Facts, *directories: RepoPath) -> Iterator[Action]:
    """What makes directories members of the repository's uv workspace, if they are not."""
    if _ROOT not in facts.tree:
        yield Write(_ROOT, b"[tool.uv.workspace]\nmembers = []\n")
    for directory in directories:
        yield Edit(_ROOT, AddTomlItem(("tool", "uv", "workspace", "members"), directory))


def depends(partition: Partition, place: Distribution) -> Iterator[Action]:
    """What makes the monolith depend on a distribution of the workspace."""
    facts, directory = partition.facts, partition.backend.directory
    path = RepoPath(f"{directory}/pyproject.toml")
    lines, _ = needed(facts, partition.modules, requirements(facts, directory))
    lines = (*lines, *(line for key, line in requirements(facts, directory).items() if key in SERVERS and line not in lines))
    project = _manifest(partition).get("project")
    if path not in facts.tree:
        yield Write(
            path,
            f'[project]\nname = "{name(directory)}"\nversion = "0.1.0"\nrequires-python = "{python_of(partition)}"\ndependencies = []\n'.encode(),
        )
    elif not isinstance(project, dict) or "dependencies" in project.get("dynamic", ()):
        return
    listed = {} if not isinstance(project, dict) else project
    there = {normalized(match[0]) for line in listed.get("dependencies", []) if (match := re.match(r"[\w.-]+", line))}
    for line in (*lines, place.title):
        found = re.match(r"[\w.-]+", line)
        if found is not None and normalized(found[0]) not in there:
            yield Edit(path, AddTomlItem(("project", "dependencies"), line))
    yield Edit(path, SetTomlValue(("tool", "uv", "sources", place.title, "workspace"), value=True))
