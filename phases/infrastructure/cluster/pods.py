"""What a workload's pods are made of: user, resources, probes, storage and settings."""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.origin import Said, default
from phases.infrastructure.cluster.knowledge import DATA, Known, defaults
from phases.infrastructure.cluster.model import Claim, Fragment
from phases.infrastructure.cluster.options import OVERLAYS, Options, Overlay
from phases.infrastructure.environments import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migrator.facts.landscape.model import Landscape, Probe, Setting, Workload
    from phases.infrastructure.cluster.notes import Notes

__all__ = ["Storage", "config", "probes", "resources", "secrets", "security", "storage"]

_SOMEBODY = 10001
_USER = re.compile(r"1?[0-9]{1,9}")
"""Below two thousand millions, the most that Kubernetes takes."""
Storage = tuple[tuple[Fragment, ...], tuple[Fragment, ...], tuple[Claim, ...]]
"""Volumes, mounts and claims."""


def security(workload: Workload, notes: Notes, *, claims: bool) -> Fragment:
    """The security context of its pods: somebody who is not root."""
    known = _known(workload)
    user, group = _user(workload.user) if workload.user else (None, None)
    if user is None and known and workload.image:
        alpine = known.alpine is not None and "alpine" in workload.image.value
        user = workload.image.then(lambda _: (known.alpine or known.user) if alpine else known.user)
    if user is None:
        said = f"{workload.user} has no number or is root" if workload.user else "its image does not say who runs it"
        why = f"{said}, and Kubernetes refuses root here; what the image writes has to be writable for this user"
        user = notes.defaulted(f"user of {workload.name}", _SOMEBODY, why, workload.user.origins if workload.user else workload.origins)
    context: dict[str, object] = {"runAsNonRoot": True, "runAsUser": user, "runAsGroup": group or user}
    if claims:
        context["fsGroup"] = group or user
    return {**context, "seccompProfile": {"type": "RuntimeDefault"}}


def _known(workload: Workload) -> Known | None:
    return defaults().known(workload.image.value) if workload.image and not workload.built else None


def _user(said: Said[str]) -> tuple[Said[int] | None, Said[int] | None]:
    user, _, group = said.value.partition(":")
    number = defaults().users.get(user, int(user) if _USER.fullmatch(user) else 0)
    gid = int(group) if _USER.fullmatch(group) else 0
    return said.then(lambda _: number) if number else None, said.then(lambda _: gid) if gid else None


def resources(workload: Workload, notes: Notes) -> Fragment:
    """Requests and limits."""
    table = defaults().resources
    kind = "data" if workload.kind.value in DATA else workload.language if workload.language in table else "other"
    given, missing = workload.resources, []

    def one(field: str) -> Said[str]:
        said: Said[str] | None = getattr(given, field)
        if said is not None:
            return said
        missing.append(field.replace("_", " "))
        return default(str(getattr(table[kind], field)), f"nothing says how much {workload.name} needs")

    made = {part: {"cpu": one(f"cpu_{word}"), "memory": one(f"memory_{word}")} for part, word in (("requests", "request"), ("limits", "limit"))}
    if missing:
        why = f"nothing says how much it needs; measure it and say it under `deploy.resources` ({', '.join(missing)})"
        notes.defaulted(f"resources of {workload.name}", f"those of {kind}", why, workload.origins)
    return made


# probes ---------------------------------------------------------------------------------------------------------------

_PROBES = {"live": "livenessProbe", "ready": "readinessProbe", "start": "startupProbe"}


def probes(workload: Workload, notes: Notes) -> Fragment:
    """The probes that the sources and the code have; a start period is a probe of its own, so that liveness may be strict."""
    made: dict[str, object] = {}
    for probe in workload.probes:
        handler = _handler(probe, workload)
        if handler is None:
            notes.dropped(f"probe of {workload.name}", f"its {probe.purpose} probe has no port to ask", workload.origins)
            continue
        made[_PROBES[probe.purpose]] = {**handler, **_timing(probe)}
        if probe.start_period is not None and probe.start_period.value > 0 and not any(one.purpose == "start" for one in workload.probes):
            made["startupProbe"] = {
                **handler,
                "periodSeconds": 5,
                "failureThreshold": probe.start_period.then(lambda seconds: max(3, ceil(seconds / 5))),
            }
            notes.mapped(
                f"start period of {workload.name}", "a startupProbe: liveness counts from when it has passed once", probe.start_period.origins
            )
    if "readinessProbe" not in made and workload.ports:
        what = "no route or command tells whether it is ready, so it gets requests as soon as its process runs"
        notes.dropped(f"readiness of {workload.name}", f"{what}; a route that answers 200 when it is would change that", workload.origins)
    return {name: made[name] for name in ("startupProbe", "livenessProbe", "readinessProbe") if name in made}


