"""The nouns of how a repository is kept up: who changes what, what is updated by what, what people are asked, and how it is released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.codeowners import Rule
    from migrator.origin import Origin, Said
    from migrator.paths import RepoPath

__all__ = ["Authorship", "Owners", "Person", "Released", "Releaser", "Updatable", "Update", "Updater", "Upkeep", "Worked"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who changed something. What the history calls people is for looking up alone: it is printed nowhere."""

    known_as: tuple[str, ...]
    """Names and mail addresses in small letters, the newest first."""


@dataclass(frozen=True, slots=True)
class Worked:
    """Who changed what lies below a directory, in the repository as it is laid out now."""

    directory: RepoPath
    """Empty for the whole of it."""
    manifest: Origin | None
    days: Mapping[int, tuple[int, ...]]
    """By person, how many days before the newest change each change was made."""


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who made the repository, as its history has it: without merges, steps of migrations, and commits that `.git-blame-ignore-revs` lists."""

    people: tuple[Person, ...] = ()
    bots: int = 0
    """How many others are programs."""
    worked: tuple[Worked, ...] = ()
    """By directory: of the whole, of each project, and of each folder at the top."""


@dataclass(frozen=True, slots=True)
class Owners:
    """A CODEOWNERS file that people wrote."""

    path: RepoPath
    rules: tuple[Rule, ...]
    without: tuple[RepoPath, ...] = ()
    """The directories of `Authorship.worked` with a file that no rule speaks of."""
    read: bool = True
    """Whether it is the one that counts: of several, GitHub reads the first."""
    idle: tuple[Rule, ...] = ()
    """The rules that speak of no file."""


@dataclass(frozen=True, slots=True)
class Updatable:
    """A directory whose dependencies some tool of updates can read."""

    ecosystem: str
    """As Dependabot calls it."""
    directory: RepoPath
    origin: Origin


@dataclass(frozen=True, slots=True)
class Update:
    """An entry of a Dependabot file."""

    ecosystem: str
    directories: tuple[str, ...]
    """As written: paths from the root, or patterns of them."""
    line: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Updater:
    """A file that tells a tool what to update."""

    tool: str
    """`dependabot` or `renovate`."""
    origin: Origin
    updates: tuple[Update, ...] = ()
    broken: str = ""
    """Why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Releaser:
    """A file by which releases are made already."""

    tool: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Released:
    """A project, as a release sees it."""

    directory: RepoPath
    name: str
    language: str
    manifest: RepoPath
    version: Said[str] | None
    """None where its manifest says none."""
    private: bool
    """Whether no registry gets it."""
    member: bool = False
    """Whether the workspace of Node at the root has it."""
    derived: str = ""
    """What its version is made of elsewhere, so that no file holds it: `setuptools-scm` …"""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How a repository is kept up. What the families of the asking phase made is no source of theirs (L6)."""

    authorship: Authorship = Authorship()
    owners: tuple[Owners, ...] = ()
    updatable: tuple[Updatable, ...] = ()
    """By ecosystem and directory."""
    updaters: tuple[Updater, ...] = ()
    releasers: tuple[Releaser, ...] = ()
    released: tuple[Released, ...] = ()
    """By directory."""
    existing: Mapping[str, RepoPath] = field(default_factory=dict)
    """Files for people that are there, by what they are: `security`, `contributing`, `changelog`, `stale` …"""
    home: Said[str] | None = None
    """Where the code platform has the repository, as a manifest says it: `https://github.com/acme/acme`."""
    templates: tuple[RepoPath, ...] = ()
    """Issue forms and templates of issues and pull requests."""
