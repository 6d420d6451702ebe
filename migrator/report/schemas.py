"""The JSON schemas of everything that programs read and write, generated from the models: `python -m migrator.report.schemas docs`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from migrator.engine.planning import SavedPlan
from migrator.planfile import PlanFile
from migrator.record import Record
from migrator.report import landscape_models, models
from migrator.report.teams import carried

if TYPE_CHECKING:
    from pydantic import BaseModel

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "carry": carried.CarryOut,
    "demo": models.DemoOut,
    "done": models.DoneOutcome,
    "doctor": models.DoctorOut,
    "doctor-formats": models.FormatsOut,
    "error": models.ErrorOut,
    "explain": models.ExplainOut,
    "graph": models.GraphOut,
    "init": models.InitOut,
    "landscape": landscape_models.LandscapeOut,
    "log": models.LogOut,
    "migrate-toml": PlanFile,
    "mv": models.MovesOut,
    "phases": models.PhasesOut,
    "plan": models.PlanOut,
    "record": Record,
    "rollback": models.RollbackOut,
    "run": models.RunOut,
    "saved-plan": SavedPlan,
    "status": models.StatusOut,
    "target": models.TargetOut,
    "trust": models.TrustOut,
    "verify": models.VerifyOut,
    "verify-docs": models.VerifyDocsOut,
}
"""By the first part of the file's name."""

_READ = frozenset({"migrate-toml", "saved-plan", "record"})
"""What we read; everything else is only written."""


def schema(name: str) -> str:
    """The text of one schema file."""
    model = SCHEMAS[name]
    mode: Literal["validation", "serialization"] = "validation" if name in _READ else "serialization"
    text = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(mode=mode)}
    return json.dumps(text, indent=2, ensure_ascii=False) + "\n"


def write(directory: Path) -> None:
    """Write every schema into a directory."""
    for name in SCHEMAS:
        (directory / f"{name}.schema.json").write_text(schema(name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
