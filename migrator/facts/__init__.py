"""What is true of one tree: lazy, pure, printable. A fact never suggests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from migrator.atlas import Atlas
from migrator.graph import Graph, Reference, Scanner, resolved
from migrator.tree import FILE, Entry, Store, Tree

if TYPE_CHECKING:
    from migrator.git.commits import Changed, Rename
    from migrator.paths import RepoPath

__all__ = ["Contents", "Facts"]

_T = TypeVar("_T")
References = tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What the files of a declared document hold, by the paths that the plan file gives them; or why there are none."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    why: str = ""
    remedy: str = ""
    """What to do about it, where that is not to correct the plan file."""


class Facts:
    """One tree and everything that follows from it."""

    def __init__(  # noqa: PLR0913  keyword-only from the fourth on
        self,
        tree: Tree,
        store: Store,
        scanner: Scanner,
        *,
        history: Callable[[], tuple[Rename, ...]] = tuple,
        changes: Callable[[], tuple[Changed, ...]] = tuple,
        documents: Callable[[str], Contents | None] = lambda _: None,
        answers: Mapping[str, str] | None = None,
        atlas: Atlas | None = None,
        graph: Graph | None = None,
        earlier: Facts | None = None,
        near: Facts | None = None,
    ) -> None:
        self.tree = tree
        self.store = store
        self.scanner = scanner
        self.answers = answers or {}
        """What people answered to questions, by id."""
        self._history = history
        self._changes = changes
        self._documents = documents
        self._derived: dict[Callable[[Facts], Any], Any] = {}
        self._atlas = atlas
        self._graph = graph
        self._earlier = earlier
        """Those of the tree before: what files say that say the same is known there."""
        self._near = near
        """Those that these were made of."""
        self._said: dict[Callable[[References], Any], Mapping[RepoPath, tuple[References, Any]]] = {}

    def read(self, path: RepoPath) -> bytes:
        """The content of a file."""
        return self.store.read(self.tree[path].blob)

    @cached_property
    def history(self) -> tuple[Rename, ...]:
        """The renames that led to the tree from which planning started, newest first."""
        return self._history()

    @property
    def changes(self) -> tuple[Changed, ...]:
        """What each commit changed that led to the tree from which planning started, newest first; who gives it keeps it."""
        return self._changes()

    @cached_property
    def atlas(self) -> Atlas:
        """Where things are."""
        near, self._near = self._near, None
        if self._atlas is not None:
            return self._atlas
        map_of_near = None if near is None else near.atlas
        return Atlas(self.tree, self.read, self.scanner.hidden, self.answers, dialect=self.scanner.dialect, ask=self.scanner.say, near=map_of_near)

    @cached_property
    def graph(self) -> Graph:
        """The files and the mentions between them."""
        return self._graph or Graph.of(self.atlas, self.scanner)

    def document(self, name: str) -> Contents | None:
        """What a document holds that the plan file declares, taken from the tree from which planning started; None when it declares none."""
        return self._documents(name)

    def derive(self, fact: Callable[[Facts], _T]) -> _T:
        """A fact computed by a function of these facts, once."""
        if fact not in self._derived:
            self._derived[fact] = fact(self)
        return self._derived[fact]  # type: ignore[no-any-return]  # the mapping is typed by its keys

    def told(self, path: RepoPath, function: Callable[..., _T], *given: str) -> _T:
        """What a function says of a file's content alone, and of some texts beside it: asked once for each content, kept between runs."""
        return self.scanner.answers.of(function, self.tree, path, *given)

    def remembered(self, path: RepoPath, function: Callable[..., _T], *given: object) -> _T:
        """The same of any type, in whichever tree, as long as this run goes on: nothing is written down. Nobody changes it."""
        known, asked = self.scanner.remembered, (function, given, self.tree[path].blob)
        if asked not in known:
            known[asked] = function(self.read(path), *given)
        return known[asked]  # type: ignore[no-any-return]  # the mapping is typed by its keys

    def said(self, function: Callable[[References], _T]) -> Mapping[RepoPath, _T]:
        """What a function makes of what each file says, where it makes anything of it; for files that say the same as in the tree before it is not asked again."""
        return {path: made for path, (_, made) in self._each(function).items() if made}

    def _each(self, function: Callable[[References], _T]) -> Mapping[RepoPath, tuple[References, _T]]:
        if function not in self._said:
            known = self._earlier._each(function) if self._earlier is not None and function in self._earlier._said else {}  # noqa: SLF001  of its own kind
            found: dict[RepoPath, tuple[References, _T]] = {}
            for path, references in self.graph.references.items():
                there = known.get(path)
                found[path] = there if there is not None and there[0] is references else (references, function(references))
            self._said[function] = found
        return self._said[function]

    def saying(self, path: RepoPath, text: bytes) -> Facts:
        """The facts of a tree in which one file of code says something else; no other is read again."""
        tree = self.tree.replace({path: Entry(self.tree[path].mode, self.store.add(text))})
        now = resolved(path, self.scanner.scan_one(path, text), self.atlas)
        atlas = self.atlas.over(tree, lambda one: self.store.read(tree[one].blob))
        return self.at(tree, atlas, Graph(atlas, {**self.graph.references, path: now}))

    def spelling(self, texts: Mapping[RepoPath, bytes]) -> Facts:
        """The facts of a tree in which some files say something else, or are new and named by none that stays; no other is read again."""
        entries = {path: Entry(self.tree[path].mode if path in self.tree else FILE, self.store.add(text)) for path, text in texts.items()}
        tree = self.tree.replace(entries)
        atlas = self.at(tree).atlas
        now = {path: resolved(path, self.scanner.scan_one(path, text), atlas) for path, text in texts.items()}
        return self.at(tree, atlas, Graph(atlas, {**self.graph.references, **now}))

    def at(self, tree: Tree, atlas: Atlas | None = None, graph: Graph | None = None) -> Facts:
        """The facts of another tree in the same repository, with what is already known of it."""
        if tree == self.tree and atlas is None and graph is None:
            return self
        return Facts(
            tree,
            self.store,
            self.scanner,
            history=self._history,
            changes=self._changes,
            documents=self._documents,
            answers=self.answers,
            atlas=atlas,
            graph=graph,
            earlier=self if self._said else self._earlier,
            near=self,
        )
