"""The languages we speak, in the order in which they are asked whether a path is theirs."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, cast

from migrator.languages.base import EXTERNAL, MISSING, Language, Mention, Target

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["EXTERNAL", "LANGUAGES", "MISSING", "Language", "Mention", "Target", "language_of"]


def _table() -> tuple[Language, ...]:
    from migrator.languages import python, text, typescript  # noqa: PLC0415  they import this package's base

    modules: tuple[ModuleType, ...] = (python, typescript, text)
    return cast("tuple[Language, ...]", modules)


LANGUAGES: tuple[Language, ...] = _table()
*_CODE, _TEXT = LANGUAGES


def language_of(path: RepoPath, formats: Callable[[str], str | None]) -> tuple[Language, str] | None:
    """The language and dialect of a path, or None when nobody speaks it; `formats` says of which format a text is, as the tree has it."""
    for language in _CODE:
        if (dialect := language.speaks(path)) is not None:
            return language, dialect
    return None if (spoken := formats(path)) is None else (_TEXT, spoken)
