"""The shipped plan file shows every option of every family of ours, with what holds without it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import pytest

from migrator.artefact import Family
from phases import automation, documentation, infrastructure, tooling
from tests.conftest import ROOT

FAMILIES: dict[tuple[str, str], Family] = {
    (module.phase.name, family.name): family for module in (infrastructure, tooling, documentation, automation) for family in module.FAMILIES
}
SHIPPED = (ROOT / "plans" / "v3.toml").read_text(encoding="utf-8")
LIKE_ANOTHER = {("infrastructure", "helm"): {"registry"}}
"""Families that take what they are not told from another one's table: by them, what is shown at least."""


def shown(phase: str, family: str, mark: str) -> Mapping[str, object]:
    """The table of a family without comment marks: what holds by itself stands right behind one, examples further to the right."""
    code = re.sub(rf"(?m)^{mark}(?=[\w.-]+ = |\[)", "", SHIPPED[SHIPPED.index("# What families ask") :])
    return {key: value for key, value in tomllib.loads(code)["phases"][phase][family].items() if key != "enabled" or value is not True}


@pytest.mark.parametrize(("phase", "family"), FAMILIES)
def test_every_option_of_a_family_is_in_the_shipped_file(phase: str, family: str) -> None:
    assert f"# [phases.{phase}.{family}]\n# enabled = true\n" in SHIPPED
    asked, every = set(FAMILIES[phase, family].options.model_fields) - {"enabled"}, shown(phase, family, "#(?: |   )").keys()
    if (phase, family) in LIKE_ANOTHER:
        assert LIKE_ANOTHER[phase, family] <= every <= asked
    else:
        assert every == asked


@pytest.mark.parametrize(("phase", "family"), FAMILIES)
def test_what_is_shown_without_an_example_is_what_holds(phase: str, family: str) -> None:
    options = FAMILIES[phase, family].options
    assert options.model_validate(shown(phase, family, "# ")) == options()


@pytest.mark.parametrize(("phase", "family"), FAMILIES)
def test_every_example_is_one_that_a_family_takes(phase: str, family: str) -> None:
    FAMILIES[phase, family].options.model_validate(shown(phase, family, "#(?: |   )"))
