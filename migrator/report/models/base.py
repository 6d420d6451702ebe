"""What every model of the JSON is, and how it is written."""

from __future__ import annotations

import contextlib
import json

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticSerializationError

__all__ = ["Model", "dumps", "short"]


class Model(BaseModel):
    """What is said and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def dumps(model: BaseModel) -> str:
    """A model as JSON that every console and every file encoding can hold: what is not ASCII is escaped."""
    with contextlib.suppress(PydanticSerializationError):  # a path that is no text
        if (text := model.model_dump_json(indent=2)).isascii():
            return text
    return json.dumps(model.model_dump(mode="json"), indent=2)


def short(ref: str) -> str:
    """A branch as people write it."""
    return ref.removeprefix("refs/heads/")
