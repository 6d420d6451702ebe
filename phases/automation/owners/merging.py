"""What a CODEOWNERS file of people's own leaves open gets owners, in lines before theirs: the last that matches counts, so theirs win."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.edits.lines import PutFirst
from migrator.step import Edit, Step
from migrator.wording import counted, listed
from phases.automation.owners import lines, short

if TYPE_CHECKING:
    from migrator.facts.upkeep import Upkeep
    from migrator.phase import Part, Planning
    from phases.automation.owners.options import Options

__all__ = ["merging"]


def merging(planning: Planning, known: Upkeep, options: Options) -> Part:
    """One step where anything is left open; nothing on a finished tree (L6)."""
    if not known.owners:
        return
    theirs = known.owners[0]
    rules = lines(known, options).rules
    added = {path: rules[path] for path in theirs.without if path in rules}
    if added:
        step = Step(
            slug="merge-owners",
            title=f"Owners for {counted(len(added), 'directory', 'directories')} that {theirs.path} leaves open",
            why=f"Nobody is asked to review {listed(list(added))}; lines of your own come after ours and win.",
            actions=(Edit(theirs.path, PutFirst(("# Where no line below matches.", *(line for line, _ in short(added))))),),
        )
        yield from planning.offer(step)
