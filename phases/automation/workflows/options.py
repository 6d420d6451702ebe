"""What `[phases.automation.workflows]` in a plan file may say."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from migrator.paths import RepoPath  # noqa: TC001  pydantic reads it
from migrator.phase import Directory
from phases.automation.releases.options import Options as Releasing

__all__ = ["NAMES", "Name", "Options"]

Name = Literal[
    "ci-pr",
    "ci-main",
    "cd-staging",
    "cd-production",
    "security-scan",
    "dependency-update",
    "performance-test",
    "release",
    "stale-pr",
    "migrate-weekly",
]
NAMES: tuple[Name, ...] = (
    "ci-pr",
    "ci-main",
    "cd-staging",
    "cd-production",
    "security-scan",
    "dependency-update",
    "performance-test",
    "release",
    "stale-pr",
    "migrate-weekly",
)
_BRANCH = r"^(?:\w[\w./-]*)?$"
"""A name that git, a shell and YAML read alike."""
_REGISTRY = r"^(?:[\w.-]+(?::\d+)?(?:/(?:[\w.-]|\$\{\{[^{}]*\}\})+)*)?$"
"""A host and what follows it, without `https://`; an expression of GitHub's may stand behind the host."""
_Minutes = Annotated[int, pydantic.Field(ge=1, le=360)]


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Stale(_Table):
    """When a pull request is called stale, and when it is closed."""

    days: int = pydantic.Field(default=30, ge=1)
    """So many days without activity make an issue or pull request stale."""
    close: int = pydantic.Field(default=14, ge=-1)
    """Days after that; -1 never closes any."""
    exempt: tuple[str, ...] = ("security", "pinned")
    """Labels of those that are left alone."""


class Releases(Releasing):
    """What makes releases: what `[phases.automation.releases]` says."""

    enabled: bool = True
    """Whether releases are prepared."""


class Options(_Table):
    """Which workflows are made, on what they run, and which old ones they take the place of."""

    without: tuple[Name, ...] = ()
    """Workflows that are left out."""
    branch: Annotated[str, pydantic.Field(pattern=_BRANCH)] = ""
    """The branch that pull requests go to; empty for the one that old workflows name, else `main`."""
    runner: Annotated[str, pydantic.Field(pattern=r"^(?:[\w.-]|\$\{\{[^{}]*\}\})+$")] = "ubuntu-24.04"
    """What jobs run on: a label of a hosted runner, or an expression."""
    minutes: _Minutes = 30
    """After so many a job is given up."""
    replace: tuple[Directory, ...] = ()
    """Workflows whose work the generated ones do: they go to `infra/ci-cd/github-actions`, where they run no more."""
    registry: Annotated[str, pydantic.Field(pattern=_REGISTRY)] = ""
    """Where images are pushed: `ghcr.io/acme/shop`; empty for the package registry of the repository on GitHub."""
    remote_cache: bool = False
    """Whether turbo shares what it built: it is then given the secret `TURBO_TOKEN` and the variable `TURBO_TEAM`."""
    commands: dict[str, tuple[str, ...]] = {}
    """By a project's directory, what is run in it instead of what shows: `"apps/api" = ["make check"]`."""
    stale: Stale = Stale()
    releases: Releases = Releases()
    auto_merge: tuple[Literal["patch", "minor"], ...] = ()
    """Which updates of dependencies merge by themselves once all checks passed."""
    weekly: bool = False
    """Whether a workflow runs the next slice of the migration each week and opens a pull request with the report."""
    package: str = "migrate-monorepo"
    """What that one installs to migrate."""

    def wants(self, name: Name) -> bool:
        """Whether a workflow is made."""
        return name not in self.without

    @pydantic.field_validator("replace")
    @classmethod
    def _workflows(cls, value: tuple[RepoPath, ...]) -> tuple[RepoPath, ...]:
        if wrong := [one for one in value if not one.startswith(".github/workflows/")]:
            raise ValueError(f"{wrong[0]} is no workflow: name files of .github/workflows")
        return value
