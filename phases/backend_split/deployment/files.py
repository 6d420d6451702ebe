"""What the image of a service needs of the monolith's files: what its modules find there, as far as it is read, and room for what they write."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migrator.edits.spans import Respell
from migrator.errors import Finding
from migrator.facts.dockerfiles import placed
from migrator.facts.packages import writes
from migrator.facts.purposes import exposed
from migrator.paths import RepoPath, is_within, name, parent, relative
from migrator.wording import listed
from phases.backend_split.deployment.builds import Builds
from phases.backend_split.packaging.climbs import respelled
from phases.backend_split.partition.files import is_written
from phases.backend_split.partition.places import Lookup, lookups, runs_from

if TYPE_CHECKING:
    from migrator.facts import Facts
    from phases.backend_split.backend import Distribution
    from phases.backend_split.partition.modules import Partition

__all__ = ["Needs", "home_in_images", "needs_of"]

_HOME = "/home/app/backend"
"""Where the monolith's files are in an image of a service when nothing shows where they are in its own."""
_ENDING = re.compile(r"\.\w+$")
"""By what a file is called that is not there."""


class Needs(NamedTuple):
    """The monolith's files in the image of a service: at the places where they are in the monolith's own, so that volumes and variables fit both."""

    home: str = ""
    """Where the monolith's directory is; empty where nothing of it is needed."""
    copied: Mapping[RepoPath, str] = {}
    """What is read, and where it is."""
    made: Mapping[RepoPath, str] = {}
    """The directories that are written to, and where they are."""
    hidden: tuple[RepoPath, ...] = ()
    """The secrets that lie among it."""
    findings: tuple[Finding, ...] = ()


def home_in_images(partition: Partition) -> str:
    """Where the monolith's directory is in its own images; empty where they do not show it."""
    builds = Builds(partition.facts, partition.backend)
    found = (placed(partition.facts, path, builds.contexts(path) or {parent(path)}, partition.backend.directory) for path in builds.dockerfiles)
    return next((place for places in found for place in places.values() if place), "")


def needs_of(partition: Partition, place: Distribution, modules: Iterable[RepoPath]) -> Needs:
    """What the modules of a service, and those that they need, find where the monolith's files are."""
    facts, modules = partition.facts, tuple(modules)
    texts = {
        module: Respell(spans).apply(facts.read(module))
        for module in modules
        if module in partition.leaving and (spans := tuple(respelled(partition, module)))
    }
    rooted = {lookup for lookup in lookups(partition, modules, texts) if lookup.used}
    found = rooted | {Lookup(module, path, used=True) for module in modules if module.endswith(".py") for path in runs_from(partition, module)}
    home, directory = home_in_images(partition) or _HOME, partition.backend.directory
    seen = [lookup for lookup in sorted(found) if not is_within(partition.backend.package, lookup.path)]
    copied = {lookup.path for lookup in seen if _is_read(facts, lookup.path)}
    copied = {path for path in copied if not any(other != path and is_within(path, other) for other in copied)}
    made = {there for lookup in seen if (there := _written(facts, lookup)) is not None and is_within(there, directory)}
    if not (texts or rooted or copied or made):
        return Needs()
    inside = {path: posixpath.normpath(posixpath.join(home, relative(path, directory))) for path in sorted({*copied, *made})}
    return Needs(
        home,
        {path: inside[path] for path in sorted(copied)},
        {path: inside[path] for path in sorted(made)},
        tuple(sorted(file for file in facts.derive(exposed) if any(is_within(file, path) for path in copied))),
        tuple(_unseen(partition, place, [lookup.module for lookup in sorted(found) if lookup not in seen])),
    )


def _is_read(facts: Facts, path: RepoPath) -> bool:
    """Whether something that is there is data that an image may hold."""
    files = [path] if path in facts.tree and not is_written(path) else facts.tree.below(path)
    shown = (file for file in files if not file.endswith(".py") and not name(file).startswith(".") and not is_written(file))
    return not name(path).startswith(".") and any(file not in facts.derive(exposed) for file in shown)


def _written(facts: Facts, lookup: Lookup) -> RepoPath | None:
    """The directory in which a module writes what it looks for; None where it only reads."""
    path = lookup.path
    directory = facts.tree.is_dir(path)
    holds = directory and (_is_read(facts, path) or any(file.endswith(".py") for file in facts.tree.below(path)))
    if name(path).startswith(".") or (holds and not writes(facts, lookup.module)):
        return None
    if path in facts.tree and not is_written(path):
        return None
    return path if directory or (path not in facts.tree and _ENDING.search(name(path)) is None) else parent(path)


def _unseen(partition: Partition, place: Distribution, modules: Iterable[RepoPath]) -> Iterator[Finding]:
    said = dict.fromkeys(partition.relative(module) for module in modules if is_within(module, partition.backend.directory))
    if said:
        message = f"no text says what {listed(list(said))} looks for in {partition.backend.directory}: whatever it is, the image has to be given it"
        yield Finding("docker", RepoPath(f"{place.directory}/Dockerfile"), message)
