"""What `[phases.tooling.suites]` in a plan file may say; `plans/v3.toml` holds the defaults."""

from __future__ import annotations

from typing import Annotated

import pydantic

from migrator.paths import RepoPath
from migrator.phase import Directory
from migrator.placing import Placement

__all__ = ["Coverage", "Options"]

_Percent = Annotated[float, pydantic.Field(ge=0, le=100)]


class Coverage(pydantic.BaseModel):
    """What of the code tests have to run."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    goal: _Percent = 80.0
    """Percent of lines, wherever it is not less today."""
    measured: dict[Directory, _Percent] = {}
    """By project: what it is today, where no file of the repository says it."""


class Options(Placement):
    """Where tests go, by what they reach for, and what is said of them; a target is a kind's folder (`integration/api`) below the project's for tests."""

    enabled: bool = True
    """Whether tests are brought into folders of their kind."""
    folder: Directory = RepoPath("tests")
    """A project's folder of tests, where it has none yet."""
    commands: bool = True
    """Whether each kind gets a command where a project has a file of commands."""
    coverage: Coverage = Coverage()
