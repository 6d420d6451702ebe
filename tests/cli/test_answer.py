"""`migrate answer`: every question by terminal, option and file; the plan file else as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema
import pytest
from pydantic import BaseModel, Field

from migrator.phase import Notes, Question
from migrator.report.schemas import schema
from tests.cli.conftest import Runner
from tests.cli.practice import Options
from tests.conftest import interrupts

QUESTIONS = (
    Question("q1", "README.md:2", "is this right?", ("yes", "no")),
    Question("merge:a=b.yml", "", "whose is it?", ("ours", "theirs")),
    Question("placement/tests", "2 files", "do they go?", ('[phases.asking.moves]\n"a.py" = "b/a.py"', '[phases.asking]\nstays = ["/a.py"]')),
    Question("asking/app", "", "which is the main one?", ("apps/one", "apps/two"), ("phases", "asking", "app")),
)


class Asked(Options):
    app: str = ""
    moves: dict[str, str] = Field(default_factory=dict)
    stays: tuple[str, ...] = ()


@dataclass
class Asking:
    """Asks as long as nobody answers."""

    name: str = "asking"
    number: int = 1
    title: str = "Asking"
    summary: str = "asks"
    options: type[BaseModel] = field(default=Asked)

    def steps(self, facts, options):
        yield from ()
        answered = {
            *facts.answers,
            *(["asking/app"] if options.app else []),
            *(["placement/tests"] if options.moves or options.stays else []),
        }
        return Notes(questions=tuple(one for one in QUESTIONS if one.id not in answered))


@pytest.fixture
def asking(make_repository, capsys, monkeypatch) -> Runner:
    directory = make_repository({"README.md": "# It\nis this\npassword: hunter2hunter2\n", "a.py": "A = 1\n"})
    monkeypatch.chdir(directory)
    return Runner(directory, capsys, (Asking(),))


def plan_file(runner: Runner) -> str:
    path = runner.directory / "migrate.toml"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def ids(found) -> list[str]:
    return [one["id"] for one in found]


@pytest.mark.parametrize(
    "word, written",
    [
        ("q1=yes", '[answers]\nq1 = "yes"\n'),
        ("q1=2", '[answers]\nq1 = "no"\n'),
        ("merge:a=b.yml=theirs", '[answers]\n"merge:a=b.yml" = "theirs"\n'),
        ("placement/tests=1", '[phases.asking.moves]\n"a.py" = "b/a.py"\n'),
        ("placement/tests=2", '[phases.asking]\nstays = [\n    "/a.py",\n]\n'),
        ("asking/app=apps/two", '[phases.asking]\napp = "apps/two"\n'),
        ("asking/app=1", '[phases.asking]\napp = "apps/one"\n'),
    ],
)
def test_every_kind_of_answer_is_written_where_it_counts(asking: Runner, word, written):
    name = next(one.id for one in QUESTIONS if word.startswith(one.id))
    found = asking("answer", "--set", word, "--json").json
    jsonschema.validate(found, json.loads(schema("answer")))
    assert ids(found["answered"]) == [name]
    assert plan_file(asking) == written
    assert name not in ids(asking("plan", "--json").json["questions"])
    assert name not in ids(asking("answer", "--json").json["open"])


def test_several_at_once_and_the_rest_of_the_file_as_it_was(asking: Runner):
    (asking.directory / "migrate.toml").write_bytes(b'# mine\r\nexclude = [ "x/" ]\r\n\r\n[answers]\r\n# none yet\r\n')
    asking("answer", "--set", "q1=yes", "--set", "asking/app=2")
    assert (asking.directory / "migrate.toml").read_bytes() == (
        b'# mine\r\nexclude = [ "x/" ]\r\n\r\n[answers]\r\nq1 = "yes"\r\n# none yet\r\n\r\n[phases.asking]\r\napp = "apps/two"\r\n'
    )


@pytest.mark.parametrize(
    "name, text",
    [
        ("a.json", '{"q1": "yes", "asking/app": "2"}'),
        ("a.json", '{"answers": {"q1": "yes", "asking/app": "2"}}'),
        ("a.toml", 'q1 = "yes"\n"asking/app" = "apps/two"\n'),
        ("a.toml", '[answers]\nq1 = "yes"\n"asking/app" = "apps/two"\n'),
    ],
)
def test_answers_from_a_file(asking: Runner, tmp_path: Path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = asking("answer", "--from", tmp_path / name, "--json").json
    assert ids(found["answered"]) == ["q1", "asking/app"]
    assert ids(found["open"]) == ["merge:a=b.yml", "placement/tests"]


@pytest.mark.parametrize(
    "words, said",
    [
        (["--set", "q1=maybe"], "'maybe' is no answer; there is 'yes' (1) or 'no' (2)"),
        (["--set", "q1=3"], "'3' is no answer"),
        (["--set", "q1=0"], "'0' is no answer"),
        (["--set", "q1="], "'' is no answer"),
        (["--set", "placement/tests=yes"], "there is 1 or 2"),
        (["--set", "asking/ap=yes"], "no such question; did you mean `asking/app`?"),
        (["--set", "q1"], "'q1' is not ID=ANSWER"),
        (["--set", "q1=yes", "--set", "nope=1"], "no such question"),
        (["--from", "nowhere.json"], "cannot be read"),
        (["--from", "README.md"], "cannot be read"),
        (["--phase", "9"], "there is no phase 9"),
    ],
)
def test_what_answers_nothing_is_said_and_nothing_is_written(asking: Runner, words, said):
    error = asking("answer", *words, "--json", code=2).error
    assert said in " ".join([error["message"], *(one["message"] for one in error["problems"])])
    assert plan_file(asking) == ""


def test_a_file_of_something_else(asking: Runner, tmp_path: Path):
    (tmp_path / "a.json").write_text('{"q1": 3}', encoding="utf-8")
    assert "something else" in asking("answer", "--from", tmp_path / "a.json", "--json", code=2).error["message"]


def test_the_same_answer_again_is_none_and_another_one_is_refused(asking: Runner):
    asking("answer", "--set", "q1=yes")
    before = plan_file(asking)
    assert asking("answer", "--set", "q1=yes", "--json").json["answered"] == []
    assert "is answered in migrate.toml with 'yes'" in asking("answer", "--set", "q1=no", code=2).err
    assert plan_file(asking) == before


def test_a_plan_file_that_cannot_take_it_stays(asking: Runner):
    (asking.directory / "migrate.toml").write_text("[answers]\nold = 'x'\n\n[phases.asking]\nextra = 0\n", encoding="utf-8")
    asking("answer", "--set", "asking/app=1")
    assert plan_file(asking) == "[answers]\nold = 'x'\n\n[phases.asking]\napp = \"apps/one\"\nextra = 0\n"


def test_without_a_terminal_it_lists_them_with_their_lines_and_the_command(asking: Runner):
    out = asking("answer").out
    assert "is this right?" in out
    assert "> 2  is this" in out
    assert "  1  yes" in out
    assert "hunter2" not in out
    assert "migrate answer --set q1=ANSWER" in out
    assert plan_file(asking) == ""


def test_nothing_is_asked(asking: Runner):
    for word in ("q1=1", "merge:a=b.yml=1", "placement/tests=1", "asking/app=1"):
        asking("answer", "--set", word)
    assert asking("answer").out == "✓ nothing is asked\n"
    assert asking("answer", "--json").json["open"] == []


PROGRAM = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from migrator.cli import program; from tests.cli.test_answer import Asking; program(lambda: (Asking(),))"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    "typed, code, answers",
    [
        ("yes\nnonsense\n2\n\n1\n", 0, '[phases.asking]\napp = "apps/one"\n'),
        ("1\nq\n", 0, "[answers]\n"),
        ("1\n\x03", 130, "[answers]\n"),
        ("q\n", 0, ""),
        ("\x04", 0, ""),
    ],
)
def test_on_a_terminal_each_is_asked_and_what_was_said_is_kept(asking: Runner, typed, code, answers):
    import pty  # noqa: PLC0415  not on every system

    main, other = pty.openpty()
    surroundings = {**os.environ, "TERM": "dumb", "PYTHONPATH": str(Path(__file__).parents[2])}
    with interrupts(signal.default_int_handler):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "answer"], cwd=asking.directory, stdin=other, stdout=other, stderr=other, env=surroundings, start_new_session=True,
        )  # fmt: skip
    os.close(other)
    said = b""
    for letter in typed.splitlines(keepends=True):
        seen = len(said)
        while b"q ends):" not in said[seen:]:
            said += os.read(main, 4096)
        time.sleep(0.05)
        os.write(main, letter.encode())
    assert process.wait(30) == code, said.decode()
    os.close(main)
    assert answers in plan_file(asking)
    assert ('q1 = "yes"' in plan_file(asking)) is (typed[0] in "y1")
