"""The program git, and how it is run: nothing of the user's runs with it, and what it says is ours to read."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import gitdb

from migrator.errors import RepositoryError
from migrator.wording import word

try:
    import git
    from git.exc import GitCommandError, GitError
except ImportError as error:  # it looks for the program when it is imported
    raise RepositoryError("the program git is not found", "install git, and have PATH say where it is") from error

__all__ = ["GitFailedError", "Program", "remedy"]

# A hooks path without hooks keeps those of the user from running; a missing directory is the same on all platforms.
_SETTINGS = ("core.hooksPath=.git/migrate/no-hooks", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false", "i18n.commitEncoding=UTF-8")
_SILENT = tuple(word for setting in _SETTINGS for word in ("-c", setting))
_ENV = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_NO_REPLACE_OBJECTS": "1"}
_REMEDIES = (
    (re.compile(r"Unable to create '(.+\.lock)': File exists"), "rm {}, if no git is at work here, and the same again"),
    (re.compile(r"resolve your current index first"), "git add what is resolved, or git merge --abort, and the same again"),
    (re.compile(r"there are still logs under '(.+)'"), "move {} away, and the same again"),
    (re.compile(r"(\S+); non-directory in the way"), "move the file away that lies where {} has to be, and the same again"),
    (
        re.compile(r"Permission denied|Read-only file system|Operation not permitted|insufficient permission|unable to create directory for"),
        "make it writable for you, and the same again",
    ),
    (re.compile(r"could not fetch \S+ from promisor remote"), "git fetch, once the remote can be reached, and the same again"),
    (re.compile(r"No space left|[Qq]uota exceeded"), "make room on the disk, and the same again"),
)
"""What git says of files that it cannot write, and what helps."""


def remedy(said: str, otherwise: str) -> str:
    """What helps against what git or the system said; with files by their names."""
    for pattern, helps in _REMEDIES:
        if found := pattern.search(said):
            return helps.format(*(word(name) for name in found.groups() if name))
    return otherwise


class GitFailedError(RepositoryError):
    """A git command failed; `said` is what it wrote to standard error."""

    def __init__(self, command: Sequence[str], said: str) -> None:
        super().__init__(f"git {command[0]} failed: {said}", remedy(said, "git fsck"))
        self.said = said

    @property
    def first_line(self) -> str:
        """What it said first; the rest is git's advice."""
        return self.said.partition("\n")[0]


class Program:
    """Git in one repository."""

    def __init__(self, repo: git.Repo) -> None:
        self._repo = repo
        self.path = Path(repo.working_tree_dir or repo.git_dir)
        self.common_dir = Path(repo.common_dir)
        """The directory shared by all linked worktrees, where refs and objects live."""
        # GitPython's own database starts a process for every object that it stores.
        self._loose = gitdb.LooseObjectDB(str(self.common_dir / "objects"))
        # What we write belongs to this repository, also when we are started by a git that keeps its objects aside.
        repo.git.update_environment(**_ENV, GIT_OBJECT_DIRECTORY=str(self.common_dir / "objects"))

    @classmethod
    def open(cls, start: Path) -> Self:
        """The repository around a directory.

        Raises RepositoryError where there is none, where it has no commit, is shallow, or uses SHA-256 ids.
        """
        try:
            repo = git.Repo(start, search_parent_directories=True, expand_vars=False)
        except GitError as error:
            raise RepositoryError(f"{start} is not inside a git repository", "give one with --repo DIR, or `git init` and commit") from error
        found = cls(repo)
        try:
            shallow, object_format = found.git("rev-parse", "--is-shallow-repository", "--show-object-format").decode().split()
        except GitFailedError as error:
            raise RepositoryError(f"git does not work in {start}: {error.said}", "git status") from error
        if object_format != "sha1":
            raise RepositoryError("this repository uses SHA-256 object ids, which are not supported", "use a SHA-1 clone")
        if shallow == "true":
            raise RepositoryError("this clone is shallow, its history cannot be followed", "git fetch --unshallow")
        return found

    @classmethod
    def create(cls, directory: Path, message: str) -> Self:
        """Make a directory a repository of its own with one commit of everything in it, by an author of its own."""
        with git.Repo.init(directory, initial_branch="main") as repo:
            with repo.config_writer() as config:
                for section, key, value in (("user", "name", "migrate"), ("user", "email", "migrate@localhost"), ("core", "autocrlf", "false")):
                    config.set_value(section, key, value)
            repo.git.add(all=True)
            repo.git.execute(["git", *_SILENT, "commit", "--quiet", "--no-gpg-sign", "--no-verify", f"--message={message}"])
        return cls.open(directory)

    def git(self, *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:
        """What a git command prints. Raises GitFailedError when it fails."""
        command = ["git", *_SILENT, *arguments]
        if stdin is None:
            try:
                output: bytes = self._repo.git.execute(command, stdout_as_string=False, strip_newline_in_stdout=False, env=env)
            except GitCommandError as error:
                raise GitFailedError(arguments, error.stderr.removeprefix("\n  stderr: '").removesuffix("'").strip()) from error
            return output
        # GitPython takes only a real file as standard input.
        with self._repo.git.custom_environment(**(env or {})):
            process = self._repo.git.execute(command, as_process=True, istream=subprocess.PIPE)
        out, said = process.communicate(stdin)
        if process.returncode:
            raise GitFailedError(arguments, said.decode("utf-8", "replace").strip())
        return bytes(out)

    def close(self) -> None:
        """End the helper processes."""
        self._repo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
