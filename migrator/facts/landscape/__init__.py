"""What the repository runs, said once: the one model of workloads that phases 3 to 6 share."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from migrator.facts.landscape.joining import joined
from migrator.facts.landscape.model import Landscape
from migrator.facts.landscape.reading.files import sources

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.graph import Scanner
    from migrator.paths import RepoPath

__all__ = ["Landscape", "landscape"]

_Said = dict["RepoPath", str]
_LAST: WeakKeyDictionary[Scanner, tuple[_Said, Landscape]] = WeakKeyDictionary()
"""The last one, with the contents that it was read from: a step that writes what follows from it changes none of them."""


def landscape(facts: Facts) -> Landscape:
    """What a tree says that it runs; computed once for each tree, and for those after it that differ only in what families made."""
    return facts.derive(_landscape)


def _landscape(facts: Facts) -> Landscape:
    said: _Said = {path: facts.tree[path].blob for path in sources(facts)}
    last = _LAST.get(facts.scanner)
    if last is not None and last[0] == said:
        return last[1]
    found = joined(facts)
    _LAST[facts.scanner] = (said, found)
    return found
