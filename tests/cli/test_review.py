"""`migrate review` as people and programs meet it: what is asked of it, what it says, and what it does not take from anybody's word."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from migrator import __version__
from tests.cli.conftest import Result, Runner
from tests.conftest import git, put

RECORD = ".migrate/steps/1.01-one.json"
FAILED = 5
AMENDED = "amended"
"""The message of a commit that takes the place of the last, with its message."""


@pytest.fixture
def ran(migrate: Runner) -> Runner:
    """A branch with the three steps of one phase."""
    migrate("run", "--phase", "1")
    return migrate


def on_branch(migrate: Runner, start: str = "migrate/phase-1") -> Path:
    git(migrate.directory, "switch", "-q", "-c", "mine", start)
    return migrate.directory


def committed(directory: Path, files: Mapping[str, str | None], message: str = "mine") -> None:
    put(directory, files)
    git(directory, "add", "-A")
    git(directory, "commit", "-q", *(("--amend", "--no-edit") if message == AMENDED else ("-m", message)))


def squashed(migrate: Runner, files: Mapping[str, str | None] | None = None) -> str:
    """All steps as one commit on the trunk, with something else in it."""
    git(migrate.directory, "merge", "-q", "--squash", "migrate/phase-1")
    committed(migrate.directory, files or {}, "All of it")
    return "HEAD"


def record_of(directory: Path, **changes: Any) -> str:
    said = {**json.loads((directory / RECORD).read_text(encoding="utf-8")), **changes}
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def verdicts(result: Result) -> list[str]:
    return [one["verdict"] for one in result.json["commits"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), ["identical"] * 3),
        (("--branch", "migrate/phase-1"), ["identical"] * 3),
        (("main..migrate/phase-1",), ["identical"] * 3),
        (("migrate/phase-1",), ["identical"] * 3),
        (("main..migrate/phase-1~1",), ["identical"] * 2),
        (("migrate/phase-1~1",), ["identical"]),
        (("main..main",), []),
    ],
)
def test_what_can_be_asked(ran: Runner, words: tuple[str, ...], said: list[str]) -> None:
    result = ran("review", "--json", *words)
    assert (verdicts(result), result.json["passed"]) == (said, True)


def test_where_no_branch_is_known_it_is_of_the_commit_that_is_checked_out(ran: Runner, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--branch", "migrate/phase-1", str(ran.directory), "fresh")
    result = ran("review", "--json", "--repo", tmp_path / "fresh")
    assert (verdicts(result), result.json["revisions"]) == (["identical"], "HEAD")


def test_nothing_of_the_repository_is_touched(ran: Runner) -> None:
    squashed(ran, {"README.md": "Mine.\n"})
    before = git(ran.directory, "for-each-ref"), git(ran.directory, "status", "--porcelain"), git(ran.directory, "rev-parse", "HEAD")
    ran("review", "HEAD", code=FAILED)
    assert before == (git(ran.directory, "for-each-ref"), git(ran.directory, "status", "--porcelain"), git(ran.directory, "rev-parse", "HEAD"))


def test_a_step_whose_files_moved_first_is_one(migrate: Runner) -> None:
    """What git could not follow goes as a pure move, and the next commit has the rest: only where both lead to is compared."""
    committed(migrate.directory, {"one/d.py": "import one.c\nimport one.a\n", "one/c.py": ""})
    migrate("run", "--phase", "1")
    assert git(migrate.directory, "log", "--format=%s", "main..migrate/phase-1").count("(moves only)") == 1
    for span in ("main..migrate/phase-1", "migrate/phase-1~2"):
        first = migrate("review", span, "--json").json["commits"][0]
        assert (first["verdict"], len(first["commits"])) == ("identical", 2)
    assert "next commit is the rest" in migrate("review", "migrate/phase-1~3", code=2).err


def test_what_people_read(ran: Runner) -> None:
    result = ran("review")
    assert [line.split()[:4] for line in result.out.splitlines()[:3]] == [
        ["✓", "1.01", "one", "identical"],
        ["✓", "1.02", "two", "identical"],
        ["✓", "1.03", "three", "identical"],
    ]
    assert result.out.endswith("3 of 3 commits identical\n")
    squashed(ran, {"all/two/b.py": "VALUE = 3\n", "mine.txt": "mine\n"})
    result = ran("review", "HEAD", code=FAILED)
    assert "✗ 1.01 one and 2 more" in result.out
    assert "-VALUE = 1\n+VALUE = 3\n" in result.out
    assert "    mine.txt  was added\n" in result.out
    assert result.out.endswith("1 of 1 commit not what their steps make\n")


def test_as_markdown(ran: Runner) -> None:
    squashed(ran, {"all/two/b.py": "VALUE = '``` | <b>'\n"})
    out = ran("review", "HEAD", "--markdown", code=FAILED).out
    assert out.startswith("### migrate review\n\n**1 of 1 commit not what their steps make**\n")
    assert "\n````diff\n" in out
    assert "| ❌ differs | 1.01 one and 2 more |" in out


def test_what_others_write_is_no_markdown_of_ours(ran: Runner) -> None:
    directory = on_branch(ran)
    committed(directory, {"mine.txt": "x"}, "</details> | ![x](https://example.com/x.png) @team")
    out = ran("review", "main..mine", "--markdown").out
    assert "![x]" not in out
    assert "</details>" not in out
    assert "@team" not in out


def test_secrets_are_not_shown(ran: Runner) -> None:
    token = "ghp_" + "a1B2c3D4e5" * 4
    squashed(ran, {"all/two/b.py": f"VALUE = '{token}'\n"})
    for option in ("--json", "--markdown", "-v"):
        assert token not in ran("review", "HEAD", option, code=FAILED).out


def test_a_squash_is_told_from_what_was_done_on_top(ran: Runner) -> None:
    result = ran("review", squashed(ran), "--json")
    (one,) = result.json["commits"]
    assert (one["verdict"], [step["number"] for step in one["steps"]]) == ("identical", ["1.01", "1.02", "1.03"])


def test_a_squash_of_two_phases(migrate: Runner) -> None:
    committed(migrate.directory, {"migrate.toml": "[phases.second]\nextra = 2\n[phases.practice]\nextra = 1\n"}, "decide")
    migrate("run", "--branch", "migrate/phase-1")
    (one,) = migrate("review", squashed(migrate), "--json").json["commits"]
    assert (one["verdict"], len(one["steps"])) == ("identical", 5)


def test_a_rebase_on_what_has_nothing_to_do_with_it(ran: Runner) -> None:
    committed(ran.directory, {"other.txt": "x"}, "theirs")
    on_branch(ran)
    git(ran.directory, "rebase", "-q", "main")
    assert verdicts(ran("review", "main..mine", "--json")) == ["identical"] * 3


def test_the_plan_file_of_the_work_tree_takes_no_part(ran: Runner) -> None:
    """The result is the same on every machine (L4), and says what may be the reason where somebody ran with a file that is not committed."""
    (ran.directory / "migrate.toml").write_text('[phases.practice]\ninto = "whole"\n', encoding="utf-8")
    assert verdicts(ran("review", "--json")) == ["identical"] * 3
    ran("run", "--phase", "1", "--branch", "migrate/other")
    result = ran("review", "--branch", "migrate/other", "--json", code=FAILED)
    problems = result.json["commits"][0]["problems"]
    assert [(one["where"], one["hint"]) for one in problems] == [("migrate.toml", "commit migrate.toml before the steps")]


def test_a_plan_file_with_line_ends_that_git_converted_says_nothing_else(migrate: Runner) -> None:
    committed(migrate.directory, {"migrate.toml": '[phases.practice]\ninto = "whole"\n'}, "decide")
    migrate("run", "--phase", "1")
    directory = on_branch(migrate)
    committed(directory, {"README.md": "x"}, AMENDED)
    (directory / "migrate.toml").write_bytes(b'[phases.practice]\r\ninto = "whole"\r\n')
    assert migrate("review", "HEAD", "--json", code=FAILED).json["commits"][0]["problems"] == []


def test_a_plan_file_that_was_committed_counts_even_where_another_is_there_now(migrate: Runner) -> None:
    committed(migrate.directory, {"migrate.toml": '[phases.practice]\ninto = "whole"\n'}, "decide")
    migrate("run", "--phase", "1")
    (migrate.directory / "migrate.toml").unlink()
    assert verdicts(migrate("review", "--json")) == ["identical"] * 3


def test_a_step_of_another_version_is_told_apart_where_its_commit_says_so(ran: Runner) -> None:
    directory = on_branch(ran, "migrate/phase-1~2")
    message = git(directory, "log", "-1", "--format=%B").strip()
    assert f"Migrate-Version: {__version__}\n" in message
    committed(directory, {"mine.txt": "x"}, AMENDED)
    assert ran("review", "mine", "--json", code=FAILED).json["commits"][0]["problems"] == []
    git(directory, "commit", "-q", "--amend", "-m", message.replace(f"Migrate-Version: {__version__}", "Migrate-Version: 9.1"))
    (problem,) = ran("review", "mine", "--json", code=FAILED).json["commits"][0]["problems"]
    assert (f"migrate 9.1 made it, and this is {__version__}" in problem["message"], "==9.1" in problem["hint"]) == (True, True)


MV = [("two/b.py", "two/c.py"), ("three", "four"), ("two/b.py::VALUE", "one/a.py")]


@pytest.mark.parametrize("words", [MV[0], MV[1], MV[0] + MV[1]])
def test_moves_by_themselves(migrate: Runner, words: tuple[str, ...]) -> None:
    migrate("mv", *words)
    assert verdicts(migrate("review", "--json")) == ["identical"]
    on_branch(migrate, "migrate/mv")
    committed(migrate.directory, {"README.md": "See [the notes](elsewhere.txt).\n"}, AMENDED)
    result = migrate("review", "HEAD", "--json", code=FAILED)
    assert [change["path"] for change in result.json["commits"][0]["changes"]] == ["README.md"]


@pytest.mark.parametrize("words", [MV[0], MV[1], MV[0] + MV[1]])
def test_moves_that_an_older_version_made_without_a_record(migrate: Runner, words: tuple[str, ...]) -> None:
    """The subject and the renames say what moved; where the commit says that it had a record, that is missed."""
    migrate("mv", *words)
    directory = on_branch(migrate, "migrate/mv")
    (record,) = (directory / ".migrate/steps").iterdir()
    message = git(directory, "log", "-1", "--format=%B").strip()
    committed(directory, {record.relative_to(directory).as_posix(): None}, AMENDED)
    result = migrate("review", "HEAD", "--json", code=FAILED)
    assert [(change["path"], change["what"]) for change in result.json["commits"][0]["changes"]] == [(f".migrate/steps/{record.name}", "missing")]
    git(directory, "commit", "-q", "--amend", "-m", message.replace("mv.01", "mv"))
    assert verdicts(migrate("review", "HEAD", "--json")) == ["identical"]


# what cannot be ----------------------------------------------------------------------------------------------------------

Spoil = Callable[[Runner], str]


def no_step(migrate: Runner) -> str:
    return "main"


def after_steps(migrate: Runner) -> str:
    committed(on_branch(migrate), {"mine.txt": "x"})
    return "mine"


def first_half(migrate: Runner) -> str:
    on_branch(migrate, "main")
    committed(migrate.directory, {"mine.txt": "x"}, "1.01 x (moves only)\n\nMigrate-Step: one\nMigrate-Part: moves")
    return "mine"


def nowhere(migrate: Runner) -> str:
    return "nowhere..main"


STOPPED: list[tuple[Spoil, int, str, str]] = [
    (no_step, 2, "main is no step of a migration", "migrate review A..B"),
    (after_steps, 2, "mine is no step of a migration", "is the last one before it"),
    (first_half, 2, "the next commit is the rest of it", "migrate review A..B"),
    (nowhere, 3, "'nowhere' names no commit", "git log"),
]


@pytest.mark.parametrize(("spoil", "code", "message", "hint"), STOPPED)
def test_what_cannot_be_reviewed(ran: Runner, spoil: Spoil, code: int, message: str, hint: str) -> None:
    error = ran("review", spoil(ran), "--json", code=code).error
    assert message in error["message"]
    assert hint in error["hint"]


def test_options_that_exclude_each_other(ran: Runner) -> None:
    assert "exclude each other" in ran("review", "HEAD", "--branch", "migrate/phase-1", code=2).err
    assert "exclude each other" in ran("review", "--markdown", "--json", code=2).err
    assert "not a branch of ours" in ran("review", "--branch", "main", code=2).err
    ran("mv", "all", "every")
    assert "migrate/phase-1, migrate/mv" in ran("review", code=2).err


def test_a_shallow_clone(ran: Runner, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", ran.directory.as_uri(), "shallow")
    assert "git fetch --unshallow" in ran("review", "--repo", tmp_path / "shallow", code=3).err


def unknown_phase(migrate: Runner) -> str:
    directory = on_branch(migrate, "main")
    said = {"phase": "elsewhere", "number": "7.01", "slug": "x", "title": "x", "why": ""}
    committed(directory, {".migrate/steps/7.01-x.json": json.dumps(said), "x.txt": "x"}, "x")
    return "mine"


def newer(migrate: Runner) -> str:
    directory = on_branch(migrate, "migrate/phase-1~2")
    committed(directory, {RECORD: record_of(directory, weather="fine")}, AMENDED)
    return "mine"


def unreadable(migrate: Runner) -> str:
    directory = on_branch(migrate, "migrate/phase-1~2")
    committed(directory, {RECORD: "{"}, AMENDED)
    return "mine"


def of_another_kind(migrate: Runner) -> str:
    directory = on_branch(migrate, "migrate/phase-1~2")
    committed(directory, {RECORD: '{"format": 2, "did": []}'}, AMENDED)
    return "mine"


def no_number(migrate: Runner) -> str:
    directory = on_branch(migrate, "migrate/phase-1~2")
    text = record_of(directory, number="../1")
    committed(directory, {RECORD: None, ".migrate/steps/x.json": text}, AMENDED)
    return "mine"


def of_another_phase(migrate: Runner) -> str:
    directory = on_branch(migrate, "migrate/phase-1~2")
    text = record_of(directory, number="9.01")
    committed(directory, {RECORD: None, ".migrate/steps/9.01-one.json": text}, AMENDED)
    return "mine"


def never_offered(migrate: Runner) -> str:
    directory = on_branch(migrate, "main")
    said = {"phase": "practice", "number": "1.07", "slug": "x", "title": "x", "why": "", "moves": [["three", "../four"]]}
    committed(directory, {".migrate/steps/1.07-x.json": json.dumps(said), "x.txt": "x"}, "x")
    return "mine"


def set_aside(migrate: Runner) -> str:
    """A step without the one that it needs."""
    on_branch(migrate, "main")
    git(migrate.directory, "cherry-pick", "migrate/phase-1")
    return "mine"


def broken_plan_file(migrate: Runner) -> str:
    directory = on_branch(migrate, "main")
    committed(directory, {"migrate.toml": "[phases.practice]\nlevel = 3\n"}, "decide")
    git(directory, "cherry-pick", "migrate/phase-1~2")
    return "mine"


def plugin_gone(migrate: Runner) -> str:
    directory = on_branch(migrate, "main")
    committed(directory, {"migrate.toml": "[phases.elsewhere]\nx = 3\n"}, "decide")
    git(directory, "cherry-pick", "migrate/phase-1~2")
    return "mine"


def both_sides(migrate: Runner) -> str:
    on_branch(migrate, "main")
    migrate("run", "--phase", "2", "--branch", "migrate/second", "--step", "one")
    git(migrate.directory, "merge", "-q", "--no-edit", "-X", "ours", "migrate/phase-1~2")
    git(migrate.directory, "merge", "--no-commit", "-s", "ours", "migrate/second")
    git(migrate.directory, "checkout", "migrate/second", "--", ".migrate")
    git(migrate.directory, "commit", "-qm", "both")
    return "mine"


def documents(migrate: Runner) -> str:
    directory = on_branch(migrate, "main")
    committed(directory, {"migrate.toml": '[documents.api]\ncommand = ["touch", "ran"]\nfiles = ["x"]\n'}, "decide")
    git(directory, "cherry-pick", "migrate/phase-1~2")
    committed(directory, {"README.md": "x"}, AMENDED)
    return "mine"


def trailers_without_a_number(migrate: Runner) -> str:
    directory = on_branch(migrate, "main")
    committed(directory, {"x.txt": "x"}, "x\n\nMigrate-Phase: practice\nMigrate-Step: one\nMigrate-Number: ²")
    return "mine"


UNPROVEN: list[tuple[Spoil, str, str]] = [
    (unknown_phase, "no installed phase is called 'elsewhere'", "migrate phases"),
    (newer, "does not know (weather): a newer one wrote it", "pip install --upgrade"),
    (unreadable, "is no record that this version of migrate reads", "git show"),
    (of_another_kind, "(it says did, format)", "git show"),
    (no_number, "its number is none", "git show"),
    (of_another_phase, "steps of practice are numbered 1.01 and so on, and not 9.01", "git show"),
    (never_offered, "practice/x is no step that would be made on", "then migrate plan"),
    (set_aside, "would be set aside", "then migrate plan"),
    (broken_plan_file, "phases.practice.level", ""),
    (plugin_gone, "phases.elsewhere: no such phase", "migrate phases"),
    (both_sides, "both sides of this merge have steps", "migrate review "),
    (documents, "not reproducible here: what follows from api", "--trust FINGERPRINT"),
    (trailers_without_a_number, "give no number that a step has", "git show"),
]


@pytest.mark.parametrize(("spoil", "message", "hint"), UNPROVEN)
def test_what_cannot_be_proven_says_why_and_what_next(ran: Runner, spoil: Spoil, message: str, hint: str) -> None:
    result = ran("review", spoil(ran), "--json", code=FAILED)
    (one,) = result.json["commits"]
    assert one["verdict"] == "unproven", one
    assert any(message in problem["message"] and hint in problem["hint"] for problem in one["problems"]), one["problems"]
    assert not (ran.directory / "ran").exists()


def test_what_was_approved_before_is_not_approved_for_what_others_wrote(ran: Runner) -> None:
    revision = documents(ran)
    ran("trust", "--yes")
    assert verdicts(ran("review", revision, "--json", code=FAILED)) == ["unproven"]
    fingerprint = ran("trust", "--json").json["fingerprint"]
    assert verdicts(ran("review", revision, "--json", "--trust", fingerprint, code=FAILED)) == ["differs"]
    assert "no fingerprint" in ran("review", revision, "--trust", "yes", code=2).err


def test_what_a_gate_refuses_is_for_verify_to_say(ran: Runner, tmp_path: Path) -> None:
    """A review says whether a commit is what its step makes, and `verify` whether that may be: each is asked by itself."""
    directory = on_branch(ran, "main")
    committed(directory, {"migrate.toml": '[phases.practice]\nbad = "one"\n'}, "decide")
    git(directory, "cherry-pick", "migrate/phase-1~2")
    found = ran("review", "mine", "--json", code=FAILED).json["commits"][0]["changes"]
    assert [change["path"] for change in found] == [RECORD, "all/one/broken.py"]
    (tmp_path / "on-top.diff").write_text("".join(change["diff"] for change in found), encoding="utf-8", newline="\n")
    git(directory, "apply", "-R", str(tmp_path / "on-top.diff"))
    committed(directory, {}, AMENDED)
    assert verdicts(ran("review", "mine", "--json")) == ["identical"]
    assert "would no longer parse" in ran("verify", "--rev", "mine", code=FAILED).out


@pytest.mark.parametrize("number", ["first", "1.²", "1." + "9" * 5000])
def test_a_record_without_a_number_stops_nothing(ran: Runner, number: str) -> None:
    directory = on_branch(ran, "main")
    said = {"phase": "practice", "number": number, "slug": "x", "title": "x", "why": ""}
    committed(directory, {".migrate/steps/x.json": json.dumps(said)}, "theirs")
    git(directory, "cherry-pick", "migrate/phase-1~2")
    assert verdicts(ran("review", "main..mine", "--json", code=FAILED)) == ["unproven", "identical"]
    assert ran("plan", "--phase", "1", "--json").json["steps"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_no_name_begins_a_line_of_its_own(ran: Runner) -> None:
    """In the log of a job such a line is a command."""
    name = "two/x\n::error file=README.md::mine.py"
    git(ran.directory, "switch", "-q", "migrate/phase-1")
    (ran.directory / f"all/{name}").write_text("X = 1\n", encoding="utf-8")
    git(ran.directory, "add", "-A")
    git(ran.directory, "commit", "-q", "--amend", "--no-edit")
    git(ran.directory, "switch", "-q", "main")
    squashed(ran, {name: "X = 1\n"})
    for words in (("review", "--branch", "migrate/phase-1"), ("staged", "--since", "HEAD~1")):
        said = ran(*words, code=None).out
        assert "x␊::error" in said
        assert not [line for line in said.splitlines() if line.startswith("::error")]


@pytest.mark.parametrize("time", ["99999999999999", "18446744073709551615", "-1"])
def test_a_step_at_a_time_that_no_calendar_has(ran: Runner, tmp_path: Path, time: str) -> None:
    tree, parent = (git(ran.directory, "rev-parse", name).strip() for name in ("migrate/phase-1^{tree}", "migrate/phase-1~1"))
    message = git(ran.directory, "log", "-1", "--format=%B", "migrate/phase-1")
    raw = f"tree {tree}\nparent {parent}\nauthor A <a> {time} +0000\ncommitter A <a> {time} +0000\n\n{message}"
    (ran.directory / ".git/odd").write_text(raw, encoding="utf-8", newline="\n")
    git(ran.directory, "reset", "-q", "--hard", git(ran.directory, "hash-object", "-t", "commit", "-w", "--literally", ".git/odd").strip())
    for words in (("review", "HEAD"), ("status",), ("status", "--open"), ("report", "--html", "--out", tmp_path / "it.html")):
        ran(*words)
