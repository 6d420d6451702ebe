"""Whatever a plan file says, it is a problem with its line and never a bug."""

from __future__ import annotations

import pytest

from migrator.errors import PlanError
from migrator.planfile import load_plan_file
from migrator.registry import phases

WRONG = [
    'exclude = ["!"]',
    'exclude = ["\\\\"]',
    "exclude = 3",
    "[gates]\na = 1",
    "[gates.a]\ncommand = 1",
    '[gates.a]\ncommand = ""',
    "[gates.a]\ncommand = []",
    "[gates.a]\ncommand = 'never \"closed'",
    '[gates.a]\ncommand = "x"\nsetup = ""',
    '[gates.a]\ncommand = "x"\ntimeout = 0',
    '[gates.a]\ncommand = "x"\ndirectory = "../.."',
    '[gates.a]\ncommand = "x"\nlinks = ["/etc"]',
    '[gates.a]\ncommand = "x"\ninputs = ["../x"]',
    '[gates.a]\ncommand = "x"\nreport = "../../x"',
    '[gates.a]\ncommand = "x"\nreport = "/etc/passwd"',
    '[documents.a]\ncommand = "x"\nfiles = ["../x"]',
    "[phases.foundation]\nweb = 3",
    "[phases.foundation]\nscope = 3",
    '[phases.foundation]\nkeep = ["!"]',
    '[phases.foundation]\nroot_files = ["!"]',
    "[phases.backend-split]\ngateway = 3",
    "[phases.repair.redirects]\na = 3",
]


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_value_is_a_problem_with_its_line(text: str) -> None:
    with pytest.raises(PlanError) as caught:
        load_plan_file(text, phases())
    assert all(problem.where.startswith("migrate.toml:") for problem in caught.value.problems)
    assert caught.value.problems


def test_a_right_one_has_none() -> None:
    text = 'exclude = ["old/", "!old/new"]\n[gates.a]\ncommand = "make \'a b\'"\nlinks = ["node_modules"]\n[phases.foundation]\nweb = "apps/site"\n'
    plan_file, _ = load_plan_file(text, phases())
    assert plan_file.exclude == ("old/", "!old/new")
