"""Contents and trees, read and written, and how two trees differ."""

from __future__ import annotations

import io
from collections.abc import Iterable

import gitdb
from gitdb.exc import BadName, BadObject

from migrator.errors import RepositoryError
from migrator.git.program import Program, remedy
from migrator.paths import RepoPath
from migrator.tree import Entry, Store, Tree

__all__ = ["DIFF", "Objects", "paths_of"]

# The user's diff configuration is for the user's eyes; ours must read the same everywhere.
DIFF = ("--no-ext-diff", "--no-color", "--no-relative", "-O/dev/null", "-M")


def paths_of(raw: bytes) -> tuple[RepoPath, ...]:
    """Paths as git lists them for programs."""
    return tuple(map(RepoPath, raw.decode("utf-8", "surrogateescape").split("\0")[:-1]))


class Objects(Program):
    """The contents and trees of a repository."""

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

    def renames(self, old: str, new: str) -> dict[RepoPath, RepoPath]:
        """What git's default rename detection pairs between two trees or commits, old path to new path."""
        options = ("-c", "diff.renames=true", "-c", "diff.renameLimit=1000")
        raw = self.git(*options, "diff", *DIFF, "--name-status", "-z", "--diff-filter=R", old, new)
        words = paths_of(raw)
        return {words[i + 1]: words[i + 2] for i in range(0, len(words), 3)}

    def diff(self, old: str, new: str, *options: str) -> str:
        """`git diff` between two trees that are in the object database, as text."""
        return self.git("diff", *DIFF, "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", *options, old, new).decode("utf-8", "replace")

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
            raise RepositoryError(f"{place} cannot be written: {why}", remedy(why, "git fsck")) from error
