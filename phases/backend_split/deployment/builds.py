"""What builds and runs a backend, and changes to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.edits import Change, EditError
from migrator.errors import Finding
from migrator.facts.compose import Entry, entries
from migrator.facts.dockerfiles import is_dockerfile
from migrator.paths import ROOT, RepoPath, is_within, name
from migrator.step import Action, Edit

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.backend import Backend
    from phases.backend_split.partition.modules import Partition

__all__ = ["PORT", "PROFILE", "Builds", "Deployment", "present_services", "serving_entries"]

PORT = 8000
"""Where a service answers in its container."""
PROFILE = "services"
"""The profile of compose without which services that nobody asks are not run."""


@dataclass
class Deployment:
    """Changes to what builds and runs a backend; one that does not fit the file it is for becomes a finding."""

    facts: Facts
    actions: list[Action] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _changed: dict[RepoPath, bytes] = field(default_factory=dict)

    def edit(self, kind: str, path: RepoPath, wanted: str, *changes: Change) -> bool:
        """Make some changes to a file, all or none of them; `wanted` says to people what they are for."""
        source = before = self._changed.get(path) or self.facts.read(path)
        try:
            for change in changes:
                source = change.apply(source)
        except EditError as error:
            said = "; ".join(str(change) for change in changes)
            self.findings.append(Finding(kind, path, f"{wanted}, which has to be written by hand ({error}): {said}"))
            return False
        if source != before:
            self._changed[path] = source
            self.actions += (Edit(path, change) for change in changes)
        return True


@dataclass
class Builds:
    """How the monolith's images are built."""

    facts: Facts
    backend: Backend

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The services of compose files that are built from the monolith."""
        directory, besides = self.backend.directory, self._besides
        return tuple(
            one
            for one in entries(self.facts)
            if one.context == directory or (one.dockerfile is not None and (is_within(one.dockerfile, directory) or one.dockerfile in besides))
        )

    @cached_property
    def _besides(self) -> frozenset[RepoPath]:
        """The Dockerfiles elsewhere that copy its directory, or the application's package: images that are made of other things, too."""
        said = [one for path in {self.backend.directory, self.backend.package} - {ROOT} for one in self.facts.graph.incoming.get(path, ())]
        found = {one.source for one in said if one.mention.kind == "source" and is_dockerfile(self.facts, one.source)}
        return frozenset(path for path in found if not is_within(path, self.backend.directory))

    @cached_property
    def dockerfiles(self) -> tuple[RepoPath, ...]:
        """Those that lie in its directory, are built from it or copy it, as far as they concern Python."""
        found = {*self._besides}
        found |= {path for path in self.facts.tree.below(self.backend.directory) if is_dockerfile(self.facts, path)}
        found |= {one.dockerfile for one in self.entries if one.dockerfile is not None and is_dockerfile(self.facts, one.dockerfile)}
        return tuple(sorted(found))

    def building(self, path: RepoPath) -> tuple[Entry, ...]:
        """The services that are built from a Dockerfile."""
        return tuple(entry for entry in self.entries if entry.dockerfile == path)

    def contexts(self, path: RepoPath) -> set[RepoPath]:
        """The directories from which a Dockerfile is built: as compose files say, or as what it copies shows."""
        if said := {entry.context for entry in self.building(path) if entry.context is not None}:
            return said
        found = set()
        for reference in self.facts.graph.references.get(path, ()):
            target, text = reference.target.path, reference.mention.text.strip("/").removeprefix("./")
            if target is not None and reference.mention.kind in {"word", "source"} and target.endswith(text):
                found.add(RepoPath(target.removesuffix(text).rstrip("/")))
        return found


def serving_entries(builds: Builds) -> dict[RepoPath, Entry]:
    """By compose file: the entry that serves the monolith, of those built from it the first that others can reach; what only amends a file has none."""
    found: dict[RepoPath, Entry] = {}
    for entry in builds.entries:
        there = found.get(entry.file)
        if there is None or (_serves(entry) and not _serves(there)):
            found[entry.file] = entry
    whole = {path.rpartition(".")[0] for path in found if ".override." not in name(path)}
    return {
        path: entry
        for path, entry in found.items()
        if path in whole or path.rpartition(".")[0].removesuffix(".override") not in whole - {path.rpartition(".")[0]}
    }


def _serves(entry: Entry) -> bool:
    return bool(entry.said("ports") or entry.said("expose"))


def present_services(partition: Partition) -> list[RepoPath]:
    """The services that are there."""
    directory = partition.options.directory
    found = (RepoPath(f"{directory}/{last}") for last in sorted(partition.facts.tree.folders.get(directory, ())))
    return [path for path in found if path != partition.backend.directory and partition.facts.tree.is_dir(path)]
