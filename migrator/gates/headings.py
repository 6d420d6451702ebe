"""Headings that links lead to and that are gone: whoever follows such a link lands at the top of the page and looks for himself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from migrator.anchors import own_links
from migrator.errors import Finding
from migrator.facts.documents import anchors, markup_of
from migrator.graph import line_of

if TYPE_CHECKING:
    from migrator.build import Built


def headings(built: Built) -> Iterator[Finding]:
    """A warning for each link that led to a heading, or to what a document names itself, and leads to none any more."""
    before, after = built.before, built.after
    origin = {new: old for old, new in built.files.items()}
    for path in built.edited:
        old, form = origin.get(path, path), markup_of(path)
        if not form or old not in before.tree:
            continue
        gone = set(before.told(old, anchors, form)) - set(after.told(path, anchors, form))
        if not gone:
            continue
        own = ((path, start, name) for start, name in own_links(after.read(path)))
        others = ((one.source, one.mention.start, one.target.rest.removeprefix("#")) for one in after.graph.incoming.get(path, ()))
        for source, start, name in (*own, *others):
            if unquote(name) in gone:
                yield Finding("anchor", source, f"`#{name}` led to a heading of {path} that is gone", line_of(after.read(source), start))
