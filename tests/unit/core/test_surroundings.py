"""The engine in odd repositories and odd surroundings: it works, or it says why not, and it never touches what is not ours (L10)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel

from migrator.engine import branches, planning, running, verification
from migrator.engine.context import Engine
from migrator.engine.moves import commit_moves, move_in_place
from migrator.engine.rollback import take_back
from migrator.errors import MigrateError, RaceError, RepositoryError
from migrator.git import Repository
from migrator.journal import JOURNAL, SETTLED, JournalEntry
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.step import Move, Step
from migrator.tree import FILE, Entry, Tree
from tests.conftest import git

BRANCH = "refs/heads/migrate/phase-3"
FILES = {"a/one.dat": "one\n" * 9, "b/two.dat": "two\n" * 9, "keep.dat": b"k\r\n"}
MV = Step("mv", "Verschoben → dort", "Größe.", (Move(RepoPath("keep.dat"), RepoPath("kept.dat")),))
Make = Callable[..., Path]
OPENED: list[Repository] = []


class Nothing(BaseModel):
    """No options."""


@dataclass(frozen=True)
class Two:
    """Moves `a` and `b` into `c`, one step each."""

    name: str = "two"
    number: int = 3
    title: str = "Two"
    summary: str = "moves two directories"
    options: type[BaseModel] = Nothing
    between: Callable[[], object] = lambda: None

    def steps(self, facts, options) -> Steps:
        for folder in ("a", "b"):
            if facts.tree.is_dir(folder):
                facts = yield Step(folder, f"Move {folder}", "It must.", (Move(RepoPath(folder), RepoPath(f"c/{folder}")),))
        self.between()
        return Notes()


def engine_of(directory: Path, between: Callable[[], object] = lambda: None) -> Engine:
    OPENED.append(Repository.open(directory))
    return Engine(OPENED[-1], [Two(between=between)])


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def whole(directory: Path, start: Path | None = None) -> None:
    """A run, a move and a rollback work, and git finds nothing wrong."""
    engine = engine_of(start or directory)
    run = running.run(engine, engine.phases)
    assert [step.number for step in run.steps] == ["3.01", "3.02"]
    assert git(directory, "ls-tree", "-r", "--name-only", BRANCH, "c").split() == ["c/a/one.dat", "c/b/two.dat"]
    assert running.run(engine, engine.phases).steps == ()
    commit_moves(engine, MV, None, None)
    assert len(verification.verify(engine, BRANCH)) == 2
    git(directory, "fsck", "--strict", "--no-dangling")
    take_back(engine, BRANCH)
    take_back(engine, "refs/heads/migrate/mv")
    assert set(engine.repository.refs("refs/heads/migrate")) | set(engine.repository.refs("refs/migrate")) == {JOURNAL, SETTLED}


# works all the same --------------------------------------------------------------------------------------------------------


def _hooks(directory: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "hooks"
    folder.mkdir()
    for name in ("reference-transaction", "pre-commit", "commit-msg", "post-commit", "post-index-change", "post-checkout", "pre-auto-gc"):
        hook = folder / name
        hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        hook.chmod(0o755)
    return folder


CONFIGURATIONS: Mapping[str, Mapping[str, str]] = {
    "signed commits": {"commit.gpgSign": "true", "gpg.program": "false", "log.showSignature": "true"},
    "line ends converted": {"core.autocrlf": "true", "core.eol": "crlf", "core.safecrlf": "true"},
    "colours and odd diffs": {
        "color.ui": "always",
        "diff.noprefix": "true",
        "diff.renames": "false",
        "diff.orderFile": "/nowhere",
        "diff.external": "false",
        "diff.relative": "true",
    },
    "odd logs": {"log.follow": "true", "format.pretty": "oneline", "log.decorate": "full", "log.date": "relative"},
    "another encoding": {"i18n.commitEncoding": "ISO-8859-1", "i18n.logOutputEncoding": "ISO-8859-1"},
    "no logs, hidden refs": {"core.logAllRefUpdates": "false", "transfer.hideRefs": "refs/migrate", "core.fsmonitor": "false"},
    "aliases": {"alias.log": "!false", "alias.update-ref": "!false", "core.pager": "false"},
}


@pytest.mark.parametrize("settings", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_the_configuration_makes_no_difference(make_repository: Make, settings: Mapping[str, str]) -> None:
    directory = make_repository(FILES)
    plain = engine_of(directory)
    expected = planning.plan(plain, "HEAD", plain.phases)
    diff = plain.repository.diff(expected.base, plain.repository.write(expected.end.tree, expected.end.store))
    for key, value in settings.items():
        git(directory, "config", key, value)
    engine = engine_of(directory)
    assert planning.plan(engine, "HEAD", engine.phases).tree == expected.tree
    assert engine.repository.diff("HEAD", expected.tree) == diff
    whole(directory)


def test_titles_keep_their_letters_whatever_the_encoding(make_repository: Make) -> None:
    directory = make_repository(FILES)
    git(directory, "config", "i18n.commitEncoding", "ISO-8859-1")
    engine = engine_of(directory)
    commit_moves(engine, MV, None, None)
    last = engine.journal.last()
    assert last is not None
    assert last.title == MV.title
    assert MV.title in engine.repository.commit("migrate/mv").subject


@pytest.mark.skipif(sys.platform == "win32", reason="hooks need a shell there")
def test_no_hook_ever_runs(make_repository: Make, tmp_path: Path) -> None:
    directory = make_repository(FILES)
    hooks = _hooks(directory, tmp_path)
    shutil.copytree(hooks, directory / ".git/hooks", dirs_exist_ok=True)
    whole(directory)
    git(directory, "config", "core.hooksPath", str(hooks))
    whole(directory)
    move_in_place(engine_of(directory), MV)


@pytest.mark.parametrize("inside", ["a", ".", ".git", ".git/refs"])
def test_it_starts_anywhere_inside(make_repository: Make, inside: str) -> None:
    directory = make_repository(FILES)
    whole(directory, directory / inside)


def test_it_works_in_a_linked_worktree(make_repository: Make, tmp_path: Path) -> None:
    directory = make_repository(FILES)
    git(directory, "worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    whole(tmp_path / "linked")
    assert (directory / ".git/migrate/lock").exists(), "all worktrees share one lock"


def test_it_works_in_a_bare_repository(make_repository: Make, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(make_repository(FILES)), "bare.git")
    whole(tmp_path / "bare.git")


def test_it_works_with_a_detached_head(make_repository: Make) -> None:
    directory = make_repository(FILES)
    git(directory, "checkout", "-q", "--detach")
    whole(directory)


def test_it_works_inside_a_submodule(make_repository: Make) -> None:
    inner, outer = make_repository(FILES, "inner"), make_repository({"x.dat": "x"}, "outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "mod")
    whole(outer / "mod")
    assert not git(outer, "for-each-ref", "refs/migrate")


def test_it_works_on_packed_refs_and_packed_objects(make_repository: Make) -> None:
    directory = make_repository(FILES)
    engine = engine_of(directory)
    running.run(engine, engine.phases)
    git(directory, "gc", "-q")
    engine = engine_of(directory)
    assert running.run(engine, engine.phases).steps == ()
    take_back(engine, BRANCH)
    assert engine.repository.read_ref(BRANCH) is None
    git(directory, "gc", "-q", "--prune=now")
    whole(directory)


@pytest.mark.parametrize("spelling", ["absolute", "relative"])
def test_it_works_with_alternates(make_repository: Make, tmp_path: Path, spelling: str) -> None:
    directory = make_repository(FILES)
    git(tmp_path, "clone", "-q", "--shared", str(directory), "second")
    if spelling == "relative":
        (tmp_path / "second/.git/objects/info/alternates").write_bytes(b"../../../repo/.git/objects\n")
    whole(tmp_path / "second")


def test_replaced_objects_are_read_as_they_are(make_repository: Make) -> None:
    directory = make_repository(FILES)
    (directory / "keep.dat").write_bytes(b"changed")
    git(directory, "commit", "-qam", "second")
    git(directory, "replace", "HEAD", "HEAD~1")
    engine = engine_of(directory)
    assert engine.repository.tree("HEAD")[RepoPath("keep.dat")].blob == git(directory, "hash-object", "keep.dat").strip()
    whole(directory)


def test_locks_of_the_users_own_files_do_not_matter(make_repository: Make) -> None:
    directory = make_repository(FILES)
    for name in ("HEAD.lock", "index.lock", "config.lock"):
        (directory / ".git" / name).touch()
    whole(directory)


@pytest.mark.parametrize(
    "name, value",
    [
        ("GIT_DIR", "{other}/.git"),
        ("GIT_WORK_TREE", "{other}"),
        ("GIT_INDEX_FILE", "{other}/index"),
        ("GIT_OBJECT_DIRECTORY", "{other}/.git/objects"),
        ("GIT_NAMESPACE", "space"),
        ("GIT_PREFIX", "a/"),
        ("GIT_CEILING_DIRECTORIES", "/"),
        ("GIT_EXTERNAL_DIFF", "false"),
        ("GIT_PAGER", "false"),
        ("GIT_TRACE", "1"),
    ],
)
def test_gits_environment_does_not_lead_elsewhere(make_repository: Make, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    directory, other = make_repository(FILES), make_repository({"x.dat": "x"}, "other")
    monkeypatch.setenv(name, value.format(other=other))
    engine = engine_of(directory)
    run = running.run(engine, engine.phases)
    monkeypatch.delenv(name)
    assert git(directory, "rev-parse", BRANCH).strip() == run.head
    git(directory, "fsck", "--strict")
    assert not git(other, "for-each-ref", "refs/migrate", "refs/heads/migrate")
    assert git(other, "count-objects").startswith("3 ")


# refused with a reason -----------------------------------------------------------------------------------------------------


def refused(directory: Path, saying: str, error: type[MigrateError] = RepositoryError) -> None:
    with pytest.raises(error) as caught:
        running.run(engine_of(directory), [Two()])
    assert saying in caught.value.message
    assert caught.value.hint


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for start in (tmp_path, tmp_path / "file", tmp_path / "nowhere"):
        refused(start, "is not inside a git repository")


def test_no_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    refused(tmp_path, "has no commit yet")


def test_sha256(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    refused(tmp_path, "SHA-256")


def test_shallow(make_repository: Make, tmp_path: Path) -> None:
    directory = make_repository(FILES)
    git(directory, "commit", "-q", "--allow-empty", "-m", "second")
    git(tmp_path, "clone", "-q", "--depth=1", directory.as_uri(), "shallow")
    refused(tmp_path / "shallow", "shallow")


def test_somebody_elses_directory(make_repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = make_repository(FILES)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    refused(directory, "dubious ownership")


def test_no_identity(make_repository: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    directory = make_repository(FILES)
    (tmp_path / "config").write_text("[user]\n\tuseConfigOnly = true\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    refused(directory, "cannot write a commit: Author identity unknown")
    monkeypatch.undo()


def test_a_file_where_our_directory_should_be(make_repository: Make) -> None:
    directory = make_repository(FILES)
    (directory / ".git/migrate").touch()
    refused(directory, "cannot be written")
    (directory / ".git/migrate").unlink()
    (directory / ".git/migrate/lock").mkdir(parents=True)
    refused(directory, "cannot be written")


@pytest.mark.parametrize("branch", ["migrate", "migrate/phase-3/deeper"])
def test_a_branch_that_git_cannot_hold_beside_ours(make_repository: Make, branch: str) -> None:
    directory = make_repository(FILES)
    git(directory, "branch", branch)
    refused(directory, f"cannot exist beside the branch refs/heads/{branch}")
    git(directory, "branch", "-D", branch)
    whole(directory)


def test_a_branch_of_that_name_that_is_not_ours(make_repository: Make) -> None:
    directory = make_repository(FILES)
    git(directory, "branch", "migrate/phase-3")
    refused(directory, "was not made by migrate")


def test_a_branch_that_is_checked_out_in_another_worktree(make_repository: Make, tmp_path: Path) -> None:
    directory = make_repository(FILES)
    engine = engine_of(directory)
    running.run(engine, engine.phases, until="3.01")
    git(directory, "worktree", "add", "-q", str(tmp_path / "linked"), "migrate/phase-3")
    refused(directory, "is checked out")
    with pytest.raises(RepositoryError, match="is checked out"):
        take_back(engine, BRANCH)


def test_a_journal_that_is_not_ours(make_repository: Make) -> None:
    directory = make_repository(FILES)
    git(directory, "update-ref", JOURNAL, "HEAD")
    refused(directory, "cannot be read")
    assert git(directory, "rev-parse", JOURNAL) == git(directory, "rev-parse", "HEAD")


def test_a_tree_that_git_would_refuse(make_repository: Make) -> None:
    directory = make_repository(FILES)
    blob = git(directory, "rev-parse", "HEAD:keep.dat").strip()
    evil = subprocess.run(["git", "mktree"], cwd=directory, input=f"100644 blob {blob}\t..\n".encode(), check=True, capture_output=True)
    with pytest.raises(RepositoryError, match="git itself refuses"):
        Repository.open(directory).tree(evil.stdout.decode().strip())


# somebody else is at work ----------------------------------------------------------------------------------------------------


def test_one_of_two_at_once_is_told_to_wait(make_repository: Make) -> None:
    directory = make_repository(FILES)
    engine = engine_of(directory, between=lambda: refused(directory, "another `migrate` is at work"))
    assert len(running.run(engine, engine.phases).steps) == 2
    whole_again = engine_of(directory)
    assert running.run(whole_again, whole_again.phases).steps == ()


def test_a_branch_that_moves_while_we_work_is_left_to_who_moved_it(make_repository: Make) -> None:
    directory = make_repository(FILES)
    git(directory, "commit", "-q", "--allow-empty", "-m", "theirs")
    engine = engine_of(directory, between=lambda: git(directory, "branch", "-f", "migrate/phase-3", "HEAD"))
    with pytest.raises(RaceError):
        running.run(engine, engine.phases)
    assert git(directory, "rev-parse", BRANCH) == git(directory, "rev-parse", "HEAD")
    assert branches.status_of(engine, BRANCH).steps == ()
    assert engine.journal.last() is None, "what did not happen is not in the journal"


def test_a_branch_that_moves_between_steps_keeps_the_others_commit(make_repository: Make) -> None:
    directory = make_repository(FILES)
    engine = engine_of(directory)

    def their_commit(_: object) -> None:
        theirs = git(directory, "commit-tree", f"{BRANCH}^{{tree}}", "-p", BRANCH, "-m", "theirs").strip()
        git(directory, "update-ref", BRANCH, theirs)

    with pytest.raises(RaceError):
        running.run(engine, engine.phases, on_step=their_commit)
    status = branches.status_of(engine, BRANCH)
    assert [step.number for step in status.steps] == ["3.01"]
    assert [commit.subject for commit in status.foreign] == ["theirs"]
    with pytest.raises(RepositoryError, match="commits of your own"):
        take_back(engine, BRANCH)
    again = engine_of(directory)
    assert [step.number for step in running.run(again, again.phases).steps] == ["3.02"]
    assert "theirs" in git(directory, "log", "--format=%s", BRANCH)


def test_a_branch_that_somebody_deleted_does_not_come_back(make_repository: Make) -> None:
    directory = make_repository(FILES)
    engine = engine_of(directory)
    running.run(engine, engine.phases)
    git(directory, "branch", "-D", "migrate/phase-3")
    with engine.locked():
        pass
    assert engine.repository.read_ref(BRANCH) is None
    assert branches.status_of(engine, BRANCH).steps == ()
    whole(directory)


# locks that a dead git left --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ref", [JOURNAL, SETTLED, BRANCH])
@pytest.mark.parametrize("command", ["run", "rollback"])
def test_a_stale_lock_on_a_ref_of_ours_is_removed(make_repository: Make, ref: str, command: str) -> None:
    directory = make_repository(FILES)
    engine = engine_of(directory)
    running.run(engine, engine.phases, until="3.01")
    lock = directory / f".git/{ref}.lock"
    lock.touch()
    os.utime(lock, (1, 1))
    if command == "run":
        assert len(running.run(engine, engine.phases).steps) == 1
    else:
        take_back(engine, BRANCH)
        assert engine.repository.read_ref(BRANCH) is None
    assert not lock.exists()


def test_a_young_lock_is_waited_for(make_repository: Make) -> None:
    directory = make_repository(FILES)
    repository = Repository.open(directory)
    lock = directory / f".git/{BRANCH}.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    assert repository.remove_stale_lock(BRANCH, patience=0.05)
    assert not lock.exists()
    assert not repository.remove_stale_lock(BRANCH)


def test_a_lock_on_packed_refs_is_never_ours_to_remove_unless_we_died_deleting(make_repository: Make) -> None:
    directory = make_repository(FILES)
    git(directory, "config", "core.packedRefsTimeout", "1")
    engine = engine_of(directory)
    running.run(engine, engine.phases)
    lock = directory / ".git/packed-refs.lock"
    lock.touch()
    journal = [entry.id for entry in engine.journal]
    with pytest.raises(RepositoryError, match="packed-refs") as stopped:
        take_back(engine, BRANCH)
    assert f"rm {lock}" in stopped.value.hint
    os.utime(lock, (1, 1))
    with engine.locked():
        pass
    assert lock.exists()
    assert len(branches.status_of(engine, BRANCH).steps) == 2
    assert [entry.id for entry in engine.journal] == journal, "what did not happen is not in the journal"
    engine.journal.append(JournalEntry(kind="rollback", branch=BRANCH, old=engine.repository.read_ref(BRANCH)))
    with engine.locked():
        pass
    assert engine.repository.read_ref(BRANCH) is None


# in the work tree ------------------------------------------------------------------------------------------------------------


def in_place(directory: Path, old: str, new: str) -> None:
    move_in_place(engine_of(directory), Step("mv", "Move", "It must.", (Move(RepoPath(old), RepoPath(new)),)))


def test_in_place_is_what_git_mv_does(make_repository: Make) -> None:
    directory, other = make_repository(FILES), make_repository(FILES, "other")
    for place in (directory, other):
        (place / "b/two.dat").write_bytes(b"dirty")
        (place / "staged.dat").write_bytes(b"staged")
        git(place, "add", "staged.dat")
    in_place(directory, "a", "c/a")
    (other / "c").mkdir()
    git(other, "mv", "a", "c/a")
    assert git(directory, "status", "--porcelain") == git(other, "status", "--porcelain")
    assert git(directory, "write-tree") == git(other, "write-tree")
    assert not git(directory, "for-each-ref", "refs/migrate")


@pytest.mark.parametrize(
    "old, new, obstacle",
    [
        ("a", "kept", "kept/one.dat"),
        ("keep.dat", "ignored.txt", "ignored.txt"),
        ("a", "ignored.txt", "ignored.txt"),
        ("a", "x", "a/one.dat"),
    ],
    ids=["an untracked file", "an ignored file", "an ignored file where a directory should be", "a dirty file"],
)
def test_in_place_overwrites_nothing(make_repository: Make, old: str, new: str, obstacle: str) -> None:
    directory = make_repository({**FILES, ".gitignore": "ignored.*\n"})
    (directory / obstacle).parent.mkdir(exist_ok=True)
    (directory / obstacle).write_bytes(b"mine")
    before = git(directory, "status", "--porcelain", "--ignored")
    with pytest.raises(RepositoryError) as caught:
        in_place(directory, old, new)
    assert obstacle in caught.value.message
    assert (directory / obstacle).read_bytes() == b"mine"
    assert git(directory, "status", "--porcelain", "--ignored") == before


def test_in_place_by_case_alone(make_repository: Make) -> None:
    directory = make_repository(FILES)
    in_place(directory, "keep.dat", "Keep.dat")
    assert git(directory, "ls-files", "Keep.dat") == "Keep.dat\n"


def test_in_place_needs_a_work_tree(make_repository: Make, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(make_repository(FILES)), "bare.git")
    with pytest.raises(RepositoryError, match="no work tree"):
        in_place(tmp_path / "bare.git", "a", "c")


def test_in_place_leaves_submodules_to_git(make_repository: Make) -> None:
    inner, outer = make_repository(FILES, "inner"), make_repository({"x.dat": "x"}, "outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "libs/mod")
    git(outer, "commit", "-qm", "submodule")
    with pytest.raises(RepositoryError, match="is a submodule"):
        in_place(outer, "libs", "ext")
    engine = engine_of(outer)
    commit_moves(engine, Step("mv", "Move", "It must.", (Move(RepoPath("libs"), RepoPath("ext")),)), None, None)
    assert "path = ext/mod" in git(outer, "show", "migrate/mv:.gitmodules")


# history -----------------------------------------------------------------------------------------------------------------------


def followed(directory: Path, path: str) -> bool:
    return "start" in git(directory, "log", "--follow", "--format=%s", "migrate/mv", "--", path).split()


def test_files_that_change_more_than_git_can_pair_move_first(make_repository: Make) -> None:
    directory = make_repository({"old/__init__.py": "", "old/a.py": "import old.b\n", "old/b.py": "from old import a\n", "old/c.py": "x = 1\n" * 9})
    engine = engine_of(directory)
    run = commit_moves(engine, Step("mv", "Move", "It must.", (Move(RepoPath("old"), RepoPath("somewhere_else")),)), None, None)
    assert len(run.steps[0].commits) == 2
    assert git(directory, "show", "migrate/mv:somewhere_else/a.py") == "import somewhere_else.b\n"
    assert git(directory, "diff", "--name-status", "-M100%", "main", "migrate/mv~1").count("R100") == 4
    assert all(followed(directory, f"somewhere_else/{name}.py") for name in "abc")


@pytest.mark.slow
def test_more_renames_than_git_looks_for_move_first(make_repository: Make) -> None:
    count = 1100

    def text(n: int) -> str:
        return f"import old.p{(n * 7) % count}.mod\n" + "".join(f"x{k} = {n * k}\n" for k in range(6))

    directory = make_repository({f"old/p{n}/mod.py": text(n) for n in range(count)})
    engine = engine_of(directory)
    run = commit_moves(engine, Step("mv", "Move", "It must.", (Move(RepoPath("old"), RepoPath("new")),)), None, None)
    assert len(run.steps[0].commits) == 2, "in one commit git pairs none of them"
    assert git(directory, "diff", "--name-status", "-M", "main", "migrate/mv~1").count("R100") == count
    assert git(directory, "diff", "--name-status", "-M", "migrate/mv~1", "migrate/mv").count("M\t") == count
    assert all(followed(directory, f"new/p{n}/mod.py") for n in range(0, count, 211))


def test_a_swap_is_made_and_said(make_repository: Make) -> None:
    directory = make_repository({"a.dat": "a\n" * 30, "b.dat": "b\n" * 30})
    moves = (Move(RepoPath("a.dat"), RepoPath("b.dat")), Move(RepoPath("b.dat"), RepoPath("a.dat")))
    run = commit_moves(engine_of(directory), Step("mv", "Swap", "It must.", moves), None, None)
    assert git(directory, "show", "migrate/mv:a.dat") == "b\n" * 30
    assert {finding.path for report in run.steps[0].gates for finding in report.findings} == {"a.dat", "b.dat"}


# scale -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_five_thousand_files_move_in_one_step(make_repository: Make) -> None:
    directory = make_repository({f"d{n % 40}/e{n % 7}/f{n}.dat": f"{n}\n" for n in range(5000)})
    moves = tuple(Move(RepoPath(f"d{n}"), RepoPath(f"z/d{n}")) for n in range(40))
    commit_moves(engine_of(directory), Step("mv", "Move", "It must.", moves), None, None)
    assert len(git(directory, "ls-tree", "-r", "--name-only", "migrate/mv", "z/").splitlines()) == 5000


def test_no_process_is_started_for_every_object(make_repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = engine_of(make_repository(FILES)).repository
    store = repository.store()
    tree = Tree({RepoPath(f"d{n}/x.dat"): Entry(FILE, store.add(b"%d" % n)) for n in range(50)})
    started: list[object] = []
    popen = subprocess.Popen.__init__
    monkeypatch.setattr(subprocess.Popen, "__init__", lambda self, *args, **words: (started.append(args), popen(self, *args, **words))[1])
    assert repository.write(tree, store) == tree.id
    assert len(started) <= 2
