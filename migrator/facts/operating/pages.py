"""Pages for people: those that are there, and what each calls itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.operating.model import Document
from migrator.languages.python.parsing import decoded
from migrator.origin import Origin, Said
from migrator.paths import name, suffix
from migrator.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Collection

    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["pages"]

_PAGES = frozenset({".md", ".mdx", ".markdown", ".rst", ".adoc"})
_FENCE = re.compile(r"(?ms)^[ \t]*(```|~~~).*?^[ \t]*\1[ \t]*$")
_HEADING = re.compile(r"(?m)^(?:#[ \t]+(.+?)[ \t#]*|=[ \t]+(.+?)|([^\s=~-].*)\n={3,}[ \t]*)$")
_MARKS = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])|<[^>]*>|[`*]|\{#[\w-]+\}")


class _Title(NamedTuple):
    text: str
    line: int


def pages(facts: Facts, places: Collection[RepoPath]) -> tuple[Document, ...]:
    """The pages among some files, by path."""
    found = []
    for path in places:
        if suffix(path) in _PAGES:
            title = facts.told(path, _title)
            found.append(Document(path, Said(title.text or name(path), (Origin(path, title.line),))))
    return tuple(found)


def _title(source: bytes) -> _Title:
    """The first heading, without marks; nothing where there is none."""
    text = _FENCE.sub(lambda found: "\n" * found[0].count("\n"), decoded(source).replace("\r\n", "\n"))
    for found in _HEADING.finditer(text):
        said = " ".join(_MARKS.sub(r"\1", next(filter(None, found.groups()))).split())
        if said:
            return _Title(redact(said), text.count("\n", 0, found.start()) + 1)
    return _Title("", 0)
