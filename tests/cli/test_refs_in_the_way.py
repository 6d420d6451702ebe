"""What git cannot write, and what somebody is in the middle of: each command that moves a branch does all of it, or says why and what helps, and nothing.

Locks of a dead git on refs of ours, and on a journal, are also in `tests/unit/core/test_surroundings.py`; every instant in `tests/crash`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Result, Runner
from tests.cli.weeks import COMMANDS, Stages, commit, seen
from tests.conftest import git

ALL = tuple(COMMANDS)
MAKING = tuple(name for name in ALL if name not in {"update", "rollback"})
"""Those that begin a branch."""
Undo = Callable[[], object]


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    return Stages(tmp_path_factory.mktemp("stages"))


@pytest.fixture(scope="module")
def results() -> dict[str, str]:
    """What each command comes to where nothing is in the way."""
    return {}


class Play:
    """One command, on a repository of its own."""

    def __init__(self, name: str, directory: Path, runner: Runner) -> None:
        self.command = COMMANDS[name]
        self.directory = directory
        self.branch = self.command.branch
        self.ref = f"refs/heads/{self.branch}"
        self._runner = runner

    def __call__(self, *more: str, code: int = 0) -> Result:
        return self._runner(*self.command.words, *more, code=code)

    def tree(self, branch: str = "") -> str:
        """What is on the branch; nothing where there is none."""
        found = subprocess.run(
            ["git", "rev-parse", "-q", "--verify", f"{branch or self.ref}^{{tree}}"], cwd=self.directory, capture_output=True, check=False
        )
        return found.stdout.decode().strip()

    def journal(self) -> list[str]:
        return [entry["id"] for entry in self._runner("log", "--json").json["entries"]]


@pytest.fixture
def play(stages: Stages, results: dict[str, str], tmp_path: Path, capsys, monkeypatch) -> Callable[[str], Play]:
    def make(name: str) -> Play:
        if name not in results:
            plain = stages.copy(COMMANDS[name].stage, tmp_path / "plain")
            monkeypatch.chdir(plain)
            one = Play(name, plain, Runner(plain, capsys))
            one()
            results[name] = one.tree()
        directory = stages.copy(COMMANDS[name].stage, tmp_path / "it's $HOME")
        monkeypatch.chdir(directory)
        return Play(name, directory, Runner(directory, capsys))

    return make


# what is in the way ------------------------------------------------------------------------------------------------------


def branched(play: Play) -> None:
    """The branch is there: ours, or begun by somebody."""
    if not play.tree():
        git(play.directory, "branch", play.branch)


def checked_out(play: Play) -> Undo:
    branched(play)
    git(play.directory, "worktree", "add", "-q", "../its 'own'", play.branch)
    return lambda: git(play.directory, "worktree", "remove", "../its 'own'")


def checked_out_and_gone(play: Play) -> Undo:
    checked_out(play)
    shutil.rmtree(play.directory.parent / "its 'own'")
    return lambda: git(play.directory, "worktree", "prune")


def rebased(play: Play) -> Undo:
    undo = checked_out(play)
    place = play.directory.parent / "its 'own'"
    assert subprocess.run(["git", "rebase", "-q", "--root", "--exec", "false"], cwd=place, capture_output=True, check=False).returncode
    return lambda: (git(place, "rebase", "--abort"), undo())


def locked(name: str) -> Callable[[Play], Undo]:
    def make(play: Play) -> Undo:
        git(play.directory, "config", "core.packedRefsTimeout", "1")
        lock = play.directory / ".git" / name
        lock.touch()
        return lock.unlink

    return make


def logs(play: Play) -> Undo:
    folder = play.directory / ".git/logs" / play.ref
    folder.unlink(missing_ok=True)
    folder.mkdir(parents=True)
    (folder / "x").touch()
    return lambda: shutil.rmtree(folder)


def no_objects(play: Play) -> Undo:
    """Nothing new can be written, whoever we are."""
    places = [place for n in range(256) if not (place := play.directory / f".git/objects/{n:02x}").exists()]
    for place in places:
        place.touch()
    return lambda: [place.unlink() for place in places]


def no_folder(play: Play) -> Undo:
    folder = play.directory / ".git/migrate"
    shutil.rmtree(folder, ignore_errors=True)
    folder.touch()
    return folder.unlink


def no_rights(where: str) -> Callable[[Play], Undo]:
    """Root and Windows know no such rights: it is skipped there."""

    def make(play: Play) -> Undo:
        top = play.directory / where
        modes = {path: path.stat().st_mode for path in (top, *top.rglob("*"))}
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)

        def undo() -> None:
            for path, mode in modes.items():
                path.chmod(mode)

        if sys.platform == "win32" or os.access(top, os.W_OK):
            undo()
            pytest.skip("this user can write everything: rights are something else for root and on Windows")
        return undo

    return make


def conflicting(play: Play) -> Undo:
    commit(play.directory, {"README.md": "theirs\n"}, "theirs")
    commit(play.directory, {"README.md": "mine\n"})
    assert subprocess.run(["git", "merge", "-q", "theirs"], cwd=play.directory, capture_output=True, check=False).returncode
    return lambda: git(play.directory, "merge", "--abort")


def besides(branch: Callable[[str], str]) -> Callable[[Play], Undo]:
    def make(play: Play) -> Undo:
        for one in git(play.directory, "for-each-ref", "--format=%(refname:short)", f"refs/heads/{branch(play.branch)}").split():
            git(play.directory, "branch", "-q", "-D", one)
        git(play.directory, "branch", branch(play.branch))
        return lambda: git(play.directory, "branch", "-m", branch(play.branch), "mine")

    return make


Row = tuple[tuple[str, ...], Callable[[Play], Undo], int, str, str]
IN_THE_WAY: dict[str, Row] = {
    # the commands, what is in the way, exit code, what is said, what is to be done
    "checked out elsewhere": (ALL, checked_out, 3, "is checked out in ", "switch --detach"),
    "checked out in what is gone": (ALL, checked_out_and_gone, 3, "is checked out in ", "git worktree prune"),
    "being rebased": (ALL, rebased, 3, "is being rebased", "git rebase --continue or --abort"),
    "packed refs are locked": (("rollback",), locked("packed-refs.lock"), 3, "packed-refs.lock", "if no git is at work here"),
    "logs in the way": (tuple(one for one in ALL if one != "rollback"), logs, 3, "there are still logs", "move .git/logs/refs/heads/"),
    "no objects can be written": (ALL, no_objects, 3, "", "git fsck"),
    "a file where our folder must be": (ALL, no_folder, 3, "cannot be written", "check the permissions of .git"),
    "no rights": (ALL, no_rights(".git"), 3, "cannot be written", "check the permissions of .git"),
    "no rights to refs": (ALL, no_rights(".git/refs"), 3, "git cannot move refs/", "make it writable for you"),
    "no rights to objects": (ALL, no_rights(".git/objects"), 3, "", "make it writable for you"),
    "a branch where a folder must be": (MAKING, besides(lambda name: name.partition("/")[0]), 3, "cannot exist beside the branch", "--branch NAME"),
    "a branch below": (MAKING, besides(lambda name: f"{name}/deeper"), 3, "cannot exist beside the branch", "--branch NAME"),
}
MADE_HERE = ("checked out elsewhere", "checked out in what is gone", "being rebased")
"""What needs a branch: somebody's, where the command begins one."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "what"), [(name, what) for what, row in IN_THE_WAY.items() for name in row[0]])
def test_nothing_is_half_done_and_then_it_works(play: Callable[[str], Play], results: dict[str, str], name: str, what: str) -> None:
    _, make, code, said, hint = IN_THE_WAY[what]
    one = play(name)
    undo = make(one)
    before, journal = seen(one.directory), one.journal()
    error = one("--json", code=code).error
    assert said in error["message"]
    assert hint in error["hint"]
    assert (seen(one.directory), one.journal()) == (before, journal)
    undo()
    if one.tree() and what in MADE_HERE and name not in {"update", "rollback"}:
        git(one.directory, "branch", "-q", "-D", one.branch)
    one()
    assert one.tree() == results[name]


