"""Files on disk: those of the work tree and the index, and a tree in a directory of its own."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from migrator.errors import RepositoryError
from migrator.git.objects import DIFF, Objects, paths_of
from migrator.git.program import GitFailedError, remedy
from migrator.paths import RepoPath, ancestors, folded
from migrator.tree import EXECUTABLE, SUBMODULE, SYMLINK, Store, Tree

__all__ = ["WorkTree"]


class WorkTree(Objects):
    """The work tree and the index of a repository."""

    def tracked(self, directory: str) -> tuple[RepoPath, ...]:
        """The files of the index below a directory."""
        raw = self.git("ls-files", "-z", "--full-name", "--", f":(top,literal){directory}/" if directory else ":(top)")
        return paths_of(raw)

    def new_files(self, old: str | None, new: str | None) -> tuple[RepoPath, ...]:
        """The files that a commit has and an older one lacks; without the older one those of the index that the commit, if there is any, lacks."""
        between = [old, new] if old and new else ["--cached", *([new] if new else [])]
        raw = self.git("diff", *DIFF, "--no-renames", "--diff-filter=A", "--name-only", "-z", *between, "--")
        return paths_of(raw)

    def dirty(self) -> frozenset[RepoPath]:
        """Paths whose work tree or index differs from HEAD, untracked files included."""
        raw = self.git("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
        return frozenset(RepoPath(row[3:].decode("utf-8", "surrogateescape")) for row in raw.split(b"\0")[:-1])

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
            if helps := remedy(error.said, ""):
                raise RepositoryError(f"git cannot change the index: {error.first_line}", helps) from error
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
