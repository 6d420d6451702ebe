"""What teams give to commands that cannot be done, or look as if they could not: a clear message, the next command, nothing lost.

Beside what stands here: every conflict of a carried branch (`tests/unit/core/test_carry.py`), what an update refuses (`test_updating.py` there), what
is taken back and what not (`test_taking_back.py` and `test_taking_back_rows.py` there), owners and slices (`test_slices_run.py`, `test_status_open.py`),
shims that expired and a record of theirs edited by hand (`test_shims.py`), refs that cannot be written (`test_refs_in_the_way.py`), what was planted
into commits (`test_review_planted.py`), three processes at once and kill -9 (`tests/crash`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from migrator.engine.context import Engine
from migrator.facts import Facts
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.step import Move, Step
from tests.cli import practice
from tests.cli.conftest import Runner
from tests.cli.weeks import COMMANDS, Stages, commit, merge, quietly, seen
from tests.conftest import ROOT, git

OVER, LONG = "2020-01-01", "2999-01-01"
RECORD = ".migrate/steps/1.02-two.json"
Before = Callable[[Path], object]


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    return Stages(tmp_path_factory.mktemp("stages"))


@pytest.fixture
def at(stages: Stages, tmp_path: Path, capsys, monkeypatch) -> Callable[[str], Runner]:
    """A repository at a stage."""

    def make(stage: str) -> Runner:
        directory = stages.copy(stage, tmp_path / "repo")
        monkeypatch.chdir(directory)
        return Runner(directory, capsys)

    return make


def nothing(directory: Path) -> None:
    del directory


def on_feature(files: Mapping[str, str | bytes | None]) -> Before:
    return lambda directory: commit(directory, files, "feature")


def both(theirs: Mapping[str, str | bytes | None], ours: Mapping[str, str | bytes | None]) -> Before:
    def make(directory: Path) -> None:
        commit(directory, theirs, "feature", "theirs")
        commit(directory, ours, message="ours")

    return make


def unrelated(directory: Path) -> None:
    git(directory, "switch", "-q", "--orphan", "other")
    git(directory, "commit", "-q", "--allow-empty", "-m", "other")
    git(directory, "switch", "-q", "main")


def cut_since(directory: Path) -> None:
    commit(directory, {"x.txt": "x"}, "late-$x")


def cut_on_the_way(directory: Path) -> None:
    """It was cut from the migration's branch, after its first step, which main has as a squash."""
    step = git(directory, "log", "--format=%H", "--all", "--grep", "^Migrate-Step: one", "-1").strip() or first_step(directory)
    git(directory, "branch", "-q", "-f", "feature", step)
    commit(directory, {"two/new.py": "import two.b\nimport all.one.a\n"}, "feature")


def first_step(directory: Path) -> str:
    """The first step's commit: its branch is gone, the journal keeps it."""
    return next(row.split()[0] for row in git(directory, "log", "--format=%H %s", "refs/migrate/journal").splitlines() if " 1.01 " in row)


def carried(directory: Path) -> None:
    quietly(directory, "carry", "feature")


def carried_and_merged(directory: Path) -> None:
    carried(directory)
    merge(directory, "carried/feature")


def carried_by_others(directory: Path) -> None:
    """A colleague carried it too, and theirs was fetched over ours."""
    carried(directory)
    git(directory, "branch", "-f", "carried/feature", git(directory, "commit-tree", "-m", "new", "-p", "main", "carried/feature^{tree}").strip())
    commit(directory, {"two/more.py": ""}, "feature")


def carried_with_more(directory: Path) -> None:
    carried(directory)
    commit(directory, {"mine.txt": "mine"}, "carried/feature")
    commit(directory, {"two/more.py": ""}, "feature")


def merges_in_it(directory: Path) -> None:
    start = git(directory, "merge-base", "main", "feature").strip()
    git(directory, "branch", "other", start)
    commit(directory, {"two/other.py": "import two.b\n"}, "other")
    git(directory, "switch", "-q", "feature")
    git(directory, "merge", "-q", "--no-edit", "other")
    git(directory, "switch", "-q", "main")


def submodule(directory: Path) -> None:
    git(directory, "switch", "-q", "feature")
    (directory / ".gitmodules").write_text('[submodule "two/vendor"]\n\tpath = two/vendor\n\turl = ../vendor\n', encoding="utf-8", newline="\n")
    git(directory, "add", ".gitmodules")
    git(directory, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},two/vendor")
    git(directory, "commit", "-q", "-m", "vendor")
    git(directory, "switch", "-q", "main")


