"""What images begin with, and which of those beginnings several Dockerfiles share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.origin import Said

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Build, Landscape, Workload
    from migrator.paths import RepoPath

__all__ = ["Base", "Registry", "bases", "registries", "tagged"]

_REFERENCE = re.compile(r"(?P<name>[^@:]+(?::[0-9]+/[^@:]+)?)(?::(?P<tag>[^@]+))?(?:@(?P<digest>\S+))?")
_SHARED = 2
"""So many Dockerfiles make a base worth its while."""


@dataclass(frozen=True, slots=True)
class Base:
    """An image that several Dockerfiles begin with."""

    language: str
    image: Said[str]
    files: tuple[Said[RepoPath], ...]
    """The Dockerfiles."""
    packages: tuple[Said[str], ...]
    """What all of them install of the system's packages."""

    @property
    def alpine(self) -> bool:
        """Whether its packages are those of Alpine."""
        return "alpine" in self.image.value


@dataclass(frozen=True, slots=True)
class Registry:
    """A place that images are taken from or brought to."""

    host: str
    built: tuple[Said[str], ...]
    """Images of ours, which are brought there."""
    taken: tuple[Said[str], ...]


def bases(landscape: Landscape) -> tuple[tuple[Base, ...], tuple[tuple[str, tuple[Said[str], ...]], ...]]:
    """Bases that are shared, the most used of a language first; and, by language, what Dockerfiles begin with where they share nothing."""
    files: dict[RepoPath, tuple[Workload, Build]] = {}
    for workload in landscape.workloads:
        if workload.build is not None and workload.build.dockerfile is not None and workload.build.base is not None and workload.language:
            files.setdefault(workload.build.dockerfile.value, (workload, workload.build))
    groups: dict[tuple[str, str], list[tuple[RepoPath, Build]]] = {}
    for path, (workload, build) in sorted(files.items()):
        groups.setdefault((workload.language, build.base.value if build.base else ""), []).append((path, build))
    shared = [_base(language, several) for (language, _), several in groups.items() if len(several) >= _SHARED]
    alone: dict[str, list[Said[str]]] = {}
    for (language, _), several in groups.items():
        if len(several) < _SHARED:
            alone.setdefault(language, []).extend(build.base for _, build in several if build.base)
    ordered = sorted(shared, key=lambda one: (one.language, -len(one.files), one.image.value))
    return tuple(ordered), tuple((language, tuple(several)) for language, several in sorted(alone.items()) if len(several) >= _SHARED)


def _base(language: str, several: list[tuple[RepoPath, Build]]) -> Base:
    origins = tuple(dict.fromkeys(origin for _, build in several if build.base for origin in build.base.origins))
    image = next(build.base.value for _, build in several if build.base)
    counts: dict[str, list[Said[str]]] = {}
    for _, build in several:
        for package in {one.value: one for one in build.packages}.values():
            counts.setdefault(package.value, []).append(package)
    everywhere = (
        Said(name, tuple(origin for one in found for origin in one.origins)) for name, found in sorted(counts.items()) if len(found) == len(several)
    )
    return Base(language, Said(image, origins), tuple(build.dockerfile for _, build in several if build.dockerfile), tuple(everywhere))


def tagged(image: str) -> bool:
    """Whether an image says which one it is."""
    found = _REFERENCE.fullmatch(image)
    return found is not None and "$" not in image and bool(found["digest"] or (found["tag"] and found["tag"] != "latest"))


def registries(landscape: Landscape) -> Iterator[Registry]:
    """The registries that images name, in order."""
    found: dict[str, tuple[list[Said[str]], list[Said[str]]]] = {}
    for workload in landscape.workloads:
        host = workload.image.value.partition("/")[0] if workload.image and "/" in workload.image.value else ""
        if workload.image and "$" not in host and ("." in host or ":" in host or host == "localhost"):
            found.setdefault(host, ([], []))[0 if workload.built else 1].append(workload.image)
    yield from (Registry(host, tuple(built), tuple(taken)) for host, (built, taken) in sorted(found.items()))
