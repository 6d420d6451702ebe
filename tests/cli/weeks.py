"""Repositories at the stages of a migration by teams, each made once and copied, and what has to be left alone in them."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from migrator.cli import main
from tests.cli.conftest import FILES
from tests.cli.practice import PHASES
from tests.conftest import git, put

__all__ = ["COMMANDS", "Stages", "commit", "quietly", "seen"]

LONG = "2999-01-01"
MORE = {"two/data.bin": b"\0one", "lib/__init__.py": "", "lib/old.py": "OLD = 1\n" * 9, "lib/use.py": "import lib.old\n"}


@dataclass(frozen=True)
class Command:
    """A command that makes or moves a branch, on a repository in which it has something to do."""

    stage: str
    words: tuple[str, ...]
    branch: str
    """The branch that it moves."""


COMMANDS: Mapping[str, Command] = {
    "run": Command("start", ("run", "--phase", "1"), "migrate/phase-1"),
    "mv": Command("start", ("mv", "two", "deux"), "migrate/mv"),
    "update": Command("behind", ("update",), "migrate/phase-1"),
    "carry": Command("merged", ("carry", "feature"), "carried/feature"),
    "rollback --onto": Command("merged", ("rollback", "--phase", "1", "--onto", "main"), "migrate/rollback-1"),
    "rollback": Command("ran", ("rollback", "--all"), "migrate/phase-1"),
    "shims --remove": Command("shimmed", ("shims", "--remove"), "migrate/shims"),
}


def commit(directory: Path, files: Mapping[str, str | bytes | None], branch: str = "main", message: str = "people") -> str:
    """A commit of people's on a branch, which begins here where there is none; None deletes. Afterwards main is checked out."""
    there = git(directory, "branch", "--list", branch)
    git(directory, "switch", "-q", *([] if there else ["-c"]), branch)
    put(directory, files)
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "--allow-empty", "-m", message)
    made = git(directory, "rev-parse", "HEAD").strip()
    git(directory, "switch", "-q", "main")
    return made


def quietly(directory: Path, *words: str) -> None:
    """A command that has to succeed."""
    said = io.StringIO()
    with contextlib.chdir(directory), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        assert main(words, phases=lambda: PHASES) == 0, said.getvalue()


def merge(directory: Path, branch: str) -> None:
    """A squash merge into main, after which the branch is gone."""
    git(directory, "merge", "-q", "--squash", branch)
    git(directory, "commit", "-q", "-m", branch)
    git(directory, "branch", "-q", "-D", branch)


class Stages:
    """Copies of repositories at a stage."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def copy(self, stage: str, directory: Path) -> Path:
        """A repository of its own at a stage."""
        made = self._root / stage
        if not made.exists():
            _MAKE[stage](self, made)
        shutil.copytree(made, directory, symlinks=True)
        return directory


def _start(stages: Stages, directory: Path) -> None:
    del stages
    directory.mkdir()
    git(directory, "init", "-q", "-b", "main")
    commit(directory, {**FILES, **MORE}, message="start")


def _ran(stages: Stages, directory: Path) -> None:
    """Phase 1 is on its branch."""
    quietly(stages.copy("start", directory), "run", "--phase", "1")


def _behind(stages: Stages, directory: Path) -> None:
    """The same, and main went on."""
    commit(stages.copy("ran", directory), {"two/late.py": "import one.a\n"})


def _merged(stages: Stages, directory: Path) -> None:
    """Phase 1 is merged, and `feature` was cut before."""
    commit(stages.copy("ran", directory), {"two/new.py": "import two.b\n"}, "feature", "Add new")
    merge(directory, "migrate/phase-1")


def _shimmed(stages: Stages, directory: Path) -> None:
    """A module moved and left a shim, and that is merged."""
    quietly(stages.copy("start", directory), "mv", "lib/old.py", "lib/new.py", "--shims", LONG)
    merge(directory, "migrate/mv")


_MAKE: Mapping[str, Callable[[Stages, Path], None]] = {"start": _start, "ran": _ran, "behind": _behind, "merged": _merged, "shimmed": _shimmed}


def seen(directory: Path, *but: str) -> dict[str, object]:
    """What people have: refs (but for the journal's, and those that are named), what is checked out, the index, every file of the work tree."""

    def ask(*words: str) -> str:
        # A bare repository has no index.
        return subprocess.run(["git", *words], cwd=directory, capture_output=True, check=False).stdout.decode("utf-8", "surrogateescape")

    refs = (row.split(" ") for row in ask("for-each-ref", "--format=%(refname) %(objectname)").splitlines())
    files = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file() and ".git" not in path.relative_to(directory).parts}
    return {
        "refs": {ref: commit for ref, commit in refs if ref not in but and not ref.startswith("refs/migrate/")},
        "HEAD": ask("symbolic-ref", "HEAD") or ask("rev-parse", "HEAD"),
        "index": ask("ls-files", "--stage", "-v"),
        "files": {} if (directory / "objects").is_dir() else files,
    }
