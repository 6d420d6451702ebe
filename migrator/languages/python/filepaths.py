"""Paths that code builds on its own `__file__`: `Path(__file__).parent / "data" / "x.json"`, `os.path.join(os.path.dirname(__file__), "..", "data")`.

A part of the way may have a name (`BASE = Path(__file__).parent`, then `BASE / "data"`), in the module, a class or a function.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import NamedTuple

from migrator.languages.base import Mention
from migrator.languages.python.parsing import Node, decoded, occurrences, parse, text_of
from migrator.languages.python.scopes import bound_once, scope_of, uses
from migrator.paths import RepoPath, join, parent

__all__ = [
    "Climb",
    "Footing",
    "Standing",
    "built_on",
    "climbed",
    "climbs",
    "file_paths",
    "footings",
    "held",
    "joined",
    "standing",
    "standing_on_file",
]

_FILE = re.compile(rb"__file__\b")
_GIVEN = re.compile(rb"(?:^|(?<=\n))(?=[^\s)\]}#])((?:[^\W\d]\w*(?=[ \t]*(?::[^=\n]*)?=(?!=)))?)")
"""What begins at the margin: the name that is given something, or nothing."""
_GIVEN_INSIDE = re.compile(rb"\n[ \t]{1,4}([^\W\d]\w*)[ \t]*(?::[^=\n]*)?=(?!=)")
"""The same one level in."""
_SAME = frozenset({b"abspath", b"realpath", b"normpath", b"Path", b"PurePath", b"PosixPath", b"str", b"fspath", b"resolve", b"absolute", b"as_posix"})
"""Functions and methods that do not change which file is meant."""
_ADDING = frozenset({b"joinpath", b"with_name"})


class Climb(NamedTuple):
    """An expression that climbs from `__file__` to a directory: what it names depends on how deep the file lies."""

    line: int
    text: str
    levels: int
    """How many directories are climbed; 1 is the file's own."""
    strings: int | None
    """Where the strings that are put on top begin: there stands a mention."""
    added: str
    """What those strings say."""
    start: int
    """Where the expression begins."""
    end: int


class Footing(NamedTuple):
    """What a source builds on one `__file__`."""

    start: int
    """Where `__file__` stands."""
    levels: int
    """How many directories the expression around it climbs; 0 where it climbs to none."""
    span: tuple[int, int]
    """From where to where that expression goes; of `__file__` itself where it climbs to none."""
    strings: tuple[int, int] | None
    """From where to where the strings go that are put on top of it at once."""
    names: tuple[str, ...]
    """The names that the module gives to directories which it climbs to."""
    paths: frozenset[int]
    """Where the paths begin that are built on it and named by strings."""
    bare: frozenset[int]
    """The levels of the directories that are used as such: what is looked for in them no string says."""
    asked: str
    """What is asked of it or called with it: `getLogger`, `stem`; empty where nothing is."""


def footings(source: bytes) -> tuple[Footing, ...]:
    """What a source builds on each `__file__`, in order."""
    if b"__file__" not in source:
        return ()
    by_file: dict[int, list[_Walk]] = {}
    for walk in _ways(parse(source), source):
        by_file.setdefault(walk.origin, []).append(walk)
    return tuple(_footing(start, ways) for start, ways in sorted(by_file.items()))


def _footing(start: int, ways: list[_Walk]) -> Footing:
    first, top = ways[0], ways[0].top
    span = (start, start + len(b"__file__")) if top is None else (top.start_byte, top.end_byte)
    strings = (first.strings[0].start_byte, first.strings[-1].end_byte) if first.strings else None
    return Footing(
        start,
        0 if top is None else first.levels,
        span,
        strings,
        tuple(dict.fromkeys(walk.name for walk in ways if walk.name and not walk.strings and not walk.added)),
        frozenset(walk.strings[0].start_byte for walk in ways if walk.strings and walk.climbed),
        frozenset(walk.climbed for walk in ways if not walk.strings and not walk.added and not walk.followed),
        first.asked,
    )