PASTED = {
    "checked out": ("update", checked_out),
    "checked out in what is gone": ("update", checked_out_and_gone),
    "packed refs are locked": ("rollback", locked("packed-refs.lock")),
}


@pytest.mark.skipif(sys.platform == "win32", reason="commands of a POSIX shell")
@pytest.mark.parametrize(("name", "make"), PASTED.values(), ids=PASTED)
def test_what_an_error_says_can_be_pasted(play: Callable[[str], Play], name: str, make: Callable[[Play], Undo]) -> None:
    """Directories are called as a shell would not leave alone."""
    one = play(name)
    make(one)
    command = one("--json", code=3).error["hint"].partition(",")[0]
    subprocess.run(["sh", "-c", command], cwd=one.directory, check=True)
    one()


@pytest.mark.parametrize(
    ("make", "said", "hint"),
    [
        (locked("index.lock"), "index.lock", "if no git is at work here"),
        (conflicting, "resolve your current index first", "git merge --abort"),
    ],
    ids=["the index is locked", "conflicts are not resolved"],
)
def test_in_place_it_says_what_is_in_the_way(play: Callable[[str], Play], make: Callable[[Play], Undo], said: str, hint: str) -> None:
    one = play("mv")
    undo = make(one)
    before = seen(one.directory)
    error = one("--in-place", "--json", code=3).error
    assert said in error["message"]
    assert "\n" not in error["message"]
    assert hint in error["hint"]
    assert seen(one.directory) == before
    undo()
    one("--in-place")
    assert (one.directory / "deux/b.py").is_file()


