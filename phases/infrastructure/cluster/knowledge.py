"""What is known of pods and of images that everybody runs: `defaults.toml` as values."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pydantic

from migrator.facts.landscape.model import Kind

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Workload

__all__ = ["DATA", "Defaults", "Known", "defaults", "tagged"]

DATA = frozenset({Kind.DATABASE, Kind.CACHE, Kind.BROKER, Kind.STORAGE})
"""What a cluster may run, or reach outside."""


class Known(pydantic.BaseModel):
    """An image that everybody runs."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    user: int
    alpine: int | None = None
    """The user where the image is made on Alpine."""
    data: str
    """Where its data lies; empty where it keeps none."""
    variable: str = ""
    """The variable that names a folder in there which the image makes and owns itself."""
    writes: tuple[str, ...]
    """What else it writes."""
    port: int


class Requests(pydantic.BaseModel):
    """What a pod asks for and may use."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    cpu_request: str
    cpu_limit: str
    memory_request: str
    memory_limit: str


class Folders(pydantic.BaseModel):
    """Folders by what they are."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    rebuilt: frozenset[str]


class Chores(pydantic.BaseModel):
    """What a cluster does by itself."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    programs: frozenset[str]


class Defaults(pydantic.BaseModel):
    """The whole table."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    resources: dict[str, Requests]
    users: dict[str, int]
    folders: Folders
    chores: Chores
    images: dict[str, Known]

    def of(self, workload: Workload) -> Known | None:
        """What is known of the image of a workload that is not built here."""
        return self.known(workload.image.value) if workload.image and not workload.built else None

    def known(self, image: str) -> Known | None:
        """What is known of an image, by the last part of its name."""
        return self.images.get(image.partition("@")[0].rpartition("/")[2].partition(":")[0])


@lru_cache(maxsize=1)
def defaults() -> Defaults:
    """The table, read once."""
    return Defaults.model_validate(tomllib.loads(files(__package__).joinpath("defaults.toml").read_text(encoding="utf-8")))


def tagged(image: str) -> bool:
    """Whether an image says which one it is: by a digest, or by a tag other than `latest` in which nothing is left open."""
    if "@" in image:
        return "$" not in image
    tag = image.rpartition("/")[2].partition(":")[2]
    return bool(tag) and tag != "latest" and "$" not in image
