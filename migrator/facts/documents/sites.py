"""Documentation sites: which folders a generator makes pages of, and whether its navigation names each of them or follows from the folder."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import pathspec
import pydantic

from migrator.paths import RepoPath, is_within, join, parent

if TYPE_CHECKING:
    from migrator.facts import Facts

__all__ = ["Site", "site_of", "sites"]


class Site(NamedTuple):
    """A folder of which a generator makes pages."""

    generator: str
    """As it is called: `MkDocs`, `Sphinx` …"""
    folder: RepoPath
    """Where its pages lie; empty for the root."""
    file: RepoPath
    """What shows it."""
    listed: bool
    """Whether a navigation names each page, by its path."""


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    files: tuple[str, ...]
    at: str
    key: str = ""
    lists: tuple[str, ...] = ()
    nav: str = ""
    says: str = ""


class _Table(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    site: tuple[_Row, ...]


@cache
def _table() -> tuple[tuple[_Row, pathspec.GitIgnoreSpec], ...]:
    rows = _Table.model_validate(tomllib.loads(files(__package__).joinpath("sites.toml").read_text(encoding="utf-8"))).site
    return tuple((row, pathspec.GitIgnoreSpec.from_lines(row.files)) for row in rows)


@lru_cache(maxsize=1 << 16)
def _rows(path: RepoPath) -> tuple[int, ...]:
    return tuple(number for number, (_, spec) in enumerate(_table()) if spec.match_file(path))


def sites(facts: Facts) -> tuple[Site, ...]:
    """The documentation sites of a tree whose pages are there, the innermost first."""
    found = [
        site for path in facts.tree if not facts.scanner.hidden(path) for number in _rows(path) if (site := _site(facts, path, number)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.folder), one.file)))


def site_of(facts: Facts, path: RepoPath) -> Site | None:
    """The site that a document is a page of."""
    return next((site for site in facts.derive(sites) if is_within(path, site.folder) and path != site.file), None)


def _site(facts: Facts, path: RepoPath, number: int) -> Site | None:
    row = _table()[number][0]
    text = facts.read(path).decode("utf-8-sig", "replace")
    if row.says and re.search(row.says, text, re.MULTILINE) is None:
        return None
    told = re.search(row.key, text, re.MULTILINE) if row.key else None
    folder = join(parent(path), told[1] if told is not None else row.at)
    if folder is None or not facts.tree.is_dir(folder):
        return None
    places = (join(parent(path), one) for one in row.lists)
    beside = next((one for one in places if one is not None and one in facts.tree), None)
    listing = facts.read(beside).decode("utf-8-sig", "replace") if beside is not None else "" if row.lists else text
    return Site(row.name, folder, path, bool(row.nav and listing) and re.search(row.nav, listing, re.MULTILINE) is not None)
