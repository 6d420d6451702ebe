"""Where the repository is delivered: applications of Argo CD, and the overlays of kustomize that they follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import yaml

from migrator.facts.delivery.model import Delivery
from migrator.facts.nodes import LOADER
from migrator.facts.plain import said_at, table
from migrator.languages.python.parsing import decoded
from migrator.origin import Said
from migrator.paths import RepoPath, join, name, suffix
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["deliveries"]

_ENVIRONMENTS = {"dev": "development", "prod": "production"}


def deliveries(facts: Facts) -> tuple[Delivery, ...]:
    """Every application whose directory is there, by environment."""
    found = []
    for path, entry in facts.tree.items():
        if suffix(path) in {".yml", ".yaml"} and entry.mode in {FILE, EXECUTABLE} and b"argoproj.io" in facts.read(path):
            found += list(_applications(facts, path))
    return tuple(sorted(found, key=lambda one: (one.environment, one.application)))


def _documents(facts: Facts, path: RepoPath) -> list[Any]:
    try:
        return list(yaml.load_all(decoded(facts.read(path)), LOADER))
    except (yaml.YAMLError, RecursionError, ValueError):
        return []


def _applications(facts: Facts, path: RepoPath) -> Iterator[Delivery]:
    for document in _documents(facts, path):
        if table(document).get("kind") not in {"Application", "ApplicationSet"}:
            continue
        spec = table(document, "spec", "template", "spec") or table(document, "spec")
        source = table(spec, "source")
        overlay = join("", str(source.get("path") or ""))
        if not overlay or not facts.tree.is_dir(overlay):
            continue
        label = str(table(document, "metadata", "labels").get("environment") or name(overlay))
        yield Delivery(
            _ENVIRONMENTS.get(label, label),
            said_at(facts, path, "targetRevision"),
            overlay,
            str(source.get("targetRevision") or "HEAD"),
            tuple(_images(facts, overlay)),
        )


def _images(facts: Facts, overlay: RepoPath) -> Iterator[Said[str]]:
    path = RepoPath(f"{overlay}/kustomization.yaml")
    for document in _documents(facts, path) if path in facts.tree else ():
        listed = table(document).get("images")
        for one in listed if isinstance(listed, list) else ():
            if title := table(one).get("name"):
                yield Said(str(title), (said_at(facts, path, f"name: {title}"),))
