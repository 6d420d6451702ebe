"""What shells offer, and how they ask: the answer is quick, plans nothing, and is empty where nothing can be known."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Parser
from typer.main import get_command

from migrator.cli.app import app
from migrator.cli.completing import FREE, SOURCES
from tests.cli import practice
from tests.cli.conftest import Runner
from tests.cli.test_startup import HEAVY, loaded
from tests.conftest import git


def offered(migrate: Runner, *words: str, of: str = "fish") -> list[str]:
    return [line.partition("\t")[0] for line in migrate("completion", of, "--", *words).out.splitlines()]


@pytest.mark.parametrize(
    "words, some",
    [
        (["pl"], ["plan"]),
        (["st"], ["status", "staged"]),
        (["nope", ""], []),
        (["--v"], ["--version"]),
        (["plan", "--ph"], ["--phase"]),
        (["plan", "--st"], ["--step"]),
        (["plan", "--phase", ""], ["1", "2"]),
        (["plan", "--phase=2"], ["--phase=2"]),
        (["plan", "--step", "practice/t"], ["practice/two", "practice/three"]),
        (["plan", "--step", "1.0"], ["1.01", "1.02", "1.03"]),
        (["run", "--until", "practice/o"], ["practice/one"]),
        (["rollback", "--branch", "m"], ["migrate/phase-1"]),
        (["verify", "--rev", "mi"], ["migrate/phase-1"]),
        (["plan", "--base", "ma"], ["main"]),
        (["graph", "--format", ""], ["text", "json", "dot", "mermaid"]),
        (["graph", "--focus", "o"], ["one/"]),
        (["mv", "one/"], ["one/__init__.py", "one/a.py"]),
        (["mv", "one/a.py", "th"], ["three/"]),
        (["explain", "READ"], ["README.md"]),
        (["plan", "-v", "--path", "two/b"], ["two/b.py"]),
        (["plan", "--step", "t"], ["practice/two", "practice/three"]),
        (["plan", "--step", "wo"], ["practice/two"]),
        (["plan", "--step=tw"], ["--step=practice/two"]),
        (["run", "--step", "x"], []),
        (["run", "--owner", ""], ["@acme/all", "@acme/web"]),
        (["run", "--owner", "WEB"], ["@acme/web"]),
        (["plan", "--owner=we"], ["--owner=@acme/web"]),
        (["status", "--open", "--owner", "@"], ["@acme/all", "@acme/web"]),
        (["run", "--only", "th"], ["three/"]),
        (["plan", "--only", "one/"], ["one/__init__.py", "one/a.py"]),
        (["rollback", "--to", "1.0"], ["1.03", "1.02", "1.01"]),
        (["rollback", "--branch", "migrate/phase-1", "--to", ""], ["practice/three", "practice/two", "practice/one"]),
        (["rollback", "--branch", "migrate/other", "--to", ""], []),
        (["carry", ""], ["feature/prices"]),
        (["carry", "pri"], ["feature/prices"]),
        (["review", "phase"], ["migrate/phase-1"]),
        (["carry", "main", "--onto", "migrate/p"], ["migrate/phase-1"]),
        (["update", "--branch", "m"], ["migrate/phase-1"]),
        (["update", "--onto", "ma"], ["main"]),
        (["review", "mi"], ["migrate/phase-1"]),
        (["review", "main..mi"], ["main..migrate/phase-1"]),
        (["review", "main...ma"], ["main...main"]),
        (["rollback", "--onto", "ma"], ["main"]),
        (["rollback", "--onto", "main", "--step", "1.0"], ["1.01", "1.02", "1.03"]),
        (["shims", "--branch", "m"], ["migrate/phase-1"]),
        (["answer", "--set", "q"], ["q1="]),
        (["answer", "--set", "q1="], ["q1=yes", "q1=no"]),
        (["answer", "--set=q1=y"], ["--set=q1=yes"]),
        (["completion", ""], ["bash", "zsh", "fish", "powershell"]),
        (["plan", "--out", ""], []),
        (["done", ""], []),
        ([""], None),
    ],
)
def test_what_can_stand_at_the_cursor(migrate: Runner, words, some):
    (migrate.directory / "CODEOWNERS").write_text("* @acme/all\n[Web] @acme/web nobody\n/one/\n", encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "-m", "owners")
    git(migrate.directory, "branch", "feature/prices")
    migrate("plan")
    migrate("run", "--phase", "1")
    found = offered(migrate, *words)
    if some is None:
        assert {"plan", "run", "completion"} <= set(found)
    else:
        assert sorted(found) == sorted(some)


def test_every_value_has_a_source_or_is_nobodys():
    program = get_command(app)
    params = [(name, one) for name, command in program.commands.items() for one in command.params]  # type: ignore[attr-defined]
    taking = [(name, one) for name, one in params if one.param_type_name == "argument" or not one.is_flag]
    assert len(taking) > 30
    lost = [
        (name, one.opts)
        for name, one in taking
        if not ({f"{name} {one.metavar}", one.metavar, *one.opts} & SOURCES.keys()) and one.metavar not in FREE
    ]
    assert [row for row in lost if row[0] != "schema"] == []


def test_a_step_keeps_its_description_and_an_empty_cache_offers_what_was_made(migrate: Runner, monkeypatch):
    migrate("run", "--phase", "1")
    said = migrate("completion", "fish", "--", "rollback", "--to", "practice/o").out
    assert said.startswith("practice/one\t1.01 one")
    monkeypatch.setenv("MIGRATE_CACHE_DIR", "")
    assert offered(migrate, "rollback", "--to", "practice/") == ["practice/three", "practice/two", "practice/one"]


def test_only_steps_that_are_done_are_gone_back_to(migrate: Runner):
    migrate("run", "--phase", "1")
    migrate("rollback", "--to", "two")
    assert offered(migrate, "rollback", "--to", "") == ["practice/two", "practice/one"]


def test_without_codeowners_people_of_the_history_are_offered(migrate: Runner):
    for name in ("Ann Lee", "dependabot[bot]", "Ann Lee"):
        git(migrate.directory, "-c", f"user.name={name}", "commit", "-q", "--allow-empty", "-m", "x", "--author", f"{name} <x@example.com>")
    assert offered(migrate, "run", "--owner", "")[0] == "Ann Lee"
    assert offered(migrate, "run", "--owner", "lee") == ["Ann Lee"]
    assert "dependabot[bot]" not in offered(migrate, "run", "--owner", "")


def test_steps_that_came_with_a_clone_can_be_taken_back(migrate: Runner, tmp_path, monkeypatch):
    migrate("run", "--phase", "1")
    git(tmp_path, "clone", "-q", "--branch", "migrate/phase-1", migrate.directory.as_uri(), "clone")
    monkeypatch.chdir(tmp_path / "clone")
    monkeypatch.setenv("MIGRATE_CACHE_DIR", "")
    there = Runner(tmp_path / "clone", migrate.capture)
    assert offered(there, "rollback", "--onto", "HEAD", "--step", "") == ["one", "two", "three"]
    assert offered(there, "rollback", "--step", "1.02") == ["1.02"]


@pytest.mark.parametrize("words", [["plan", "--step", ""], ["mv", ""], ["plan", "--base", ""], ["done", ""], ["--repo", "/nowhere", "mv", ""]])
def test_outside_a_repository_there_is_nothing_and_no_error(anywhere: Runner, words):
    result = anywhere("completion", "bash", "--", *words)
    assert (result.out, result.err) == ("", "")


def test_nothing_is_planned_and_nothing_of_the_engine_is_loaded(make_repository):
    directory = make_repository({"a.py": ""})
    found = loaded("completion", "bash", "--", "plan", "--step", "", cwd=str(directory))
    assert found & (HEAVY - {"git", "sqlite3"}) == set()


def test_a_shell_that_nobody_knows(anywhere: Runner):
    assert "must be one of" in anywhere("completion", "tcsh", code=2).err


# real shells -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(migrate: Runner, tmp_path: Path) -> Path:
    """A directory with `migrate` in it, beside a repository in which something was made."""
    (migrate.directory / "CODEOWNERS").write_text("* @acme/all\n/one/ @acme/web\n", encoding="utf-8")
    (migrate.directory / "with space.txt").write_text("x", encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "-m", "owners")
    git(migrate.directory, "branch", "feature/prices")
    migrate("plan")
    migrate("run", "--phase", "1")
    place = tmp_path / "bin"
    place.mkdir()
    program = place / "migrate"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{practice.__file__}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return place


@pytest.fixture
def shells(place: Path, migrate: Runner, tmp_path: Path):
    """What a shell is asked in the repository."""

    def ask(shell: str, script: str) -> list[str]:
        if sys.platform == "win32" or shutil.which(shell) is None:
            pytest.skip(f"{shell} is not there")
        surroundings = {
            **os.environ,
            "PATH": f"{place}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "HOME": str(tmp_path),
        }
        options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
        done = subprocess.run(
            [shell, *options, "-c", script], cwd=migrate.directory, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout.splitlines()

    return ask


LINES = [
    ("migrate pl", ["plan"]),
    ("migrate plan --st", ["--step"]),
    ("migrate plan --step practice/t", ["practice/three", "practice/two"]),
    ("migrate plan --step 1.0", ["1.01", "1.02", "1.03"]),
    ("migrate plan --phase ", ["1", "2"]),
    ("migrate rollback --branch mi", ["migrate/phase-1"]),
    ("migrate mv one/", ["one/__init__.py", "one/a.py"]),
]

BASH = """
eval "$(migrate completion bash)"
compopt() {{ :; }}
COMP_LINE={line!r} COMP_POINT={point} _migrate
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    "line, some",
    [*LINES, ("migrate answer --set q1=", ["yes", "no"]), ("migrate mv with", ["with\\ space.txt"]), ("migrate plan --phase=", ["1", "2"])],
)
def test_bash(shells, line, some):
    assert sorted(shells("bash", BASH.format(line=line, point=len(line)))) == sorted(some)