# what is no reason to stop -----------------------------------------------------------------------------------------------


def merging(play: Play) -> None:
    commit(play.directory, {"README.md": "theirs\n"}, "theirs")
    git(play.directory, "merge", "-q", "--no-commit", "--no-ff", "theirs")


def rebasing(play: Play) -> None:
    """Somebody rebases a branch that has nothing to do with it, where we are."""
    git(play.directory, "switch", "-q", "-c", "theirs")
    git(play.directory, "commit", "-q", "--allow-empty", "-m", "theirs")
    git(play.directory, "switch", "-q", "--detach", "main")
    (play.directory / ".git/rebase-merge").mkdir()
    (play.directory / ".git/rebase-merge/head-name").write_text("refs/heads/theirs\n", encoding="utf-8")


def bisecting(play: Play) -> None:
    git(play.directory, "bisect", "start")


def detached(play: Play) -> None:
    git(play.directory, "switch", "-q", "--detach")


def sparse(play: Play) -> None:
    git(play.directory, "sparse-checkout", "set", "--cone", "--sparse-index", "all")


def converted(play: Play) -> None:
    git(play.directory, "config", "core.autocrlf", "true")
    git(play.directory, "rm", "-q", "-r", "--cached", ".")
    git(play.directory, "reset", "-q", "--hard")
    assert b"\r\n" in (play.directory / "lib/use.py").read_bytes()


def users_locks(play: Play) -> None:
    for name in ("index.lock", "HEAD.lock", "config.lock", "refs/heads/main.lock"):
        (play.directory / ".git" / name).touch()


def dead_locks(play: Play) -> None:
    """Those on refs of ours that a dead git left."""
    for name in ("refs/migrate/journal", "refs/migrate/settled", play.ref):
        lock = play.directory / f".git/{name}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.touch()
        os.utime(lock, (1, 1))


def linked(play: Play) -> None:
    git(play.directory, "worktree", "add", "-q", "--detach", "../linked", "main")
    play.directory = play.directory.parent / "linked"


