"""The JSON schemas of everything that programs read and write, generated from the models: `python -m migrator.report.schemas docs`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from migrator.engine.planning import SavedPlan
from migrator.planfile import PlanFile
from migrator.record import Record
from migrator.registry import phases as installed
from migrator.report import landscape_models
from migrator.report.models.accounts import DoneOutcome
from migrator.report.models.branches import LogOut
from migrator.report.models.findings import ErrorOut
from migrator.report.models.formats import FormatsOut
from migrator.report.models.inspection import ExplainOut, GraphOut, TargetOut
from migrator.report.models.plans import PlanOut
from migrator.report.models.runs import MovesOut, RollbackOut, RunOut
from migrator.report.models.setup import DemoOut, DoctorOut, InitOut, PhasesOut
from migrator.report.models.trust import TrustOut
from migrator.report.models.verification import VerifyDocsOut, VerifyOut
from migrator.report.teams.answer import AnswerOut
from migrator.report.teams.branches import carried, returning
from migrator.report.teams.branches.updated import UpdateOut
from migrator.report.teams.pages import told
from migrator.report.teams.pages.documented import Documented, plan_file_schema
from migrator.report.teams.reviewed import requests, review
from migrator.report.teams.schema import SchemasOut
from migrator.report.teams.shims import ShimsOut
from migrator.report.teams.weekly import progress
from migrator.report.teams.weekly.staged import StagedOut

if TYPE_CHECKING:
    from pydantic import BaseModel

    from migrator.phase import Phase

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "answer": AnswerOut,
    "carry": carried.CarryOut,
    "demo": DemoOut,
    "done": DoneOutcome,
    "doctor": DoctorOut,
    "doctor-formats": FormatsOut,
    "error": ErrorOut,
    "explain": ExplainOut,
    "graph": GraphOut,
    "init": InitOut,
    "landscape": landscape_models.LandscapeOut,
    "log": LogOut,
    "migrate-toml": PlanFile,
    "mv": MovesOut,
    "phases": PhasesOut,
    "plan": PlanOut,
    "record": Record,
    "report-html": told.PageOut,
    "report-pr": requests.RequestOut,
    "review": review.ReviewOut,
    "rollback": RollbackOut,
    "rollback-onto": returning.ReturnedOut,
    "run": RunOut,
    "saved-plan": SavedPlan,
    "shims": ShimsOut,
    "status": progress.StatusOut,
    "status-open": progress.BacklogOut,
    "schema": SchemasOut,
    "staged": StagedOut,
    "target": TargetOut,
    "trust": TrustOut,
    "update": UpdateOut,
    "verify": VerifyOut,
    "verify-docs": VerifyDocsOut,
}
"""By the first part of the file's name."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_READ = frozenset({"migrate-toml", "saved-plan", "record"})
"""What we read; everything else is only written."""


def schema(name: str, phases: Callable[[], Iterable[Phase]] = installed) -> str:
    """The text of one schema file; that of the plan file says what each phase may be told, by default each that is installed."""
    model = SCHEMAS[name]
    mode: Literal["validation", "serialization"] = "validation" if name in _READ else "serialization"
    said = model.model_json_schema(mode=mode, schema_generator=Documented)
    if model is PlanFile:
        said = plan_file_schema(said, {phase.name: (phase.summary, phase.options) for phase in phases()})
    text = {"$schema": _DIALECT, "$id": f"urn:migrate:{name}", **said}
    return json.dumps(text, indent=2, ensure_ascii=False) + "\n"


def write(directory: Path) -> None:
    """Write every schema into a directory."""
    for name in SCHEMAS:
        (directory / f"{name}.schema.json").write_text(schema(name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
