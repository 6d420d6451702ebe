"""The nouns of a layout: its areas, and what the code of one imports of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.atlas.node import Offer
    from migrator.origin import Origin
    from migrator.paths import RepoPath

__all__ = ["Area", "Import", "Linter", "Node", "Package", "Python"]


@dataclass(frozen=True, slots=True)
class Import:
    """That a file imports something of another area."""

    source: RepoPath
    target: RepoPath
    """The file; empty where a name of this repository leads nowhere."""
    text: str
    """What the file says."""
    origins: tuple[Origin, ...]
    """Each line that says it."""
    modules: tuple[str, str] | None = None
    """In Python: the importing and the imported module as import-linter calls them; None where it does not see one of them."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of Python that is imported by its name, or a part of one that lies in several areas."""

    name: str
    """`shop`, `services.shop`."""
    root: RepoPath
    """The directory that is on `sys.path` where it is imported."""
    directory: RepoPath
    namespace: bool = False
    """Whether its first part has no `__init__.py`: several directories may have one of that name."""

    @property
    def top(self) -> str:
        """What import-linter is asked for."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Python:
    """What import-linter sees of an area: packages, by their names."""

    packages: tuple[Package, ...] = ()
    unseen: tuple[RepoPath, ...] = ()
    """Modules in them that it passes over: below a directory without `__init__.py` in a package that has one, or of no name that could be imported."""
    loose: tuple[RepoPath, ...] = ()
    """Modules in no package, which it does not look at."""
    broken: tuple[RepoPath, ...] = ()
    """Files that do not parse, one for each package that is left out because of it: it would stop at them."""


@dataclass(frozen=True, slots=True)
class Node:
    """What dependency-cruiser has to know of an area."""

    names: tuple[str, ...] = ()
    """Those of its packages."""
    entries: tuple[Offer, ...] = ()
    """What its packages offer to others."""
    open: bool = False
    """Whether one of them has no `exports`, so that any file of it can be imported by a name."""
    folders: tuple[RepoPath, ...] = ()
    """Where its code lies: its directory, for what is in no other area the top folders and files; nothing where it has data alone."""
    endings: tuple[tuple[str, RepoPath], ...] = ()
    """The extensions of its files, each with the first of them."""
    compiler: RepoPath | None = None
    """The tsconfig or jsconfig with its aliases, where it has any."""


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the layout that boundaries are about: a project of a layer, the whole of `tools` or `internal`, or a project that is in no layer."""

    directory: RepoPath
    """Empty for what is in no other."""
    layer: str
    """`apps`, `packages`, `services`, `tools`, `internal`, or empty."""
    folder: RepoPath
    """The one of its layer: `apps`, `clients/packages`; empty without a layer."""
    manifests: tuple[Origin, ...]
    python: Python | None = None
    """None where it has no code in it; so is the next one, where no package of it has a name either."""
    node: Node | None = None
    requires: tuple[tuple[RepoPath, Origin], ...] = ()
    """The other areas that its manifests name as dependencies."""
    imports: tuple[Import, ...] = ()


@dataclass(frozen=True, slots=True)
class Linter:
    """A configuration of boundaries that people wrote."""

    tool: str
    """`import-linter`, `dependency-cruiser` …"""
    origin: Origin
    subjects: tuple[str, ...] = ()
    """What it looks at, where that can be read."""
    rules: tuple[str, ...] = ()
    """The names of its rules, where they can be read."""
