"""The languages we speak, in the order in which they are asked whether a path is theirs."""

from __future__ import annotations

from types import ModuleType
from typing import cast

from migrator.languages.base import EXTERNAL, MISSING, Language, Mention, Target
from migrator.paths import RepoPath

__all__ = ["EXTERNAL", "LANGUAGES", "MISSING", "Language", "Mention", "Target", "language_of"]


def _table() -> tuple[Language, ...]:
    from migrator.languages import python, text, typescript  # noqa: PLC0415  they import this package's base

    modules: tuple[ModuleType, ...] = (python, typescript, text)
    return cast("tuple[Language, ...]", modules)


LANGUAGES: tuple[Language, ...] = _table()


def language_of(path: RepoPath) -> tuple[Language, str] | None:
    """The language and dialect of a path, or None when nobody speaks it."""
    for language in LANGUAGES:
        if (dialect := language.speaks(path)) is not None:
            return language, dialect
    return None
