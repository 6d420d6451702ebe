"""Where images go and what follows them: environments that Argo CD delivers, or compose files that are run on a host."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.origin import Origin, Said
from migrator.paths import RepoPath

if TYPE_CHECKING:
    from migrator.facts.delivery.model import Delivery
    from migrator.facts.landscape.model import Landscape, Workload

__all__ = ["Image", "Target", "images", "target"]

STAGES = ("staging", "production")


class Image(NamedTuple):
    """An image that is built of the repository."""

    name: Said[str]
    """As the overlays call it behind its last slash, else the workload's."""
    context: Said[RepoPath]
    dockerfile: Said[RepoPath]
    target: Said[str] | None
    contexts: tuple[Said[str], ...]
    """Further contexts, `NAME=DIRECTORY`."""


class Target(NamedTuple):
    """How an environment gets what it runs."""

    environment: str
    delivery: Delivery | None
    compose: tuple[Said[RepoPath], ...] = ()
    """The files that are run, where no delivery is known."""

    @property
    def pinned(self) -> bool:
        """Whether it runs what somebody released, and not what is newest."""
        return self.delivery is not None and self.delivery.revision not in {"HEAD", "main", "master"}


def images(landscape: Landscape) -> tuple[Image, ...]:
    """Each image once: of workloads that are built alike the one that overlays name, else the first."""
    named = {one.value.rpartition("/")[2]: one for delivery in landscape.deliveries for one in delivery.images}
    found: dict[tuple[str, str, str], Image] = {}
    for workload in sorted(landscape.workloads, key=lambda one: (one.label not in named, one.name)):
        for image in _image(landscape, workload, named):
            found.setdefault((image.context.value, image.dockerfile.value, image.target.value if image.target else ""), image)
    return tuple(sorted(found.values(), key=lambda one: one.name.value))


def _image(landscape: Landscape, workload: Workload, named: dict[str, Said[str]]) -> Iterator[Image]:
    build = workload.build
    if build is None or build.dockerfile is None or (workload.environments and not {"staging", "production"} & set(workload.environments)):
        return
    origins = (*workload.origins[:1], *(named[workload.label].origins if workload.label in named else ()))
    contexts = tuple(Said(f"{name}={said.value or '.'}", said.origins) for name, said in sorted(build.contexts.items()))
    file = _released(build.dockerfile, landscape)
    yield Image(Said(workload.label, origins), build.context, file, build.target if file is build.dockerfile else None, contexts)


def _released(dockerfile: Said[RepoPath], landscape: Landscape) -> Said[RepoPath]:
    """The Dockerfile of what is delivered, where the one that is built first says that it is for development."""
    folder, _, name = dockerfile.value.rpartition("/")
    if not re.fullmatch(r"(?i)Dockerfile\.dev(?:elopment)?|dev(?:elopment)?\.Dockerfile", name):
        return dockerfile
    there = (RepoPath(f"{folder}/{one}".lstrip("/")) for one in ("Dockerfile.prod", "Dockerfile.production", "Dockerfile"))
    found = next((one for one in there if one in landscape.manifests), None)
    return Said(found, (Origin(found), *dockerfile.origins)) if found is not None else dockerfile


def target(landscape: Landscape, environment: str) -> Target | None:
    """How an environment gets what it runs; None where nothing says it."""
    delivery = next((one for one in landscape.deliveries if one.environment == environment), None)
    if delivery is not None:
        return Target(environment, delivery)
    files = landscape.environments.get(environment, ())
    compose = tuple(Said(one, (Origin(one),)) for one in files if "compose" in posixpath.basename(one) and "swarm" not in one)
    return Target(environment, None, compose[:1]) if compose else None
