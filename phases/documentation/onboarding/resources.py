"""What there is to read, by folder, as each page calls itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.generating.prose import Page, code
from migrator.paths import RepoPath
from migrator.wording import counted
from phases.documentation.handling import exists

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape
    from migrator.facts.operating.model import Document

__all__ = ["resources"]

_ASIDE = re.compile(
    r"(?i)(?:^|/)(?:archives?|legacy|old|obsolete|deprecated|backups?|node_modules|vendor|fixtures?|testdata|templates?|\.[^/]+|changelogs?)(?:/|$)"
)
_MANY = 12
"""A folder with more pages is named with its first page alone."""


def resources(landscape: Landscape, directory: RepoPath) -> Page | None:
    """The page; None where there is nothing to read."""
    folders: dict[str, list[Document]] = {}
    for one in exists(landscape).documents:
        if not _ASIDE.search(one.path):
            folders.setdefault("/".join(one.path.split("/")[:-1][:3]), []).append(one)
    if not folders:
        return None
    page = Page(RepoPath(f"{directory}/resources/README.md"), "What there is to read")
    for folder, several in sorted(folders.items()):
        page.heading(2, code(folder) if folder else "The root")
        first = sorted(several, key=lambda one: (not one.path.lower().endswith(("readme.md", "index.md")), one.path))
        for one in first[:_MANY]:
            page.item(page.link(one.path, one.title.value), one.title)
        if len(first) > _MANY:
            page.item(
                f"and {counted(len(first) - _MANY, 'page')} more in {code(folder) if folder else 'the root'}", *(one.title for one in first[_MANY:])
            )
    return page
