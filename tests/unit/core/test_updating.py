"""A branch is brought to a base that moved on: its steps are made again there, and what people committed goes along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel

from migrator.engine import moves, planning
from migrator.engine.branches import status_of
from migrator.engine.context import Engine
from migrator.engine.rollback import take_back
from migrator.engine.running import run
from migrator.engine.teams.updated.updating import Update, update
from migrator.errors import MigrateError, RaceError, RepositoryError, UsageError
from migrator.facts import Facts
from migrator.git import Repository
from migrator.journal import JournalEntry, todos
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.step import Move, Step, Write
from tests.conftest import git, put
from tests.crash.spine import Shuffle

REF = "refs/heads/migrate/phase-7"
BRANCH = "migrate/phase-7"
COUNT = 3


@pytest.fixture
def engine(make_repository: Callable[..., Path]) -> Engine:
    files = {f"old/d{n}/{name}": "".join(f"line {k} of {name} in {n}\n" for k in range(9)) for n in range(COUNT) for name in ("a.dat", "b.dat")}
    return Engine(Repository.open(make_repository({**files, "keep/notes.dat": "stays\n"})), (Shuffle(COUNT),))


def commit(engine: Engine, branch: str, files: Mapping[str, str | None], message: str = "on", *more: str) -> str:
    """Commit on a branch, in a work tree that goes away again; None deletes."""
    directory = engine.repository.path
    here = git(directory, "rev-parse", "--abbrev-ref", "HEAD").strip()
    git(directory, "checkout", "-q", branch)
    put(directory, files)
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "--allow-empty", "-m", message, *more)
    made = git(directory, "rev-parse", "HEAD").strip()
    git(directory, "checkout", "-q", here)
    return made


def brought(engine: Engine, onto: str = "main", **options: object) -> Update:
    return update(engine, REF, engine.repository.resolve(onto), **options)  # type: ignore[arg-type]


def text(engine: Engine, path: str, revision: str = BRANCH) -> str:
    return git(engine.repository.path, "show", f"{revision}:{path}")


def test_the_tree_is_that_of_the_same_steps_on_the_new_base(engine: Engine) -> None:
    run(engine, engine.phases)
    commit(engine, "main", {"old/d1/new.dat": "new\n", "keep/notes.dat": "stays here\n"})
    made = brought(engine)
    assert made.tree == run(engine, engine.phases, branch="migrate/anew").tree
    assert text(engine, "new/d1/new.dat") == "new\n"
    assert [bool(made.differences[step.id]) for step in made.steps] == [False, True, False]
    assert made.differences["shuffle/d1"].more == ("new/d1/new.dat",)
    assert engine.repository.is_ancestor(engine.repository.resolve("main"), made.head)
    assert brought(engine).head == made.head


def test_the_branch_is_like_one_that_was_run_there(engine: Engine) -> None:
    run(engine, engine.phases, until="7.02")
    commit(engine, "main", {"old/d1/new.dat": "new\n"})
    made = brought(engine)
    status = status_of(engine, REF)
    assert [(entry.number, entry.step, entry.kind) for entry in status.steps] == [("7.01", "shuffle/d0", "step"), ("7.02", "shuffle/d1", "step")]
    assert status.head == status.steps[-1].new == made.head
    assert status.base == engine.repository.resolve("main")
    assert [step.number for step in run(engine, engine.phases).steps] == ["7.03"]
    take_back(engine, REF, to="7.01")
    assert [entry.number for entry in status_of(engine, REF).steps] == ["7.01"]
    commit(engine, "main", {"old/d0/more.dat": "more\n"})
    assert brought(engine).differences["shuffle/d0"].more == ("new/d0/more.dat",)
    take_back(engine, REF)
    assert engine.repository.read_ref(REF) is None
    assert status_of(engine, REF).steps == ()


def test_the_old_tip_stays_and_a_branch_goes_back_to_it(engine: Engine) -> None:
    old = run(engine, engine.phases)
    commit(engine, "main", {"old/d1/new.dat": "new\n"})
    made = brought(engine)
    git(engine.repository.path, "reflog", "expire", "--expire=now", "--all")
    git(engine.repository.path, "gc", "-q", "--prune=now")
    assert engine.repository.commit(old.head).tree == old.tree
    take_back(engine, REF, to=old.head[:7])
    assert engine.repository.read_ref(REF) == old.head
    assert [entry.new for entry in status_of(engine, REF).steps] == [step.commits[-1] for step in old.steps]
    assert brought(engine).tree == made.tree
    take_back(engine, REF, to="7.02")
    assert [entry.number for entry in status_of(engine, REF).steps] == ["7.01", "7.02"]


def test_people_s_commits_go_along(engine: Engine) -> None:
    run(engine, engine.phases, until="7.01")
    between = commit(
        engine,
        BRANCH,
        {"new/d0/a.dat": text(engine, "new/d0/a.dat") + "between\n"},
        "between",
        "--author",
        "Ann <ann@x.org>",
        "--date",
        "2001-02-03T04:05:06 +0100",
    )
    run(engine, engine.phases)
    commit(engine, BRANCH, {"new/d2/own.dat": "own\n", "new/d1/b.dat": None}, "after\n\nWith a body.")
    first = text(engine, "old/d0/a.dat", "main")
    commit(engine, "main", {"old/d0/a.dat": "top\n" + first, "old/d2/new.dat": "new\n"})
    made = brought(engine)
    assert text(engine, "new/d0/a.dat") == "top\n" + first + "between\n"
    assert text(engine, "new/d2/own.dat") == "own\n"
    assert RepoPath("new/d1/b.dat") not in engine.repository.tree(BRANCH)
    assert [one.commit.id == between for one in made.own] == [True, False]
    shown = [
        git(engine.repository.path, "log", "-1", "--format=%an %ae %aI%n%cI%n%B", str(commit))
        for one in made.own
        for commit in (one.commit.id, one.new)
    ]
    assert shown[0] == shown[1] != shown[2] == shown[3]
    status = status_of(engine, REF)
    assert [entry.number for entry in status.steps] == ["7.01", "7.02", "7.03"]
    assert [one.subject for one in status.foreign] == ["after"]


def test_what_the_trunk_moved_itself_is_followed(engine: Engine) -> None:
    run(engine, engine.phases)
    commit(engine, BRANCH, {"new/d0/a.dat": text(engine, "new/d0/a.dat") + "mine\n"}, "mine")
    git(engine.repository.path, "mv", "old/d0/a.dat", "old/d0/renamed.dat")
    commit(engine, "main", {})
    brought(engine)
    assert text(engine, "new/d0/renamed.dat").endswith("mine\n")


def test_what_a_commit_leaves_alone_is_as_the_steps_have_it(engine: Engine) -> None:
    run(engine, engine.phases)
    commit(engine, BRANCH, {"mine.dat": "mine\n"}, "mine")
    # Files of one content, some of which went: whatever git makes of that, nobody touched them.
    same = {f"old/d{n}/same.dat": "same for all\n" for n in range(COUNT)}
    commit(engine, "main", {**same, "old/d0/a.dat": None, "old/d1/b.dat": text(engine, "old/d0/a.dat", "main")})
    made = brought(engine)
    assert [one.new is not None for one in made.own] == [True]
    assert text(engine, "mine.dat") == "mine\n"


def test_a_conflict_of_people_s_commits_stops_before_anything_moves(engine: Engine) -> None:
    run(engine, engine.phases)
    mine = commit(engine, BRANCH, {"new/d0/a.dat": "mine\n"}, "mine")
    commit(engine, BRANCH, {"new/d1/fine.dat": "fine\n"}, "fine")
    commit(engine, "main", {"old/d0/a.dat": "theirs\n"})
    journal = [entry.id for entry in engine.journal]
    with pytest.raises(RepositoryError, match=mine[:7]) as stopped:
        brought(engine)
    assert [problem.where for problem in stopped.value.problems] == ["new/d0/a.dat:1"]
    assert f"--leave {mine[:7]}" in stopped.value.hint
    assert [entry.id for entry in engine.journal] == journal
    made = brought(engine, leave=[mine[:7]])
    assert [(one.left, one.new is None) for one in made.own] == [(True, True), (False, False)]
    assert text(engine, "new/d0/a.dat") == "theirs\n"
    assert text(engine, "new/d1/fine.dat") == "fine\n"


def test_a_merge_of_the_trunk_leaves_nothing_behind(engine: Engine) -> None:
    run(engine, engine.phases)
    commit(engine, "main", {"keep/one.dat": "one\n"})
    directory = engine.repository.path
    git(directory, "checkout", "-q", BRANCH)
    git(directory, "merge", "-q", "--no-edit", "main")
    git(directory, "checkout", "-q", "main")
    commit(engine, "main", {"old/d0/two.dat": "two\n"})
    made = brought(engine)
    assert [one.new for one in made.own] == [None]
    assert made.tree == run(engine, engine.phases, branch="migrate/anew").tree


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_steps_that_were_merged_meanwhile_are_left_out(engine: Engine, how: str) -> None:
    two = run(engine, engine.phases, until="7.02").head
    run(engine, engine.phases)
    directory = engine.repository.path
    commit(engine, "main", {"old/d2/new.dat": "new\n"})
    if how == "merge":
        git(directory, "merge", "-q", "--no-edit", two)
    elif how == "squash":
        git(directory, "merge", "-q", "--squash", two)
        git(directory, "commit", "-qm", "squashed")
    else:
        git(directory, "cherry-pick", f"main~1..{two}")
    commit(engine, BRANCH, {"new/d0/a.dat": text(engine, "new/d0/a.dat") + "mine\n"}, "mine")
    made = brought(engine)
    assert [record.number for record in made.there] == ([] if how == "merge" else ["7.01", "7.02"])
    assert [step.number for step in made.steps] == ["7.03"]
    assert text(engine, "new/d0/a.dat").endswith("mine\n")
    assert [entry.number for entry in status_of(engine, REF).steps] == ["7.03"]


def test_a_step_that_has_nothing_to_do_any_more_is_said(engine: Engine) -> None:
    run(engine, engine.phases)
    commit(engine, "main", {f"old/d1/{name}.dat": None for name in "ab"})
    made = brought(engine)
    assert [step.number for step in made.steps] == ["7.01", "7.03"]
    assert [(item.number, "offered no more" in item.findings[0].message) for item in made.aside] == [("7.02", True)]
    assert [entry.number for entry in status_of(engine, REF).aside] == ["7.02"]


@dataclass(frozen=True)
class Chain(Shuffle):
    """Writes two files, the second where the first is; the first parses only while nobody says otherwise."""

    def steps(self, facts: Facts, options: BaseModel) -> Steps:
        first, second = RepoPath("chain/first.py"), RepoPath("chain/second.py")
        content = b"def (:\n" if RepoPath("keep/bad.dat") in facts.tree else b"A = 1\n"
        if first not in facts.tree:
            facts = yield Step("first", "Write first", "", (Write(first, content),))
        if first in facts.tree and second not in facts.tree:
            yield Step("second", "Write second", "", (Write(second, b"B = 1\n"),))
        return Notes()


def test_a_step_that_is_not_offered_without_another_says_so(engine: Engine) -> None:
    chained = Engine(engine.repository, (Chain(), Shuffle(1, "after", 8)))
    run(chained, chained.phases, branch=BRANCH)
    commit(chained, "main", {"keep/bad.dat": "bad\n"})
    made = brought(chained)
    assert [step.number for step in made.steps] == ["8.01"]
    assert [item.number for item in made.aside] == ["7.01", "7.02"]
    assert made.aside[1].findings[0].message == "is not offered without 7.01"


def test_moves_that_were_asked_for(engine: Engine) -> None:
    asked = [("one", "keep", "kept"), ("two", "kept", "kept/here"), ("three", "old/d0/a.dat", "a.dat")]
    for slug, old, new in asked:
        moves.commit_moves(engine, Step(slug, f"Move {old}", "", (Move(RepoPath(old), RepoPath(new)),)), BRANCH, None)
    commit(engine, "main", {"keep/more.dat": "more\n", "old/d0/a.dat": None})
    made = brought(engine)
    assert [step.id for step in made.steps] == ["mv/one", "mv/two"]
    assert [item.id for item in made.aside] == ["mv/three"]
    assert text(engine, "kept/here/more.dat") == "more\n"
    assert [entry.kind for entry in status_of(engine, REF).steps] == ["move", "move"]


def test_moves_without_a_record(engine: Engine) -> None:
    directory = engine.repository.path
    git(directory, "checkout", "-qb", BRANCH)
    git(directory, "mv", "keep", "kept")
    git(directory, "commit", "-qm", "Move keep\n\nAsked for.\n\nMigrate-Phase: mv\nMigrate-Step: keep\nMigrate-Number: mv")
    git(directory, "checkout", "-q", "main")
    commit(engine, "main", {"keep/notes.dat": "more\n"})
    assert [step.id for step in brought(engine).steps] == ["mv/keep"]
    assert text(engine, "kept/notes.dat") == "more\n"


def test_a_clone_has_no_journal_and_an_update_adopts_the_branch(engine: Engine, tmp_path: Path) -> None:
    run(engine, engine.phases)
    directory = engine.repository.path
    changed = text(engine, "new/d2/a.dat").replace("line 8", "changed")
    git(directory, "checkout", "-q", BRANCH)
    (directory / "new/d2/a.dat").write_text(changed, encoding="utf-8", newline="\n")
    git(directory, "commit", "-qa", "--amend", "--no-edit")
    git(directory, "checkout", "-q", "main")
    commit(engine, "main", {"old/d0/new.dat": "new\n"})
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(directory), str(clone))
    git(clone, "branch", "-q", BRANCH, f"origin/{BRANCH}")
    there = Engine(Repository.open(clone), engine.phases)
    made = brought(there)
    assert [step.number for step in made.steps] == ["7.01", "7.02", "7.03"]
    assert [(one.commit.subject, one.new is not None) for one in made.own] == [("7.03 Move d2", True)]
    assert text(there, "new/d2/a.dat") == changed
    assert text(there, "new/d0/new.dat") == "new\n"
    assert [entry.number for entry in status_of(there, REF).steps] == ["7.01", "7.02", "7.03"]
    assert "by hand in 7.03" in status_of(there, REF).foreign[0].subject


def test_dry_nothing_moves(engine: Engine) -> None:
    run(engine, engine.phases)
    commit(engine, "main", {"old/d1/new.dat": "new\n"})
    before, journal = engine.repository.read_ref(REF), [entry.id for entry in engine.journal]
    made = brought(engine, dry=True)
    assert made.differences["shuffle/d1"].more
    assert (engine.repository.read_ref(REF), [entry.id for entry in engine.journal]) == (before, journal)
    assert brought(engine).tree == made.tree


def test_two_at_once(engine: Engine) -> None:
    run(engine, engine.phases)
    commit(engine, "main", {"keep/x.dat": "x\n"})
    other = Engine(Repository.open(engine.repository.path), engine.phases)
    said: list[str] = []

    def meanwhile(_: object) -> None:
        with pytest.raises(RepositoryError, match="another `migrate` is at work") as stopped:
            brought(other)
        said.append(stopped.value.hint)

    assert len(brought(engine, on_step=meanwhile).steps) == len(said) == COUNT
    assert "migrate status" in said[0]


def test_a_branch_that_somebody_moves_meanwhile_stays_where_they_put_it(engine: Engine) -> None:
    run(engine, engine.phases)
    commit(engine, "main", {"keep/x.dat": "x\n"})
    journal = [entry.id for entry in engine.journal]
    theirs = engine.repository.resolve("main")
    with pytest.raises(RaceError, match="moved to"):
        brought(engine, on_step=lambda _: git(engine.repository.path, "update-ref", REF, theirs))
    assert engine.repository.read_ref(REF) == theirs
    assert [entry.id for entry in engine.journal] == journal


def test_a_clock_that_goes_backwards(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for year, step in ((2031, "7.01"), (2019, "7.02"), (2007, "7.03")):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{year}-01-01T00:00:00Z")
        run(engine, engine.phases, until=step)
        commit(engine, BRANCH, {f"mine/{step}": "mine\n"}, f"after {step}")
    commit(engine, "main", {"old/d1/new.dat": "new\n"})
    made = brought(engine)
    assert [step.number for step in made.steps] == ["7.01", "7.02", "7.03"]
    assert [one.commit.subject for one in made.own] == ["after 7.01", "after 7.02", "after 7.03"]


def test_a_record_that_was_edited_by_hand_goes_along_as_an_edit(engine: Engine) -> None:
    run(engine, engine.phases)
    path = ".migrate/steps/7.01-d0.json"
    commit(engine, BRANCH, {path: text(engine, path).replace('"why": "', '"why": "By hand: ')}, "edited")
    commit(engine, BRANCH, {".migrate/steps/7.02-d1.json": "broken\n"}, "broken")
    commit(engine, "main", {"old/d0/new.dat": "new\n"})
    made = brought(engine)
    assert [step.number for step in made.steps] == ["7.01", "7.02", "7.03"]
    assert "By hand: " in text(engine, path)
    assert text(engine, ".migrate/steps/7.02-d1.json") == "broken\n"


def unrelated(engine: Engine) -> str:
    directory = engine.repository.path
    return git(directory, "commit-tree", "-m", "alone", git(directory, "rev-parse", "main^{tree}").strip()).strip()


def nothing(_: Engine) -> str:
    return "main"


def merged(engine: Engine) -> str:
    git(engine.repository.path, "merge", "-q", "--no-ff", "--no-edit", BRANCH)
    return "main"


def squashed(engine: Engine) -> str:
    git(engine.repository.path, "merge", "-q", "--squash", BRANCH)
    git(engine.repository.path, "commit", "-qm", "squashed")
    return "main"


def taken_out(engine: Engine) -> str:
    commit(engine, "main", {"keep/x.dat": "x\n"})
    git(engine.repository.path, "checkout", "-q", BRANCH)
    return "main"


def gone(engine: Engine) -> str:
    git(engine.repository.path, "branch", "-qD", BRANCH)
    return "main"


def squashed_here(engine: Engine) -> str:
    directory = engine.repository.path
    tree = git(directory, "rev-parse", f"{BRANCH}^{{tree}}").strip()
    git(directory, "branch", "-f", BRANCH, git(directory, "commit-tree", "-m", "all", "-p", "main", tree).strip())
    commit(engine, "main", {"keep/x.dat": "x\n"})
    return "main"


def nothing_left(engine: Engine) -> str:
    commit(engine, "main", {f"old/d{n}/{name}.dat": None for n in range(COUNT) for name in "ab"})
    return "main"


@pytest.mark.parametrize(
    ("before", "error", "said", "hint"),
    [
        (unrelated, RepositoryError, "no common past", "--onto"),
        (merged, RepositoryError, "it is merged", "git branch -d"),
        (squashed, RepositoryError, "it is merged", "git branch -D"),
        (taken_out, RepositoryError, "checked out", "git switch"),
        (gone, UsageError, "no branch", "migrate status"),
        (squashed_here, RepositoryError, "brings whole steps", "rollback --all"),
        (nothing_left, RepositoryError, "no step of", "migrate plan"),
    ],
)
def test_what_cannot_be_updated_is_said(engine: Engine, before: Callable[[Engine], str], error: type[MigrateError], said: str, hint: str) -> None:
    run(engine, engine.phases)
    onto = before(engine)
    tip = engine.repository.read_ref(REF)
    with pytest.raises(error, match=said) as stopped:
        brought(engine, onto)
    assert hint in stopped.value.hint
    assert engine.repository.read_ref(REF) == tip


def test_what_is_done_by_hand_stays_done() -> None:
    step = JournalEntry(kind="step", branch=REF, step="a", todos=("lock", "look"), id="1")
    again = JournalEntry(kind="update", branch=REF, entries=(step.model_copy(update={"id": "3:0"}),), id="3")
    done = JournalEntry(kind="done", number="1", id="2")
    found = todos([step, done, again])
    assert [(todo.text, todo.done, todo.entries) for todo in found] == [("lock", True, ("1", "3:0")), ("look", False, ("1", "3:0"))]
    assert [todo.done for todo in todos([step, done, step])] == [True, False, False]


def test_an_update_is_planned_as_a_run_is(engine: Engine) -> None:
    run(engine, engine.phases, only=["7.02"])
    commit(engine, "main", {"keep/x.dat": "x\n"})
    made = brought(engine)
    assert [step.number for step in made.steps] == ["7.02"]
    rest = planning.plan(engine, made.head, engine.phases)
    assert [step.id for step in rest.steps] == ["shuffle/d0", "shuffle/d2"]
