"""What `[phases.tooling]` cannot be told: each is named with what to do about it, and nothing is planned as if it were not there."""

from __future__ import annotations

import pytest

from migrator.errors import PlanError
from tests.unit.tooling.commands import FILES
from tests.unit.tooling.parts import services
from tests.unit.tooling.tooling_plans import plan

REFUSED = [
    ("placement.targets]\ntesting = '.migrate/x'", "lies where migrate keeps its own records"),
    ("cli]\ndirectory = '.migrate'", "lies where migrate keeps its own records"),
    ("duplication]\nshared = ['common', 'src/lib']", "shared.1"),
    ("linters]\nimport_linter = '2.17\\nevil'", "import_linter"),
    ("linters]\ntypescript = '>=5'", "typescript"),
    ("benchmarks]\ntargets = { web = 'https://' }", "begins with https:// or http:// and a host"),
    ("placement]\nelsewhere = ['backup', 'bakcup']", "'bakcup' is no purpose of files; there are"),
    *((f"{family}]\ndirectory = ''", "is the root of the repository") for family in ("generators", "linters", "cli", "benchmarks")),
    ("cli]\ndirectory = 'a/..'", "is the root of the repository"),
    ("generators]\nenabled = true\n[phases.tooling]\ndecisions = '.'", "is the root of the repository"),
    ("benchmarks]\ntargets = { web = 'https:///x' }", "begins with https:// or http:// and a host"),
]


@pytest.mark.parametrize(("options", "said"), REFUSED)
def test_what_cannot_be_is_refused_where_it_stands(options: str, said: str) -> None:
    with pytest.raises(PlanError) as error:
        plan(FILES, f"[phases.tooling.{options}\n")
    (problem,) = error.value.problems
    assert said in str(problem)


ALLOWED = [
    "placement.targets]\ntesting = '.migrated'",
    "placement]\nelsewhere = ['backup', 'compose']",
    "cli]\ndirectory = 'x/../tools'",
    "duplication]\nshared = ['common']",
    "linters]\nimport_linter = '2.17rc1'\ntypescript = '5.9.3-beta.1'",
    "benchmarks]\ntargets = { web = 'http://[::1]:8000/x/' }",
]


@pytest.mark.parametrize("options", ALLOWED)
def test_what_comes_near_it_is_not(options: str) -> None:
    assert plan(FILES, f"[phases.tooling.{options}\n").problems == ()


def test_a_template_that_there_is_none_of_is_told() -> None:
    found = plan(services(), "[phases.tooling.generators]\nwithout = ['service', 'app-mobil']\n").notes["tooling"].findings
    assert [one.message.partition(";")[0] for one in found if "option without" in one.message] == [
        "option without: app-mobil: no template has this name"
    ]
