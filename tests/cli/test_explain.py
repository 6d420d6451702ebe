"""`migrate explain`: where a line comes from, for a generated file, a moved one, and one that nobody touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.report.explained import explained
from migrator.report.models.inspection import ExplainOut
from migrator.report.screen import Screen
from tests.cli.conftest import Runner
from tests.cli.practice import PHASES
from tests.conftest import git
from tests.unit.generating.families import phase

FILES = {
    "apps.txt": "api 8000\nweb 3000\nworker\n",
    "one/a.py": "import two.b\n",
    "two/b.py": "V = 1\n",
    "three/notes.txt": "x\n" * 8,
    "left.txt": "y\n",
}
API = "infra/ports/api.yaml"


@pytest.fixture
def migrate(make_repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    runner = Runner(directory, capsys, (PHASES[0], phase()))
    runner("run")
    return runner


def merged(migrate: Runner, *options: str) -> None:
    git(migrate.directory, "merge", "-q", *options, "migrate/phase-1-3")


def test_a_value_has_its_origin_its_decision_and_its_step(migrate: Runner) -> None:
    merged(migrate)
    found = migrate("explain", f"{API}:7", "--json").json
    assert (found["family"], found["phase"], found["line"], found["edited"]) == ("ports", "infrastructure", 7, False)
    (line,) = found["lines"]
    assert (line["text"], line["part"], line["origins"][0]["place"]) == ("port: 8000", "value", "apps.txt:1")
    assert [(one["subject"], one["outcome"]) for one in line["decisions"]] == [("port of api", "mapped")]
    (step,) = found["steps"]
    assert (step["number"], step["did"], step["title"]) == ("3.01", "wrote it", "Say which ports there are")
    assert git(migrate.directory, "log", "-1", "--format=%s", step["commit"]).strip() == "3.01 Say which ports there are"
    assert found["following"][0]["command"] == f"git blame -L 1,1 {found['revision'][:7]} -- apps.txt"
    out = migrate("explain", f"{API}:7").out
    assert "apps.txt:1" in out
    assert "mapped: port of api" in out
    git(migrate.directory, *found["following"][0]["command"].split()[1:])


def test_what_was_decided_for_several_lines_is_said_once_and_the_family_to_its_end(
    migrate: Runner, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    merged(migrate)
    monkeypatch.setenv("COLUMNS", "40")
    found = ExplainOut.model_validate(migrate("explain", API, "--json").json)
    explained(Screen(), found.model_copy(update={"lines": found.lines * 2}))
    out = capsys.readouterr().out
    assert (out.count("port: 8000"), out.count("mapped: port of api")) == (2, 1)
    assert "family ports of the phase infrastructure" in " ".join(out.split())


def test_what_only_our_branch_has_is_looked_for_there(migrate: Runner) -> None:
    assert migrate("explain", API, "--json").json["lines"][0]["number"] == 7
    assert "there is no file" in migrate("explain", API, "--base", "HEAD", code=2).err


def test_the_familys_own_text_and_what_people_wrote(migrate: Runner) -> None:
    merged(migrate)
    file = migrate.directory / API
    file.write_bytes(b"# mine\n" + file.read_bytes())
    git(migrate.directory, "commit", "-qam", "edit")
    parts = {number: migrate("explain", f"{API}:{number}", "--json").json["lines"][0]["part"] for number in (1, 2, 8)}
    assert parts == {1: "edit", 2: "text", 8: "value"}
    assert "people wrote this line" in migrate("explain", f"{API}:1").out
    assert "own text" in migrate("explain", f"{API}:2").out
    assert migrate("explain", API, "--json").json["edited"] is True


def test_a_squash_leaves_the_record(migrate: Runner) -> None:
    merged(migrate, "--squash")
    git(migrate.directory, "commit", "-qm", "squashed")
    git(migrate.directory, "branch", "-D", "migrate/phase-1-3")
    found = migrate("explain", f"{API}:7", "--json").json
    assert found["steps"][0]["commit"] == ""
    assert found["steps"][0]["record"] == ".migrate/steps/3.01-ports.json"
    assert "squashed, see .migrate/steps/3.01-ports.json" in migrate("explain", API).out


def test_a_moved_file_says_what_moved_it(migrate: Runner) -> None:
    merged(migrate)
    found = migrate("explain", "all/three/notes.txt:3", "--json").json
    assert (found["family"], found["lines"]) == ("", [])
    assert [(one["number"], one["did"]) for one in found["steps"]] == [("1.03", "moved it from three/notes.txt")]
    assert "1.03 moved it from three/notes.txt" in migrate("explain", "all/three/notes.txt").out


def test_any_other_file_says_so_with_the_next_command(migrate: Runner) -> None:
    out = migrate("explain", "left.txt").out
    assert "no step of a migration wrote, moved or edited it" in out
    assert "git log --follow" in out


@pytest.mark.parametrize(
    "words, message",
    [
        (("nope.txt",), "there is no file nope.txt"),
        (("left.txt:9",), "left.txt has 1 lines"),
        (("one",), "there is no file one"),
        (("../x",), "there is no file"),
    ],
)
def test_what_is_not_there(migrate: Runner, words: tuple[str, ...], message: str) -> None:
    assert message in migrate("explain", *words, code=2).err
