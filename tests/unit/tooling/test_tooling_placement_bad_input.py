"""What lies in the way of scripts, what nobody may read out of them, and what is told of those that are of no use."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from migrator.errors import Finding
from migrator.facts.ascents import ascents
from migrator.facts.scripts import _said
from migrator.facts.whereabouts import _started_inside
from phases.tooling.placement import problems
from tests.conftest import facts_of
from tests.unit.infrastructure.placing import Placed, placed
from tests.unit.tooling.scripting import script_options, scripts_placed
from tests.unit.tooling.suiting import suited

TESTS = "#!/bin/sh\npytest -q\nnpm test\n"
PLACE = "tools/scripts/testing"


def told(found: Placed, kind: str) -> dict[str, str]:
    return {one.path: one.message for one in found.planning.findings if one.kind == kind}


TAKEN = [
    ({"scripts/run_tests.sh": TESTS, f"{PLACE}/run_tests.sh": "x\n"}, "is there already"),
    ({"scripts/run_tests.sh": TESTS, f"{PLACE}/run_tests.sh/a.md": "x\n"}, "is there already"),
    ({"scripts/run_tests.sh": TESTS, f"{PLACE}/Run_Tests.sh": "x\n"}, f"{PLACE}/Run_Tests.sh differs from it by case alone"),
    ({"scripts/run_tests.sh": TESTS, "Tools/a.md": "x\n"}, "Tools differs from it by case alone"),
]


@pytest.mark.parametrize(("files", "why"), TAKEN)
def test_a_place_that_is_taken_is_a_question(files: dict[str, str], why: str) -> None:
    found = scripts_placed(files)
    assert (found.moves, len(found.planning.questions)) == ({}, 1)
    assert why in found.asked


def test_names_that_differ_by_case_alone_keep_their_folders_apart() -> None:
    found = scripts_placed({"scripts/Run_Tests.sh": TESTS, "bin/run_tests.sh": TESTS, "scripts/run_tests.sh": TESTS})
    assert found.moves == {"bin/run_tests.sh": f"{PLACE}/run_tests.sh"}
    assert "would have the same name" in found.asked


def test_a_script_that_names_itself_by_a_path_of_a_machine_says_so() -> None:
    for line in ("sh /opt/acme/scripts/run_tests.sh\n", "sh ~/acme/scripts/run_tests.sh\n", "powershell C:\\src\\acme\\scripts\\run_tests.sh\n"):
        found = scripts_placed({"scripts/run_tests.sh": TESTS + line})
        assert found.by_hand == [f"{PLACE}/run_tests.sh: line 4 names it by a path of a machine: correct it there"]
    assert scripts_placed({"scripts/run_tests.sh": TESTS + "sh scripts/run_tests.sh\n"}).by_hand == []


def test_no_secret_of_a_script_is_told() -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    text = f"#!/bin/sh\nTOKEN={token}\npytest -q\ncurl https://me:{token}@x.example/health\ncat gone/{token}/a.txt\n"
    found = scripts_placed({"scripts/run_tests.sh": text, "scripts/copy/run_tests.sh": text, "scripts/check.sh": text})
    said = (str(found.planning), str([step.findings for step in found.steps]), str([step.why for step in found.steps]))
    assert not any(token in one for one in said)


def test_contents_that_nobody_can_read_are_no_obstacle() -> None:
    found = scripts_placed(
        {
            "scripts/run_tests.sh": b"\xef\xbb\xbf#!/bin/sh\r\npytest \xe9\r\nnpm test\r\n",
            "scripts/tests.ps1": b"\xff\xfeW\0r\0i\0t\0e\0",
            "scripts/lint.py": b"def (:\n  ruff eslint\n\0",
            "bin/tool": b"\x7fELF\0\0",
            "scripts/huge_tests.sh": b"pytest\n#" + b"x" * 1_100_000,
        }
    )
    assert found.moves == {"scripts/run_tests.sh": f"{PLACE}/run_tests.sh"}


BUSY = ["<#" * 200_000, "docker compose " * 30_000, "$(dirname " * 40_000, "(Split-Path " * 40_000, " /a" * 100_000, '"""' * 99_999, "x\n/*" * 20_000]


