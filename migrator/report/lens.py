"""A part of a plan: some of its steps, or what touches some paths. What is planned does not change, only what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.errors import UsageError

if TYPE_CHECKING:
    import pathspec

    from migrator.build import Built
    from migrator.engine.teams.weekly.slices import Cut
    from migrator.plan import Plan, PlannedStep

__all__ = ["EVERYTHING", "Lens"]


@dataclass(frozen=True)
class Lens:
    """Steps by number, id or slug, paths by patterns as in .gitignore, and a slice; nothing given is everything."""

    steps: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    cut: Cut | None = None

    def __bool__(self) -> bool:
        return bool(self.steps or self.paths or self.cut is not None)

    @cached_property
    def _spec(self) -> pathspec.GitIgnoreSpec:
        from migrator.engine.teams.weekly.slices import patterns  # noqa: PLC0415  for a part of a plan alone

        return patterns(self.paths, "--path")

    def path(self, *paths: str) -> bool:
        """Whether one of some paths is looked for."""
        return not self.paths or any(self._spec.match_file(path) for path in paths)

    def shows(self, step: PlannedStep) -> bool:
        """Whether a step is looked for and touches what is."""
        named = not self.steps or any(step.answers_to(name) for name in self.steps)
        return named and (self.cut is None or step.id in self.cut.ids) and (not self.paths or self.path(*_touched(step.built)))

    def chosen(self, made: Plan) -> Sequence[PlannedStep]:
        """The steps of a plan that are looked for. Raises UsageError for a name that no step has."""
        for name in self.steps:
            if not any(step.answers_to(name) for step in made.steps) and not any(item.answers_to(name) for item in made.aside):
                raise UsageError(f"the plan has no step {name!r}", "migrate plan")
        return [step for step in made.steps if self.shows(step)]


EVERYTHING = Lens()


def _touched(built: Built) -> list[str]:
    """Every file that a step moves, changes, makes or takes away, by all its names."""
    return [*built.files, *built.files.values(), *built.edited, *built.created, *built.deleted]
