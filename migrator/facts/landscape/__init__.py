"""What the repository runs, said once: the one model of workloads that phases 3 to 6 share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from migrator.facts.areas import areas, linters
from migrator.facts.landscape.joining import joined
from migrator.facts.landscape.model import Landscape
from migrator.facts.landscape.reading.files import sources
from migrator.facts.projects import projects

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.graph import Scanner
    from migrator.paths import RepoPath

__all__ = ["Landscape", "landscape", "with_projects"]

_Said = dict["RepoPath", str]
_LAST: WeakKeyDictionary[Scanner, tuple[_Said, Landscape]] = WeakKeyDictionary()
"""The last one, with the contents that it was read from: a step that writes what follows from it changes none of them."""


def landscape(facts: Facts) -> Landscape:
    """What a tree says that it runs; computed once for each tree, and for those after it that differ only in what families made."""
    return facts.derive(_landscape)


def with_projects(facts: Facts) -> Landscape:
    """The landscape and the projects that the repository consists of; without what was decided of its sources, which a phase reports that makes what runs."""
    written = sources(facts)
    return replace(
        landscape(facts),
        projects=tuple(projects(facts).values()),
        areas=areas(facts, written),
        linters=tuple(linters(facts, written)),
        decisions=(),
    )


def _landscape(facts: Facts) -> Landscape:
    said: _Said = {path: facts.tree[path].blob for path in sources(facts)}
    last = _LAST.get(facts.scanner)
    if last is not None and last[0] == said:
        return last[1]
    found = joined(facts)
    _LAST[facts.scanner] = (said, found)
    return found
