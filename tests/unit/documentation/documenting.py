"""The placement of documents alone, driven as its phase would, with what `plans/v3.toml` ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrator.phase import Planning
from phases.documentation.placement import Options, placement
from tests.conftest import facts_of
from tests.unit.infrastructure.placing import Placed, driven, shipped


def document_options(**more: Any) -> Options:
    return Options.model_validate({**shipped("documentation", "placement"), **more})


def documents_placed(files: Mapping[str, str | bytes], **more: Any) -> Placed:
    planning = Planning(facts_of(files))
    return driven(planning, placement(planning, document_options(**more)))
