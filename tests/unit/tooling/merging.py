"""Small repositories in which something stands twice, planned as a phase would with what `plans/v3.toml` ships."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

from migrator.build import build
from migrator.phase import Planning
from migrator.step import Step
from phases.tooling.duplication import Options, duplication
from tests.conftest import ROOT, facts_of, texts


class Merged(NamedTuple):
    steps: tuple[Step, ...]
    planning: Planning

    @property
    def after(self) -> dict[str, str]:
        return {path: content.decode() for path, content in texts(self.planning.facts).items()}

    @property
    def told(self) -> list[str]:
        return [str(one) for one in (*self.planning.findings, *self.planning.details)]


def options(**more: Any) -> Options:
    shipped = tomllib.loads((ROOT / "plans" / "v3.toml").read_text(encoding="utf-8"))["phases"]["tooling"]["duplication"]
    return Options.model_validate({**shipped, **more})


def planned(files: Mapping[str, str], **more: Any) -> Merged:
    planning = Planning(facts_of(files))
    generator = duplication(planning, options(**more), ())
    steps: list[Step] = []
    step = next(generator, None)
    while step is not None:
        built = build(planning.facts, step)
        assert [str(loss) for loss in built.losses if loss.severity == "error"] == []
        steps.append(step)
        try:
            step = generator.send(built.after)
        except StopIteration:
            step = None
    return Merged(tuple(steps), planning)


def changed(files: Mapping[str, str], **more: Any) -> dict[str, str]:
    """The files that say something else afterwards; planning on them again gives nothing (L6)."""
    made = planned(files, **more)
    if made.steps:
        assert planned(made.after, **more).steps == ()
    return {path: text for path, text in made.after.items() if files.get(path) != text}
