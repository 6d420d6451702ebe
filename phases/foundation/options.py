"""What `[phases.foundation]` in a plan file may say; `plans/v3.toml` holds the defaults of everything that is a matter of taste."""

from __future__ import annotations

import posixpath
from typing import Annotated, Literal

import pydantic

from migrator.paths import RepoPath
from migrator.phase import Directory, Pattern

__all__ = ["Group", "Options", "PackageKind", "PackageOptions"]

PackageKind = Literal["types", "constants", "helpers", "components"]
"""What a package holds: types alone; literal constants; functions without state or surroundings; React components."""


def _scope(text: str) -> str:
    name = text.removeprefix("@")
    if not name or name != name.lower() or posixpath.basename(name) != name or " " in name:
        raise ValueError("a scope is one lower-case word, with or without `@`")
    return name


Scope = Annotated[str, pydantic.AfterValidator(_scope)]


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Group(_Table):
    """A folder in a package's `src/` and what shows that a module belongs there: any of these."""

    names: tuple[str, ...] = ()
    """Patterns for the words of the module's own name, or for all of it."""
    exports: tuple[str, ...] = ()
    """Patterns for the names it exports."""
    fields: tuple[str, ...] = ()
    """Names of fields that its types have."""


class PackageOptions(_Table):
    """One package: what it holds, where in an application its modules may lie, and the folders in it."""

    kind: PackageKind
    """What the package holds."""
    description: str
    """What the package is for, in its manifest."""
    sources: tuple[Directory, ...] = ()
    """Directories and files, seen from the application."""
    grouped: tuple[Directory, ...] = ()
    """Further ones that hold all sorts of code: only what shows that it belongs to one of the `groups` moves."""
    importers: int = pydantic.Field(default=1, ge=0)
    """So many files must use a module before it counts as shared."""
    folder: Directory = RepoPath("")
    """Where in `src/` its modules go."""
    groups: dict[str, Group] = {}
    """Folder to what belongs there; the first that fits wins."""


class Options(_Table):
    """The target of phase 1."""

    app: Directory | None = None
    """The directory of the main web application; detected when it is not given."""
    web: Directory = RepoPath("apps/web")
    """Where the main web application goes."""
    apps: dict[Directory, Directory] = {}
    """Further renames of applications."""
    root_files: tuple[Pattern, ...] = ()
    """Where the application lies at the root: patterns (as in .gitignore) of what belongs to the repository and stays."""
    scope: Scope | None = None
    """The scope of package names; derived from the root's or the application's package name when it is not given."""
    workspaces: tuple[str, ...] = ("apps/*", "packages/*", "services/*")
    """The globs of a workspace; one that matches no package is left out, `packages/*` comes with the first package."""
    package_manager: str | None = None
    """`npm@11.0.0` and the like; taken from what the repository says when it is not given."""
    monorepo: Literal["turbo", "nx", "none"] = "turbo"
    """The task runner."""
    directory: Directory = RepoPath("packages")
    """Where packages go."""
    typescript_config: Literal["auto", "always", "never"] = "auto"
    """Whether compiler options become a package of their own: `auto` when at least two packages use them."""
    design_tokens: bool = True
    """Whether theme and custom properties become `design-tokens`."""
    packages: dict[str, PackageOptions] = {}
    """Package name to what goes there, lowest layer first: a package may use those before it."""
    keep: tuple[Pattern, ...] = ()
    """Patterns (as in .gitignore) of files that never move into a package."""
