"""Changes of texts at known places."""

from __future__ import annotations

from dataclasses import dataclass

from migrator.edits import EditError


@dataclass(frozen=True, slots=True)
class Respell:
    """Other texts in place of some, each at its place."""

    spans: tuple[tuple[int, str, str], ...]

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when something else stands there."""
        for start, old, new in sorted(self.spans, reverse=True):
            end = start + len(old.encode())
            if source[start:end] != old.encode():
                raise EditError(f"`{old}` is not at byte {start}")
            source = source[:start] + new.encode() + source[end:]
        return source

    def __str__(self) -> str:
        return ", ".join(f"{old} → {new}" if old else f"+ {new.strip()}" for _, old, new in self.spans)
