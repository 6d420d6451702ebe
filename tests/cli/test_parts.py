"""A part of a plan, a graph in numbers, several branches: what is shown is what was asked for."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.cli.conftest import Runner
from tests.conftest import git


@pytest.mark.parametrize(
    "words, steps",
    [
        ((), ["one", "two", "three"]),
        (("--step", "two"), ["two"]),
        (("--step", "1.03"), ["three"]),
        (("--step", "practice/one", "--step", "3"), None),
        (("--step", "practice/one", "--step", "three"), ["one", "three"]),
        (("--path", "one/*.py"), ["one"]),
        (("--path", "a.py"), ["one", "two"]),
        (("--path", "all/two/"), ["two"]),
        (("--path", "/two"), ["two"]),
        (("--path", "*.md"), ["three"]),
        (("--path", "*.md", "--path", "b.py"), ["two", "three"]),
        (("--path", "*.md", "--step", "one"), []),
        (("--path", "nowhere/**"), []),
    ],
    ids=str,
)
def test_a_part_of_a_plan(migrate: Runner, words: tuple[str, ...], steps: list[str] | None) -> None:
    if steps is None:
        assert "no step '3'" in migrate("plan", "--phase", "1", *words, code=2).err
        return
    whole = migrate("plan", "--phase", "1", "--json").json
    part = migrate("plan", "--phase", "1", *words, "--json").json
    assert [step["id"].partition("/")[2] for step in part["steps"]] == steps
    assert part["tree"] == whole["tree"]
    out = migrate("plan", "--phase", "1", *words).out
    assert [slug for slug in ("one", "two", "three") if re.search(rf"→ 1\.\d\d +{slug} ", out)] == steps
    if words:
        assert f"{len(steps)} of 3 steps shown" in out
        assert "Questions" not in out


def test_a_part_is_no_plan_to_save(migrate: Runner, tmp_path) -> None:
    assert "--out" in migrate("plan", "--step", "one", "--out", tmp_path / "plan.json", code=2).err


def test_a_diff_shows_the_files_that_were_asked_for(migrate: Runner) -> None:
    whole = migrate("plan", "--phase", "1", "--diff").out
    part = migrate("plan", "--phase", "1", "--diff", "--path", "*.py", "--step", "two").out
    assert set(re.findall(r"(?m)^diff --git .*$", part)) < set(re.findall(r"(?m)^diff --git .*$", whole))
    assert ".md" not in part
    assert "b/all/two/b.py" in part


def test_a_diff_is_told_by_kind_and_git_passes_over_that(migrate: Runner) -> None:
    diff = migrate("mv", "three", "four", "--json").json
    assert diff["steps"]
    patch = migrate("plan", "--phase", "1", "--diff", "--step", "three").out
    assert re.search(r"(?m)^documents, \d files?$", patch)
    assert re.search(r"(?m)^code, \d files?$", migrate("plan", "--phase", "1", "--diff", "--step", "one").out)


def test_a_summary_of_the_graph(migrate: Runner) -> None:
    (migrate.directory / "one/c.py").write_text("import one.d\n", encoding="utf-8")
    (migrate.directory / "one/d.py").write_text("import one.c\nimport two.b\n", encoding="utf-8")
    git(migrate.directory, "add", "-A")
    git(migrate.directory, "commit", "-q", "-m", "a cycle")
    out = migrate("graph").out
    assert re.search(r"(?m)^9 files, \d+ references between \d+ pairs$", out)
    assert re.search(r"(?m)^  python +7  ", out)
    assert re.search(r"(?m)^ +2  two/b\.py$", out)
    assert "1 import cycle" in out
    assert "one/c.py, one/d.py" in out
    assert "migrate graph --focus two/b.py" in out


def test_a_graph_without_cycles_says_so(migrate: Runner) -> None:
    assert "nothing imports itself while it loads" in migrate("graph").out
    assert "nothing imports itself" not in migrate("graph", "--format", "dot").out


def test_a_graph_for_programs_stays_one_object(migrate: Runner) -> None:
    assert migrate("graph", "--json").json == migrate("graph", "--format", "json").json


def test_every_branch_of_ours_is_verified(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    migrate("mv", "two", "four")
    found = migrate("verify", "--json").json
    assert set(found["revisions"]) == {"migrate/phase-1", "migrate/mv"}
    assert sorted({step["revision"] for step in found["steps"]}) == ["migrate/mv", "migrate/phase-1"]
    out = migrate("verify").out
    assert "hold on migrate/phase-1" in out
    assert "hold on migrate/mv" in out
    assert migrate("verify", "--rev", "migrate/mv", "--json").json["revisions"] == ["migrate/mv"]


def test_moves_go_on_top_of_each_other_and_say_so(migrate: Runner) -> None:
    first = migrate("mv", "two", "four")
    assert "on top of" not in first.out
    second = migrate("mv", "four/b.py", "four/c.py")
    assert "on top of what was on migrate/mv already" in second.out
    assert git(migrate.directory, "show", "migrate/mv:one/a.py").startswith("import four.c")
    assert git(migrate.directory, "rev-list", "--count", "main..migrate/mv").strip() == "2"


def test_a_preview_of_moves_starts_where_the_moves_would(migrate: Runner) -> None:
    migrate("mv", "two", "four")
    shown = migrate("mv", "four", "five", "--dry-run")
    assert "on top of migrate/mv" in shown.err
    assert "rename to five/b.py" in shown.out
    tree = migrate("mv", "four", "five", "--dry-run", "--json").json["tree"]
    assert migrate("mv", "four", "five", "--json").json["tree"] == tree
    other = migrate("mv", "two", "six", "--dry-run", "--base", "main")
    assert other.err == ""
    subprocess.run(["git", "apply", "--check", "-"], cwd=migrate.directory, input=other.out.encode(), check=True)


def test_a_preview_without_a_branch_starts_at_head(migrate: Runner) -> None:
    assert migrate("mv", "two", "four", "--dry-run").err == ""


@pytest.mark.parametrize(
    "text, said",
    [
        ('exclude = "x"', "exclude: must be a list, not 'x'"),
        ("[answers]\nq = 3", "answers.q: must be a text, not 3"),
        ('[gates.a]\ncommand = "x"\nread = "xml"', "gates.a.read: must be 'exit', 'junit', 'tsc', 'vitest-json'"),
        ('[gates.a]\ncommand = "x"\ntimeout = "long"', "gates.a.timeout: must be a whole number, not 'long'"),
        ('[gates.a]\ncommand = "x"\ntimeout = 0', "gates.a.timeout: must be more than 0, not 0"),
        ('[shims]\nexpires = "soon"', "shims.expires: must be a date such as 2027-02-01, not 'soon'"),
        ("[shims]\nexpires = 3", "shims.expires: must be a date such as 2027-02-01, not 3"),
        ("[gates.a]\ncommand = 3", "gates.a.command: must be a text or a list, not 3"),
        ("[gates.a]\n", "gates.a.command: is missing"),
        ('[gates]\na = "x"', "gates.a: must be a table, not 'x'"),
        ('[documents.a]\ncommand = "x"\nfiles = []', "documents.a.files: must be a list of 1 or more, not a list of 0"),
        ('[gates.a]\ncommand = "x"\nreed = 1', "gates.a.reed: unknown key"),
        ('[gates.a]\ncommand = "x"\ndirectory = "../x"', "gates.a.directory: '../x' leaves the repository"),
    ],
)
def test_mistakes_in_a_plan_file_are_told_in_our_words(migrate: Runner, text: str, said: str) -> None:
    (migrate.directory / "migrate.toml").write_text(text + "\n", encoding="utf-8")
    assert said in migrate("plan", code=4).err


@pytest.mark.parametrize("text", ['exclude = ["x/"]', '[gates.a]\ncommand = ["x"]\ntimeout = 5', '[answers]\nq = "yes"'])
def test_what_is_right_is_not_told(migrate: Runner, text: str) -> None:
    (migrate.directory / "migrate.toml").write_text(text + "\n", encoding="utf-8")
    migrate("plan")
