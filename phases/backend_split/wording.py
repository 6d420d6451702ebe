"""How a plan counts and lists."""

from __future__ import annotations

__all__ = ["counted", "listed"]

_FEW = 4


def counted(number: int, word: str) -> str:
    """`1 module`, `2 modules`."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def listed(parts: list[str]) -> str:
    """The first of some, and how many more there are."""
    return ", ".join(parts[:_FEW] + ([f"and {len(parts) - _FEW} more"] if len(parts) > _FEW else []))
