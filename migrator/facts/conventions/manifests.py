"""What services need and are built with, as most of them say it; of one alone what any service would need."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.facts.conventions.holes import common, holed, safe
from migrator.facts.conventions.model import ALIAS
from migrator.facts.distributions import distribution, normalized
from migrator.facts.landscape.addresses import looks_secret
from migrator.facts.plain import table, toml
from migrator.origin import Origin, Said
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.conventions.applications import App

__all__ = ["discreet", "manifest", "requirements"]

_SERVERS = ("fastapi", "starlette", "flask", "werkzeug", "uvicorn", "gunicorn", "hypercorn", "granian", "pydantic", "pydantic-settings")
_TESTS = ("httpx", "anyio", "ruff", "mypy", "coverage")
_SMALLEST = 2


def manifest(facts: Facts, siblings: Sequence[App]) -> Mapping[str, Any]:
    """What most files of projects say; of one alone what builds it, and what it needs to serve and to be tested."""
    said = [holed(toml(facts, RepoPath(f"{app.project.directory}/pyproject.toml".lstrip("/"))), app.hollow, keys=True) for app in siblings]
    said = [one for one in said if table(one, "project") or table(one, "tool", "poetry")]
    shared = common(said) if said else {}
    if len(siblings) >= _SMALLEST or not shared:
        return dict(discreet(shared or {}))
    keep = {"pytest", "ruff", "mypy", "black", "isort", "hatch", "setuptools", "poetry"}
    project = {
        key: one
        for key, one in shared.get("project", {}).items()
        if key in {"name", "version", "requires-python", "dependencies", "optional-dependencies"}
    }
    alone = {**shared, "project": _needed(project)} if project else dict(shared)
    if "dependency-groups" in shared:
        alone["dependency-groups"] = _needed(shared["dependency-groups"])
    if poetry := table(shared, "tool", "poetry"):
        shared["tool"]["poetry"] = _needed(
            {key: one for key, one in poetry.items() if key not in {"authors", "description", "readme", "packages", "scripts", "include"}}
        )
    alone["tool"] = {key: one for key, one in shared.get("tool", {}).items() if key in keep}
    return dict(discreet({key: one for key, one in alone.items() if one}))


def _needed(said: Any) -> Any:  # noqa: ANN401  TOML is anything
    """Tables of requirements without what only the one project needs."""
    match said:
        case list():
            return [one for one in said if not isinstance(one, str) or _serves(one)]
        case dict():
            return {
                key: {name: version for name, version in one.items() if name == "python" or _serves(name)}
                if key.endswith("dependencies") and isinstance(one, dict) and not any(isinstance(two, list) for two in one.values())
                else _needed(one)
                if isinstance(one, (dict, list))
                else one
                for key, one in said.items()
            }
        case _:
            return said


def _serves(requirement: str) -> bool:
    """Whether any service needs it: what serves, what counts requests, what tests."""
    title = normalized(distribution(requirement))
    return (
        title in _SERVERS
        or title in _TESTS
        or title.startswith("pytest")
        or "instrumentator" in title
        or title in {"starlette-exporter", "prometheus-client"}
    )


def discreet(said: Any) -> Any:  # noqa: ANN401  data is anything
    """Data without texts that look like secrets (L13)."""
    match said:
        case dict():
            return {
                key: discreet(one)
                for key, one in said.items()
                if not isinstance(one, str) or one.startswith((ALIAS, "${")) or not looks_secret(key, one)
            }
        case list():
            return [discreet(one) for one in said if not isinstance(one, str) or safe(one)]
        case _:
            return said


def requirements(facts: Facts, example: App) -> tuple[Said[str], ...]:
    """The lines of a file of requirements that any service needs."""
    path = RepoPath(f"{example.project.directory}/requirements.txt".lstrip("/"))
    lines = facts.read(path).decode("utf-8-sig", "replace").splitlines() if path in facts.tree else []
    return tuple(
        Said(line.split(" #")[0].rstrip(), (Origin(path, number),))
        for number, line in enumerate(lines, 1)
        if re.match(r"[A-Za-z]", line) and _serves(line) and safe(line)
    )
