"""How we count and list in sentences, and how what others wrote stands in a command that people paste or in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["counted", "for_phases", "listed", "ticks", "word"]

_FEW = 4
_PLAIN = re.compile(r"[\w./^-][\w./@~^:=-]*")
"""What every shell takes as it is; PowerShell reads more into a word that begins with `@`."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a line cannot show as it is."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 file`, `1,812 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: list[str], few: int = _FEW) -> str:
    """The first of some, and how many more there are."""
    return ", ".join(parts[:few] + ([f"and {len(parts) - few} more"] if len(parts) > few else []))


def word(name: str) -> str:
    """A name as one word of a command: in double quotes where it needs some, which every shell has; in single ones where those would still read it.

    What cannot be shown is escaped as bash and zsh take it back.
    """
    if _PLAIN.fullmatch(name):
        return name
    if _UNSEEN.search(name):
        kept = name.replace("\\", "\\\\").replace("'", "\\'")
        return f"$'{_UNSEEN.sub(_escaped, kept)}'"
    return f'"{name}"' if set(name).isdisjoint('$`"\\!') else "'" + name.replace("'", "'\\''") + "'"


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"\\x{byte:02x}" for byte in found[0].encode("utf-8", "surrogateescape"))


def for_phases(numbers: Iterable[int | str]) -> str:
    """The options that name phases, as they follow a command."""
    return "".join(f" --phase {number}" for number in numbers)


def ticks(text: str, least: int = 1) -> str:
    """The backticks around a text as code of Markdown: more than it has in a row itself."""
    return "`" * max([least, *(len(run) + 1 for run in re.findall("`+", text))])
