"""How a split backend is built and run: the image of each service, what the monolith's images need, and what composes them all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from migrator.edits import Change, EditError
from migrator.edits.dockerfile import AddInstructions, DropInstructions
from migrator.edits.yaml import AddYamlEntry, AddYamlItem, AnchorYamlValue, DropYamlEntry
from migrator.errors import Finding
from migrator.facts import Facts
from migrator.facts.compose import Entry, entries, unread
from migrator.facts.dockerfiles import Install, installs, is_dockerfile, stages, user
from migrator.facts.settings import Variable
from migrator.graph import line_of
from migrator.paths import ROOT, RepoPath, is_within, name, parent, relative
from migrator.step import Action, Edit, Write
from migrator.template import render
from phases.backend_split.backend import Backend, Distribution, is_moved, kernel_of
from phases.backend_split.manifests import python_of
from phases.backend_split.options import Options
from phases.backend_split.partition import Partition

__all__ = ["Deployment", "composed", "connected", "dockerfile", "images", "url_variable"]

_HERE = "phases.backend_split"
_PORT = 8000
_PROFILE = "services"
_REFERENCE = re.compile(r"\$\{?(\w+)\}?|\$\{(\w+):?[-?]\}")
"""A value that is a variable of whoever runs compose, and says nothing itself."""


@dataclass
class Deployment:
    """Changes to what builds and runs a backend; one that does not fit the file it is for becomes a finding."""

    facts: Facts
    actions: list[Action] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _changed: dict[RepoPath, bytes] = field(default_factory=dict)

    def edit(self, kind: str, path: RepoPath, wanted: str, *changes: Change) -> bool:
        """Make some changes to a file, all or none of them; `wanted` says to people what they are for."""
        source = before = self._changed.get(path) or self.facts.read(path)
        try:
            for change in changes:
                source = change.apply(source)
        except EditError as error:
            said = "; ".join(str(change) for change in changes)
            self.findings.append(Finding(kind, path, f"{wanted}, which has to be written by hand ({error}): {said}"))
            return False
        if source != before:
            self._changed[path] = source
            self.actions += (Edit(path, change) for change in changes)
        return True


# the image of a service ------------------------------------------------------------------------------------------------


def dockerfile(partition: Partition, place: Distribution, uses: tuple[Distribution, ...]) -> Iterator[Write]:
    """The Dockerfile of a service, which is built from the repository's root, and what of that it is sent; `uses` are the distributions that it needs."""
    version = re.search(r"3\.\d+", python_of(partition))
    values = {
        "module": place.package,
        "application": partition.backend.application.name,
        "directory": place.directory,
        "version": version[0] if version else "3.12",
        "port": _PORT,
        "copied": [*(one.directory for one in uses), place.directory],
    }
    path = RepoPath(f"{place.directory}/Dockerfile")
    yield Write(path, render(_HERE, "Dockerfile.j2", **values))
    yield Write(RepoPath(f"{path}.dockerignore"), render(_HERE, "dockerignore.j2", **values))


# the images of the monolith --------------------------------------------------------------------------------------------


def images(partition: Partition, place: Distribution) -> Deployment:
    """What makes the monolith's images hold a distribution that lies outside their build context: a context of its own, under its name."""
    made, backend = Deployment(partition.facts), partition.backend
    builds = _Builds(partition.facts, backend)
    shown = relative(place.directory, parent(place.directory))
    first = not _services(partition) and not partition.facts.tree.is_dir(kernel_of(partition.options).directory)
    fresh = False
    for path in builds.dockerfiles:
        contexts = builds.contexts(path)
        inside = next(iter(contexts)) if len(contexts) == 1 and is_within(place.directory, min(contexts)) else None
        copy = f"COPY --from={shown} . /opt/{shown}" if inside is None else f"COPY {relative(place.directory, inside)} /opt/{shown}"
        wanted = f"the image has to install {place.directory} as well"
        found = installs(partition.facts, path)
        if not found and not _installs_something(partition.facts, path):
            continue
        if not found or any(stage.name.lower() == shown for stage in stages(partition.facts, path)):
            made.findings.append(
                Finding("docker", path, f"{wanted}: `{copy}` and `RUN pip install /opt/{shown}` behind what installs the requirements")
            )
            continue
        if not made.edit("docker", path, wanted, *_installed(partition.facts, path, found, copy, shown)):
            continue
        made.findings += _outdated(partition, path, place, found) if first else ()
        if inside is None:
            fresh = True
            for entry in builds.building(path):
                _context(made, entry, shown, place.directory)
    if first and fresh and (lines := list(_commands(partition.facts, builds))):
        option = f"`--build-context {shown}=PATH/TO/{place.directory}`"
        message = f"needs {option}, and the same for each service that it imports, wherever its image is built by hand: {', '.join(lines)}"
        made.findings.append(Finding("docker", backend.directory, message))
    return made