def gone_on(directory: Path) -> None:
    git(directory, "branch", "theirs", "migrate/phase-1")
    commit(directory, {"theirs.txt": "more"}, "theirs")


def merged_whole(directory: Path) -> None:
    git(directory, "merge", "-q", "--no-ff", "--no-edit", "migrate/phase-1")


def stood_on(directory: Path) -> None:
    quietly(directory, "mv", "all/one", "services/one")
    merge(directory, "migrate/mv")


def by_hand(directory: Path) -> None:
    text = (directory / RECORD).read_text(encoding="utf-8")
    commit(directory, {RECORD: text.replace("all/two", "all/deux")}, message="By hand")


def by_hand_with_more(directory: Path) -> None:
    text = (directory / RECORD).read_text(encoding="utf-8")
    commit(directory, {RECORD: text.replace("all/two", "all/deux"), "more.txt": "more"}, message="By hand, and more")


def made_again(directory: Path) -> None:
    """The directory was there once more, and what the step does is merged a second time."""
    commit(directory, {"two/late.py": "import all.one.a\n"})
    record = {**json.loads((directory / RECORD).read_text(encoding="utf-8")), "moves": [["two/late.py", "all/two/late.py"]]}
    git(directory, "mv", "two/late.py", "all/two/late.py")
    commit(directory, {RECORD: json.dumps(record)}, message="1.02 two, again")


def spoilt(directory: Path) -> None:
    commit(directory, {RECORD: "{"}, message="Spoilt")


def reworded(directory: Path) -> None:
    text = (directory / RECORD).read_text(encoding="utf-8")
    commit(directory, {RECORD: text.replace("Everything lies", "By hand: all lies")}, message="Other words")


def gone(directory: Path) -> None:
    commit(directory, {RECORD: None}, message="Who needs it")


def planted(directory: Path) -> None:
    """A branch brings a record that it never made."""
    commit(directory, {".migrate/steps/1.09-x.json": '{"phase": "practice", "number": "1.09", "slug": "x", "title": "x", "why": ""}'}, "feature")


def expired(directory: Path) -> None:
    text = (directory / ".migrate/steps/mv.01-lib-old.py.json").read_text(encoding="utf-8")
    commit(directory, {".migrate/steps/mv.01-lib-old.py.json": text.replace(LONG, OVER), "all/late.py": "import lib.old\n"})


@dataclass(frozen=True)
class Row:
    """What is given to a command, and what comes of it."""

    stage: str
    before: Before
    words: tuple[str, ...]
    code: int
    said: tuple[str, ...]
    """What is told: of an error its hint as well."""
    files: Mapping[str, bool] | None = None
    """Of the branch that is made: which files it has, and which not. None where no branch is made."""

    @property
    def branch(self) -> str:
        return "" if self.files is None else COMMANDS[self.words[0]].branch


