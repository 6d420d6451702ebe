"""How a split backend is run: an entry for each service in the compose files that run the monolith, made after the monolith's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from migrator.edits.yaml import AddYamlEntry, AnchorYamlValue
from migrator.errors import Finding
from migrator.facts.compose import Entry, entries, unread
from migrator.facts.dockerfiles import user
from migrator.paths import ROOT, RepoPath, is_within, parent, relative
from phases.backend_split.backend import Distribution, is_moved
from phases.backend_split.deployment.builds import PORT, PROFILE, Builds, Deployment, present_services, serving_entries

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.settings import Variable
    from phases.backend_split.deployment.files import Needs
    from phases.backend_split.options import Options
    from phases.backend_split.partition.modules import Partition

__all__ = ["service_entries"]

_REFERENCE = re.compile(r"\$\{?(\w+)\}?|\$\{(\w+):?[-?]\}")
"""A value that is a variable of whoever runs compose, and says nothing itself."""


def service_entries(partition: Partition, options: Options, place: Distribution, variables: Iterable[Variable], needs: Needs) -> Deployment:
    """An entry for a service in each compose file that runs the monolith."""
    made = Deployment(partition.facts)
    running = serving_entries(Builds(partition.facts, partition.backend))
    needed = tuple(variables)
    for file, entry in running.items():
        beside = [one for one in entries(partition.facts) if one.file == file]
        if any(one.name == place.title and one.dockerfile is not None and is_within(one.dockerfile, place.directory) for one in beside):
            continue
        if any(one.name == place.title for one in beside):
            made.findings.append(Finding("compose", file, f"has a service `{place.title}` already: it is left as it is"))
        elif entry.said("network_mode") is not None:
            message = f"`{entry.name}` has a network mode: an entry for {place.title} has to be written by hand"
            made.findings.append(Finding("compose", file, message))
        else:
            services = [one.name for one in beside if one.dockerfile is not None and is_moved(one.dockerfile, options)]
            anchors, value = _entered(partition.facts, entry, options, place, needed, needs)
            value["depends_on"] = _waits(entry, services)
            value = {key: said for key, said in value.items() if said}
            change = AddYamlEntry(("services",), place.title, value, behind=(services or [entry.name])[-1])
            if made.edit("compose", file, f"{place.title} is run beside `{entry.name}`", *anchors, change):
                made.findings += _said(entry, options, place, value)
                made.findings += _lost(entry, place, value, needs)
    made.findings += () if present_services(partition) else _elsewhere(partition.facts, running)
    return made


def _elsewhere(facts: Facts, running: Mapping[RepoPath, Entry]) -> Iterator[Finding]:
    """The compose files that run the monolith in a way that gives services no entries."""
    names, images_ = {entry.name for entry in running.values()}, {said for entry in running.values() if (said := entry.said("image"))}
    for other in entries(facts):
        if other.file in running or other.context is not None or not (other.name in names or other.said("image") in images_):
            continue
        if other.said("build"):
            yield Finding("compose", other.file, f"`{other.name}` is built from what is not there: the services have no entries")
        elif other.said("image"):
            yield Finding("compose", other.file, f"`{other.name}` runs an image that is built elsewhere: the services have no entries")
    for path, why in unread(facts).items():
        yield Finding("compose", path, f"cannot be read, so the services have no entries: {why}")


def _entered(  # noqa: PLR0913, PLR0917  what an entry is made of
    facts: Facts, entry: Entry, options: Options, place: Distribution, variables: Iterable[Variable], needs: Needs
) -> tuple[list[AnchorYamlValue], dict[str, Any]]:
    """The entry of a service, made after the monolith's, and the values of that which it refers to."""
    anchors, environment = _environment(entry, variables)
    given = {str(said) for key in {one.name for one in variables} if (said := _given_value(entry, key))}
    volumes = [one for one in _volumes(entry) if any(_target(one) in said for said in given)]
    volumes += [one for one in _mounts(entry, needs.home) if one not in volumes and any(_holds(one, where) for where in needs.made.values())]
    return anchors, {
        "build": {"context": relative(ROOT, parent(entry.file)), "dockerfile": f"{place.directory}/Dockerfile"},
        "profiles": [PROFILE] if options.gateway == "import" else entry.said("profiles"),
        "platform": entry.said("platform"),
        "user": (entry.said("user") or (user(facts, entry.dockerfile) if entry.dockerfile else "") or "root") if volumes else None,
        "env_file": _files(entry.said("env_file")),
        "environment": environment,
        "expose": [str(PORT)],
        "volumes": volumes,
        "depends_on": None,
        "networks": list(entry.within("networks")) or entry.said("networks"),
        "secrets": [one for one in entry.said("secrets") or () if isinstance(one, str)],
        "extra_hosts": entry.said("extra_hosts"),
        "restart": entry.said("restart"),
    }


