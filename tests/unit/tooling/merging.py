"""Small repositories in which something stands twice, planned as a phase would with what `plans/v3.toml` ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrator.phase import Planning
from phases.tooling.duplication import Options, duplication
from tests.conftest import facts_of
from tests.unit.infrastructure.placing import Placed, driven, shipped


class Merged(Placed):
    @property
    def told(self) -> list[str]:
        return [str(one) for one in (*self.planning.findings, *self.planning.details)]


def options(**more: Any) -> Options:
    return Options.model_validate({**shipped("tooling", "duplication"), **more})


def planned(files: Mapping[str, str], **more: Any) -> Merged:
    planning = Planning(facts_of(files))
    return Merged(*driven(planning, duplication(planning, options(**more))))


def changed(files: Mapping[str, str], **more: Any) -> dict[str, str]:
    """The files that say something else afterwards; planning on them again gives nothing (L6)."""
    made = planned(files, **more)
    if made.steps:
        assert planned(made.after, **more).steps == ()
    return {path: text for path, text in made.after.items() if files.get(path) != text}
