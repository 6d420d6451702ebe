"""The same branches with plain git and carried, side by side: what git stops at or puts into the wrong place, and what is left of that."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from migrator.engine.context import Engine
from migrator.engine.moves import commit_moves
from migrator.engine.teams.carried.carrying import carry
from migrator.git import Repository
from migrator.git.program import GitFailedError
from migrator.paths import RepoPath
from migrator.step import Move, MoveSymbol, Step
from tests.conftest import git

TEXT = "".join(f"VALUE_{n} = {n}\n" for n in range(40))
FILES = {f"src/old/{name}.py": TEXT.replace("VALUE", name.upper()) for name in ("a", "b", "c", "d")}
Files = Mapping[str, str | None]
OLD, NEW = RepoPath("src/old"), RepoPath("src/new")


@dataclass(frozen=True)
class Row:
    """What main moves, what people do on main after it, what the branch does; what git says of it, and what carrying makes of it."""

    moves: Sequence[Move | MoveSymbol]
    main: Files
    branch: Files
    git: str
    """conflict; misplaced, where it is clean and a file is where no other is; stale, where it names what is gone; follows."""
    expected: Mapping[str, str]
    """Texts in files of the carried branch."""
    files: Files | None = None
    left: tuple[str, ...] = ()


def _rewritten(share: int) -> str:
    """A text of which people changed some per cent of the lines; the last one is as it was."""
    return "".join(f"A_{n} = {n}\n" if n >= share * 40 // 100 else f"changed = {n * 7919}  # altogether otherwise\n" for n in range(40))


DIRECTORY = (Move(OLD, NEW),)
EDIT = FILES["src/old/a.py"] + "MORE = 1\n"
ROWS = {
    "C1 a new file in a directory that moved": Row(DIRECTORY, {}, {"src/old/new.py": "N = 1\n"}, "conflict", {"src/new/new.py": "N = 1\n"}),
    "C1 and a shim was made in the old place": Row(
        DIRECTORY, {"src/old/a.py": "from src.new.a import *\n"}, {"src/old/new.py": "N = 1\n"}, "misplaced", {"src/new/new.py": "N = 1\n"}
    ),
    "C2 a directory went to two places": Row(
        tuple(Move(RepoPath(f"src/old/{name}.py"), RepoPath(f"src/{'one' if name < 'c' else 'two'}/{name}.py")) for name in "abcd"),
        {},
        {"src/old/new.py": "N = 1\n", "src/old/a.py": EDIT},
        "conflict",
        {"src/one/a.py": EDIT},
        left=("src/old/new.py",),
    ),
    "C3 a fifth of the lines is another": Row(
        DIRECTORY, {"src/new/a.py": _rewritten(20)}, {"src/old/a.py": EDIT}, "follows", {"src/new/a.py": _rewritten(20) + "MORE = 1\n"}
    ),
    "C3 most lines are others": Row(
        DIRECTORY, {"src/new/a.py": _rewritten(70)}, {"src/old/a.py": EDIT}, "conflict", {"src/new/a.py": _rewritten(70) + "MORE = 1\n"}
    ),
    "C6 a definition went to another module": Row(
        (MoveSymbol(RepoPath("src/old/e.py"), "f", RepoPath("src/old/g.py")),),
        {},
        {"src/old/e.py": "def f():\n    return 2\n\n\ndef stays():\n    return 1\n"},
        "conflict",
        {"src/old/g.py": "def f():\n    return 2\n"},
        files={"src/old/e.py": "def f():\n    return 1\n\n\ndef stays():\n    return 1\n", "src/old/g.py": ""},
    ),
    "what is new names old places": Row(
        DIRECTORY, {}, {"run.py": "import src.old.a\n", "Makefile": "x:\n\tpython src/old/a.py\n"}, "stale", {"run.py": "import src.new.a\n"}
    ),
    "nobody is in the way": Row(DIRECTORY, {}, {"src/old/a.py": EDIT}, "follows", {"src/new/a.py": EDIT}),
}


def _commit(directory: Path, files: Files) -> None:
    for path, text in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            target.write_text(text, encoding="utf-8", newline="\n")
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "--allow-empty", "-m", "a change")


def _by_git(directory: Path, command: Sequence[str]) -> str:
    """What a merge or a rebase comes to."""
    with Repository.open(directory) as repository:
        try:
            repository.git(*command)
        except GitFailedError:
            return "conflict"
    there = {path.parent.as_posix() for path in directory.rglob("*.py") if path.name != "new.py"}
    if any(path.parent.as_posix() not in there or (path.parent / "b.py").exists() is False for path in directory.rglob("new.py")):
        return "misplaced"
    texts = (path.read_text(encoding="utf-8") for path in (directory / "run.py", directory / "Makefile") if path.exists())
    return "stale" if any("old" in text for text in texts) else "follows"


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_carried_beside_git(make_repository: Callable[..., Path], row: Row, tmp_path: Path) -> None:
    directory = make_repository(row.files or FILES)
    git(directory, "checkout", "-q", "-b", "feature")
    _commit(directory, row.branch)
    git(directory, "checkout", "-q", "main")
    with Repository.open(directory) as repository:
        engine = Engine(repository, ())
        commit_moves(engine, Step("moves", "Moves", "", tuple(row.moves)), None, None)
        git(directory, "merge", "-q", "--squash", "migrate/mv")
        git(directory, "commit", "-qm", "Moved")
        _commit(directory, row.main)
        for name, command in {"merge": ("merge", "--no-edit", "feature"), "rebase": ("rebase", "main", "feature")}.items():
            shutil.copytree(directory, tmp_path / name)
            assert _by_git(tmp_path / name, command) == row.git, name
        made = carry(engine, "feature", onto="main")
        assert not made.conflicts
        assert made.left == row.left
        tree = repository.tree("carried/feature")
        assert {path: repository.read(tree[RepoPath(path)].blob).decode() for path in row.expected} == row.expected
        new = set(tree) - set(repository.tree("main"))
        assert not {path for path in new if path.startswith("src/old/")} - {*row.left, *row.expected}
