"""The files of the configuration: what each environment tells, what holds of all of them, flags, and where secrets are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.artefact import json_artefact, template_artefact, text_artefact
from migrator.origin import Origin, Said
from migrator.paths import RepoPath
from phases.infrastructure.configuration.catalogue import PATTERNS, Entry
from phases.infrastructure.configuration.dotenv import assignment
from phases.infrastructure.environments import ENVIRONMENTS, secret_key

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload
    from phases.infrastructure.configuration.options import Options

__all__ = ["FILES", "env_file", "flag_file", "required", "schema", "secrets", "unignored"]

FAMILY = "configuration"
FILES = (*ENVIRONMENTS.values(), "example")
"""The env files."""
_Line = tuple[str, tuple[Origin, ...]]
_PACKAGE = "phases.infrastructure.configuration"


def env_file(landscape: Landscape, options: Options, known: tuple[Entry, ...], environment: str) -> Artefact:
    """What an environment tells its workloads; an entry says what it is, who reads it and who sets it."""
    lines: list[_Line] = [(f"# {line}".rstrip(), ()) for line in _head(landscape, options, environment)]
    for entry in known:
        if environment == "example" or environment in entry.there:
            lines += [("", ()), *_told(landscape, options, entry, environment)]
    return text_artefact(RepoPath(f"{options.directory}/environments/.env.{environment}"), FAMILY, lines)


def _head(landscape: Landscape, options: Options, environment: str) -> tuple[str, ...]:
    what = "What can be set" if environment == "example" else f"What is set in {environment}"
    return (
        f"{what}, for all workloads of {landscape.name}. Secrets are not here: see {options.directory}/secrets/README.md.",
        f"What has to hold of it: {options.directory}/validation/config-schema.json.",
    )


def _told(landscape: Landscape, options: Options, entry: Entry, environment: str) -> Iterator[_Line]:
    kind = ["secret" if entry.secret else entry.type, *(["required"] if entry.required else [])]
    yield f"# {entry.name}: {', '.join(kind)}; of {', '.join(workload.name for workload, _ in entry.uses)}", entry.origins
    if entry.description:
        yield f"# {' '.join(entry.description.split())}", entry.readers
    if entry.readers:
        yield f"# read in {_places(entry.readers)}", entry.readers
    if entry.givers:
        yield f"# set in {_places(entry.givers)}", entry.givers
    if entry.secret:
        where = "<environment>" if environment == "example" else environment
        key = f"# kept in {options.store} as {secret_key(landscape, where, entry.name)}"
        yield key if entry.kept else "# the code has a default, and nothing sets it", entry.origins
    elif differing := entry.differing.get(environment):
        each = ", ".join(f"{workload.name} {value.value}" for workload, value in differing)
        yield (
            f"# workloads do not agree, so each has its own: {' '.join(each.split())}",
            tuple(origin for _, value in differing for origin in value.origins),
        )
    elif value := entry.values.get(environment):
        written = assignment(entry.name, value.value)
        if written is not None:
            yield from ((line, value.origins) for line in written.split("\n"))
            return
        yield "# its value cannot be written so that every reader of this file sees the same", value.origins
    else:
        yield "# nothing gives it a value here", entry.origins
    yield f"# {entry.name}=", entry.origins


def _places(origins: tuple[Origin, ...]) -> str:
    """Files, without lines: those are told by `migrate explain`, and would change with every edit."""
    return ", ".join(dict.fromkeys(origin.path or origin.why for origin in origins))


def required(known: tuple[Entry, ...]) -> list[Entry]:
    """What stands in every env file."""
    return [entry for entry in known if all(entry.values.get(one) and assignment(entry.name, entry.values[one].value) is not None for one in FILES)]


def schema(landscape: Landscape, options: Options, known: tuple[Entry, ...]) -> Artefact:
    """What has to hold of an env file, and, by workload, of what a process is started with."""
    properties = {entry.name: _property(entry) for entry in known}
    processes = {
        f"process-{workload.label}": {
            "description": Said(f"What {workload.name} does not start without, secrets included.", workload.origins),
            "$ref": "#/$defs/settings",
            "required": needs,
        }
        for workload in landscape.workloads
        if (needs := _needs(workload))
    }
    model = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Settings of {landscape.name}",
        "description": "What an env file holds. What a process is started with is held against #/$defs/process-NAME.",
        "$ref": "#/$defs/settings",
        "required": [Said(entry.name, entry.values["example"].origins) for entry in required(known)],
        "unevaluatedProperties": False,
        "$defs": {"settings": {"type": "object", "properties": properties}, **processes},
    }
    return json_artefact(RepoPath(f"{options.directory}/validation/config-schema.json"), FAMILY, model)


def _needs(workload: Workload) -> list[Said[str]]:
    return [
        Said(setting.name, (*setting.readers, *setting.givers)) for setting in sorted(workload.settings, key=lambda one: one.name) if setting.required
    ]


def _property(entry: Entry) -> dict[str, object]:
    told: dict[str, object] = {"type": Said("string", entry.origins)}
    if entry.description:
        told["description"] = Said(" ".join(entry.description.split()), entry.readers)
    if entry.secret:
        return {**told, "writeOnly": True, "minLength": 1}
    if entry.type in PATTERNS:
        told["pattern"] = Said(PATTERNS[entry.type], entry.origins)
    if example := entry.values.get("example"):
        told["examples"] = [example]
    return told


def flag_file(options: Options, known: tuple[Entry, ...], short: str) -> Artefact:
    """Which flags an environment has on; what is no plain yes or no stays a text."""
    flags = {entry.name: entry.values[ENVIRONMENTS[short]].then(_flag) for entry in known if ENVIRONMENTS[short] in entry.values}
    return json_artefact(RepoPath(f"{options.directory}/feature-flags/{short}.json"), FAMILY, flags)


def _flag(text: str) -> object:
    return text.lower() in {"true", "1", "yes", "on"} if re.search(PATTERNS["boolean"], text) else text


def secrets(landscape: Landscape, options: Options, known: tuple[Entry, ...]) -> Artefact:
    """Where each secret is used and kept; never what it is."""
    rows = [
        {
            "name": Said(entry.name, entry.origins),
            "workloads": [workload.name for workload, _ in entry.uses],
            "readers": _places(entry.readers),
            "givers": _places(entry.givers),
            "keys": [
                Said(secret_key(landscape, environment, entry.name), entry.origins)
                for environment in ENVIRONMENTS.values()
                if environment in entry.there
            ],
        }
        for entry in known
    ]
    return template_artefact(RepoPath(f"{options.directory}/secrets/README.md"), FAMILY, _PACKAGE, "secrets.md", rows=rows, options=options)


def unignored(options: Options) -> Artefact:
    """Most repositories ignore `.env` files wherever they lie: these are to be committed."""
    why = "# What lies here holds no secrets: a pattern for env files further up does not mean it."
    lines = [why, *(f"!.env.{environment}" for environment in sorted(FILES))]
    return text_artefact(RepoPath(f"{options.directory}/environments/.gitignore"), FAMILY, ((line, ()) for line in lines))
