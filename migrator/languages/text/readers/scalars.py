"""The scalars of JSON, YAML, TOML and INI files with the keys that lead to them, by position.

Careful line and token readers rather than parsers: they keep byte offsets, survive what does not parse, and are quick.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

Keys = tuple[str, ...]


class Scalar(NamedTuple):
    """A value, or a key where `is_key`: the span inside its quotes, and the keys from the top to it; `*` stands for a list's item."""

    keys: Keys
    start: int
    end: int
    is_key: bool = False
    items: tuple[int, ...] = ()
    """For each `*` among the keys, which list item that is, counted over the document."""

    @property
    def item(self) -> int:
        """The list item that it stands in; 0 outside lists."""
        return self.items[-1] if self.items else 0

    @property
    def key(self) -> str:
        """The nearest key that is a name."""
        return next((key for key in reversed(self.keys) if key != "*"), "")


# JSON ------------------------------------------------------------------------------------------------------------------

_JSON = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|[{}\[\],:]', re.DOTALL)


def json(text: str) -> Iterator[Scalar]:
    """The strings of a JSON document; comments and trailing commas are allowed."""
    stack: list[str] = []
    items: list[tuple[int, ...]] = [()]
    count = 0
    last: tuple[int, int] | None = None
    for found in _JSON.finditer(text):
        match text[found.start()]:
            case '"':
                if last is not None:
                    yield Scalar(tuple(stack), *last, items=items[-1])
                last = (found.start() + 1, found.end() - 1)
            case ":" if last is not None:
                yield Scalar(tuple(stack[:-1]), *last, is_key=True, items=items[-1])
                if stack:
                    stack[-1] = text[slice(*last)]
                last = None
            case "{" | "[" as opening:
                stack.append("*" if opening == "[" else "")
                count += opening == "["
                items.append((*items[-1], count) if opening == "[" else items[-1])
            case "}" | "]" | "," as mark:
                if last is not None:
                    yield Scalar(tuple(stack), *last, items=items[-1])
                    last = None
                if mark != "," and stack:
                    stack.pop()
                    items.pop()
                elif mark == "," and stack and stack[-1] == "*":
                    count += 1
                    items[-1] = (*items[-1][:-1], count)
            case _:
                pass


# YAML ------------------------------------------------------------------------------------------------------------------

_KEY = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s#\[\]{},"'&*!|>%@`-](?:[^:#\n\[\]{}"']|:(?=\S)|(?<=\S)\#)*?|-[^\s:\n](?:[^:\n]|:(?=\S))*?|<<)[ \t]*:(?=[ \t\r\n]|$)"""
)
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
_BLOCK = re.compile(r"[|>][+\-0-9]*[ \t]*(?:#[^\n]*)?\r?(?:\n|$)")
_TAG = re.compile(r"(?:[&!][^\s]*(?:[ \t]+|$))+")
_COMMENT = re.compile(r"[ \t]#")


class _Level(NamedTuple):
    column: int
    name: str
    items: tuple[int, ...]


def yaml(text: str) -> Iterator[Scalar]:
    """The scalars of a YAML document; a block scalar is one span over its lines."""
    stack: list[_Level] = []
    count = 0
    position, size = 3 if text.startswith("\xef\xbb\xbf") else 0, len(text)
    while position < size:
        line_end = text.find("\n", position)
        line_end = size if line_end < 0 else line_end
        stop = line_end - 1 if text[line_end - 1 : line_end] == "\r" else line_end
        at = _skip(text, position, stop)
        if at >= stop or text[at] == "#" or text.startswith(("---", "...", "%"), at):
            position = line_end + 1
            continue
        while text.startswith("- ", at) or (text[at : at + 1] == "-" and at + 1 == stop):
            column = at - position
            while stack and (stack[-1].column > column or (stack[-1].column == column and stack[-1].name == "*")):
                stack.pop()
            count += 1
            stack.append(_Level(column, "*", (*(stack[-1].items if stack else ()), count)))
            at = _skip(text, at + 1, stop)
        key = _KEY.match(text, at, stop)
        if key is not None:
            column = at - position
            while stack and stack[-1].column >= column:
                stack.pop()
            items = stack[-1].items if stack else ()
            start, end = key.span(1)
            if text[start] in "\"'":
                start, end = start + 1, end - 1
            yield Scalar(tuple(level.name for level in stack), start, end, is_key=True, items=items)
            stack.append(_Level(column, text[start:end], items))
            at = _skip(text, key.end(), stop)
        position = yield from _value(text, at, stop, stack)


