"""The files from which the landscape is read: what people wrote, not what families made of the landscape before.

Else a second run would find its own Kubernetes objects, scrape jobs and images, and say something else than the first (L6).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.paths import RepoPath, relative
from migrator.tree import EXECUTABLE, FILE

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["made", "sources"]

_OURS = RepoPath(".migrate")
_BOOKS = RepoPath(".migrate/generated")
"""Where each family notes down which files are its own."""


def sources(facts: Facts) -> tuple[RepoPath, ...]:
    """The files of a tree that people wrote, by path; hidden ones are left out."""
    return facts.derive(_sources)


def _sources(facts: Facts) -> tuple[RepoPath, ...]:
    written = made(facts)
    return tuple(
        path
        for path, entry in facts.tree.items()
        if entry.mode in {FILE, EXECUTABLE} and path not in written and not path.startswith(f"{_OURS}/") and not facts.scanner.hidden(path)
    )


def made(facts: Facts) -> Mapping[str, str]:
    """The files that families made, under their paths of today, each with the phase that its family is of."""
    return facts.derive(_made)


def _made(facts: Facts) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in facts.tree.below(_BOOKS) if facts.tree.is_dir(_BOOKS) else ():
        try:
            book = json.loads(facts.read(path))
        except ValueError:
            continue
        files = book.get("files") if isinstance(book, dict) else None
        for name, written in files.items() if isinstance(files, dict) else ():
            place = written.get("place") if isinstance(written, dict) else None
            found[place if isinstance(place, str) and place else str(name)] = relative(path, _BOOKS).partition("/")[0]
    return found
