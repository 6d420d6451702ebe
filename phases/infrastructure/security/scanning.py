"""Configuration of scanners for the languages, images and infrastructure that are there."""

from __future__ import annotations

import posixpath
import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import pydantic

from migrator.artefact import json_artefact, template_artefact, yaml_artefact
from migrator.origin import Origin, Said, default
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload
    from phases.infrastructure.security.options import Options

__all__ = ["Rule", "compliance", "dependencies", "directories", "leaks", "rules", "static_analysis"]

HOME = "infra/security"
_MADE = ("node_modules", ".venv", "venv", "dist", "build", ".next")
_PYTHON = {"requirements.txt": ("pip-audit", "-r", "FILE"), "pyproject.toml": ("pip-audit", "FOLDER")}
_NODE = {
    "package-lock.json": ("npm", "audit", "--omit=dev", "--prefix", "FOLDER"),
    "pnpm-lock.yaml": ("pnpm", "audit", "--prod", "--dir", "FOLDER"),
    "yarn.lock": ("yarn", "audit", "--groups", "dependencies", "--cwd", "FOLDER"),
    "package.json": ("npm", "audit", "--omit=dev", "--prefix", "FOLDER"),
}
_EXISTING = {"kubernetes": ("Deployment", "StatefulSet", "Service", "Ingress", "CronJob"), "terraform": ("aws_", "google_", "azurerm_")}


class Rule(pydantic.BaseModel):
    """A rule for semgrep with an example that it finds and one that it does not."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    id: str
    subject: str = pydantic.Field(alias="for")
    languages: tuple[str, ...]
    severity: str
    cwe: str
    message: str
    patterns: tuple[str, ...]
    bad: str
    good: str


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All that we know."""
    return tuple(Rule.model_validate(one) for one in _table()["rule"])


@lru_cache(maxsize=1)
def _table() -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(resources.files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))


def _frameworks(workload: Workload) -> tuple[str, ...]:
    also: dict[str, list[str]] = _table()["also"]  # type: ignore[assignment]  # the one table in it
    return (workload.framework, *also.get(workload.framework, ()))


def directories(landscape: Landscape, language: str) -> dict[str, tuple[Origin, ...]]:
    """Where the workloads of a language have their code, each with who says so."""
    found: dict[str, tuple[Origin, ...]] = {}
    for one in landscape.workloads:
        if one.language == language and one.directory is not None:
            found[one.directory] = (*found.get(one.directory, ()), *one.origins)
    return dict(sorted(found.items()))


def static_analysis(landscape: Landscape) -> Iterator[Artefact]:
    """Bandit for Python, and semgrep for what bandit and the linters of JavaScript do not look for."""
    if "python" in landscape.languages:
        # A bare word would leave out every path that it is part of: `build` also app/builder.py.
        model = {"exclude_dirs": [f"*/{one}/*" for one in (*_MADE, "tests")], "assert_used": {"skips": ["*/test_*.py", "*/conftest.py"]}}
        yield yaml_artefact(RepoPath(f"{HOME}/sast/bandit.yml"), "security", model)
    found = [rule for one in rules() for rule in _rule(one, landscape)]
    if found:
        yield yaml_artefact(RepoPath(f"{HOME}/sast/semgrep.yml"), "security", {"rules": found})


def _rule(rule: Rule, landscape: Landscape) -> Iterator[dict[str, object]]:
    """The rule, for a framework only where its workloads lie."""
    users = [one for one in landscape.workloads if one.directory is not None and rule.subject in _frameworks(one)]
    if rule.subject not in landscape.languages and not users:
        return
    patterns: dict[str, object] = (
        {"pattern": rule.patterns[0]} if len(rule.patterns) == 1 else {"pattern-either": [{"pattern": one} for one in rule.patterns]}
    )
    where: dict[str, tuple[Origin, ...]] = {}
    for one in users:
        inside = f"/{one.directory}/**" if one.directory and one.directory != "." else "/**"
        where[inside] = (*where.get(inside, ()), *one.origins)
    yield {
        "id": rule.id,
        "languages": list(rule.languages),
        "severity": rule.severity,
        "message": rule.message,
        "metadata": {"cwe": rule.cwe, "category": "security"},
        **patterns,
        "paths": {**({"include": [Said(path, origins) for path, origins in sorted(where.items())]} if where else {}), "exclude": ["tests", *_MADE]},
    }


