"""The python language (see `migrator.languages.base`)."""

from __future__ import annotations

from collections.abc import Mapping

from migrator.atlas import Atlas
from migrator.languages.base import EXTERNAL, Mention, Target
from migrator.paths import RepoPath

VERSION = 1


def speaks(path: RepoPath) -> str | None:
    """Nothing yet."""
    del path
    return None


def scan(source: bytes, dialect: str) -> tuple[Mention, ...]:
    """Nothing yet."""
    del source, dialect
    return ()


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """Nothing yet."""
    del mention, at, atlas
    return EXTERNAL


def rewrite(source: bytes, targets: Mapping[Mention, Target], at: RepoPath, atlas: Atlas) -> bytes:
    """Nothing yet."""
    del targets, at, atlas
    return source


def broken(source: bytes, dialect: str) -> int:
    """Nothing yet."""
    del source, dialect
    return 0
