"""Seen from where: the directories of a tree that the base of a mention stands for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from migrator.atlas import Atlas
from migrator.languages.text.page import CONTEXT, FILE, GITHUB, HERE, HOME, ROOT_MODULE, UP
from migrator.paths import ROOT, RepoPath, ancestors, join, parent


class Base(NamedTuple):
    """One directory against which a token is read, and how the base's rule came to it."""

    via: str
    directory: RepoPath


def is_document(at: str) -> bool:
    """Whether a file is for people, who change into each folder from the start again, whatever they changed into before."""
    return at.lower().endswith((".md", ".mdx", ".markdown", ".rst", ".txt"))


def bases(base: str, at: RepoPath, atlas: Atlas) -> Iterator[Base]:
    """The directories that a mention's base may stand for in a tree; those that do not exist are left out."""
    anchor, _, rest = base.partition(":")
    own = parent(at)
    if anchor == CONTEXT[:-1]:
        yield from _contexts(rest.split("|"), own, atlas)
        return
    if anchor == FILE[:-1]:
        starts = [Base("file", own)]
    elif anchor == HOME[:-1]:
        starts = [Base("root", ROOT)]
    elif anchor == GITHUB[:-1]:
        head, found, _ = f"/{at}".partition("/.github/")
        starts = [Base("github", RepoPath(head[1:]))] if found and head else []
        starts.append(Base("root", ROOT))
    elif anchor == ROOT_MODULE[:-1]:
        levels = (base for base in _upwards(own) if any(last.endswith((".tf", ".tofu")) for last in atlas.tree.folders.get(base.directory, ())))
        starts = [next(levels, Base("file", own))]
    elif anchor == HERE[:-1]:
        starts = [base for base in _upwards(own) if base.via in {"up0", "root"}]
    else:
        starts = _upwards(own)
    while True:
        there = [Base(via, path) for via, start in starts if (path := _walked(start, rest, atlas)) is not None]
        if not there and (shorter := posixpath.normpath(rest).removeprefix(".")) != rest:
            rest = shorter  # into a directory that is made while one works, and back
            continue
        rest = rest.partition("/")[2]
        if there or "/" not in rest or anchor != UP[:-1] or not is_document(at):
            yield from there
            return


def _walked(start: RepoPath, steps: str, atlas: Atlas) -> RepoPath | None:
    """The directory that steps lead to, each of which is there; None when one is not."""
    path: RepoPath | None = start
    for step in steps.split("/") if steps else ():
        path = None if path is None else join(path, step)
        if path is None or not atlas.tree.is_dir(path):
            return None
    return path if path is not None and atlas.tree.is_dir(path) else None


def _upwards(own: RepoPath) -> list[Base]:
    """A folder and those above it, by distance; the root by its name."""
    levels = [own, *ancestors(own)]
    return [Base(f"up{distance}" if level else "root", level) for distance, level in enumerate(levels)]


def _contexts(sources: list[str], own: RepoPath, atlas: Atlas) -> list[Base]:
    """The folder under which most of a Dockerfile's sources exist; the nearest, where a file of the same name lies above as well."""
    levels = _upwards(own)
    scores = [sum(_exists(level, source, atlas) for source in sources) for _, level in levels]
    best = max(scores)
    return [levels[scores.index(best)]] if best else levels


def _exists(directory: RepoPath, source: str, atlas: Atlas) -> bool:
    head = re.split(r"/?[^/]*[*?\[]", source, maxsplit=1)[0]
    path = join(directory, head.strip("/"))
    return path is not None and bool(head.strip("/")) and atlas.exists(path)
