"""What `[phases.tooling.suites]` in a plan file may say; `plans/v3.toml` holds the defaults."""

from __future__ import annotations

from typing import Annotated

import pydantic

from migrator.paths import RepoPath
from migrator.phase import Directory, Pattern

__all__ = ["Coverage", "Options"]

_Percent = Annotated[float, pydantic.Field(ge=0, le=100)]


class Coverage(pydantic.BaseModel):
    """What of the code tests have to run."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    goal: _Percent = 80.0
    """Percent of lines, wherever it is not less today."""
    measured: dict[Directory, _Percent] = {}
    """By project: what it is today, where no file of the repository says it."""


class Options(pydantic.BaseModel):
    """Where tests go, by what they reach for, and what is said of them."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    folder: Directory = RepoPath("tests")
    """A project's folder of tests, where it has none yet."""
    targets: dict[str, Directory] = {}
    """The kind of a test (`integration/api`, `e2e/web` …) to its folder below that; to nowhere, written `""`: such tests stay."""
    keep: tuple[Pattern, ...] = ()
    """Patterns (as in .gitignore) of what is nobody's to move: archives, what a tool only finds where it is."""
    stays: tuple[Pattern, ...] = ()
    """Further ones of this repository: what people answered that it stays."""
    moves: dict[Directory, Directory] = {}
    """Tests that go to a place of their own, whatever they are taken for."""
    commands: bool = True
    """Whether each kind gets a command where a project has a file of commands."""
    coverage: Coverage = Coverage()
    gates: tuple[str, ...] = ()
    """Command gates that judge every step that moves tests."""
