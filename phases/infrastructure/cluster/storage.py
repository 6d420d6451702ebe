"""What a workload's pods keep and find mounted: claims, files of the repository, and what an image is known to write."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.origin import Said, default
from migrator.paths import is_within, name
from phases.infrastructure.cluster.knowledge import DATA, defaults
from phases.infrastructure.cluster.model import Claim, File, Fragment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migrator.facts.landscape.model import Landscape, Volume, Workload
    from phases.infrastructure.cluster.notes import Notes
    from phases.infrastructure.cluster.options import Options

__all__ = ["Storage", "files", "kept", "storage"]

Storage = tuple[tuple[Fragment, ...], tuple[Fragment, ...], tuple[Claim, ...]]
"""Volumes, mounts and claims."""
_KEY = re.compile(r"[^-._a-zA-Z0-9]")
_RUNS = 0o555


def kept(landscape: Landscape) -> Landscape:
    """The landscape in which a folder of the host with nothing of the repository in it is what it is used as: a volume."""
    return replace(landscape, workloads=tuple(replace(one, volumes=tuple(map(_kept, one.volumes))) for one in landscape.workloads))


def _kept(volume: Volume) -> Volume:
    source = volume.source
    if volume.kind != "bind" or not volume.absent or volume.read_only or source is None:
        return volume
    folder = name(source.value)
    if not folder or "." in folder.lstrip(".") or "." in name(volume.target.value).lstrip(".") or folder in defaults().folders.rebuilt:
        return volume
    return replace(volume, kind="named", source=source.then(_label))


def files(workload: Workload) -> tuple[File, ...]:
    """The files that are mounted, each under a key of its own."""
    found: dict[str, File] = {}
    for volume in workload.volumes:
        for one in volume.files if volume.kind == "bind" else ():
            key = plain = _KEY.sub("-", one.name)
            while key in found:
                key = f"{len(found)}-{plain}"
            found[key] = File(key, volume.target.value, one)
    return tuple(found.values())


def storage(workload: Workload, options: Options, notes: Notes, mounting: Mapping[str, Sequence[Workload]]) -> Storage:
    """Volumes, mounts and claims (`mounting` has the workloads that mount a volume, its owner first); the root of a pod is read-only, so `/tmp` and what an image is known to write are given."""
    volumes: list[Fragment] = [{"name": "tmp", "emptyDir": {}}]
    mounts: list[Fragment] = [{"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108  a place in a container
    claims: list[Claim] = []
    known = defaults().of(workload)
    for volume in workload.volumes:
        said: object
        subject, source = f"volume {volume.target} of {workload.name}", volume.source
        if volume.kind == "named" and source is not None:
            sharing = mounting.get(source.value, (workload,))
            if sharing[0].name != workload.name and sharing[0].kind.value in DATA:
                notes.dropped(subject, f"the disk of {sharing[0].name} is its own in a cluster: ask it over the network", volume.target.origins)
                continue
            size = _size(source, options, notes)
            said = source.then(_label)
            many = len(sharing) > 1 and sharing[0].kind.value not in DATA  # whose disk nobody else mounts
            claims.append(Claim(said, volume.target, size, many, sharing[0].name == workload.name, options.storage_class or ""))
            # A new disk has a `lost+found` in it, which databases refuse to start in
            part = {} if known and known.variable else {"subPath": "data"}
            mounts.append({"name": said, "mountPath": volume.target, **part, **({"readOnly": True} if volume.read_only else {})})
        elif volume.kind in {"tmpfs", "anonymous"}:
            said = f"scratch-{len(volumes)}"
            volumes.append({"name": said, "emptyDir": {"medium": "Memory"} if volume.kind == "tmpfs" else {}})
            mounts.append({"name": said, "mountPath": volume.target})
        elif volume.kind in {"secret", "config"}:
            notes.dropped(subject, f"the {volume.kind} {source} is a file there: mount it from an object that holds it", volume.target.origins)
        elif volume.files and (volume.file or not (known and any(is_within(one, volume.target.value) for one in (known.data, *known.writes) if one))):
            said = f"files-{workload.label}-{len(volumes)}"[-63:].lstrip("-")
            volumes.append({"name": said, "configMap": _map(workload, volume)})
            mounts.append({"name": said, "mountPath": volume.target, **({"subPath": volume.files[0].name} if volume.file else {}), "readOnly": True})
            notes.mapped(subject, f"a ConfigMap that is made of {source}; it cannot be written", volume.target.origins)
        else:
            notes.dropped(subject, _why(volume), volume.target.origins)
    taken = {str(mount["mountPath"]) for mount in mounts if "subPath" not in mount or not str(mount["name"]).startswith("files-")}
    for place in (known.data, *known.writes) if known else ():
        if place and not any(place == one or place.startswith(one + "/") for one in taken):
            name_ = f"scratch-{len(volumes)}"
            volumes.append({"name": name_, "emptyDir": {}})
            mounts.append({"name": name_, "mountPath": place})
    return tuple(volumes), tuple(mounts), tuple(claims)


def _map(workload: Workload, volume: Volume) -> Fragment:
    """The ConfigMap of a mount, with its files where they are below it."""
    keys = {(one.target, one.file.name): one.key for one in files(workload)}
    items = [
        {"key": Said(keys[volume.target.value, one.name], volume.target.origins), "path": Said(one.name, volume.target.origins)}
        for one in volume.files
    ]  # fmt: skip
    runs = {"defaultMode": _RUNS} if any(one.executable for one in volume.files) else {}
    return {"name": f"{workload.label}-files", **runs, "items": items}


def _why(volume: Volume) -> str:
    """Why a bind mount is in no cluster."""
    source = volume.source.value if volume.source is not None and volume.source.value else "the repository"
    if volume.files:
        return f"its image writes to {volume.target}, where {source} would stand and cannot be written"
    if volume.absent and name(source) in defaults().folders.rebuilt:
        return f"{source} is made when the image is built"
    if volume.absent:
        return f"nothing of the repository lies in {source}: what is mounted there has to come from an object that holds it"
    return f"{source} is not mounted: {volume.left or 'what it holds has to come into the cluster in another way'}"


def _size(volume: Said[str], options: Options, notes: Notes) -> Said[str]:
    said = options.volumes.get(volume.value)
    if said is not None:
        return default(said, "the plan says so")
    why = f"no source says how large {volume} is: say it as `volumes.{volume}`; a claim can grow, never shrink"
    return notes.defaulted(f"size of volume {volume}", "10Gi", why, volume.origins)


def _label(text: str) -> str:
    made = "".join(one if one.isascii() and one.isalnum() else "-" for one in text.lower()).strip("-")[:63].strip("-")
    return made or "data"
