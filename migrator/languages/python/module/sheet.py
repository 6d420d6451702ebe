"""A module whose text is about to change: its lines, its statements, and the splices that were decided so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from migrator.languages.python.module.names import Names, names_of
from migrator.languages.python.parsing import Node, decoded, encoded, parse

__all__ = ["DEFINITIONS", "Sheet", "Stretch"]

_BLANK = re.compile(r"[\s\\]+")
DEFINITIONS = frozenset({"function_definition", "class_definition", "decorated_definition"})
"""Statements that are several lines, as a rule."""
_HEADING = re.compile(rb"#!|#.*coding[:=]")


class Stretch(NamedTuple):
    """The lines of a definition, with its decorators and the comments that stand right above it."""

    start: int
    end: int
    node: Node


@dataclass
class Sheet:
    """One module and the changes to it."""

    source: bytes
    splices: list[tuple[int, int, bytes]] = field(default_factory=list)

    @cached_property
    def root(self) -> Node:
        """The syntax tree."""
        return parse(self.source)

    @cached_property
    def names(self) -> Names:
        """What its names mean."""
        return names_of(self.root)

    @cached_property
    def eol(self) -> bytes:
        """How its lines end."""
        end = self.source.find(b"\n")
        return b"\r\n" if end > 0 and self.source[end - 1 : end] == b"\r" else b"\n"

    @cached_property
    def has_future(self) -> bool:
        """Whether annotations are not evaluated here."""
        return any(node.type == "future_import_statement" and b"annotations" in (node.text or b"") for node in self.root.children)

    def line(self, offset: int) -> int:
        """The number of the line that an offset lies in."""
        return self.source.count(b"\n", 0, offset) + 1

    def text(self, node: Node) -> str:
        """What a dotted name says, without blanks."""
        return _BLANK.sub("", decoded(self.source[node.start_byte : node.end_byte]))

    def splice(self, start: int, end: int, text: bytes | str) -> None:
        """Put a text in the place of some bytes."""
        self.splices.append((start, end, encoded(text, self.source) if isinstance(text, str) else text))

    def finished(self) -> bytes:
        """The source with all changes made; what was to be put at one place stands there in the order it was asked for."""
        done, position, gone = b"", 0, 0
        for start, end, text in sorted(self.splices, key=lambda splice: splice[:2]):
            if start < gone and (text or end <= gone):
                continue
            done += self.source[position:start] + text
            position, gone = end, max(gone, end)  # what is put among blank lines that were closed opens them again
            if start < end and not text:
                done, position = self._closed(done, position)
        return done + self.source[position:]

    def _closed(self, done: bytes, position: int) -> tuple[bytes, int]:
        """What stands before lines that went, and where it goes on behind them: the blank lines on one side are enough."""
        below = position
        while below < len(self.source) and not self.source[below : self.line_end(below)].strip():
            below = self.next_line(below)
        if below == position:
            return done, position
        if not done.removeprefix(b"\xef\xbb\xbf"):
            return done, below
        above = done.rstrip(b"\r\n")
        return (above + self.eol, position) if done.endswith(self.eol * 2) else (done, position)

    def add_lines(self, node: Node, lines: Iterable[str]) -> None:
        """Put lines behind the one that a node ends on: that one may go."""
        end, eol = self.next_line(node.end_byte), self.eol.decode()
        text = "".join(f"{line}{eol}" for line in lines)
        self.splice(end, end, text if self.source[:end].endswith(b"\n") else f"{eol}{text}".removesuffix(eol))

    # -- lines ------------------------------------------------------------------------------------------------------------------

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins, behind a byte order mark."""
        start = self.source.rfind(b"\n", 0, offset) + 1
        return 3 if start == 0 and self.source.startswith(b"\xef\xbb\xbf") else start

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before what ends it."""
        end = self.source.find(b"\n", offset)
        if end < 0:
            return len(self.source)
        # A comment's node ends behind the carriage return.
        return end - 1 if end and self.source[end - 1 : end] == b"\r" else end

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset begins."""
        end = self.source.find(b"\n", offset)
        return len(self.source) if end < 0 else end + 1

    def alone(self, start: int, end: int) -> bool:
        """Whether a stretch has its lines for itself, but for a comma or a comment behind it."""
        behind = self.source[end : self.line_end(end)].strip().lstrip(b",").strip()
        return not self.source[self.line_start(start) : start].strip() and (not behind or behind.startswith(b"#"))

    # -- statements -------------------------------------------------------------------------------------------------------------

    def stretch(self, statement: Node) -> Stretch:
        """The lines of a top-level statement that has them for itself."""
        start = self.with_comments(self.line_start(statement.start_byte))
        end = self.line_end(statement.end_byte)
        here = end
        while statement.type in DEFINITIONS and here < len(self.source):
            here = self.next_line(here)
            line = self.source[here : self.line_end(here)]
            if line.strip() and not (line[:1] in b" \t" and line.lstrip().startswith(b"#")):
                break
            if line.strip():
                end = self.line_end(here)
            if here >= len(self.source):
                break
            here = self.line_end(here)
        return Stretch(start, end, statement)

    def with_comments(self, start: int) -> int:
        """Where the comments begin that stand right above a line."""
        while start > 0:
            above = self.line_start(start - 1)
            line = self.source[above:start]
            if not line.startswith(b"#") or _HEADING.match(line) or above >= start:
                break
            start = above
        return start

    def remove(self, stretch: Stretch) -> None:
        """Take a top-level statement out, with the blank lines that parted it from the next."""
        start, end = stretch.start, self.next_line(stretch.end)
        while end < len(self.source) and not self.source[end : self.line_end(end)].strip():
            end = self.next_line(end)
        if end >= len(self.source):
            text = self.source[:start].rstrip(b" \t\r\n")
            if text.removeprefix(b"\xef\xbb\xbf"):
                start = self.next_line(len(text))
        self.splice(start, end, b"")

    def statements(self) -> Iterator[Node]:
        """The statements of the top level."""
        return (node for node in self.root.named_children if node.type != "comment")
