"""What `[phases.automation.workflows]` refuses."""

from __future__ import annotations

import pydantic
import pytest

from phases.automation import workflows


@pytest.mark.parametrize(
    "said",
    [
        {"without": ["ci"]},
        {"replace": ["tools/ci.yml"]},
        {"minutes": 0},
        {"minutes": 361},
        {"auto_merge": ["major"]},
        {"stale": {"days": 0}},
        {"x": 1},
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(pydantic.ValidationError):
        workflows.family.options.model_validate(said)
