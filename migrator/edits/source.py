"""What every edit must keep of a text: its mark, its line ends, its indentation."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from migrator.edits import EditError

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Source:
    """A decoded text with what is needed to write it back byte for byte."""

    text: str
    mark: bytes
    """The byte order mark."""

    @classmethod
    def read(cls, source: bytes) -> Source:
        """Decode what a byte order mark says, UTF-8 without one. Raises EditError for anything else."""
        mark = next((mark for mark in _MARKS if source.startswith(mark)), b"")
        try:
            return cls(source.removeprefix(mark).decode(_MARKS.get(mark, "utf-8")), mark)
        except UnicodeDecodeError as error:
            raise EditError("the file is not UTF-8") from error

    @property
    def newline(self) -> str:
        """The line end of the first line, LF where there is none."""
        end = self.text.find("\n")
        return "\r\n" if end > 0 and self.text[end - 1] == "\r" else "\n"

    def lines(self) -> list[str]:
        """Its lines with their ends. Only line feeds end one: a form feed or a separator of Unicode stands within."""
        return re.findall(r"[^\n]*\n|[^\n]+", self.text)

    def line_indent(self, at: int) -> str:
        """The white space with which the line of an offset begins."""
        start = self.text.rfind("\n", 0, at) + 1
        found = re.compile(r"[ \t]*").match(self.text, start)
        return found.group() if found else ""

    def splice(self, start: int, end: int, new: str) -> bytes:
        """The text with one span replaced; line feeds in the new text become the file's line ends."""
        return self.encoded(self.text[:start] + new.replace("\n", self.newline) + self.text[end:])

    def encoded(self, text: str) -> bytes:
        """A text in this file's encoding."""
        return self.mark + text.encode(_MARKS.get(self.mark, "utf-8"))
