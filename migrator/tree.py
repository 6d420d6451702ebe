"""Trees, what is stored in them, and moves: git's data model as values, without git.

Laws that live here: L4 (an id depends on the contents alone) and L5 (moves have an inverse).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeVar, overload

from migrator.errors import Problem
from migrator.paths import ROOT, RepoPath, ancestors, folded, git_problem, name, parent, printable, windows_problem

FILE = 0o100644
EXECUTABLE = 0o100755
SYMLINK = 0o120000
SUBMODULE = 0o160000
_DIRECTORY = 0o040000
_Other = TypeVar("_Other")


class Entry(NamedTuple):
    """What a tree holds at a path: git's file mode and the id of the content (of the commit, for a submodule)."""

    mode: int
    blob: str


def object_id(kind: str, content: bytes) -> str:
    """The SHA-1 id that git gives to an object."""
    return hashlib.sha1(b"%s %d\0%s" % (kind.encode(), len(content), content), usedforsecurity=False).hexdigest()


_LARGE, _MOST = 1 << 20, 1 << 26
"""So many bytes of one content, and of all together, are read ahead."""


class Store:
    """Contents by id: reads through to the repository, keeps what was added in memory until somebody writes it out."""

    def __init__(self, read: Callable[[str], bytes], read_many: Callable[[Iterable[str]], dict[str, bytes]] | None = None) -> None:
        # Facts of one tree after the other read the same sources: asking git costs more than keeping the last ones.
        self._read = lru_cache(maxsize=1024)(read)
        self._read_many = read_many
        self.added: dict[str, bytes] = {}
        self._warm: dict[str, bytes] = {}

    def read(self, blob: str) -> bytes:
        """The content of a blob."""
        content = self.added.get(blob, self._warm.get(blob))
        return self._read(blob) if content is None else content

    def read_many(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """The contents of many blobs, for much less than one by one; hold them no longer than needed."""
        wanted = set(blobs)
        found = {blob: self.added[blob] for blob in wanted & self.added.keys()}
        rest = wanted - found.keys()
        return found | (self._read_many(rest) if self._read_many is not None else {blob: self._read(blob) for blob in rest})

    def warm(self, blobs: Iterable[str]) -> None:
        """Read many blobs in one go for whoever asks for them next, as far as they fit into memory; the ones before are forgotten."""
        found = self.read_many(blobs) if self._read_many is not None else {}
        self._warm = {blob: content for blob, content in found.items() if len(content) <= _LARGE} if sum(map(len, found.values())) <= _MOST else {}

    def add(self, content: bytes) -> str:
        """Remember a content and return its id; nothing is written."""
        blob = object_id("blob", content)
        self.added[blob] = content
        return blob


class _Places:
    """Where files are, whatever is in them: most trees that a step goes through differ in contents alone, and have this in common."""

    def __init__(self, paths: Iterable[RepoPath]) -> None:
        self._paths = paths

    @cached_property
    def folders(self) -> Mapping[RepoPath, AbstractSet[str]]:
        found: dict[RepoPath, set[str]] = {ROOT: set()}
        for path in self._paths:
            child: str = path
            while True:
                above, _, last = child.rpartition("/")
                names = found.get(RepoPath(above))
                if names is not None:
                    names.add(last)
                    break
                found[RepoPath(above)] = {last}
                child = above
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset().union(*self.folders.values())

    def called(self, names: Collection[str]) -> list[RepoPath]:
        found = [path for name in dict.fromkeys(names) for path in self._by_name.get(name, ())]
        return sorted(found) if len(names) > 1 else found

    @cached_property
    def _by_name(self) -> Mapping[str, list[RepoPath]]:
        found: dict[str, list[RepoPath]] = {}
        for path in self._paths:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found


class Tree(Mapping[RepoPath, Entry]):
    """An immutable mapping from path to entry, in the order of the paths (L4), files only: a directory is where files are."""

    __slots__ = ("__dict__", "_entries", "_places")

    def __init__(self, entries: Mapping[RepoPath, Entry] | Iterable[tuple[RepoPath, Entry]] = ()) -> None:
        self._entries = dict(sorted(dict(entries).items()))
        self._places = _Places(self._entries)

    def __getitem__(self, path: RepoPath) -> Entry:
        return self._entries[path]

    def __contains__(self, path: object) -> bool:
        return path in self._entries

    def __iter__(self) -> Iterator[RepoPath]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    # What a mapping offers by itself asks of each path anew; every step goes through all of them many times.

    def keys(self) -> KeysView[RepoPath]:
        """The paths, in order."""
        return self._entries.keys()

    def values(self) -> ValuesView[Entry]:
        """The entries, in the order of their paths."""
        return self._entries.values()

    def items(self) -> ItemsView[RepoPath, Entry]:
        """The paths with their entries, in order."""
        return self._entries.items()

    @overload
    def get(self, path: RepoPath, /) -> Entry | None: ...
    @overload
    def get(self, path: RepoPath, /, default: Entry | _Other) -> Entry | _Other: ...
    def get(self, path: RepoPath, /, default: Entry | _Other | None = None) -> Entry | _Other | None:
        """The entry of a path, or what is given for none."""
        return self._entries.get(path, default)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tree) and self._entries == other._entries

    def __hash__(self) -> int:
        return hash(self.id)

    def unlike(self, other: Tree) -> tuple[set[RepoPath], set[RepoPath]]:
        """The files that are in one of two trees only, and those that differ."""
        old, new = self._entries, other._entries
        return old.keys() ^ new.keys(), {path for path, _ in new.items() - old.items() if path in old}

    @property
    def folders(self) -> Mapping[RepoPath, AbstractSet[str]]:
        """Every directory with the names in it (of files and of directories)."""
        return self._places.folders

    @property
    def names(self) -> frozenset[str]:
        """Every name of a file or a directory."""
        return self._places.names

    def called(self, *names: str) -> list[RepoPath]:
        """The files that have one of some names, in order."""
        return self._places.called(names)

    @cached_property
    def blobs(self) -> Mapping[str, AbstractSet[str]]:
        """The ids of the contents, by what stands behind the last dot of their paths."""
        found: dict[str, set[str]] = {}
        for path, entry in self._entries.items():
            found.setdefault(path.rpartition(".")[2], set()).add(entry.blob)
        return found

    def is_dir(self, path: str) -> bool:
        """Whether anything lies below a path."""
        return path in self.folders

    def below(self, directory: str) -> list[RepoPath]:
        """The files in a directory, at any depth, sorted."""
        if not directory:
            return sorted(self._entries)
        stack, found = [directory], []
        while stack:
            top = stack.pop()
            for last in self.folders.get(RepoPath(top), ()):
                path = RepoPath(f"{top}/{last}")
                if path in self._entries:
                    found.append(path)
                else:
                    stack.append(path)
        return sorted(found)

    def replace(self, changes: Mapping[RepoPath, Entry | None]) -> Tree:
        """A tree with some paths set, or removed where the value is None."""
        entries = dict(self._entries)
        for path, entry in changes.items():
            if entry is None:
                entries.pop(path, None)
            else:
                entries[path] = entry
        if any(path not in self._entries for path in changes):
            return Tree(entries)
        return Tree._of(entries, self._places if len(entries) == len(self._entries) else _Places(entries))

    def only(self, wanted: Callable[[RepoPath], bool]) -> Tree:
        """The files of this tree that a predicate says yes to."""
        entries = {path: entry for path, entry in self._entries.items() if wanted(path)}
        return Tree._of(entries, _Places(entries))

    @classmethod
    def _of(cls, entries: dict[RepoPath, Entry], places: _Places) -> Tree:
        """The tree of entries that are in order."""
        tree = cls.__new__(cls)
        tree._entries, tree._places = entries, places  # noqa: SLF001  its own
        return tree

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """Git's tree objects, children before parents, as (id, content); the last one is the root."""
        ids: dict[RepoPath, str] = {}
        for folder in sorted(self.folders, key=lambda path: (-path.count("/") - bool(path), path)):
            rows = []
            for last in self.folders[folder]:
                path = RepoPath(f"{folder}/{last}" if folder else last)
                entry = self._entries.get(path)
                raw = last.encode("utf-8", "surrogateescape")
                # Git sorts a directory as if its name ended with a slash.
                rows.append((raw + b"/", raw, _DIRECTORY, ids[path]) if entry is None else (raw, raw, *entry))
            rows.sort()
            content = b"".join(b"%o %s\0%s" % (mode, raw, bytes.fromhex(blob)) for _, raw, mode, blob in rows)
            ids[folder] = object_id("tree", content)
            yield ids[folder], content

    @cached_property
    def id(self) -> str:
        """Git's id of the whole tree (L4)."""
        last = ""
        for last, _ in self.objects():  # noqa: B007  the root comes last
            pass
        return last


