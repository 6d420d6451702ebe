"""What is found by its place alone, from the root or beside another file: no text names it, so nothing else tells that it left.

Who looks where is data, `fixed.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pathspec
import pydantic

from migrator.errors import Finding
from migrator.graph import is_legible
from migrator.paths import RepoPath, ancestors, join, name, parent, printable

if TYPE_CHECKING:
    from migrator.build import Built
    from migrator.facts import Facts


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    at: tuple[str, ...]
    by: str
    stale: str
    beside: tuple[str, ...] = ()
    source: str


class _Neighbours(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    owner: str
    says: str
    folders: tuple[str, ...]
    by: str
    stale: str
    source: str

    def owns(self, facts: Facts, path: RepoPath, folder: str) -> bool:
        """Whether a file is one that finds the folder beside it."""
        if path not in facts.tree or not re.fullmatch(self.owner, name(path)) or not is_legible(source := facts.read(path)):
            return False
        said = re.search(self.says.encode(), source)
        return said is not None and not re.search(rb"\b%s_folder\b" % folder.removesuffix("s").encode(), source)


class _File(pydantic.BaseModel):
    fixed: tuple[_Row, ...]
    neighbours: tuple[_Neighbours, ...]


@lru_cache(maxsize=1)
def _file() -> _File:
    return _File.model_validate(tomllib.loads(files(__package__).joinpath("fixed.toml").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def rows() -> tuple[tuple[_Row, pathspec.GitIgnoreSpec], ...]:
    """Every place that is looked at, with what fits it."""
    return tuple((row, pathspec.GitIgnoreSpec.from_lines(row.at)) for row in _file().fixed)


def neighbours() -> tuple[_Neighbours, ...]:
    """Every folder that is found beside a file."""
    return _file().neighbours


def fixed(built: Built) -> Iterator[Finding]:
    """A warning for whatever left the place at which it is found, unless it came to another one of those."""
    yield from _parted(built)
    for row, spec in rows():
        if row.beside and not any(RepoPath(name) in built.before.tree for name in row.beside):
            continue
        gone = [(old, new) for old, new in sorted(built.files.items()) if spec.match_file(old) and not spec.match_file(new)]
        if gone:
            old, new = gone[0]
            what = printable(old) + (f" and {len(gone) - 1} more" if len(gone) > 1 else "")
            yield Finding("found", new, f"{row.by} looks for {what} there alone: {row.stale}")


def _parted(built: Built) -> Iterator[Finding]:
    """A warning for each folder that lay beside the file that looks for it there and does no longer."""
    tree = built.before.tree
    homes = {home for folder in {parent(old) for old in built.files} for home in (folder, *ancestors(folder))}
    looked = ((row, folder, home) for row in neighbours() for folder in row.folders for home in sorted(homes))
    for row, folder, home in looked:
        there = _in(home, folder)
        if not tree.is_dir(there):
            continue
        now = built.place(there)
        for old in (_in(home, last) for last in sorted(tree.folders[home])):
            new = built.files.get(old, old)
            # Both texts: the step itself may say where the folder is now.
            if now != join(parent(new), folder) and row.owns(built.before, old, folder) and row.owns(built.after, new, folder):
                yield Finding("found", new, f"{row.by} looks for {printable(folder)}/ beside it, which is {printable(now)} now: {row.stale}")


def _in(home: RepoPath, last: str) -> RepoPath:
    return RepoPath(f"{home}/{last}" if home else last)
