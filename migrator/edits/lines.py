"""Changes to files of one entry a line: .gitignore, .dockerignore, .npmrc, CODEOWNERS."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migrator.edits.source import Source

__all__ = ["AddLine", "PutFirst"]


@dataclass(frozen=True, slots=True)
class AddLine:
    """A line at the end of a file, unless one of its lines says the same."""

    line: str

    def apply(self, source: bytes) -> bytes:
        """The changed text; the last line gets its end where it had none."""
        text = Source.read(source)
        if self.line.strip() in (line.strip() for line in text.text.splitlines()):
            return source
        gap = "\n" if text.text and not text.text.endswith("\n") else ""
        return text.splice(len(text.text), len(text.text), f"{gap}{self.line}\n")

    def __str__(self) -> str:
        return f"+ {self.line}"


@dataclass(frozen=True, slots=True)
class PutFirst:
    """Lines before the first that says something, and before the comment that stands right above it; those that are there are left out."""

    lines: tuple[str, ...]

    def apply(self, source: bytes) -> bytes:
        """The changed text; a comment on top that an empty line follows stays there."""
        text = Source.read(source)
        there = {line.strip() for line in text.text.splitlines()}
        new = [line for line in self.lines if line.strip() not in there]
        if not any(line.strip() and not line.startswith("#") for line in new):
            return source
        first = re.search(r"(?m)^(?:[ \t]*#.*\r?\n)*(?=[ \t]*[^#\s])", text.text)
        at = first.start() if first is not None else len(text.text)
        gap = "\n" if text.text[:at] and not text.text[:at].endswith("\n") else ""
        rest = "\n" if text.text[at:].strip() else ""
        return text.splice(at, at, gap + "".join(f"{line}\n" for line in new) + rest)

    def __str__(self) -> str:
        return f"+ {'; '.join(self.lines)}"
