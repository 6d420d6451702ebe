"""What others named (files, branches, owners, gates, subjects) is shown by every command and obeyed by none: nothing raw reaches a terminal or the log of a job,
and each command under `Next:` can be pasted."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator.cli import main
from migrator.wording import word
from tests.cli.conftest import Runner
from tests.cli.test_trust_shown import _COMMANDS, Asking
from tests.conftest import git

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be on disk there")

EVIL = "\x1b]0;owned\x07\x1b[2J"
FILES = ("a b.py", "$(touch x).py", "q\"u'o`te.py", "new\n::error::owned.py", f"{EVIL}.py", "r\u202elo.py", "a;b&c|d.py", "!x.py")
BRANCH = "feature/$(touch${IFS}x)\"'`;&|!y"
OWNER = "@$(touch${IFS}x)\"'`;&|y"
PERSON = f"Ann {EVIL} $(touch x) 'q'"
NAMED = [*FILES, BRANCH, BRANCH.removeprefix("feature/"), OWNER, PERSON]
MORE = [
    ("status", "-v"),
    ("status", "--target"),
    ("status", "--open", "-v"),
    ("status", "--open", "--owner", OWNER),
    ("plan", "-v"),
    ("plan", "--owner", OWNER),
    ("plan", "--only", "three/"),
    ("plan", "--out", "my $(touch x) plan.json"),
    ("run", "--branch", BRANCH.removeprefix("feature/")),
    ("update", "--branch", BRANCH.removeprefix("feature/")),
    ("rollback", "--all", "--branch", BRANCH.removeprefix("feature/")),
    ("mv", f"three/{FILES[0]}", f"three/{FILES[1]}x", "--branch", "migrate/one"),
    ("mv", f"three/{FILES[3]}", f"three/{FILES[4]}x", "--dry-run"),
    *(("explain", f"three/{name}") for name in FILES),
    ("explain", f"four/{FILES[4]}:1", "--base", "migrate/phase-1"),
    ("carry", BRANCH, "--onto", "migrate/phase-1"),
    ("carry", BRANCH, "--onto", "main"),
    ("review", BRANCH),
    ("shims", "--branch", BRANCH),
    ("staged", "--since", "HEAD~1"),
    ("graph", "--focus", "three"),
    ("verify",),
    ("verify", "--docs"),
    ("done", "1"),
    ("answer",),
    ("completion", "fish", "--", "mv", "three/"),
    ("completion", "bash", "--", "carry", ""),
    ("completion", "zsh", "--", "run", "--owner", ""),
]


@pytest.fixture
def hostile(migrate: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runner:
    monkeypatch.setenv("MIGRATE_TRUST_DIR", str(tmp_path / "trust"))
    runner = Runner(migrate.directory, migrate.capture, [Asking()])
    for name in FILES:
        (runner.directory / "three" / name).write_text("import two.b\nimport \n", encoding="utf-8")
    (runner.directory / "CODEOWNERS").write_text(f"* {OWNER}\n/three/new* @x{EVIL}\n", encoding="utf-8")
    gate = '[gates."\\u001b[2J$(touch x)"]\ncommand = "\\u001b[31mx"\n[shims]\nexpires = 2099-01-01\n'
    (runner.directory / "migrate.toml").write_text(gate, encoding="utf-8")
    git(runner.directory, "config", "user.name", PERSON)
    git(runner.directory, "add", "-A")
    git(runner.directory, "commit", "-q", "-m", f"{EVIL}subject\n::error::owned")
    git(runner.directory, "switch", "-q", "-c", BRANCH)
    (runner.directory / "three" / f"more {EVIL}.py").write_text("X = 1\n", encoding="utf-8")
    (runner.directory / "three" / FILES[0]).write_text("import two.b\n", encoding="utf-8")
    git(runner.directory, "add", "-A")
    git(runner.directory, "commit", "-q", "-m", f"{EVIL}more")
    git(runner.directory, "switch", "-q", "main")
    return runner


def following(text: str) -> Iterator[str]:
    """The commands under `Next:`; what each is for stands two spaces or more behind it."""
    for block in re.findall(r"(?m)^Next:  .*(?:\n       .*)*", text):
        for line in block.splitlines():
            command = re.split(r" {2,}", line[7:])[0]
            if command.startswith(("git ", "migrate ", "cd ")):
                yield command


def pasted(command: str) -> list[str]:
    """The words that a shell makes of a command, when none of them is run."""
    done = subprocess.run(["bash", "-c", f"said() {{ printf '%s\\0' \"$@\"; }}; said {command}"], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]


def test_no_command_prints_a_name_raw_and_each_next_one_can_be_pasted(hostile: Runner) -> None:
    wrong, told = [], set[str]()
    for words in [*_COMMANDS, *MORE]:
        done = hostile(*words, code=None)
        said = done.out + done.err
        if not {"--diff", "--dry-run"}.intersection(words):  # bytes that `git apply` takes, where no terminal is
            wrong += [(words, line) for line in said.splitlines() if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", line)]
        wrong += [(words, line) for line in said.splitlines() if line.startswith("::")]
        for command in following(done.out):
            told.add(command)
            try:
                found = pasted(command)
            except subprocess.CalledProcessError as error:
                wrong.append((words, f"{command}: {error.stderr!r}"))
                continue
            wrong += [
                (words, command)
                for one in found
                if "touch" in one and not any(name.strip("@") in one for name in (*NAMED, "my $(touch x) plan.json"))
            ]
            if "$'" not in command:
                wrong += [(words, command)] * (shlex.split(command) != found)
    assert not wrong, "\n".join(map(repr, wrong))
    assert not (hostile.directory / "x").exists()
    assert not Path("x").exists()
    assert any(name in shlex.split(command) for command in told if "$'" not in command for name in (BRANCH, OWNER)), told
    assert len(told) > 20


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_nor_does_one_on_a_terminal(hostile: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    wrong = []
    for words in [*_COMMANDS, *MORE]:
        streams = [Terminal(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
        with monkeypatch.context() as here:
            here.setattr(sys, "stdout", streams[0])
            here.setattr(sys, "stderr", streams[1])
            main(list(words), phases=lambda: hostile.phases)
        said = "".join(stream.buffer.getvalue().decode() for stream in streams)  # type: ignore[attr-defined]
        wrong += [(words, sign) for sign in ("\x1b]", "\x07", "\x1b[2J", "\u202e") if sign in said]
        wrong += [(words, line) for line in said.splitlines() if line.startswith("::")]
    assert not wrong, "\n".join(map(repr, wrong))


@pytest.mark.parametrize("name", [*NAMED, "plain/path.py", "v1..main", "@acme/web", "a'b\\c", "\udcff\n"])
def test_a_name_is_one_word_again(name: str) -> None:
    text = word(name)
    assert pasted(f"x {text}") == ["x", name]
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e\ud800-\udfff]", text)
    assert "$'" in text or shlex.split(text) == [name]