def _skip(text: str, at: int, stop: int) -> int:
    while at < stop and text[at] in " \t":
        at += 1
    return at


def _next_line(text: str, position: int) -> int:
    found = text.find("\n", position)
    return len(text) if found < 0 else found + 1


def _value(text: str, at: int, stop: int, stack: list[_Level]) -> Generator[Scalar, None, int]:
    """What stands behind a key or a dash; returns where the next line begins."""
    if (tag := _TAG.match(text, at, stop)) is not None:
        at = tag.end()
    keys = tuple(level.name for level in stack)
    items = stack[-1].items if stack else ()
    if at >= stop or text[at] == "#":
        return _next_line(text, at)
    if text[at] in "|>" and _BLOCK.match(text, at, _next_line(text, at)):
        begin = _next_line(text, at)
        end = _block_end(text, begin, stack[-1].column if stack else -1)
        yield Scalar(keys, begin, end, items=items)
        return end
    if text[at] in "\"'" and (quoted := _QUOTED.match(text, at)) is not None:
        yield Scalar(keys, at + 1, quoted.end() - 1, items=items)
        return _next_line(text, quoted.end())
    if text[at] in "[{":
        end = _flow_end(text, at)
        yield from _flow(text, at, end, keys, items)
        return _next_line(text, end)
    comment = _COMMENT.search(text, at, stop)
    end = comment.start() if comment else stop
    while end > at and text[end - 1] in " \t\r":
        end -= 1
    if text[at] not in "*&":
        yield Scalar(keys, at, end, items=items)
    return _next_line(text, stop)


def _block_end(text: str, position: int, indent: int) -> int:
    """Where the lines that are indented deeper end."""
    size = len(text)
    while position < size:
        line_end = text.find("\n", position)
        line_end = size if line_end < 0 else line_end
        line = text[position:line_end]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        position = min(size, line_end + 1)
    return position


def _flow_end(text: str, at: int) -> int:
    """The end of a flow collection, or of its line when it does not close."""
    depth, position, size = 0, at, len(text)
    while position < size:
        character = text[position]
        if character in "\"'" and text[position - 1] in " \t\r\n[{,:" and (quoted := _QUOTED.match(text, position)) is not None:
            position = quoted.end()
            continue
        depth += (character in "[{") - (character in "]}")
        position += 1
        if depth == 0:
            return position
    line_end = text.find("\n", at)
    return size if line_end < 0 else line_end


_FLOW = re.compile(
    r"""(?:[!&][^\s,\[\]{}]*(?=[ \t\r\n,\]}]))|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|([\[\]{},])|(:(?=[\s"'\[{]))|([^\s\[\]{},:"'#](?:[^\[\]{},\n#]|(?<=\S)\#)*?(?=[ \t]*(?:[\[\]{},\n]|:[\s]|$)|[ \t]+\#))"""
)


def _flow(text: str, start: int, end: int, keys: Keys, items: tuple[int, ...]) -> Iterator[Scalar]:
    """The scalars of a flow collection; what stands in one list item is told apart by where it begins."""
    stack: list[str] = []
    chain = [items]
    last: tuple[int, int] | None = None
    for found in _FLOW.finditer(text, start, end):
        mark = found.group(2) or found.group(3)
        if mark is None and found.lastindex is None:  # a tag, an anchor
            continue
        if mark is None:
            last = (found.start() + 1, found.end() - 1) if found.group(1) else found.span()
            continue
        if mark == ":" and last is not None and stack:
            stack[-1] = text[slice(*last)]
            yield Scalar((*keys, *stack[:-1]), *last, is_key=True, items=chain[-1])
            last = None
            continue
        if last is not None:
            yield Scalar((*keys, *stack), *last, items=chain[-1])
            last = None
        if mark in "[{":
            stack.append("*" if mark == "[" else "")
            chain.append((*chain[-1], found.start()) if mark == "[" else chain[-1])
        elif mark in "]}" and stack:
            stack.pop()
            chain.pop()
        elif mark == "," and stack and stack[-1] == "*":
            chain[-1] = (*chain[-1][:-1], found.start())


