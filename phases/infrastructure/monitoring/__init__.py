"""Monitoring: who is scraped, what is promised and when somebody is told, only by metrics that the code really exposes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.artefact import Artefact, Made, template_artefact
from migrator.origin import Decision, Said, default
from migrator.paths import RepoPath
from phases.infrastructure.monitoring.collecting import logs, speaking, traced, traces
from phases.infrastructure.monitoring.dashboards import dashboard, provisioning
from phases.infrastructure.monitoring.indicators import Indicator, indicators
from phases.infrastructure.monitoring.library import image_name
from phases.infrastructure.monitoring.options import Options
from phases.infrastructure.monitoring.proofs import proofs
from phases.infrastructure.monitoring.routing import routing
from phases.infrastructure.monitoring.rules import rules
from phases.infrastructure.monitoring.scraping import scraping
from phases.infrastructure.monitoring.watched import Watched, watched

if TYPE_CHECKING:
    from pydantic import BaseModel

    from migrator.facts.landscape.model import Landscape

__all__ = ["Monitoring", "family"]


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Prometheus, Alertmanager, Grafana, Loki and Tempo, each only for what there is to watch."""

    name: str = "monitoring"
    title: str = "Workloads are watched by the metrics that they expose"
    why: str = "Alerts that select nothing never fire: rules, their tests and dashboards are made of the names that the code's own libraries give."
    options: type[BaseModel] = Options

    def artefacts(self, landscape: Landscape, options: BaseModel) -> Made:
        """What is watched, how, and what is not and why."""
        assert isinstance(options, Options)  # noqa: S101  the family's own
        several, decisions = watched(landscape)
        found: list[Artefact] = []
        decided = [*decisions, *_unknown(landscape, options)]
        asked = _Addresses(landscape, options)
        judged = {}
        for one in several:
            judged[one.workload.name], about = indicators(one, options)
            decided += about
            rule, alarms, about = rules(one, judged[one.workload.name], landscape, options)
            decided += about
            found += [rule, proofs(one, judged[one.workload.name], alarms), dashboard(one, judged[one.workload.name], landscape)]
        if several:
            routes, about = routing(options)
            decided += about
            found += [scraping(several, asked.of("alertmanager"), options), routes]
            if options.runbooks is None:
                why = "alerts have no runbook_url: the option runbooks says below which address docs/runbooks/incidents is read"
                decided.append(Decision("monitoring: run-books", "dropped", why, (), self.name))
        heard = speaking(landscape)
        kept = logs(heard, asked.of("loki"), options) if heard and options.logs != "none" else ()
        sending = traced(landscape)
        if sending:
            found.append(traces(sending, options))
        elif several or kept:
            why = "no tempo: no workload is told where to send traces (OTEL_EXPORTER_OTLP_ENDPOINT)"
            decided.append(Decision("monitoring: traces", "dropped", why, (), self.name))
        there = {"prometheus": several, "alertmanager": several, "loki": kept, "tempo": sending}
        sources = {kind: asked.of(kind) for kind, any_ in there.items() if any_}
        found += kept
        if not found:
            return Made(
                (),
                tuple(decided),
                "nothing that runs exposes metrics or writes logs that are collected: the decisions say which lines would change that",
            )
        found += provisioning(sources)
        if several:
            found.append(_readme(several, judged, decisions))
        decided += asked.decisions
        return Made(tuple(sorted(found, key=lambda one: one.path)), tuple(decided))


def _unknown(landscape: Landscape, options: Options) -> list[Decision]:
    """Objectives for what does not run."""
    names = [one.name for one in landscape.workloads]
    return [
        Decision(f"option objectives.{name}", "dropped", f"no workload has this name; there are {', '.join(names) or 'none'}", (), "monitoring")
        for name in options.objectives
        if name not in names
    ]


class _Addresses:
    """Where the parts of the monitoring are reached: at the workload that runs them, else where the options say."""

    def __init__(self, landscape: Landscape, options: Options) -> None:
        self.decisions: list[Decision] = []
        self._landscape, self._options = landscape, options
        self._known: dict[str, Said[str]] = {}

    def of(self, kind: str) -> Said[str]:
        """`host:port`."""
        if kind not in self._known:
            self._known[kind] = self._found(kind)
        return self._known[kind]

    def _found(self, kind: str) -> Said[str]:
        taken: str = getattr(self._options, kind)
        runs = next((one for one in self._landscape.workloads if image_name(one) == kind), None)
        if runs is not None:
            port = runs.ports[0].number.value if runs.ports else int(taken.rpartition(":")[2])
            return Said(f"{runs.name}:{port}", (*runs.origins, *(runs.ports[0].number.origins if runs.ports else ())))
        why = f"no workload runs {kind}: it is looked for at {taken} (option {kind})"
        self.decisions.append(Decision(f"monitoring: {kind}", "defaulted", why, (), "monitoring"))
        return default(taken, f"option {kind}")


def _readme(several: tuple[Watched, ...], judged: dict[str, tuple[Indicator, ...]], decisions: tuple[Decision, ...]) -> Artefact:
    rows = [
        {
            "name": Said(one.workload.name, one.workload.origins),
            "label": one.workload.label,
            "port": one.port,
            "path": one.path,
            "promises": Said(
                "; ".join(f"at most {100 - each.objective.value:.6g}% of {each.promise}" for each in judged[one.workload.name]) or "to answer",
                tuple(origin for each in judged[one.workload.name] for origin in each.origins),
            ),
        }
        for one in several
    ]
    missing = [Said(f"{one.subject.removeprefix('monitoring: ')}: {one.message}", one.origins) for one in decisions if one.outcome == "dropped"]
    return template_artefact(RepoPath("infra/monitoring/README.md"), "monitoring", __package__ or "", "readme.md.j2", rows=rows, unwatched=missing)


family = Monitoring()
