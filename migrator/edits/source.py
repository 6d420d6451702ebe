"""What every edit must keep of a text: its mark, its line ends, its indentation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migrator.edits import EditError

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Source:
    """A decoded text with what is needed to write it back byte for byte."""

    text: str
    bom: bool

    @classmethod
    def read(cls, source: bytes) -> Source:
        """Decode UTF-8, with or without a byte order mark. Raises EditError for anything else."""
        try:
            return cls(source.removeprefix(_BOM).decode(), source.startswith(_BOM))
        except UnicodeDecodeError as error:
            raise EditError("the file is not UTF-8") from error

    @property
    def newline(self) -> str:
        """The line end of the first line, LF where there is none."""
        end = self.text.find("\n")
        return "\r\n" if end > 0 and self.text[end - 1] == "\r" else "\n"

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
        return (_BOM if self.bom else b"") + text.encode()
