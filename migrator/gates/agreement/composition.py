"""What is put together of files: kustomizations, Argo CD applications, compose files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.gates.agreement.reading import NOTHING, Noted
from migrator.gates.agreement.world import Disagreement, Place, World, opaque
from migrator.paths import RepoPath, join, parent

if TYPE_CHECKING:
    from migrator.gates.agreement.world import Kustomization, Object

__all__ = ["applications", "compositions", "kustomizations"]

_COMPOSE = re.compile(r"(?:^|/)(?:docker-)?compose[\w.-]*\.ya?ml$|(?:^|/)[\w.-]*compose\.ya?ml$")


def kustomizations(world: World) -> Iterator[Disagreement]:
    """What a kustomization lists is there; what it patches, scales or gives an image is among what it lists."""
    for one in world.kustomizations.values():
        for said, path in (*one.entries("resources", "bases", "components", "crds", "configurations", "generators", "transformers"), *one.patches):
            if not world.exists(path):
                yield _missing("kustomization", one, said, path)
            elif path in world.facts.tree.folders and path not in world.kustomizations:
                message = f"names the directory {path}, which has no kustomization"
                yield Disagreement("kustomization", Place(one.path, said.line), said.text, message, Place(RepoPath(str(path)), 0))
        for key in ("configMapGenerator", "secretGenerator"):
            for generator in one.body.get(key).items:
                for file in (*generator.get("files").items, *generator.get("envs").items, generator.get("env")):
                    path = join(one.directory, file.text.rpartition("=")[2]) if file.text else None
                    if file.text and not world.exists(path):
                        yield _missing("kustomization", one, file, path)
        yield from _targets(world, one)


def _missing(check: str, one: Kustomization, said: Noted, path: RepoPath | None) -> Disagreement:
    where = Place(path, 0) if path is not None else None
    return Disagreement(check, Place(one.path, said.line), said.text, f"names {said.text}, and there is no {path or said.text}", where)


def _targets(world: World, one: Kustomization) -> Iterator[Disagreement]:
    """A patch or a replica count that finds nothing is silent or an error; an image that nothing uses is silent.

    A component changes what is put together by those that use it, so that it is judged in each of them, and not by itself.
    """
    for user in _users(world, one, set()):
        if scope := _scope_of(world, user):
            yield from _found(world, one, scope, "it lists" if user is one else f"{user.path} lists")


def _users(world: World, one: Kustomization, seen: set[RepoPath]) -> Iterator[Kustomization]:
    """The kustomizations in which one is judged: itself, or for a component those that use it."""
    if one.body.get("kind").text != "Component":
        yield one
        return
    seen.add(one.directory)
    for user in world.users.get(one.directory, ()):
        if user.directory not in seen:
            yield from _users(world, user, seen)


def _found(world: World, one: Kustomization, scope: list[Object], where: str) -> Iterator[Disagreement]:
    for patch in one.body.get("patches").items:
        target, at = patch.get("target"), Place(one.path, patch.line)
        kind, named = target.get("kind").text, target.get("name").text
        # A name may be a regular expression.
        if re.fullmatch(r"[\w.-]+", named) and not _find(scope, kind, named):
            said = f"patches the {kind or 'object'} {named}, and nothing that {where} is that"
            yield Disagreement("kustomization", at, f"patch {kind} {named}", said, scope[0].place)
        if not target:
            yield from _unfound(world, scope, at, join(one.directory, patch.get("path").text) if patch.get("path").text else None)
    for entry, path in one.entries("patchesStrategicMerge"):
        yield from _unfound(world, scope, Place(one.path, entry.line), path)
    for replicas in one.body.get("replicas").items:
        if replicas.get("name").text and not any(obj.name == replicas.get("name").text for obj in scope):
            said = f"scales {replicas.get('name').text}, and nothing that {where} is called so"
            yield Disagreement("kustomization", Place(one.path, replicas.line), f"replicas {replicas.get('name').text}", said, scope[0].place)
    images = {_image(container.get("image").text) for obj in scope for container in obj.containers}
    for image in one.body.get("images").items:
        if images and image.get("name").text not in images:
            said = f"sets the image {image.get('name').text}, and its objects use {', '.join(sorted(images))}"
            yield Disagreement("kustomization", Place(one.path, image.line), f"image {image.get('name').text}", said, scope[0].place)


def _scope_of(world: World, one: Kustomization) -> list[Object]:
    return [obj for path in world.together(one.directory) if path not in world.patches for obj in world.objects.get(path, ())]


def _unfound(world: World, scope: list[Object], by: Place, path: RepoPath | None) -> Iterator[Disagreement]:
    """The objects in a patch of which there are none to patch."""
    for one in world.objects.get(path, ()) if path is not None else ():
        if not _find(scope, one.kind, one.name):
            said = f"patches the {one}, and nothing that {by.path} lists is that"
            yield Disagreement("kustomization", one.place, f"patch {one}", said, by)


def _find(scope: list[Object], kind: str, named: str) -> bool:
    return any(obj.name == named and kind in {"", obj.kind} for obj in scope)


def _image(text: str) -> str:
    """An image without its tag and digest."""
    bare = text.partition("@")[0]
    head, colon, tag = bare.rpartition(":")
    return head if colon and "/" not in tag else bare


# Argo CD ---------------------------------------------------------------------------------------------------------------


def applications(world: World) -> Iterator[Disagreement]:
    """The path of an application is a directory of the repository that it is taken from, where that is this one; its project is there."""
    found: dict[str, list[tuple[Object, Noted]]] = defaultdict(list)
    projects = [obj for several in world.objects.values() for obj in several if obj.kind == "AppProject"]
    for several in world.objects.values():
        for one in several:
            spec = (
                one.body.get("spec")
                if one.kind == "Application"
                else one.body.get("spec", "template", "spec")
                if one.kind == "ApplicationSet"
                else NOTHING
            )
            yield from _sources(one, spec)
            for source in (spec.get("source"), *spec.get("sources").items):
                if source.get("path").text and not opaque(source.get("path").text) and not source.get("chart"):
                    found[source.get("repoURL").text].append((one, source))
            yield from _project(projects, one, spec)
    # Several repositories may be deployed from here: ours is the one of which some path is there, or the only one.
    ours = {url for url, several in found.items() if any(world.facts.tree.is_dir(join("", s.get("path").text) or "?") for _, s in several)}
    for url, taken in found.items():
        for one, source in taken if url in ours or len(found) == 1 else []:
            said = source.get("path")
            path = join("", said.text)
            if path is None or not world.facts.tree.is_dir(path):
                yield Disagreement(
                    "application", one.at(said), f"{one} {said.text}", f"{one} is taken from {said.text}, which is no directory", _place(path)
                )
                continue
            for file in source.get("helm", "valueFiles").items:
                there = join(path, file.text)
                if file.text and not opaque(file.text) and not file.text.startswith("$") and "://" not in file.text and not world.exists(there):
                    message = f"{one} takes values from {file.text}, and there is no {there}"
                    yield Disagreement("application", one.at(file), f"{one} {file.text}", message, _place(there))


def _sources(one: Object, spec: Noted) -> Iterator[Disagreement]:
    """An application is taken from one place or from several, which its models do not check."""
    if one.kind not in {"Application", "ApplicationSet"} or not one.body.get("apiVersion").text.startswith("argoproj.io/") or not spec:
        return
    said = [key for key in ("source", "sources", "sourceHydrator") if spec.get(key)]
    if len(said) != 1:
        message = f"{one} has {' and '.join(said)}, of which one counts" if said else f"{one} is taken from nowhere: it has no source"
        yield Disagreement("application", one.at(spec), f"{one} sources", message, one.at(spec.get(said[-1])) if said else one.place)


def _place(path: RepoPath | None) -> Place | None:
    return None if path is None else Place(path, 0)


def _project(projects: list[Object], one: Object, spec: Noted) -> Iterator[Disagreement]:
    wanted = spec.get("project")
    if wanted.text and wanted.text != "default" and projects and not opaque(wanted.text) and wanted.text not in {obj.name for obj in projects}:
        said = f"{one} is of the project {wanted.text}, and there {'is' if len(projects) == 1 else 'are'} {', '.join(obj.name for obj in projects)}"
        yield Disagreement("application", one.at(wanted), f"{one} project {wanted.text}", said, projects[0].place)


# compose ---------------------------------------------------------------------------------------------------------------


def compositions(world: World) -> Iterator[Disagreement]:
    """What a service depends on is a service, and what it uses of volumes, networks, secrets and settings is declared."""
    files = [path for path in world.yaml if _COMPOSE.search(path)]
    by_folder: dict[RepoPath, list[RepoPath]] = defaultdict(list)
    for path in files:
        by_folder[parent(path)].append(path)
    for path in files:
        for document in world.documents(path):
            if not document.get("services").pairs:
                continue
            # A file may be one of several that are given together; what it includes from elsewhere is not followed.
            beside = [one for other in by_folder[parent(path)] for one in world.documents(other)]
            if not any(one.get("include") for one in beside):
                yield from _composition(path, document, beside)


def _composition(path: RepoPath, document: Noted, beside: list[Noted]) -> Iterator[Disagreement]:
    known: Mapping[str, set[str]] = {
        key: {word for one in beside for word in one.get(key).pairs} for key in ("services", "volumes", "networks", "secrets", "configs")
    }
    services = document.get("services")
    for service, body in services.pairs.items():
        asked: list[tuple[str, Noted, str]] = []
        for key in ("depends_on", "links"):
            needs = body.get(key)
            asked += [("services", one, word) for word, one in needs.pairs.items() if one.get("required").value is not False]
            asked += [("services", one, one.text.partition(":")[0]) for one in needs.items]
        asked += (
            [("services", body.get("network_mode"), body.get("network_mode").text[8:])]
            if body.get("network_mode").text.startswith("service:")
            else []
        )
        asked += [("networks", one, one.text) for one in body.get("networks").items] + [
            ("networks", one, word) for word, one in body.get("networks").pairs.items()
        ]
        for key in ("secrets", "configs"):
            asked += [(key, one, one.text or one.get("source").text) for one in body.get(key).items]
        for volume in body.get("volumes").items:
            source = volume.text.partition(":")[0] if ":" in volume.text else volume.get("source").text if volume.get("type").text == "volume" else ""
            asked += [("volumes", volume, source)] if re.fullmatch(r"[\w][\w.-]*", source) else []
        for kind, part, word in asked:
            if word and word not in known[kind] and not opaque(word) and not (kind == "networks" and word == "default"):
                said = f"the service {service} uses {word}, and there is no such entry in `{kind}`"
                at = Place(path, document.get(kind).line if document.get(kind) else document.line)
                yield Disagreement("compose", Place(path, part.line), f"{kind} {word}", said, at)
