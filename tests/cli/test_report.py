"""`migrate report`: a page and the description of a pull request, wherever the steps were made, and nothing in the repository changes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from migrator.report.teams.reviewed.requests import MOST
from tests.cli.conftest import FILES, Runner
from tests.conftest import git

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2


def data(page: Path) -> dict:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def state(directory: Path) -> tuple[str, str]:
    return git(directory, "for-each-ref"), git(directory, "status", "--porcelain")


def test_a_page_tells_what_is_planned(migrate: Runner, tmp_path: Path) -> None:
    before = state(migrate.directory)
    out = migrate("report", "--html", "--phase", 1, "--out", tmp_path / "page.html", "--json").json
    told = data(tmp_path / "page.html")
    assert state(migrate.directory) == before
    assert [step["number"] for step in told["steps"]] == ["1.01", "1.02", "1.03"]
    assert {step["branch"] for step in told["steps"]} == {""}
    assert (out["steps"], out["merged"], out["questions"], out["findings"], out["phases"]) == (3, 0, 1, 40, [1])
    assert (out["size"], out["nodes"]) == ((tmp_path / "page.html").stat().st_size, len(told["graph"]["files"]))
    assert out["references"] == len(told["graph"]["before"]["edges"]) // 2 > 0


def test_a_page_lies_where_nobody_says_where(migrate: Runner) -> None:
    assert "wrote migration.html" in migrate("report", "--html").out
    assert data(migrate.directory / "migration.html")["title"] == "repo"


@pytest.mark.parametrize(
    "there", ["a file", pytest.param("a link", marks=pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")), "a directory"]
)
def test_what_lies_where_nobody_said_to_write_stays(migrate: Runner, tmp_path: Path, there: str) -> None:
    place, other = migrate.directory / "migration.html", tmp_path / "other"
    other.write_text("mine", encoding="utf-8")
    match there:
        case "a file":
            place.write_text("mine", encoding="utf-8")
        case "a link":
            place.symlink_to(other)
        case _:
            place.mkdir()
    assert "is no page of ours" in migrate("report", "--html", code=2).err
    assert (other.read_text(encoding="utf-8"), place.is_dir() or place.read_text(encoding="utf-8") == "mine") == ("mine", True)


def test_a_page_of_ours_is_written_anew(migrate: Runner) -> None:
    migrate("report", "--html", "--phase", 1)
    migrate("report", "--html", "--phase", 2)
    assert [phase["number"] for phase in data(migrate.directory / "migration.html")["phases"]] == [2]


def test_a_page_marks_what_is_on_a_branch_and_what_is_merged(migrate: Runner, tmp_path: Path) -> None:
    migrate("run", "--phase", 1, "--until", "1.02")
    migrate("report", "--html", "--phase", 1, "--out", tmp_path / "a.html")
    assert [step["branch"] for step in data(tmp_path / "a.html")["steps"]] == ["migrate/phase-1", "migrate/phase-1", ""]
    git(migrate.directory, "merge", "-q", "--squash", "migrate/phase-1")
    git(migrate.directory, "commit", "-q", "-m", "merged")
    out = migrate("report", "--html", "--phase", 1, "--out", tmp_path / "b.html", "--json").json
    told = data(tmp_path / "b.html")
    assert (out["merged"], out["steps"]) == (2, 1)
    assert [(one["number"], one["title"]) for one in told["landed"]] == [("1.01", "one → all/one"), ("1.02", "two → all/two")]
    assert [row[1:] for row in told["burndown"]] == [[2, 1]]


def test_a_request_tells_what_a_branch_brings(migrate: Runner) -> None:
    migrate("run", "--phase", 1)
    before = state(migrate.directory)
    out = migrate("report", "--pr").out
    assert state(migrate.directory) == before
    assert out.startswith("**3 steps · 5 files moved, 4 of them unchanged · ")
    rows = re.findall(r"(?m)^\| (1\.0\d) \| (\S+) → (\S+) \| (\d+) \| \d* \| .*? \| ✓ \d+ \|$", out)
    assert rows == [("1.01", "one", "all/one", "2"), ("1.02", "two", "all/two", "2"), ("1.03", "three", "all/three", "1")]
    for command in (
        "migrate review main..migrate/phase-1", "migrate verify --rev migrate/phase-1", "git diff -M -l0 --diff-filter=MR main...migrate/phase-1", "migrate carry BRANCH",
        "migrate rollback --all --branch migrate/phase-1", "migrate rollback --phase 1 --onto main",
    ):  # fmt: skip
        assert f"`{command}`" in out


def test_a_request_of_moves_by_themselves(migrate: Runner) -> None:
    """What it says to review and to take back, `review` and `rollback` take."""
    migrate("mv", "two/b.py", "two/c.py")
    found = migrate("report", "--pr", "--json").json
    assert [(step["number"], step["files"], set(step["gates"].values())) for step in found["steps"]] == [("mv.01", 1, {"passed"})]
    assert "`migrate review main..migrate/mv`" in found["markdown"]
    assert migrate("review", "main..migrate/mv", "--json").json["passed"]
    back = re.search(r"`migrate (rollback --step \S+ --onto main)`", found["markdown"])
    assert back is not None
    git(migrate.directory, "merge", "-q", "--squash", "migrate/mv")
    git(migrate.directory, "commit", "-q", "-m", "all at once")
    migrate(*back[1].split())


def test_a_page_says_who_owns_what_and_the_weeks_in_which_steps_came(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate("report", "--html", "--out", tmp_path / "history.html")
    assert data(tmp_path / "history.html")["graph"]["owners"] == ["Tess Ter"]
    (migrate.directory / "CODEOWNERS").write_text("* @a\n/two/\n/three/ nobody\n", encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "-m", "owners")
    migrate("run", "--phase", 1, "--until", "1.01")
    for date in ("2026-03-02T12:00:00Z", "2026-03-18T12:00:00Z"):
        monkeypatch.setenv("GIT_COMMITTER_DATE", date)
        git(migrate.directory, "merge", "-q", "--squash", "migrate/phase-1")
        git(migrate.directory, "commit", "-q", "--allow-empty", "-m", "merged")
    migrate("report", "--html", "--phase", 1, "--out", tmp_path / "page.html")
    told = data(tmp_path / "page.html")
    assert told["graph"]["owners"] == ["@a"]
    assert told["burndown"] == [["2026-03-02", 1, 2], ["2026-03-09", 1, 2], ["2026-03-16", 1, 2]]


def test_a_request_says_what_people_wrote_on_top(migrate: Runner) -> None:
    migrate("run", "--phase", 1)
    git(migrate.directory, "switch", "-q", "migrate/phase-1")
    (migrate.directory / "README.md").write_text("mine\n", encoding="utf-8")
    git(migrate.directory, "commit", "-q", "-a", "-m", "By @me | `x` <b>")
    git(migrate.directory, "switch", "-q", "main")
    found = migrate("report", "--pr", "--json").json
    assert len(found["foreign"]) == 1
    assert f"`{found['foreign'][0][:9]}` `` By @me ¦ `x` <b> ``" in found["markdown"]


def clone(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    git(tmp_path, "clone", "-q", migrate.directory.as_uri(), "clone")
    git(tmp_path / "clone", "branch", "-q", "ours", "origin/migrate/phase-1")
    monkeypatch.chdir(tmp_path / "clone")
    return Runner(tmp_path / "clone", migrate.capture)


def test_a_request_in_a_fresh_clone_says_the_same_but_for_the_gates(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate("run", "--phase", 1)
    here = migrate("report", "--pr", "--json").json
    there = clone(migrate, tmp_path, monkeypatch)("report", "--pr", "--branch", "ours", "--json").json
    assert {gate for step in here["steps"] for gate in step["gates"].values()} == {"passed"}
    assert {key for key in here if here[key] != there[key]} == {"branch", "steps", "markdown"}
    assert there["steps"] == [{**step, "gates": {}} for step in here["steps"]]
    assert "| not known here |" in there["markdown"]


def test_a_request_of_steps_that_were_squashed(migrate: Runner) -> None:
    migrate("run", "--phase", 1)
    git(migrate.directory, "switch", "-q", "-c", "squashed")
    git(migrate.directory, "merge", "-q", "--squash", "migrate/phase-1")
    git(migrate.directory, "commit", "-q", "-m", "all at once")
    git(migrate.directory, "switch", "-q", "main")
    found = migrate("report", "--pr", "--branch", "squashed", "--json").json
    assert [(step["number"], step["files"], step["alone"]) for step in found["steps"]] == [("1.01", 2, False), ("1.02", 2, False), ("1.03", 1, False)]
    assert (found["moved"], found["foreign"]) == (5, [])
    assert "Step by step" not in found["markdown"]


def test_a_request_of_what_is_left_after_a_part_was_merged(migrate: Runner) -> None:
    migrate("run", "--phase", 1, "--until", "1.02")
    git(migrate.directory, "merge", "-q", "--no-ff", "-m", "a part", "migrate/phase-1")
    migrate("run", "--phase", 1)
    assert [step["number"] for step in migrate("report", "--pr", "--json").json["steps"]] == ["1.03"]
    git(migrate.directory, "merge", "-q", "--no-ff", "-m", "the rest", "migrate/phase-1")
    assert migrate("report", "--pr", "--json", code=2).error["message"] == "migrate/phase-1 has no step that main does not have"


def test_a_request_fits_whoever_takes_it(
    make_repository: Callable[[Mapping[str, str]], Path], migrate: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {f"one/a_rather_long_name_of_a_file_that_nobody_reads_{one:04}.txt": f"{one}\n" for one in range(900)}
    said = "".join(f"run {path} and more\n" for path in many)
    directory = make_repository({**FILES, **many, "notes.weird": said, "go.sh": said}, "large")
    monkeypatch.chdir(directory)
    runner = Runner(directory, migrate.capture)
    runner("run", "--phase", 1)
    found = runner("report", "--pr", "--json").json
    assert found["open"] + sum(sum(step["account"]["rewritten"].values()) for step in found["steps"]) > 900
    assert len(found["markdown"]) <= MOST
    assert found["markdown"].count("<details>") == found["markdown"].count("</details>") > 0


def test_no_secret_is_in_either(make_repository: Callable[[Mapping[str, str]], Path], migrate: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = make_repository(
        {**FILES, "go.weird": f"three/notes.txt --token {SECRET}\n", "one/a.py": f"import two.b\nKEY = '{SECRET}'\n"}, "leaky"
    )
    monkeypatch.chdir(directory)
    runner = Runner(directory, migrate.capture)
    runner("report", "--html")
    assert SECRET not in (directory / "migration.html").read_text(encoding="utf-8")
    runner("run", "--phase", 1)
    assert SECRET not in runner("report", "--pr").out


BAD = {
    "neither": (("report",), 2, "--pr or --html"),
    "both": (("report", "--pr", "--html"), 2, "--pr or --html"),
    "a branch for a page": (("report", "--html", "--branch", "x"), 2, "--branch is for --pr"),
    "nothing was run": (("report", "--pr"), 2, "no branch with steps is known"),
    "no such branch": (("report", "--pr", "--branch", "nope"), 3, "nope"),
    "a branch without steps": (("report", "--pr", "--branch", "main"), 2, "has no step"),
    "no such phase": (("report", "--html", "--phase", "9"), 2, "there is no phase 9"),
    "a directory": (("report", "--html", "--out", "."), 2, "is a directory"),
    "a place that is not there": (("report", "--pr", "--out", "nope/x.md"), 2, "cannot be written"),
    "what it is to be merged into is not there": (("report", "--pr", "--branch", "main", "--base", "nope"), 3, "nope"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_told(name: str, migrate: Runner) -> None:
    words, code, said = BAD[name]
    result = migrate(*words, code=code)
    assert said in result.err
    assert "hint:" in result.err
    assert not (migrate.directory / "migration.html").exists()


def test_branches_that_share_nothing(migrate: Runner) -> None:
    migrate("run", "--phase", 1)
    git(migrate.directory, "switch", "-q", "--orphan", "alone")
    git(migrate.directory, "commit", "-q", "--allow-empty", "-m", "alone")
    git(migrate.directory, "switch", "-q", "main")
    assert "share no history" in migrate("report", "--pr", "--base", "alone", code=2).err