def held(source: bytes) -> tuple[tuple[str, int], ...]:
    """The names that a source gives to directories which it climbs to, each with how many it climbs; 1 is the file's own."""
    if b"__file__" not in source:
        return ()
    ways = (walk for walk in _ways(parse(source), source) if walk.name and walk.climbed and not walk.strings and not walk.added)
    return tuple(dict.fromkeys((walk.name, walk.climbed) for walk in ways))


class Standing(NamedTuple):
    """What a source builds on something that holds a directory."""

    name: str
    """What holds it: a name, or an attribute of a module."""
    way: str
    """The way from that directory; the directory itself where nothing is built on it."""
    given: str
    """The name that the module gives to it; empty where it has none that others could import."""


def built_on(source: bytes, names: Iterable[str]) -> Iterator[Standing]:
    """The paths that a source builds on what holds a directory: `BASE_DIR / "data"`, `os.path.join(paths.BASE_DIR, "data")`."""
    root = parse(source)
    for name in names:
        starts = []
        for match in re.finditer(rb"(?<![\w.])" + re.escape(name.encode()) + rb"\b", source):
            node = root.named_descendant_for_byte_range(*match.span())
            if node is not None and node.type in {"identifier", "attribute"} and (node.start_byte, node.end_byte) == match.span() and _is_read(node):
                starts.append(_Walk(origin=node.start_byte))
                starts[-1].follow(node)
        for walk in _onwards(root, source, starts):
            if walk.strings or walk.name or not walk.followed:
                way = [*[".."] * walk.climbed, *walk.added, *(_literal(string) for string in walk.strings)]
                yield Standing(name, "/".join(way), walk.name)


def _is_read(node: Node) -> bool:
    """Whether a name is used where it stands: not imported, not given something, not the name of an argument."""
    above = node.parent
    field_ = {"keyword_argument": "name", "assignment": "left"}.get(above.type, "") if above is not None else ""
    named = above is not None and field_ and above.child_by_field_name(field_) == node
    return above is not None and not named and above.type not in {"dotted_name", "aliased_import", "import_from_statement"}


def climbs(source: bytes) -> tuple[Climb, ...]:
    """Every directory that a source gets to from its own `__file__`, in order."""
    if b"__file__" not in source:
        return ()
    found = []
    for walk in _walks(parse(source), source):
        if walk.top is not None:
            text = " ".join(decoded(walk.top.text or b"").split())
            strings = walk.strings[0].start_byte if walk.strings else None
            added = "/".join(_literal(string) for string in walk.strings)
            found.append(Climb(walk.top.start_point.row + 1, text, walk.climbed, strings, added, walk.top.start_byte, walk.top.end_byte))
    return tuple(found)


def climbed(at: RepoPath, levels: int) -> RepoPath | None:
    """The directory that many levels above a file, or None when it is none of the repository's."""
    return join(parent(at), _up(levels))


def file_paths(root: Node, source: bytes) -> Iterator[Mention]:
    """Every path that is built on `__file__` by plain strings: `base` is where code gets to before them, `text` what the strings add."""
    yield from (mention for mention, _ in _paths(root, source))


def standing_on_file(source: bytes) -> list[tuple[int, int]]:
    """Where `__file__` stands, and every name of the module or of a class that may have been given something that is built on it."""
    if b"__file__" not in source:
        return []
    found = [match.span() for match in _FILE.finditer(source)]
    given = [[(match.start(), match[1]) for match in pattern.finditer(source)] for pattern in (_GIVEN, _GIVEN_INSIDE)]
    known: set[bytes] = set()
    for start, _ in found:
        # The list grows while it is read: what is built on such a name is looked for as well.
        for names in given:
            at = bisect_right(names, (start, b"")) - 1
            if at >= 0 and (name := names[at][1]) and name not in known:
                known.add(name)
                found += [(use, use + len(name)) for use in occurrences(source, name)]
    return found


def standing(root: Node, source: bytes) -> Mapping[int, int]:
    """By the start of a path: the start of the one that the name it stands on was given."""
    return {mention.start: below for mention, below in _paths(root, source) if below is not None}


