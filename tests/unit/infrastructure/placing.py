"""The placement alone, driven as a phase would, with what `plans/v3.toml` ships."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

from migrator.build import Built, build
from migrator.companions import accompanied
from migrator.phase import Part, Planning
from migrator.step import Step
from phases.infrastructure.placement import Options, placement
from tests.conftest import ROOT, facts_of, texts


class Placed(NamedTuple):
    steps: tuple[Step, ...]
    built: tuple[Built, ...]
    planning: Planning

    @property
    def after(self) -> dict[str, str]:
        return {path: content.decode() for path, content in texts(self.planning.facts).items()}

    @property
    def moves(self) -> dict[str, str]:
        return {str(old): str(new) for built in self.built for old, new in built.files.items()}

    @property
    def asked(self) -> str:
        return "\n".join(f"{one.where}: {one.text}\n" + "\n".join(one.answers) for one in self.planning.questions)

    @property
    def stays(self) -> dict[str, str]:
        return {one.path: one.message for one in self.planning.findings if one.kind == "stays"}

    @property
    def by_hand(self) -> list[str]:
        return [str(one) for step in self.steps for one in step.findings if one.kind == "by hand"]


def shipped(phase: str, table: str) -> dict[str, Any]:
    """What the shipped plan file says in a table of a phase."""
    return tomllib.loads((ROOT / "plans" / "v3.toml").read_text(encoding="utf-8"))["phases"][phase][table]


def options(**more: Any) -> Options:
    return Options.model_validate({**shipped("infrastructure", "placement"), **more})


def placed(files: Mapping[str, str | bytes], **more: Any) -> Placed:
    planning = Planning(facts_of(files))
    return driven(planning, placement(planning, options(**more)))


def driven(planning: Planning, generator: Part) -> Placed:
    """What becomes of the steps of a placement, each built on the tree of the one before it, without a loss."""
    steps: list[Step] = []
    made: list[Built] = []
    step = next(generator, None)
    while step is not None:
        built = build(planning.facts, accompanied(planning.facts, step))
        assert [str(loss) for loss in built.losses if loss.severity == "error"] == []
        steps.append(step)
        made.append(built)
        try:
            step = generator.send(built.after)
        except StopIteration:
            step = None
    return Placed(tuple(steps), tuple(made), planning)
