"""What `[phases.infrastructure.placement]` in a plan file may say; `plans/v3.toml` holds the defaults."""

from __future__ import annotations

import re
from typing import Annotated

import pydantic

from migrator.placing import Placement

__all__ = ["Options"]

_PROJECT = re.compile(r"[a-z0-9][a-z0-9_-]*")


def _project(text: str) -> str:
    if not _PROJECT.fullmatch(text):
        raise ValueError("a project of compose is called by lower-case letters, digits, `_` and `-`")
    return text


class Options(Placement):
    """Where what is there goes."""

    project: Annotated[str, pydantic.AfterValidator(_project)] | None = None
    """What compose calls the project of the files at the root: after the folder of a checkout, which no file says."""
