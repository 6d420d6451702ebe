"""What compose files say: the services that they run, and from what these are built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.edits import EditError
from migrator.edits.source import Source
from migrator.edits.yaml import Node, document
from migrator.languages.text import speaks
from migrator.paths import RepoPath, join, parent
from migrator.tree import SUBMODULE, SYMLINK

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Document", "Entry", "Place", "entries", "unread"]

_MERGE = "<<"


class Place(NamedTuple):
    """A value of a document and the keys that lead to where it stands: an alias or a merge leads elsewhere in the file."""

    keys: tuple[str, ...]
    node: Node


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose aliases are followed."""

    top: Node
    anchors: Mapping[str, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, top: Node) -> Document:
        """The document with its anchors."""
        found: dict[str, Place] = {}
        pending = [Place((), top)]
        while pending:
            place = pending.pop()
            keys, node = place
            if node.anchor:
                found[node.anchor] = place
            pending += [Place((*keys, key.text), value) for key, value in node.pairs]
            pending += [Place((*keys, item.text.partition("=")[0]), item) for item in node.items if node.kind == "list"]
        return cls(top, found)

    def followed(self, place: Place) -> Place:
        """Where a value really stands."""
        for _ in self.anchors:
            if place.node.kind != "alias":
                break
            place = self.anchors[place.node.text]
        return place

    def within(self, place: Place) -> dict[str, Place]:
        """What a mapping or a list of `KEY=value` has by name, with what is merged into it; nothing else has names."""
        keys, node = self.followed(place)
        if node.kind == "list":
            return {(name := item.text.partition("=")[0]): Place((*keys, name), item) for item in node.items if item.kind == "scalar"}
        own: dict[str, Place] = {}
        merged: dict[str, Place] = {}
        for key, value in node.pairs:
            if key.text != _MERGE:
                own[key.text] = Place((*keys, key.text), value)
                continue
            for one in value.items if value.kind == "list" else (value,):
                if one.kind == "alias" and one.text in self.anchors and not _contains(self.anchors[one.text].node, node):
                    merged = {**self.within(self.anchors[one.text]), **merged}
        return merged | own

    def plain(self, place: Place, depth: int = 20) -> Any:  # noqa: ANN401  YAML is anything
        """A value as data: scalars are texts, an empty one is None."""
        keys, node = self.followed(place)
        if not depth or node.kind == "alias":
            return None
        match node.kind:
            case "mapping":
                return {name: self.plain(one, depth - 1) for name, one in self.within(Place(keys, node)).items()}
            case "list":
                return [self.plain(Place(keys, item), depth - 1) for item in node.items]
            case _:
                return node.text or None


def _contains(above: Node, below: Node) -> bool:
    return above.start <= below.start and below.end <= above.end


@dataclass(frozen=True, slots=True)
class Entry:
    """A service of a compose file; its values are those that stand in it and those that are merged into it."""

    file: RepoPath
    name: str
    context: RepoPath | None
    """The directory that it is built from, where that is in the repository."""
    dockerfile: RepoPath | None
    values: Mapping[str, Place]
    _document: Document

    @property
    def keys(self) -> tuple[str, ...]:
        """What leads to it."""
        return ("services", self.name)

    def said(self, key: str) -> Any:  # noqa: ANN401  YAML is anything
        """A value as data; None where there is none. It may be a secret."""
        return self._document.plain(self.values[key]) if key in self.values else None

    def within(self, *keys: str) -> Mapping[str, Place]:
        """What a value of it has by name."""
        found = self.values
        for key in keys:
            found = self._document.within(found[key]) if key in found else {}
        return found

    def place(self, key: str) -> Place | None:
        """Where a value really stands."""
        return self._document.followed(self.values[key]) if key in self.values else None

    def stands(self, key: str) -> bool:
        """Whether a value stands in the entry itself: what is changed there is nobody else's."""
        found = self.values.get(key)
        return found is not None and found.keys == (*self.keys, key) and found.node.kind != "alias" and not found.node.anchor


def entries(facts: Facts) -> tuple[Entry, ...]:
    """The services of all compose files, by file, in the order of each file."""
    return facts.derive(_read).entries


def unread(facts: Facts) -> Mapping[RepoPath, str]:
    """The compose files that cannot be read, each with the reason."""
    return facts.derive(_read).problems


class _Read(NamedTuple):
    entries: tuple[Entry, ...]
    problems: Mapping[RepoPath, str]


def _read(facts: Facts) -> _Read:
    found: list[Entry] = []
    problems: dict[RepoPath, str] = {}
    for path, entry in facts.tree.items():
        if speaks(path) == "compose" and entry.mode not in {SYMLINK, SUBMODULE} and not facts.scanner.hidden(path):
            try:
                found += _services(facts, path, Document.of(document(Source.read(facts.read(path)).text)))
            except EditError as error:
                problems[path] = str(error)
    return _Read(tuple(found), problems)


def _services(facts: Facts, path: RepoPath, read: Document) -> Iterator[Entry]:
    services = read.top.get("services")
    for name, value in read.within(Place(("services",), services)).items() if services is not None and services.kind != "list" else ():
        values = read.within(value)
        build = read.plain(values["build"]) if "build" in values else None
        said = build if isinstance(build, dict) else {"context": build}
        context = _directory(facts, parent(path), said.get("context") or ("." if isinstance(build, dict) else None))
        file = said.get("dockerfile") or "Dockerfile"
        dockerfile = join(context, file) if context is not None and isinstance(file, str) and "dockerfile_inline" not in said else None
        yield Entry(path, name, context, dockerfile if dockerfile in facts.tree else None, values, read)


def _directory(facts: Facts, above: RepoPath, said: object) -> RepoPath | None:
    if not isinstance(said, str) or "://" in said or "$" in said or said.startswith(("git@", "/", "~")):
        return None
    found = join(above, said)
    return found if found is not None and facts.tree.is_dir(found) else None
