"""Changes to Dockerfiles: whole instructions come and go."""

from __future__ import annotations

from dataclasses import dataclass

from migrator.edits import EditError
from migrator.edits.source import Source

__all__ = ["AddInstructions", "DropInstructions"]


@dataclass(frozen=True, slots=True)
class AddInstructions:
    """Instructions behind another one (or before it), wherever that stands, unless they are there already."""

    beside: str
    instructions: tuple[str, ...]
    before: bool = False

    def apply(self, source: bytes) -> bytes:
        """The changed text. Raises EditError when the other instruction is not there."""
        text = Source.read(source)
        there, wanted = self.beside.split("\n"), list(self.instructions)
        lines = text.lines()
        plain = [line.rstrip("\r\n") for line in lines]
        places = [at for at in range(len(lines)) if plain[at : at + len(there)] == there]
        if not places:
            raise EditError(f"there is no `{there[0].strip()}`")
        for at in reversed(places):
            to = at if self.before else at + len(there)
            if plain[max(to - len(wanted), 0) if self.before else to :][: len(wanted)] == wanted:
                continue
            if to and not lines[to - 1].endswith("\n"):
                lines[to - 1] += text.newline
            lines[to:to] = [line + text.newline for line in wanted]
        return text.encoded("".join(lines))

    def __str__(self) -> str:
        return "; ".join(f"+ {line}" for line in self.instructions)


@dataclass(frozen=True, slots=True)
class DropInstructions:
    """No lines like these."""

    instructions: tuple[str, ...]

    def apply(self, source: bytes) -> bytes:
        """The changed text."""
        text = Source.read(source)
        return text.encoded("".join(line for line in text.lines() if line.rstrip("\r\n") not in self.instructions))

    def __str__(self) -> str:
        return "; ".join(f"- {line}" for line in self.instructions)
