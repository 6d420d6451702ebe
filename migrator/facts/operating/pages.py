"""Pages for people: those that are there, and what each calls itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.facts.documents.reading import content, markup_of, plain
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

_ASCIIDOC = ".adoc"
_HEADING = re.compile(r"(?m)^=[ \t]+(.+?)[ \t]*$")
"""The title of a page of AsciiDoc."""


class _Title(NamedTuple):
    text: str
    line: int


def pages(facts: Facts, places: Collection[RepoPath]) -> tuple[Document, ...]:
    """The pages among some files, by path."""
    found = []
    for path in places:
        markup = markup_of(path)
        if markup or suffix(path) == _ASCIIDOC:
            title = facts.told(path, _title, markup)
            found.append(Document(path, Said(title.text or name(path), (Origin(path, title.line),))))
    return tuple(found)


def _title(source: bytes, markup: str) -> _Title:
    """The first heading of the first level, without marks; nothing where there is none."""
    if not markup:
        text = decoded(source)
        found = _HEADING.search(text)
        return _Title(redact(found[1]), text.count("\n", 0, found.start()) + 1) if found is not None else _Title("", 0)
    headings = ((" ".join(plain(one.text).split()), one) for one in content(source, markup).headings if one.level == 1)
    return next((_Title(redact(text), one.line) for text, one in headings if text), _Title("", 0))