def cloned(*options: str) -> Callable[[Play], None]:
    """Another clone has the same branches and the same journal."""

    def make(play: Play) -> None:
        git(play.directory, "config", "uploadpack.allowFilter", "true")
        other = play.directory.parent / "clone"
        git(play.directory.parent, "clone", "-q", *options, play.directory.as_uri(), "clone")
        git(other, "fetch", "-q", "origin", "refs/migrate/*:refs/migrate/*", "refs/heads/*:refs/remotes/origin/*")
        for branch in git(play.directory, "for-each-ref", "--format=%(refname:short)", "refs/heads").split():
            if branch != "main":
                git(other, "branch", "-q", "-f", branch, f"origin/{branch}")
        play.directory = other

    return make


IN_THE_MIDDLE: dict[str, Callable[[Play], None]] = {
    "a merge": merging,
    "a rebase of something else": rebasing,
    "a bisection": bisecting,
    "a detached HEAD": detached,
    "a sparse checkout": sparse,
    "line ends converted": converted,
    "locks of other files": users_locks,
    "locks of a dead git": dead_locks,
    "a linked worktree": linked,
    "a bare clone": cloned("--bare"),
    "a clone without contents": cloned("--filter=blob:none", "--no-checkout"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("what", IN_THE_MIDDLE)
def test_the_result_is_the_same(play: Callable[[str], Play], results: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, what: str) -> None:
    one = play(name)
    IN_THE_MIDDLE[what](one)
    monkeypatch.chdir(one.directory)
    before = seen(one.directory, one.ref)
    one()
    assert one.tree() == results[name]
    assert seen(one.directory, one.ref) == before


@pytest.mark.parametrize("name", [name for name in ALL if name != "rollback"])
def test_submodules_stay_what_they_are(play: Callable[[str], Play], name: str) -> None:
    """Their commits are nowhere here, nor are they asked for."""
    one = play(name)
    git(one.directory, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor/mod")
    (one.directory / ".gitmodules").write_text('[submodule "mod"]\n\tpath = vendor/mod\n\turl = ../mod\n', encoding="utf-8", newline="\n")
    git(one.directory, "add", ".gitmodules")
    git(one.directory, "commit", "-q", "-m", "vendor")
    before = seen(one.directory, one.ref)
    one()
    assert f"160000 commit {'1' * 40}\tvendor/mod" in git(one.directory, "ls-tree", "-r", one.branch)
    assert seen(one.directory, one.ref) == before


@pytest.mark.parametrize("name", ALL)
def test_a_shallow_clone_says_how_to_be_whole(
    play: Callable[[str], Play], results: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    one = play(name)
    git(one.directory, "commit", "-q", "--allow-empty", "-m", "more")
    whole = cloned("--depth", "1", "--no-single-branch")
    whole(one)
    (one.directory / ".git/shallow").write_text(git(one.directory, "rev-parse", "main"), encoding="utf-8")
    monkeypatch.chdir(one.directory)
    before = seen(one.directory)
    error = one("--json", code=3).error
    assert error["message"] == "this clone is shallow, its history cannot be followed"
    assert seen(one.directory) == before
    git(one.directory, *shlex.split(error["hint"])[1:])
    one()
    assert one.tree() == results[name]


def test_contents_that_cannot_be_fetched_are_waited_for(
    play: Callable[[str], Play], results: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = play("run")
    remote = one.directory.as_uri()
    cloned("--filter=blob:none", "--no-checkout")(one)
    monkeypatch.chdir(one.directory)
    monkeypatch.setenv("MIGRATE_CACHE_DIR", str(one.directory.parent / "cache"))
    git(one.directory, "remote", "set-url", "origin", "nowhere")
    before = seen(one.directory)
    error = one("--json", code=3).error
    assert "from promisor remote" in error["message"]
    assert error["hint"] == "git fetch, once the remote can be reached, and the same again"
    assert seen(one.directory) == before
    git(one.directory, "remote", "set-url", "origin", remote)
    one()
    assert one.tree() == results["run"]
