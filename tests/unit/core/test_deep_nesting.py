"""Files nested a hundred thousand brackets deep are junk, and no bug of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from migrator.atlas.jsonc import read_jsonc
from migrator.edits import EditError
from migrator.edits.json import SetValue
from migrator.edits.yaml import AddYamlItem
from migrator.errors import PlanError
from migrator.planfile import load_plan_file

DEPTH = 100_000
ARRAYS = "[" * DEPTH + "]" * DEPTH


@pytest.mark.parametrize("source", [ARRAYS, "[" * DEPTH, '{"a":' * DEPTH + "1" + "}" * DEPTH, f"// a comment\n{ARRAYS}"])
def test_a_deep_manifest_is_read_as_none(source: str) -> None:
    assert read_jsonc(source.encode()) is None


def test_a_manifest_of_usual_depth_is_read() -> None:
    assert read_jsonc(b'{"a": [[1, ], ], } // so') == {"a": [[1]]}


@pytest.mark.parametrize("edit", [lambda: SetValue(("a",), 1), lambda: AddYamlItem(("a",), "x")])
def test_a_deep_file_is_not_edited(edit: Callable[[], Any]) -> None:
    with pytest.raises(EditError):
        edit().apply(f'{{"a": {ARRAYS}}}'.encode())


def test_a_deep_plan_file_is_a_problem_of_the_plan() -> None:
    with pytest.raises(PlanError, match="nested too deeply"):
        load_plan_file(f"exclude = {ARRAYS}", ())
