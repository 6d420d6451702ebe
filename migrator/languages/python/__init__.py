"""The Python language (see `migrator.languages.base`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.atlas.changes import parts_of
from migrator.languages.python.resolving import resolve, root
from migrator.languages.python.seeing import broken, scan
from migrator.languages.python.writing import rewrite

if TYPE_CHECKING:
    from migrator.atlas.changes import Changes
    from migrator.languages.base import Mention
    from migrator.paths import RepoPath

__all__ = ["VERSION", "broken", "changed_words", "elsewhere", "may_change", "resolve", "rewrite", "root", "scan", "speaks", "words"]

VERSION = 17


def speaks(path: RepoPath) -> str | None:
    """`python` for sources and stubs."""
    return "python" if path.endswith((".py", ".pyi", ".pyw")) else None


def may_change(mention: Mention, at: RepoPath, changes: Changes) -> bool:
    """Whether a name may mean something else where paths came and went, packages said something else, or other roots are seen."""
    return changes.touch_python(mention.text, mention.base, at)


def words(mention: Mention) -> frozenset[str]:
    """The names in what a mention says and is read against, however they are cut."""
    return parts_of(mention.text, mention.base)


def changed_words(changes: Changes) -> frozenset[str]:
    """The names by which code asks for what changed."""
    return changes.python_names


def elsewhere(changes: Changes, directory: RepoPath) -> bool:
    """Whether a directory sees other roots, or is itself something else now."""
    return changes.python_elsewhere(directory)
