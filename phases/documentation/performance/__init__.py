"""Performance: what measures how fast it is, and what the code shows that costs time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from migrator.artefact import Made
from migrator.facts.landscape.model import Kind
from migrator.generating.prose import Page, code, origins, plain
from migrator.origin import Origin
from migrator.paths import RepoPath, is_within, name
from migrator.phase import BelowRoot
from migrator.wording import counted, listed
from phases.documentation.handling import exists, runs_for_people

if TYPE_CHECKING:
    from migrator.artefact import Artefact
    from migrator.facts.landscape.model import Landscape, Workload

__all__ = ["Options", "Performance", "family"]

_NAME = "performance"
_STORES = {Kind.DATABASE}
_ANSWERS = {Kind.API, Kind.WEB}
_POSTGRES = 5432
_FEW = 12


class Options(pydantic.BaseModel):
    """Where the pages go, and where benchmarks are."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    directory: BelowRoot = RepoPath("docs/performance")
    """Where the pages go."""
    benchmarks: BelowRoot = RepoPath("tools/benchmarks")
    """Where the measurements are that the pages speak of."""


@dataclass(frozen=True, slots=True)
class Performance:
    """The family of `docs/performance/benchmarks` and `docs/performance/optimization-guides`."""

    name: str = _NAME
    title: str = "What measures how fast it is, and what the code shows that costs time"
    why: str = "Advice that fits every repository helps none: each point names what stands here, and what measures whether it matters."
    options: type[Options] = Options

    def artefacts(self, landscape: Landscape, options: Options) -> Made:
        """A page on what measures, and one on what may cost time."""
        pages = [one for one in (_measuring(landscape, options), _costing(landscape, options)) if one is not None]
        if not pages:
            return Made(
                (),
                (),
                "nothing measures how fast it is, and nothing that runs answers requests: a load test, or a route that reads, would bring these pages",
            )
        return Made(tuple(pages))


def _measuring(landscape: Landscape, options: Options) -> Artefact | None:
    """What measures."""
    if not landscape.measures:
        return None
    page = Page(RepoPath(f"{options.directory}/benchmarks/README.md"), "Benchmarks")
    readmes = sorted(path for path in exists(landscape).places if is_within(path, options.benchmarks) and name(path) == "README.md")
    for path in readmes:
        page.say(f"How they are made and what they need: {page.link(path)}.", Origin(path))
    rows = [
        ((page.link(one.origin.path), one.tool, listed([code(each) for each in one.pages], _FEW), code(one.command)), (one.origin,))
        for one in landscape.measures
    ]
    page.table(("what measures", "tool", "pages that it shows", "how it is run"), rows)
    return page.artefact(_NAME)


def _costing(landscape: Landscape, options: Options) -> Artefact | None:
    """What may cost time; None where nothing shows."""
    page = Page(RepoPath(f"{options.directory}/optimization-guides/README.md"), "Where time may go")
    page.say("What the code and its images show. Measure before and after: a point that no measurement confirms is no reason for a change.")
    before = len(page)
    for one in landscape.workloads:
        if runs_for_people(one) and one.built:
            _workload(page, landscape, one)
    columns = exists(landscape).unindexed
    # Other databases make an index for a foreign key by themselves, or have few rows.
    if columns and any(one.kind.value in _STORES and any(port.number.value == _POSTGRES for port in one.ports) for one in landscape.workloads):
        page.heading(2, "Columns without an index")
        page.say(
            "They refer to another table, and PostgreSQL makes no index for that: a join over them, and each deletion in the other table, reads the whole table."
        )
        for column in columns:
            page.item(f"{code(column.value)} in {page.link(column.origins[0].path)}", column)
    return page.artefact(_NAME) if len(page) > before else None


def _workload(page: Page, landscape: Landscape, one: Workload) -> None:
    points: list[tuple[str, tuple[Origin, ...]]] = []
    reads = [route for route in one.routes if route.method in {"GET", "ANY"} and not route.health]
    asks = {link.target: link for link in landscape.asked_by(one.name)}
    kinds = {name: other.kind.value for name in asks if (other := landscape.workload(name)) is not None}
    stores = [name for name, kind in kinds.items() if kind in _STORES]
    if reads and stores and one.kind.value in _ANSWERS and Kind.CACHE not in kinds.values():
        told = f"{counted(len(reads), 'route')} only read, it asks {listed([plain(each) for each in stores])}, and no cache."
        points.append((told, origins(*(route.origin for route in reads), *(origin for each in stores for origin in asks[each].origins))))
    others = [name for name, kind in kinds.items() if kind is Kind.EXTERNAL]
    if others and one.kind.value in _ANSWERS:
        told = f"Who asks it may wait for somebody else's: {listed([plain(each) for each in others], _FEW)}."
        points.append((told, tuple(origin for each in others for origin in asks[each].origins)))
    durations = [metric for metric in (one.metrics.metrics if one.metrics is not None else ()) if metric.role == "duration"]
    if durations:
        points.append(
            (
                f"{code(durations[0].name)} tells how long its requests take, by {listed([code(label) for label in durations[0].labels]) or 'no label'}.",
                (durations[0].origin,),
            )
        )
    elif one.kind.value in _ANSWERS and one.routes:
        points.append(("Nothing in it tells how long its requests take.", one.origins))
    if one.build is not None and len(one.build.stages) == 1 and one.build.dockerfile is not None and one.build.packages:
        told = f"Its image has one stage, so what only builds it stays in it: {listed([code(str(each)) for each in one.build.packages])} in {page.link(one.build.dockerfile.value)}."
        points.append((told, origins(one.build.dockerfile, *one.build.packages)))
    mine = [each for each in landscape.measures if one.label in each.origin.path.rpartition("/")[2]]
    if mine:
        points.append((f"Measured by {listed([page.link(each.origin.path) for each in mine])}.", tuple(each.origin for each in mine)))
    if points:
        page.heading(2, plain(one.name), *one.origins)
    for told, places in points:
        page.item(told, *places)


family = Performance()
