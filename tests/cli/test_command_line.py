from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from migrator import __version__
from migrator.cli import main
from tests.cli.conftest import Runner
from tests.conftest import git, interrupts

PRACTICE = Path(__file__).with_name("practice.py")
ROOT = Path(__file__).parents[2]


def snapshot(directory: Path) -> dict[str, bytes]:
    """Everything on disk, git's own files included; what git itself refreshes while reading is not there in the first place."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def test_what_plan_announces_is_what_run_commits(migrate: Runner) -> None:
    plan = migrate("plan", "--phase", "1", "--json").json
    run = migrate("run", "--phase", "1", "--json").json
    assert run["tree"] == plan["tree"] == git(migrate.directory, "rev-parse", "migrate/phase-1^{tree}").strip()
    assert [step["tree"] for step in run["steps"]] == [step["tree"] for step in plan["steps"]]
    assert run["base"] == plan["base"] == git(migrate.directory, "rev-parse", "main").strip()
    assert run["head"] == git(migrate.directory, "rev-parse", "migrate/phase-1").strip()


def test_plan_json_says_everything_about_a_step(migrate: Runner) -> None:
    plan = migrate("plan", "--phase", "1", "--json").json
    assert list(plan) == ["base", "base_tree", "steps", "set_aside", "done", "questions", "findings", "problems", "waiting", "tree", "slice"]
    step = plan["steps"][1]
    assert step["id"] == "practice/two"
    assert step["number"] == "1.02"
    assert step["moves"] == [["two", "all/two"]]
    assert step["edits"] == ["all/one/a.py"]
    assert step["creates"] == [".migrate/steps/1.02-two.json"]
    assert step["deletes"] == []
    assert step["findings"][0]["message"] == "is read by somebody else"
    assert {gate["gate"] for gate in step["gates"]} >= {"references", "syntax", "cycles", "boundaries"}
    assert plan["steps"][2]["needs"] == ["two"]
    assert plan["questions"][0]["answers"] == ["yes", "no"]
    assert plan["base_tree"] == git(migrate.directory, "rev-parse", "main^{tree}").strip()


def test_a_second_run_does_nothing(migrate: Runner) -> None:
    first = migrate("run", "--json").json
    second = migrate("run", "--json").json
    assert second["steps"] == []
    assert second["head"] == first["head"]
    assert "nothing to do" in migrate("run").out


def test_run_goes_on_where_it_stopped(migrate: Runner) -> None:
    whole = migrate("plan", "--phase", "1", "--json").json["tree"]
    first = migrate("run", "--phase", "1", "--until", "1.01", "--json").json
    rest = migrate("run", "--phase", "1", "--json").json
    assert [step["number"] for step in (*first["steps"], *rest["steps"])] == ["1.01", "1.02", "1.03"]
    assert rest["tree"] == whole


def test_run_takes_single_steps(migrate: Runner) -> None:
    run = migrate("run", "--phase", "1", "--step", "two", "--json").json
    assert [step["id"] for step in run["steps"]] == ["practice/two"]


def test_two_phases_fold_in_order(migrate: Runner) -> None:
    (migrate.directory / "migrate.toml").write_text('[phases.second]\ninto = "deep"\n', encoding="utf-8")
    plan = migrate("plan", "--json").json
    assert [step["phase"] for step in plan["steps"]] == ["practice"] * 3
    assert [item["phase"] for item in plan["done"]] == ["second"] * 3


@pytest.mark.parametrize(
    "words",
    [
        ("plan",),
        ("plan", "--diff"),
        ("plan", "--json"),
        ("status",),
        ("log",),
        ("verify",),
        ("graph",),
        ("phases",),
        ("doctor",),
        ("init", "--print"),
        ("mv", "one", "other", "--dry-run"),
    ],
    ids=" ".join,
)
def test_looking_writes_nothing(migrate: Runner, words: tuple[str, ...]) -> None:
    migrate("run", "--phase", "1")
    before = snapshot(migrate.directory)
    migrate(*words)
    assert snapshot(migrate.directory) == before


def test_running_leaves_work_tree_index_and_head_alone(migrate: Runner) -> None:
    (migrate.directory / "README.md").write_text("changed by hand\n", encoding="utf-8")
    git(migrate.directory, "add", "README.md")
    (migrate.directory / "untracked").write_text("mine\n", encoding="utf-8")
    ours = {"migrate"}
    before = {path: content for path, content in snapshot(migrate.directory).items() if not path.startswith(".git")}
    index, head = (migrate.directory / ".git/index").read_bytes(), (migrate.directory / ".git/HEAD").read_bytes()
    migrate("run")
    after = {path: content for path, content in snapshot(migrate.directory).items() if not path.startswith(".git")}
    assert after == before
    assert (migrate.directory / ".git/index").read_bytes() == index
    assert (migrate.directory / ".git/HEAD").read_bytes() == head
    assert {path.name for path in (migrate.directory / ".git/refs").iterdir()} - {"heads", "tags"} == ours


def test_rollback_all_restores_every_ref(migrate: Runner) -> None:
    refs = git(migrate.directory, "for-each-ref", "refs/heads")
    migrate("run", "--phase", "1")
    migrate("mv", "two", "four")
    result = migrate("rollback", "--all", "--json").json
    assert {branch["branch"] for branch in result["branches"]} == {"migrate/phase-1", "migrate/mv"}
    assert git(migrate.directory, "for-each-ref", "refs/heads") == refs
    assert migrate("rollback", "--all", "--json").json == {"branches": []}


def test_rollback_to_a_step_and_forward_again(migrate: Runner) -> None:
    head = migrate("run", "--phase", "1", "--json").json["tree"]
    back = migrate("rollback", "--to", "1.01", "--json").json["branches"]
    assert back[0]["steps"] == ["practice/three", "practice/two"]
    assert migrate("run", "--phase", "1", "--json").json["tree"] == head


def test_rollback_of_a_phase(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    said = migrate("rollback", "--phase", "1").out
    assert "gone again" in said
    back = said.partition("nothing is lost: ")[2].partition(" brings it back")[0]
    git(migrate.directory, *back.split()[1:])
    assert back.startswith("git branch migrate/phase-1 ")
    assert git(migrate.directory, "log", "--format=%s", "-1", "migrate/phase-1").startswith("1.03 ")


def test_commits_on_top_are_kept_unless_discarded(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    head = git(migrate.directory, "commit-tree", "-p", "migrate/phase-1", "-m", "my own", "migrate/phase-1^{tree}").strip()
    git(migrate.directory, "update-ref", "refs/heads/migrate/phase-1", head)
    status = migrate("status", "--json").json["branches"][0]
    assert [commit["subject"] for commit in status["foreign"]] == ["my own"]
    refused = migrate("rollback", "--all", code=3)
    assert "my own" in refused.err
    assert "--discard" in refused.err
    migrate("rollback", "--all", "--discard")


def test_status_says_how_far_behind_a_branch_is(migrate: Runner) -> None:
    assert migrate("status", "--json").json["branches"] == []
    migrate("run", "--phase", "1")
    git(migrate.directory, "commit", "-q", "--allow-empty", "-m", "more")
    branch = migrate("status", "--json").json["branches"][0]
    assert (branch["branch"], branch["trunk"], branch["behind"]) == ("migrate/phase-1", "main", 1)
    assert [step["number"] for step in branch["steps"]] == ["1.01", "1.02", "1.03"]
    assert "1 commit behind main" in migrate("status").out


def test_log_is_newest_first(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    migrate("rollback", "--all")
    kinds = [entry["kind"] for entry in migrate("log", "--json").json["entries"]]
    assert kinds == ["rollback", "step", "step", "step"]
    assert migrate("log").out.splitlines()[0].split()[2] == "rollback"


def test_steps_that_a_gate_refuses_are_set_aside_with_what_needs_them(migrate: Runner) -> None:
    plan_file = migrate.directory / "migrate.toml"
    plan_file.write_text('[phases.practice]\nbad = "two"\n', encoding="utf-8")
    run = migrate("run", "--phase", "1", "--json", code=5).json
    assert [step["id"] for step in run["steps"]] == ["practice/one"]
    assert [item["id"] for item in run["set_aside"]] == ["practice/two", "practice/three"]
    status = migrate("status", "-v").out
    assert "2 set aside" in status
    assert "set aside: syntax: all/two/broken.py" in status
    assert "set aside: needs two, which is not made" in status
    again = migrate("run", "--phase", "1", code=5)
    assert "2 set aside" in again.out
    assert "migrate run --phase 1 --retry" in again.out
    plan_file.unlink()
    assert migrate("run", "--phase", "1", "--json", code=5).json["steps"] == []
    retried = migrate("run", "--phase", "1", "--retry", "--json").json
    assert [step["id"] for step in retried["steps"]] == ["practice/two", "practice/three"]


def test_a_saved_plan_is_kept_or_refused(migrate: Runner, tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    announced = migrate("plan", "--phase", "1", "--out", saved, "--json").json["tree"]
    (migrate.directory / "unrelated.txt").write_text("new\n", encoding="utf-8")
    git(migrate.directory, "add", "unrelated.txt")
    git(migrate.directory, "commit", "-q", "-m", "unrelated")
    run = migrate("run", "--saved", saved, "--json").json
    assert len(run["steps"]) == 3
    assert run["tree"] != announced
    migrate("rollback", "--all")
    (migrate.directory / "one/a.py").write_text("VALUE = 2\n", encoding="utf-8")
    git(migrate.directory, "commit", "-q", "-am", "edit")
    drifted = migrate("run", "--saved", saved, "--json", code=6)
    assert any("one/a.py" in problem["message"] for problem in drifted.error["problems"])
    assert migrate("status", "--json").json["branches"] == []


def test_steps_keep_the_numbers_of_the_plan_when_others_are_set_aside(migrate: Runner) -> None:
    numbers = {step["id"]: step["number"] for step in migrate("plan", "--phase", "1", "--json").json["steps"]}
    script = 'import pathlib, sys; sys.exit(pathlib.Path("all/one").exists())'
    (migrate.directory / "migrate.toml").write_text(f"[gates.no-one]\ncommand = [{sys.executable!r}, '-c', {script!r}]\n".replace("\\", "/"))
    migrate("trust", "--yes")
    first = migrate("run", "--phase", "1", "--json", code=5).json
    (migrate.directory / "migrate.toml").unlink()
    again = migrate("run", "--phase", "1", "--retry", "--json").json
    assert {step["id"] for step in first["set_aside"]} == {"practice/one"}
    assert {step["id"]: step["number"] for step in (*first["steps"], *again["steps"])} == numbers


def test_a_part_of_a_plan_says_how_to_make_the_rest(migrate: Runner) -> None:
    assert "the rest" in migrate("run", "--phase", "1", "--until", "1.01").out
    assert "the rest" not in migrate("run", "--phase", "1").out


def test_a_single_step_is_the_one_that_the_plan_numbers_so(migrate: Runner) -> None:
    numbers = {step["number"]: step["id"] for step in migrate("plan", "--phase", "1", "--json").json["steps"]}
    run = migrate("run", "--phase", "1", "--step", "1.02", "--json").json
    assert [step["id"] for step in run["steps"]] == [numbers["1.02"]]


def test_a_single_step_without_what_it_needs_is_refused_and_not_set_aside(migrate: Runner) -> None:
    migrate("run", "--phase", "1", "--until", "one")
    refused = migrate("run", "--phase", "1", "--step", "three", code=2)
    assert "cannot be made without 1.02" in refused.err
    assert len(migrate("run", "--phase", "1", "--json").json["steps"]) == 2


def test_a_saved_plan_may_be_made_in_parts(migrate: Runner, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    migrate("plan", "--phase", "1", "--out", plan)
    first = migrate("run", "--saved", plan, "--until", "1.01", "--json").json
    rest = migrate("run", "--saved", plan, "--json").json
    assert (len(first["steps"]), len(rest["steps"])) == (1, 2)
    assert rest["tree"] == migrate("plan", "--phase", "1", "--base", "main", "--json").json["tree"]


def test_mv_moves_and_everything_that_names_it_follows(migrate: Runner) -> None:
    run = migrate("mv", "two/b.py", "two/c.py", "three/notes.txt", "docs/", "--json").json
    assert run["branch"] == "migrate/mv"
    assert git(migrate.directory, "show", "migrate/mv:one/a.py") == "import two.c\n\nVALUE = two.c.VALUE\n"
    assert git(migrate.directory, "ls-tree", "--name-only", "migrate/mv", "docs/") == "docs/notes.txt\n"


def test_mv_of_something_onto_itself_makes_no_commit(migrate: Runner) -> None:
    assert "change nothing" in migrate("mv", "README.md", "README.md", code=2).err
    assert migrate("status", "--json").json["branches"] == []


def test_mv_swaps_in_one_batch(migrate: Runner) -> None:
    migrate("mv", "one/__init__.py", "two/b.py", "two/b.py", "one/__init__.py", "--dry-run")


def test_mv_in_place_changes_the_work_tree_and_no_ref(migrate: Runner) -> None:
    refs = git(migrate.directory, "for-each-ref")
    moved = migrate("mv", "two", "four", "--in-place", "--json").json
    assert git(migrate.directory, "for-each-ref") == refs
    assert git(migrate.directory, "write-tree").strip() == moved["tree"]
    assert (migrate.directory / "one/a.py").read_text(encoding="utf-8") == "import four.b\n\nVALUE = four.b.VALUE\n"


def test_mv_in_place_refuses_a_dirty_file_that_it_would_touch(migrate: Runner) -> None:
    (migrate.directory / "one/a.py").write_text("import two.b  # mine\n", encoding="utf-8")
    before = snapshot(migrate.directory)
    assert "one/a.py" in migrate("mv", "two", "four", "--in-place", code=3).err
    after = snapshot(migrate.directory)
    assert {path for path in after if not path.startswith(".git")} == {path for path in before if not path.startswith(".git")}
    assert after["one/a.py"] == before["one/a.py"]


def test_mv_reads_a_file_of_pairs(migrate: Runner, tmp_path: Path) -> None:
    file = tmp_path / "moves.json"
    file.write_text(json.dumps([["two", "four"], ["three", "five"]]), encoding="utf-8")
    moved = migrate("mv", "--moves", file, "--dry-run", "--json").json
    assert moved["moves"] == [["three", "five"], ["two", "four"]]
    assert moved["diff"].startswith("diff --git ")


def test_verify_judges_the_commits_again(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    assert migrate("verify", "--json").json["passed"] is True
    text = git(migrate.directory, "show", "migrate/phase-1:all/one/a.py").replace("all.two", "all.gone")
    tree = migrate.directory / ".git/other-index"
    env = {**os.environ, "GIT_INDEX_FILE": str(tree)}

    def run(*words: str, data: bytes | None = None) -> str:
        done = subprocess.run(["git", *words], cwd=migrate.directory, env=env, check=True, capture_output=True, input=data)
        return done.stdout.decode().strip()

    run("read-tree", "migrate/phase-1")
    blob = run("hash-object", "-w", "--stdin", data=text.encode())
    run("update-index", "--cacheinfo", f"100644,{blob},all/one/a.py")
    message = git(migrate.directory, "log", "-1", "--format=%B", "migrate/phase-1")
    bad = run("commit-tree", run("write-tree"), "-p", "migrate/phase-1^", "-m", message)
    assert "references" in migrate("verify", "--rev", bad, code=5).out


def test_graph_has_files_and_kinds_and_can_be_focused(migrate: Runner) -> None:
    graph = migrate("graph", "--json").json
    edge = next(edge for edge in graph["edges"] if edge["source"] == "one/a.py")
    assert edge["target"] == "two/b.py"
    assert sum(edge["kinds"].values()) >= 1
    focused = migrate("graph", "--focus", "three/notes.txt", "--format", "mermaid").out
    assert "README.md" in focused
    assert "one/a.py" not in focused
    assert "one" in migrate("graph", "--format", "dot").out


def test_phases_lists_options_for_programs(migrate: Runner) -> None:
    found = migrate("phases", "--json").json["phases"]
    assert [phase["name"] for phase in found] == ["practice", "second"]
    assert "into" in found[0]["options"]["properties"]


def test_version(migrate: Runner) -> None:
    assert migrate("--version").out.strip() == f"migrate {__version__}"


@pytest.mark.parametrize(
    "command", ["init", "plan", "run", "status", "log", "rollback", "verify", "graph", "explain", "doctor", "phases", "mv", "demo"]
)
def test_every_command_has_help(migrate: Runner, command: str) -> None:
    text = migrate(command, "--help").out
    assert "--json" in text
    assert ("--repo" in text) is (command != "demo")


def test_a_repository_is_found_from_below_and_by_option(migrate: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    base = migrate("plan", "--json").json["base"]
    monkeypatch.chdir(migrate.directory / "one")
    assert migrate("plan", "--json").json["base"] == base
    monkeypatch.chdir(tmp_path)
    assert migrate("plan", "--json", "--repo", migrate.directory).json["base"] == base


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process there")
def test_ctrl_c_says_where_things_stand(migrate: Runner, tmp_path: Path) -> None:
    marker, script = tmp_path / "started", tmp_path / "slow.py"
    # It ends with whoever started it, however that ends.
    waits = "parent = os.getppid()\nwhile os.getppid() == parent: time.sleep(0.1)\n"
    script.write_text(f"import os, pathlib, time\npathlib.Path({str(marker)!r}).touch()\n{waits}", encoding="utf-8")
    (migrate.directory / "migrate.toml").write_text(f"[gates.slow]\ncommand = ['{sys.executable}', '{script}']\n", encoding="utf-8")
    migrate("trust", "--yes")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(PRACTICE), "run", "--phase", "1"]
    with interrupts(signal.default_int_handler):
        process = subprocess.Popen(command, cwd=migrate.directory, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    try:
        patience = time.monotonic() + 60
        while not marker.exists() and time.monotonic() < patience:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert b"interrupted" in err
    assert b"nothing is half done" in err
    assert migrate("status", "--json").json["branches"] == []


def test_a_reader_that_leaves_early_is_no_error(migrate: Runner) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(PRACTICE), "graph"], cwd=migrate.directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


def test_a_bug_is_said_to_be_one(migrate: Runner) -> None:
    class Broken:
        name, number, title, summary, options = "broken", 1, "Broken", "breaks", migrate.phases[0].options

        def steps(self, facts: object, options: object) -> object:
            secret = "hunter2"
            raise ZeroDivisionError(secret)
            yield

    migrate.phases = (Broken(),)
    result = migrate("plan", code=70)
    assert "bug" in result.err
    assert "report" in result.err
    assert "hunter2" not in result.err
    assert "Traceback" not in result.err
    assert migrate("plan", "--json", code=70).error["code"] == 70
    assert "Traceback" in migrate("--debug", "plan", code=70).err


def test_main_reads_the_arguments_of_the_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["migrate", "--version"])
    assert main() == 0
    assert __version__ in capsys.readouterr().out
