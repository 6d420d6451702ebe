"""`migrate verify --docs`: which generated documents are no longer true, where, why, and how these alone are written anew."""

from __future__ import annotations

import shlex

import pytest

from phases import documentation
from tests.cli.conftest import Runner
from tests.conftest import git
from tests.unit.documentation.shop import COMPOSE, FILES, MAIN

BRANCH, INCIDENTS = "migrate/phase-5", "docs/runbooks/incidents/api.md"


@pytest.fixture
def shop(make_repository, capsys, monkeypatch) -> Runner:
    """The repository with its pages, which somebody merged."""
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    runner = Runner(directory, capsys, (documentation.phase,))
    runner("run")
    git(directory, "merge", "-q", "--ff-only", BRANCH)
    return runner


def committed(shop: Runner, path: str, text: str) -> None:
    (shop.directory / path).write_text(text, encoding="utf-8", newline="\n")
    git(shop.directory, "commit", "-q", "-a", "-m", "on")


def stale(shop: Runner) -> dict[str, tuple[str, list[str]]]:
    found = shop("verify", "--docs", "--json", code=5).json
    assert found["fresh"] is False
    return {one["path"]: (one["what"], one["sections"]) for one in found["documents"]}


def test_what_was_just_written_is_true(shop: Runner) -> None:
    found = shop("verify", "--docs", "--rev", BRANCH, "--json").json
    assert (found["fresh"], found["documents"], found["next"], found["revisions"]) == (True, [], [], [BRANCH])
    assert "every generated document says what follows from HEAD" in shop("verify", "--docs").out


def test_a_fact_that_changed_makes_exactly_what_says_it_stale_and_these_alone_are_written_anew(shop: Runner) -> None:
    committed(shop, "compose.yaml", COMPOSE.replace("8123:8000", "9123:8000"))
    found = stale(shop)
    assert found[INCIDENTS] == ("changed", ["Incidents of api", "Look first"])
    assert found["docs/runbooks/scaling/README.md"] == ("changed", ["api"])
    assert found["docs/security/threat-model/README.md"] == ("changed", ["What can be reached"])
    assert "docs/runbooks/incidents/db.md" not in found
    out = shop("verify", "--docs", code=5).out
    assert "compose.yaml:4" in out
    (command,) = shop("verify", "--docs", "--json", code=5).json["next"]
    assert command.startswith("migrate run --phase 5 --step documentation/")
    assert command in out
    words = shlex.split(command)
    shop(*words[1:])
    assert shop("verify", "--docs", "--rev", words[-1], "--json").json["fresh"] is True
    touched = git(shop.directory, "diff", "--name-only", "main", words[-1]).split()
    assert {path for path in touched if not path.startswith(".migrate/")} == set(found)


def test_pages_that_come_and_go(shop: Runner) -> None:
    committed(
        shop,
        "compose.yaml",
        COMPOSE.replace("  cache:\n    image: redis:7\n", "  queue:\n    image: rabbitmq:3\n").replace("[db, cache]", "[db, queue]"),
    )
    found = stale(shop)
    assert (found["docs/runbooks/incidents/queue.md"], found["docs/runbooks/incidents/cache.md"]) == (("new", []), ("gone", []))


def test_notes_of_people_make_nothing_stale_and_what_needs_a_decision_asks(shop: Runner) -> None:
    page = (shop.directory / INCIDENTS).read_text(encoding="utf-8")
    committed(shop, INCIDENTS, page.replace("## Look first\n", "## Look first\n\nAsk the platform team.\n"))
    assert shop("verify", "--docs", "--json").json["fresh"] is True
    line = "- It listens on 8000 (http), on the host at `8123`."
    assert line in page
    committed(shop, INCIDENTS, page.replace(line, "- Somewhere."))
    committed(shop, "compose.yaml", COMPOSE.replace("8123:8000", "9123:8000"))
    assert stale(shop)[INCIDENTS] == ("asks", [])


def test_a_remark_makes_nothing_stale(shop: Runner) -> None:
    committed(shop, "api/main.py", "# A remark.\n" + MAIN)
    assert shop("verify", "--docs", "--json").json["fresh"] is True


def test_nothing_was_generated(make_repository, capsys, monkeypatch) -> None:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    error = Runner(directory, capsys, (documentation.phase,))("verify", "--docs", "--json", code=2).error
    assert error["message"] == "HEAD has no generated document"


def test_a_branch_of_ours_is_gone_on_with(make_repository, capsys, monkeypatch) -> None:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    runner = Runner(directory, capsys, (documentation.phase,))
    runner("run")
    git(directory, "switch", "-q", BRANCH)
    committed(runner, "compose.yaml", COMPOSE.replace("8123:8000", "9123:8000"))
    git(directory, "switch", "-q", "main")
    (command,) = runner("verify", "--docs", "--rev", BRANCH, "--json", code=5).json["next"]
    assert command.endswith(f" --branch {BRANCH}")
    runner(*shlex.split(command)[1:])
    assert runner("verify", "--docs", "--rev", BRANCH, "--json").json["fresh"] is True
