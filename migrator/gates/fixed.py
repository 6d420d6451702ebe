"""Files that are found by their place from the root alone: no text names them, so nothing else tells that they left. Who looks where is data, `fixed.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import pathspec
import pydantic

from migrator.build import Built
from migrator.errors import Finding
from migrator.paths import RepoPath, printable


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    at: tuple[str, ...]
    by: str
    stale: str
    beside: tuple[str, ...] = ()
    source: str


class _File(pydantic.BaseModel):
    fixed: tuple[_Row, ...]


@lru_cache(maxsize=1)
def rows() -> tuple[tuple[_Row, pathspec.GitIgnoreSpec], ...]:
    """Every place that is looked at, with what fits it."""
    text = files(__package__).joinpath("fixed.toml").read_text(encoding="utf-8")
    return tuple((row, pathspec.GitIgnoreSpec.from_lines(row.at)) for row in _File.model_validate(tomllib.loads(text)).fixed)


def fixed(built: Built) -> Iterator[Finding]:
    """A warning for whatever left the place at which it is found, unless it came to another one of those."""
    for row, spec in rows():
        if row.beside and not any(RepoPath(name) in built.before.tree for name in row.beside):
            continue
        gone = [(old, new) for old, new in sorted(built.files.items()) if spec.match_file(old) and not spec.match_file(new)]
        if gone:
            old, new = gone[0]
            what = printable(old) + (f" and {len(gone) - 1} more" if len(gone) > 1 else "")
            yield Finding("found", new, f"{row.by} looks for {what} there alone: {row.stale}")
