"""The nouns of running things: what wakes people, what a cluster is told, what saves and brings back, who lets requests in, and what explains it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.facts.suites import Runner
    from migrator.origin import Origin, Said
    from migrator.paths import RepoPath

__all__ = ["Access", "Deployed", "Document", "Operating", "Operation", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of Prometheus: an alert, or a query whose answer it keeps under a name."""

    kind: str
    """`alert` or `record`."""
    name: str
    expression: str
    origin: Origin
    wait: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deployed:
    """An object that files tell a cluster to run, scale or name."""

    kind: str
    name: str
    origin: Origin
    workload: str = ""
    """The label of what it runs, where it has any."""
    namespace: str = ""
    replicas: int | None = None
    least: int | None = None
    most: int | None = None
    """Of what scales by itself."""
    includes: tuple[RepoPath, ...] = ()
    """Of a kustomization: the files and folders that it is made of."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A script that saves, brings back, or sets up what runs."""

    purpose: str
    """`backup`, `restore`, `provision` or `disaster-recovery`."""
    origin: Origin
    words: tuple[str, ...]
    """What is typed at the root of the repository."""
    stores: tuple[str, ...]
    """The images whose clients it calls: `postgres`, `redis`; `files` where it packs folders."""


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a route asks who comes, as far as its code shows."""

    state: str
    """`asked`, `open`, or `unread` where nobody can tell by reading."""
    by: tuple[Said[str], ...] = ()
    """The dependencies and decorators that ask."""


@dataclass(frozen=True, slots=True)
class Document:
    """A page for people."""

    path: RepoPath
    title: Said[str]


@dataclass(frozen=True, slots=True)
class Operating:
    """How what runs is looked after."""

    rules: tuple[Rule, ...] = ()
    """In the order of their files."""
    deployed: tuple[Deployed, ...] = ()
    operations: tuple[Operation, ...] = ()
    access: Mapping[Origin, Access] = field(default_factory=dict)
    """By the place of a route."""
    documents: tuple[Document, ...] = ()
    unindexed: tuple[Said[str], ...] = ()
    """Columns that refer to another table and have no index: `orders.user_id`."""
    runners: tuple[Runner, ...] = ()
    """The tools that find any test."""
    machine: Mapping[str, tuple[Said[str], ...]] = field(default_factory=dict)
    """By workload, what of the machine outside of the repository is bound into it: `/var/run/docker.sock`."""
    services: Mapping[tuple[RepoPath, ...], frozenset[str]] = field(default_factory=dict)
    """By compose files that go together, what they call what they run."""
    places: frozenset[RepoPath] = frozenset()
    """Every file that is there, but for those that the phase made that asks."""