CARRY, BACK = ("carry", "feature"), ("rollback", "--phase", "1", "--onto", "main")
NEW = {"all/two/new.py": True, "two/new.py": False}
TABLE: dict[str, Row] = {
    # a branch that is carried
    "not cut from the base": Row(
        "merged", unrelated, ("carry", "other"), 3, ("other and main have no commit in common", "git log --oneline --graph")
    ),
    "cut after the migration": Row("merged", cut_since, ("carry", "late-$x"), 2, ("was cut after every step", "git rebase main 'late-$x'")),
    "cut from the migration's branch": Row("merged", cut_on_the_way, CARRY, 0, ("main has all of it: left out",), NEW),
    "no branch": Row("merged", nothing, ("carry", "nope"), 3, ("'nope' names no commit", "git log --oneline --all")),
    "where it would go": Row("merged", nothing, ("carry", "main"), 2, ("main is where it would go", "--onto")),
    "carried already": Row("merged", carried, CARRY, 0, ("feature is carried onto main already: carried/feature at",)),
    "carried and merged": Row("merged", carried_and_merged, CARRY, 0, ("nothing is left to carry: main has all of it",)),
    "carried by somebody else too": Row("merged", carried_by_others, CARRY, 3, ("carried/feature was moved to", "--branch NAME")),
    "carried, with commits on top": Row("merged", carried_with_more, CARRY, 3, ("commits of your own on top", "--branch NAME")),
    "carried, and main went on": Row(
        "merged", lambda d: (carried(d), commit(d, {"x": ""})), CARRY, 0, ("1 commit on carried/feature",), NEW | {"x": True}
    ),
    "merges in it": Row("merged", merges_in_it, CARRY, 0, ("2 commits on carried/feature",), NEW | {"all/two/other.py": True}),
    "a submodule in it": Row("merged", submodule, CARRY, 0, ("2 commits",), NEW | {"all/two/vendor": True, "two/vendor": False}),
    "it deleted what moved": Row(
        "merged", on_feature({"two/b.py": None}), CARRY, 0, ("2 commits",), NEW | {"all/two/b.py": False, "two/b.py": False}
    ),
    "it renamed what moved": Row(
        "merged",
        on_feature({"two/data.bin": None, "two/kept.bin": b"\0one"}),
        CARRY,
        0,
        ("2 commits",),
        NEW | {"all/two/kept.bin": True, "two/kept.bin": False},
    ),
    "it deleted what main changed": Row(
        "merged", both({"two/b.py": None}, {"all/two/b.py": "VALUE = 2\n"}), CARRY, 5, ("all/two/b.py", "deleted", "no branch was made", "--markers")
    ),
    "main deleted what it changed": Row(
        "merged", both({"two/b.py": "VALUE = 2\n"}, {"all/two/b.py": None}), CARRY, 5, ("all/two/b.py", "deleted", "no branch was made", "--markers")
    ),
    "both renamed it": Row(
        "merged",
        both({"two/data.bin": None, "two/one.bin": b"\0one"}, {"all/two/data.bin": None, "all/two/other.bin": b"\0one"}),
        CARRY,
        5,
        ("all/two/one.bin", "each side put it somewhere else", "no branch was made", "--markers"),
    ),
    "both changed what is no text": Row(
        "merged",
        both({"two/data.bin": b"\0two"}, {"all/two/data.bin": b"\0three"}),
        CARRY,
        5,
        ("all/two/data.bin", "it is no text", "no branch was made"),
    ),
    # shims
    "an expired shim is used": Row(
        "shimmed", expired, ("shims", "--check"), 5, (f"lib/old.py expired on {OVER}", "all/late.py:1", "import lib/new.py there")
    ),
    "and stays": Row("shimmed", expired, ("shims", "--remove", "--expired"), 0, ("lib/old.py", "nothing was removed")),
    # owners
    "run for nobody": Row("start", nothing, ("run", "--owner", "@acme/none"), 2, ("nobody is called @acme/none", "migrate status --open")),
    "plan for nobody": Row("start", nothing, ("plan", "--owner", "none"), 2, ("nobody is called none", "migrate status --open")),
    "status of nobody": Row("start", nothing, ("status", "--open", "--owner", "none"), 2, ("nobody is called none", "migrate status --open")),
    # what is merged and taken back
    "later steps stand on the phase": Row("merged", stood_on, BACK, 2, ("stands on this", "mv.01 ", "migrate rollback --step mv/", "--with-later")),
    "and on the step": Row(
        "merged",
        stood_on,
        ("rollback", "--step", "1.01", "--onto", "main"),
        2,
        ("stands on this", "mv.01 ", "migrate rollback --step mv/", "--with-later"),
    ),
    "a phase that is not there": Row("start", nothing, BACK, 2, ("main has no step of phase 1", "migrate status")),
    # what is brought to another base
    "onto itself": Row("behind", nothing, ("update", "--onto", "migrate/phase-1"), 2, ("migrate/phase-1 is where it would go", "--onto REV")),
    "onto what somebody made of it": Row(
        "behind", gone_on, ("update", "--onto", "theirs"), 3, (" has all of migrate/phase-1 and more", "git branch -f migrate/phase-1 ")
    ),
    "onto what it was merged into": Row(
        "ran", merged_whole, ("update",), 3, (" has all of migrate/phase-1, it is merged", "git branch -d migrate/phase-1")
    ),
    # records
    "taken back by a record edited by hand": Row("merged", by_hand, BACK, 3, (f"{RECORD} was changed since", "git checkout ", "commit it")),
    "taken back by a record that is spoilt": Row("merged", spoilt, BACK, 3, (f"{RECORD} was changed since", "git checkout ", "commit it")),
    "carried over a record edited by hand": Row(
        "merged", by_hand, CARRY, 3, (f"{RECORD} says no more what its step moved", "git checkout ", "commit it")
    ),
    "carried over a record edited with more": Row(
        "merged", by_hand_with_more, CARRY, 3, (f"{RECORD} says no more what", "git checkout ", "commit it")
    ),
    "carried over a step that was made again": Row("merged", made_again, CARRY, 0, ("1 commit on carried/feature",), NEW | {"all/two/late.py": True}),
    "carried over other words in a record": Row("merged", reworded, CARRY, 0, ("1 commit on carried/feature",), {RECORD: True}),
    "carried over a record that is gone": Row(
        "merged", gone, CARRY, 4, ("1.03 three: needs two", "git log --diff-filter=D --stat -- .migrate/steps")
    ),
    "carried over a record that is spoilt": Row(
        "merged", spoilt, CARRY, 3, (f"{RECORD} says no more what its step moved", "git checkout ", "commit it")
    ),
    "carried with a record of its own": Row("merged", planted, CARRY, 0, ("carried/feature",), NEW),
    "a commit that edits a record": Row("merged", by_hand, ("review", "HEAD~1..HEAD"), 5, ("differs", RECORD, "was edited")),
    "what is done, with a spoilt record": Row("merged", spoilt, ("status",), 0, ("1 file among the records of steps cannot be read", RECORD)),
    "a run after that": Row("merged", spoilt, ("run", "--phase", "1"), 0, ("nothing to do",)),
}