@dataclass
class _Builds:
    """How the monolith's images are built."""

    facts: Facts
    backend: Backend

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The services of compose files that are built from the monolith."""
        directory = self.backend.directory
        return tuple(
            one for one in entries(self.facts) if one.context == directory or (one.dockerfile is not None and is_within(one.dockerfile, directory))
        )

    @cached_property
    def dockerfiles(self) -> tuple[RepoPath, ...]:
        """Those that lie in its directory or are built from it, as far as they concern Python."""
        found = {path for path in self.facts.tree.below(self.backend.directory) if is_dockerfile(self.facts, path)}
        found |= {one.dockerfile for one in self.entries if one.dockerfile is not None and is_dockerfile(self.facts, one.dockerfile)}
        return tuple(sorted(found))

    def building(self, path: RepoPath) -> tuple[Entry, ...]:
        """The services that are built from a Dockerfile."""
        return tuple(entry for entry in self.entries if entry.dockerfile == path)

    def contexts(self, path: RepoPath) -> set[RepoPath]:
        """The directories from which a Dockerfile is built: as compose files say, or as what it copies shows."""
        if said := {entry.context for entry in self.building(path) if entry.context is not None}:
            return said
        found = set()
        for reference in self.facts.graph.references.get(path, ()):
            target, text = reference.target.path, reference.mention.text.strip("/").removeprefix("./")
            if target is not None and reference.mention.kind == "word" and target.endswith(text):
                found.add(RepoPath(target.removesuffix(text).rstrip("/")))
        return found


def _installs_something(facts: Facts, path: RepoPath) -> bool:
    """Whether an image is one of Python."""
    source = facts.read(path)
    return any(word in source for word in (b"pip", b"poetry", b"uv ", b"uvicorn", b"gunicorn", b"requirements", b"conda", b"python"))


def _installed(facts: Facts, path: RepoPath, found: Iterable[Install], copy: str, shown: str) -> Iterator[Change]:
    """What installs a distribution in each stage that installs the requirements: behind them, or before the project that asks for it by name."""
    source = facts.read(path).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    by_stage: dict[int, list[Install]] = {}
    for one in found:
        by_stage.setdefault(one.stage, []).append(one)
    done: set[str] = set()
    for mine in by_stage.values():
        whole = [one for one in mine if one.whole]
        beside = whole[0] if whole else mine[-1]
        if beside.text in done:
            continue
        done.add(beside.text)
        # In an image there is no workspace to which uv's sources could refer.
        command = beside.command.replace("uv pip install", "uv pip install --no-sources")
        last, following = beside.text, [] if whole else source.partition(beside.text + "\n")[2].split("\n")
        # Behind those that were put there before: what others need comes first.
        while len(following) > 1 and following[0].startswith("COPY ") and following[1].startswith(f"{command} /opt/"):
            last, following = following[1], following[2:]
        yield AddInstructions(last, (copy, f"{command} /opt/{shown}"), before=bool(whole))


def _outdated(partition: Partition, path: RepoPath, place: Distribution, found: Iterable[Install]) -> Iterator[Finding]:
    """The stages whose Python is too old for what they now install."""
    least = re.search(r">=\s*3\.(\d+)", python_of(partition))
    said = stages(partition.facts, path)
    for version in sorted({said[one.stage].python for one in found if 0 <= one.stage < len(said)} - {""}):
        if least is not None and int(version.partition(".")[2]) < int(least[1]):
            yield Finding("docker", path, f"has Python {version}: {place.title} and the application ask for {python_of(partition)}")


def _context(made: Deployment, entry: Entry, shown: str, directory: RepoPath) -> None:
    """Give the build of a service a further context."""
    build, there = entry.place("build"), entry.within("build").get("additional_contexts")
    if build is None:
        return
    target = relative(directory, parent(entry.file))
    target = target if target.startswith(".") else f"./{target}"
    keys = (*build.keys, "additional_contexts")
    change: Change
    if there is not None and there.node.kind == "list":
        change = AddYamlItem(there.keys, f"{shown}={target}")
    elif there is not None:
        change = AddYamlEntry(there.keys, shown, target)
    else:
        change = AddYamlEntry(keys[:-1], keys[-1], {shown: target}, short="context")
    made.edit("compose", entry.file, f"`{entry.name}` is built with {directory} as the context `{shown}`", change)


def _commands(facts: Facts, builds: _Builds) -> Iterator[str]:
    """The lines outside compose files that build an image of the monolith."""
    targets = {builds.backend.directory, *builds.dockerfiles}
    for path, references in sorted(facts.graph.references.items()):
        inside = parent(path) == builds.backend.directory
        if path in builds.dockerfiles or not (inside or any(reference.target.path in targets for reference in references)):
            continue
        source = facts.read(path)
        action = b"build-push-action" in source
        named = {line_of(source, reference.mention.start) for reference in references if reference.target.path in targets}
        for number, line in enumerate(source.splitlines(), start=1):
            words = line.split()
            built = b"build" in words and (b"docker" in words or b"buildx" in words or b"podman" in words)
            if (built and (inside or number in named)) or (action and number in named and words[:1] in ([b"context:"], [b"file:"])):
                yield f"{path}:{number}"


# compose ---------------------------------------------------------------------------------------------------------------


def composed(partition: Partition, options: Options, place: Distribution, variables: Iterable[Variable]) -> Deployment:
    """An entry for a service in each compose file that runs the monolith."""
    made = Deployment(partition.facts)
    running = _running(_Builds(partition.facts, partition.backend))
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
            anchors, value = _entered(partition.facts, entry, options, place, needed)
            value["depends_on"] = _waits(entry, services)
            value = {key: said for key, said in value.items() if said}
            change = AddYamlEntry(("services",), place.title, value, behind=(services or [entry.name])[-1])
            if made.edit("compose", file, f"{place.title} is run beside `{entry.name}`", *anchors, change):
                made.findings += _said(entry, options, place, value)
    made.findings += () if _services(partition) else _elsewhere(partition.facts, running)
    return made


def _services(partition: Partition) -> list[RepoPath]:
    """The services that are there."""
    directory = partition.options.directory
    found = (RepoPath(f"{directory}/{last}") for last in sorted(partition.facts.tree.folders.get(directory, ())))
    return [path for path in found if path != partition.backend.directory and partition.facts.tree.is_dir(path)]


def _running(builds: _Builds) -> dict[RepoPath, Entry]:
    """By compose file: the entry that serves the monolith, of those built from it the first that others can reach; what only amends a file has none."""
    found: dict[RepoPath, Entry] = {}
    for entry in builds.entries:
        there = found.get(entry.file)
        if there is None or (_serves(entry) and not _serves(there)):
            found[entry.file] = entry
    whole = {path.rpartition(".")[0] for path in found if ".override." not in name(path)}
    return {
        path: entry
        for path, entry in found.items()
        if path in whole or path.rpartition(".")[0].removesuffix(".override") not in whole - {path.rpartition(".")[0]}
    }


def _serves(entry: Entry) -> bool:
    return bool(entry.said("ports") or entry.said("expose"))


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


def _entered(
    facts: Facts, entry: Entry, options: Options, place: Distribution, variables: Iterable[Variable]
) -> tuple[list[AnchorYamlValue], dict[str, Any]]:
    """The entry of a service, made after the monolith's, and the values of that which it refers to."""
    anchors, environment = _environment(entry, variables)
    given = {str(said) for key in {one.name for one in variables} if (said := _given_value(entry, key))}
    volumes = [one for one in _volumes(entry) if any(_target(one) in said for said in given)]
    return anchors, {
        "build": {"context": relative(ROOT, parent(entry.file)), "dockerfile": f"{place.directory}/Dockerfile"},
        "profiles": [_PROFILE] if options.gateway == "import" else entry.said("profiles"),
        "platform": entry.said("platform"),
        "user": (entry.said("user") or (user(facts, entry.dockerfile) if entry.dockerfile else "") or "root") if volumes else None,
        "env_file": _files(entry.said("env_file")),
        "environment": environment,
        "expose": [str(_PORT)],
        "volumes": volumes,
        "depends_on": None,
        "networks": list(entry.within("networks")) or entry.said("networks"),
        "secrets": [one for one in entry.said("secrets") or () if isinstance(one, str)],
        "extra_hosts": entry.said("extra_hosts"),
        "restart": entry.said("restart"),
    }


