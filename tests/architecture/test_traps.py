"""docs/traps.md: each row names a test that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/traps.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("|") and not line.startswith(("| tool |", "|---"))]


@pytest.mark.parametrize("row", ROWS)
def test_every_trap_has_a_test_that_exists(row: str) -> None:
    ((path, name),) = re.findall(r"\| `(tests/[\w/]+\.py)::(test_\w+)` \|$", row)
    assert name in {node.name for node in ast.parse((ROOT / path).read_bytes()).body if isinstance(node, ast.FunctionDef)}


def test_each_phase_that_generates_has_rows() -> None:
    for phase in (3, 4, 5, 6):
        assert TEXT.partition(f"## Phase {phase}\n")[2].partition("\n## ")[0].count("\n| ") > 8
