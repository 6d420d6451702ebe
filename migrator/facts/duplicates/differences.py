"""What two definitions say differently, in a line or two."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from migrator.languages.python.parsing import decoded
from migrator.secrets import quoted

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.facts.duplicates import Place

__all__ = ["difference"]

_COMMENT = re.compile(r"^(?:#|//|/?\*)")


def difference(facts: Facts, one: Place, other: Place) -> str:
    """The first line in which each differs from the other, and how many more there are; secrets in them are hidden."""
    mine, theirs = _lines(facts, one), _lines(facts, other)
    here: list[str] = []
    there: list[str] = []
    for tag, start, end, first, last in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if tag != "equal":
            here += mine[start:end]
            there += theirs[first:last]
    said = " against ".join(f"`{quoted(lines[0])}`" if lines else "nothing" for lines in (here, there))
    more = max(len(here), len(there)) - 1
    return said + (f", and {more} more {'line' if more == 1 else 'lines'}" if more > 0 else "")


def _lines(facts: Facts, place: Place) -> list[str]:
    """The lines of a definition without their indentation, comments and blank lines."""
    first, last = place.definition.line, place.definition.last
    lines = (line.strip() for line in decoded(facts.read(place.path)).split("\n")[first - 1 : last])
    return [line for line in lines if line and not _COMMENT.match(line)]
