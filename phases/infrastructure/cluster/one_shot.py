"""What runs once and has to complete: a job for migrations, and what becomes of those who wait for one."""

from __future__ import annotations

import re
from dataclasses import replace

from migrator.facts.landscape.model import Kind, Landscape, Link, Workload
from migrator.origin import Said
from migrator.paths import ancestors, is_within
from phases.infrastructure.cluster.knowledge import DATA, defaults

__all__ = ["is_chore", "joined", "migrating"]

_SHELL = re.compile(r"^(?:\S*/)?(?:ba|da|a)?sh\s+-\w*c\s+")
_NEXT = re.compile(r"&&|\|\||[;\n]")


def is_chore(workload: Workload) -> bool:
    """Whether something that runs once does nothing but give folders to a user."""
    words = (*(workload.entrypoint.value if workload.entrypoint else ()), *(workload.command.value if workload.command else ()))
    steps = [step.strip(" \"'") for step in _NEXT.split(_SHELL.sub("", " ".join(words)))]
    programs = {step.split()[0].rpartition("/")[2] for step in steps if step}
    return workload.kind.value == Kind.JOB and bool(programs) and programs <= defaults().chores.programs


_TOOLS = ("alembic", "flask", "manage.py", "prisma")
_KINDS = (Kind.API, Kind.WEB)


def migrating(landscape: Landscape) -> Landscape:
    """The landscape with a job that brings the schema up to date, where a command for it is known and no workload runs it."""
    command = landscape.migrations
    if command is None or any(one.command and one.command.value == command.value for one in landscape.workloads):
        return landscape
    owner = _owner(landscape, command)
    if owner is None or any(one.label == "migrate" or _migrates(one, command) for one in landscape.workloads):
        return landscape
    job = replace(
        owner, name="migrate", label="migrate", kind=Said(Kind.JOB, command.origins), command=command, entrypoint=None, ports=(), probes=(),
        metrics=None, replicas=None, differences=tuple(one for one in owner.differences if one.field.startswith("environment.")), hosts=(),
    )  # fmt: skip
    data = {one.name for one in landscape.workloads if one.kind.value in DATA}
    links = tuple(replace(link, source="migrate") for link in landscape.asked_by(owner.name) if link.target in data)
    before = Link(owner.name, "migrate", "depends_on", command.origins, None, "completed")
    return replace(landscape, workloads=(*landscape.workloads, job), links=(*landscape.links, *links, before))


def _owner(landscape: Landscape, command: Said[tuple[str, ...]]) -> Workload | None:
    """The workload whose code and image have the command: the nearest to where it was found, an API before what else answers."""
    where = command.origins[0].path
    language = "node" if command.value[0] == "npx" else "python"
    fit = [
        (len(ancestors(one.directory)), one)
        for one in landscape.workloads
        if one.built and one.kind.value in _KINDS and one.directory is not None and is_within(where, one.directory) and one.language in {language, ""}
    ]
    return min(fit, key=lambda pair: (-pair[0], _KINDS.index(pair[1].kind.value)))[1] if fit else None


def _migrates(workload: Workload, command: Said[tuple[str, ...]]) -> bool:
    """Whether a job does already what a command is for."""
    tool = next((one for one in _TOOLS if one in " ".join(command.value)), "")
    return workload.kind.value is Kind.JOB and workload.command is not None and tool in " ".join(workload.command.value)


def joined(landscape: Landscape) -> Landscape:
    """The landscape in which whoever depends on something that has to complete does that itself: asks and waits in its place."""
    outer = [(link.target, link.source) for link in landscape.links if link.condition == "completed"]
    inner = {name for name, _ in outer}
    taken = [replace(link, source=caller) for name, caller in outer for link in landscape.asked_by(name) if link.target != caller]
    kept = [link for link in landscape.links if link.source not in inner]
    return replace(landscape, links=tuple(dict.fromkeys((*kept, *taken))))
