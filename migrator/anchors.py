"""Anchors of headings, which are computed of what the headings say: where a heading names what moved, links to it follow the heading.

A link that led to a heading before leads to it after; one that led to none is left as it is (L3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from migrator.facts.documents import anchors, markup_of

if TYPE_CHECKING:
    from migrator.facts import Facts
    from migrator.paths import RepoPath

__all__ = ["Names", "following", "own_links", "renamed", "written"]

Names = Mapping[str, str]
_OWN = re.compile(rb"(\]\(<?|^[ \t]{0,3}\[[^\]\n]+\]:[ \t]+<?|\bhref=[\"'])#([^\s()<>\"']+)", re.MULTILINE)
"""A link of a document to a heading of its own."""


def renamed(before: Facts, after: Facts, origin: Mapping[RepoPath, RepoPath]) -> dict[RepoPath, Names]:
    """By document: what anchors are called now that are called otherwise. `origin` is where a moved file was, by its new path."""
    found: dict[RepoPath, Names] = {}
    for path, entry in after.tree.items():
        old = origin.get(path, path)
        was = before.tree.get(old)
        if was is None or was.blob == entry.blob or not (form := markup_of(path)):
            continue
        then, now = before.told(old, anchors, form), after.told(path, anchors, form)
        if len(then) == len(now) and (names := {one: other for one, other in zip(then, now, strict=True) if one not in now}):
            found[path] = names
    return found


def following(after: Facts, names: Mapping[RepoPath, Names]) -> dict[RepoPath, bytes]:
    """The new texts of the files whose links have to follow: to headings of other documents, and of their own."""
    spans: dict[RepoPath, list[tuple[int, int, str]]] = {}
    for path, called in names.items():
        own = ((start, name, called.get(unquote(name))) for start, name in own_links(after.read(path)))
        spans.setdefault(path, []).extend((start, start + len(name.encode("utf-8", "surrogateescape")), new) for start, name, new in own if new)
        for reference in after.graph.incoming.get(path, ()):
            mention, rest = reference.mention, reference.target.rest
            if mention.kind == "link" and rest.startswith("#") and mention.text.endswith(rest) and (new := called.get(unquote(rest[1:]))):
                spans.setdefault(reference.source, []).append((mention.end - len(rest.encode()) + 1, mention.end, new))
    found: dict[RepoPath, bytes] = {}
    for path, each in spans.items():
        text = after.read(path)
        for start, end, new in sorted(each, reverse=True):
            text = text[:start] + written(new, text[start:end].decode("latin-1")).encode() + text[end:]
        if each:
            found[path] = text
    return found


def written(name: str, like: str) -> str:
    """An anchor as a link writes it: with percent-escapes where the link had some."""
    return quote(name) if "%" in like else name


def own_links(source: bytes) -> Iterator[tuple[int, str]]:
    """The links of a document to headings of its own: where each begins behind its `#`, and what it says there."""
    return ((found.start(2), found[2].decode("utf-8", "surrogateescape")) for found in _OWN.finditer(source))
