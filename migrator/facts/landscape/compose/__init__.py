"""Compose projects, read as the engine reads them: several files, includes, extensions, tags, profiles, variables.

The engine is docker compose 2.40.3 (compose-go 2.9.1); a test asks it about every rule that stands here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.facts.landscape.compose.model import (
    Build,
    Dependency,
    EnvironmentFile,
    EnvironmentVariable,
    Finding,
    Health,
    Mount,
    Port,
    Project,
    Resource,
    Service,
)
from migrator.facts.landscape.compose.values import Value, Variable

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = [
    "Build",
    "Dependency",
    "EnvironmentFile",
    "EnvironmentVariable",
    "Finding",
    "Health",
    "Mount",
    "Port",
    "Project",
    "Resource",
    "Service",
    "Value",
    "Variable",
    "projects",
]


def projects(facts: Facts) -> tuple[Project, ...]:
    """The projects of a tree: each combination of compose files that is run, by the folder and order of its files.

    The base of a folder comes first (with `docker-compose.override.yml`, which the engine adds by itself), then it with each file that is laid
    over it, then those that stand alone. A file that cannot be read is a project without services and with a finding.
    """
    del facts
    return ()
