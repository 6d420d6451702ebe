"""Repositories in which some phases are planned and run, and what a plan says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git

__all__ = ["Files", "Trees", "ends", "slugs", "told"]

Files = Mapping[str, str | bytes]


@dataclass
class Trees:
    """Repositories in which a phase is planned, by its number."""

    make: Callable[..., Path]
    runner: Runner
    monkeypatch: pytest.MonkeyPatch
    phase: str
    count: int = field(default=0)

    def __call__(self, files: Files, prepare: Callable[[Path], None] | None = None) -> Path:
        self.count += 1
        directory = self.make(files, f"tree{self.count}")
        if prepare is not None:
            prepare(directory)
            git(directory, "add", "-A")
            git(directory, "commit", "-q", "-m", "prepared")
        self.monkeypatch.chdir(directory)
        return directory

    def plan(self, files: Files, *words: str) -> Any:
        self(files)
        return self.again(*words)

    def again(self, *words: str) -> Any:
        """The plan of the repository that was made last."""
        return self.runner("plan", "--phase", self.phase, "--json", *words).json

    def run(self, *words: str, code: int | None = 0) -> Any:
        """Take its steps."""
        return self.runner("run", "--phase", self.phase, "--json", *words, code=code).json


def told(plan: Any) -> list[str]:
    """What a plan says beside its steps."""
    found = [*plan["findings"], *(one for step in plan["set_aside"] for one in step["findings"])]
    return [f"{one['path']}:{one['line']} {one['message']}" for one in found] + [one["text"] for one in plan["questions"]]


def slugs(plan: Any) -> list[str]:
    return [one["id"].rpartition("/")[2] for one in plan["steps"]]


def ends(directory: Path, branch: str) -> dict[str, bytes]:
    """Each file that a branch wrote."""
    paths = git(directory, "diff", "--name-only", "-z", "main", branch).split("\0")
    return {path: git(directory, "show", f"{branch}:{path}").encode("utf-8", "surrogateescape") for path in paths if path}
