"""The text language: everything that is not code and names a path or a module.

A text mention is a token that names an existing path or module, read against the bases that its format gives it: `scan` records
what the format says (kind and base), `resolve` reads it against the tree, `rewrite` renames the token alone. Mentions are weak:
text that names nothing is somebody else's, or a ghost, and is never touched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.languages.text import aliases, catalogue, modules, reading, syntax, touching, writing
from migrator.languages.text.page import Page

if TYPE_CHECKING:
    from migrator.atlas import Atlas
    from migrator.atlas.changes import Changes
    from migrator.languages.base import Mention, Target
    from migrator.paths import RepoPath

VERSION = 46


def speaks(path: RepoPath) -> str | None:
    """The format of a file, by its name."""
    return catalogue.dialect(path)


def scan(source: bytes, dialect: str) -> tuple[Mention, ...]:
    """Every token that may name a path or a module."""
    page = Page(source)
    with contextlib.suppress(RecursionError):  # brackets a thousand deep: what was found so far is enough
        catalogue.scan(page, dialect)
    return page.mentions()


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """What a token names when it stands in the file `at`."""
    match mention.kind:
        case kind if kind in modules.KINDS:
            return modules.resolve(mention, at, atlas)
        case "climb":
            return reading.climbed(mention, at, atlas)
        case "alias":
            return aliases.resolve(mention, at, atlas)
        case "composes":
            return reading.composed(mention, at, atlas)
        case "drawn":
            return reading.drawn(mention, at, atlas)
        case "image":
            return reading.in_image(mention, at, atlas)
        case _:
            return reading.resolve(mention, at, atlas)


def root(mention: Mention, at: RepoPath, atlas: Atlas) -> RepoPath | None:
    """The directory in which a module's name is looked up where the program would run."""
    return modules.root(mention, at, atlas) if mention.kind in modules.KINDS else None


def may_change(mention: Mention, at: RepoPath, changes: Changes) -> bool:
    """Whether a mention in a file that stays could be read otherwise where paths came or went."""
    return touching.may_change(mention, at, changes)


def words(mention: Mention) -> frozenset[str]:
    """The names by which a token is looked for, those behind another with it (`apps/web`); none where any change may touch it."""
    return touching.words(mention)


def changed_words(changes: Changes) -> frozenset[str]:
    """The last names of what came or went, each also behind its directory's, and what else tokens are looked for by."""
    return touching.said(changes)


def elsewhere(changes: Changes, directory: RepoPath) -> bool:  # noqa: ARG001  a language's
    """Never: a text is read by names alone."""
    return False


def rewrite(source: bytes, targets: Mapping[Mention, Target], at: RepoPath, atlas: Atlas) -> bytes:
    """The source with the given mentions renamed, each in its author's form."""
    spoken = atlas.dialect(at)
    if spoken is None:
        return source
    place = writing.Place(at, atlas)
    reading = writing.Reading(
        scan=lambda content: atlas.ask(scan, content, spoken),
        resolve=lambda mention: resolve(mention, at, atlas),
        broken=lambda content: atlas.ask(broken, content, spoken),
    )
    return writing.rewrite(source, targets, place, reading)


def broken(source: bytes, dialect: str) -> int:
    """How many parts of a file do not parse; 0 where text has no syntax."""
    return syntax.broken(source, dialect)
