"""The nouns of pipelines that are there: which jobs, with which steps, and what each types where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.origin import Origin, Said
    from migrator.paths import RepoPath

__all__ = ["Job", "Line", "Pipeline", "Step"]


@dataclass(frozen=True, slots=True)
class Line:
    """A command of a step."""

    words: tuple[str, ...]
    """Without what sets variables and what finds the program: `python -m`, `npx`, `uv run`."""
    directory: RepoPath | None
    """Where it is typed, as that is called today; None where that cannot be followed."""
    tolerant: bool
    """Whether the job goes on when it fails."""
    origin: Origin

    @property
    def tool(self) -> str:
        """The program."""
        return self.words[0] if self.words else ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What it is given, without its own first word such as `check` or `run`."""
        rest = self.words[1:]
        return rest[1:] if rest and rest[0] in {"check", "run", "format", "test"} else rest

    @property
    def text(self) -> str:
        """As people read it; secrets are hidden in it."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job."""

    title: str
    uses: str
    """An action or workflow that it calls; empty for a step that runs commands."""
    lines: tuple[Line, ...]
    origin: Origin
    given: tuple[tuple[str, str], ...] = ()
    """What it gives to the action, where that is text without secrets."""
    variables: tuple[str, ...] = ()
    """The names of the variables that are set for it and its job alone."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a pipeline."""

    name: str
    steps: tuple[Step, ...]
    origin: Origin
    uses: str = ""
    """The workflow that it is."""
    services: tuple[Said[str], ...] = ()
    """Images that run beside it."""
    environment: str = ""
    matrix: bool = False
    """Whether it runs several times, with other values each."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A file by which a system of continuous integration is told what to do."""

    path: RepoPath
    system: str
    """`github`, `gitlab`, `circleci`, `azure`, `jenkins`."""
    title: str
    triggers: tuple[str, ...]
    jobs: tuple[Job, ...]
    secrets: tuple[str, ...]
    """The names of the secrets that it is given."""
    branches: tuple[Said[str], ...] = ()
    """Those on which it runs, or to which pull requests go for which it runs."""
    problem: str = ""
    """Why it cannot be read."""
    missing: tuple[Said[str], ...] = ()
    """Workflows, actions and scripts of the repository that it calls, and that are not there."""
