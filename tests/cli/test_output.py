"""What people see: readable in every console, quiet where nobody looks, and never a wall."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.cli import main
from migrator.report.models.base import dumps
from migrator.report.models.findings import ErrorOut, FindingOut
from migrator.report.screen import Screen, fit
from migrator.wording import counted
from tests.cli.conftest import FILES, Runner
from tests.cli.practice import PHASES
from tests.conftest import git

PRACTICE = Path(__file__).with_name("practice.py")
ROOT = Path(__file__).parents[2]
ANSI = re.compile(r"\x1b\[")


def test_nothing_but_text_where_nobody_looks(migrate: Runner) -> None:
    for words in (("plan",), ("run",), ("status",), ("log",), ("plan", "--diff")):
        result = migrate(*words)
        assert not ANSI.search(result.out)
        assert result.err == ""
        assert not [line for line in result.out.splitlines() if line != line.rstrip() and not line.startswith((" ", "+", "-"))]


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("words", [("plan", "-v"), ("run",), ("--help",), ("plan", "--phase", "9"), ("phases", "--json")], ids=" ".join)
def test_no_console_is_too_old(migrate: Runner, encoding: str, words: tuple[str, ...]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, str(PRACTICE), *words], cwd=migrate.directory, env=environment, check=False, capture_output=True)
    assert done.returncode in {0, 2}, done.stderr
    text = (done.stdout + done.stderr).decode(encoding)
    assert "this is a bug" not in text
    if words[0] == "plan" and done.returncode == 0:
        assert ("→" if encoding == "utf-8" else "->") in text


def test_names_that_are_no_text_can_be_printed(
    make_repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_repository({"x": "1"})
    blob = git(directory, "rev-parse", "HEAD:x").strip()
    subprocess.run(["git", "update-index", "-z", "--index-info"], cwd=directory, check=True, input=f"100644 {blob}\t".encode() + b"one/\xff.py\0")
    git(directory, "commit", "-q", "-m", "odd")
    monkeypatch.chdir(directory)
    migrate = Runner(directory, capsys)
    migrate("plan", "-v")
    assert migrate("plan", "--json").json["steps"]
    assert '"a/one/\\377.py"' in migrate("plan", "--diff").out
    run = migrate("run", "--json").json
    assert run["tree"] == git(directory, "rev-parse", "migrate/phase-1-2^{tree}").strip()


def test_forty_steps_are_read_in_a_minute(migrate: Runner) -> None:
    (migrate.directory / "migrate.toml").write_text("[phases.practice]\nextra = 37\n", encoding="utf-8")
    lines = migrate("plan", "--phase", "1").out.splitlines()
    assert sum("→ 1." in line for line in lines) == 40
    assert len(lines) <= 40 + 18
    assert not [line for line in lines if len(line) > 120]
    assert len(migrate("plan", "--phase", "1", "-v").out.splitlines()) > 150


def test_what_is_alike_is_counted_and_told_on_request(migrate: Runner) -> None:
    out = migrate("plan", "--phase", "1").out
    assert "40 places in left/   imports state" in out
    assert "left/7.py" not in out
    assert "left/7.py   imports state" in migrate("plan", "--phase", "1", "-v").out


def test_what_every_step_has_is_said_once(migrate: Runner) -> None:
    (migrate.directory / "migrate.toml").write_text("[phases.practice]\nextra = 37\n", encoding="utf-8")
    out = migrate("plan", "--phase", "1").out
    assert "! doubt 37 in 37 steps (-v), the first in 1.04: extra/0.txt: is this needed" in " ".join(out.split())
    assert "extra/36.txt: is this needed" in migrate("plan", "--phase", "1", "-v").out


def test_a_plan_ends_with_totals_and_the_next_command(migrate: Runner) -> None:
    plan = migrate("plan", "--phase", "1").out.splitlines()
    tree = migrate("plan", "--phase", "1", "--json").json["tree"]
    assert f"result tree {tree[:7]}" in plan[-4]
    assert plan[-3].startswith("Next:  migrate run --phase 1 ")
    done = migrate("run", "--phase", "1").out.splitlines()
    assert f"3 of 3 steps on migrate/phase-1 · tree {tree[:7]} · your work tree is as you left it" in done


def test_nothing_to_do_is_said(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    git(migrate.directory, "merge", "-q", "--ff-only", "migrate/phase-1")
    plan = migrate("plan", "--phase", "1").out
    assert "0 steps, 3 already there" in plan
    assert plan.count("✓ done") == 3


def test_contents_are_printed_only_in_diffs(migrate: Runner) -> None:
    (migrate.directory / "two/b.py").write_text("VALUE = 'hunter2'\n", encoding="utf-8")
    git(migrate.directory, "commit", "-q", "-am", "secret")
    for words in (
        ("plan", "-v"),
        ("plan", "--json"),
        ("run",),
        ("log",),
        ("status", "--json"),
        ("verify",),
        ("graph",),
        ("doctor",),
        ("init", "--print"),
    ):
        result = migrate(*words)
        assert "hunter2" not in result.out + result.err


# diffs -----------------------------------------------------------------------------------------------------------------

ODD: Mapping[str, str | bytes] = {
    **FILES,
    "one/crlf.py": "import two.b\r\nX = two.b\r\n",
    "one/noend.py": "import two.b\nX = 1",
    "one/mixed.py": "import two.b\r\nX = 1\n\n\n\nimport two.b as c\r\n",
    "one/latin.py": b"# -*- coding: latin-1 -*-\nimport two.b\nX = '\xe9'\n",
    "one/bin.dat": b"\x00\x01\x02",
    "one/with space.txt": "see two/b.py\n",
    "one/uml\u00e4ut.py": "import two.b\n",
    "one/empty.txt": "",
    "two/long.py": "".join(f"line{n} = {n}\n" for n in range(300)) + "import two.b\n" + "".join(f"more{n} = {n}\n" for n in range(300)),
}


@pytest.mark.parametrize(
    "moves",
    [
        ("two", "four"),
        ("one", "other", "two", "four"),
        ("one/a.py", "two/b.py", "two/b.py", "one/a.py"),
        ("one/crlf.py", "two/crlf.py", "one/with space.txt", "two/with space.txt", "one/bin.dat", "bin/bin.dat"),
        ("three/notes.txt", "notes.md"),
    ],
    ids=" ".join,
)
def test_git_applies_a_diff_to_the_very_tree_that_was_announced(
    make_repository: Callable[[Mapping[str, str | bytes]], Path],
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    moves: tuple[str, ...],
) -> None:
    directory = make_repository(ODD)
    monkeypatch.chdir(directory)
    assert main(["mv", *moves, "--dry-run"], phases=lambda: PHASES) == 0
    diff = capfdbinary.readouterr().out
    assert main(["mv", *moves, "--json"], phases=lambda: PHASES) == 0
    subprocess.run(["git", "apply", "--index", "-"], cwd=directory, input=diff, check=True, capture_output=True)
    assert git(directory, "write-tree") == git(directory, "rev-parse", "migrate/mv^{tree}")


def test_the_diff_of_a_plan_is_the_diff_of_its_run(
    make_repository: Callable[[Mapping[str, str | bytes]], Path], capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    main(["plan", "--phase", "1", "--diff"], phases=lambda: PHASES)
    diff = capfdbinary.readouterr().out
    main(["run", "--phase", "1", "--json"], phases=lambda: PHASES)
    # Steps follow each other, and git applies one patch at a time.
    for patch in re.split(rb"(?m)^1\.\d\d .*\n\n", diff)[1:]:
        subprocess.run(["git", "apply", "--index", "-"], cwd=directory, input=patch, check=True, capture_output=True)
    assert git(directory, "write-tree") == git(directory, "rev-parse", "migrate/phase-1^{tree}")


# the screen ------------------------------------------------------------------------------------------------------------


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Screen], None]], str]:
    """What a terminal of 60 columns gets to see."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def show(action: Callable[[Screen], None]) -> str:
        stream = Terminal(io.BytesIO(), encoding="utf-8", write_through=True)
        with monkeypatch.context() as here:
            here.setattr(sys, "stdout", stream)
            action(Screen())
        return stream.buffer.getvalue().decode()  # type: ignore[attr-defined]

    return show


