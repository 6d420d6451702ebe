"""What `migrate rollback --onto` says to people and to programs."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from migrator.cli import main
from tests.cli.conftest import Runner
from tests.cli.test_narrow import CONTROL, Terminal
from tests.conftest import git


@pytest.fixture
def merged(migrate: Runner, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Phase 1 is merged, and the terminal has eighty columns."""
    monkeypatch.setenv("COLUMNS", "80")
    migrate("run", "--phase", "1")
    git(migrate.directory, "merge", "-q", "--squash", "migrate/phase-1")
    git(migrate.directory, "commit", "-qm", "Phase 1")
    return migrate


def on_main(migrate: Runner, path: str, text: str) -> None:
    file = Path(migrate.directory) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-qm", "people")


def test_a_line_a_step_and_what_next(merged: Runner) -> None:
    said = merged("rollback", "--phase", "1", "--onto", "main").out
    lines = said.splitlines()
    assert [line.split()[1] for line in lines[:3]] == ["1.03", "1.02", "1.01"]
    assert all("back" in line or "changed" in line or "gone" in line for line in lines[:3])
    assert any(line.startswith("3 steps taken back on migrate/rollback-1 · tree ") for line in lines)
    assert "main is as it was" in said
    for command in ("git log -p -M main..migrate/rollback-1", "git merge migrate/rollback-1", "migrate plan --phase 1"):
        assert command in said
    assert git(merged.directory, "rev-parse", "migrate/rollback-1^{tree}") == git(merged.directory, "rev-parse", "main~1^{tree}")


def test_a_move_that_was_asked_for_is_in_no_plan(merged: Runner) -> None:
    merged("mv", "README.md", "docs/README.md")
    git(merged.directory, "merge", "-q", "--squash", "migrate/mv")
    git(merged.directory, "commit", "-qm", "mv")
    said = merged("rollback", "--step", "mv.01", "--onto", "main").out
    assert "1 step taken back" in said
    assert "migrate plan" not in said


def test_as_json(merged: Runner) -> None:
    found = merged("rollback", "--phase", "1", "--onto", "main", "--json").json
    assert (found["branch"], found["onto"], found["base"]) == ("migrate/rollback-1", "main", git(merged.directory, "rev-parse", "main").strip())
    assert [step["number"] for step in found["steps"]] == ["1.03", "1.02", "1.01"]
    assert {step["brought"] for step in found["steps"]} == {found["base"]}
    assert found["tree"] == git(merged.directory, "rev-parse", "main~1^{tree}").strip()
    assert all(step["findings"] == [] for step in found["steps"])


def test_what_people_changed_since_is_on_the_branch(merged: Runner) -> None:
    path = next(one for one in git(merged.directory, "ls-files", "*a.py").split())
    before = (merged.directory / path).read_text(encoding="utf-8")
    first = before.splitlines()[0]
    on_main(merged, path, before.replace(first, f"{first}  # ours").replace("VALUE = ", "VALUE = 1 + "))
    merged("rollback", "--phase", "1", "--onto", "main")
    assert "# ours" in git(merged.directory, "show", "migrate/rollback-1:one/a.py")


def test_what_still_names_what_went_is_shown_and_kept(merged: Runner) -> None:
    made = next(
        path
        for path in git(merged.directory, "ls-files").split()
        if "/" in path and path not in git(merged.directory, "ls-tree", "-r", "--name-only", "main~1").split()
    )
    on_main(merged, "deploy/app.conf", f"root = {made}\n")
    said = merged("rollback", "--phase", "1", "--onto", "main").out
    assert "  open       settings 1" in said
    assert f"deploy/app.conf:1   root = {made}" in said
    assert "deploy/app.conf:1" in merged("status", "-v").out


def test_on_a_terminal_of_eighty_columns_nothing_runs_over(merged: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal(io.BytesIO(), encoding="utf-8", write_through=True)
    with monkeypatch.context() as here:
        here.setattr(sys, "stdout", stream)
        assert main(["rollback", "--phase", "1", "--onto", "main"], phases=lambda: merged.phases) == 0
    lines = CONTROL.sub("", stream.buffer.getvalue().decode()).splitlines()
    assert "3 steps taken back on migrate/rollback-1" in " ".join(lines)
    assert [line for line in lines if cell_len(line) > 80] == []


BAD = {
    "neither": (("--onto", "main"), "say what to take back: --phase N or --step ID"),
    "both": (("--onto", "main", "--phase", "1", "--step", "1.01"), "say what to take back: --phase N or --step ID"),
    "with --all": (("--onto", "main", "--phase", "1", "--all"), "--onto goes with --phase or --step"),
    "without --onto": (("--step", "1.01"), "--step and --with-later say what to take back of what was merged"),
    "no such step": (("--onto", "main", "--step", "1.99"), "main has no step '1.99'"),
    "no such revision": (("--onto", "nope", "--phase", "1"), "'nope' names no commit"),
}


@pytest.mark.parametrize(("words", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_told_with_the_next_command(merged: Runner, words: tuple[str, ...], said: str) -> None:
    refs = git(merged.directory, "for-each-ref", "refs/heads")
    error = json.loads(merged("rollback", *words, "--json", code=2 if "nope" not in words else None).err)["error"]
    assert said in error["message"]
    assert error["hint"]
    assert git(merged.directory, "for-each-ref", "refs/heads") == refs


# reviewed ----------------------------------------------------------------------------------------------------------------


def reviewed(migrate: Runner, revisions: str, code: int = 0) -> list[tuple[str, list[str]]]:
    return [(one["verdict"], one["notes"]) for one in migrate("review", revisions, "--json", code=code).json["commits"]]


def test_commits_that_take_steps_back_are_made_again(merged: Runner) -> None:
    merged("rollback", "--phase", "1", "--onto", "main")
    said = [("identical", [f"takes back {step}"]) for step in ("1.03-three", "1.02-two", "1.01-one")]
    assert reviewed(merged, "main..migrate/rollback-1") == said
    assert reviewed(merged, "migrate/rollback-1") == said
    assert reviewed(merged, "migrate/rollback-1~0") == said[-1:]
    git(merged.directory, "merge", "-q", "--squash", "migrate/rollback-1")
    git(merged.directory, "commit", "-qm", "Back")
    assert reviewed(merged, "HEAD~1..HEAD") == [("identical", ["takes back 1.01-one, 1.02-two, 1.03-three"])]


def test_what_somebody_put_into_such_a_commit_is_shown(merged: Runner) -> None:
    merged("rollback", "--phase", "1", "--onto", "main")
    git(merged.directory, "switch", "-qc", "mine", "migrate/rollback-1")
    (merged.directory / "one/a.py").write_text("VALUE = 9\n", encoding="utf-8", newline="\n")
    git(merged.directory, "commit", "-qa", "--amend", "--no-edit")
    found = merged("review", "HEAD", "--json", code=5).json["commits"][0]
    assert found["verdict"] == "differs"
    assert [change["path"] for change in found["changes"]] == ["one/a.py"]
    assert found["notes"] == ["takes back 1.01-one"]


def test_a_commit_that_only_says_so_is_not_believed(merged: Runner) -> None:
    git(merged.directory, "rm", "-q", ".migrate/steps/1.01-one.json")
    git(merged.directory, "commit", "-qm", "Back\n\nMigrate-Rollback: alphabet/one")
    assert reviewed(merged, "HEAD~1..HEAD", 5)[0][0] == "differs"
    git(merged.directory, "commit", "-q", "--amend", "-m", "Clean")
    assert reviewed(merged, "HEAD~1..HEAD", 5)[0] == ("differs", [])
