"""Which page of a repository the address of a runbook names."""

from __future__ import annotations

import re
from typing import NamedTuple

from migrator.paths import RepoPath, join

__all__ = ["Named", "page_of"]

_BLOB = re.compile(r"https?://[^/]+/[^/]+/[^/]+/(?:-/)?(?:blob|tree|src/branch)/[^/]+/([^#?]+)(?:#(.+))?$")
"""A file as GitHub, GitLab and Gitea show it."""


class Named(NamedTuple):
    """A page of a repository that an address names."""

    said: str
    path: RepoPath
    section: str
    hosted: bool
    """Whether the address has a host: it may be that of another repository, whose pages have addresses of the same form."""


def page_of(url: str) -> Named | None:
    """The page that the address of a runbook names; None for a page of anything but a repository."""
    found = _BLOB.fullmatch(url)
    if not url or (found is None and "://" in url):
        return None
    said, _, section = url.partition("#") if found is None else (found[1], "", found[2] or "")
    path = join("", said.lstrip("/"))
    return Named(said, path, section, found is not None) if path is not None else None
