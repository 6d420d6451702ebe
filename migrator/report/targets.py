"""How far a repository is from the structure that we ship, on a terminal."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from migrator.report.screen import DONE, NEXT, STAYS, STYLES, Screen
from migrator.report.text import commands
from migrator.wording import counted, listed

if TYPE_CHECKING:
    from migrator.report.models.inspection import PlaceOut

_REASONS = 2
"""So many reasons of a part of the structure are told to whoever does not ask for all."""
_NAMES = 2
_SIGNS = {"there": DONE, "planned": NEXT, "absent": STAYS}


def target(screen: Screen, title: str, found: Sequence[PlaceOut], *, verbose: bool = False) -> None:
    """The table: numbers first, then what steps bring and what is absent and why; with `verbose` each place a line."""
    screen.line((title, "bold"))
    screen.line(f"v3.0 structure    {_numbers(found)}")
    for room, places in groupby(found, key=lambda place: _room(place.path)):
        several = list(places)
        screen.line()
        screen.line((f"{room:<12}", "bold"), _numbers(several))
        if verbose:
            for place in several:
                _row(screen, place.state, place.path, (counted(place.files, "file") if place.files else "") or _brought([place.step]) or place.why)
        else:
            _folded(screen, several)
    screen.line()
    following = [("migrate status --target -v", "each place a line")] if not verbose else []
    if any(place.state == "planned" for place in found):
        following.insert(0, ("migrate plan", "the steps that bring what is planned"))
    commands(screen, following)


def _folded(screen: Screen, found: Sequence[PlaceOut]) -> None:
    """What comes in a line, and what is absent for the reasons that most places have."""
    if coming := [place for place in found if place.state == "planned"]:
        _row(screen, "planned", _together([place.path for place in coming]), _brought([place.step for place in coming]))
    reasons: dict[str, list[str]] = {}
    for place in found:
        if place.state == "absent":
            reasons.setdefault(place.why, []).append(place.path)
    ranked = sorted(reasons.items(), key=lambda one: -len(one[1]))
    for why, paths in ranked[:_REASONS]:
        _row(screen, "absent", _together(paths), why)
    if rest := ranked[_REASONS:]:
        places = counted(sum(len(paths) for _, paths in rest), "more place")
        screen.line((f"    … {places}, for {counted(len(rest), 'other reason')} (-v)", "dim"))


def _together(paths: list[str]) -> str:
    """Some paths as one: what they have in common once."""
    common = posixpath.commonpath(paths)
    if len(paths) == 1 or not common:
        return listed(paths, _NAMES)
    if common in paths:
        return f"{common} and {counted(len(paths) - 1, 'place')} in it"
    return f"{common}/{{{listed([posixpath.relpath(path, common) for path in paths], _NAMES)}}}"


def _brought(steps: Sequence[str]) -> str:
    """The steps that bring some places, each once."""
    several = [step for step in dict.fromkeys(steps) if step]
    if len(several) < 2:  # noqa: PLR2004
        return f"comes with step {several[0]}" if several else ""
    return f"come with {counted(len(several), 'step')}, from {min(several)} to {max(several)}"


def _room(path: str) -> str:
    """The part of the structure in which a place is."""
    first, _, rest = path.partition("/")
    return "tests" if first == "**" else f"{first}/" if rest else "root"


def _numbers(found: Sequence[PlaceOut]) -> str:
    counts = Counter[str](place.state for place in found)
    return " · ".join(f"{counts[state]} {state}" for state in _SIGNS if counts[state])


def _row(screen: Screen, state: str, path: str, text: str) -> None:
    sign = _SIGNS[state]
    screen.hanging("  ", (sign, STYLES[sign]), f" {path}", (f"   {text}", "dim"), below=4)
