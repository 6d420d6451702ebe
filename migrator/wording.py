"""How we count and list in sentences."""

from __future__ import annotations

__all__ = ["counted", "listed"]

_FEW = 4


def counted(number: int, one: str, many: str = "") -> str:
    """`1 file`, `1,812 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: list[str], few: int = _FEW) -> str:
    """The first of some, and how many more there are."""
    return ", ".join(parts[:few] + ([f"and {len(parts) - few} more"] if len(parts) > few else []))
