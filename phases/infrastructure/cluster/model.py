"""The nouns of a cluster: what is run there, where it differs from place to place, and who may talk to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.origin import Said

if TYPE_CHECKING:
    from migrator.facts.landscape.model import MountedFile, Workload
    from migrator.origin import Decision, Origin
    from phases.infrastructure.cluster.options import Overlay

__all__ = ["Allow", "Claim", "Cluster", "External", "File", "Fragment", "Image", "Ingress", "Scale", "Unit", "Wait"]

Fragment = Mapping[str, object]
"""A part of a Kubernetes object as it is written, whose leaves may be `Said`."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image; those that the repository builds get their registry and tag from each overlay."""

    name: Said[str]
    """As pods name it: without a tag where it is built."""
    repository: Said[str] | None = None
    """Where it is pushed; None for an image of somebody else."""
    tags: Mapping[Overlay, Said[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """Storage that outlives a pod."""

    name: Said[str]
    target: Said[str]
    size: Said[str]
    many: bool = False
    """Whether several units mount it."""
    owned: bool = True
    """Whether it is declared with this unit; of several that mount it, one does."""
    storage_class: str = ""
    """Empty for the cluster's own default."""


@dataclass(frozen=True, slots=True)
class File:
    """A text of the repository that pods find mounted."""

    key: str
    """Under which its ConfigMap has it."""
    target: str
    """Of the mount that it belongs to."""
    file: MountedFile


@dataclass(frozen=True, slots=True)
class Wait:
    """A unit that has to be ready first: its Service has endpoints only while its readiness probe passes."""

    name: str
    port: Said[int]


@dataclass(frozen=True, slots=True)
class Allow:
    """Units that may reach ports of another, because they were seen to."""

    callers: tuple[Said[str], ...]
    """By their names in the cluster."""
    ports: tuple[Said[int], ...]


@dataclass(frozen=True, slots=True)
class Ingress:
    """How the outside reaches a unit."""

    path: Said[str]
    port: str
    """The name of the Service's port."""
    hosts: Mapping[Overlay, Said[str]]


@dataclass(frozen=True, slots=True)
class Scale:
    """How many pods there are in one overlay."""

    least: Said[int]
    most: Said[int] | None = None
    """Where their number follows the load."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A workload as a cluster runs it."""

    name: str
    workload: Workload
    kind: str
    """`Deployment`, `StatefulSet`, `Job` or `CronJob`."""
    image: Image
    overlays: tuple[Overlay, ...]
    security: Fragment
    """Of its pods."""
    resources: Fragment
    probes: Fragment
    config: Mapping[Overlay, Mapping[str, Said[str]]]
    secrets: tuple[Said[str], ...]
    volumes: tuple[Fragment, ...] = ()
    mounts: tuple[Fragment, ...] = ()
    claims: tuple[Claim, ...] = ()
    files: tuple[File, ...] = ()
    waits: tuple[Wait, ...] = ()
    before: tuple[str, ...] = ()
    """Units that run to completion in its pods before it starts."""
    allows: tuple[Allow, ...] = ()
    ingress: Ingress | None = None
    scraped: Said[int] | None = None
    """The port of its metrics."""
    single: bool = False
    """There must never be two of it."""
    scales: Mapping[Overlay, Scale] = field(default_factory=dict)
    grace: Said[int] | None = None
    """Seconds that it has to end."""
    schedule: Said[str] | None = None
    egress: tuple[int, ...] = ()

    @property
    def called(self) -> Said[str]:
        """Its name, as the sources give it."""
        return Said(self.name, self.workload.origins)

    @property
    def served(self) -> bool:
        """Whether it has a Service."""
        return bool(self.workload.ports)

    @property
    def common(self) -> Mapping[str, Said[str]]:
        """The settings that it has wherever it runs, with the values of the last overlay: production's."""
        *others, last = [self.config[overlay] for overlay in self.overlays]
        return {key: said for key, said in last.items() if all(key in other for other in others)}

    def special(self, overlay: Overlay) -> Mapping[str, Said[str]]:
        """The settings that are different there from the common ones."""
        common = {key: said.value for key, said in self.common.items()}
        return {key: said for key, said in self.config[overlay].items() if common.get(key) != said.value}


@dataclass(frozen=True, slots=True)
class External:
    """A service outside the cluster that units reach."""

    name: str
    origins: tuple[Origin, ...]
    ports: tuple[Said[int], ...]
    callers: tuple[Said[str], ...]
    overlays: tuple[Overlay, ...]
    hosts: Mapping[Overlay, Said[str]] = field(default_factory=dict)
    """Its name on the network where settings call it by the name it has in the cluster."""

    @property
    def called(self) -> Said[str]:
        """Its name, as the sources give it."""
        return Said(self.name, self.origins)


@dataclass(frozen=True, slots=True)
class Cluster:
    """All that is run, and what all of it has in common."""

    name: str
    overlays: tuple[Overlay, ...]
    units: tuple[Unit, ...]
    externals: tuple[External, ...]
    images: tuple[Image, ...]
    """Those that are built, each once."""
    ingress_class: Said[str]
    ingress_namespace: Said[str]
    store: Mapping[str, object]
    """The reference to the store of secrets."""
    decisions: tuple[Decision, ...]

    def unit(self, name: str) -> Unit:
        """The unit of a name."""
        return next(unit for unit in self.units if unit.name == name)

    def beside(self, unit: Unit, wait: Wait) -> bool:
        """Whether what a unit waits for runs wherever it does itself."""
        return set(unit.overlays) <= set(self.unit(wait.name).overlays)

    @property
    def everywhere(self) -> tuple[Unit, ...]:
        """Units that run in each overlay."""
        return tuple(unit for unit in self.units if unit.overlays == self.overlays)

    @property
    def somewhere(self) -> tuple[Unit, ...]:
        """Units that run in some overlays only."""
        return tuple(unit for unit in self.units if unit.overlays != self.overlays)
