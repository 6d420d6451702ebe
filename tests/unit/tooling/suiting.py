"""The placement of tests alone, driven as a phase would, with what `plans/v3.toml` ships."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

from migrator.build import Built, build
from migrator.companions import accompanied
from migrator.gates import judge
from migrator.phase import Planning
from migrator.step import Step
from phases.tooling.suites import Options, suites
from tests.conftest import ROOT, facts_of, texts


class Suited(NamedTuple):
    steps: tuple[Step, ...]
    built: tuple[Built, ...]
    planning: Planning

    @property
    def after(self) -> dict[str, str]:
        return {path: content.decode() for path, content in texts(self.planning.facts).items()}

    @property
    def moves(self) -> dict[str, str]:
        """Every file that went, with where it is now."""
        found: dict[str, str] = {}
        for built in self.built:
            back = {new: old for old, new in found.items()}
            found |= {back.get(old, str(old)): str(new) for old, new in built.files.items()}
        return found

    @property
    def stays(self) -> dict[str, str]:
        return {one.path: one.message for one in self.planning.details if one.kind == "stays"}

    @property
    def said(self) -> dict[str, str]:
        return {one.path: one.message for one in self.planning.details if one.kind == "test"}


def options(**more: Any) -> Options:
    shipped = tomllib.loads((ROOT / "plans" / "v3.toml").read_text(encoding="utf-8"))["phases"]["tooling"]["suites"]
    return Options.model_validate({**shipped, **more})


def suited(files: Mapping[str, str | bytes], **more: Any) -> Suited:
    planning = Planning(facts_of(files))
    generator = suites(planning, options(**more))
    steps: list[Step] = []
    made: list[Built] = []
    step = next(generator, None)
    while step is not None:
        built = build(planning.facts, accompanied(planning.facts, step))
        assert [str(one) for report in judge(built) for one in report.findings if one.severity == "error"] == []
        steps.append(step)
        made.append(built)
        try:
            step = generator.send(built.after)
        except StopIteration:
            step = None
    return Suited(tuple(steps), tuple(made), planning)