def _said(entry: Entry, options: Options, place: Distribution, value: Mapping[str, Any]) -> Iterator[Finding]:
    how = f"under the profile `{_PROFILE}`: the gateway serves its routes too" if options.gateway == "import" else f"with `{entry.name}`"
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


# the gateway that forwards ---------------------------------------------------------------------------------------------


def url_variable(service: str) -> str:
    """The variable by which the gateway finds a service."""
    return f"SERVICE_{service.removesuffix('-service').upper().replace('-', '_')}_URL"


def connected(partition: Partition, services: Iterable[str], imported: Mapping[str, RepoPath]) -> Deployment:
    """What makes the gateway's entry forward to the entries of services, and its images do without those that none of its modules imports."""
    made = Deployment(partition.facts)
    builds = _Builds(partition.facts, partition.backend)
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
    for file, entry in _running(builds).items():
        mine = {one.name: one for one in entries(partition.facts) if one.file == file and one.name in services}
        drops = [DropYamlEntry(one.keys, "profiles") for one in mine.values() if one.said("profiles") == [_PROFILE] and one.stands("profiles")]
        if not mine:
            continue
        urls = {url_variable(one): f"http://{one}:{_PORT}" for one in mine}
        changes = [*drops, *_given(entry, "environment", urls), *_awaited(entry, mine)]
        made.edit("compose", file, f"`{entry.name}` forwards to {', '.join(mine)}", *changes)
    return made


def _of_services(facts: Facts, path: RepoPath, services: Iterable[str]) -> Iterator[str]:
    """The lines of a Dockerfile that install services."""
    for line in facts.read(path).decode("utf-8", "replace").splitlines():
        words = line.split()
        if words and (
            (words[0] == "COPY" and words[-1].removeprefix("/opt/") in services) or (words[0] == "RUN" and _is_installed(words[-1], services))
        ):
            yield line


def _is_installed(word: str, services: Iterable[str]) -> bool:
    return word.startswith("/opt/") and word.removeprefix("/opt/") in services


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
