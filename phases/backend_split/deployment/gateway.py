"""What builds and runs a gateway that forwards: it finds the services, and its images hold none that nothing of it imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.edits.dockerfile import DropInstructions
from migrator.edits.yaml import AddYamlEntry, AddYamlItem, DropYamlEntry
from migrator.errors import Finding
from migrator.facts.compose import Entry, entries
from phases.backend_split.deployment.builds import PORT, PROFILE, Builds, Deployment, serving_entries

if TYPE_CHECKING:
    from migrator.edits import Change
    from migrator.facts import Facts
    from migrator.paths import RepoPath
    from phases.backend_split.partition.modules import Partition

__all__ = ["forwarding_gateway", "url_variable"]


def url_variable(service: str) -> str:
    """The variable by which the gateway finds a service."""
    return f"SERVICE_{service.removesuffix('-service').upper().replace('-', '_')}_URL"


def forwarding_gateway(partition: Partition, services: Iterable[str], imported: Mapping[str, RepoPath]) -> Deployment:
    """What makes the gateway's entry forward to the entries of services, and its images do without those that none of its modules imports."""
    made = Deployment(partition.facts)
    builds = Builds(partition.facts, partition.backend)
    unused = [one for one in services if one not in imported]
    for path in builds.dockerfiles:
        if lines := tuple(_of_services(partition.facts, path, unused)):
            made.edit("docker", path, f"the image does not need {', '.join(unused)}", DropInstructions(lines))
        made.findings += (
            Finding("docker", path, f"goes on installing {one}: {module} imports it", severity="info")
            for one, module in sorted(imported.items())
            if any(_of_services(partition.facts, path, [one]))
        )
    for entry in builds.entries:
        there = entry.within("build", "additional_contexts")
        drops = [DropYamlEntry(there[one].keys[:-1], one) for one in unused if one in there]
        if drops:
            made.edit("compose", entry.file, f"`{entry.name}` is built without {', '.join(unused)}", *drops)
    for file, entry in serving_entries(builds).items():
        mine = {one.name: one for one in entries(partition.facts) if one.file == file and one.name in services}
        drops = [DropYamlEntry(one.keys, "profiles") for one in mine.values() if one.said("profiles") == [PROFILE] and one.stands("profiles")]
        if not mine:
            continue
        urls = {url_variable(one): f"http://{one}:{PORT}" for one in mine}
        changes = [*drops, *_given(entry, "environment", urls), *_awaited(entry, mine)]
        made.edit("compose", file, f"`{entry.name}` forwards to {', '.join(mine)}", *changes)
    return made


def _of_services(facts: Facts, path: RepoPath, services: Iterable[str]) -> Iterator[str]:
    """The lines of a Dockerfile that install services."""
    for line in facts.read(path).decode("utf-8", "replace").split("\n"):
        word, _, rest = line.partition(" ")
        if word in {"COPY", "RUN"} and rest.split()[-1:] in ([f"/opt/{one}"] for one in services):
            yield line.removesuffix("\r")


def _given(entry: Entry, key: str, values: Mapping[str, str]) -> Iterator[Change]:
    """Further values of an entry: in its list, in its mapping, or as its first."""
    place = entry.place(key)
    if place is None:
        yield AddYamlEntry(entry.keys, key, dict(values))
    elif place.node.kind == "list":
        yield from (AddYamlItem(place.keys, f"{name}={value}") for name, value in values.items())
    else:
        yield from (AddYamlEntry(place.keys, name, value) for name, value in values.items())


def _awaited(entry: Entry, services: Iterable[str]) -> Iterator[Change]:
    place = entry.place("depends_on")
    if place is None:
        yield AddYamlEntry(entry.keys, "depends_on", list(services))
    elif place.node.kind == "list":
        yield from (AddYamlItem(place.keys, one) for one in services)
    else:
        yield from (AddYamlEntry(place.keys, one, {"condition": "service_started"}) for one in services)
