"""docs/landscape.md shows what the command prints for a bundled sample, and decisions that its plan takes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from migrator.registry import phases
from tests.cli.conftest import Runner
from tests.conftest import git

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "landscape.md").read_text(encoding="utf-8")


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    directory = Path(shutil.copytree(ROOT / "sample_repos" / "monolith" / "repository", tmp_path / "shop"))
    git(directory, "init", "-q", "-b", "main")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "start")
    monkeypatch.chdir(directory)
    monkeypatch.setenv("COLUMNS", "150")
    return Runner(directory, capsys, phases())


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)\n```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_picture_and_the_text_are_what_the_command_prints(shop: Runner) -> None:
    assert shop("graph", "--landscape", "--format", "mermaid").out.rstrip() == block("mermaid")
    assert [line.rstrip() for line in shop("graph", "--landscape").out.rstrip().splitlines()] == [
        line.rstrip() for line in block("text").splitlines()
    ]


def test_the_decisions_are_taken(shop: Runner) -> None:
    said = {finding["message"] for finding in _findings(shop("plan", "--phase", "3", "--json", code=None).json)}
    rows = re.findall(r"(?m)^\| ([^|]+?) \| (?:dropped|defaulted|mapped) \| ([^|]+?) \|", PAGE)
    assert len(rows) > 4
    assert [f"{what}: {so}" for what, so in rows if f"{what}: {so}" not in said] == []


def _findings(value: object) -> list[dict[str, str]]:
    if isinstance(value, dict):
        here = [value] if isinstance(value.get("message"), str) else []
        return here + [one for each in value.values() for one in _findings(each)]
    return [one for each in value for one in _findings(each)] if isinstance(value, list) else []