def _paths(root: Node, source: bytes) -> Iterator[tuple[Mention, int | None]]:
    """The paths of a source, each with the start of the one that it stands on."""
    for walk in _ways(root, source):
        texts = [_literal(string) for string in walk.strings]
        if walk.strings and walk.climbed and not any(text.startswith("/") for text in texts):
            base = "/".join((_up(walk.climbed), *walk.added))
            mention = Mention(walk.strings[0].start_byte, walk.strings[-1].end_byte, "file-path", "/".join(texts), base, weak=True, deferred=True)
            yield mention, walk.below


def _ways(root: Node, source: bytes) -> Iterator[_Walk]:
    """The ways outwards from every `__file__` of a source, and on from the names that they are given."""
    return _onwards(root, source, _walks(root, source) if b"__file__" in source else ())


def _onwards(root: Node, source: bytes, walks: Iterable[_Walk]) -> Iterator[_Walk]:
    """Some ways, and on from the names that they are given."""
    pending = list(walks)
    known = set()
    while pending:
        walk = pending.pop(0)
        texts = [_literal(string) for string in walk.strings]
        assignment = walk.assignment
        plain = not any(text.startswith("/") for text in texts)
        if plain and assignment is not None and assignment.start_byte not in known:
            known.add(assignment.start_byte)
            below = walk.strings[0].start_byte if walk.strings and walk.climbed else walk.below
            for node in _uses(root, source, assignment):
                walk.followed = True
                further = _Walk(walk.climbed, added=(*walk.added, *texts), below=below, origin=walk.origin)
                further.follow(node)
                pending.append(further)
        yield walk


def _uses(root: Node, source: bytes, assignment: Node) -> Iterator[Node]:
    """Where the name of an assignment is used, if it is given once."""
    left = assignment.child_by_field_name("left")
    if left is None or left.type != "identifier" or not bound_once(root, source, text_of(left), assignment):
        return
    scope = scope_of(assignment)
    for use in uses(root, source, text_of(left), [assignment]):
        node = root.descendant_for_byte_range(use.start, use.start + len(left.text or b""))
        if use.scope == scope and node is not None and node.type == "identifier":
            yield node


def _up(levels: int) -> str:
    return "/".join([".."] * (levels - 1)) or "."


def _walks(root: Node, source: bytes) -> Iterator[_Walk]:
    """The ways outwards from every `__file__` of a source."""
    for match in _FILE.finditer(source):
        node = root.descendant_for_byte_range(*match.span())
        if (
            node is None
            or node.type != "identifier"
            or (node.start_byte, node.end_byte) != match.span()
            or source[match.start() - 1 : match.start()] == b"."
        ):
            continue
        walk = _Walk(origin=node.start_byte)
        walk.follow(node)
        yield walk


def joined(old: bytes, path: str) -> bytes:
    """The strings that say a path, quoted and parted as they were: one stays one, several get one part each."""
    strings = list(re.finditer(rb"""[A-Za-z]*(["'])[^"'\n]*\1""", old))
    gaps = [old[one.end() : other.start()] for one, other in pairwise(strings)]
    parts = [part.encode() for part in path.split("/")] if len(strings) > 1 else [path.encode()]
    if len(set(gaps)) > 1 or any(mark in gap for gap in gaps for mark in b"()"):
        # What stands between them is more than a separator: as many as there were.
        more = len(parts) - len(strings)
        parts = [b"/".join(parts[: more + 1]), *parts[more + 1 :]] if more > 0 else [*parts, *[b"."] * -more]
    else:
        gaps = gaps[:1] * (len(parts) - 1)
    prefix, quote = strings[0][0].partition(strings[0][1])[0], strings[0][1]
    quoted = [prefix + quote + part + quote for part in parts]
    return b"".join(piece for pair in zip_longest(quoted, gaps, fillvalue=b"") for piece in pair)


