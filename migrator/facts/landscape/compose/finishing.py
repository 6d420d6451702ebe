"""What the engine adds to a project before it runs it: environment files, names of resources, the default network, dependencies that other keys bring."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.landscape.compose import dotenv
from migrator.facts.landscape.compose.forms import made
from migrator.facts.landscape.compose.places import in_repository, shown
from migrator.facts.landscape.compose.types import cast
from migrator.facts.landscape.compose.values import Value
from migrator.origin import Origin, Said, default
from migrator.paths import RepoPath, name

if TYPE_CHECKING:
    from migrator.facts.landscape.compose.interpolation import Surroundings
    from migrator.facts.landscape.compose.loading import Loading

__all__ = ["finished", "named", "normal_name"]

_SHARED = ("network_mode", "ipc", "pid", "uts", "cgroup")
_NAMED = ("networks", "volumes", "configs", "secrets")


def normal_name(text: str) -> str:
    """A project's name as the engine takes it."""
    return re.sub(r"[^a-z0-9_-]", "", text.lower()).lstrip("_-")


def named(loading: Loading, files: tuple[RepoPath, ...], directory: RepoPath, known: Surroundings, folder: str) -> Said[str]:
    """A project's name: what `.env` says, else the last file that has one, else the folder of the first file."""
    if (said := known.get("COMPOSE_PROJECT_NAME")) is not None and said.value:
        return said
    found: Said[str] | None = None
    for path in files:
        for page in loading.pages(path):
            value = page.value.get("name")
            if value is not None and isinstance(value.data, str) and (text := normal_name(loading.interpolated(value, known).text)):
                found = Said(text, value.origins)
    if found is not None:
        return found
    return default(normal_name(name(directory) or folder), "the engine names a project after the folder of its first file")


def finished(value: Value, loading: Loading, project: Said[str], known: Surroundings) -> Value:
    """A project with everything that the engine adds."""
    value = _configured(cast(_with_networks(value), lambda why, one: loading.note("invalid", why, one)), known)
    services = value.get("services")
    if services is not None:
        value = value.with_({**value.pairs, "services": services.with_({key: _service(one, loading, known) for key, one in services.pairs.items()})})
    return _with_names(value, project)


def _with_networks(value: Value) -> Value:
    """Services that name no network are in the default one."""
    services = value.get("services")
    if services is None:
        return value
    found, used = {}, False
    for key, one in services.pairs.items():
        networks = one.get("networks")
        found[key] = one
        if not isinstance(one.data, Mapping) or "provider" in one.pairs or "network_mode" in one.pairs:
            continue
        if networks is None or not networks.pairs:
            found[key] = one.with_({**one.pairs, "networks": Value({"default": Value(None, one.origins)}, one.origins)})
        used = used or networks is None or not networks.pairs or "default" in networks.pairs
    said = value.get("networks")
    declared = dict(said.pairs) if said is not None else {}
    if used:
        declared.setdefault("default", Value(None, services.origins))
    rest = {**value.pairs, "services": services.with_(found)}
    return value.with_({**rest, "networks": Value(declared, said.origins if said is not None else services.origins)} if declared else rest)


def _configured(value: Value, known: Surroundings) -> Value:
    """Configs that a variable holds."""
    said = value.get("configs")
    if said is None:
        return value
    found = {}
    for key, one in said.pairs.items():
        variable = one.get("environment")
        given = known.get(variable.text) if variable is not None else None
        found[key] = one if given is None else one.with_({**one.pairs, "content": Value(given.value, given.origins)})
    return value.with_({**value.pairs, "configs": said.with_(found)})


def _service(value: Value, loading: Loading, known: Surroundings) -> Value:
    if not isinstance(value.data, Mapping):
        return value
    found = dict(value.pairs)
    if (policy := found.get("pull_policy")) is not None and policy.data == "if_not_present":
        found["pull_policy"] = policy.with_("missing")
    if (build := found.get("build")) is not None and isinstance(build.data, Mapping):
        found["build"] = _build(build, known)
    if depends := {**dict(_brought(value)), **(said.pairs if (said := found.get("depends_on")) is not None else {})}:
        found["depends_on"] = Value(depends, said.origins if said is not None else value.origins)
    if (volumes := found.get("volumes")) is not None:
        found["volumes"] = volumes.with_(tuple(_cleaned(one) for one in volumes.items))
    if environment := _environment(found.get("environment"), found.get("env_file"), loading, known):
        origins = [origin for one in environment.values() for origin in one.origins]
        found["environment"] = Value(environment, tuple(dict.fromkeys(origins)))
    if labels := _labels(found.get("labels"), found.get("label_file"), loading):
        found["labels"] = Value(labels, tuple(dict.fromkeys(origin for one in labels.values() for origin in one.origins)))
    return value.with_(found)