@pytest.mark.parametrize("text", BUSY)
def test_what_somebody_made_to_keep_us_busy_does_not(text: str) -> None:
    started = time.process_time()
    for language in ("shell", "powershell", "batch", "python", "javascript"):
        assert not any(call.purpose == "testing" for call in _said(text.encode(), language).calls)
        assert ascents(text.encode(), language) == ()
    assert _started_inside(text.encode()) == ()
    assert time.process_time() - started < 20


def test_scripts_that_are_twice_there_are_told_and_stay() -> None:
    found = scripts_placed(
        {
            "scripts/archive/a.sh": "x  y\r\n",
            "scripts/archive/b.sh": "x y\n",
            "tools/old/c.ps1": "z\n",
            "tools/old/d.ps1": "z\n",
            "bin/e.sh": "",
            "bin/f.sh": "",
        }
    )
    assert told(found, "duplicate") == {
        "scripts/archive/b.sh": "says, white space aside, the same as scripts/archive/a.sh",
        "tools/old/d.ps1": "says the same as tools/old/c.ps1",
    }
    assert found.moves == {}


def test_scripts_of_no_use_are_told_with_what_shows_it_and_never_deleted() -> None:
    dead = "#!/bin/sh\ncat app/src/a.ts\ncat app/src/b.ts\n"
    found = scripts_placed({"scripts/show.sh": dead, "scripts/empty.ps1": " \n", "scripts/archive/show.sh": dead + "#\n", "app/main.py": "x\n"})
    assert told(found, "unused") == {
        "scripts/show.sh": "nothing names it, and it names `app/src/a.ts` and 1 more that are gone",
        "scripts/empty.ps1": "is empty",
    }
    assert {"scripts/show.sh", "scripts/empty.ps1"} <= found.after.keys()
    named = scripts_placed({"scripts/show.sh": dead, "app/main.py": "x\n", "Makefile": "a:\n\tsh scripts/show.sh\n"})
    assert told(named, "unused") == {}


def test_wrong_options_are_all_named() -> None:
    wrong = script_options(targets={"testing": "a", "tests": "b"}, moves={"gone.sh": "a/gone.sh"})
    assert [one.where for one in problems(facts_of({"a.sh": ""}), wrong)] == [
        "phases.tooling.placement.targets",
        "phases.tooling.placement.moves",
    ]
    with pytest.raises(ValidationError):
        script_options(project="acme")


def test_a_move_to_where_something_is_is_told() -> None:
    found = scripts_placed({"scripts/run_tests.sh": TESTS, "Makefile": "x:\n"}, moves={"scripts/run_tests.sh": "Makefile"})
    assert found.moves == {}
    assert told(found, "stays") == {"scripts/run_tests.sh": "does not go to Makefile, as the plan file says: that is there already"}


SECRET = {"x/id_rsa": "-----BEGIN RSA PRIVATE KEY-----\n", "x/.env": "TOKEN=a1b2c3d4e5\n", "x/.env.example": "TOKEN=\n", "x/a.txt": "a\n"}


@pytest.mark.parametrize("place", [scripts_placed, suited, placed])
def test_no_move_that_people_ask_for_touches_a_secret(place: Callable[..., Placed]) -> None:
    found = place(SECRET, moves={path: path.replace("x/", "y/") for path in SECRET})
    assert found.moves == {"x/.env.example": "y/.env.example", "x/a.txt": "y/a.txt"}
    assert [(one.path, one.message) for one in found.planning.findings if one.kind == "stays" and one.severity == "warning"] == [
        (path, "holds a secret, which no move of ours touches") for path in ("x/id_rsa", "x/.env")
    ]
    assert place({"x/a.txt": "a\n"}, moves={"x/a.txt": "y/a.txt"}).planning.findings == []


def test_an_answer_that_was_followed_asks_nothing_more() -> None:
    moves = {"scripts/x.sh": "tools/x.sh"}
    found = scripts_placed({"scripts/x.sh": "z\n"}, moves=moves)
    again = scripts_placed(found.after, moves=moves)
    assert (found.moves, again.steps, list(problems(again.planning.facts, script_options(moves=moves)))) == (moves, (), [])


def test_findings_are_values() -> None:
    found = scripts_placed({"scripts/run_tests.sh": TESTS})
    assert all(isinstance(one, Finding) for step in found.steps for one in step.findings)
