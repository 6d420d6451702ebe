"""Changes to files of one entry a line: .gitignore, .dockerignore, .npmrc."""

from __future__ import annotations

from dataclasses import dataclass

from migrator.edits.source import Source

__all__ = ["AddLine"]


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
