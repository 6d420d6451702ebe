"""What a Dependabot file of people's own does not look at is added at its end."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from migrator.edits import EditError
from migrator.edits.yaml import AddYamlItem
from migrator.origin import plain
from migrator.step import Edit, Step
from migrator.wording import counted, listed
from phases.automation.dependabot import covered, entry, wanted

if TYPE_CHECKING:
    from migrator.facts.upkeep import Upkeep
    from migrator.phase import Part, Planning
    from phases.automation.dependabot.options import Options

__all__ = ["merging"]


def merging(planning: Planning, known: Upkeep, options: Options) -> Part:
    """One step where anything is left out; nothing on a finished tree (L6)."""
    theirs = [one for one in known.updaters if one.tool == "dependabot" and not one.broken]
    if not theirs or any(one.tool == "renovate" for one in known.updaters):
        return
    path = theirs[0].origin.path
    lacking = [one for one in wanted(known, options) if not covered(one, theirs[0].updates)]
    changes = tuple(
        AddYamlItem(("updates",), plain(entry(ecosystem, several, options))) for ecosystem, several in groupby(lacking, lambda one: one.ecosystem)
    )
    if not changes:
        return
    try:
        text = planning.facts.read(path)
        for change in changes:
            text = change.apply(text)
    except EditError as error:
        planning.note(
            "stays",
            path,
            f"lacks {counted(len(lacking), 'directory', 'directories')} with dependencies, and cannot be added to: {error}",
            warning=True,
        )
        return
    places = [f"{one.ecosystem} in {one.directory or 'the root'}" for one in lacking]
    step = Step(
        slug="merge-dependabot",
        title=f"{path} looks at {counted(len(lacking), 'more directory', 'more directories')}",
        why=f"Nobody hears of updates of {listed(places)}; what your file says stays as it is.",
        actions=tuple(Edit(path, change) for change in changes),
    )
    yield from planning.offer(step)
