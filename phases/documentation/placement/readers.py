"""Who reads a document by its path: a program, or an image that copies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.paths import RepoPath, ancestors, is_within, suffix

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["reader"]

_CODE = frozenset(
    (
        ".py",
        ".ts",
        ".tsx",
        ".js",
        ".jsx",
        ".mjs",
        ".cjs",
        ".mts",
        ".cts",
        ".vue",
        ".svelte",
        ".astro",
        ".go",
        ".rb",
        ".php",
        ".java",
        ".rs",
        ".cs",
        ".kt",
    )
)
_LISTED = "page"
"""What a navigation says of a page follows it."""
_IMAGES = {"dockerfile": "copies", "dockerignore": "names", "compose": "mounts"}


def reader(facts: Facts, path: RepoPath, new: RepoPath) -> str:
    """Why a document stays where a program finds it, whatever it is about; empty where none is known to."""
    for place in (path, *ancestors(path)[:-1]):
        if is_within(new, place):
            break
        what = "it" if place == path else f"all of {place}"
        for reference in facts.graph.incoming.get(place, ()):
            source = reference.source
            verb = _IMAGES.get(facts.scanner.dialect(source) or "") or ("reads" if suffix(source).lower() in _CODE else "")
            if verb and reference.mention.kind != _LISTED:
                return f"{source} {verb} {what}"
    return ""
