"""Where the repository is delivered: applications of Argo CD, and the overlays of kustomize that they follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.facts.delivery.model import Delivery
from migrator.facts.nodes import documents, items, line_number, pairs, text
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin, Said
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


def _applications(facts: Facts, path: RepoPath) -> Iterator[Delivery]:
    for document in documents(decoded(facts.read(path))):
        top = pairs(document)
        if text(top.get("kind")) not in {"Application", "ApplicationSet"}:
            continue
        spec = pairs(top.get("spec"))
        source = pairs((pairs(pairs(spec.get("template")).get("spec")) or spec).get("source"))
        overlay, revision = join("", text(source.get("path"))), source.get("targetRevision")
        if not overlay or not facts.tree.is_dir(overlay):
            continue
        label = text(pairs(pairs(top.get("metadata")).get("labels")).get("environment")) or name(overlay)
        place = Origin(path, line_number(revision) if revision is not None else 0)
        yield Delivery(_ENVIRONMENTS.get(label, label), place, overlay, text(revision) or "HEAD", tuple(_images(facts, overlay)))


def _images(facts: Facts, overlay: RepoPath) -> Iterator[Said[str]]:
    path = RepoPath(f"{overlay}/kustomization.yaml")
    for document in documents(decoded(facts.read(path))) if path in facts.tree else ():
        for one in items(pairs(document).get("images")):
            if (title := pairs(one).get("name")) is not None and text(title):
                yield Said(text(title), (Origin(path, line_number(title)),))
