"""What a new service is built with: its file of a project or of requirements, and its image."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import tomlkit

from migrator.facts.conventions.model import NAME
from migrator.origin import Said, default, plain
from migrator.paths import name, parent
from phases.tooling.generators.blueprint import dotted, lines, prose
from phases.tooling.generators.frameworks import MAKERS

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.conventions.model import Service

__all__ = ["PORT", "packaging"]

PORT = 8000
"""Where a service listens whose like say nothing of it."""


def packaging(seen: Service, home: str, module: str) -> Iterator[Artefact]:
    """The files with which a service is installed and its image is made."""
    manifest = _manifest(seen)
    if manifest:
        origins = seen.example.origins
        yield lines(f"{home}/pyproject.toml", (Said(line, origins if line.strip(" ]}") else ()) for line in _toml(manifest).rstrip("\n").split("\n")))
    if seen.requirements or not manifest:
        yield lines(f"{home}/requirements.txt", _required(seen))
    if seen.image is not None:
        ready = seen.dockerfile or _image(seen, home, module)
        yield lines(f"{home}/{seen.dockerfile_name}", ready) if isinstance(ready, tuple) else ready
    if seen.dockerignore and seen.dockerfile:
        yield lines(f"{home}/{seen.dockerfile_name}.dockerignore", seen.dockerignore)


def _image(seen: Service, home: str, module: str) -> Artefact:
    target = f"{dotted(f'{module}/{seen.main}')}:{f'{seen.factory}()' if seen.factory else seen.application}"
    port = seen.port or PORT
    command = json.dumps([one.format(target=target, port=port) for one in MAKERS[seen.framework].serves], ensure_ascii=False)
    values = {"image": seen.image, "command": command, "port": port}
    return prose(f"{home}/{seen.dockerfile_name}", "Dockerfile.j2", **values, manifest=bool(_manifest(seen)))


def _required(seen: Service) -> list[Said[str]]:
    said = list(seen.requirements)
    for one in MAKERS[seen.framework].requires:
        if not any(re.match(rf"{one.partition('[')[0]}\b", line.value, re.IGNORECASE) for line in said):
            said.append(default(one, "what serves has to be installed"))
    return said


def _manifest(seen: Service) -> Mapping[str, Any]:
    """What its file of a project says; nothing where the others have none."""
    said: dict[str, Any] = plain(dict(seen.manifest))  # type: ignore[assignment]  # a table stays one
    described = f"The {NAME} of this repository."
    if project := said.get("project"):
        needs = [one for one in project.get("dependencies", []) if isinstance(one, str)]
        needs += (
            []
            if seen.requirements and not needs
            else [
                one
                for one in MAKERS[seen.framework].requires
                if not any(re.match(rf"{one.partition('[')[0]}\b", line, re.IGNORECASE) for line in needs)
            ]
        )
        if needs and seen.settings_style == "pydantic_settings" and not any(line.startswith("pydantic-settings") for line in needs):
            needs.append("pydantic-settings")
        said["project"] = {
            **project,
            "name": NAME,
            "version": "0.1.0",
            "description": described,
            **({"dependencies": sorted(needs)} if needs else {}),
        }
        groups = said.get("dependency-groups", {})
        if "dev" in groups and seen.framework == "fastapi" and "httpx" not in str(said):
            groups["dev"].append("httpx")
        return {key: said[key] for key in ("build-system", "project", *sorted(said)) if key in said}
    if poetry := said.get("tool", {}).get("poetry"):
        package, root = name(seen.package.value), name(parent(seen.package.value))
        packaged = {"packages": [{"include": package, **({"from": root} if root else {})}]} if package else {"package-mode": False}
        said["tool"]["poetry"] = {
            "name": NAME,
            "version": "0.1.0",
            "description": described,
            "authors": [],
            **packaged,
            **{key: one for key, one in poetry.items() if key not in {"name", "version"}},
        }
        return said
    return {}


def _toml(said: Mapping[str, Any]) -> str:
    """A TOML file in which lists of several entries have a line for each."""

    def item(value: Any) -> Any:  # noqa: ANN401  TOML is anything
        if isinstance(value, dict):
            table = tomlkit.table()
            for key, one in value.items():
                table[key] = item(one)
            return table
        if isinstance(value, list):
            array = tomlkit.array()
            for one in value:
                array.append(_inline(one) if isinstance(one, dict) else one)
            return array.multiline(multiline=len(value) > 1)
        return value

    document = tomlkit.document()
    for key, value in said.items():
        document[key] = item(value)
    return tomlkit.dumps(document)


def _inline(said: Mapping[str, Any]) -> Any:  # noqa: ANN401  tomlkit's own type
    table = tomlkit.inline_table()
    table.update(said)
    return table
