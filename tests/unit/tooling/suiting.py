"""The placement of tests alone, driven as a phase would, with what `plans/v3.toml` ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrator.gates import judge
from migrator.phase import Planning
from phases.tooling.suites import Options, suites
from tests.conftest import facts_of
from tests.unit.infrastructure.placing import Placed, driven, shipped


class Suited(Placed):
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
    return Options.model_validate({**shipped("tooling", "suites"), **more})


def suited(files: Mapping[str, str | bytes], **more: Any) -> Suited:
    planning = Planning(facts_of(files))
    found = Suited(*driven(planning, suites(planning, options(**more))))
    assert [str(one) for built in found.built for report in judge(built) for one in report.findings if one.severity == "error"] == []
    return found