@pytest.mark.parametrize("line, some", [*LINES, ("migrate mv with", ["with space.txt"])])
def test_fish(shells, line, some):
    found = shells("fish", f"migrate completion fish | source; complete -C {line!r}")
    assert sorted(one.partition("\t")[0] for one in found) == sorted(some)


ZSH = """
autoload -Uz compinit; compinit -u -D
eval "$(migrate completion zsh)"
compadd() {{ local -a flags; local name; while [[ $1 == -* ]]; do case $1 in -V|-d|-S) shift 2;; -a) shift;; *) shift;; esac; done; print -rl -- ${{(P)1}}; }}
words=({words} ''{last}) CURRENT=$#words
_migrate
"""


@pytest.mark.parametrize("line, some", [*LINES, ("migrate mv with", ["with space.txt"])])
def test_zsh(shells, line, some):
    *words, last = line.split(" ")
    assert sorted(shells("zsh", ZSH.format(words=" ".join(words), last=last))) == sorted(some)


def test_powershell_reads_the_script_and_marks_the_word(migrate: Runner):
    """There is no PowerShell that any registry here serves: its grammar reads the script, and what the script asks is asked."""
    migrate("plan")
    script = migrate("completion", "powershell").out
    tree = Parser(Language(tree_sitter_powershell.language())).parse(script.encode())
    assert not tree.root_node.has_error
    assert Parser(Language(tree_sitter_powershell.language())).parse(script.replace("}", "", 1).encode()).root_node.has_error
    assert 'completion powershell -- @words "_$word"' in script
    assert offered(migrate, "plan", "--step", "_practice/t", of="powershell") == ["practice/two", "practice/three"]
    assert offered(migrate, "plan", "_--ph", of="powershell") == ["--phase"]
    assert {"plan", "run"} <= set(offered(migrate, "_", of="powershell"))


