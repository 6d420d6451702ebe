"""What `[phases.tooling]` cannot be told: each is named with what to do about it, and nothing is planned as if it were not there."""

from __future__ import annotations

import pytest

from migrator import registry
from migrator.errors import PlanError
from migrator.planfile import load_plan_file
from tests.unit.tooling.commands import FILES
from tests.unit.tooling.parts import services
from tests.unit.tooling.tooling_plans import plan

REFUSED = [
    ("placement.targets]\ntesting = '.migrate/x'", "lies where migrate keeps its own records"),
    ("cli]\ndirectory = '.migrate'", "lies where migrate keeps its own records"),
    ("duplication]\nshared = ['common', 'src/lib']", "shared.1"),
    ("linters]\nimport_linter = '2.17\\nevil'", "import_linter"),
    ("linters]\ntypescript = '>=5'", "typescript"),
    ("linters]\ntypescript = '7.0.2'", "dependency-cruiser passes over all TypeScript with 7 and above"),
    ("linters]\ntypescript = '10'", "dependency-cruiser passes over all TypeScript with 7 and above"),
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


SAID_ONCE = [
    ("[phases.infrastructure.monitoring.objective]\navailability = 99.5\n", (99.5, 0.5)),
    ("[phases.infrastructure.monitoring]\nobjective = { latency = { seconds = 0.25 } }\n[phases.tooling.benchmarks]\nobjective = { availability = 99.0 }\n", (99.0, 0.25)),
    ("[phases.infrastructure.monitoring.objective]\navailability = 99.5\n[phases.tooling.benchmarks.objective]\navailability = 99.0\n", (99.0, 0.5)),
    ("[phases.infrastructure.monitoring]\nretention_days = 3\n", (99.9, 0.5)),
    ("[phases.tooling.benchmarks.objective]\navailability = 99.0\n", (99.0, 0.5)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "promised"), SAID_ONCE)
def test_what_is_promised_is_said_once(text: str, promised: tuple[float, float]) -> None:
    _, options = load_plan_file(text, registry.phases())
    told = options["tooling"].benchmarks.objective  # type: ignore[attr-defined]
    assert (told.availability, told.latency.seconds) == promised


def test_a_workload_promises_the_same_to_both() -> None:
    _, options = load_plan_file("[phases.infrastructure.monitoring.objectives.web]\navailability = 90\n", registry.phases())
    assert options["tooling"].benchmarks.objectives["web"].availability == 90  # type: ignore[attr-defined]
    assert load_plan_file(None, registry.phases())[1]["tooling"].benchmarks.model_fields_set == set()  # type: ignore[attr-defined]


WRONG = "[phases.infrastructure.monitoring.objective]\navailability = 'high'\nspeed = 1\n"


def test_what_is_wrong_with_it_is_told_where_it_stands() -> None:
    with pytest.raises(PlanError) as error:
        load_plan_file(WRONG + "[phases.tooling.benchmarks.objective]\nlatency = 3\n", registry.phases())
    assert [one.message.partition(":")[0] for one in error.value.problems] == [
        "phases.infrastructure.monitoring.objective.availability",
        "phases.infrastructure.monitoring.objective.speed",
        "phases.tooling.benchmarks.objective.latency",
    ]
