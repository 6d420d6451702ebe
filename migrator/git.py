"""The only module that talks to git.

It reads and writes objects and refs. The work tree, the index, HEAD and the configuration are never written (L10), hooks never
run, and a ref only moves by compare-and-swap.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

import gitdb
from gitdb.exc import BadName, BadObject

from migrator.errors import RaceError, RepositoryError
from migrator.paths import RepoPath, ancestors, folded
from migrator.secrets import veiled
from migrator.tree import EXECUTABLE, SUBMODULE, SYMLINK, Entry, Store, Tree
from migrator.wording import word

try:
    import git
    from git.exc import GitCommandError, GitError
except ImportError as error:  # it looks for the program when it is imported
    raise RepositoryError("the program git is not found", "install git, and have PATH say where it is") from error

ZERO = "0" * 40
"""What compare-and-swap expects of a ref that must not exist yet."""

# A hooks path without hooks keeps those of the user from running; a missing directory is the same on all platforms.
_SETTINGS = ("core.hooksPath=.git/migrate/no-hooks", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false", "i18n.commitEncoding=UTF-8")
_SILENT = tuple(word for setting in _SETTINGS for word in ("-c", setting))
_ENV = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_NO_REPLACE_OBJECTS": "1"}
# The user's diff configuration is for the user's eyes; ours must read the same everywhere.
_DIFF = ("--no-ext-diff", "--no-color", "--no-relative", "-O/dev/null", "-M")
_PATIENCE = 1.0
"""Seconds that a git which outlived its `migrate` may still need: a younger lock is waited for."""


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


def _remedy(said: str, otherwise: str) -> str:
    """What helps against what git or the system said; with files by their names."""
    for pattern, remedy in _REMEDIES:
        if found := pattern.search(said):
            return remedy.format(*(word(name) for name in found.groups() if name))
    return otherwise


class GitFailedError(RepositoryError):
    """A git command failed; `said` is what it wrote to standard error."""

    def __init__(self, command: Sequence[str], said: str) -> None:
        super().__init__(f"git {command[0]} failed: {said}", _remedy(said, "git fsck"))
        self.said = said

    @property
    def first_line(self) -> str:
        """What it said first; the rest is git's advice."""
        return self.said.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its id, its tree's id, its parents' ids, its message and its committer time (seconds since the epoch)."""

    id: str
    tree: str
    parents: tuple[str, ...]
    message: str
    time: int = 0

    @property
    def subject(self) -> str:
        """The message's first line, without credentials that show by their own shape: it is told in many places."""
        return veiled(self.message.partition("\n")[0])

    @property
    def trailers(self) -> dict[str, str]:
        """`Key: value` lines of the last paragraph."""
        last = self.message.strip().rpartition("\n\n")[2]
        pairs = (line.partition(": ") for line in last.splitlines())
        return {key: value for key, sep, value in pairs if sep and " " not in key}


class Author(NamedTuple):
    """Who made a commit, and when."""

    name: str
    mail: str
    date: str
    """As git takes it: seconds since the epoch and the zone."""


class Rename(NamedTuple):
    """A file that a commit of the history moved unchanged."""

    commit: str
    subject: str
    old: RepoPath
    new: RepoPath


class Changed(NamedTuple):
    """What a commit that is no merge changed, and who made it."""

    commit: str
    author: str
    mail: str
    time: int
    """When it was made by its author, in seconds since the epoch."""
    step: str
    """The step of a migration that it carries out; empty for what people commit."""
    paths: tuple[RepoPath, ...]
    """As they are called after it; what it only moved is not among them."""
    renames: tuple[tuple[RepoPath, RepoPath], ...]
    """The files that it moved unchanged."""


