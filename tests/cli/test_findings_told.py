"""`--sarif` and `--annotate`: what each command found, besides what it prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Runner
from tests.cli.test_formats import ROW
from tests.conftest import git


def told(migrate: Runner, *words: str, code: int = 0):
    log = migrate.directory.parent / "log.sarif"
    log.unlink(missing_ok=True)
    result = migrate(*words, "--sarif", log, "--annotate", code=code)
    run = json.loads(log.read_text(encoding="utf-8"))["runs"][0]
    rows = {
        (
            one["ruleId"],
            one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            one["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for one in run["results"]
    }
    return result, rows, run


def test_a_plan_says_where_files_are_today(migrate: Runner):
    result, rows, run = told(migrate, "plan", "--phase", "1", "--json")
    assert json.loads(result.out)["steps"]
    assert ("migrate/question", "README.md", 1) in rows
    assert ("migrate/risky", "one/a.py", 3) in rows
    assert ("migrate/stays", "migrate.toml", 1) in rows  # about no file that is there
    assert run["automationDetails"]["id"] == "migrate/plan/"
    assert result.err.startswith("::notice title=migrate plan::")
    assert "::warning file=README.md,line=1,title=A question that only a person can decide::q1: is this right?" in result.err


def test_a_mention_that_stays_open_is_shown_where_it_stands_today(make_repository, capsys, monkeypatch):
    files = {"deploy/app.yaml": "# made\ndir: one\npassword: hunter2 one/b.py\n", "one/b.py": "B = 1\n", "one/c.py": "C = 1\n"}
    directory = make_repository(files)
    monkeypatch.chdir(directory)
    result, rows, run = told(Runner(directory, capsys), "plan", "--phase", "1")
    assert ("migrate/open-mention", "deploy/app.yaml", 2) in rows
    assert "hunter2" not in json.dumps(run) + result.err


def test_a_run_says_why_steps_were_set_aside(migrate: Runner):
    (migrate.directory / "migrate.toml").write_text('[phases.practice]\nbad = "two"\n', encoding="utf-8")
    result, rows, _ = told(migrate, "run", "--phase", "1", code=5)
    assert "set-aside" in {name.removeprefix("migrate/") for name, _, _ in rows}
    assert "::error file=" in result.err
    _, rows, _ = told(migrate, "verify")
    assert rows == set()


def test_documents_rows_and_staged_files(migrate: Runner):
    (migrate.directory / "migrate.toml").write_text(ROW.replace("name: server", "root: server"), encoding="utf-8")
    _, rows, _ = told(migrate, "doctor", "--formats", code=4)
    assert {(name, path) for name, path, _ in rows} == {("migrate/unproven-row", "migrate.toml")}
    (migrate.directory / "migrate.toml").unlink()
    migrate("run", "--phase", "1")
    git(migrate.directory, "merge", "-q", "--ff-only", "migrate/phase-1")
    (migrate.directory / "one").mkdir()
    (migrate.directory / "one" / "new.py").write_text("X = 1\n", encoding="utf-8")
    git(migrate.directory, "add", "-A")
    result, rows, _ = told(migrate, "staged")
    assert rows == {("migrate/old-place", "one/new.py", 1)}
    assert "belongs to all/one/new.py" in result.err


def test_a_review_says_what_people_changed_on_top(migrate: Runner):
    migrate("run", "--phase", "1")
    _, rows, _ = told(migrate, "review")
    assert rows == set()
    git(migrate.directory, "switch", "-q", "--detach", "migrate/phase-1~1")
    (migrate.directory / "all/one/a.py").write_text("import all.two.b\n\nVALUE = 3\n", encoding="utf-8")
    (migrate.directory / "all/new.txt").write_text("password: hunter2\n", encoding="utf-8")
    (migrate.directory / "README.md").unlink()
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "--amend", "--no-edit")
    result, rows, run = told(migrate, "review", "HEAD", "--markdown", code=5)
    assert rows == {("migrate/on-top", "all/new.txt", 1), ("migrate/on-top", "all/one/a.py", 3), ("migrate/on-top", "migrate.toml", 1)}
    assert "::error file=all/one/a.py,line=3,title=Not what the step makes::" in result.err
    assert "hunter2" not in json.dumps(run) + result.err


@pytest.mark.parametrize(
    "words, said",
    [
        (["plan", "--sarif", "no/such/dir/x.sarif"], "cannot be written"),
        (["doctor", "--annotate"], "go with --formats"),
    ],
)
def test_what_cannot_be_told(migrate: Runner, words, said):
    assert said in migrate(*words, "--json", code=2).error["message"]


def test_nothing_is_told_unless_asked(migrate: Runner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert "::" not in migrate("plan", "--phase", "1").err
    assert not list(Path(migrate.directory).glob("*.sarif"))
