from __future__ import annotations

import json
from pathlib import Path

import pytest

from migrator.report.schemas import SCHEMAS, schema

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_current(name: str) -> None:
    assert (DOCS / f"{name}.schema.json").read_text(encoding="utf-8") == schema(name), "make schemas"


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in DOCS.glob("*.schema.json")} == {f"{name}.schema.json" for name in SCHEMAS}


def test_plan_and_run_have_what_programs_were_promised() -> None:
    plan = json.loads(schema("plan"))
    assert {"base", "base_tree", "steps", "tree"} <= plan["properties"].keys()
    step = {"id", "phase", "title", "why", "needs", "moves", "edits", "creates", "deletes", "tree", "findings"}
    assert step <= plan["$defs"]["StepOut"]["properties"].keys()
    run = json.loads(schema("run"))
    assert {"branch", "base", "head", "tree", "steps", "set_aside"} <= run["properties"].keys()
    assert {"id", "commits", "tree", "gates"} <= run["$defs"]["DoneStepOut"]["properties"].keys()
    assert {"gate", "passed", "seconds", "findings"} <= run["$defs"]["GateOut"]["properties"].keys()
