"""How far a repository is on its way to the structure that we ship: what is there, what a step brings, and what would bring the rest about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import pathspec
import pydantic

from migrator.paths import RepoPath, ancestors, name
from migrator.planfile import shipped
from migrator.tree import Entry, object_id

if TYPE_CHECKING:
    from migrator.plan import Plan

__all__ = ["Place", "Wanted", "places", "wanted"]

_EMPTY = object_id("blob", b"")
_MARKERS = frozenset({".gitkeep", ".keep"})
"""Files that are there so that their directory is."""


class Wanted(pydantic.BaseModel):
    """A `[[target]]` row of `plans/target.toml`: directories and files of the structure, and what brings them about."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    paths: tuple[str, ...]
    """Seen from the root; `*` is a name, `**` any way down."""
    by: str = ""
    """The phase, or PHASE.FAMILY, that makes them; empty where people do."""
    needs: str = ""
    """What a repository has that brings them about."""
    why: str = ""
    """Why nothing does."""


@dataclass(frozen=True, slots=True)
class Place:
    """A directory or file of the structure, and how it stands with it."""

    path: str
    state: Literal["there", "planned", "absent"]
    files: int = 0
    """With content, where it is there."""
    step: str = ""
    """The number of the first step that brings it."""
    why: str = ""
    """Why there is nothing, and what would bring it about."""


def wanted() -> tuple[Wanted, ...]:
    """The rows that we ship, in the order of the structure."""
    return tuple(Wanted.model_validate(row) for row in shipped("target.toml")["target"])


def places(plan: Plan, rows: Sequence[Wanted], off: Collection[str] = ()) -> tuple[Place, ...]:
    """Each directory of the structure after a plan of all phases; `off` are those, as rows name them, that the plan file switches off."""
    there = _Holds(plan.start.tree.items())
    trees = [plan.start.tree, *(step.built.after.tree for step in plan.steps)]
    brought = [
        (step.number, _Holds((path, after[path]) for path in after.keys() - before.keys()))
        for step, before, after in zip(plan.steps, trees, trees[1:], strict=False)
    ]
    reasons = {f"{phase}.{note.path}": note.message for phase, notes in plan.notes.items() for note in notes.findings if note.kind == "absent"}
    aside = {one.phase: one for one in plan.aside}
    found: list[Place] = []
    for row in rows:
        phase = row.by.partition(".")[0]
        if row.by in off:
            why = "switched off in migrate.toml"
        elif row.by in reasons:
            why = reasons[row.by]
        else:
            why = row.why or f"needs {row.needs}"
            if phase in aside:
                why += f"; or comes with {aside[phase].number}, which is set aside"
        for path in row.paths:
            if files := there.count(path):
                found.append(Place(path, "there", files))
            elif step := next((number for number, holds in brought if holds.count(path)), ""):
                found.append(Place(path, "planned", step=step))
            else:
                found.append(Place(path, "absent", why=why))
    return tuple(found)


class _Holds:
    """How many files with content lie at a path or a pattern."""

    def __init__(self, entries: Iterable[tuple[RepoPath, Entry]]) -> None:
        self._files = [path for path, entry in entries if entry.blob != _EMPTY and name(path) not in _MARKERS]
        self._below = Counter(above for path in self._files for above in {path, *ancestors(path)})

    def count(self, path: str) -> int:
        """The files at a path: one, those below it, or those that a pattern names."""
        if "*" not in path:
            return self._below[RepoPath(path)]
        return sum(1 for _ in _named(path).match_files(self._files))


@cache
def _named(path: str) -> pathspec.GitIgnoreSpec:
    """What a row names, for each tree that is asked."""
    return pathspec.GitIgnoreSpec.from_lines([f"/{path}"])
