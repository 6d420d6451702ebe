"""From the landscape to what a cluster runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING

from migrator.errors import PlanError, Problem
from migrator.facts.landscape.model import Build, Kind, Landscape, Port, Workload
from migrator.origin import Origin, Said, default
from phases.infrastructure.cluster import network, one_shot, pods, storage
from phases.infrastructure.cluster.knowledge import DATA, defaults, tagged
from phases.infrastructure.cluster.model import Cluster, External, Image, Scale, Unit
from phases.infrastructure.cluster.notes import Notes
from phases.infrastructure.cluster.options import OVERLAYS, Options, Overlay
from phases.infrastructure.environments import likeness, likenesses, runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["cluster"]

_ELSEWHERE = {
    Kind.PROXY: "the Ingress takes its place; what else it does (headers, limits, rewrites) has to be said to the ingress controller",
    Kind.MONITORING: "what watches the cluster is installed beside it, not with it",
    Kind.TOOL: "it is for developers; run it with compose",
}
_FIRST_TAG = "0.1.0"
_REGISTRY = "registry.invalid"
_LONG = 15
"""Seconds that a pod has beyond what a workload takes to stop: the pause before it is told."""


def cluster(landscape: Landscape, options: Options) -> Cluster:
    """What the landscape comes to in a cluster. Raises PlanError where options name what is not there, with all of that."""
    landscape = one_shot.migrating(storage.kept(landscape))
    _asked(landscape, options)
    if options.one_shot == "init":
        landscape = one_shot.joined(landscape)
    made = _Making(landscape, options, Notes())
    made = replace(made, running={one.name: one for one in sorted(landscape.workloads, key=lambda one: one.label) if made.overlays(one)})
    units = tuple(made.unit(workload) for workload in made.running.values())
    kind, namespace = network.controller(landscape, options, made.notes)
    name = options.secret_store
    store = default(name, "the plan says so") if name else default(landscape.name, "the name of the repository")
    if not name and any(unit.secrets for unit in units):
        why = f"a {options.secret_store_kind} of this name has to be in each namespace; say another as `secret_store`"
        made.notes.defaulted("store of secrets", landscape.name, why)
    return Cluster(
        landscape.name,
        tuple(OVERLAYS),
        units,
        (*made.externals(), *network.outside(landscape, made.running, tuple(OVERLAYS))),
        tuple({unit.image.name.value: unit.image for unit in units if unit.image.repository}.values()),
        kind,
        namespace,
        {"kind": options.secret_store_kind, "name": store},
        (*likenesses(landscape), *made.notes.all()),
    )


def _asked(landscape: Landscape, options: Options) -> None:
    """Nothing that options name is missing."""
    names = {workload.name for workload in landscape.workloads}
    volumes = {volume.source.value for workload in landscape.workloads for volume in workload.volumes if volume.source and volume.kind == "named"}
    said: list[tuple[str, Mapping[str, object], set[str]]] = [
        ("images", options.images, names),
        ("egress", options.egress, names),
        ("volumes", options.volumes, volumes),
    ]
    said += [(f"{table}.{overlay}", given, names) for table in ("hosts", "externals") for overlay, given in getattr(options, table).items()]
    problems = [
        Problem(f"{table}.{name}", "names nothing that is run here", f"there are: {', '.join(sorted(known)) or 'none'}")
        for table, given, known in said for name in given if name not in known
    ]  # fmt: skip
    if problems:
        raise PlanError("options name what is not there", problems=problems)


@dataclass(frozen=True, slots=True)
class _Making:
    """One landscape on its way into a cluster."""

    landscape: Landscape
    options: Options
    notes: Notes
    running: Mapping[str, Workload] = field(default_factory=dict)
    """By name, what the cluster runs in any overlay."""

    def overlays(self, workload: Workload) -> tuple[Overlay, ...]:
        """Where a workload runs in the cluster."""
        kind, notes = workload.kind.value, self.notes
        if kind == Kind.EXTERNAL:
            return ()
        if not workload.built and kind in _ELSEWHERE:
            notes.dropped(workload.name, _ELSEWHERE[kind], workload.origins)
            return ()
        if not workload.built and one_shot.is_chore(workload):
            notes.dropped(workload.name, "it only gives folders to a user: `fsGroup` of the pods that mount them does that", workload.origins)
            return ()
        existing = next(
            (one for one in self.landscape.existing if one.name == workload.label and one.kind in {"Deployment", "StatefulSet", "CronJob", "Job"}),
            None,
        )
        if existing is not None:
            notes.dropped(workload.name, f"the repository has a {existing.kind} for it already, which stays as it is", (existing.origin,))
            return ()
        if kind == Kind.UNKNOWN and not workload.built and not self.landscape.asking(workload.name):
            notes.dropped(workload.name, "nothing that runs here asks for it", workload.origins)
            return ()
        where = tuple(overlay for overlay in OVERLAYS if runs(self.landscape, workload, OVERLAYS[overlay]))
        if not where:
            notes.dropped(workload.name, f"it runs in {', '.join(workload.environments)} only", workload.origins)
        if kind in DATA and not workload.built:
            where = tuple(overlay for overlay in where if self._inside(overlay))
        if where and not workload.built and self._image(workload) is None:
            said = f"{workload.image} has no tag, or one that moves" if workload.image else "it has no image"
            notes.dropped(
                workload.name, f"{said}: say one as `images.{workload.name}`", workload.image.origins if workload.image else workload.origins
            )
            return ()
        return where

    def _inside(self, overlay: Overlay) -> bool:
        return self.options.databases.get(overlay, "statefulset" if overlay == "dev" else "external") == "statefulset"

    def _image(self, workload: Workload) -> Said[str] | None:
        given = self.options.images.get(workload.name)
        if given:
            return default(given, "the plan says so")
        return workload.image if workload.image is not None and tagged(workload.image.value) else None

    def externals(self) -> tuple[External, ...]:
        """Databases and caches where the cluster does not run them."""
        made = []
        for workload in self.landscape.workloads:
            if workload.kind.value in DATA and not workload.built:
                where = tuple(overlay for overlay in OVERLAYS if runs(self.landscape, workload, OVERLAYS[overlay]) and not self._inside(overlay))
                there = {name: one for name, one in self.running.items() if {*self.overlays(one)} & {*where}}
                found = network.external(workload, self.landscape, there, where, options=self.options, notes=self.notes) if where else None
                made += [found] if found else []
        return tuple(made)

    def unit(self, workload: Workload) -> Unit:
        """A workload as the cluster runs it."""
        landscape, options, notes, kind = self.landscape, self.options, self.notes, workload.kind.value
        workload = replace(workload, ports=workload.ports or self._ports(workload))
        overlays = self.overlays(workload)
        volumes, mounts, claims = storage.storage(workload, options, notes, self._mounting())
        controller = "StatefulSet" if kind in DATA else "Job" if kind == Kind.JOB else "CronJob" if workload.schedule else "Deployment"
        single = controller == "Deployment" and (kind == Kind.SCHEDULE or any(not claim.many for claim in claims))
        if controller == "Deployment" and kind == Kind.SCHEDULE:
            notes.defaulted(
                f"pods of {workload.name}", 1, "it starts work by the clock itself: two of it would start everything twice", workload.origins
            )
        elif single:
            notes.defaulted(f"pods of {workload.name}", 1, f"its volume {claims[0].name} is one pod's at a time", claims[0].target.origins)
        self._differing(workload, overlays)
        return Unit(
            name=workload.label,
            workload=workload,
            kind=controller,
            image=self.image(workload),
            overlays=overlays,
            security=pods.security(workload, notes, claims=bool(claims)),
            resources=pods.resources(workload, notes),
            probes=pods.probes(workload, notes) if controller in {"Deployment", "StatefulSet"} else {},
            config=pods.config(workload, landscape, overlays, notes),
            secrets=pods.secrets(workload, notes),
            volumes=volumes,
            mounts=mounts,
            claims=claims,
            files=storage.files(workload) if any("configMap" in one for one in volumes) else (),
            waits=network.waits(workload, landscape, self.running, notes),
            before=self._before(workload),
            allows=network.allows(workload, landscape.asking(workload.name), self.running),
            ingress=network.ingress(workload, landscape, overlays, options, notes) if controller == "Deployment" else None,
            scraped=workload.metrics.path.then(lambda _: (workload.metrics and workload.metrics.port) or workload.ports[0].number.value)
            if workload.metrics and workload.ports else None,
            single=single,
            scales={overlay: self._scale(workload, overlay) for overlay in overlays} if controller == "Deployment" and not single else {},
            grace=workload.stop_seconds.then(lambda seconds: ceil(seconds) + _LONG) if workload.stop_seconds else None,
            schedule=workload.schedule if controller == "CronJob" else None,
            egress=tuple(sorted(options.egress.get(workload.name, ()))),
        )  # fmt: skip

    def image(self, workload: Workload) -> Image:
        """The image of a workload: one for all that are built alike."""
        if workload.build is None:
            found = self._image(workload)
            assert found is not None, "what has no image is not run"  # noqa: S101
            return Image(found)
        alike = [one for one in self.landscape.workloads if _built(one) == _built(workload)]
        first = min(alike, key=lambda one: ([Kind.WEB, Kind.API].count(one.kind.value) == 0, one.kind.value == Kind.JOB, one.label))
        said = next((one.image for one in alike if one.image and "$" not in one.image.value), None)
        name = Said(f"{self.landscape.name}/{first.label}", (*first.origins, *(origin for one in alike for origin in _said(one.build))))
        place, tag = (_untagged(said.value), said.value.rpartition("/")[2].partition(":")[2]) if said else ("", "")
        if self.options.registry:
            repository = name.then(lambda text: f"{self.options.registry}/{text.partition('/')[2]}")
        elif said and "/" in place:
            repository = said.then(lambda _: place)
        else:
            repository = name.then(lambda text: f"{_REGISTRY}/{text}")
            self.notes.defaulted("registry", _REGISTRY, "no source says where images are pushed; say it as `registry`, nothing is pulled until then")
        tags = {}
        for overlay in OVERLAYS:
            if overlay in self.options.tags:
                tags[overlay] = default(self.options.tags[overlay], "the plan says so")
            elif said and tag and tag != "latest":
                tags[overlay] = said.then(lambda _: tag)
            else:
                why = f"no source says which image is run; delivery puts the one that it built in its place, or say it as `tags.{overlay}`"
                tags[overlay] = self.notes.defaulted(f"tag of images in {overlay}", _FIRST_TAG, why)
        return Image(name, repository, tags)

    def _ports(self, workload: Workload) -> tuple[Port, ...]:
        """The port that an image is known to listen on, where a source names none."""
        known = defaults().of(workload)
        return (Port(workload.image.then(lambda _: known.port), "main"),) if known and workload.image else ()

    def _mounting(self) -> Mapping[str, Sequence[Workload]]:
        """By volume, who mounts it: its owner first, which is a database or runs in most overlays."""
        named = [(volume.source.value, one) for one in self.running.values() for volume in one.volumes if volume.kind == "named" and volume.source]
        order = sorted(named, key=lambda pair: (pair[1].kind.value not in DATA, -len(self.overlays(pair[1])), pair[1].label))
        return {name: [one for volume, one in order if volume == name] for name, _ in order}

    def _before(self, workload: Workload) -> tuple[str, ...]:
        """What has to complete before it starts, where that is run in its pods."""
        links = [link for link in self.landscape.asked_by(workload.name) if link.condition == "completed" and link.target in self.running]
        inside = self.options.one_shot == "init"
        for link in links:
            how = "an init container of each of its pods: it has to bear being run by several at once" if inside else (
                "a Job of an earlier sync wave and a hook of the chart; `kubectl apply -k` alone does not wait for it"
            )  # fmt: skip
            self.notes.mapped(f"{workload.name} depends on {link.target} (completed)", how, link.origins)
        return tuple(sorted({self.running[link.target].label for link in links})) if inside else ()

    def _scale(self, workload: Workload, overlay: Overlay) -> Scale:
        given = self.options.replicas.get(overlay)
        differing = next(
            (one.value for one in workload.differences if one.environment == OVERLAYS[overlay] and one.field == "replicas" and one.value), None
        )
        least: Said[int]
        if given:
            least = default(given, "the plan says so")
        elif differing is not None and differing.value.isdecimal():
            least = differing.then(int)
        elif overlay == "production" and workload.replicas:
            least = workload.replicas.then(lambda number: max(2, number))
        else:
            least = default(1 if overlay == "dev" else 2, "one pod for development, two where one may be away")
        if overlay != "production":
            return Scale(least)
        return Scale(least, default(max(self.options.max_replicas, least.value), "the plan says so, or six"))

    def _differing(self, workload: Workload, overlays: tuple[Overlay, ...]) -> None:
        """What an environment has of its own that is not carried over."""
        for one in workload.differences:
            known = one.field.startswith("environment.") or one.field == "replicas"
            if not known and one.environment in {likeness(self.landscape, OVERLAYS[overlay]) for overlay in overlays}:
                what = f"{one.environment} has {one.field} of its own; every overlay runs what the common sources say"
                self.notes.dropped(f"{one.field} of {workload.name}", what, one.value.origins if one.value else workload.origins)


def _built(workload: Workload) -> object:
    build = workload.build
    if build is None:
        return None
    target, file = build.target.value if build.target else "", build.dockerfile.value if build.dockerfile else ""
    return build.context.value, file, target, tuple(sorted((key, said.value if said else "") for key, said in build.arguments.items()))


def _said(build: Build | None) -> tuple[Origin, ...]:
    """Where it stands how an image is built: what is built alike is one image."""
    parts = (build.context, build.dockerfile, build.target) if build else ()
    return tuple(origin for part in parts if part is not None for origin in part.origins)


def _untagged(image: str) -> str:
    head, slash, last = image.partition("@")[0].rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"
