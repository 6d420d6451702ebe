"""Plan and run on a terminal of eighty columns: nothing runs over, and nothing that matters is cut."""

from __future__ import annotations

import io
import re
import shutil
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len

from migrator.cli import main
from migrator.phase import Phase
from migrator.registry import phases as installed
from tests.cli.practice import PHASES
from tests.conftest import git

ROOT = Path(__file__).parents[2]
SLUGS = 100
"""From so many columns on a step's slug is shown, and its title may be cut."""
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch):
    """What a terminal gets to see of a command, line by line."""
    monkeypatch.setenv("TERM", "xterm-256color")

    def show(*words: str, columns: int = 80, phases: tuple[Phase, ...] | None = None) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(columns))
        stream = Terminal(io.BytesIO(), encoding="utf-8", write_through=True)
        with monkeypatch.context() as here:
            here.setattr(sys, "stdout", stream)
            assert main(words, phases=lambda: phases or installed()) in {0, 5}
        return CONTROL.sub("", stream.buffer.getvalue().decode()).splitlines()  # type: ignore[attr-defined]

    return show


@pytest.fixture(params=[("acme/before", "1"), ("monolith/repository", "2")], ids=["acme", "monolith"])
def sample(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of a sample with one commit, and the phase that it is for."""
    folder, number = request.param
    directory = Path(shutil.copytree(ROOT / "sample_repos" / folder, tmp_path / "sample"))
    git(directory, "init", "-q", "-b", "main")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "start")
    monkeypatch.chdir(directory)
    return number


def over(lines: list[str], columns: int = 80) -> list[str]:
    return [line for line in lines if cell_len(line) > columns]


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 120])
def test_a_plan_fits(lines, sample: str, columns: int) -> None:
    shown = lines("plan", "--phase", sample, columns=columns)
    assert over(shown, columns) == []
    steps = [f"{line} {below}" for line, below in pairwise(shown) if re.match(rf"  → {sample}\.\d\d", line)]
    assert len(steps) >= 9
    assert all(re.search(r"\d (moved|edited|new)", line) for line in steps)
    assert columns >= SLUGS or not any("…" in line for line in steps)
    assert re.search(r" result tree [0-9a-f]{7} Next:", " ".join(" ".join(shown).split()))
    assert sum("look before you merge" in line for line in shown) <= 6
    assert next(line for line in shown if line.startswith("Next:  migrate run")).endswith("on a branch of its own")


@pytest.mark.slow
def test_questions_and_reasons_are_read_to_their_end(lines, sample: str) -> None:
    if sample == "1":
        return
    shown = lines("plan", "--phase", "3")
    asked = shown[next(number for number, line in enumerate(shown) if line.startswith("Questions")) :]
    asked = asked[: asked.index("")]
    assert over(asked) == []
    assert not [line for line in asked if line.endswith("…")]
    assert "do they go?" in " ".join(" ".join(asked).split())
    # what is to be pasted stands on lines of its own, as TOML reads it
    tables = "\n".join(line.strip() for line in asked if line.startswith("      ")).partition("[phases.infrastructure.placement]")
    assert tomllib.loads(tables[0])["phases"]["infrastructure"]["placement"]["moves"]
    assert tomllib.loads(tables[1] + tables[2])["phases"]["infrastructure"]["placement"]["stays"]


def test_why_a_step_is_there_is_read_to_its_end(lines, migrate) -> None:
    assert any(line.strip().endswith("lies in all.") for line in lines("plan", "--phase", "1", columns=44, phases=PHASES))


@pytest.mark.slow
def test_a_run_fits_and_says_of_each_step_where_it_is(lines, sample: str) -> None:
    shown = lines("run", "--phase", sample)
    assert over(shown) == []
    steps = [line for line in shown if "✓" in line]
    assert len(steps) >= 9
    assert all(re.search(r"\d gates.*\d s  [0-9a-f]{7}$", line) for line in steps)
    assert not [line for line in shown if line.startswith(("Next:", "       ")) and line.endswith("…")]


@pytest.mark.parametrize("columns", [60, 80, 99, 100, 200])
@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--phase", "1"),
        ("plan", "-v"),
        ("run", "--phase", "1"),
        ("status",),
        ("status", "--open"),
        ("status", "--target"),
        ("plan", "--max-steps", "2"),
        ("doctor",),
        ("graph",),
        ("plan", "--step", "two"),
    ],
)
def test_nothing_runs_over(lines, migrate, words: tuple[str, ...], columns: int) -> None:
    assert over(lines(*words, columns=columns, phases=PHASES), columns) == []


@pytest.mark.slow
def test_slugs_are_shown_where_there_is_room(lines, sample: str) -> None:
    if sample == "1":
        assert not any("rename-web" in line for line in lines("plan", "--phase", "1"))
        assert any("rename-web" in line for line in lines("plan", "--phase", "1", columns=120))


def test_gates_are_named_where_there_is_room(lines, migrate) -> None:
    assert any(
        "✓ references · syntax · cycles · boundaries · agreement · history" in line
        for line in lines("run", "--phase", "1", columns=120, phases=PHASES)
    )
