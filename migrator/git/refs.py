"""What names commits, and how a ref moves: by compare-and-swap alone."""

from __future__ import annotations

import contextlib
import os
import time

from migrator.errors import RaceError, RepositoryError
from migrator.git.program import GitFailedError, Program, remedy
from migrator.wording import word

__all__ = ["ZERO", "Refs"]

ZERO = "0" * 40
"""What compare-and-swap expects of a ref that must not exist yet."""
_PATIENCE = 1.0
"""Seconds that a git which outlived its `migrate` may still need: a younger lock is waited for."""


class Refs(Program):
    """The refs of a repository."""

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
            raise RepositoryError(f"git cannot move {ref}: {error.first_line}", remedy(error.said, "migrate status")) from error

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
