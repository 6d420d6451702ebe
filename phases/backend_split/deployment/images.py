"""How a split backend is built: the image of each service, and what the monolith's images need of them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from migrator.edits.dockerfile import AddInstructions
from migrator.edits.spans import Respell
from migrator.edits.yaml import AddYamlEntry, AddYamlItem
from migrator.errors import Finding
from migrator.facts.dockerfiles import Install, installs, parted, placed, stages
from migrator.graph import line_of
from migrator.paths import RepoPath, is_within, parent, relative
from migrator.step import Write
from migrator.template import render
from migrator.wording import listed
from phases.backend_split.backend import Distribution, kernel_of
from phases.backend_split.deployment.builds import PORT, Builds, Deployment, present_services
from phases.backend_split.deployment.neighbours import by_hand, neighbours
from phases.backend_split.packaging.manifests import python_of
from phases.backend_split.partition.places import VARIABLE, places_module

if TYPE_CHECKING:
    from migrator.edits import Change
    from migrator.facts import Facts
    from migrator.facts.compose import Entry
    from phases.backend_split.deployment.files import Needs
    from phases.backend_split.partition.modules import Partition

__all__ = ["monolith_images", "service_image"]

_HERE = "phases.backend_split"


# the image of a service ------------------------------------------------------------------------------------------------


def service_image(partition: Partition, place: Distribution, uses: tuple[Distribution, ...], needs: Needs, command: Iterable[str]) -> Iterator[Write]:
    """The Dockerfile of a service, which is built from the repository's root, and what of that it is sent.

    `uses` are the distributions that it needs, `needs` the files of the monolith, `command` serves it.
    """
    version = re.search(r"3\.\d+", python_of(partition))
    values = {
        "command": json.dumps(list(command)),
        "directory": place.directory,
        "version": version[0] if version else "3.12",
        "port": PORT,
        "copied": [*(one.directory for one in uses), place.directory],
        "needs": needs,
        "variable": VARIABLE,
        "backend": partition.backend.directory,
    }
    path = RepoPath(f"{place.directory}/Dockerfile")
    yield Write(path, render(_HERE, "Dockerfile.j2", **values))
    yield Write(RepoPath(f"{path}.dockerignore"), render(_HERE, "dockerignore.j2", **values))


# the images of the monolith --------------------------------------------------------------------------------------------


def monolith_images(partition: Partition, place: Distribution) -> Deployment:
    """What makes the monolith's images hold a distribution that lies outside their build context: a context of its own, under its name."""
    made, backend = Deployment(partition.facts), partition.backend
    builds = Builds(partition.facts, backend)
    shown = relative(place.directory, parent(place.directory))
    first = not present_services(partition) and not partition.facts.tree.is_dir(kernel_of(partition.options).directory)
    fresh = False
    for path in builds.dockerfiles:
        if gone := tuple(_gone(partition, path, place)):
            made.edit("docker", path, f"copies what goes to {place.directory}", Respell(gone))
        contexts = builds.contexts(path)
        inside = next(iter(contexts)) if len(contexts) == 1 and is_within(place.directory, min(contexts)) else None
        copy = f"COPY --from={shown} . /opt/{shown}" if inside is None else f"COPY {relative(place.directory, inside)} /opt/{shown}"
        wanted = f"the image has to install {place.directory} as well"
        found = installs(partition.facts, path)
        beside = tuple(neighbours(partition, path, place, copy.split()[1] if inside is not None else f"--from={shown} .", inside))
        if not found and not _installs_something(partition.facts, path):
            continue
        if not (found or beside) or any(stage.name.lower() == shown for stage in stages(partition.facts, path)):
            given = f", built with `--build-context {shown}={place.directory}`" if inside is None else ""
            made.findings.append(Finding("docker", path, f"{wanted}: {by_hand(partition.facts, path, copy, shown)}{given}"))
            continue
        if not made.edit("docker", path, wanted, *(beside or _installed(partition.facts, path, found, copy, shown))):
            continue
        made.findings += _outdated(partition, path, place, found) if first else ()
        if place == kernel_of(partition.options) and (partition.rooted or places_module(partition)[1]):
            _tell_places(made, partition, path, contexts or {parent(path)}, gone)
        if inside is None:
            fresh = True
            for entry in builds.building(path):
                _context(made, entry, shown, place.directory)
    if first and fresh and (lines := list(_commands(partition.facts, builds))):
        option = f"`--build-context {shown}=PATH/TO/{place.directory}`"
        message = f"needs {option}, and the same for each service that it imports, wherever its image is built by hand: {', '.join(lines)}"
        made.findings.append(Finding("docker", backend.directory, message))
    return made


def _gone(partition: Partition, path: RepoPath, place: Distribution) -> Iterator[tuple[int, str, str]]:
    """The modules that an image copies by their names and that it is to get with a distribution: places, texts and what stands there instead."""
    facts = partition.facts
    moving = {module for module, part in partition.parts.items() if part == place.title}
    by_line: dict[int, list[tuple[int, str]]] = {}
    text = facts.read(path).decode("latin-1")  # a character for each byte
    for reference in facts.graph.references.get(path, ()):
        if reference.mention.kind == "source" and reference.target.path in moving:
            start = reference.mention.start - len(re.split(r"\s", text[: reference.mention.start])[-1])
            word = re.match(r"[^\s\"',\[]+[ \t]*", text[start:])
            by_line.setdefault(text.rfind("\n", 0, start) + 1, []).extend([(start, word[0])] if word else [])
    for at, said in by_line.items():
        line = text[at:].partition("\n")[0]
        words = [word for word in line.split() if not word.startswith("--")]
        if len(words) == len(said) + 2 and words[0].upper() == "COPY":  # the instruction, and where to
            yield at, line + text[at + len(line) :][:1], ""
        elif len(words) > len(said) + 2 or line.rstrip("\r").endswith("\\"):
            yield from ((start, word, "") for start, word in said)


def _tell_places(
    made: Deployment, partition: Partition, path: RepoPath, contexts: Collection[RepoPath], gone: Iterable[tuple[int, str, str]]
) -> None:
    """Tell what is installed in an image of the monolith where its files are there."""
    directory = partition.backend.directory
    found = placed(partition.facts, path, contexts, directory)
    for copy, place in found.items():
        for _, word, instead in gone:  # it says them no more
            copy = copy.replace(word, instead)  # noqa: PLW2901
        made.edit(
            "docker", path, f"what is installed finds the files of {directory} by {VARIABLE}", AddInstructions(copy, (f"ENV {VARIABLE}={place}",))
        )
    if not found:
        parts = [f"{there} as {place}" for there, place in parted(partition.facts, path, contexts, directory).items()]
        but = f" (it has {listed(parts)}, so that no `ENV` fits what lies beside: copy it to a directory of that name)" if parts else ""
        message = f"does not show where it has {directory}: unless that is where it runs, `ENV {VARIABLE}=` has to say it{but}"
        made.findings.append(Finding("docker", path, message))


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


def _commands(facts: Facts, builds: Builds) -> Iterator[str]:
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
