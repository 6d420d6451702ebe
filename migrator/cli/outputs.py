"""What commands write beside the repository: saved plans, reports, logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write"]


def write(path: Path, text: str, option: str) -> int:
    """Write a file that an option names, the same on every system, and say how many bytes it has. Raises UsageError where it cannot be written."""
    content = text.encode("utf-8", "replace")
    try:
        return path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}", f"choose another place for {option}") from error
