"""Who is scraped and where, and who is not and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.facts.landscape.model import Kind
from migrator.generating.suggestions import suggestion
from migrator.origin import Decision, Said
from phases.infrastructure.monitoring.library import Exporter, exporter_for, exporter_of, image_name

if TYPE_CHECKING:
    from migrator.facts.landscape.model import Landscape, Workload

__all__ = ["Watched", "runs_for_people", "watched"]

_ENDS = {Kind.JOB, Kind.SCHEDULE}
_STORES = {Kind.DATABASE, Kind.CACHE, Kind.BROKER, Kind.PROXY, Kind.STORAGE}
_CODE = {Kind.WEB, Kind.API, Kind.WORKER, Kind.UNKNOWN}
_PUBLIC = {"production", "staging"}


@dataclass(frozen=True, slots=True)
class Watched:
    """A workload that answers scrapes."""

    workload: Workload
    path: Said[str]
    port: Said[int]
    exporter: Exporter | None = None
    """The row of an exporter; None for code with metrics of its own."""

    @property
    def job(self) -> Said[str]:
        """The name of its scrape job."""
        return Said(self.workload.label, self.workload.origins)

    @property
    def matcher(self) -> str:
        """What selects its series."""
        return f'job="{self.workload.label}"'

    @property
    def word(self) -> str:
        """Its name as the beginning of an alert's."""
        return "".join(part.capitalize() for part in self.workload.label.split("-"))


def runs_for_people(workload: Workload) -> bool:
    """Whether it runs where somebody relies on it, and not only where it is developed or tested."""
    return not workload.environments or bool(_PUBLIC.intersection(workload.environments))


def watched(landscape: Landscape) -> tuple[tuple[Watched, ...], tuple[Decision, ...]]:
    """Those that are scraped, by name, and what was decided about the others."""
    known = {one.name: one for one in landscape.existing if one.kind == "scrape job"}
    found, decisions = [], []
    for workload in landscape.workloads:
        if workload.kind.value is Kind.EXTERNAL:
            continue
        one, reason = _looked_at(workload, landscape)
        if one is not None and workload.label in known:
            origin = known[workload.label].origin
            reason = f"the scrape job {workload.label} is configured at {origin} already; ours has it as well, so take one of both away"
            decisions.append(Decision(f"monitoring: {workload.name}", "mapped", reason, (origin, *workload.origins), "monitoring"))
        elif reason:
            decisions.append(Decision(f"monitoring: {workload.name}", "dropped", reason, workload.origins, "monitoring"))
        if one is not None:
            found.append(one)
    return tuple(found), tuple(decisions)


def _looked_at(workload: Workload, landscape: Landscape) -> tuple[Watched | None, str]:
    metrics, kind = workload.metrics, workload.kind.value
    row = exporter_of(workload)
    if metrics is None and row is None:
        return None, _without(workload, landscape)
    if not runs_for_people(workload):
        return None, f"not scraped: it runs in {' and '.join(workload.environments)} only"
    if kind in _ENDS:
        return None, "its metrics are not scraped: it ends before anybody asks; what it counts would have to be pushed"
    if metrics is not None:
        port = metrics.port or (workload.ports[0].number.value if workload.ports else None)
        if port is None:
            return None, f"its metrics ({metrics.library}) are not scraped: no port is known on which it listens"
        beside = tuple(one for several in workload.ports if several.number.value == port for one in several.number.origins)
        return Watched(workload, metrics.path, Said(port, (*beside, *metrics.path.origins)), row), ""
    assert row is not None  # noqa: S101  the first condition
    listens = next((one.number for one in workload.ports), None) or Said(row.port, workload.image.origins if workload.image else ())
    return Watched(workload, Said("/metrics", workload.image.origins if workload.image else ()), listens, row), ""


def _without(workload: Workload, landscape: Landscape) -> str:
    """Why a workload without metrics is not watched, and what would change that; empty where nobody expects it to be."""
    kind = workload.kind.value
    if kind in _STORES:
        row = exporter_for(workload)
        name = image_name(workload)
        if row is None:
            return f"not watched: {name or 'it'} exposes no metrics that we know of"
        spoken = {link.target for link in landscape.links if (asker := landscape.workload(link.source)) and exporter_of(asker) is row}
        if workload.name in spoken:
            return ""
        return f"not watched: nothing runs that tells what {name} counts; a workload with the image {row.images[0]} beside it would bring alerts and a dashboard"
    if kind in _CODE and workload.built:
        if workload.framework in {"vite", "react", "vue", "angular", "svelte"}:
            return "not watched: its pages are static files; whoever serves them would have to count"
        lines = suggestion(workload)
        return "not watched: its code exposes no metrics" + (f"; these lines would: {' | '.join(lines)}" if lines else "")
    return ""
