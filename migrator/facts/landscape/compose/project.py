"""Projects as nouns: each combination of compose files that is run, read as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migrator.facts.landscape.compose import purposes
from migrator.facts.landscape.compose.engine import Loaded, load
from migrator.facts.landscape.compose.grouping import Group, Standing, groups
from migrator.facts.landscape.compose.model import Finding, Project, Resource
from migrator.facts.landscape.compose.places import in_repository
from migrator.facts.landscape.compose.services import service
from migrator.facts.landscape.compose.values import Value, Variable
from migrator.origin import Said
from migrator.paths import RepoPath, parent

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.landscape.compose.model import Service

__all__ = ["projects"]

_NOTHING = Value(None, ())


def projects(facts: Facts) -> tuple[Project, ...]:
    """The projects of a tree: each combination of compose files that is run, by the folder and order of its files.

    The base of a folder comes first (with `docker-compose.override.yml`, which the engine adds by itself), then what commands name together,
    then what is laid over it or stands alone. A file that cannot be read is a project without services and with a finding.
    """
    return facts.derive(_projects)


def _projects(facts: Facts) -> tuple[Project, ...]:
    loaded: dict[tuple[RepoPath, ...], Loaded] = {}

    def once(files: tuple[RepoPath, ...]) -> Loaded:
        if files not in loaded:
            loaded[files] = load(facts, files)
        return loaded[files]

    def standing(path: RepoPath) -> Standing:
        found = once((path,))
        services = (found.value.get("services") or _NOTHING).pairs
        whole = all({"image", "build", "provider"} & set(one.pairs) for one in services.values())
        return Standing(whole, frozenset(services), frozenset(found.loading.read) - {path})

    return tuple(_project(facts, group, once(group.files)) for group in groups(facts, standing))


def _project(facts: Facts, group: Group, loaded: Loaded) -> Project:
    value, loading = loaded.value, loaded.loading
    services = {
        name: service(name, one, facts.tree, tuple(loading.extends.get(name, ())))
        for name, one in (value.get("services") or _NOTHING).pairs.items()
        if isinstance(one.data, Mapping)
    }
    variables = tuple(sorted(dict.fromkeys(loading.variables), key=lambda one: (one.name, one.origin)))
    return Project(
        files=group.files,
        evidence=group.evidence,
        directory=parent(group.files[0]),
        name=loaded.name,
        environment=purposes.environment(group.files, services),
        swarm=purposes.swarm(group.files, value, group.swarm),
        archived=purposes.archived(group.files[-1]),
        services=services,
        volumes=_resources(value, "volumes"),
        networks=_resources(value, "networks"),
        secrets=_resources(value, "secrets"),
        configs=_resources(value, "configs"),
        included=tuple(path for path in loading.read if path not in group.files),
        variables=variables,
        findings=(*loading.findings, *_noted(services, variables)),
        values=value,
    )


def _resources(value: Value, kind: str) -> dict[str, Resource]:
    return {name: _resource(name, one) for name, one in (value.get(kind) or _NOTHING).pairs.items()}


def _resource(name: str, value: Value) -> Resource:
    file, variable, external = (value.get(key) or _NOTHING for key in ("file", "environment", "external"))
    path = in_repository(file.text)
    return Resource(
        name=name,
        origins=value.origins,
        values=value,
        external=external.data is True,
        file=Said(path, file.origins) if path is not None else None,
        environment=Said(variable.text, variable.origins) if variable.data else None,
    )


def _noted(services: Mapping[str, Service], variables: tuple[Variable, ...]) -> Iterator[Finding]:
    """What the engine takes and people ought to know."""
    for one in variables:
        if one.unset and not one.required:
            yield Finding("unset", f"nothing sets {one.name}, and it has no default", one.origin)
    for each in services.values():
        for origin in each.literals:
            yield Finding("secret", f"a secret of `{each.name}` stands in the file", origin)
        if each.image is not None and each.build is None and not _is_pinned(each.image.value):
            yield Finding("image", f"the image of `{each.name}` has no tag that stays: whatever is newest runs", each.image.origins[0])


def _is_pinned(image: str) -> bool:
    last = image.rpartition("/")[2]
    return "@" in last or (":" in last and last.rpartition(":")[2] not in {"", "latest"}) or "${" in image