@dataclass
class _Walk:
    """The way from `__file__` outwards through the expression that is built on it."""

    climbed: int = 0
    """How many directories were climbed; 1 is the file's own."""
    top: Node | None = None
    """The expression that names the highest of them."""
    strings: list[Node] = field(default_factory=list)
    """The plain strings that were added then."""
    added: tuple[str, ...] = ()
    """What had been added where it began, when that was at a name."""
    below: int | None = None
    """Where the path begins that was given that name."""
    assignment: Node | None = None
    """What gives the whole of it a name."""
    origin: int = -1
    """Where the `__file__` stands that it begins with."""
    levels: int = 0
    """How many directories were climbed by `top`."""
    asked: str = ""
    """What was asked of it or called with it that leads to no other place."""
    followed: bool = False
    """Whether it goes on from the name that it was given."""

    @property
    def name(self) -> str:
        """The name that a module gives it; empty where it has none that others could import."""
        left = self.assignment.child_by_field_name("left") if self.assignment is not None else None
        at_margin = self.assignment is not None and scope_of(self.assignment) == -1
        return text_of(left) if at_margin and left is not None and left.type == "identifier" else ""

    def follow(self, node: Node) -> None:
        """Go outwards as far as it is clear what is meant."""
        here: Node | None = node
        while here is not None and (above := here.parent) is not None:
            match above.type:
                case "argument_list":
                    here = self._argument(here, above)
                case "attribute":
                    here = self._attribute(here, above)
                case "binary_operator":
                    here = self._operand(here, above)
                case "parenthesized_expression":
                    here = above
                case "assignment" if above.child_by_field_name("right") == here:
                    self.assignment = above
                    return
                case _:
                    return

    def _up(self, node: Node, levels: int = 1) -> Node:
        self.climbed, self.top = self.climbed + levels, node
        self.levels = self.climbed
        return node

    def _argument(self, node: Node, arguments: Node) -> Node | None:
        """The call of a function with the path as its first argument."""
        call = arguments.parent
        function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
        if call is None or function is None or arguments.named_child(0) != node:
            return None
        called = (function.text or b"").rpartition(b".")[2]
        if called == b"join":
            if self.strings:
                return None  # a join of a join: the inner one names a place by itself
            return call if self._add(arguments.named_children[1:]) else None
        if called == b"dirname" and not (self.strings or self.added):
            return self._up(call)
        self.asked = "" if called in _SAME else called.decode("utf-8", "replace")
        return call if called in _SAME else None

    def _attribute(self, node: Node, attribute: Node) -> Node | None:
        """An attribute or a method of the path."""
        name, around = attribute.child_by_field_name("attribute"), attribute.parent
        called = (name.text or b"") if name is not None and attribute.child_by_field_name("object") == node else b""
        on_top = bool(self.strings or self.added)
        if called == b"parent" and not on_top:
            return self._up(attribute)
        if around is None:
            return None
        if called == b"parents" and not on_top and around.type == "subscript":
            index = around.child_by_field_name("subscript")
            if index is None or not (index.text or b"").isdigit():
                return None
            return self._up(around, int(index.text or b"0") + 1)
        if around.type != "call" or called not in _SAME | _ADDING:
            self.asked = called.decode("utf-8", "replace")
            return None
        arguments = around.child_by_field_name("arguments")
        added = arguments.named_children if arguments is not None and called in _ADDING else []
        self.climbed += called == b"with_name" and not on_top
        return around if self._add(added) else None

    def _operand(self, node: Node, operation: Node) -> Node | None:
        """The path, a slash, and a string."""
        operator, right = operation.child_by_field_name("operator"), operation.child_by_field_name("right")
        if operator is None or operator.type != "/" or right is None or operation.child_by_field_name("left") != node:
            return None
        return operation if self._add([right]) else None

    def _add(self, nodes: list[Node]) -> bool:
        """Take the plain strings that some nodes begin with; whether all of them are."""
        found = _plain(nodes)
        self.strings += found
        return len(found) == len(nodes)


def _plain(nodes: list[Node]) -> list[Node]:
    """The leading nodes that are plain strings on which nothing depends but their text."""
    found = []
    for node in nodes:
        if node.type != "string" or any(child.type not in {"string_start", "string_content", "string_end"} for child in node.children):
            break
        if b"\\" in (node.text or b"") or (node.text or b"").endswith((b'"""', b"'''")):
            break
        found.append(node)
    return found


def _literal(string: Node) -> str:
    return "".join(decoded(child.text or b"") for child in string.children if child.type == "string_content")
