"""A small deterministic phase and a process that runs the engine with it, so that tests can kill the process.

Run as a program: `python spine.py REPO`. It says `ready` once everything is imported, waits for one line with a command
(`run`, `rollback`, `rollback-to STEP`, `mv`, `update`, `carry`, `rollback-onto`), carries it out and prints `done`.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from migrator.engine import running
from migrator.engine.context import Engine
from migrator.engine.moves import commit_moves
from migrator.engine.rollback import take_back
from migrator.engine.teams.carried.carrying import carry
from migrator.engine.teams.returned.returning import take_back_onto
from migrator.engine.teams.updated.updating import update
from migrator.git import Repository
from migrator.paths import RepoPath
from migrator.phase import Notes, Steps
from migrator.step import Move, Step, Write

BRANCH = "refs/heads/migrate/phase-7"
MOVED = "refs/heads/migrate/mv"
CARRIED = "refs/heads/migrate/carried"
BACK = "refs/heads/migrate/rollback-7"
OPENED: list[Repository] = []


class Nothing(BaseModel):
    """No options."""


@dataclass(frozen=True)
class Shuffle:
    """Moves `old/dN` to `new/dN` one directory a step, and keeps a list of what it did; every third step hides its rename from git."""

    count: int = 12
    name: str = "shuffle"
    number: int = 7
    title: str = "Shuffle"
    summary: str = "moves directories about"
    options: type[BaseModel] = Nothing

    def steps(self, facts, options) -> Steps:
        for n in range(self.count):
            old, new = RepoPath(f"old/d{n}"), RepoPath(f"new/d{n}")
            if facts.tree.is_dir(old):
                done = "".join(f"d{k}\n" for k in range(n + 1)).encode()
                # A written file that replaces a short one keeps git from seeing the rename: moves and rewrite become two commits.
                hidden = (Write(RepoPath(f"new/d{n}/tiny.dat"), b"%d rewritten from the first word to the last\n" % n),) if n % 3 == 2 else ()
                actions = (Move(old, new), Write(RepoPath(f"list/{n:02d}.dat"), done))
                facts = yield Step(f"d{n}", f"Move d{n}", "The test wants it so.", (*actions, *hidden))
        return Notes()


def start_files(count: int = 12) -> dict[str, bytes]:
    """Five files a directory, in the odd shapes that real files have."""
    files: dict[str, bytes] = {"keep/README.dat": b"stays\n", "keep/crlf.dat": b"a\r\nb\r\n"}
    for n in range(count):
        files[f"old/d{n}/a.dat"] = b"".join(b"line %d of %d\n" % (k, n) for k in range(20))
        files[f"old/d{n}/b.dat"] = b"\xef\xbb\xbf" + b"mixed %d\r\nends\n" % n * 5
        files[f"old/d{n}/c.bin"] = hashlib.sha256(b"%d" % n).digest() * 9
        files[f"old/d{n}/deep/er/d.dat"] = b"deep %d, without a final newline" % n
        files[f"old/d{n}/latin.dat"] = b"caf\xe9 %d\n" % n
    return files


def engine_of(directory: Path, count: int = 12, repository: Callable[[Path], Repository] = Repository.open) -> Engine:
    """The engine with this phase alone; `close_all` ends its helper processes."""
    OPENED.append(repository(directory))
    return Engine(OPENED[-1], [Shuffle(count)])


def close_all() -> None:
    """Close every repository that was opened here."""
    while OPENED:
        OPENED.pop().close()


MV = Step("mv", "Move keep", "The test wants it so.", (Move(RepoPath("keep"), RepoPath("kept/here")),))


def carry_out(engine: Engine, command: str) -> None:
    """One command of the program."""
    word, _, argument = command.partition(" ")
    match word:
        case "run":
            running.run(engine, engine.phases)
        case "rollback":
            take_back(engine, BRANCH)
        case "rollback-to":
            take_back(engine, BRANCH, to=argument)
        case "mv":
            if engine.repository.read_ref(MOVED) is None:
                commit_moves(engine, MV, None, None)
        case "update":
            update(engine, BRANCH, engine.repository.resolve("HEAD"))
        case "carry":
            carry(engine, "feature", onto=BRANCH, to=CARRIED)
        case "rollback-onto":
            if engine.repository.read_ref(BACK) is None:
                take_back_onto(engine, "main", phase=7)
        case _:
            raise SystemExit(f"unknown command {command}")


# what a user can see -----------------------------------------------------------------------------------------------------


def ask(directory: Path, *arguments: str) -> str:
    """What git says."""
    return subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True).stdout.decode("utf-8", "surrogateescape")


def visible(directory: Path) -> dict[str, object]:
    """Everything of the user's (L10): work tree, index, HEAD, config, hooks, every file of .git that is not ours, every ref that is not ours.

    Objects, our refs, their logs and our own folder are left out, and packed-refs, which a deleted ref rewrites, is seen through its refs.
    """
    seen: dict[str, object] = {}
    git_dir = Path(ask(directory, "rev-parse", "--absolute-git-dir").strip())
    ours = tuple((git_dir / p).as_posix() for p in ("objects", "migrate", "refs/migrate", "refs/heads/migrate", "logs/refs", "packed-refs"))
    for path in sorted(directory.rglob("*")):
        text = path.as_posix()
        if any(text == own or text.startswith(own + "/") for own in ours):
            continue
        status = path.lstat()
        if path.is_symlink():
            seen[text] = ("link", str(path.readlink()))
        elif path.is_file():
            seen[text] = (status.st_mode, status.st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
    rows = ask(directory, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    seen["refs"] = [row for row in rows if not row.startswith(("refs/migrate/", "refs/heads/migrate/"))]
    return seen


def check(directory: Path) -> None:
    """The repository is whole."""
    done = subprocess.run(["git", "fsck", "--full", "--strict", "--no-dangling"], cwd=directory, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()


if __name__ == "__main__":
    engine = engine_of(Path(sys.argv[1]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    carry_out(engine, sys.stdin.readline().strip())
    sys.stdout.write("done\n")
    sys.stdout.flush()