Show = Callable[[Callable[[Screen], None]], str]


def test_lines_are_cut_at_the_edge_of_a_terminal(shown: Show) -> None:
    assert shown(lambda screen: screen.line("x" * 100)) == "x" * 59 + "…\n"


def test_long_texts_go_on_below_themselves(shown: Show) -> None:
    lines = shown(lambda screen: screen.hanging("  ! ", "word " * 20)).splitlines()
    assert len(lines) > 1
    assert all(len(line) <= 60 for line in lines)
    assert lines[0].startswith("  ! word")
    assert lines[1].startswith("    word")


def test_colour_is_for_terminals_that_want_it(shown: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ANSI.search(shown(lambda screen: screen.line(("green", "green"))))
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown(lambda screen: screen.line(("green", "green"))) == "green\n"


@pytest.mark.parametrize("text, width, fitted", [("abc", 5, "abc  "), ("abcdef", 4, "abc…"), ("日本語", 4, "日 …"), ("", 2, "  "), ("ab", 2, "ab")])
def test_fit(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


@pytest.mark.parametrize("action", [Screen.line, Screen.whole])
def test_a_name_begins_no_line_of_its_own(action: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    action(Screen(), "  a\n::error::b.py", ("  belongs to  ", "dim"), "c\nd.py")
    assert capsys.readouterr().out == "  a␊::error::b.py  belongs to  c␊d.py\n"


@pytest.mark.parametrize("number, said", [(0, "0 steps"), (1, "1 step"), (1812, "1,812 steps")])
def test_count(number: int, said: str) -> None:
    assert counted(number, "step") == said


@pytest.mark.parametrize("path", ["a/b.py", 'a "b"\\c\n\t\x01\x7f.py', "é/ü.py", "\u2028", "\U0001f600", "\udcff\udcfe.py", ""])
def test_json_can_be_held_by_every_console_and_says_what_it_should(path: str) -> None:
    found = FindingOut(kind="k", path=path, line=3, message=path, severity="info")
    several = ErrorOut.model_validate({"error": {"message": path, "hint": "look", "code": 2, "problems": []}})
    for model in (found, several):
        text = dumps(model)
        assert text.isascii()
        assert json.loads(text) == model.model_dump(mode="json")