def dependencies(landscape: Landscape, options: Options) -> Iterator[Artefact]:
    """What scans dependencies and images, and which ones there are."""
    scans = [*_manifests(landscape), *_images(landscape)]
    if not scans:
        return
    folder = f"{HOME}/dependency-scanning"
    severities = default(list(options.severities), "option severities")
    model = {
        "severity": severities,
        "vulnerability": {"ignore-unfixed": default(options.ignore_unfixed, "option ignore_unfixed")},
        "scan": {"scanners": ["vuln", "secret", "misconfig"], "skip-dirs": [f"**/{one}" for one in _MADE]},
        "exit-code": 1,
    }
    yield yaml_artefact(RepoPath(f"{folder}/trivy.yml"), "security", model)
    yield json_artefact(RepoPath(f"{folder}/scans.json"), "security", {"scans": scans})


def _manifests(landscape: Landscape) -> Iterator[dict[str, object]]:
    """A manifest beside its lock file is the lock file's."""
    locked = {posixpath.dirname(path) for path in landscape.manifests if posixpath.basename(path) in set(_NODE) - {"package.json"}}
    for path in sorted(landscape.manifests):
        folder, name = posixpath.dirname(path) or ".", posixpath.basename(path)
        kind = "requirements.txt" if name.startswith("requirements") and name.endswith(".txt") else name
        command = _PYTHON.get(kind) or _NODE.get(kind)
        if command is None or (name == "package.json" and posixpath.dirname(path) in locked):
            continue
        origin = (Origin(path),)
        words = [Said(path if word == "FILE" else folder, origin) if word in {"FILE", "FOLDER"} else word for word in command]
        yield {"what": Said(path, origin), "kind": "python" if kind in _PYTHON else "node", "command": words}


def _images(landscape: Landscape) -> Iterator[dict[str, object]]:
    seen: dict[str, tuple[Origin, ...]] = {}
    for one in landscape.workloads:
        if one.image is not None and not one.built:
            seen[one.image.value] = (*seen.get(one.image.value, ()), *one.image.origins)
    for image, origins in sorted(seen.items()):
        said = Said(image, origins)
        yield {"what": said, "kind": "image", "command": ["trivy", "image", "--config", f"{HOME}/dependency-scanning/trivy.yml", said]}


def leaks(landscape: Landscape) -> Artefact:
    """Gitleaks: its own rules, and no look at what is full of digests."""
    return template_artefact(
        RepoPath(f"{HOME}/secrets-management/gitleaks.toml"), "security", __package__ or "", "gitleaks.toml.j2", languages=landscape.languages
    )


def compliance(landscape: Landscape) -> Artefact | None:
    """Checkov for the infrastructure files that the repository has; None where it has none."""
    files = [one.build.dockerfile for one in landscape.workloads if one.build is not None and one.build.dockerfile is not None]
    found: list[Said[str]] = []
    if files:
        found.append(Said("dockerfile", tuple(dict.fromkeys(origin for one in files for origin in one.origins))))
    for framework, kinds in _EXISTING.items():
        origins = tuple(one.origin for one in landscape.existing if one.kind.startswith(kinds))
        if origins:
            found.append(Said(framework, origins))
    workflows = tuple(Origin(path) for path in landscape.manifests if path.startswith(".github/workflows/"))
    if workflows:
        found.append(Said("github_actions", workflows))
    if not found:
        return None
    model = {"framework": found, "skip-path": list(_MADE), "quiet": True, "compact": True, "skip-download": True}
    return yaml_artefact(RepoPath(f"{HOME}/compliance/checkov.yml"), "security", model)
