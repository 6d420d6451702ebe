"""Changes to YAML by the positions of what stands there: everything else stays byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import yaml
from yaml.events import AliasEvent, DocumentStartEvent, Event, MappingStartEvent, ScalarEvent, SequenceStartEvent

from migrator.edits import EditError
from migrator.edits.source import Source

__all__ = ["LOADER", "AddYamlEntry", "AddYamlItem", "AnchorYamlValue", "DropYamlEntry", "Node", "document", "documents"]

_PLAIN = re.compile(r"[A-Za-z./$][\w./${}:@=-]*(?<!:)")
_ALIAS = re.compile(r"\*[\w-]+")
_ITEM = re.compile(r"[\w./-]+")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml, where PyYAML was built with it: a hundred times quicker, and it says the same places."""
_STEP = 2
"""How far things are indented where a file does not show it."""
Shape = tuple[Any, ...]
"""What a part of a document says, wherever it stands."""


# what stands there -----------------------------------------------------------------------------------------------------


class Node(NamedTuple):
    """A scalar, alias, mapping or list of a YAML document where it stands. An alias is not followed."""

    kind: Literal["scalar", "alias", "mapping", "list"]
    start: int
    end: int
    """Where the last thing in it ends."""
    text: str = ""
    """What a scalar says, or the anchor that an alias names."""
    items: tuple[Node, ...] = ()
    """Of a list its items; of a mapping keys and values in turn."""
    anchor: str = ""
    tag: str = ""
    flow: bool = False
    plain: bool = False
    """A scalar without quotes on one line or more: what it says may be a number, a truth value or nothing."""

    @property
    def pairs(self) -> tuple[tuple[Node, Node], ...]:
        """The keys and values of a mapping."""
        return tuple(zip(self.items[::2], self.items[1::2], strict=True)) if self.kind == "mapping" else ()

    def get(self, key: str) -> Node | None:
        """What a mapping has under a key; of a list, the item that is the key or sets it (`KEY=value`)."""
        if self.kind == "list":
            return next((one for one in self.items if one.kind == "scalar" and (one.text == key or one.text.startswith(f"{key}="))), None)
        return next((value for name, value in self.pairs if name.kind == "scalar" and name.text == key), None)

    @property
    def shape(self) -> Shape:
        """What it says, wherever it stands."""
        return (self.kind, self.text, self.anchor, self.tag, *(item.shape for item in self.items))


@lru_cache(maxsize=256)  # a chain of changes reads each text as what the last one made and as what the next one changes
def document(text: str) -> Node:
    """The one mapping that a text is; an empty text is an empty one. Raises EditError when it is something else."""
    found = documents(text)
    if len(found) > 1:
        raise EditError("not YAML of one document: a second one begins in the file")
    return found[0] if found else Node("mapping", 0, 0)


@lru_cache(maxsize=64)
def documents(text: str) -> tuple[Node, ...]:
    """The mappings of a text, one for each document that is not empty. Raises EditError when one of them is something else."""
    try:
        list(yaml.compose_all(text, LOADER))  # an unknown anchor is no error of the parts
        events = iter(list(yaml.parse(text, LOADER)))
        found = [_node(text, next(events, None), events) for event in events if isinstance(event, DocumentStartEvent)]
    except yaml.YAMLError as error:
        raise EditError(f"not YAML: {error}") from error
    except RecursionError as error:
        raise EditError("nested too deeply") from error
    said = [node for node in found if node is not None and (node.kind != "scalar" or node.text)]
    if any(node.kind != "mapping" for node in said):
        raise EditError("the file holds no mapping")
    return tuple(said)


def _node(text: str, event: Event | None, rest: Iterator[Event]) -> Node | None:
    """The node that begins with an event, which takes its own events from the rest."""
    if isinstance(event, AliasEvent):
        return Node("alias", event.start_mark.index, event.end_mark.index, str(event.anchor))
    if isinstance(event, ScalarEvent):
        start, end = event.start_mark.index, event.end_mark.index
        end = start + len(text[start:end].rstrip())
        return Node("scalar", start, end, event.value, (), event.anchor or "", str(event.tag or ""), plain=event.style in {None, ""})
    if not isinstance(event, MappingStartEvent | SequenceStartEvent):
        return None
    items = []
    following = next(rest)
    while (item := _node(text, following, rest)) is not None:
        items.append(item)
        following = next(rest)
    flow = bool(event.flow_style)
    end = following.end_mark.index if flow else max((item.end for item in items), default=event.end_mark.index)
    kind: Literal["mapping", "list"] = "mapping" if isinstance(event, MappingStartEvent) else "list"
    names = [item.text for item in items[::2] if item.kind == "scalar" and item.text != "<<"] if kind == "mapping" else []
    if len(set(names)) < len(names):
        raise EditError(f"not YAML: the key {next(name for name in names if names.count(name) > 1)!r} stands twice in one mapping")
    return Node(kind, event.start_mark.index, end, "", tuple(items), event.anchor or "", str(event.tag or ""), flow)