# TOML ------------------------------------------------------------------------------------------------------------------

_TOML = re.compile(
    r'''(?P<long>"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\')|(?P<text>"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')|(?P<comment>\#[^\n]*)|(?P<bare>[A-Za-z0-9_+.\-:/]+)|(?P<mark>[\[\]{}=,\n])''',
    re.DOTALL,
)
_TABLE = re.compile(r"[ \t]*\[\[?([^\]\n]+)\]\]?[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)


def toml(text: str) -> Iterator[Scalar]:
    """The strings of a TOML document, and its keys."""
    table: Keys = ()
    position, size = 3 if text.startswith("\xef\xbb\xbf") else 0, len(text)
    while position < size:
        if (header := _TABLE.match(text, position)) is not None:
            table = tuple(_dotted(header.group(1)))
            for depth, part in enumerate(_PART.finditer(text, *header.span(1))):
                quoted = text[part.start()] in "\"'"
                yield Scalar(table[:depth], part.start() + quoted, part.end() - quoted, is_key=True)
            position = header.end() + 1
            continue
        position = yield from _entry(text, position, table)


_PART = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[^.\"'\s]+")


def _dotted(text: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(text)]


def _entry(text: str, position: int, table: Keys) -> Generator[Scalar, None, int]:
    """One `key = value` with everything in the value; returns where the next line starts."""
    key: list[str] = []
    stack: list[str] = []
    pending: tuple[int, int] | None = None
    seen = False
    while (found := _TOML.search(text, position)) is not None:
        position = found.end()
        match found.lastgroup:
            case "comment":
                continue
            case "text" | "long":
                inset = 3 if found.lastgroup == "long" else 1
                span = (found.start() + inset, found.end() - inset)
                if pending is not None:
                    yield Scalar((*table, *key, *stack), *pending)
                pending = span
            case "bare":
                if not seen or (stack and stack[-1] != "*"):
                    pending = found.span()
            case _:
                mark = found.group()
                if mark == "\n" and not stack:
                    break
                if mark == "=" and pending is not None:
                    name = text[slice(*pending)]
                    if stack and stack[-1] != "*":
                        yield Scalar((*table, *key, *stack[:-1]), *pending, is_key=True)
                        stack[-1] = name
                    else:
                        yield Scalar(table, *pending, is_key=True)
                        key = _dotted(name) if text[pending[0] - 1 : pending[0]] not in {'"', "'"} else [name]
                    pending, seen = None, True
                    continue
                if pending is not None and mark != "\n":
                    if text[pending[0] - 1] in "\"'":
                        yield Scalar((*table, *key, *stack), *pending)
                    pending = None
                if mark in "[{":
                    stack.append("*" if mark == "[" else "")
                elif mark in "]}" and stack:
                    stack.pop()
    else:
        position = len(text)
    if pending is not None and seen and text[pending[0] - 1] in "\"'":
        yield Scalar((*table, *key, *stack), *pending)
    return position


# INI -------------------------------------------------------------------------------------------------------------------

_SECTION = re.compile(r"\[([^\]\n]+)\]")
_OPTION = re.compile(r"([^\s=:#;\[][^=:\n]*?)[ \t]*[=:][ \t]*")


def ini(text: str) -> Iterator[Scalar]:
    """The values of an INI file, a line at a time; continuation lines belong to the option above."""
    section, option = "", ""
    position, size = 3 if text.startswith("\xef\xbb\xbf") else 0, len(text)
    while position < size:
        line_end = text.find("\n", position)
        line_end = size if line_end < 0 else line_end
        stop = line_end
        while stop > position and text[stop - 1] in " \t\r":
            stop -= 1
        at = position
        while at < stop and text[at] in " \t":
            at += 1
        if at < stop and text[at] not in "#;":
            if at == position and (header := _SECTION.match(text, at, stop)) is not None:
                section, option = header.group(1), ""
                yield Scalar((), *header.span(1), is_key=True)
            elif at == position and (found := _OPTION.match(text, at, stop)) is not None:
                option = found.group(1)
                yield Scalar((section,), *found.span(1), is_key=True)
                if found.end() < stop:
                    yield Scalar((section, option), found.end(), stop)
            elif at > position and option:
                yield Scalar((section, option), at, stop)
        position = line_end + 1


# properties ------------------------------------------------------------------------------------------------------------

_PROPERTY = re.compile(r"[ \t]*([^\s=:#!][^\s=:]*)[ \t]*[=:]?[ \t]*")


def properties(text: str) -> Iterator[Scalar]:
    """The values of a .properties file; a dot in a key leads one level down, a backslash at a line's end goes on with the next."""
    position, size = 0, len(text)
    while position < size:
        end = _line_end(text, position)
        while text[:end].endswith("\\") and end + 1 < size:
            end = _line_end(text, end + 1)
        stop = len(text[:end].rstrip("\r"))
        if (found := _PROPERTY.match(text, position, stop)) is not None and found.end() < stop:
            yield Scalar(tuple(found.group(1).split(".")), found.end(), stop)
        position = end + 1


def _line_end(text: str, position: int) -> int:
    found = text.find("\n", position)
    return len(text) if found < 0 else found


_PROCESS = re.compile(r"^([\w-]+):[ \t]*(\S[^\r\n]*)", re.MULTILINE)


def procfile(text: str) -> Iterator[Scalar]:
    """The commands of a Procfile, each under its process's name."""
    for found in _PROCESS.finditer(text):
        yield Scalar((found.group(1),), *found.span(2))


# HCL -------------------------------------------------------------------------------------------------------------------

_HCL = re.compile(
    r'(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)|(?P<name>[A-Za-z_][\w-]*)|(?P<mark>[{}\[\]=:,\n])', re.DOTALL
)


class _Frame(NamedTuple):
    keys: Keys
    listed: bool
    items: tuple[int, ...]


def hcl(text: str) -> Iterator[Scalar]:
    """The strings of an HCL document: a block's type and labels lead to what is in it."""
    frames = [_Frame((), listed=False, items=())]
    pending: list[tuple[int, int]] = []
    key: str | None = None
    count = 0
    for found in _HCL.finditer(text):
        keys, listed, items = frames[-1]
        mark = found.group()
        if found.lastgroup == "text":
            span = (found.start() + 1, found.end() - 1)
            if listed or key is not None:
                yield Scalar((*keys, "*" if key is None else key), *span, items=items)
            else:
                pending.append(span)
        elif found.lastgroup == "name":
            if key is None and not listed:
                pending.append(found.span())
        elif mark in {"=", ":"} and pending:
            key = text[slice(*pending[-1])]
            yield Scalar(keys, *pending[-1], is_key=True, items=items)
            pending = []
        elif mark == "{" or (mark == "[" and (listed or key is not None)):
            count += 1
            inner = ["*"] if listed else [key] if key is not None else [text[slice(*span)] for span in pending]
            frames.append(_Frame((*keys, *inner), listed=mark == "[", items=(*items, count) if mark == "[" else items))
            pending, key = [], None
        elif mark in {"]", "}"} and len(frames) > 1:
            frames.pop()
            pending, key = [], None
        elif mark == "," and listed:
            count += 1
            frames[-1] = _Frame(keys, listed=True, items=(*items[:-1], count))
        elif mark in {",", "\n"} and not listed:
            pending, key = [], None


_SETTING = re.compile(r"^[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)


def gitconfig(text: str) -> Iterator[Scalar]:
    """The values of a file of git's settings, whose names ignore case."""
    sections = [(found.start(), found.group(1).split(maxsplit=1)[0].lower()) for found in re.finditer(r"^[ \t]*\[([^\]\n]+)\]", text, re.MULTILINE)]
    for found in _SETTING.finditer(text):
        section = next((name for start, name in reversed(sections) if start < found.start()), "")
        yield Scalar((section, found.group(1).lower()), *found.span(2))


# lines -----------------------------------------------------------------------------------------------------------------

_LINE = re.compile(r"^[ \t]*([^\s#][^\r\n]*?)[ \t]*\r?$", re.MULTILINE)


def lines(text: str) -> Iterator[Scalar]:
    """Each line that is neither empty nor a comment."""
    start = 3 if text.startswith("\xef\xbb\xbf") else 0
    for count, found in enumerate(_LINE.finditer(text, start)):
        yield Scalar(("*",), *found.span(1), items=(count,))