def _handler(probe: Probe, workload: Workload) -> dict[str, object] | None:
    if probe.command is not None:
        return {"exec": {"command": probe.command.then(list)}}
    port = next((one for one in workload.ports if probe.port in {one.number.value, None}), None)
    number: object = port.name if port else probe.port
    if number is None:
        return None
    return {"httpGet": {"path": probe.path, "port": number}} if probe.path else {"tcpSocket": {"port": number}}


def _timing(probe: Probe) -> dict[str, object]:
    said = {
        "periodSeconds": probe.interval and probe.interval.then(_whole),
        "timeoutSeconds": probe.timeout and probe.timeout.then(_whole),
        "failureThreshold": probe.retries and probe.retries.then(lambda number: max(1, number)),
    }
    return {key: value for key, value in said.items() if value is not None}


def _whole(seconds: float) -> int:
    return max(1, ceil(seconds))


# storage --------------------------------------------------------------------------------------------------------------


def storage(workload: Workload, options: Options, notes: Notes, mounting: Mapping[str, Sequence[Workload]]) -> Storage:
    """Volumes, mounts and claims (`mounting` has the workloads that mount a volume, its owner first); the root of a pod is read-only, so `/tmp` and what an image is known to write are given."""
    volumes: list[Fragment] = [{"name": "tmp", "emptyDir": {}}]
    mounts: list[Fragment] = [{"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108  a place in a container
    claims: list[Claim] = []
    known = _known(workload)
    for volume in workload.volumes:
        name: object
        subject, source = f"volume {volume.target} of {workload.name}", volume.source
        if volume.kind == "named" and source is not None:
            sharing = mounting.get(source.value, (workload,))
            if sharing[0].name != workload.name and sharing[0].kind.value in DATA:
                notes.dropped(subject, f"the disk of {sharing[0].name} is its own in a cluster: ask it over the network", volume.target.origins)
                continue
            size = _size(source, options, notes)
            name = source.then(_label)
            claims.append(Claim(name, volume.target, size, len(sharing) > 1, sharing[0].name == workload.name, options.storage_class or ""))
            # A new disk has a `lost+found` in it, which databases refuse to start in
            part = {} if known and known.variable else {"subPath": "data"}
            mounts.append({"name": name, "mountPath": volume.target, **part, **({"readOnly": True} if volume.read_only else {})})
        elif volume.kind in {"tmpfs", "anonymous"}:
            name = f"scratch-{len(volumes)}"
            volumes.append({"name": name, "emptyDir": {"medium": "Memory"} if volume.kind == "tmpfs" else {}})
            mounts.append({"name": name, "mountPath": volume.target})
        elif volume.kind in {"secret", "config"}:
            notes.dropped(subject, f"the {volume.kind} {source} is a file there: mount it from an object that holds it", volume.target.origins)
        elif volume.file:
            notes.dropped(subject, f"{source} is not in the image; copy it there, or mount a ConfigMap made of it", volume.target.origins)
        else:
            why = "in a cluster the image holds the code" if workload.built else "what it holds has to come into the cluster in another way"
            notes.dropped(subject, f"a folder of the host belongs to development; {why}", volume.target.origins)
    taken = {str(mount["mountPath"]) for mount in mounts}
    for place in (known.data, *known.writes) if known else ():
        if place and not any(place == one or place.startswith(one + "/") for one in taken):
            name = f"scratch-{len(volumes)}"
            volumes.append({"name": name, "emptyDir": {}})
            mounts.append({"name": name, "mountPath": place})
    return tuple(volumes), tuple(mounts), tuple(claims)


def _size(volume: Said[str], options: Options, notes: Notes) -> Said[str]:
    said = options.volumes.get(volume.value)
    if said is not None:
        return default(said, "the plan says so")
    why = f"no source says how large {volume} is: say it as `volumes.{volume}`; a claim can grow, never shrink"
    return notes.defaulted(f"size of volume {volume}", "10Gi", why, volume.origins)


def _label(text: str) -> str:
    made = "".join(one if one.isascii() and one.isalnum() else "-" for one in text.lower()).strip("-")[:63].strip("-")
    return made or "data"


# settings -------------------------------------------------------------------------------------------------------------

_HERE = re.compile(r"(?:^|[/@])(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)")


def config(workload: Workload, landscape: Landscape, overlays: Iterable[Overlay], notes: Notes) -> Mapping[Overlay, Mapping[str, Said[str]]]:
    """By overlay, the settings that are no secrets; a port of which the code is told is the port of the container."""
    # Somebody else's keeps the name that its certificate has.
    names = {one.name: one.label for one in landscape.workloads if one.kind.value is not Kind.EXTERNAL}
    given = [one for one in workload.settings if one.givers and not one.secret]
    base = {one.name: one.value for one in given if one.value is not None and not _of_the_code(one)}
    for setting in given:
        if setting.value is not None and _of_the_code(setting) and _HERE.search(setting.value.value):
            what = f"where no source gives it, the code takes {setting.value}, which is the pod itself"
            notes.dropped(f"{setting.name} of {workload.name}", what, setting.value.origins)
    for setting in workload.settings:
        if setting.required and setting.value is None and not setting.secret:
            what = f"the code reads {setting.name} without a default, and no source gives it"
            notes.dropped(f"{setting.name} of {workload.name}", f"{what}: it will not start until something does", setting.readers)
    for port in workload.ports:
        if port.variable:
            base[port.variable] = port.number.then(str)
    if (known := _known(workload)) and known.variable and known.variable not in base:
        place = next((volume.target for volume in workload.volumes if volume.kind == "named"), default(known.data, "where its image keeps its data"))
        base[known.variable] = place.then(lambda folder: f"{folder}/own")
    made = {}
    for overlay in overlays:
        values = dict(base)
        for difference in workload.differences:
            if difference.environment != likeness(landscape, OVERLAYS[overlay]) or not difference.field.startswith("environment."):
                continue
            name = difference.field.removeprefix("environment.")
            if any(port.variable == name for port in workload.ports) or any(one.name == name and one.secret for one in workload.settings):
                continue
            if difference.value is None:
                values.pop(name, None)
                what = f"{name} is not set in {overlay}: the source takes it away there, or it is a secret there"
                notes.dropped(f"{name} of {workload.name}", what, workload.origins)
            else:
                values[name] = difference.value
        made[overlay] = {
            name: said.then(lambda text: _addressed(text, names)) for name, said in sorted(values.items()) if _plain(name, said, workload, notes)
        }
    return made


def _of_the_code(setting: Setting) -> bool:
    """Whether a value is only the code's own default, which it has without being told; what is said of one environment alone leaves it to that."""
    return setting.value is not None and not {*setting.value.origins} - {*setting.readers}


def _plain(name: str, said: Said[str], workload: Workload, notes: Notes) -> bool:
    """Whether a value fits on a line, as settings of a ConfigMap are written."""
    if not any(mark in said.value for mark in "\n\r"):
        return True
    notes.dropped(f"{name} of {workload.name}", "it has several lines; mount a file instead", said.origins)
    return False


def _addressed(text: str, names: Mapping[str, str]) -> str:
    """A value in which hosts are called as the cluster calls them: a name of compose may hold what a DNS label may not."""
    for name, label in names.items():
        if name == label:
            continue
        if text == name or text.startswith(f"{name}:"):
            return label + text[len(name) :]
        scheme, _, rest = text.partition("://")
        user, at, host = rest.partition("/")[0].rpartition("@")
        if host.partition(":")[0].lower() == name.lower():
            return f"{scheme}://{user}{at}{label}{rest[len(user + at + name) :]}"
    return text


def secrets(workload: Workload, notes: Notes) -> tuple[Said[str], ...]:
    """The names of its secrets: those that are set, and those that the code cannot do without."""
    made = []
    for setting in workload.settings:
        if not setting.secret:
            continue
        if setting.givers or setting.required:
            made.append(Said(setting.name, (*setting.givers, *setting.readers)))
        else:
            notes.dropped(f"{setting.name} of {workload.name}", "the code has a default for this secret, and no source sets it", setting.readers)
    return tuple(sorted(made, key=lambda said: said.value))
