"""The placement of scripts alone, driven as its phase would, with what `plans/v3.toml` ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrator.phase import Planning
from phases.tooling.placement import Options, placement
from tests.conftest import facts_of
from tests.unit.infrastructure.placing import Placed, driven, shipped


def script_options(**more: Any) -> Options:
    return Options.model_validate({**shipped("tooling", "placement"), **more})


def scripts_placed(files: Mapping[str, str | bytes], **more: Any) -> Placed:
    planning = Planning(facts_of(files))
    return driven(planning, placement(planning, script_options(**more)))
