"""Commands that the plan file declares and a person approved, run in throwaway checkouts: the only code of a repository that ever runs.

A checkout holds one tree's files and goes when its command has ended, so whatever a command does to them harms nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.paths import RepoPath, is_within, repo_path
from migrator.planfile import words_of
from migrator.secrets import redact
from migrator.tree import Store, Tree
from migrator.trust import Approved

if TYPE_CHECKING:
    from migrator.git import Repository
    from migrator.planfile import Command

__all__ = ["Ended", "Place", "fingerprint", "ran", "tail"]

Place = Callable[[RepoPath], RepoPath]
"""Where a path that the plan file names is in the tree."""


class Ended(NamedTuple):
    """A command that ran to its end, while its checkout is still there."""

    checkout: Path
    directory: Path
    """Where it ran."""
    code: int
    output: str


def fingerprint(command: Command, tree: Tree, directory: RepoPath, place: Place) -> str:
    """What a command's result depends on: its inputs in a tree (without any, all of it), and what the plan file says of it."""
    inputs = [place(repo_path(path)) for path in command.inputs]
    seen = Tree((path, entry) for path, entry in tree.items() if any(is_within(path, top) for top in inputs)) if inputs else tree
    said = json.dumps([seen.id, directory, command.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


@contextmanager
def ran(  # noqa: PLR0913  keyword-only from the fifth on
    repository: Repository,
    approved: Approved[Command],
    tree: Tree,
    store: Store,
    *,
    directory: RepoPath,
    place: Place,
    arguments: Sequence[str] = (),
) -> Iterator[Ended | str]:
    """How an approved command, with words of ours behind it, ended in a checkout of a tree, or why it could not run to its end."""
    if not isinstance(approved, Approved):
        raise TypeError("a command runs only after a person approved it")
    command = approved.command
    if directory and not tree.is_dir(directory):
        yield f"there is no directory {directory}"
        return
    with _checkout(repository, tree, store) as top:
        for link in command.links:
            _link(repository.path / repo_path(link), top / place(repo_path(link)))
        cwd = top / directory
        env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        env |= {"CI": "1", "PYTHONDONTWRITEBYTECODE": "1", **{key: _expand(value, top, repository.path) for key, value in command.env.items()}}
        code, output = 0, ""
        setup = [] if command.setup is None else words_of(command.setup)
        for words in filter(None, (setup, [*words_of(command.command), *arguments])):
            done = _execute([_expand(word, top, repository.path) for word in words], cwd, env, command.timeout)
            if isinstance(done, str):
                yield done
                return
            code, output = done
            if words is setup and code:
                yield f"its setup ended with exit code {code}: {tail(output, top)}"
                return
        yield Ended(top, cwd, code, output)


def tail(text: str, checkout: Path | None = None) -> str:
    """The last lines of an output, in one, as people may read them: without secrets, and without the name of a directory that is gone."""
    text = text if checkout is None else re.sub(re.escape(str(checkout)) + r"[\\/]", "", text)
    return redact(" / ".join(line.strip() for line in text.strip().splitlines()[-3:]))


def _expand(word: str, checkout: Path, worktree: Path) -> str:
    return word.replace("{checkout}", str(checkout)).replace("{worktree}", str(worktree))


def _link(there: Path, here: Path) -> None:
    """Share a directory of the user's work tree, such as `node_modules`, with the checkout."""
    if not there.exists() or here.exists():
        return
    here.parent.mkdir(parents=True, exist_ok=True)
    try:
        here.symlink_to(there, target_is_directory=there.is_dir())
    except OSError:  # Windows without the right to make symbolic links: a junction needs none
        if sys.platform == "win32":
            import _winapi  # noqa: PLC0415

            _winapi.CreateJunction(str(there), str(here))
        else:
            raise


@contextmanager
def _checkout(repository: Repository, tree: Tree, store: Store) -> Iterator[Path]:
    """A throwaway directory with a tree's files."""
    top = Path(tempfile.mkdtemp(prefix="migrate-")).resolve()
    try:
        repository.export(tree, store, top)
        yield top
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _execute(words: list[str], cwd: Path, env: Mapping[str, str], timeout: int) -> tuple[int, str] | str:
    """Exit code and output of a command, or why it could not be run."""
    program = shutil.which(words[0], path=env.get("PATH")) if words else None
    if program is None:
        local = cwd / words[0] if words else cwd
        if not local.is_file():
            return f"{words[0] if words else 'an empty command'!r} is not installed"
        program = str(local)
    with tempfile.TemporaryFile() as output:  # not a pipe, which would stay open for as long as anything that the command started
        try:
            with _interruptible():
                process = subprocess.Popen(
                    [program, *words[1:]], cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
                )
        except OSError as error:
            return f"{words[0]} cannot be started: {error.strerror}"
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            return f"it took longer than {timeout} s"
        finally:
            _end(process)
        output.seek(0)
        return code, output.read().decode("utf-8", "replace")


@contextmanager
def _interruptible() -> Iterator[None]:
    """What starts here takes interrupts as usual, where we were told to ignore them (`nohup migrate run &`).

    That is meant for us: a command in a session of its own gets no Ctrl-C anyway, and its result must not depend on how we were started.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN or threading.current_thread() is not threading.main_thread():
        yield
        return
    # A handler is not inherited, unlike being ignored; this one goes on ignoring for us.
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that still runs with all that it has started: `npx` and the like run the program as a child of theirs."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/f", "/t", "/pid", str(process.pid)], capture_output=True, check=False)
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
