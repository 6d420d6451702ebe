"""What `[phases.infrastructure.placement]` in a plan file may say; `plans/v3.toml` holds the defaults."""

from __future__ import annotations

import re
from typing import Annotated

import pydantic

from migrator.phase import Directory, Pattern

__all__ = ["Options"]

_PROJECT = re.compile(r"[a-z0-9][a-z0-9_-]*")


def _project(text: str) -> str:
    if not _PROJECT.fullmatch(text):
        raise ValueError("a project of compose is called by lower-case letters, digits, `_` and `-`")
    return text


class Options(pydantic.BaseModel):
    """Where what is there goes."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    targets: dict[str, Directory] = {}
    """What a file is for (`nginx`, `compose`, `backup` …) to where such files go; to the root, written `""`, is nowhere: they stay."""
    keep: tuple[Pattern, ...] = ()
    """Patterns (as in .gitignore) of what is nobody's to move: archives, examples, tests, what a tool only finds where it is."""
    stays: tuple[Pattern, ...] = ()
    """Further ones of this repository: what people answered that it stays."""
    moves: dict[Directory, Directory] = {}
    """Files that go to a place of their own, whatever they are taken for."""
    project: Annotated[str, pydantic.AfterValidator(_project)] | None = None
    """What compose calls the project of the files at the root: after the folder of a checkout, which no file says."""
    gates: tuple[str, ...] = ()
    """Command gates that judge every step of the placement."""
