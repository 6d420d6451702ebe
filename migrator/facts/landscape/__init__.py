"""What the repository runs, said once: the one model of workloads that phases 3 to 6 share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from migrator.facts.landscape.joining import joined
from migrator.facts.landscape.model import Landscape
from migrator.facts.landscape.reading.files import made
from migrator.facts.projects import projects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.facts import Facts
    from migrator.graph import Scanner
    from migrator.tree import Tree

__all__ = ["Landscape", "landscape", "with_projects"]

_LAST: WeakKeyDictionary[Scanner, tuple[Tree, Mapping[str, str], Landscape]] = WeakKeyDictionary()
"""The last one, with what it was read from: a step that writes what follows from it changes none of that."""


def landscape(facts: Facts) -> Landscape:
    """What a tree says that it runs; computed once for each tree, and for those after it that differ only in what families made."""
    return facts.derive(_landscape)


def with_projects(facts: Facts) -> Landscape:
    """The landscape and the projects that the repository consists of; without what was decided of its sources, which a phase reports that makes what runs."""
    return replace(landscape(facts), projects=tuple(projects(facts).values()), decisions=())


def _landscape(facts: Facts) -> Landscape:
    readable = _readable(facts)
    last = _LAST.get(facts.scanner)
    if last is not None and last[:2] == (readable, facts.answers):
        return last[2]
    found = joined(facts)
    _LAST[facts.scanner] = (readable, facts.answers, found)
    return found


def _readable(facts: Facts) -> Tree:
    """All that it may depend on, hidden files and links too: a compose file may name any; of what families made only what others name."""
    ours = made(facts)
    graph = facts.graph.references.items() if ours else ()
    named = {one.target.path for path, references in graph if path not in ours for one in references if one.target.path in ours}
    return facts.tree.only(lambda path: path not in ours or path in named)