class Moves:
    """A simultaneous substitution on paths: the longest source that contains a path wins, so swaps and chains need no order."""

    def __init__(self, pairs: Mapping[RepoPath, RepoPath] | Iterable[tuple[RepoPath, RepoPath]] = ()) -> None:
        wanted = dict(pairs)
        # A pair that leads nowhere keeps something in its place while what is around it goes.
        self.pairs: Mapping[RepoPath, RepoPath] = {
            old: new for old, new in wanted.items() if old != new or any(wanted.get(above, above) != above for above in ancestors(old))
        }
        self._sources: dict[str, RepoPath | None] = {}
        self._last: tuple[Tree, Mapping[RepoPath, RepoPath]] | None = None

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Moves) and dict(self.pairs) == dict(other.pairs)

    def __hash__(self) -> int:
        return hash(frozenset(self.pairs.items()))

    def __repr__(self) -> str:
        return f"Moves({dict(self.pairs)!r})"

    def __call__(self, path: RepoPath) -> RepoPath:
        """Where a path goes; itself when nothing moves it."""
        if (exact := self.pairs.get(path)) is not None:
            return exact
        above = self._source(path.rpartition("/")[0]) if path else None
        if above is None:
            return path
        target, rest = self.pairs[above], path[len(above) + 1 :] if above else path
        return RepoPath(f"{target}/{rest}" if target else rest)

    def _source(self, folder: str) -> RepoPath | None:
        """The longest source that a directory is or lies in; remembered, since a whole tree is asked for."""
        try:
            return self._sources[folder]
        except KeyError:
            whole = RepoPath(folder)
            found = whole if whole in self.pairs else self._source(folder.rpartition("/")[0]) if folder else None
            self._sources[folder] = found
            return found

    def files(self, tree: Tree) -> Mapping[RepoPath, RepoPath]:
        """The files of a tree that move, each with where it goes."""
        if self._last is None or self._last[0] is not tree:  # a step asks of the same tree again and again
            self._last = tree, {path: target for path in tree if (target := self(path)) != path} if self.pairs else {}
        return self._last[1]

    def apply(self, tree: Tree) -> Tree:
        """The tree with its files moved; no content is read."""
        moved = self.files(tree)
        return Tree((moved.get(path, path), entry) for path, entry in tree.items()) if moved else tree

    def inverse(self, tree: Tree) -> Moves:
        """The moves that lead from `self.apply(tree)` back to `tree` (L5), file by file."""
        return Moves({new: old for old, new in self.files(tree).items()})

    def problems(self, tree: Tree) -> tuple[Problem, ...]:
        """Every reason why these moves cannot be made on a tree; sorted, empty when they can."""
        found: list[Problem] = []
        for old, new in self.pairs.items():
            if old not in tree and not tree.is_dir(old):
                found.append(Problem(old, "no such file or directory in the tree", "paths are case-sensitive; `git ls-files` lists them"))
            if why := "the root cannot become a file" if not new and old in tree else git_problem(new or "root") or windows_problem(new):
                found.append(Problem(printable(new), why, "choose another name"))
            if old and (why := git_problem(old)):
                found.append(Problem(printable(old), why, "move the directory it lies in, or rename it with `git mv` first"))
        moved = self.files(tree)
        owner: dict[RepoPath, RepoPath] = {}
        for path in sorted(tree):
            target = moved.get(path, path)
            if target in owner and (path in moved or owner[target] in moved):
                other = owner[target]
                if other in moved and path in moved:
                    found.append(Problem(target, f"both {other} and {path} would go there"))
                else:
                    found.append(Problem(target, "is already there", "move it away in the same batch or choose another name"))
            owner.setdefault(target, path)
        after = Tree((target, tree[path]) for target, path in owner.items())
        for target in set(moved.values()):
            if after.is_dir(target):
                found.append(Problem(target, "is a directory there, it cannot also be a file", "name the file's new path in full"))
            found += [
                Problem(target, f"{above} is a file there, it cannot also be a directory") for above in ancestors(target)[:-1] if above in owner
            ]
        found += fold_problems(tree, after, moved.values())
        return tuple(sorted(set(found)))


def followed(path: RepoPath, later: Iterable[Moves]) -> RepoPath:
    """Where a path goes when one set of moves is made after the other."""
    for moves in later:
        path = moves(path)
    return path


def fold_problems(before: Tree, after: Tree, arrived: Iterable[RepoPath]) -> Iterator[Problem]:
    """Paths that arrive in a tree and differ from another one by case or Unicode form alone, which Windows and macOS fold together."""
    fresh: dict[RepoPath, set[str]] = {}
    for file in arrived:
        for path in (file, *ancestors(file)[:-1]):
            fresh.setdefault(parent(path), set()).add(name(path))
    for folder, names in fresh.items():
        spelled: dict[str, list[str]] = {}
        for one in sorted(after.folders.get(folder, ())):
            spelled.setdefault(folded(one), []).append(one)
        for same in spelled.values():
            paths = [RepoPath(f"{folder}/{one}" if folder else one) for one in same]
            if len(same) > 1 and not names.isdisjoint(same) and not all(path in before or before.is_dir(path) for path in paths):
                message = f"differs from {paths[0]} by case or Unicode form alone, Windows and macOS cannot hold both"
                yield from (Problem(path, message, "choose another name") for path in paths[1:])