TYPED = {
    "bash": (["--norc", "--noprofile", "-i"], 'eval "$(migrate completion bash)"'),
    "zsh": (["-f", "-i"], 'bindkey -e; autoload -Uz compinit; compinit -u -D; eval "$(migrate completion zsh)"'),
    "fish": (["--no-config", "-i"], "migrate completion fish | source"),
}
"""How each shell is begun by somebody who types, and the first line."""


@pytest.fixture
def typing(place: Path, migrate: Runner, tmp_path: Path):
    """A line as a shell leaves it when the tabulator was typed at its end."""

    def typed(shell: str, line: str) -> str:
        if sys.platform == "win32" or shutil.which(shell) is None:
            pytest.skip(f"{shell} is not there")
        import pty  # noqa: PLC0415  not on Windows

        options, first = TYPED[shell]
        surroundings = {
            **os.environ, "PATH": f"{place}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(tmp_path), "TERM": "dumb",
            "LC_ALL": "C.UTF-8", "PS1": "$ ",
        }  # fmt: skip
        running, ours = pty.fork()
        if not running:
            os.chdir(migrate.directory)
            os.execvpe(shell, [shell, *options], surroundings)  # noqa: S606
        said = ""
        try:

            def until(sign: str) -> None:
                nonlocal said
                end = time.monotonic() + 30
                while sign not in said.replace("\r", ""):
                    assert time.monotonic() < end, said
                    if select.select([ours], [], [], 0.2)[0]:
                        said += os.read(ours, 1 << 16).decode("utf-8", "replace")

            # What was typed is shown as well: the sign that is waited for is another one than is typed.
            os.write(ours, f"{first}; echo rea''dy\n".encode())
            until("\nready")
            os.write(ours, f"{line}\t\x01echo '<<\x05>>'; echo do''ne\n".encode())
            until("\ndone")
        finally:
            os.kill(running, signal.SIGKILL)
            os.waitpid(running, 0)
            os.close(ours)
        return re.findall(r"(?m)^<<(.*?)>>\r?$", said)[-1]

    return typed


@pytest.mark.slow
@pytest.mark.parametrize("shell", TYPED)
@pytest.mark.parametrize(
    "line, left",
    [
        ("migrate plan --step practice/tw", "migrate plan --step practice/two"),
        ("migrate plan --step tw", "migrate plan --step practice/two"),
        ("migrate run --owner w", "migrate run --owner @acme/web"),
        ("migrate run --owner @acme/w", "migrate run --owner @acme/web"),
        ("migrate review phase", "migrate review migrate/phase-1"),
        ("migrate carry pri", "migrate carry feature/prices"),
        ("migrate run --owner=w", "migrate run --owner=@acme/web"),
        ("migrate plan --only thr", "migrate plan --only three/"),
        # Of several, what was typed stays.
        ("migrate plan --step t", "migrate plan --step t"),
        ("migrate plan --step zzz", "migrate plan --step zzz"),
    ],
)
def test_whoever_types_gets_it(typing, shell: str, line: str, left: str) -> None:
    assert typing(shell, line).rstrip() == left
