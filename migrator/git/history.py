"""Commits: what each is, what each changed, and new ones, which no ref points to yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from migrator.errors import RepositoryError
from migrator.git.commits import FORMAT, Author, Commit, Rename, commits_of, records, renames_of, seconds
from migrator.git.program import GitFailedError, Program
from migrator.paths import RepoPath

__all__ = ["History"]

_NO_NAME = "".join(map(chr, range(33))) + ".,:;<>\"\\'"
"""What git takes off both ends of a name."""


class History(Program):
    """The commits of a repository."""

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
        yield from commits_of(self.git("log", *FORMAT, *options, "--end-of-options", revision, "--", *paths))

    def authors(self, revision: str, limit: int) -> Counter[str]:
        """The names of those who made the last commits, merges apart, each with how many."""
        raw = self.git(
            "log", f"-{limit}", "--no-merges", "--no-show-signature", "--encoding=UTF-8", "-z", "--format=%an", "--end-of-options", revision, "--"
        )
        return Counter(name for one in raw.decode("utf-8", "replace").split("\0") if (name := one.strip().partition("@")[0]))

    def commits(self, ids: Iterable[str]) -> dict[str, Commit]:
        """Some commits by their ids, in one go."""
        wanted = "".join(f"{one}\n" for one in dict.fromkeys(ids))
        raw = self.git("log", *FORMAT, "--no-walk=unsorted", "--stdin", stdin=wanted.encode()) if wanted else b""
        return {commit.id: commit for commit in commits_of(raw)}

    def times(self, revision: str) -> dict[str, int]:
        """The commits of a first-parent history, oldest first, each with its committer time."""
        rows = self.git("log", "--first-parent", "--reverse", "--no-show-signature", "--format=%H %ct", "--end-of-options", revision, "--")
        return {commit: seconds(time) for commit, _, time in (row.partition(" ") for row in rows.decode().splitlines())}

    def history(self, revision: str) -> tuple[Rename, ...]:
        """The exact renames in a history, newest first; ids are enough to see them, so missing contents do no harm."""
        options = ("--find-renames=100%", "--diff-filter=R", "--name-status", "--format=%x01%H %s")
        raw = self.git("-c", "diff.renameLimit=0", "log", "-z", "--encoding=UTF-8", *options, "--end-of-options", revision, "--")
        return tuple(renames_of(raw))

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
        for record in records(raw):
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


def _named(author: Author) -> str:
    """A name that git takes."""
    return next((name for name in (author.name, author.mail) if name.strip(_NO_NAME)), "unknown")
