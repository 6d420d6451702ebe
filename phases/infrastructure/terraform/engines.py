"""Which service of the cloud takes the place of a workload, and in which version: by the image that the repository runs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from migrator.facts.landscape.model import Kind
from migrator.origin import Decision, Said, default
from phases.infrastructure.environments import ENVIRONMENTS, image, runs

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape, Workload
    from phases.infrastructure.terraform.options import Options

__all__ = ["Engine", "Managed", "managed", "table"]

_IMAGE = re.compile(r"(?:.*/)?(?P<name>[^/:@]+)(?::(?P<tag>[^/@]+))?(?:@.*)?")
_NUMBERS = re.compile(r"v?(\d+(?:\.\d+)*)(?:[-_+].*|)")
_HELD = frozenset({Kind.DATABASE, Kind.CACHE, Kind.BROKER, Kind.STORAGE})


@dataclass(frozen=True, slots=True)
class Engine:
    """A row of `engines.toml`."""

    images: tuple[str, ...]
    module: str
    engine: str
    offers: tuple[str, ...]
    port: int
    family: str = ""
    names: tuple[str, ...] = ()
    tls: str = ""


@dataclass(frozen=True, slots=True)
class Managed:
    """A workload in whose place the cloud runs a service, in the environments that have it."""

    workload: Workload
    engine: Engine
    versions: Mapping[str, Said[str]]
    """By environment."""


@lru_cache(maxsize=1)
def table() -> tuple[tuple[Engine, ...], dict[str, str]]:
    """The engines, and by image why there is none."""
    read: dict[str, Any] = tomllib.loads((files(__package__) / "engines.toml").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = [{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()} for row in read["engine"]]
    engines = tuple(Engine(**row) for row in rows)
    return engines, {name: row["why"] for row in read["other"] for name in row["images"]}


def managed(landscape: Landscape, workload: Workload, options: Options) -> tuple[Managed | None, tuple[Decision, ...]]:
    """What takes a workload's place, if anything does, and what was decided; nothing is said of what keeps no state for others."""
    if workload.image is None or (workload.kind.value not in _HELD and _engine(workload.image.value) is None):
        return None, ()
    if peers := _peers(landscape, workload):
        why = f"only {', '.join(peers)} and it ask each other: what copies and watches data is made by the cloud with what it runs"
        return None, (_said(workload, "dropped", why, workload.image),)
    engine, decisions, found = None, list[Decision](), dict[str, Said[str]]()
    for environment, long in ENVIRONMENTS.items():
        written = image(landscape, workload, long)
        if written is None or environment not in options.managed or not runs(landscape, workload, long):
            continue
        here = _engine(written.value)
        if here is None or (engine is not None and here is not engine):
            why = table()[1].get(_name(written.value), "no module is made for it") if here is None else "environments run different engines"
            return None, (_said(workload, "dropped", f"{written.value}: {why}; the environments have no place for it", written),)
        engine = here
        version, outcome, why = _version(engine, written, options.engine_versions.get(workload.name))
        if version is None:
            return None, (_said(workload, "dropped", why, written),)
        found[environment] = version
        decision = _said(workload, outcome, why, written)
        decisions += [] if decision in decisions else [decision]
    if engine is None:
        return None, ()
    if engine.tls:
        decisions.append(_said(workload, "defaulted", f"connections are encrypted: {engine.tls}", workload.image))
    return Managed(workload, engine, found), tuple(decisions)


def _peers(landscape: Landscape, workload: Workload) -> list[str]:
    """The copies of a service and what watches them, where nothing else asks it: a replica, a sentinel, and the primary that has no other users."""
    kinds = {one.name: one.kind.value for one in landscape.workloads}
    asked = {one.source for one in landscape.links if one.target == workload.name}
    asks = {one.target for one in landscape.links if one.source == workload.name}
    alike = {name for name in asked | asks if name != workload.name and kinds.get(name) is workload.kind.value}
    return sorted(alike) if not {name for name in asked if kinds.get(name) not in _HELD} else []


def _said(workload: Workload, outcome: str, message: str, image: Said[str]) -> Decision:
    return Decision(f"image of {workload.name}", outcome, message, image.origins, "terraform")


def _name(image: str) -> str:
    found = _IMAGE.fullmatch(image)
    return found["name"] if found else image


def _engine(image: str) -> Engine | None:
    name = _name(image)
    return next((engine for engine in table()[0] if name in engine.images), None)


def _version(engine: Engine, image: Said[str], chosen: str | None) -> tuple[Said[str] | None, str, str]:
    """The version that is asked for, or None; and what is said of it."""
    if chosen is not None:
        return default(chosen, "the plan file's engine_versions"), "defaulted", f"{engine.engine} {chosen}, as the plan file says"
    found = _IMAGE.fullmatch(image.value)
    numbers = _NUMBERS.fullmatch(found["tag"] or "") if found else None
    if numbers is None:
        newest = engine.offers[-1]
        why = f"{image.value} says no version: {engine.engine} {newest}, the newest of which we know; `terraform plan` tells whether it is served"
        return Said(newest, image.origins), "defaulted", why
    wanted = _numbers(numbers[1])
    alike = [offer for offer in engine.offers if _numbers(offer)[0] == wanted[0]]
    if not alike:
        why = (
            f"{engine.engine} {numbers[1]} is not among the versions of which we know ({', '.join(engine.offers)}): engine_versions.NAME can say one"
        )
        return None, "dropped", why
    exact = next((offer for offer in alike if _numbers(offer) == wanted[: len(_numbers(offer))]), None)
    if exact:
        return Said(exact, image.origins), "mapped", f"{image.value} becomes {engine.engine} {exact}; what follows in it is taken by itself"
    # `redis:7` means the newest 7; a version between two offers means the next one up, because data of a newer one is not read by an older one
    above = [offer for offer in alike if _numbers(offer) > wanted] if len(wanted) > 1 else []
    taken = above[0] if above else alike[-1]
    return (
        Said(taken, image.origins),
        "defaulted",
        f"{image.value} becomes {engine.engine} {taken}: the nearest of its major version of which we know; `terraform plan` tells whether it is served",
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
