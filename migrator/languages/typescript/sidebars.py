"""Sidebars of Docusaurus, which name pages by their ids: paths below `docs` without their endings. An id that is gone stops its build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.languages.base import Mention, Target
from migrator.paths import RepoPath, is_within, join, parent, relative

if TYPE_CHECKING:
    from migrator.atlas import Atlas

_FILE = re.compile(r"(?:^|/)sidebars\.[cm]?[jt]sx?$")
_ID = re.compile(rb"""(?:(?<![\w$"'])["']?id["']?\s*:|[\[,])\s*(["'])([^"'\\\r\n]+)\1(?!\s*:)""")
_ENDINGS = (".md", ".mdx")
_FOLDER = "docs"
"""Where pages lie unless the site says otherwise; what is not there names nothing, and is told as any other text."""


def is_sidebar(path: str) -> bool:
    """Whether a script lists the pages of a site."""
    return _FILE.search(path) is not None


def scan(source: bytes) -> Iterator[Mention]:
    """What may be the id of a page: elements of lists, and what is said to be one."""
    for found in _ID.finditer(source):
        yield Mention(*found.span(2), "page", found[2].decode("utf-8", "replace"), weak=True)


def resolve(mention: Mention, at: RepoPath, atlas: Atlas) -> Target:
    """The page that an id is of."""
    paths = (join(parent(at), f"{_FOLDER}/{mention.text}{ending}") for ending in _ENDINGS)
    return Target(next((path for path in paths if path is not None and path in atlas.tree), None), "", "page")


def spell(path: RepoPath, at: RepoPath) -> str | None:
    """The id of a page; None for what is none of the site's."""
    folder = join(parent(at), _FOLDER)
    ending = next((ending for ending in _ENDINGS if path.endswith(ending)), None)
    return relative(path, folder).removesuffix(ending) if folder is not None and ending is not None and is_within(path, folder) else None
