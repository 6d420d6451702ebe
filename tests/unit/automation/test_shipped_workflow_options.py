"""The shipped plan file shows every option of workflows and actions, with what holds without it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import pydantic
import pytest

from phases.automation import actions, workflows
from tests.conftest import ROOT

FAMILIES = {one.name: one for one in (actions.family, workflows.family)}
SHIPPED = (ROOT / "plans" / "v3.toml").read_text(encoding="utf-8")


def shown(name: str, mark: str) -> Mapping[str, object]:
    """The table of a family without comment marks: what holds by itself stands right behind one, examples further to the right."""
    code = re.sub(rf"(?m)^{mark}(?=[\w.-]+ = |\[)", "", SHIPPED[SHIPPED.index("# Composite actions that") :])
    return dict(tomllib.loads(code)["phases"]["automation"][name])


@pytest.mark.parametrize("name", FAMILIES)
def test_every_option_is_shown_and_what_is_shown_holds(name: str) -> None:
    options = FAMILIES[name].options
    every = shown(name, "#(?: |   )")
    assert every.keys() == {"enabled", *options.model_fields}
    assert options.model_validate({key: value for key, value in shown(name, "# ").items() if key != "enabled"}) == options()
    options.model_validate({key: value for key, value in every.items() if key != "enabled"})


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
