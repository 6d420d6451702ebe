"""Nothing is configured that nothing reads."""

from __future__ import annotations

import pytest

from phases.automation import stale
from tests.unit.automation.upkeeping import made


@pytest.mark.parametrize("files, told", [({}, 0), ({".github/stale.yml": "daysUntilStale: 60\n"}, 1)])
def test_nothing_reads_stale_yml(files: dict[str, str], told: int) -> None:
    said = made(stale.family, {"README.md": "", **files})
    assert (said.artefacts, len(said.decisions)) == ((), told)
    assert "nothing would read" in said.absent
