"""How what runs is looked after: alerts, what a cluster is told, scripts that save and bring back, who lets requests in, and the pages about all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.facts.landscape import compose
from migrator.facts.operating.access import access
from migrator.facts.operating.columns import unindexed
from migrator.facts.operating.model import Access, Deployed, Document, Operating, Operation, Rule
from migrator.facts.operating.objects import objects
from migrator.facts.operating.operations import operations
from migrator.facts.operating.pages import pages
from migrator.facts.operating.rules import rules
from migrator.facts.sources import made_by
from migrator.facts.suites import Runner, collected
from migrator.kinds import is_foreign
from migrator.origin import Said
from migrator.paths import OURS, is_within, printable
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from collections.abc import Collection

    from migrator.facts import Facts
    from migrator.facts.landscape.model import Landscape
    from migrator.paths import RepoPath

__all__ = ["Access", "Deployed", "Document", "Operating", "Operation", "Rule", "with_operating"]


def with_operating(facts: Facts, landscape: Landscape, *phases: str) -> Landscape:
    """A landscape with how it is looked after; what the families of some phases made is no source, which are those that ask and those after them (L6)."""
    own = made_by(facts, *phases)
    files = (path for path, entry in facts.tree.items() if entry.mode in {FILE, EXECUTABLE} and path not in own and not is_within(path, OURS))
    there = [path for path in files if printable(path) == path]  # no page could name the others
    read = [path for path in there if not facts.scanner.hidden(path) and not is_foreign(path)]
    return replace(
        landscape,
        operating=Operating(
            rules(facts, read),
            objects(facts, read),
            operations(facts),
            access(facts, landscape),
            pages(facts, read),
            unindexed(facts, landscape.tables),
            _runners(facts, own),
            _machine(facts),
            {one.files: frozenset(one.services) for one in compose.projects(facts) if one.archived is None},
            frozenset(there),
        ),
    )


def _runners(facts: Facts, own: Collection[RepoPath]) -> tuple[Runner, ...]:
    """The tools that find any test."""
    found = {one for path, several in facts.derive(collected).items() for one in several if path not in own}
    return tuple(sorted(found, key=lambda one: (one.directory, one.tool, one.config)))


def _machine(facts: Facts) -> dict[str, tuple[Said[str], ...]]:
    """What compose files bind from outside of the repository."""
    found: dict[str, dict[str, Said[str]]] = {}
    for project in compose.projects(facts):
        for name, service in project.services.items() if project.archived is None else ():
            for mount in service.mounts:
                if mount.kind == "bind" and mount.path is None and mount.source is not None:
                    found.setdefault(name, {}).setdefault(mount.source.value, Said(mount.source.value, mount.target.origins))
    return {name: tuple(several.values()) for name, several in found.items()}
