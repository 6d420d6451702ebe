"""Commands run in this process on real repositories, with a small phase of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from migrator.cli import main
from migrator.phase import Phase
from tests.cli.practice import PHASES

FILES = {
    "all/__init__.py": "",
    "one/a.py": "import two.b\n\nVALUE = two.b.VALUE\n",
    "one/__init__.py": "",
    "two/b.py": "VALUE = 1\n",
    "two/__init__.py": "",
    "three/notes.txt": "nothing names me\n" * 8,
    "README.md": "See [the notes](three/notes.txt).\n",
}


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return json.loads(self.err)["error"]


@dataclass
class Runner:
    """`migrate` on one repository."""

    directory: Path
    capture: pytest.CaptureFixture[str]
    phases: Sequence[Phase] = PHASES

    def __call__(self, *words: str | Path, code: int | None = 0) -> Result:
        self.capture.readouterr()
        got = main([str(word) for word in words], phases=lambda: self.phases)
        result = Result(got, *self.capture.readouterr())
        if code is not None:
            assert got == code, result
        return result


@pytest.fixture
def migrate(make_repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """`migrate` inside a small repository."""
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    return Runner(directory, capsys)


@pytest.fixture
def anywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """`migrate` in an empty directory that is no repository."""
    directory = tmp_path / "nowhere"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return Runner(directory, capsys)