class Repository:
    """A git repository on disk."""

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
    def open(cls, start: Path) -> Repository:
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
    def create(cls, directory: Path, message: str) -> Repository:
        """Make a directory a repository of its own with one commit of everything in it, by an author of its own."""
        with git.Repo.init(directory, initial_branch="main") as repo:
            with repo.config_writer() as config:
                for section, key, value in (("user", "name", "migrate"), ("user", "email", "migrate@localhost"), ("core", "autocrlf", "false")):
                    config.set_value(section, key, value)
            repo.git.add(all=True)
            repo.git.execute(["git", *_SILENT, "commit", "--quiet", "--no-gpg-sign", "--no-verify", f"--message={message}"])
        return cls.open(directory)

    # reading -------------------------------------------------------------------------------------------------------

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

    def resolve(self, revision: str) -> str:
        """The id of the commit that a revision names. Raises RepositoryError when it names none."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        except GitFailedError as error:
            if revision == "HEAD":
                raise RepositoryError("the repository has no commit yet", "commit something first") from error
            if far := [ref.removeprefix("refs/remotes/") for ref in self.called(revision)]:
                raise RepositoryError(f"{revision} is not here, only at {' and '.join(far)}", f"say {word(far[0])}") from error
            raise RepositoryError(f"{revision!r} names no commit of this repository", "git log --oneline --all") from error

    def read_ref(self, ref: str) -> str | None:
        """The commit a ref points to, or None when it does not exist."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
        except GitFailedError:
            return None

    def called(self, name: str) -> dict[str, str]:
        """The branches that people call so, by their full refs: the one that is here, else the one of that remote, else those of all remotes that have it."""
        for ref in (name,) if name.startswith("refs/") else (f"refs/heads/{name}", f"refs/remotes/{name}"):
            if (commit := self.refs(ref).get(ref)) is not None:
                return {ref: commit}
        # A remote's HEAD is no branch of its own.
        return {ref: commit for ref, commit in self.refs("refs/remotes").items() if ref.split("/", 3)[-1] == name != "HEAD"}

    def refs(self, prefix: str) -> dict[str, str]:
        """The refs below a prefix with the commits they point to."""
        rows = self.git("for-each-ref", "--format=%(refname) %(objectname)", prefix).decode("utf-8", "surrogateescape").splitlines()
        return dict(tuple(row.split(" ", 1)) for row in rows)  # type: ignore[misc]  # a row has two words

    def is_ref_name(self, ref: str) -> bool:
        """Whether git accepts a full ref name."""
        try:
            self.git("check-ref-format", ref)
        except GitFailedError:
            return False
        return True

    def head_branch(self) -> str | None:
        """The short name of the branch that is checked out, or None when HEAD is detached."""
        try:
            return self.git("symbolic-ref", "--quiet", "--short", "HEAD").decode("utf-8", "surrogateescape").strip()
        except GitFailedError:
            return None

    def checked_out(self) -> dict[str, str]:
        """The full names of the branches that are checked out in any worktree, each with the directory of that."""
        records = self.git("worktree", "list", "--porcelain").decode("utf-8", "surrogateescape").split("\n\n")
        rows = (dict(row.partition(" ")[::2] for row in record.splitlines()) for record in records)
        return {row["branch"]: row["worktree"] for row in rows if "branch" in row}

    def rebased(self) -> frozenset[str]:
        """The full names of the branches that somebody is rebasing: none of them is checked out, and each moves when that ends."""
        found: set[str] = set()
        for state in (self.common_dir, *self.common_dir.glob("worktrees/*")):
            for name in ("rebase-merge", "rebase-apply"):
                with contextlib.suppress(OSError):
                    found.add(os.fsdecode((state / name / "head-name").read_bytes()).strip())
        return frozenset(found)

    def read(self, blob: str) -> bytes:
        """The content of a blob. Raises RepositoryError when the object is missing."""
        try:
            return bytes(self._repo.odb.stream(bytes.fromhex(blob)).read())
        except (ValueError, BadName, BadObject, OSError) as error:
            raise RepositoryError(f"object {blob} is missing from the repository", "git fsck, or fetch it again") from error

    def read_many(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """The contents of many blobs, in one go. Raises RepositoryError when an object is missing."""
        wanted = list(blobs)
        raw = self.git("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in wanted).encode()) if wanted else b""
        found: dict[str, bytes] = {}
        at = 0
        for blob in wanted:
            end = raw.index(b"\n", at)
            size = raw[at:end].rpartition(b" ")[2]
            if not size.isdigit():
                raise RepositoryError(f"object {blob} is missing from the repository", "git fsck, or fetch it again")
            at = end + 1 + int(size)
            found[blob] = raw[end + 1 : at]
            at += 1
        return found

    def store(self) -> Store:
        """A store of contents that reads through to this repository."""
        return Store(self.read, self.read_many)

    def tree(self, revision: str) -> Tree:
        """The tree of a commit or tree id, submodules and symbolic links included."""
        entries: dict[RepoPath, Entry] = {}
        for row in self.git("ls-tree", "-r", "-z", "--full-tree", revision).split(b"\0")[:-1]:
            head, _, path = row.partition(b"\t")
            mode, _, blob = head.split(b" ")
            if not {b"", b".", b"..", b".git"}.isdisjoint(path.split(b"/")):
                raise RepositoryError(f"{revision[:12]} holds the path {path!r}, which git itself refuses", "git fsck")
            entries[RepoPath(path.decode("utf-8", "surrogateescape"))] = Entry(int(mode, 8), blob.decode())
        return Tree(entries)

    def commit(self, revision: str) -> Commit:
        """A commit by its id or name."""
        return next(self.log(revision, limit=1))

    def author(self, revision: str) -> Author:
        """Who made a commit; where its date cannot be read, it is when it was committed."""
        form = "--format=%an%x00%ae%x00%ad%x00%ct"
        raw = self.git("log", "-1", "--no-show-signature", "--no-mailmap", "--encoding=UTF-8", "--date=raw", form, "--end-of-options", revision, "--")
        name, mail, date, committed = raw.decode("utf-8", "replace").rstrip("\n").split("\0")
        return Author(name, mail, f"@{date or f'{committed or 0} +0000'}")

    def log(self, revision: str, *, limit: int | None = None, first_parent: bool = False, path: str | None = None) -> Iterator[Commit]:
        """Commits from a revision (or `a..b`) back, newest first; of a path those that changed it."""
        options = [f"-{limit}"] if limit is not None else []
        options += ["--first-parent"] if first_parent else []
        paths = [] if path is None else [f":(literal){path}"]
        yield from _commits(self.git("log", *_COMMITS, *options, "--end-of-options", revision, "--", *paths))

    def authors(self, revision: str, limit: int) -> Counter[str]:
        """The names of those who made the last commits, merges apart, each with how many."""
        raw = self.git(
            "log", f"-{limit}", "--no-merges", "--no-show-signature", "--encoding=UTF-8", "-z", "--format=%an", "--end-of-options", revision, "--"
        )
        return Counter(name for one in raw.decode("utf-8", "replace").split("\0") if (name := one.strip().partition("@")[0]))

    def commits(self, ids: Iterable[str]) -> dict[str, Commit]:
        """Some commits by their ids, in one go."""
        wanted = "".join(f"{one}\n" for one in dict.fromkeys(ids))
        raw = self.git("log", *_COMMITS, "--no-walk=unsorted", "--stdin", stdin=wanted.encode()) if wanted else b""
        return {commit.id: commit for commit in _commits(raw)}

    def times(self, revision: str) -> dict[str, int]:
        """The commits of a first-parent history, oldest first, each with its committer time."""
        rows = self.git("log", "--first-parent", "--reverse", "--no-show-signature", "--format=%H %ct", "--end-of-options", revision, "--")
        return {commit: _seconds(time) for commit, _, time in (row.partition(" ") for row in rows.decode().splitlines())}

    def history(self, revision: str) -> tuple[Rename, ...]:
        """The exact renames in a history, newest first; ids are enough to see them, so missing contents do no harm."""
        options = ("--find-renames=100%", "--diff-filter=R", "--name-status", "--format=%x01%H %s")
        raw = self.git("-c", "diff.renameLimit=0", "log", "-z", "--encoding=UTF-8", *options, "--end-of-options", revision, "--")
        found: list[Rename] = []
        for record in raw.decode("utf-8", "surrogateescape").split("\x01")[1:]:
            head, *words = record.strip("\n\0").split("\0")
            commit, _, subject = head.strip().partition(" ")
            words = [word for word in words if word.strip()]
            found += [Rename(commit, veiled(subject), RepoPath(words[i + 1]), RepoPath(words[i + 2])) for i in range(0, len(words) - 2, 3)]
        return tuple(found)

    def added(self, revision: str, directory: str, *, gone: bool = False) -> dict[RepoPath, str]:
        """The files of a directory that a first-parent history added (or took away), each with the commit that did so last; oldest commit first."""
        return self._done(revision, directory, "D" if gone else "A")

    def edited(self, revision: str, directory: str) -> dict[RepoPath, str]:
        """The files of a directory that a first-parent history changed, each with the commit that did so last; oldest commit first."""
        return self._done(revision, directory, "MT")

    def _done(self, revision: str, directory: str, what: str) -> dict[RepoPath, str]:
        options = (
            "--first-parent",
            "--diff-merges=first-parent",
            "--no-renames",
            f"--diff-filter={what}",
            "--name-only",
            "--no-show-signature",
            "--reverse",
            "--format=%x01%H",
        )
        raw = self.git("log", "-z", *options, "--end-of-options", revision, "--", directory)
        found: dict[RepoPath, str] = {}
        for record in raw.decode("utf-8", "surrogateescape").split("\x01")[1:]:
            commit, *paths = record.replace("\n", "\0").strip("\0").split("\0")
            for path in filter(None, paths):
                found.pop(RepoPath(path), None)
                found[RepoPath(path)] = commit.strip()
        return found

    def changes(self, revision: str) -> bytes:
        """What each commit of a history changed that is no merge, newest first, for `changes_of`; no mail map takes part, for it may lie in the work tree (L4)."""
        head = "%x01%H%x02%an%x02%ae%x02%at%x02%(trailers:key=Migrate-Step,valueonly,separator=%x20)"
        options = ("--no-merges", "--no-mailmap", "--no-show-signature", "--find-renames=100%", "--name-status", f"--format={head}")
        return self.git("-c", "diff.renameLimit=0", "log", "-z", "--encoding=UTF-8", *options, "--end-of-options", revision, "--")

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits, or None."""
        try:
            return self.git("merge-base", one, other).decode().strip()
        except GitFailedError:
            return None

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Whether one commit is reachable from the other."""
        return self.merge_base(ancestor, descendant) == ancestor

    def renames(self, old: str, new: str) -> dict[RepoPath, RepoPath]:
        """What git's default rename detection pairs between two trees or commits, old path to new path."""
        options = ("-c", "diff.renames=true", "-c", "diff.renameLimit=1000")
        raw = self.git(*options, "diff", *_DIFF, "--name-status", "-z", "--diff-filter=R", old, new)
        words = raw.decode("utf-8", "surrogateescape").split("\0")[:-1]
        return {RepoPath(words[i + 1]): RepoPath(words[i + 2]) for i in range(0, len(words), 3)}

    def diff(self, old: str, new: str, *options: str) -> str:
        """`git diff` between two trees that are in the object database, as text."""
        return self.git("diff", *_DIFF, "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", *options, old, new).decode("utf-8", "replace")

    def tracked(self, directory: str) -> tuple[RepoPath, ...]:
        """The files of the index below a directory."""
        raw = self.git("ls-files", "-z", "--full-name", "--", f":(top,literal){directory}/" if directory else ":(top)")
        return tuple(map(RepoPath, raw.decode("utf-8", "surrogateescape").split("\0")[:-1]))

    def new_files(self, old: str | None, new: str | None) -> tuple[RepoPath, ...]:
        """The files that a commit has and an older one lacks; without the older one those of the index that the commit, if there is any, lacks."""
        between = [old, new] if old and new else ["--cached", *([new] if new else [])]
        raw = self.git("diff", *_DIFF, "--no-renames", "--diff-filter=A", "--name-only", "-z", *between, "--")
        return tuple(map(RepoPath, raw.decode("utf-8", "surrogateescape").split("\0")[:-1]))

    def dirty(self) -> frozenset[RepoPath]:
        """Paths whose work tree or index differs from HEAD, untracked files included."""
        raw = self.git("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
        return frozenset(RepoPath(row[3:].decode("utf-8", "surrogateescape")) for row in raw.split(b"\0")[:-1])

    # writing objects -----------------------------------------------------------------------------------------------

    def write(self, tree: Tree, store: Store) -> str:
        """Write a tree and those of its contents that were only in memory; returns the tree's id."""
        for blob in {entry.blob for entry in tree.values()} & store.added.keys():
            self._put("blob", blob, store.added[blob])
        for tree_id, content in tree.objects():
            self._put("tree", tree_id, content)
        return tree.id

    def _put(self, kind: str, object_id: str, content: bytes) -> None:
        if self._repo.odb.has_object(bytes.fromhex(object_id)):
            return
        try:
            self._loose.store(gitdb.IStream(kind, len(content), io.BytesIO(content)))
        except OSError as error:
            why = error.strerror or str(error)
            place = error.filename or self.common_dir / "objects"
            raise RepositoryError(f"{place} cannot be written: {why}", _remedy(why, "git fsck")) from error

    def write_commit(self, tree: str, parents: Sequence[str], message: str, author: Author | None = None) -> str:
        """Write a commit object by the configured author, or by another one, without moving any ref; returns its id.

        An author whose name git takes for none (old imports have some) goes by the address. Raises RepositoryError when git knows no author.
        """
        options = [word for parent in parents for word in ("-p", parent)]
        env = None if author is None else {"GIT_AUTHOR_NAME": _named(author), "GIT_AUTHOR_EMAIL": author.mail, "GIT_AUTHOR_DATE": author.date}
        try:
            return self.git("commit-tree", "--no-gpg-sign", tree, *options, stdin=message.encode(), env=env).decode().strip()
        except GitFailedError as error:
            nobody = re.search(r"ident|tell me who you are|no email was given", error.said)
            who = "git config user.name NAME && git config user.email ADDRESS"
            raise RepositoryError(f"git cannot write a commit: {error.first_line}", who if nobody else error.hint) from error

    def copy_commit(self, commit: str, tree: str, parents: Sequence[str], message: str) -> str:
        """Write a commit as another one, by its people and with its dates, on other parents and with another tree; no signature goes along.

        Returns its id.
        """
        head, _, body = self.git("cat-file", "commit", commit).partition(b"\n\n")
        lines = [line for line in head.split(b"\n") if line.startswith((b"author ", b"committer ", b"encoding "))]
        same = message == self.commit(commit).message
        top = [f"tree {tree}".encode(), *(f"parent {parent}".encode() for parent in parents)]
        if not same:
            lines, body = [line for line in lines if not line.startswith(b"encoding ")], message.encode()
        raw = b"\n".join((*top, *lines)) + b"\n\n" + body
        return self.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw).decode().strip()

    # moving refs ---------------------------------------------------------------------------------------------------

    def update_ref(self, ref: str, new: str | None, old: str | None, why: str) -> None:
        """Move a ref from `old` to `new`, where None means that it does not exist (L9: the only way a ref ever moves).

        Raises RaceError when the ref is not at `old`.
        """
        arguments = ("-d", ref, old or ZERO) if new is None else (ref, new, old or ZERO)
        try:
            self.git("update-ref", "--no-deref", "--create-reflog", "-m", why, *arguments)
        except GitFailedError as error:
            now = self.read_ref(ref)
            if now == new:
                return
            if now != old:
                raise RaceError(f"{ref} moved to {(now or 'nothing')[:12]} while we worked", "migrate status") from error
            raise RepositoryError(f"git cannot move {ref}: {error.first_line}", _remedy(error.said, "migrate status")) from error

    def remove_stale_lock(self, ref: str, patience: float = _PATIENCE) -> bool:
        """Remove the lock that a killed process left on one of our own refs; only to be called under our own lock.

        A lock younger than `patience` seconds is waited for: killing `migrate` does not kill the git that it had started.
        """
        lock = self.common_dir / f"{ref}.lock"
        with contextlib.suppress(OSError):
            age = time.time() - lock.stat().st_mtime
            until = time.monotonic() + patience - min(max(age, 0), patience)
            while lock.exists() and time.monotonic() < until:
                time.sleep(_PATIENCE / 50)
            lock.unlink()
            return True
        return False

    def switch_in_place(self, old: str, new: str) -> None:
        """Bring index and work tree from one tree to another as `git mv` and `git add` would, without moving HEAD.

        Raises RepositoryError, with nothing changed, where an affected file is dirty or an untracked one is in the way.
        """
        if self._repo.bare:
            raise RepositoryError("this repository has no work tree", "leave out --in-place")
        if in_the_way := self._in_the_way(self.tree(old), self.tree(new)):
            raise RepositoryError(f"{in_the_way} is in the way, and git does not track it", "move it away, or leave out --in-place")
        with contextlib.suppress(GitFailedError):  # it fails where files are dirty; read-tree decides whether they matter
            self.git("update-index", "-q", "--refresh")
        try:
            self.git("read-tree", "-m", "-u", old, new)
        except GitFailedError as error:
            if remedy := _remedy(error.said, ""):
                raise RepositoryError(f"git cannot change the index: {error.first_line}", remedy) from error
            raise RepositoryError(
                "the work tree has changes in files that this would touch: " + error.said,
                "git stash, or commit them first, or leave out --in-place",
            ) from error

    def _in_the_way(self, old: Tree, new: Tree) -> RepoPath | None:
        """A file on disk that a new file would replace; git itself spares only those that are not ignored."""
        known = {folded(path) for path in old}
        for path in sorted(new.keys() - old.keys()):
            for place in (path, *ancestors(path)[:-1]):
                there = self.path / place
                if folded(place) not in known and (there.is_symlink() or there.is_file()):
                    return place
        return None

    # checkouts -----------------------------------------------------------------------------------------------------

    def export(self, tree: Tree, store: Store, directory: Path) -> None:
        """Write a tree's files into an empty directory outside the work tree, without filters; submodules are left out."""
        for path, entry in tree.items():
            if entry.mode == SUBMODULE:
                continue
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            content = store.read(entry.blob)
            if entry.mode == SYMLINK and hasattr(os, "symlink"):
                with contextlib.suppress(OSError):
                    target.symlink_to(content.decode("utf-8", "surrogateescape"))
                    continue
            target.write_bytes(content)
            if entry.mode == EXECUTABLE:
                target.chmod(0o755)

    def close(self) -> None:
        """End the helper processes."""
        self._repo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_NO_NAME = "".join(map(chr, range(33))) + ".,:;<>\"\\'"
"""What git takes off both ends of a name."""


def _named(author: Author) -> str:
    """A name that git takes."""
    return next((name for name in (author.name, author.mail) if name.strip(_NO_NAME)), "unknown")


_COMMITS = ("-z", "--no-show-signature", "--encoding=UTF-8", "--format=%H%n%T%n%P%n%ct%n%B")


def _commits(raw: bytes) -> Iterator[Commit]:
    """What `git log` says, as data."""
    for record in raw.decode("utf-8", "replace").split("\0"):
        if record:
            commit, tree, parents, seconds, message = record.lstrip("\n").split("\n", 4)
            yield Commit(commit, tree, tuple(parents.split()), message, _seconds(seconds))


_LAST = 253_370_764_800
"""The first second of the year 9999: calendars end soon after."""


def _seconds(time: str) -> int:
    """A time that git tells, within what calendars hold; 0 for one that it cannot read."""
    return min(int(time), _LAST) if time.isdecimal() else 0


def now() -> datetime:
    """The current time, UTC."""
    return datetime.now(UTC)


def changes_of(log: bytes) -> tuple[Changed, ...]:
    """What `Repository.changes` says, as data."""
    found: list[Changed] = []
    for record in log.decode("utf-8", "surrogateescape").split("\x01")[1:]:
        head, *words = record.strip("\n\0").split("\0")
        parts = head.strip("\n").split("\x02")
        if len(parts) != 5:  # noqa: PLR2004  a name with a control character in it
            continue
        commit, author, mail, time, step = parts
        paths: list[RepoPath] = []
        renames: list[tuple[RepoPath, RepoPath]] = []
        rest = iter(word.strip("\n") for word in words)
        for status in rest:
            if status.startswith(("R", "C")):
                renames.append((RepoPath(next(rest)), RepoPath(next(rest))))
            elif status:
                paths.append(RepoPath(next(rest)))
        found.append(Changed(commit, author, mail, _seconds(time), step.strip(), tuple(paths), tuple(renames)))
    return tuple(found)
