"""The tables of this family: what libraries and exporters of metrics do."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import pydantic

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Workload

__all__ = ["Alert", "Exporter", "Library", "Panel", "exporter_for", "exporter_of", "image_name", "library"]


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Library(_Row):
    """What a library does beyond what a workload's metrics say."""

    total: str = ""
    """The matcher of what counts at all on the metric of requests; empty for everything."""
    good: str = ""
    """The value of the label of failures where nothing failed; empty for an HTTP status."""
    asked: str = "requests"
    drops: tuple[str, ...] = ()
    """Metrics that must not be stored."""
    note: str = ""


class Alert(_Row):
    """An alert on an exporter's metrics, with series that it fires on and some that it does not."""

    name: str
    expr: str
    wait: str = pydantic.Field(alias="for")
    severity: str
    summary: str
    fires: dict[str, float]
    silent: dict[str, float]


class Panel(_Row):
    """A picture of an exporter's metrics."""

    title: str
    expr: str
    legend: str
    unit: str


class Exporter(_Row):
    """A program that tells what another counts."""

    images: tuple[str, ...]
    """The last parts of its images' names."""
    watches: tuple[str, ...]
    """The same of what it speaks for."""
    port: int
    alert: tuple[Alert, ...] = ()
    panel: tuple[Panel, ...] = ()


class _Table(_Row):
    library: dict[str, Library]


@lru_cache(maxsize=1)
def _libraries() -> _Table:
    return _Table.model_validate(tomllib.loads(_text("libraries.toml")))


@lru_cache(maxsize=1)
def _exporters() -> tuple[Exporter, ...]:
    return tuple(Exporter.model_validate(one) for one in tomllib.loads(_text("exporters.toml"))["exporter"])


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def library(name: str) -> Library:
    """What is known of a library; nothing special where there is no row."""
    return _libraries().library.get(name, Library())


def image_name(workload: Workload) -> str:
    """The last part of an image's name, without tag and digest; empty without an image."""
    if workload.image is None:
        return ""
    return workload.image.value.partition("@")[0].rpartition("/")[2].partition(":")[0]


def exporter_of(workload: Workload) -> Exporter | None:
    """The exporter that a workload is."""
    name = image_name(workload)
    return next((one for one in _exporters() if name in one.images), None)


def exporter_for(workload: Workload) -> Exporter | None:
    """The exporter that would speak for a workload."""
    name = image_name(workload)
    return next((one for one in _exporters() if name in one.watches), None)