@pytest.mark.parametrize("name", TABLE)
def test_it_is_told_and_nothing_is_lost(at: Callable[[str], Runner], name: str) -> None:
    row = TABLE[name]
    migrate = at(row.stage)
    row.before(migrate.directory)
    ref = f"refs/heads/{row.branch}"
    before, journal = seen(migrate.directory, ref), entries(migrate)
    done = migrate(*row.words, code=row.code)
    told = done.out + done.err
    assert [said for said in row.said if said not in told] == [], told
    assert done.err.startswith("error: ") is (row.code in {2, 3, 4}), told
    assert seen(migrate.directory, ref) == before
    assert entries(migrate)[len(entries(migrate)) - len(journal) :] == journal
    if row.files is None:
        assert len(entries(migrate)) == len(journal)
        return
    there = git(migrate.directory, "ls-tree", "-r", "--name-only", row.branch).splitlines()
    assert {path: path in there for path in row.files} == row.files
    git(migrate.directory, "fsck", "--no-dangling")


def entries(migrate: Runner) -> list[str]:
    """What the journal has, newest first."""
    return [entry["id"] for entry in migrate("log", "--json").json["entries"]]


class Later(practice.Practice):
    """Moves on what the first phase moved."""

    def steps(self, facts: Facts, options: practice.Options) -> Steps:
        del options
        if facts.tree.is_dir("all/one"):
            yield Step("on", "Move on", "It goes on.", (Move(RepoPath("all/one"), RepoPath("services/one")),))
        return Notes()


def test_a_phase_on_which_a_later_one_stands(at: Callable[[str], Runner]) -> None:
    """What is said to be done first does it, and comes to the same as asking for both."""
    migrate = at("merged")
    migrate.phases = (practice.Practice(), Later("later", 2, "Later", "moves on"))
    migrate("run", "--phase", "2")
    merge(migrate.directory, "migrate/phase-2")
    before, journal = seen(migrate.directory), entries(migrate)
    error = migrate(*BACK, "--json", code=2).error
    assert error["message"] == "1 later step stands on this"
    assert error["hint"] == "migrate rollback --phase 2 --onto main first, or --with-later to take them back too"
    assert [problem["where"] for problem in error["problems"]] == ["2.01 on"]
    assert (seen(migrate.directory), entries(migrate)) == (before, journal)
    migrate(*BACK, "--with-later", "--branch", "migrate/both")
    migrate(*error["hint"].partition(" first")[0].split()[1:])
    merge(migrate.directory, "migrate/rollback-2")
    migrate(*BACK)
    start = git(migrate.directory, "merge-base", "main", "feature").strip()
    assert (
        tree(migrate.directory, "migrate/rollback-1")
        == tree(migrate.directory, "migrate/both")
        == git(migrate.directory, "rev-parse", f"{start}^{{tree}}").strip()
    )


# two at once, and clocks -------------------------------------------------------------------------------------------------

PRACTICE = Path(practice.__file__)


@pytest.fixture(scope="module")
def results() -> dict[str, str]:
    """What each command comes to alone."""
    return {}


@pytest.fixture
def ready(at: Callable[[str], Runner], stages: Stages, results: dict[str, str], tmp_path: Path) -> Callable[[str], tuple[Runner, str]]:
    """A repository for a command, and the tree that it comes to; a branch that goes has none."""

    def make(name: str) -> tuple[Runner, str]:
        command = COMMANDS[name]
        if name not in results:
            alone = stages.copy(command.stage, tmp_path / "alone")
            quietly(alone, *command.words)
            results[name] = tree(alone, command.branch)
        return at(command.stage), results[name]

    return make


def tree(directory: Path, branch: str) -> str:
    done = subprocess.run(["git", "rev-parse", "-q", "--verify", f"refs/heads/{branch}^{{tree}}"], cwd=directory, capture_output=True, check=False)
    return done.stdout.decode().strip()


