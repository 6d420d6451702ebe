"""How a split backend is built and run: images and what composes them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrator.errors import Finding
from migrator.paths import RepoPath, name
from migrator.step import Write
from migrator.template import render
from phases.backend_split.manifests import python_of
from phases.backend_split.partition import Distribution, Partition

__all__ = ["dockerfile", "images"]


def dockerfile(partition: Partition, place: Distribution, uses: tuple[Distribution, ...]) -> Write:
    """The Dockerfile of a service, which is built from the repository's root; `uses` are the distributions that it needs."""
    version = re.search(r"3\.\d+", python_of(partition))
    content = render(
        "phases.backend_split",
        "Dockerfile.j2",
        module=place.package,
        directory=place.directory,
        version=version[0] if version else "3.12",
        copied=[*(one.directory for one in uses), place.directory],
    )
    return Write(RepoPath(f"{place.directory}/Dockerfile"), content)


def images(partition: Partition, place: Distribution) -> Iterator[Finding]:
    """What the monolith's images have to be told when it needs a distribution that lies outside its directory."""
    directory = partition.backend.directory
    for path in partition.facts.tree.below(directory):
        if name(path).split(".")[0] == "Dockerfile" and not partition.facts.scanner.hidden(path):
            message = f"copies {directory} alone: its build context has to be the repository's root, and it has to install {place.directory}"
            yield Finding("docker", path, message)
