"""How people reach what runs with what the repository has: compose files, and overlays of a cluster."""

from __future__ import annotations

import itertools
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.origin import Said
from migrator.paths import RepoPath, join, parent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from migrator.facts.landscape.model import Landscape, Workload
    from migrator.facts.operating.model import Deployed, Operating, Rule

__all__ = ["Cluster", "Composed", "clusters", "composed", "exists", "migrating", "runs_for_people", "scalers", "workload_of"]

_PUBLIC = frozenset({"production", "staging"})
_PODS = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True, slots=True)
class Composed:
    """Compose files in which a workload runs, as they are typed at the root."""

    environment: str
    call: Said[str]
    """`docker compose -f infra/compose.yaml`."""
    service: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A workload in an environment of a cluster."""

    environment: str
    call: Said[str]
    """`kubectl -n shop-production`."""
    target: Said[str]
    """`deployment/backend`."""
    label: str
    scaled: bool
    """Whether something scales it there by itself."""


def exists(landscape: Landscape) -> Operating:
    """How what runs is looked after; the phase has it read."""
    assert landscape.operating is not None  # noqa: S101  the phase's own landscape
    return landscape.operating


def runs_for_people(workload: Workload) -> bool:
    """Whether somebody relies on it: it is no tool of developers, nobody else's, and runs not only where it is developed or tested."""
    told = workload.kind.value in {Kind.EXTERNAL, Kind.TOOL}
    return not told and (not workload.environments or bool(_PUBLIC.intersection(workload.environments)))


def composed(landscape: Landscape, workload: Workload) -> tuple[Composed, ...]:
    """The compose files that run it, the first for each purpose."""
    declared = {origin.path for origin in workload.origins}
    found: dict[str, Composed] = {}
    for one in landscape.commands:
        files = _files(one.directory, one.words) if one.runner == "compose" else []
        if not declared.intersection(files) or workload.name not in exists(landscape).services.get(tuple(files), ()):
            continue
        profile = "".join(f" --profile {shlex.quote(each)}" for each in workload.profiles[:1])
        words = " ".join(f"-f {shlex.quote(file)}" for file in files)
        mine = tuple(origin for origin in workload.origins if origin.path in files)
        found.setdefault(
            one.purpose or one.name, Composed(one.purpose or one.name, Said(f"docker compose {words}{profile}", (one.origin, *mine)), workload.name)
        )
    return tuple(found.values())


def clusters(landscape: Landscape, workload: Workload) -> tuple[Cluster, ...]:
    """The overlays that deploy it."""
    deployed = exists(landscape).deployed
    kustomizations = {parent(one.origin.path): one for one in deployed if one.kind == "Kustomization"}
    runs = [one for one in deployed if one.kind in _PODS and workload.label in {one.workload, one.name}]
    found = []
    for directory, overlay in kustomizations.items():
        if not overlay.namespace or not runs:
            continue
        made = tuple(_closure(directory, kustomizations))
        mine = next((one for one in runs if one.origin.path in made), None)
        if mine is not None:
            call = Said(f"kubectl -n {overlay.namespace}", (overlay.origin,))
            scaled = any(one.origin.path in made for one in scalers(landscape, workload))
            found.append(Cluster(directory.rpartition("/")[2], call, Said(f"{mine.kind.lower()}/{mine.name}", (mine.origin,)), mine.workload, scaled))
    return tuple(found)


def migrating(landscape: Landscape) -> Said[str] | None:
    """What brings the schema up to date, as it is typed at the root: where its settings lie, and what Flask runs where its application does."""
    said = landscape.migrations
    if said is None:
        return None
    place = next((parent(one.path) for one in said.origins if one.path), RepoPath(""))
    home = parent(place) if said.value[:1] == ("flask",) else place
    return said.then(lambda words: f"(cd {shlex.quote(home)} && {shlex.join(words)})" if home else shlex.join(words))


def scalers(landscape: Landscape, workload: Workload) -> tuple[Deployed, ...]:
    """What scales it by itself."""
    return tuple(one for one in exists(landscape).deployed if one.kind == "HorizontalPodAutoscaler" and one.workload == workload.label)


def workload_of(landscape: Landscape, rule: Rule) -> Workload | None:
    """The workload that a rule is about: by its labels, or by the job that it asks for."""
    words = [rule.labels[key] for key in ("workload", "service", "job", "app", "component") if key in rule.labels]
    words += re.findall(r"""\b(?:job|service|app|container)=~?["']([^"']+)["']""", rule.expression)
    return next((one for word in words for one in landscape.workloads if word in {one.label, one.name}), None)


def _files(directory: RepoPath, words: tuple[str, ...]) -> list[RepoPath]:
    """The compose files that a command names, from the root."""
    named = [file for flag, file in itertools.pairwise(words) if flag == "-f"]
    return [place for one in named if (place := join(directory, one)) is not None]


def _closure(directory: RepoPath, kustomizations: dict[RepoPath, Deployed], seen: Collection[RepoPath] = ()) -> Iterator[RepoPath]:
    """The files that a folder with a kustomization is made of, those of the folders that it names included."""
    for place in kustomizations[directory].includes if directory in kustomizations and directory not in seen else ():
        if place in kustomizations:
            yield from _closure(place, kustomizations, (*seen, directory))
        else:
            yield place