def _build(build: Value, known: Surroundings) -> Value:
    found = dict(build.pairs)
    if "dockerfile" not in found and "dockerfile_inline" not in found:
        found["dockerfile"] = Value("Dockerfile", build.origins)
    if (arguments := found.get("args")) is not None:
        found["args"] = arguments.with_(_resolved(arguments, known))
    return build.with_(found)


def _resolved(value: Value, known: Surroundings) -> dict[str, Value]:
    """What is only named is what is known."""
    return {
        key: replace(one, data=known[key].value, raw=None, shown=None, origins=(*one.origins, *known[key].origins))
        if one.data is None and key in known
        else one
        for key, one in value.pairs.items()
    }


def _brought(value: Value) -> Iterator[tuple[str, Value]]:
    """The services that others of its keys need."""

    def needs(one: Value, key: str, *, restart: bool) -> Value:
        return replace(made({"condition": "service_started", "restart": restart, "required": True}, one), raw=key)

    for one in said.items if (said := value.get("volumes_from")) is not None else ():
        if not one.text.startswith("container:"):
            yield one.text.partition(":")[0], needs(one, "volumes_from", restart=False)
    for key in _SHARED:
        if (shared := value.get(key)) is not None and shared.text.startswith("service:"):
            yield shared.text.removeprefix("service:"), needs(shared, key, restart=True)
    for one in said.items if (said := value.get("links")) is not None else ():
        yield one.text.partition(":")[0], needs(one, "links", restart=True)


def _cleaned(value: Value) -> Value:
    target = value.get("target")
    return value if target is None else value.with_({**value.pairs, "target": target.with_(posixpath.normpath(target.text))})


def _environment(said: Value | None, files: Value | None, loading: Loading, known: Surroundings) -> dict[str, Value]:
    """The variables of environment files in their order, and over them those of the service."""
    own = _resolved(said, known) if said is not None else {}
    given = {key: Said(one.text, one.origins) for key, one in own.items() if one.data is not None}
    seen: dict[str, Said[str]] = {}
    for file in files.items if files is not None else ():
        place, required = file.get("path"), file.get("required")
        path = in_repository(place.text) if place is not None else None
        if place is None or path is None or path not in loading.facts.tree:
            needed = required is None or required.data is not False
            if needed:
                loading.note("missing", f"the environment file {shown(place.text if place is not None else '')} is not in the repository", file)
            continue
        form = file.get("format")
        seen = _variables(loading, path, form.text if form is not None else "", {**given, **known}, seen)
    return {**{key: Value(one.value, one.origins) for key, one in seen.items()}, **own}


def _variables(loading: Loading, path: RepoPath, form: str, known: Surroundings, before: Surroundings) -> dict[str, Said[str]]:
    source = loading.facts.read(path)
    if form == "raw":
        return {**before, **dotenv.raw(path, source, known)}
    if form:
        loading.note("invalid", f"the engine knows no environment file of the format {form}", Origin(path))
    try:
        return dotenv.variables(path, source, known, before)
    except dotenv.DotenvError as error:
        loading.note("unread", f"the file of variables cannot be read: {error}", Origin(path, error.line))
        return dict(before)


def _labels(said: Value | None, files: Value | None, loading: Loading) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for file in files.items if files is not None else ():
        path = in_repository(file.text)
        if path is None or path not in loading.facts.tree:
            loading.note("missing", f"the file of labels {shown(file.text)} is not in the repository", file)
            continue
        seen = _variables(loading, path, "", {key: Said(one.text, one.origins) for key, one in found.items()}, {})
        found.update({key: Value(one.value, one.origins) for key, one in seen.items()})
    return {**found, **(said.pairs if said is not None else {})}


def _with_names(value: Value, project: Said[str]) -> Value:
    found = dict(value.pairs)
    for kind in _NAMED:
        if (said := found.get(kind)) is None:
            continue
        resources = {}
        for key, one in said.pairs.items():
            external = one.get("external")
            text = key if external is not None and external.data is True else f"{project.value}_{key}"
            resources[key] = one.with_({"name": Value(text, (*one.origins, *project.origins)), **one.pairs})
        found[kind] = said.with_(resources)
    return value.with_({**found, "name": Value(project.value, project.origins)})
