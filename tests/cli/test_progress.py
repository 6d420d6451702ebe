"""Long work says what it does and how much of how much is done: on a terminal, and nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from migrator.engine import planning, running, verification
from migrator.engine.context import Engine
from migrator.engine.teams.carried.carrying import carry
from migrator.engine.teams.returned.returning import take_back_onto
from migrator.engine.teams.reviewed.review import review
from migrator.engine.teams.updated.updating import update
from migrator.git import Repository
from tests.cli import practice
from tests.cli.practice import PHASES
from tests.conftest import git


@pytest.fixture
def large(make_repository, monkeypatch) -> Path:
    files = {f"one/m{number}.py": f"import two.b\nX = {number}\n" for number in range(300)}
    directory = make_repository({**files, "one/__init__.py": "", "two/__init__.py": "", "two/b.py": "B = 1\n", "three/a.txt": "a\n"})
    monkeypatch.chdir(directory)
    return directory


def rising(rows: list[tuple[int, int]]) -> bool:
    return all(done <= of for done, of in rows) and rows == sorted(rows)


def test_work_counts_up_to_what_there_is(large: Path):
    said: list[tuple[str, int, int]] = []

    def progress(what: str, done: int = 0, of: int = 0) -> None:
        said.append((what, done, of))

    with Repository.open(large) as repository:
        engine = Engine(repository, PHASES, progress)
        planning.plan(engine, repository.resolve("HEAD"), PHASES)
        files = [(done, of) for what, done, of in said if what == "reading files" and of > 200]
        assert len(files) > 2
        assert rising(files)
        assert files[-1][0] == files[-1][1]
        assert ("Practice: 1.01 one", 0, 2) in said
        said.clear()
        running.run(engine, PHASES[:1])
        assert rising([(done, of) for what, done, of in said if of == 3])
        said.clear()
        verification.verify(engine, "migrate/phase-1")
        steps = [(what.partition(" ")[0], done, of) for what, done, of in said if what.startswith("verifying")]
        assert steps == [("verifying", number, len(steps)) for number in range(len(steps))]
        assert len(steps) >= 3


def test_what_is_done_with_steps_that_were_made_counts_them(large: Path):
    said: list[tuple[str, int, int]] = []

    def told(start: str, of: int) -> list[int]:
        """How much was done each time when work said this, once each."""
        found = [done for what, done, total in said if what.startswith(start) and total == of]
        said.clear()
        return list(dict.fromkeys(found))

    git(large, "switch", "-q", "-c", "feature")
    for number in range(3):
        (large / f"one/new{number}.py").write_text("import two.b\n", encoding="utf-8")
        git(large, "add", "-A")
        git(large, "commit", "-q", "-m", f"feature {number}")
    git(large, "switch", "-q", "main")
    with Repository.open(large) as repository:
        engine = Engine(repository, PHASES, lambda what, done=0, of=0: said.append((what, done, of)))
        running.run(engine, PHASES[:1])
        git(large, "commit", "-q", "--allow-empty", "-m", "main moves on")
        said.clear()
        review(engine, None, "migrate/phase-1")
        assert told("Practice: ", 3) == [0, 1, 2]
        update(engine, "refs/heads/migrate/phase-1", repository.resolve("HEAD"))
        assert told("", 3) == [0, 1, 2]
        git(large, "merge", "-q", "--no-edit", "migrate/phase-1")
        said.clear()
        carry(engine, "feature")
        assert told("", 3) == [0, 1, 2]
        take_back_onto(engine, "main", phase=1)
        assert told("taking back ", 3) == [0, 1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_shows_a_bar_and_how_much_is_left_and_keeps_none_of_it(large: Path):
    import pty  # noqa: PLC0415  not on every system

    (large / "migrate.toml").write_text("[phases.practice]\nextra = 40\n", encoding="utf-8")
    main, other = pty.openpty()
    surroundings = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, practice.__file__, "plan"]
    process = subprocess.Popen(command, cwd=large, stdin=other, stdout=subprocess.PIPE, stderr=other, env=surroundings)
    os.close(other)
    said = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
    out = process.communicate(timeout=60)[0].decode()
    os.close(main)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode())
    assert re.search(r"Practice: 1\.\d+ \S+ ━+ 0 of 2 ", text)
    assert "Practice" in out
    assert not re.search(r"[━⠋]|reading files", out)
    assert said.rstrip().endswith((b"\x1b[2K", b"\x1b[?25h", b"\x1b[1A\x1b[2K"))


def test_a_pipe_hears_nothing_of_it(large: Path):
    surroundings = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, practice.__file__, "plan"], cwd=large, capture_output=True, env=surroundings, check=True)
    assert done.stderr == b""