@pytest.mark.parametrize("name", COMMANDS)
def test_while_another_is_at_work_it_waits_for_nobody(at: Callable[[str], Runner], name: str) -> None:
    command = COMMANDS[name]
    migrate = at(command.stage)
    before, journal = seen(migrate.directory), entries(migrate)
    with Repository.open(migrate.directory) as repository, Engine(repository, migrate.phases).locked():
        error = migrate(*command.words, "--json", code=3).error
        migrate("status")
    assert error["message"] == "another `migrate` is at work in this repository"
    assert error["hint"] == "wait for it, then `migrate status`"
    assert (seen(migrate.directory), entries(migrate)) == (before, journal)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_two_processes_at_once(ready: Callable[[str], tuple[Runner, str]], name: str) -> None:
    """One does it; the other is told to wait, or finds it done."""
    migrate, alone = ready(name)
    command = COMMANDS[name]
    before, journal = seen(migrate.directory, f"refs/heads/{command.branch}"), entries(migrate)
    words = [sys.executable, PRACTICE, *command.words]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [subprocess.Popen(words, cwd=migrate.directory, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate() for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes[0] == 0, said
    assert codes[1] in {0, 2, 3, 4}, said
    assert all("hint:" in err for process, (_, err) in zip(both, said, strict=True) if process.returncode)
    assert tree(migrate.directory, command.branch) == alone
    assert seen(migrate.directory, f"refs/heads/{command.branch}") == before
    made = entries(migrate)
    assert len(made) - len(journal) == (3 if name == "run" else 1)
    assert made[len(made) - len(journal) :] == journal
    git(migrate.directory, "fsck", "--no-dangling")


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("year", [1999, 2037])
def test_clocks_change_nothing(ready: Callable[[str], tuple[Runner, str]], monkeypatch: pytest.MonkeyPatch, name: str, year: int) -> None:
    """Of the last commits, the branch's too, one is from the future and one long past."""
    migrate, alone = ready(name)
    command = COMMANDS[name]
    for commit_year in (2036, year):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{commit_year}-01-01T00:00:00Z")
        commit(migrate.directory, {})
        if command.stage == "merged":
            commit(migrate.directory, {}, "feature")
    migrate(*command.words)
    assert tree(migrate.directory, command.branch) == alone
    migrate("status")
    migrate("log")


# two clones --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clones(at: Callable[[str], Runner], tmp_path: Path) -> tuple[Runner, Runner]:
    """Two people, each with a clone of one remote."""
    first = at("start")
    git(tmp_path, "clone", "-q", "--bare", str(first.directory), "remote.git")
    git(first.directory, "remote", "add", "origin", "../remote.git")
    git(tmp_path, "clone", "-q", "remote.git", "other")
    return first, Runner(tmp_path / "other", first.capture)


def test_two_who_made_the_same_branch_come_together(clones: tuple[Runner, Runner], monkeypatch: pytest.MonkeyPatch) -> None:
    """The second push is refused; what the first has not is made on top of theirs."""
    one, other = clones
    one("run", "--phase", "1", "--until", "1.02")
    git(one.directory, "push", "-q", "origin", "migrate/phase-1")
    monkeypatch.chdir(other.directory)
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Other")
    other("run", "--phase", "1")
    mine = tree(other.directory, "migrate/phase-1")
    push = ["git", "push", "-q", "origin", "migrate/phase-1"]
    assert subprocess.run(push, cwd=other.directory, capture_output=True, check=False).returncode
    git(other.directory, "fetch", "-q")
    said = other("update", "--onto", "origin/migrate/phase-1").out
    assert "1.02  two                      · origin/migrate/phase-1 has it already" in said
    assert tree(other.directory, "migrate/phase-1") == mine
    subprocess.run(push, cwd=other.directory, check=True)


def test_two_who_updated_the_same_branch_have_the_same_tree(clones: tuple[Runner, Runner], monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = clones
    one("run", "--phase", "1")
    commit(one.directory, {"two/late.py": "import one.a\n"})
    git(one.directory, "push", "-q", "origin", "main", "migrate/phase-1")
    git(other.directory, "pull", "-q")
    git(other.directory, "branch", "-q", "migrate/phase-1", "origin/migrate/phase-1")
    one("update")
    git(one.directory, "push", "-q", "-f", "origin", "migrate/phase-1")
    monkeypatch.chdir(other.directory)
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Other")
    other("update")
    assert tree(one.directory, "migrate/phase-1") == tree(other.directory, "migrate/phase-1")
    git(other.directory, "fetch", "-q")
    assert "✓ the same" not in other("update", "--onto", "origin/migrate/phase-1", code=3).out
