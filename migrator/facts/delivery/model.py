"""The nouns of how a repository is checked and delivered: what installs its projects, who runs which tests, what judges its code, where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.origin import Origin, Said
    from migrator.paths import RepoPath

__all__ = ["Check", "Delivery", "Suite", "Toolchain"]


@dataclass(frozen=True, slots=True)
class Toolchain:
    """What installs a project, and the version of its language."""

    directory: RepoPath
    """The project's."""
    language: str
    """`python` or `node`."""
    manager: str
    """`npm`, `pnpm`, `yarn`, `bun`, `uv`, `poetry`, `pdm`, `pipenv` or `pip`."""
    root: RepoPath
    """Where it installs: the workspace's directory, or the project's own."""
    install: tuple[Said[str], ...]
    """What is typed in `root`; nothing where nothing is required."""
    lock: Said[RepoPath] | None = None
    version: Said[str] | None = None
    """Of the language, as `setup-node` and `setup-python` read it; None where nothing says it."""
    prefix: str = ""
    """What has a program run where the packages are: `uv run `."""
    shared: tuple[RepoPath, ...] = ()
    """Files outside of the project that what is installed depends on."""
    runner: str = ""
    """`turbo` or `nx`, where one runs the tasks of the workspace that it is a member of."""
    tasks: tuple[str, ...] = ()
    """What that one is told of."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Tests of one kind that a runner collects."""

    tool: str
    """`pytest`, `unittest`, `django`, `vitest`, `jest`, `playwright`, `cypress`, `node`."""
    directory: RepoPath
    """Where people run it."""
    kind: str
    """`unit`, `integration`, `e2e`, `performance`, `security` or `visual`."""
    files: tuple[RepoPath, ...]
    origin: Origin
    """The first of its files."""
    settled: bool = True
    """Whether settings or a manifest say that tests are run there; without, they are what no project has."""
    starts: bool = False
    """Whether its settings start what it drives: the `webServer` of Playwright."""
    apart: tuple[str, ...] = ()
    """What keeps the runner out of folders below that other projects test themselves."""
    folder: RepoPath | None = None
    """The one folder that has all of them and no others; None where they lie among others."""


@dataclass(frozen=True, slots=True)
class Check:
    """A tool that judges the code of a project without running it."""

    directory: RepoPath
    tool: str
    command: str
    """What is typed in the directory, without what finds the program."""
    origins: tuple[Origin, ...]
    """What requires it, and what it is told."""
    advisory: bool = False
    """Wherever pipelines run it they go on when it finds something."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An environment that follows a directory of the repository: an application of Argo CD on an overlay of kustomize."""

    environment: str
    """As the application's label or the overlay's folder calls it."""
    application: Origin
    overlay: RepoPath
    revision: str
    images: tuple[Said[str], ...] = ()
    """The names that the overlay gives tags to."""
