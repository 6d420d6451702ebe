"""The shipped plan file shows every option of these families of the automation phase, with what holds without it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import pytest

from phases.automation import dependabot, forms, owners, releases, stale
from tests.conftest import ROOT
from tests.unit.automation.upkeeping import made

FAMILIES = {one.family.name: one.family for one in (owners, dependabot, forms, stale, releases)}
SHIPPED = (ROOT / "plans" / "v3.toml").read_text(encoding="utf-8")


def shown(name: str, mark: str) -> Mapping[str, object]:
    """The table of a family without comment marks: what holds by itself stands right behind one, examples further to the right."""
    code = re.sub(rf"(?m)^{mark}(?=[\w.-]+ = |\[)", "", SHIPPED[SHIPPED.index("# What families ask") :])
    return dict(tomllib.loads(code)["phases"]["automation"][name])


@pytest.mark.parametrize("name", FAMILIES)
def test_every_option_is_shown_and_what_is_shown_holds(name: str) -> None:
    options = FAMILIES[name].options
    every = shown(name, "#(?: |   )")
    assert every.keys() == {"enabled", *options.model_fields}
    assert options.model_validate({key: value for key, value in shown(name, "# ").items() if key != "enabled"}) == options()
    options.model_validate({key: value for key, value in every.items() if key != "enabled"})


@pytest.mark.parametrize("files, told", [({}, 0), ({".github/stale.yml": "daysUntilStale: 60\n"}, 1)])
def test_nothing_reads_stale_yml(files: dict[str, str], told: int) -> None:
    said = made(stale.family, {"README.md": "", **files})
    assert (said.artefacts, len(said.decisions)) == ((), told)
    assert "nothing would read" in said.absent
