"""Where no shim is left: places where a file is found without being named."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import pathspec
import pydantic

if TYPE_CHECKING:
    from migrator.paths import RepoPath

__all__ = ["found_by"]


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    language: Literal["python", "typescript"]
    at: tuple[str, ...]
    by: str
    does: str
    source: str


class _File(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    none: tuple[_Row, ...]


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[_Row, pathspec.GitIgnoreSpec], ...]:
    rows = _File.model_validate(tomllib.loads(files(__package__).joinpath("none.toml").read_text(encoding="utf-8"))).none
    return tuple((row, pathspec.GitIgnoreSpec.from_lines(row.at)) for row in rows)


def found_by(path: RepoPath, language: Literal["python", "typescript"]) -> str:
    """Who would find a shim at a place without its being named, and what would come of it; empty where nobody would."""
    return next((f"{row.by} looks there, {row.does}" for row, spec in _rows() if row.language == language and spec.match_file(path)), "")
