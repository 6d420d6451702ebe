"""The account and what is left to people, where they are seen: mv, plan, run, status, commits, records, --json."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.journal import JournalEntry
from migrator.record import Record
from tests.cli.conftest import Runner
from tests.conftest import git

FILES = {
    "backend/pyproject.toml": '[project]\nname = "api"\nversion = "1"\n',
    "backend/main.py": "x = 1\n",
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["backend"]\n',
    "uv.lock": "version = 1\n",
    "deploy/app.yaml": "dir: backend\n",
    "deploy/odd.xyz": "password=hunter2hunter2 src=backend/main.py\n",
    "run.sh": "python backend/main.py\n",
    "README.md": "The backend is in `backend/main.py`.\n",
}


@pytest.fixture
def migrate(make_repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    directory = make_repository(FILES)
    monkeypatch.chdir(directory)
    return Runner(directory, capsys)


def test_mv_shows_numbers_first_and_what_nobody_may_overlook(migrate: Runner) -> None:
    out = migrate("mv", "backend", "services/api").out
    assert "3 rewritten · 1 left · 2 open" in out
    assert "rewritten  documents 1 · scripts 1 · settings 1" in out
    assert "left       a word 1" in out
    assert "! open     1 in files that run: look before you merge" in out
    assert "deploy/app.yaml:1   dir: backend   nobody here knows what reads dir" in out
    assert "… and 1 more (-v)" in out
    assert "odd.xyz" not in out


def test_mv_names_everything_on_request(migrate: Runner) -> None:
    out = migrate("mv", "backend", "services/api", "-v").out
    assert "deploy/odd.xyz:1   password=••• src=backend/main.py" in out
    assert "hunter2" not in out


def test_one_quiet_word_where_nothing_is_open(migrate: Runner) -> None:
    out = migrate("mv", "deploy/app.yaml", "deploy/api.yaml", "README.md", "notes/README.md", "run.sh", "tools/run.sh").out
    assert "! open" not in out
    assert migrate("mv", "backend/main.py", "backend/app.py", "deploy/odd.xyz", "odd.xyz", "--branch", "b").out.count("! open") == 0


def test_mv_shows_every_warning_of_the_gates(migrate: Runner) -> None:
    (migrate.directory / ".github/workflows").mkdir(parents=True)
    (migrate.directory / ".github/workflows/a.yml").write_text('on: { push: { paths: ["backend/**"] } }\n', encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-qm", "ci")
    said = migrate("mv", "backend/main.py", "lib/main.py")
    assert "! glob  .github/workflows/a.yml" in said.out
    gates = migrate("mv", "backend/main.py", "lib/main.py", "--dry-run", "--json", "--branch", "x").json["gates"]
    assert any(finding["path"] == ".github/workflows/a.yml" for gate in gates for finding in gate["findings"])


def test_many_warnings_of_a_kind_are_one_line(migrate: Runner) -> None:
    (migrate.directory / ".github/workflows").mkdir(parents=True)
    for number in range(6):
        (migrate.directory / f".github/workflows/{number}.yml").write_text('on: { push: { paths: ["backend/**"] } }\n', encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-qm", "ci")
    out = migrate("mv", "backend/main.py", "lib/main.py").out
    assert "! glob  6 (-v), the first: .github/workflows/0.yml" in out
    assert out.count("! glob") == 1


def test_json_has_every_mention_in_its_column(migrate: Runner) -> None:
    dry = migrate("mv", "backend", "services/api", "--dry-run", "--json").json
    columns = {(m["path"], m["line"]): m["column"] for m in dry["account"]["mentions"]}
    assert columns["deploy/app.yaml", 1] == "open"
    assert columns["run.sh", 1] == "rewritten"
    assert dry["account"]["urgent"] == 1
    assert dry["todos"] == ["`uv lock`"]
    made = migrate("mv", "backend", "services/api", "--json").json
    assert made["steps"][0]["account"] == dry["account"]
    assert made["todos"] == [{"id": 1, "text": "`uv lock`"}]
    assert "hunter2" not in json.dumps(made)


def test_the_commit_says_it(migrate: Runner) -> None:
    migrate("mv", "backend", "services/api")
    body = git(migrate.directory, "log", "-1", "--format=%B", "migrate/mv")
    assert "Mentions of old places: 3 rewritten (documents 1, scripts 1, settings 1), 1 left (a word 1), 2 open (platforms 1, settings 1)" in body
    assert "Open in files that run, look before you merge\n  deploy/app.yaml:1: dir: backend" in body
    assert "Then by hand: `uv lock`" in body
    assert body.rstrip().endswith("Migrate-Number: mv.01")


def test_status_keeps_what_is_open_and_to_be_done_until_it_is(migrate: Runner) -> None:
    migrate("mv", "backend", "services/api")
    out = migrate("status").out
    assert "! open     1 in files that run" in out
    assert "   1  `uv lock`" in out
    assert "migrate done 1" in out
    assert migrate("status", "--json").json["branches"][0]["todos"] == [{"id": 1, "text": "`uv lock`"}]
    assert migrate("done", "1").out.splitlines()[0].endswith("`uv lock`")
    assert "uv lock" not in migrate("status").out
    assert "done" in migrate("log").out


def test_what_becomes_necessary_again_has_a_number_of_its_own(migrate: Runner) -> None:
    migrate("mv", "backend", "services/api")
    migrate("done", "1")
    migrate("mv", "services/api", "services/core")
    assert migrate("status", "--json").json["branches"][0]["todos"] == [{"id": 2, "text": "`uv lock`"}]
    assert migrate("done", "2", "--json").json == {"done": {"id": 2, "text": "`uv lock`"}, "left": []}


def test_what_several_steps_need_is_done_once(migrate: Runner) -> None:
    migrate("mv", "backend", "services/api")
    migrate("mv", "services/api", "services/core")
    assert migrate("status", "--json").json["branches"][0]["todos"] == [{"id": 1, "text": "`uv lock`"}]


@pytest.mark.parametrize("number", ["7", "0", "-1"])
def test_only_what_is_to_be_done_can_be_done(migrate: Runner, number: str) -> None:
    migrate("mv", "backend", "services/api")
    assert "nothing to be done by hand" in migrate("done", "--", number, code=2).err


def test_what_was_taken_back_need_not_be_done(migrate: Runner) -> None:
    migrate("mv", "backend", "services/api")
    migrate("rollback", "--all")
    assert "nothing to be done by hand" in migrate("done", "1", code=2).err


def test_plan_and_run_say_it_and_the_record_keeps_it(
    make_repository: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_repository(
        {
            "one/a.py": "x = 1\n",
            "one/__init__.py": "",
            "two/b.py": "",
            "three/c.txt": "",
            "job.sh": "x one/a.py\n",
            "Jenkinsfile": "note 'one/a.py'\n",
            "x.md": "`one/a.py`\n",
        }
    )
    monkeypatch.chdir(directory)
    migrate = Runner(directory, capsys)
    plan = migrate("plan", "--phase", "1").out
    assert "1 open" in plan
    assert "! open     1 in files that run: look before you merge" in plan
    step = migrate("plan", "--phase", "1", "--json").json["steps"][0]
    assert step["account"]["open"] == {"CI": 1}
    verbose = migrate("plan", "--phase", "1", "-v").out
    assert "Jenkinsfile:1   note 'one/a.py'" in verbose
    run = migrate("run", "--phase", "1").out
    assert "! open     1 in files that run: look before you merge" in run
    record = json.loads(git(directory, "show", "migrate/phase-1:.migrate/steps/1.01-one.json"))
    assert record["account"]["open"] == {"CI": 1}
    assert [(entry["path"], entry["line"]) for entry in record["account"]["entries"]] == [("Jenkinsfile", 1)]
    assert "Jenkinsfile:1: note 'one/a.py'" in git(directory, "log", "--format=%B", "migrate/phase-1")


def test_an_old_record_and_an_old_journal_are_still_read() -> None:
    assert Record.model_validate({"phase": "p", "number": "1.01", "slug": "s", "title": "t", "why": "w"}).account.open == {}
    assert JournalEntry.model_validate({"kind": "step", "step": "p/s"}).todos == ()


def test_what_two_steps_leave_open_in_one_line_is_open_once(migrate: Runner) -> None:
    (migrate.directory / "ci.sh").write_text("python backend/main.py\n", encoding="utf-8")
    (migrate.directory / ".github/workflows").mkdir(parents=True)
    (migrate.directory / ".github/workflows/a.yml").write_text('on: { push: { paths: ["backend/**"] } }\n', encoding="utf-8")
    (migrate.directory / "backend/other.py").write_text("y = 1\n", encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "-m", "more")
    first, second = ("backend/main.py", "shared/main.py"), ("backend/other.py", "shared/other.py")
    alone = migrate("mv", *first).out
    assert '.github/workflows/a.yml:1   on: { push: { paths: ["backend/**"] } }   a pattern that no longer matches 1 file that moved' in alone
    assert "! open     1 in files that run" in alone
    migrate("mv", *second)
    shown = migrate("status").out
    assert "! open     1 in files that run" in shown
    assert shown.count("a.yml:1 ") == 1
    request = migrate("report", "--pr", "--branch", "migrate/mv").out
    assert "1 mention of old places in files that run (CI 1)" in request
    (line,) = [line for line in request.splitlines() if "a.yml:1`" in line]
    assert line.endswith("a pattern that no longer matches 1 file that moved (mv.01, mv.02)")