def _said(entry: Entry, options: Options, place: Distribution, value: Mapping[str, Any]) -> Iterator[Finding]:
    how = f"under the profile `{PROFILE}`: the gateway serves its routes too" if options.gateway == "import" else f"with `{entry.name}`"
    yield Finding("compose", entry.file, f"runs {place.title} {how}", severity="info")
    if shared := value.get("volumes"):
        message = f"{place.title} writes to {', '.join(shared)} as `{entry.name}` does, as user {value['user']}: a database server is made for this"
        yield Finding("compose", entry.file, message)


def _waits(entry: Entry, services: Iterable[str]) -> Any:  # noqa: ANN401  YAML is anything
    """What a service waits for: the same as the monolith, but for other services."""
    said = entry.said("depends_on")
    if isinstance(said, dict):
        condition = {one: how.get("condition") if isinstance(how, dict) else None for one, how in said.items() if one not in services}
        return {one: {"condition": how or "service_started"} for one, how in condition.items()}
    return [one for one in said if one not in services] if isinstance(said, list) else None


def _files(said: Any) -> Any:  # noqa: ANN401  YAML is anything
    """Files of variables, as they are named; whether one must be there is no text."""
    if not isinstance(said, list):
        return said
    return [{**one, "required": one["required"] != "false"} if isinstance(one, dict) and "required" in one else one for one in said]


def _volumes(entry: Entry) -> list[str]:
    """The named volumes of an entry, in the short form."""
    said = entry.said("volumes")
    return [one for one in said if isinstance(one, str) and re.match(r"[A-Za-z0-9][\w.-]*:/", one)] if isinstance(said, list) else []


def _mounts(entry: Entry, home: str) -> list[str]:
    """The volumes and the directories of the host that an entry has below a directory, in the short form."""
    said = entry.said("volumes")
    return [one for one in said if isinstance(one, str) and ":/" in one and _target(one) != f"{home}/"] if isinstance(said, list) else []


def _holds(volume: str, where: str) -> bool:
    return f"{where}/".startswith(_target(volume))


def _lost(entry: Entry, place: Distribution, value: Mapping[str, Any], needs: Needs) -> Iterator[Finding]:
    """What a service writes to that is gone with its container."""
    lost = [path for path, where in needs.made.items() if not any(_holds(volume, where) for volume in value.get("volumes", ()))]
    if lost:
        message = f"{place.title} may write to {', '.join(lost)}, which no volume of `{entry.name}` holds: it is gone with the container, and no other sees it"
        yield Finding("compose", entry.file, message)


def _target(volume: str) -> str:
    return volume.split(":")[1].rstrip("/") + "/"


def _given_value(entry: Entry, key: str) -> str:
    found = entry.within("environment").get(key)
    return found.node.text if found is not None and found.node.kind == "scalar" else ""


def _environment(entry: Entry, variables: Iterable[Variable]) -> tuple[list[AnchorYamlValue], Any]:
    """What a service is given of the environment, by reference: a value that the file holds stays where it is, and gets a name."""
    anchors: list[AnchorYamlValue] = []
    there, place = entry.within("environment"), entry.place("environment")
    asked = {variable.name for variable in variables}
    listed = place is not None and place.node.kind == "list"
    found: dict[str, str | None] = {}
    for key, (keys, node) in there.items():
        said = node.text.partition("=")[2] if listed else node.text
        if key not in asked:
            continue
        if node.kind == "alias":
            found[key] = f"*{node.text}"
        elif (listed and "=" not in node.text) or not node.text:
            found[key] = key if listed else None
        elif _REFERENCE.fullmatch(said):
            found[key] = node.text
        else:
            anchor = node.anchor or f"{re.sub(r'[^A-Za-z0-9_-]', '-', entry.name)}-{key}"
            anchors += [] if node.anchor else [AnchorYamlValue(keys, anchor)]
            found[key] = f"*{anchor}"
    if not entry.said("env_file"):
        found |= {one.name: one.name if listed else None for one in variables if one.required and one.name not in found}
    return anchors, list(found.values()) if listed else found
