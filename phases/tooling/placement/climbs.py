"""What makes a script that climbs from its own place reach the same folders from another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.edits.spans import Respell
from migrator.facts.ascents import ascents, restated
from migrator.paths import RepoPath, join, parent, relative
from migrator.placing import respelled_paths
from migrator.step import Edit

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.scripts import Script

__all__ = ["respelled_climbs"]


def respelled_climbs(facts: Facts, script: Script, new: RepoPath) -> Iterator[Edit]:
    """The edit for the climbs of a script that the engine cannot rewrite, as no text in them names a place."""
    if script.language == "python":
        yield from respelled_paths(facts, script.path, new)
        return
    spans = []
    for ascent in ascents(facts.read(script.path), script.language):
        steps = "/".join([".."] * (ascent.levels - 1))
        there, now = join(parent(script.path), steps), join(parent(new), steps)
        if there is not None and now is not None and there != now:
            spans.append((ascent.start, ascent.text, restated(ascent, script.language, relative(there, now))))
    if spans:
        yield Edit(new, Respell(tuple(spans)))