def _found(top: Node, keys: tuple[str, ...]) -> Node | None:
    found: Node | None = top
    for key in keys:
        if found is None:
            return None
        if found.kind == "alias":
            raise EditError(f"what leads to `{'.'.join(keys)}` stands elsewhere (*{found.text})")
        found = found.get(key)
    return found


# the changes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddYamlItem:
    """A string or a mapping at the end of the list under a path of keys, unless it is there already; the list is made where it is missing."""

    keys: tuple[str, ...]
    item: Any

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when what is there is no list."""
        there = _found(document(Source.read(source).text), self.keys)
        if there is None:
            return AddYamlEntry(self.keys[:-1], self.keys[-1], [self.item]).apply(source)
        if there.kind != "list" or not there.items:
            raise EditError(f"`{'.'.join(self.keys)}` is no list with something in it")
        text = Source.read(source)
        last = there.items[-1]
        if isinstance(self.item, dict):
            return self._added(text, there)
        if any(one.text == self.item for one in there.items):
            return source
        single = text.text[last.start : last.start + 1] == "'"
        shown = f"'{self.item}'" if single else self.item if _ITEM.fullmatch(self.item) else json.dumps(self.item)
        if there.flow:
            changed = text.splice(last.end, last.end, f", {shown}")
        else:
            dash = " " * _column(text.text, there.start)
            at = _behind(text.text, last.end, len(dash))
            changed = text.splice(at, at, _lines(text.text, at, [f"{dash}- {shown}"]))
        return _proved(text, changed, self.keys, lambda node: (*node, ("scalar", self.item, "", "")))

    def _added(self, text: Source, there: Node) -> bytes:
        """A mapping behind the last item; apart from it where the others stand apart."""
        new = _shape(self.item)
        if any(one.shape == new for one in there.items):
            return text.encoded(text.text)
        if there.flow:
            raise EditError(f"`{'.'.join(self.keys)}` is not written with one item a line")
        column = _column(text.text, there.start)
        first, *rest = _Style.of(text.text, document(text.text)).lines(self.item, column + _STEP)
        at = _behind(text.text, there.items[-1].end, column)
        apart = any(not line.strip() for line in text.text[there.items[0].end : there.items[-1].start].splitlines()[1:-1])
        lines = [*([""] if apart else []), f"{' ' * column}- {first.lstrip()}", *rest]
        return _proved(text, text.splice(at, at, _lines(text.text, at, lines)), self.keys, lambda node: (*node, new))

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)} += {json.dumps(self.item)}"


@dataclass(frozen=True, slots=True)
class AddYamlEntry:
    """A key with a value in the mapping under a path of keys, unless the key is there already.

    It stands before all others where it is to come `first`, else behind another entry, or at the end. Where a scalar is the short form of the mapping (`build: ./api`), `short` is
    the key that it stands for. In the value, a string that begins with `*` is an alias.
    """

    keys: tuple[str, ...]
    entry: str
    value: Any
    behind: str = ""
    short: str = ""
    first: bool = False

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when there is no such mapping, or it is written in a way that cannot be added to."""
        text = Source.read(source)
        top = document(text.text)
        there = _found(top, self.keys)
        if there is None:
            raise EditError(f"there is no `{'.'.join(self.keys)}`")
        if there.get(self.entry) is not None:
            return source
        style = _Style.of(text.text, top)
        new = (_shape(self.entry), _shape(self.value))
        if there.kind == "scalar" and self.short and there.text and not there.anchor:
            changed = self._spelt(text, there, style)
            short = (("scalar", self.short, "", ""), there.shape)
            return _proved(text, changed, self.keys, lambda _: ("mapping", "", "", "", *short, *new))
        if there.kind != "mapping" or not (there.items or not self.keys):
            raise EditError(f"`{'.'.join(self.keys)}` is no mapping with something in it")
        index = next((at for at, (key, _) in enumerate(there.pairs) if key.text == self.behind), len(there.pairs) - 1) + 1
        index = 0 if self.first else index
        changed = self._added(text, there, index, style)
        return _proved(text, changed, self.keys, lambda node: (*node[: 4 + 2 * index], *new, *node[4 + 2 * index :]))

    def _added(self, text: Source, there: Node, index: int, style: _Style) -> bytes:
        before = there.items[: 2 * index]
        if there.flow:
            if not before:
                raise EditError("what comes first stands in braces")
            at = max(one.end for one in before)
            return text.splice(at, at, f", {self.entry}: {_flow(self.value)}")
        if there.items and not before:
            at = text.text.rfind("\n", 0, there.items[0].start) + 1
            column = _column(text.text, there.items[0].start)
            if text.text[at : at + column].strip():
                raise EditError("what comes first does not begin its line")
            lines = style.lines({self.entry: self.value}, column)
            return text.splice(at, at, "\n".join([*lines, *([""] if _spaced(text.text, there) else []), ""]))
        column = _column(text.text, before[0].start) if before else 0
        at = _behind(text.text, max((one.end for one in before), default=0), column)
        lines = style.lines({self.entry: self.value}, column)
        return text.splice(at, at, _lines(text.text, at, [*([""] if _spaced(text.text, there) else []), *lines]))

    def _spelt(self, text: Source, there: Node, style: _Style) -> bytes:
        """The short form in full: what the scalar stood for, and the new entry."""
        line = text.text.rfind("\n", 0, there.start) + 1
        own = len(text.text[line : there.start]) - len(text.text[line : there.start].lstrip(" "))
        start = len(text.text[: there.start].rstrip(" "))
        at = _behind(text.text, there.end, own + style.step)
        if "\n" in text.text[start : there.end] or text.text[start - 1] != ":":
            raise EditError(f"`{'.'.join(self.keys)}` is more than a word on its line")
        rest = _lines(text.text, at, style.lines({self.entry: self.value}, own + style.step))
        pad = " " * (own + style.step)
        return text.splice(start, at, f"\n{pad}{self.short}: {text.text[there.start : at].replace(chr(13), '')}{rest}")

    def __str__(self) -> str:
        return f"{'.'.join((*self.keys, self.entry))} = {json.dumps(self.value)}"


