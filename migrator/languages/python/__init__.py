"""The Python language (see `migrator.languages.base`)."""

from __future__ import annotations

from migrator.languages.python.resolving import resolve
from migrator.languages.python.seeing import broken, scan
from migrator.languages.python.writing import rewrite
from migrator.paths import RepoPath

__all__ = ["VERSION", "broken", "resolve", "rewrite", "scan", "speaks"]

VERSION = 2


def speaks(path: RepoPath) -> str | None:
    """`python` for sources and stubs."""
    return "python" if path.endswith((".py", ".pyi", ".pyw")) else None
