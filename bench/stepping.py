"""What a plan takes beyond reading the tree: `python bench/stepping.py REPO STEPS`, `make(directory, files, parts)` for the repository.

The plan is made by the command as a user starts it, with a phase of our own making, once of no step and once of STEPS: the difference is the work.
Each step moves one part, which is as large in every repository as all others, with as many files that import it; the rest only stands by. So the
work is the same however many files there are, and grows as the steps do. Runs with any build of ours: which one, `PYTHONPATH` says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

_STEPS = "MIGRATE_BENCH_STEPS"
_IMPORTERS = 3


def make(directory: Path, files: int, parts: int) -> None:
    """A repository of so many files, with so many parts that can move."""
    found = {"pyproject.toml": "[project]\nname = 'bench'\nversion = '1'\n", "src/old/__init__.py": "", "src/new/__init__.py": ""}
    for part in range(parts):
        found[f"src/old/part{part}/__init__.py"] = ""
        found[f"src/old/part{part}/values.py"] = f"VALUE{part} = {part}\n"
    rest = files - len(found)
    for index in range(rest):
        # As many import a part in every repository; the others import those before them.
        named = [f"from old.part{(index + k) % parts}.values import VALUE{(index + k) % parts}" for k in range(_IMPORTERS)] if index < parts else []
        named += [f"from rest.stands{other % 40}.by{other} import function" for other in ((index * 7 + k) % index for k in range(2 if index else 0))]
        body = [f"def function{number}(argument):\n    return argument + {number}\n" for number in range(10)]
        found[f"src/rest/stands{index % 40}/by{index}.py"] = "\n".join([*named, "", "", "function = None", "", *body])
    for path, text in found.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"]
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "many"]):
        subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True)


class Nothing(BaseModel):
    """No options."""


@dataclass
class Stepping:
    """Moves one part after the other."""

    name: str = "stepping"
    number: int = 1
    title: str = "Stepping"
    summary: str = "moves one part after the other"
    options: type[BaseModel] = Nothing

    def steps(self, facts: Any, options: Any) -> Iterator[Any]:  # noqa: ANN401  of whichever build runs
        """So many steps as the environment says."""
        del facts, options
        from migrator.paths import RepoPath  # noqa: PLC0415  of whichever build runs
        from migrator.phase import Notes  # noqa: PLC0415  the same
        from migrator.step import Move, Step  # noqa: PLC0415  the same

        for part in range(int(os.environ[_STEPS])):
            move = Move(RepoPath(f"src/old/part{part}"), RepoPath(f"src/new/part{part}"))
            yield Step(f"part{part}", f"Move part {part}", "It is measured.", (move,))
        return Notes()


def _command() -> int:
    from migrator.cli import main as migrate  # noqa: PLC0415  of whichever build runs

    return migrate(sys.argv[2:], phases=lambda: [Stepping()])


def _taken(directory: str, steps: int) -> float:
    before = os.times()
    command = [sys.executable, __file__, "--command", "plan", "--json"]
    done = subprocess.run(command, cwd=directory, env={**os.environ, _STEPS: str(steps)}, check=True, capture_output=True)
    after = os.times()
    planned = len(json.loads(done.stdout)["steps"])
    if planned != steps:
        raise SystemExit(f"{planned} steps were planned of {steps}")
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(directory: str, steps: str) -> None:
    """One measurement, with a cache that a run before filled."""
    _taken(directory, 0)
    read, whole = _taken(directory, 0), _taken(directory, int(steps))
    sys.stdout.write(json.dumps({"work": whole - read, "read": read, "steps": int(steps)}) + "\n")


if __name__ == "__main__":
    sys.exit(_command() if sys.argv[1:2] == ["--command"] else main(*sys.argv[1:]))
