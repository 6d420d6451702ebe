"""The shipped plan file shows every option of families of the documentation phase, with what holds without it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import pytest

from phases.documentation import adrs, api, diagrams, rfcs
from tests.conftest import ROOT

FAMILIES = {one.family.name: one.family for one in (adrs, api, diagrams, rfcs)}
SHIPPED = (ROOT / "plans" / "v3.toml").read_text(encoding="utf-8")


def shown(name: str, mark: str) -> Mapping[str, object]:
    """The table of a family without comment marks: what holds by itself stands right behind one, examples further to the right."""
    begin = SHIPPED.index(f"# [phases.documentation.{name}]")
    code = re.sub(rf"(?m)^{mark}(?=[\w.-]+ = |\[)", "", SHIPPED[begin : SHIPPED.index("\n\n", begin)])
    return dict(tomllib.loads(code)["phases"]["documentation"][name])


@pytest.mark.parametrize("name", FAMILIES)
def test_every_option_is_shown_and_what_is_shown_holds(name: str) -> None:
    options = FAMILIES[name].options
    every = shown(name, "#(?: |   )")
    assert every.keys() == {"enabled", *options.model_fields}
    assert options.model_validate({key: value for key, value in shown(name, "# ").items() if key != "enabled"}) == options()
    options.model_validate({key: value for key, value in every.items() if key != "enabled"})
