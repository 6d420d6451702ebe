"""Where nothing can be planned, the answer says why and gives the moves to type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.registry import phases
from tests.cli.conftest import Runner

DJANGO = {"server/manage.py": "", "server/shop/__init__.py": "", "site/package.json": '{"name": "site"}\n', "README.md": "x\n"}
Start = Callable[[Mapping[str, str]], Runner]


@pytest.fixture
def starting(make_repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Start:
    def start(files: Mapping[str, str]) -> Runner:
        directory = make_repository(files)
        monkeypatch.chdir(directory)
        return Runner(directory, capsys, tuple(phases()))

    return start


def test_a_django_user_gets_the_moves_to_type(starting: Start) -> None:
    said = starting(DJANGO)("plan", "--phase", "2").out
    assert "no FastAPI or Flask application" in " ".join(said.split())
    assert "migrate mv server services/server" in said
    assert "migrate mv site apps/site" in said


def test_a_run_says_why_nothing_could_be_planned(starting: Start) -> None:
    said = " ".join(starting(DJANGO)("run", "--phase", "2").out.split())
    assert "nothing could be planned, for there is no FastAPI or Flask application" in said
    assert "migrate mv server services/server" in said


@pytest.mark.parametrize("files", [{"a.txt": "x\n"}, {"apps/x/package.json": "{}\n", "services/y/manage.py": ""}])
def test_what_is_in_its_place_is_not_moved(starting: Start, files: Mapping[str, str]) -> None:
    assert "migrate mv OLD NEW" in starting(files)("plan", "--phase", "2").out
