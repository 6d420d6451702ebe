"""What people get wrong: each ends with its exit code, the reason, and the next command, and nothing has changed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from migrator.engine import planning
from migrator.engine.context import Engine
from tests.cli import practice
from tests.cli.conftest import Runner
from tests.conftest import ROOT, git

USAGE, REPOSITORY, PLAN, DRIFT, RACE = 2, 3, 4, 6, 7

Make = Callable[[Runner, Path], None]


def nothing(migrate: Runner, tmp_path: Path) -> None:
    del migrate, tmp_path


def on(branch: str) -> Make:
    """A branch of ours is made, and checked out."""

    def make(migrate: Runner, tmp_path: Path) -> None:
        migrate("run", "--phase", "1")
        git(migrate.directory, "switch", "-q", branch)

    return make


def toml(text: str) -> Make:
    return lambda migrate, _: (migrate.directory / "migrate.toml").write_text(text, encoding="utf-8") and None


def file(name: str, text: str | bytes) -> Make:
    def make(migrate: Runner, tmp_path: Path) -> None:
        (migrate.directory / name).write_bytes(text.encode() if isinstance(text, str) else text)

    return make


def foreign_branch(migrate: Runner, tmp_path: Path) -> None:
    git(migrate.directory, "branch", "migrate/phase-1")


def branch_in_the_way(migrate: Runner, tmp_path: Path) -> None:
    git(migrate.directory, "branch", "migrate")


def saved_elsewhere(migrate: Runner, tmp_path: Path) -> None:
    plan = json.loads(json.dumps({"format": 1, "base": "1" * 40, "base_tree": "2" * 40, "phases": [1], "steps": [], "tree": "3" * 40}))
    (migrate.directory / "saved.json").write_text(json.dumps(plan), encoding="utf-8")


def folder_in_the_way(migrate: Runner, tmp_path: Path) -> None:
    (migrate.directory / ".git/migrate").write_text("in the way\n", encoding="utf-8")


def two_branches(migrate: Runner, tmp_path: Path) -> None:
    migrate("run", "--phase", "1")
    migrate("mv", "two", "four")


TABLE: list[tuple[str, Make, tuple[str, ...], int, str]] = [
    # what, how it is made, the command, exit code, what must be said
    ("no command", nothing, ("frob",), USAGE, "there is no command 'frob'"),
    ("no such option", nothing, ("plan", "--phas", "1"), USAGE, "--phase"),
    ("no option of that kind", nothing, ("plan", "--nosuch"), USAGE, "there is no option --nosuch"),
    ("an option without its value", nothing, ("plan", "--phase"), USAGE, "--phase needs a value"),
    ("no number", nothing, ("plan", "--phase", "one"), USAGE, "'--phase' / '-p' must be a whole number"),
    ("a number that is too small", nothing, ("run", "--max-files", "0"), USAGE, "'--max-files' must be 1 or more"),
    ("no such phase", nothing, ("plan", "--phase", "9"), USAGE, "migrate phases"),
    ("no such step", nothing, ("run", "--phase", "1", "--step", "nope"), USAGE, "nope"),
    ("no such last step", nothing, ("run", "--phase", "1", "--until", "7.77"), USAGE, "7.77"),
    ("two ways to choose", nothing, ("run", "--until", "1.01", "--step", "1.02"), USAGE, "exclude"),
    ("no such revision", nothing, ("plan", "--base", "nope"), REPOSITORY, "nope"),
    ("a revision that looks like an option", nothing, ("plan", "--base=--all"), REPOSITORY, "--all"),
    ("no such directory", nothing, ("plan", "--repo", "nope"), USAGE, "nope"),
    ("not a branch name", nothing, ("run", "--branch", "a..b"), USAGE, "a..b"),
    ("a branch that reads as an option", nothing, ("run", "--phase", "1", "--branch=-x"), USAGE, "-x"),
    ("a branch that hides what is checked out", nothing, ("run", "--phase", "1", "--branch", "HEAD"), USAGE, "HEAD"),
    ("a branch by another word for what is checked out", nothing, ("run", "--phase", "1", "--branch", "@"), USAGE, "is not a name for a branch"),
    ("a branch that hides another ref", nothing, ("mv", "one", "x", "--branch", "refs/tags/x"), USAGE, "refs/tags/x"),
    ("somebody's branch", foreign_branch, ("run", "--phase", "1"), REPOSITORY, "--branch NAME"),
    ("a branch where a folder must be", branch_in_the_way, ("run", "--phase", "1"), REPOSITORY, "migrate"),
    ("our branch is checked out", on("migrate/phase-1"), ("run", "--phase", "1"), REPOSITORY, "checked out"),
    ("rollback of what is checked out", on("migrate/phase-1"), ("rollback", "--all"), REPOSITORY, "checked out"),
    ("rollback to nowhere", on("main"), ("rollback",), USAGE, "--to"),
    ("rollback to two places", on("main"), ("rollback", "--all", "--to", "1.01"), USAGE, "--to"),
    ("rollback to no step", on("main"), ("rollback", "--to", "9.99"), USAGE, "9.99"),
    ("rollback of a phase that was not run", on("main"), ("rollback", "--phase", "2"), USAGE, "phase 2"),
    ("rollback where nothing was run", nothing, ("rollback", "--to", "1.01"), USAGE, "migrate run"),
    ("rollback of one of two", two_branches, ("rollback", "--to", "1.01"), USAGE, "migrate/mv"),
    ("rollback of no branch of ours", on("main"), ("rollback", "--all", "--branch", "main"), USAGE, "main"),
    ("verify without a migration", nothing, ("verify",), USAGE, "no step"),
    ("focus on nothing", nothing, ("graph", "--focus", "nope"), USAGE, "nope"),
    ("focus outside", nothing, ("graph", "--focus", "../x"), USAGE, "leaves the repository"),
    ("no such format", nothing, ("graph", "--format", "png"), USAGE, "mermaid"),
    ("no such shell", nothing, ("completion", "tcsh"), USAGE, "must be one of 'bash', 'zsh', 'fish', 'powershell', not 'tcsh'"),
    ("no shell", nothing, ("completion",), USAGE, "SHELL is missing"),
    ("half a pair", nothing, ("mv", "one"), USAGE, "pairs"),
    ("no pair", nothing, ("mv",), USAGE, "pairs"),
    ("out of the repository", nothing, ("mv", "one", "../x"), USAGE, "leaves the repository"),
    ("an absolute path", nothing, ("mv", "/etc/passwd", "x"), USAGE, "not a path inside"),
    ("into .git", nothing, ("mv", "one", ".git/x"), USAGE, ".git"),
    ("the root", nothing, ("mv", ".", "x"), USAGE, "root"),
    ("several at once", nothing, ("mv", "one", "../x", "../y", "two"), USAGE, "'../y' leaves"),
    ("no such file", nothing, ("mv", "nope", "x"), PLAN, "no such file"),
    ("two to one place", nothing, ("mv", "one/a.py", "x.py", "two/b.py", "x.py"), PLAN, "both"),
    ("one to two places", nothing, ("mv", "one", "x", "one", "y"), PLAN, "both to"),
    ("onto a file", nothing, ("mv", "one/a.py", "two/b.py"), PLAN, "already there"),
    ("into a file", nothing, ("mv", "one", "README.md/one"), PLAN, "is a file"),
    ("a Windows name", nothing, ("mv", "one", "aux"), PLAN, "Windows"),
    ("differs by case alone", nothing, ("mv", "one/a.py", "readme.md"), PLAN, "differs from README.md"),
    ("no symbol", nothing, ("mv", "one/a.py::", "two/b.py"), USAGE, "FILE::NAME"),
    ("a symbol on the right", nothing, ("mv", "one/a.py", "two/b.py::X"), USAGE, "FILE::NAME"),
    ("a symbol renamed", nothing, ("mv", "one/a.py::VALUE", "two/b.py::OTHER"), USAGE, "rename"),
    ("a symbol that is not there", nothing, ("mv", "one/a.py::Nope", "two/b.py"), PLAN, "Nope"),
    ("dry and in place", nothing, ("mv", "one", "x", "--dry-run", "--in-place"), USAGE, "exclude"),
    ("in place on a branch", nothing, ("mv", "one", "x", "--in-place", "--branch", "b"), USAGE, "--branch"),
    ("words and a file", nothing, ("mv", "one", "x", "--moves", "m.json"), USAGE, "not both"),
    ("no moves file", nothing, ("mv", "--moves", "nope.json"), USAGE, "nope.json"),
    ("moves are no JSON", file("m.json", '[["a", "b"],\n ["c" "d"]]'), ("mv", "--moves", "m.json"), PLAN, "m.json:2:7"),
    ("moves are no list", file("m.json", '{"a": "b"}'), ("mv", "--moves", "m.json"), PLAN, "no list"),
    ("moves are empty", file("m.json", "[]"), ("mv", "--moves", "m.json"), PLAN, "no moves"),
    ("moves are no pairs", file("m.json", '[\n["a"],\n["a", "b"],\n"c",\n["d", 5]]'), ("mv", "--moves", "m.json"), PLAN, 'm.json:5: ["d", 5]'),
    ("moves are no text", file("m.json", b"\xff\xfe\x00"), ("mv", "--moves", "m.json"), USAGE, "UTF-8"),
    ("moves are nested deeply", file("m.json", "[" * 100_000), ("mv", "--moves", "m.json"), PLAN, "m.json"),
    ("plan file is no TOML", toml("a = 1\nb = \n"), ("plan",), PLAN, "migrate.toml:2"),
    ("plan file is no text", file("migrate.toml", b"a = '\xff'"), ("plan",), PLAN, "UTF-8"),
    ("plan file has an unknown key", toml('\n\nexclud = ["x"]\n'), ("plan",), PLAN, "migrate.toml:3"),
    ("plan file has an unknown phase", toml("\n[phases.thrid]\n"), ("plan",), PLAN, "phases.thrid"),
    ("a phase finds itself impossible", toml("[phases.practice]\nimpossible = true\n"), ("plan",), PLAN, "this cannot be"),
    ("no saved plan", nothing, ("run", "--saved", "nope.json"), USAGE, "nope.json"),
    ("a saved plan that is garbage", file("saved.json", "garbage"), ("run", "--saved", "saved.json"), PLAN, "is not a saved plan"),
    ("a saved plan that is something else", file("saved.json", '{"a": 1}'), ("run", "--saved", "saved.json"), PLAN, "base"),
    ("a saved plan of another repository", saved_elsewhere, ("run", "--saved", "saved.json"), DRIFT, "another repository"),
    ("nowhere to save a plan", nothing, ("plan", "--out", "no/such/dir.json"), USAGE, "--out"),
    ("a file where our folder must be", folder_in_the_way, ("run", "--phase", "1"), REPOSITORY, "migrate"),
    ("a migrate.toml that is there already", toml("# mine\n"), ("init",), USAGE, "--force"),
    ("a demo on top of something", file("x", ""), ("demo", "--keep", "."), USAGE, "--keep"),
]


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_mistakes_are_explained_and_change_nothing(migrate: Runner, tmp_path: Path, row: tuple[str, Make, tuple[str, ...], int, str]) -> None:
    _, make, words, code, said = row
    make(migrate, tmp_path)
    state = git(migrate.directory, "for-each-ref"), git(migrate.directory, "status", "--porcelain")
    result = migrate(*words, code=code)
    assert said in result.err
    assert result.err.startswith("error: ")
    assert "hint:  " in result.err
    assert result.out == ""
    assert (git(migrate.directory, "for-each-ref"), git(migrate.directory, "status", "--porcelain")) == state
    spoken = migrate(*words, "--json", code=code)
    assert spoken.out == ""
    assert spoken.error["code"] == code
    assert spoken.error["message"]
    assert spoken.error["hint"]


def test_every_problem_of_a_plan_file_at_once_each_with_its_line(migrate: Runner) -> None:
    (migrate.directory / "migrate.toml").write_text(
        'exclude = "x"\n[gates.tests]\ncomand = "pytest"\ntimeout = "long"\n[phases.practice]\nlevel = "middle"\nspeed = 3\n[phases.nope]\n',
        encoding="utf-8",
    )
    places = {problem["where"] for problem in migrate("plan", "--json", code=PLAN).error["problems"]}
    assert places >= {f"migrate.toml:{line}" for line in (1, 2, 3, 4, 6, 7, 8)}


def test_no_repository(anywhere: Runner) -> None:
    assert "--repo DIR" in anywhere("plan", code=REPOSITORY).err
    assert "pairs" in anywhere("mv", "a", code=USAGE).err


@pytest.mark.skipif(sys.platform == "win32", reason="Python itself needs PATH there")
def test_no_git(migrate: Runner) -> None:
    words = [sys.executable, Path(practice.__file__), "status"]
    done = subprocess.run(words, cwd=migrate.directory, env={"PATH": "", "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (REPOSITORY, "")
    assert done.stderr == "error: the program git is not found\nhint:  install git, and have PATH say where it is\n"


def test_a_repository_without_a_commit(anywhere: Runner) -> None:
    git(anywhere.directory, "init", "-q")
    assert "commit" in anywhere("plan", code=REPOSITORY).err
    assert anywhere("log", "--json").json == {"entries": []}
    assert anywhere("status", "--json").json["branches"] == []


def test_an_empty_commit_is_nothing_to_do(anywhere: Runner) -> None:
    git(anywhere.directory, "init", "-q", "-b", "main")
    git(anywhere.directory, "commit", "-q", "--allow-empty", "-m", "start")
    assert anywhere("plan", "--phase", "1", "--json").json["steps"] == []
    assert "nothing to do" in anywhere("run", "--phase", "1").out


def test_a_shallow_clone(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(migrate.directory, "commit", "-q", "--allow-empty", "-m", "more")
    git(tmp_path, "clone", "-q", "--depth", "1", migrate.directory.as_uri(), "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    assert "git fetch --unshallow" in migrate("plan", code=REPOSITORY).err


def test_a_dirty_work_tree_and_a_detached_head_are_fine(migrate: Runner) -> None:
    git(migrate.directory, "checkout", "-q", "--detach")
    (migrate.directory / "one/a.py").write_text("broken (\n", encoding="utf-8")
    run = migrate("run", "--phase", "1", "--json").json
    assert len(run["steps"]) == 3
    assert migrate("status", "--json").json["branches"][0]["trunk"] == "HEAD"
    assert (migrate.directory / "one/a.py").read_text(encoding="utf-8") == "broken (\n"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_are_no_text(migrate: Runner, tmp_path: Path) -> None:
    """A work tree and a branch whose names are not UTF-8: neither is in the way."""
    odd = f"{tmp_path}/w\udce9"
    git(migrate.directory, "worktree", "add", "-q", odd, "-b", "b\udce9")
    migrate("run", "--phase", "1")
    migrate("status", "--json")
    assert "is not a name for a branch" in migrate("run", "--phase", "1", "--branch", "x\udce9", code=USAGE).err


def test_a_bare_repository(migrate: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(migrate.directory), "bare.git")
    git(tmp_path / "bare.git", "config", "user.name", "Tess Ter")
    monkeypatch.chdir(tmp_path / "bare.git")
    assert migrate("run", "--phase", "1", "--json").json["tree"] == migrate("plan", "--phase", "1", "--json").json["tree"]
    assert migrate("mv", "one", "x", "--in-place", code=REPOSITORY).err


def test_hooks_in_the_way_never_run(migrate: Runner) -> None:
    ran = migrate.directory / "ran"
    for hook in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-checkout"):
        path = migrate.directory / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch '{ran.as_posix()}'\nexit 1\n", encoding="utf-8", newline="\n")
        path.chmod(0o755)
    migrate("run", "--phase", "1")
    migrate("mv", "one", "other")
    migrate("rollback", "--all")
    assert not ran.exists()


def test_a_branch_that_moves_while_we_work_is_a_race(migrate: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate("run", "--phase", "1", "--until", "1.01")
    other = git(migrate.directory, "commit-tree", "-p", "migrate/phase-1", "-m", "mine", "migrate/phase-1^{tree}").strip()
    plan = planning.plan

    def slow(engine: Engine, *args: object, **options: object) -> object:
        made = plan(engine, *args, **options)  # type: ignore[arg-type]
        git(migrate.directory, "update-ref", "refs/heads/migrate/phase-1", other)
        return made

    monkeypatch.setattr(planning, "plan", slow)
    assert "migrate status" in migrate("run", "--phase", "1", code=RACE).err
    assert git(migrate.directory, "rev-parse", "migrate/phase-1").strip() == other


def test_two_at_once_are_refused(migrate: Runner) -> None:
    with Engine(migrate_repository(migrate), migrate.phases).locked():
        assert "another `migrate`" in migrate("run", "--phase", "1", code=REPOSITORY).err
        migrate("plan")
        migrate("status")


def migrate_repository(migrate: Runner) -> object:
    from migrator.git import Repository  # noqa: PLC0415  only here

    return Repository.open(migrate.directory)


def test_git_without_an_author_is_explained(migrate: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "gitconfig"
    empty.write_text("[user]\n\tuseConfigOnly = true\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(empty))
    assert "git config user.name" in migrate("run", "--phase", "1", code=REPOSITORY).err


def test_a_damaged_journal_is_explained(migrate: Runner) -> None:
    migrate("run", "--phase", "1")
    junk = git(migrate.directory, "commit-tree", "-m", "junk", "main^{tree}").strip()
    git(migrate.directory, "update-ref", "refs/migrate/journal", junk)
    assert "journal" in migrate("status", code=REPOSITORY).err


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are something else there")
def test_a_repository_that_cannot_be_written_can_be_looked_at(migrate: Runner, tmp_path: Path) -> None:
    """As root nothing is unwritable, so this runs as nobody where it can."""
    migrate("run", "--phase", "1")
    import os  # noqa: PLC0415  not on Windows

    paths = [path for path in (migrate.directory, *migrate.directory.rglob("*")) if not path.is_symlink()]
    modes = {path: path.stat().st_mode for path in paths}
    for path in paths:
        path.chmod(modes[path] & ~0o222)
    try:
        if os.access(migrate.directory, os.W_OK):
            pytest.skip("this user can write everything")
        for words in (("plan",), ("status",), ("log",), ("graph",), ("verify",), ("phases",)):
            migrate(*words)
        assert migrate("run", "--phase", "2", code=None).code == REPOSITORY
    finally:
        for path in paths:
            path.chmod(modes[path])


def test_sha256_repositories_are_refused(anywhere: Runner) -> None:
    made = subprocess.run(["git", "init", "-q", "--object-format=sha256"], cwd=anywhere.directory, check=False)
    if made.returncode:
        pytest.skip("this git has no SHA-256")
    assert "SHA-256" in anywhere("plan", code=REPOSITORY).err
