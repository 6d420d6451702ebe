"""Compose projects, read as the engine reads them: several files, includes, extensions, tags, profiles, variables.

The engine is docker compose 2.40.3 (compose-go 2.9.1); a test asks it about every rule that stands here.
"""

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
from migrator.facts.landscape.compose.project import projects
from migrator.facts.landscape.compose.values import Value, Variable

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