@dataclass(frozen=True, slots=True)
class DropYamlEntry:
    """No key of that name in the block mapping under a path of keys; the last one goes with the key that holds it."""

    keys: tuple[str, ...]
    entry: str

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when it cannot be taken out by whole lines."""
        text = Source.read(source)
        there = _found(document(text.text), self.keys)
        value = there.get(self.entry) if there is not None else None
        if there is None or value is None:
            return source
        if len(there.pairs or there.items) == 1 and self.keys:
            return DropYamlEntry(self.keys[:-1], self.keys[-1]).apply(source)
        if there.flow:
            raise EditError(f"`{'.'.join(self.keys)}` is not written with one entry a line")
        if there.kind == "list":
            index, start = there.items.index(value), value.start
        else:
            index = next(at for at, (key, _) in enumerate(there.pairs) if key.text == self.entry)
            start = there.pairs[index][0].start
        start = text.text.rfind("\n", 0, start) + 1
        end = text.text.find("\n", value.end)
        changed = text.splice(start, len(text.text) if end < 0 else end + 1, "")
        width = 1 if there.kind == "list" else 2
        return _proved(text, changed, self.keys, lambda node: (*node[: 4 + width * index], *node[4 + width * (index + 1) :]))

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)} -= {self.entry}"


@dataclass(frozen=True, slots=True)
class AnchorYamlValue:
    """A name for a value, so that others can refer to it, unless it has one already."""

    keys: tuple[str, ...]
    anchor: str

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when there is no such value, or it has another name."""
        text = Source.read(source)
        there = _found(document(text.text), self.keys)
        if there is None or there.kind != "scalar" or not there.text or there.tag:
            raise EditError(f"`{'.'.join(self.keys)}` is no value that can have a name")
        if there.anchor == self.anchor:
            return source
        if there.anchor:
            raise EditError(f"`{'.'.join(self.keys)}` is named {there.anchor}")
        changed = text.splice(there.start, there.start, f"&{self.anchor} ")
        return _proved(text, changed, self.keys, lambda node: (*node[:2], self.anchor, *node[3:]))

    def __str__(self) -> str:
        return f"{'.'.join(self.keys)} is &{self.anchor}"


