"""Moving a function, class or variable from one module to another."""

from __future__ import annotations

from collections.abc import Iterable

from migrator.atlas import Atlas
from migrator.paths import RepoPath


class SymbolError(ValueError):
    """A symbol cannot be moved without breaking something; the message says what."""


def move_symbol(atlas: Atlas, importers: Iterable[RepoPath], old: RepoPath, symbol: str, new: RepoPath) -> dict[RepoPath, bytes]:
    """The new contents of the files that change. Raises SymbolError when the laws would not hold on the result."""
    del atlas, importers, new
    raise SymbolError(f"{symbol} in {old} cannot be moved yet")
