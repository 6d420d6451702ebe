"""The nouns of what a repository consists of: its projects, what they need of each other, and the commands that people run in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.origin import Origin
    from migrator.paths import RepoPath

__all__ = ["MEASURING", "Command", "Measure", "Need", "Project", "Stored"]


@dataclass(frozen=True, slots=True)
class Need:
    """That one project uses another, by what its code imports."""

    target: RepoPath
    """The other project's directory."""
    origins: tuple[Origin, ...]
    """Each place that imports something of it, by path and line."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that people of this repository run, as a file of it defines it."""

    name: str
    """As its source calls it: `dev`, `test:e2e`."""
    words: tuple[str, ...]
    """What is typed in `directory`: `("npm", "run", "dev")`."""
    directory: RepoPath
    text: str
    """What it runs, where its source says so; secrets are hidden in it."""
    origin: Origin
    runner: str = ""
    """What runs it: `package`, `make`, `just`, `compose`, `kustomize`, `bash` … as the rows of `commands.toml` call it."""
    purpose: str = ""
    """What it is for, one of `aims.PURPOSES`; empty where neither its name nor what it runs tells."""


@dataclass(frozen=True, slots=True)
class Project:
    """A directory with a manifest of its own."""

    directory: RepoPath
    """Empty for the root."""
    name: str
    """What its manifest calls it, else its directory's name."""
    language: str
    """`python` or `node`, by its first manifest."""
    manifest: Origin
    """The file, and the line of its name where it has one."""
    layer: str
    """The first folder of its path where it is below one: `apps`, `packages`, `services` …; empty at the root."""
    needs: tuple[Need, ...] = ()
    """By target."""
    requirements: Mapping[str, str] = field(default_factory=dict)
    """Libraries of others that its manifest names, to run or to develop it, with the wanted versions as written."""
    commands: tuple[Command, ...] = ()
    """What is run in it, or below it where there is no project closer; read only where a phase's families ask for it (`with_projects`)."""
    unread: str = ""
    """Why its manifest cannot be read."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A file by which the repository measures how fast it is."""

    tool: str
    """`k6`, `locust`, `artillery` or `lighthouse`."""
    origin: Origin
    """The file, and the line that shows it."""
    pages: tuple[str, ...] = ()
    """The paths of the pages that it measures, where it lists them."""

    @property
    def command(self) -> str:
        """What is typed at the root of the repository."""
        return MEASURING[self.tool].format(self.origin.path)


MEASURING = {
    "k6": "k6 run {}",
    "locust": "locust -f {}",
    "artillery": "npx artillery@2 run {}",
    "lighthouse": "npx @lhci/cli@0.15 autorun --config={}",
}
"""By tool, how a file of its own is run."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A table of a database that the code declares."""

    name: str
    """As the database calls it, its schema included."""
    origin: Origin