# how it is written -----------------------------------------------------------------------------------------------------


class _Style(NamedTuple):
    """How a file is indented: its mappings, and its lists below their keys."""

    step: int
    dash: int

    @classmethod
    def of(cls, text: str, top: Node) -> _Style:
        """What most of a document does."""
        steps: list[int] = []
        dashes: list[int] = []
        pending = [top]
        while pending:
            node = pending.pop()
            pending += node.items
            for key, value in node.pairs if not node.flow else ():
                if value.items and not value.flow:
                    far = _column(text, value.items[0].start if value.kind == "mapping" else value.start) - _column(text, key.start)
                    (steps if value.kind == "mapping" else dashes).append(far)
        step = max(sorted(set(steps)), key=steps.count, default=_STEP)
        return cls(step, max(sorted(set(dashes)), key=dashes.count, default=step))

    def lines(self, value: Mapping[str, Any], column: int) -> list[str]:
        """The lines of a mapping."""
        pad = " " * column
        found: list[str] = []
        for key, one in value.items():
            if isinstance(one, dict) and one:
                found += [f"{pad}{_shown(key)}:", *self.lines(one, column + self.step)]
            elif isinstance(one, list) and one:
                found += [f"{pad}{_shown(key)}:", *(f"{' ' * (column + self.dash)}- {_shown(item)}" for item in one)]
            else:
                found.append(f"{pad}{_shown(key)}:" if one is None else f"{pad}{_shown(key)}: {_shown(one)}")
        return found


def _shown(value: Any) -> str:  # noqa: ANN401  YAML is anything
    plain = isinstance(value, str) and (_ALIAS.fullmatch(value) or (_PLAIN.fullmatch(value) and value.lower() not in _WORDS))
    return str(value) if plain else json.dumps(value, ensure_ascii=False)


def _shape(value: Any) -> Shape:  # noqa: ANN401  YAML is anything
    """The shape of what stands for a value."""
    match value:
        case dict():
            return ("mapping", "", "", "", *(_shape(one) for pair in value.items() for one in pair))
        case list():
            return ("list", "", "", "", *(_shape(one) for one in value))
        case str():
            return ("alias", value[1:], "", "") if _ALIAS.fullmatch(value) else ("scalar", value, "", "")
        case _:
            return ("scalar", "" if value is None else json.dumps(value), "", "")


def _flow(value: Any) -> str:  # noqa: ANN401  YAML is anything
    if _ALIAS.search(json.dumps(value)):
        raise EditError("an alias cannot be written on one line")
    return json.dumps(value, ensure_ascii=False)


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def _behind(text: str, at: int, column: int) -> int:
    """Where the line of an offset ends, with the comments below it that are indented deeper than a column."""
    found = text.find("\n", at) + 1
    if not found:
        return len(text)
    end = found
    while end < len(text):
        stop = text.find("\n", end) + 1 or len(text)
        line = text[end:stop]
        if line.strip() and not (line.lstrip(" ").startswith("#") and len(line) - len(line.lstrip(" ")) > column):
            break
        end = stop
        found = end if line.strip() else found
    return found


def _lines(text: str, at: int, lines: list[str]) -> str:
    """Lines to stand at an offset: the last line of a text may have no end."""
    joined = "\n".join(lines)
    return f"\n{joined}" if at and text[at - 1] != "\n" else f"{joined}\n"


def _spaced(text: str, there: Node) -> bool:
    """Whether most entries of a mapping stand apart by an empty line."""
    pairs = there.pairs
    gaps = [text[above[1].end if above[1].kind != "scalar" or above[1].text else above[0].end : below[0].start] for above, below in pairwise(pairs)]
    return 2 * sum(any(not line.strip() for line in gap.splitlines()[1:-1]) for gap in gaps) > len(gaps)


def _proved(text: Source, changed: bytes, keys: tuple[str, ...], change: Callable[[Shape], Shape]) -> bytes:
    """The changed text, after reading it back (L3): every other part of it says what it said."""
    top = document(text.text)

    def expected(node: Node, rest: tuple[str, ...]) -> Shape:
        if not rest:
            return change(node.shape)
        following = node.get(rest[0])
        return (*node.shape[:4], *(expected(one, rest[1:]) if one is following else one.shape for one in node.items))

    if document(Source.read(changed).text).shape != expected(top, keys):
        raise EditError("the change would alter more than it should")
    return changed
